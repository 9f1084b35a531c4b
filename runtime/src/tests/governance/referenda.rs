//! Referenda that pass, and what they change.

use super::*;
use crate::{governance::origins::Origin, Balances, PoswStake, Rewards, TechnicalCommittee};
use frame_support::{assert_ok, traits::Currency};
use pallet_chain::{ChainParams, GovernanceParams, Track};
use pallet_referenda::Event;
use posw_primitives::{DifficultyParams, Factor, RewardParams, StakeParams};
use sp_consensus_posw::NetworkState;

fn network() -> NetworkState {
    call("PoswApi_network", ())
}

#[test]
fn a_referendum_goes_through_all_its_stages() {
    run(|| {
        let params = StakeParams { horizon: 50, ..PoswStake::parameters() };
        let track = *Chain::governance().track(Track::ConsensusParameters);
        let before = Balances::total_balance(&Eve.to_account_id());
        let (free, held) = (balance(&Eve.to_account_id()), reserved(Eve));
        let index = proposed(Origin::ConsensusParameters, pallet_posw_stake::Call::set_params { params });
        let submitted = System::block_number() - 1;
        // The preimage's deposit is by its bytes, and those for the referendum are the parameters'.
        let deposits = Chain::governance().submission_deposit + track.decision_deposit;
        assert!(reserved(Eve) - held > deposits);
        support(index);

        let begun = submitted + track.prepare_period;
        assert_eq!(System::block_number(), begun, "prepared while the deposit was put and the votes were given");
        let started = |event: &RuntimeEvent| match event {
            RuntimeEvent::Referenda(Event::DecisionStarted { index: found, track: 10, .. }) => Some(*found),
            _ => None,
        };
        assert_eq!(mine_until(2, started), index);
        let decision = System::block_number();
        mine_until(track.decision_period, |event| {
            matches!(event, RuntimeEvent::Referenda(Event::ConfirmStarted { .. })).then_some(())
        });
        let confirming = System::block_number();
        assert!(confirming < decision + track.decision_period);
        mine_until(track.confirm_period + 1, |event| {
            matches!(event, RuntimeEvent::Referenda(Event::Confirmed { .. })).then_some(())
        });
        assert_eq!(System::block_number(), confirming + track.confirm_period);

        assert_eq!((network().params.stake.horizon, network().pending), (20, None));
        assert_ok!(enacted(index));
        assert_eq!(System::block_number(), confirming + track.confirm_period + track.enactment_period);
        // The change is announced before the next epoch brings it.
        assert_eq!(network().pending.map(|pending| pending.stake), Some(params));
        let next = network().epoch.start + network().epoch.length;
        mine_to(Alice, next - 1);
        assert_eq!((network().params.stake, network().pending), (params, None));

        // Whoever put deposits gets them back: those of the referendum, and that of the preimage, which is of no more use.
        let hash = BlakeTwo256::hash(&RuntimeCall::from(pallet_posw_stake::Call::set_params { params }).encode());
        let refunds = [
            signed(Eve, 0, 0, pallet_referenda::Call::refund_decision_deposit { index }),
            signed(Eve, 1, 0, pallet_referenda::Call::refund_submission_deposit { index }),
            signed(Eve, 2, 0, pallet_preimage::Call::unnote_preimage { hash }),
        ];
        mine_with(Alice, &refunds);
        assert_eq!(reserved(Eve), held);
        let fees = free - balance(&Eve.to_account_id());
        assert!(fees < COIN, "{fees}");
        assert_eq!(before - Balances::total_balance(&Eve.to_account_id()), fees);
    });
}

#[test]
fn one_referendum_can_change_several_pallets_parameters() {
    run(|| {
        let stake = StakeParams { max_boost: Factor::clamped(30_000_000_000), ..PoswStake::parameters() };
        let difficulty = DifficultyParams { block_time: 2_000, ..crate::Difficulty::parameters() };
        let calls = vec![
            pallet_posw_stake::Call::<Runtime>::set_params { params: stake }.into(),
            pallet_difficulty::Call::<Runtime>::set_params { params: difficulty }.into(),
        ];
        let batch = pallet_utility::Call::<Runtime>::batch_all { calls };
        assert_ok!(passed(Origin::ConsensusParameters, batch));
        let pending = network().pending.expect("a change is pending");
        assert_eq!((pending.stake, pending.difficulty), (stake, difficulty));
        mine_to(Alice, network().epoch.start + network().epoch.length - 1);
        assert_eq!((network().params.stake, network().params.difficulty), (stake, difficulty));
    });
}

#[test]
fn the_economy_changes_on_its_own_track() {
    run(|| {
        let rewards = RewardParams { treasury_share: 200_000_000, ..Rewards::parameters() };
        let params = ChainParams { fee_per_byte: 3, ..Chain::parameters() };
        let calls = vec![
            pallet_rewards::Call::<Runtime>::set_params { params: rewards }.into(),
            pallet_chain::Call::<Runtime>::set_params { params }.into(),
        ];
        assert_ok!(passed(Origin::EconomicParameters, pallet_utility::Call::batch_all { calls }));
        mine_to(Alice, network().epoch.start + network().epoch.length - 1);
        assert_eq!((Rewards::parameters(), Chain::parameters()), (rewards, params));
    });
}

#[test]
fn without_a_superuser_root_is_a_referendum() {
    run(|| {
        mine_with(Alice, &[signed(Alice, 0, 0, pallet_sudo::Call::remove_key {})]);
        assert_eq!(pallet_sudo::Key::<Runtime>::get(), None);
        let old = Chain::governance();
        let root = TrackParams { max_deciding: 7, decision_deposit: 3 * COIN, ..old.root };
        let new = GovernanceParams { root, submission_deposit: 2 * COIN, ..old };
        assert_ok!(passed(root_origin(), pallet_chain::Call::set_governance { params: Box::new(new) }));
        assert_eq!(Chain::current_governance(), (old, Some(new)));
        mine_to(Alice, network().epoch.start + network().epoch.length - 1);
        assert_eq!(Chain::current_governance(), (new, None));

        // The new numbers are asked for from then on.
        let held = reserved(Eve);
        let remark: RuntimeCall = frame_system::Call::remark { remark: vec![1] }.into();
        let index = submitted(root_origin(), remark);
        let preimage = reserved(Eve) - held - 2 * COIN;
        mine_with(Alice, &[signed(Eve, 0, 0, pallet_referenda::Call::place_decision_deposit { index })]);
        assert_eq!(reserved(Eve), held + preimage + 5 * COIN);
    });
}

#[test]
fn the_committee_is_changed_by_root() {
    run(|| {
        let new_members = vec![Dave.to_account_id(), Eve.to_account_id()];
        let change = pallet_collective::Call::<Runtime, crate::configs::governance::TechnicalCollective>::set_members {
            new_members: new_members.clone(),
            prime: None,
            old_count: 3,
        };
        assert_ok!(passed(root_origin(), change));
        let mut members = pallet_collective::Members::<Runtime, crate::configs::governance::TechnicalCollective>::get();
        members.sort();
        let mut expected = new_members;
        expected.sort();
        assert_eq!(members, expected);
        assert!(TechnicalCommittee::is_member(&Eve.to_account_id()));
    });
}

#[test]
fn a_referendum_can_be_cancelled_by_another() {
    run(|| {
        let call = frame_system::Call::remark { remark: vec![2] };
        let index = proposed(root_origin(), call);
        let held = reserved(Eve);
        assert_ok!(passed(Origin::ReferendumCanceller, pallet_referenda::Call::cancel { index }));
        assert!(matches!(ReferendumInfoFor::<Runtime>::get(index), Some(ReferendumInfo::Cancelled(..))));
        let refunds = [
            signed(Eve, 0, 0, pallet_referenda::Call::refund_decision_deposit { index }),
            signed(Eve, 1, 0, pallet_referenda::Call::refund_submission_deposit { index }),
        ];
        let with_the_cancellers = reserved(Eve);
        mine_with(Alice, &refunds);
        let params = Chain::governance();
        assert_eq!(with_the_cancellers - reserved(Eve), params.root.decision_deposit + params.submission_deposit);
        assert!(reserved(Eve) < held);
    });
}

#[test]
fn the_deposits_of_a_killed_referendum_go_to_the_treasury() {
    run(|| {
        let index = proposed(root_origin(), frame_system::Call::remark { remark: vec![3] });
        let issued = Balances::total_issuance();
        assert_ok!(passed(Origin::ReferendumKiller, pallet_referenda::Call::kill { index }));
        assert!(matches!(ReferendumInfoFor::<Runtime>::get(index), Some(ReferendumInfo::Killed(_))));
        let params = Chain::governance();
        for amount in [params.submission_deposit, params.root.decision_deposit] {
            assert_told(Event::DepositSlashed { who: Eve.to_account_id(), amount });
            assert_told(pallet_treasury::Event::Deposit { value: amount });
        }
        let treasury = crate::Treasury::account_id();
        assert!(balance(&treasury) >= params.submission_deposit + params.root.decision_deposit);
        assert!(Balances::total_issuance() >= issued, "nothing is burnt");
        // Nothing is left to refund.
        let refund = pallet_referenda::Call::<Runtime>::refund_decision_deposit { index };
        assert_eq!(dispatched(Eve, refund), Err(pallet_referenda::Error::<Runtime>::NoDeposit.into()));
    });
}

//! Referenda that change nothing.

use super::*;
use crate::{governance::origins::Origin, PoswStake, Rewards};
use pallet_chain::{GovernanceParams, Track};
use pallet_referenda::{Error, Event};
use posw_primitives::{Curve, DifficultyParams, Factor, RewardParams, StakeParams};

/// A referendum about `call` passes, and its enactment fails with this.
fn fails(origin: impl Into<OriginCaller>, call: impl Into<RuntimeCall>, error: impl Into<DispatchError>) {
    run(|| {
        let before = crate::configs::consensus::current_params();
        assert_eq!(passed(origin, call), Err(error.into()));
        assert_eq!(crate::configs::consensus::pending_params(), None);
        assert_eq!(crate::configs::consensus::current_params(), before);
        assert_eq!(Chain::current_governance().1, None);
    });
}

/// Parameters of the development chain, where a test has to name them before its chain runs.
fn stake() -> StakeParams {
    crate::genesis_config_presets::development_stake_params()
}

#[test]
fn native_bounds_hold_against_a_vote() {
    type Stake = pallet_posw_stake::Error<Runtime>;
    // The most that a factor can be is more than the development chain's easiest target allows.
    let most = Factor::MAX;
    let wrong = [
        (StakeParams { max_boost: most, ..stake() }, Stake::MaxBoostOutOfRange),
        (StakeParams { curve: Curve::Constant { boost: most }, ..stake() }, Stake::CurveBoostOutOfRange),
        (StakeParams { ration: 1, ..stake() }, Stake::RationOutOfRange),
        (StakeParams { horizon: 0, ..stake() }, Stake::HorizonOutOfRange),
        // A relation to another pallet's parameters: rewards mature after 10 blocks.
        (
            StakeParams { max_reorg: 11, unbonding: 20, activation: 3, min_lock: 60, ..stake() },
            Stake::MaturityOutOfRange,
        ),
    ];
    for (params, error) in wrong {
        fails(Origin::ConsensusParameters, pallet_posw_stake::Call::set_params { params }, error);
    }
    let params = DifficultyParams { block_time: 499, ..crate::genesis_config_presets::development_difficulty_params() };
    let error = pallet_difficulty::Error::<Runtime>::BlockTimeOutOfRange;
    fails(Origin::ConsensusParameters, pallet_difficulty::Call::set_params { params }, error);
}

#[test]
fn a_factor_beyond_the_native_bound_is_not_even_a_call() {
    run(|| {
        let call: RuntimeCall =
            pallet_posw_stake::Call::set_params { params: StakeParams { max_boost: Factor::MAX, ..stake() } }.into();
        let (most, beyond) = (Factor::MAX.billionths(), Factor::MAX.billionths() + 1);
        let mut bytes = call.encode();
        let at = bytes.windows(8).position(|window| window == most.to_le_bytes()).unwrap();
        bytes[at..at + 8].copy_from_slice(&beyond.to_le_bytes());
        let hash = BlakeTwo256::hash(&bytes);
        let submit = pallet_referenda::Call::submit {
            proposal_origin: Box::new(Origin::ConsensusParameters.into()),
            proposal: Bounded::Lookup { hash, len: bytes.len().try_into().unwrap() },
            enactment_moment: DispatchTime::After(0),
        };
        let note = pallet_preimage::Call::note_preimage { bytes };
        mine_with(Alice, &[signed(Eve, 0, 0, note), signed(Eve, 1, 0, submit)]);
        mine_with(Alice, &[signed(Eve, 0, 0, pallet_referenda::Call::place_decision_deposit { index: 0 })]);
        support(0);
        unavailable(0);
        assert_eq!(crate::configs::consensus::pending_params(), None);
    });
}

/// Mines until the scheduler finds no call to enact.
fn unavailable(index: ReferendumIndex) {
    mine_until(60, |event| match event {
        RuntimeEvent::Scheduler(pallet_scheduler::Event::CallUnavailable { id, .. })
            if *id == Some(enactment(index)) =>
        {
            Some(())
        }
        _ => None,
    })
}

#[test]
fn a_majority_cannot_be_voted_away() {
    let old = crate::genesis_config_presets::development_governance_params();
    let root = TrackParams { min_approval: 500_000_000, ..old.root };
    let params = Box::new(GovernanceParams { root, ..old });
    let error = pallet_chain::Error::<Runtime>::MinApprovalOutOfRange(Track::Root);
    fails(root_origin(), pallet_chain::Call::set_governance { params }, error);
}

#[test]
fn no_vote_creates_more_coins_than_balances_have_room_for() {
    let most = RewardParams {
        initial: 10u128.pow(27),
        tail: 10u128.pow(27),
        ..crate::genesis_config_presets::development_reward_params()
    };
    run(|| assert_eq!(passed(Origin::EconomicParameters, pallet_rewards::Call::set_params { params: most }), Ok(())));
    let more = RewardParams { initial: most.initial + 1, ..most };
    let error = pallet_rewards::Error::<Runtime>::InitialOutOfRange;
    fails(Origin::EconomicParameters, pallet_rewards::Call::set_params { params: more }, error);
    // As many blocks as a chain can have, after the most that genesis can have.
    let subsidies = posw_primitives::issuance::subsidy(u32::MAX, &most) * u128::from(u32::MAX);
    assert!(subsidies < 43 * 10u128.pow(35), "{subsidies}");
    assert!(subsidies.checked_add(crate::genesis::MAX_COINS).is_some());
}

#[test]
fn a_call_that_the_track_does_not_allow_fails_when_it_is_enacted() {
    let code = frame_system::Call::<Runtime>::set_code { code: vec![0] };
    fails(Origin::ConsensusParameters, code, DispatchError::BadOrigin);
    let rewards = pallet_rewards::Call::<Runtime>::set_params {
        params: crate::genesis_config_presets::development_reward_params(),
    };
    fails(Origin::ConsensusParameters, rewards, DispatchError::BadOrigin);
    // Nor in a batch.
    let set_params: RuntimeCall = pallet_posw_stake::Call::set_params { params: stake() }.into();
    let batch = pallet_utility::Call::<Runtime>::batch_all { calls: vec![set_params] };
    fails(Origin::EconomicParameters, batch, DispatchError::BadOrigin);
}

#[test]
fn without_enough_support_a_referendum_is_rejected() {
    run(|| {
        let params = StakeParams { horizon: 50, ..PoswStake::parameters() };
        let index = proposed(Origin::ConsensusParameters, pallet_posw_stake::Call::set_params { params });
        // All votes are ayes, but of less than a twentieth of all coins.
        mine_with(Alice, &[signed(Bob, 0, 0, vote(index, true, 500_000 * COIN))]);
        let rejected = mine_until(30, |event| match event {
            RuntimeEvent::Referenda(Event::Rejected { index, .. }) => Some(*index),
            _ => None,
        });
        assert_eq!(rejected, index);
        // The decision deposit comes back, the other does not.
        let held = reserved(Eve);
        mine_with(Alice, &[signed(Eve, 0, 0, pallet_referenda::Call::refund_decision_deposit { index })]);
        let deposit = Chain::governance().consensus_parameters.decision_deposit;
        assert_eq!(held - reserved(Eve), deposit);
        let refund = pallet_referenda::Call::<Runtime>::refund_submission_deposit { index };
        assert_eq!(dispatched(Eve, refund), Err(Error::<Runtime>::BadStatus.into()));
        assert_eq!(crate::configs::consensus::pending_params(), None);
    });
}

#[test]
fn it_takes_more_than_half_of_the_votes() {
    // Two voters are for it and two against it, one of each with so many coins more.
    for (more_ayes, more_nays, expected) in [(0, COIN, false), (0, 0, false), (COIN, 0, true)] {
        run(|| {
            let params = RewardParams { tail: 0, ..Rewards::parameters() };
            let index = proposed(Origin::EconomicParameters, pallet_rewards::Call::set_params { params });
            let votes = [(Alice, true, more_ayes), (Bob, true, 0), (Charlie, false, more_nays), (Dave, false, 0)];
            mine_with(Alice, &votes.map(|(who, aye, more)| signed(who, 0, 0, vote(index, aye, VOTE + more))));
            assert_eq!(passes(), expected, "{more_ayes} more for it, {more_nays} against it");
        });
    }
}

#[test]
fn without_a_decision_deposit_nothing_is_decided() {
    run(|| {
        let index = submitted(Origin::ConsensusParameters, frame_system::Call::remark { remark: vec![1] });
        let start = System::block_number();
        support(index);
        mine_until(250, |event| matches!(event, RuntimeEvent::Referenda(Event::TimedOut { .. })).then_some(()));
        assert_eq!(System::block_number(), start + Chain::governance().undeciding_timeout);
    });
}

#[test]
fn without_its_preimage_an_approved_call_is_not_enacted() {
    run(|| {
        let remark: RuntimeCall = frame_system::Call::remark_with_event { remark: vec![1; 200] }.into();
        let root = root_origin();
        mine_with(Alice, &[signed(Eve, 0, 0, submit(&root, &remark))]);
        mine_with(Alice, &[signed(Eve, 0, 0, pallet_referenda::Call::place_decision_deposit { index: 0 })]);
        support(0);
        unavailable(0);
        // It stays so when the preimage comes too late.
        mine_with(Alice, &[signed(Eve, 0, 0, note(&remark))]);
        for _ in 0..5 {
            mine(Alice);
            let remarked =
                |event: &RuntimeEvent| matches!(event, RuntimeEvent::System(frame_system::Event::Remarked { .. }));
            assert!(!events().iter().any(remarked));
        }
    });
}

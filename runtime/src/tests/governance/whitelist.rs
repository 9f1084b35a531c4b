//! The technical committee, and the fast track for what it has whitelisted.

use super::*;
use crate::{configs::governance::TechnicalCollective, governance::origins::Origin, PoswStake};
use frame_support::{assert_ok, weights::Weight};
use pallet_whitelist::{Error, Event};

type Committee = pallet_collective::Call<Runtime, TechnicalCollective>;

/// What only root may do: a slash of a stake of genesis.
fn urgent() -> RuntimeCall {
    pallet_posw_stake::Call::slash { account: Bob.to_account_id(), deposit: 0, amount: 7 * COIN }.into()
}

fn hash(call: &RuntimeCall) -> H256 {
    BlakeTwo256::hash(&call.encode())
}

fn whitelist(call: &RuntimeCall) -> RuntimeCall {
    pallet_whitelist::Call::whitelist_call { call_hash: hash(call) }.into()
}

/// The call that a referendum on the fast track approves.
fn fast(call: &RuntimeCall) -> RuntimeCall {
    pallet_whitelist::Call::dispatch_whitelisted_call_with_preimage { call: Box::new(call.clone()) }.into()
}

/// Two of three members whitelist a call.
fn whitelisted(call: &RuntimeCall) {
    let motion = whitelist(call);
    let proposal = hash(&motion);
    let length_bound = motion.encoded_size().try_into().unwrap();
    let index = pallet_collective::ProposalCount::<Runtime, TechnicalCollective>::get();
    let propose = Committee::propose { threshold: 2, proposal: Box::new(motion), length_bound };
    mine_with(Alice, &[signed(Alice, 0, 0, propose)]);
    let aye = Committee::vote { proposal, index, approve: true };
    mine_with(Alice, &[signed(Alice, 0, 0, aye.clone()), signed(Bob, 0, 0, aye)]);
    let proposal_weight_bound = Weight::from_parts(1_000_000_000, 100_000);
    let close = Committee::close { proposal_hash: proposal, index, proposal_weight_bound, length_bound };
    mine_with(Alice, &[signed(Charlie, 0, 0, close)]);
    assert_told(Event::CallWhitelisted { call_hash: hash(call) });
}

fn staked() -> u128 {
    PoswStake::staked()
}

#[test]
fn what_the_committee_has_whitelisted_passes_fast_with_the_power_of_root() {
    run(|| {
        let (call, before) = (urgent(), staked());
        whitelisted(&call);
        let start = System::block_number();
        assert_ok!(passed(Origin::WhitelistedCaller, fast(&call)));
        assert_eq!(before - staked(), 7 * COIN);
        let params = Chain::governance();
        let least = params.root.confirm_period + params.root.enactment_period;
        let took = System::block_number() - start;
        assert!(took < params.root.decision_period + least, "{took}");
        // Once, not again.
        assert_ok!(dispatched_as(Origin::WhitelistedCaller, fast(&call)));
        assert_eq!(before - staked(), 7 * COIN);
    });
}

#[test]
fn the_committee_alone_does_nothing_and_a_third_of_it_not_even_that() {
    run(|| {
        let (call, before) = (urgent(), staked());
        let alone = |proposal: RuntimeCall| {
            let length_bound = proposal.encoded_size().try_into().unwrap();
            let propose = Committee::propose { threshold: 1, proposal: Box::new(proposal.clone()), length_bound };
            mine_with(Alice, &[signed(Alice, 0, 0, propose)]);
            let result = Err(DispatchError::BadOrigin);
            let proposal_hash = hash(&proposal);
            assert_told(pallet_collective::Event::<Runtime, TechnicalCollective>::Executed { proposal_hash, result });
        };
        // One of three.
        alone(whitelist(&call));
        // All of them have no power of root.
        let all = OriginCaller::TechnicalCommittee(pallet_collective::RawOrigin::Members(3, 3));
        assert_eq!(dispatched_as(all.clone(), call.clone()), Err(DispatchError::BadOrigin));
        assert_eq!(dispatched_as(all, fast(&call)), Err(DispatchError::BadOrigin));
        // Others have no seat.
        let propose = Committee::propose { threshold: 1, proposal: Box::new(whitelist(&call)), length_bound: 100 };
        let no_member = pallet_collective::Error::<Runtime, TechnicalCollective>::NotMember;
        assert_eq!(dispatched(Dave, propose), Err(no_member.into()));
        assert_eq!(staked(), before);
    });
}

#[test]
fn a_call_that_passes_first_waits_for_the_committee() {
    run(|| {
        let (call, before) = (urgent(), staked());
        mine_with(Alice, &[signed(Dave, 0, 0, note(&call))]);
        assert_ok!(passed(Origin::WhitelistedCaller, fast(&call)));
        assert_told(Event::DispatchDeferred { call_hash: hash(&call) });
        assert_eq!(staked(), before);
        assert_eq!(dispatched(Eve, fast(&call)), Err(Error::<Runtime>::CallIsNotWhitelisted.into()));
        // Anybody may bring it about then, at no cost.
        whitelisted(&call);
        let coins = balance(&Eve.to_account_id());
        mine_with(Alice, &[signed(Eve, 0, 0, fast(&call))]);
        assert_told(Event::DeferredDispatchExecuted { call_hash: hash(&call), who: Eve.to_account_id() });
        assert_eq!(before - staked(), 7 * COIN);
        assert_eq!(balance(&Eve.to_account_id()), coins);
    });
}

#[test]
fn it_does_not_wait_for_ever() {
    run(|| {
        let (call, before) = (urgent(), staked());
        assert_ok!(dispatched_as(Origin::WhitelistedCaller, fast(&call)));
        whitelisted(&call);
        let end = Chain::governance().motion_duration;
        mine_to(Alice, end);
        assert_eq!(dispatched(Eve, fast(&call)), Err(Error::<Runtime>::DeferredDispatchExpired.into()));
        assert_eq!(staked(), before);
    });
}

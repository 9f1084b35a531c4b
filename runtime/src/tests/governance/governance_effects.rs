//! From when on it counts that governance asks for something else, and for what.

use super::{treasury::spend, *};
use crate::{configs::governance::TechnicalCollective, governance::origins::Origin, AccountId};
use codec::Decode;
use frame_support::assert_ok;
use pallet_chain::{GovernanceParams, Track};
use pallet_referenda::Event;
use sp_consensus_posw::NetworkState;

/// Has governance ask for something else from the next epoch on.
fn scheduled(change: impl FnOnce(&mut GovernanceParams)) {
    let mut params = Box::new(Chain::governance());
    change(&mut params);
    assert_ok!(dispatched_as(root_origin(), pallet_chain::Call::set_governance { params }));
}

/// The last block of an epoch, after which a pending change is in force.
fn end_epoch() {
    mine_to(Alice, call::<NetworkState>("PoswApi_network", ()).epoch.last());
}

/// Has governance ask for something else from the next block on.
fn in_force(change: impl FnOnce(&mut GovernanceParams)) {
    scheduled(change);
    end_epoch();
}

/// A call that changes nothing; two of them are different calls.
fn remark() -> RuntimeCall {
    frame_system::Call::remark { remark: System::block_number().encode() }.into()
}

/// Mines until referenda tell what `wanted` finds; the block that tells it.
fn block_of(wanted: fn(&Event<Runtime>) -> bool) -> u32 {
    mine_until(100, |event| match event {
        RuntimeEvent::Referenda(event) => wanted(event).then_some(()),
        _ => None,
    });
    System::block_number()
}

fn decision_started(event: &Event<Runtime>) -> bool {
    matches!(event, Event::DecisionStarted { .. })
}

fn rejected(event: &Event<Runtime>) -> bool {
    matches!(event, Event::Rejected { .. })
}

#[test]
fn a_referendum_takes_the_times_of_its_track() {
    run(|| {
        in_force(|params| {
            let track = TrackParams { prepare_period: 6, decision_period: 30, confirm_period: 4, ..params.treasurer };
            params.treasurer = TrackParams { enactment_period: 7, ..track };
        });
        let index = proposed(Origin::Treasurer, remark());
        let submitted = System::block_number() - 1;
        support(index);
        assert_eq!(block_of(decision_started), submitted + 6);
        let confirming = block_of(|event| matches!(event, Event::ConfirmStarted { .. }));
        let confirmed = block_of(|event| matches!(event, Event::Confirmed { .. }));
        assert_eq!(confirmed, confirming + 4);
        assert_ok!(enacted(index));
        assert_eq!(System::block_number(), confirmed + 7);
        // Without a vote, the decision takes all its time.
        proposed(Origin::Treasurer, remark());
        let started = block_of(decision_started);
        assert_eq!(block_of(rejected), started + 30);
    });
}

#[test]
fn referenda_under_way_follow_with_their_next_step() {
    run(|| {
        // One that waits for its decision deposit, and one that is decided.
        in_force(|params| params.undeciding_timeout = 30);
        submitted(Origin::Treasurer, remark());
        let submitted = System::block_number();
        proposed(Origin::Treasurer, remark());
        let started = block_of(decision_started);
        in_force(|params| {
            params.undeciding_timeout = 50;
            params.treasurer.decision_period = 36;
        });
        assert_eq!(block_of(rejected), started + 36);
        assert_eq!(block_of(|event| matches!(event, Event::TimedOut { .. })), submitted + 50);
    });
}

#[test]
fn as_many_referenda_are_decided_at_once_as_the_track_allows() {
    let deciding = || pallet_referenda::DecidingCount::<Runtime>::get(Track::Treasurer.id());
    run(|| {
        in_force(|params| params.treasurer.max_deciding = 1);
        proposed(Origin::Treasurer, remark());
        proposed(Origin::Treasurer, remark());
        mine_to(Alice, System::block_number() + 2);
        assert_eq!(deciding(), 1);
        // The second one waits until another's decision has ended; for a new one there is room.
        in_force(|params| params.treasurer.max_deciding = 2);
        proposed(Origin::Treasurer, remark());
        mine_to(Alice, System::block_number() + 2);
        assert_eq!(deciding(), 2);
    });
}

#[test]
fn a_referendum_needs_the_votes_that_its_track_asks_for() {
    // Three quarters of the votes are ayes, 2.7 million of 12 million coins.
    type Change = fn(&mut TrackParams);
    let cases: [(Change, bool); 3] = [
        (|track| (track.min_approval, track.min_support) = (750_000_000, 220_000_000), true),
        (|track| track.min_approval = 750_000_001, false),
        (|track| track.min_support = 230_000_000, false),
    ];
    for (change, expected) in cases {
        run(|| {
            in_force(|params| change(&mut params.treasurer));
            let index = proposed(Origin::Treasurer, remark());
            mine_with(Alice, &VOTERS.map(|who| signed(who, 0, 0, vote(index, who != Dave, VOTE))));
            assert_eq!(passes(), expected, "{:?}", Chain::governance().treasurer);
        });
    }
}

#[test]
fn votes_that_are_taken_back_from_then_on_are_locked_for_the_new_time() {
    let frozen = |who: Sr25519Keyring| {
        let unlock = pallet_conviction_voting::Call::unlock { class: 0, target: who.to_account_id().into() };
        assert_ok!(dispatched(Dave, unlock));
        System::account(who.to_account_id()).data.frozen
    };
    run(|| {
        let index = proposed(root_origin(), remark());
        support(index);
        let confirmed = block_of(|event| matches!(event, Event::Confirmed { .. }));
        let take_back = |who| signed(who, 0, 0, pallet_conviction_voting::Call::remove_vote { class: Some(0), index });
        mine_with(Alice, &[take_back(Bob)]);
        let old = Chain::governance().vote_locking;
        in_force(|params| params.vote_locking = old + 20);
        mine_with(Alice, &[take_back(Charlie)]);
        mine_to(Alice, confirmed + old);
        assert_eq!((frozen(Bob), frozen(Charlie)), (0, VOTE));
        mine_to(Alice, confirmed + old + 19);
        assert_eq!(frozen(Charlie), VOTE);
        mine(Alice);
        assert_eq!(frozen(Charlie), 0);
    });
}

#[test]
fn spends_that_are_approved_from_then_on_lapse_after_the_new_time() {
    let lapses = |index| pallet_treasury::Spends::<Runtime>::get(index).expect("it is approved").expire_at;
    run(|| {
        mine(Alice);
        scheduled(|params| params.payout_period = 50);
        let first = System::block_number();
        assert_ok!(dispatched_as(Origin::Treasurer, spend(COIN, None)));
        end_epoch();
        assert_ok!(dispatched_as(Origin::Treasurer, spend(COIN, None)));
        assert_eq!([lapses(0), lapses(1)], [first + 200, System::block_number() + 50]);
    });
}

#[test]
fn spends_have_the_new_limits_from_then_on() {
    run(|| {
        mine(Alice);
        let old = Chain::governance();
        scheduled(|params| {
            params.small_spender_limit *= 2;
            params.treasurer_limit *= 3;
        });
        let most = |origin: Origin, limit: u128| {
            let spent = |amount| in_transaction(false, || dispatched_as(origin, spend(amount, None)));
            let refused = pallet_treasury::Error::<Runtime>::InsufficientPermission;
            assert_eq!((spent(limit), spent(limit + 1)), (Ok(()), Err(refused.into())), "{origin:?}");
        };
        most(Origin::SmallSpender, old.small_spender_limit);
        most(Origin::Treasurer, old.treasurer_limit);
        end_epoch();
        most(Origin::SmallSpender, 2 * old.small_spender_limit);
        most(Origin::Treasurer, 3 * old.treasurer_limit);
    });
}

#[test]
fn motions_and_calls_that_wait_for_the_committee_have_the_new_time_from_then_on() {
    type Committee = pallet_collective::Call<Runtime, TechnicalCollective>;
    type Votes = (u32, u32, Vec<AccountId>, Vec<AccountId>, u32);
    /// The blocks at which a new motion and the wait of a call end.
    fn ends() -> [u32; 2] {
        let proposal = Box::new(remark());
        let (motion, length_bound) = (BlakeTwo256::hash_of(&proposal), 100);
        let threshold = 2;
        assert_ok!(dispatched(Alice, Committee::propose { threshold, proposal, length_bound }));
        let votes = pallet_collective::Voting::<Runtime, TechnicalCollective>::get(motion).expect("it is proposed");
        let (.., motion_ends) = Votes::decode(&mut &votes.encode()[..]).expect("these are its fields");
        let call = remark();
        let call_hash = BlakeTwo256::hash_of(&call);
        let fast = pallet_whitelist::Call::dispatch_whitelisted_call_with_preimage { call: Box::new(call) };
        assert_ok!(dispatched_as(Origin::WhitelistedCaller, fast));
        let wait_ends = pallet_whitelist::DeferredDispatch::<Runtime>::get(call_hash).expect("it waits");
        [motion_ends, wait_ends]
    }
    run(|| {
        mine(Alice);
        let old = Chain::governance().motion_duration;
        scheduled(|params| params.motion_duration = old + 7);
        assert_eq!(ends(), [System::block_number() + old; 2]);
        end_epoch();
        assert_eq!(ends(), [System::block_number() + old + 7; 2]);
    });
}

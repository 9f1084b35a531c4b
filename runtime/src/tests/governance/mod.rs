//! Governance: referenda from their submission to what they change, in real blocks.

mod chain_rows;
mod effects;
mod governance_effects;
mod guide;
mod parameters;
mod proxies;
mod referenda;
mod refused;
mod rehearsal;
mod rows;
mod table;
mod tracks;
mod treasury;
mod votes;
mod whitelist;

use super::chain::*;
use crate::{constants::COIN, Chain, OriginCaller, Runtime, RuntimeCall, RuntimeEvent, System};
use codec::Encode;
use frame_support::{
    dispatch::DispatchResult,
    traits::{schedule::DispatchTime, Bounded},
};
use pallet_chain::TrackParams;
use pallet_conviction_voting::{AccountVote, Conviction, TallyOf, Vote};
use pallet_referenda::{ReferendumIndex, ReferendumInfo, ReferendumInfoFor};
use sp_core::H256;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve};
use sp_runtime::{traits::BlakeTwo256, traits::Hash, DispatchError};

/// The coins of each of the [`VOTERS`]; a third of all coins together.
const VOTE: u128 = 900_000 * COIN;
/// They pass a referendum on any track before its decision's end.
const VOTERS: [Sr25519Keyring; 4] = [Alice, Bob, Charlie, Dave];

/// What the last block told.
fn events() -> Vec<RuntimeEvent> {
    System::events().into_iter().map(|record| record.event).collect()
}

/// Expects the last block to have told this.
fn assert_told(event: impl Into<RuntimeEvent>) {
    let event = event.into();
    assert!(events().contains(&event), "{event:?} is not among {:#?}", events());
}

/// The origin of the track of root.
fn root_origin() -> OriginCaller {
    frame_system::RawOrigin::Root.into()
}

/// The hash and length by which referenda name a call.
fn lookup(call: &RuntimeCall) -> Bounded<RuntimeCall, BlakeTwo256> {
    let bytes = call.encode();
    Bounded::Lookup { hash: BlakeTwo256::hash(&bytes), len: bytes.len().try_into().unwrap() }
}

/// The call that stores what a referendum is about.
fn note(call: &RuntimeCall) -> pallet_preimage::Call<Runtime> {
    pallet_preimage::Call::note_preimage { bytes: call.encode() }
}

/// The call that begins a referendum.
fn submit(origin: &OriginCaller, call: &RuntimeCall) -> pallet_referenda::Call<Runtime> {
    pallet_referenda::Call::submit {
        proposal_origin: Box::new(origin.clone()),
        proposal: lookup(call),
        enactment_moment: DispatchTime::After(0),
    }
}

/// Eve begins a referendum, with its preimage; nobody has put a decision deposit on it.
fn submitted(origin: impl Into<OriginCaller>, call: impl Into<RuntimeCall>) -> ReferendumIndex {
    let (origin, call) = (origin.into(), call.into());
    let index = pallet_referenda::ReferendumCount::<Runtime>::get();
    mine_with(Alice, &[signed(Eve, 0, 0, note(&call)), signed(Eve, 1, 0, submit(&origin, &call))]);
    index
}

/// Eve begins a referendum and puts the decision deposit on it.
fn proposed(origin: impl Into<OriginCaller>, call: impl Into<RuntimeCall>) -> ReferendumIndex {
    let index = submitted(origin, call);
    mine_with(Alice, &[signed(Eve, 0, 0, pallet_referenda::Call::place_decision_deposit { index })]);
    index
}

/// The vote of an account with conviction 1.
fn vote(poll_index: ReferendumIndex, aye: bool, balance: u128) -> pallet_conviction_voting::Call<Runtime> {
    let vote = Vote { aye, conviction: Conviction::Locked1x };
    pallet_conviction_voting::Call::vote { poll_index, vote: AccountVote::Standard { vote, balance } }
}

/// All voters are for it.
fn support(index: ReferendumIndex) {
    mine_with(Alice, &VOTERS.map(|who| signed(who, 0, 0, vote(index, true, VOTE))));
}

/// Mines until the last block told what `wanted` finds, at most for `blocks`.
fn mine_until<T>(blocks: u32, wanted: impl Fn(&RuntimeEvent) -> Option<T>) -> T {
    for _ in 0..blocks {
        if let Some(found) = events().iter().find_map(&wanted) {
            return found;
        }
        mine(Alice);
    }
    panic!("nothing of the kind within {blocks} blocks, up to {}", System::block_number());
}

/// The name under which the scheduler knows what a referendum has approved.
fn enactment(index: ReferendumIndex) -> [u8; 32] {
    (b"assembly", "enactment", index).using_encoded(sp_io::hashing::blake2_256)
}

/// Mines until the referendum's call was dispatched, and says how that ended.
fn enacted(index: ReferendumIndex) -> DispatchResult {
    mine_until(60, |event| match event {
        RuntimeEvent::Scheduler(pallet_scheduler::Event::Dispatched { id: Some(id), result, .. })
            if *id == enactment(index) =>
        {
            Some(*result)
        }
        _ => None,
    })
}

/// Mines until the decision of the only referendum has ended, and says whether it passed.
fn passes() -> bool {
    mine_until(60, |event| match event {
        RuntimeEvent::Referenda(pallet_referenda::Event::Confirmed { .. }) => Some(true),
        RuntimeEvent::Referenda(pallet_referenda::Event::Rejected { .. }) => Some(false),
        _ => None,
    })
}

/// A referendum about `call` passes; how its enactment ended.
fn passed(origin: impl Into<OriginCaller>, call: impl Into<RuntimeCall>) -> DispatchResult {
    let index = proposed(origin, call);
    support(index);
    enacted(index)
}

/// The votes on a referendum that is not over.
fn tally(index: ReferendumIndex) -> TallyOf<Runtime> {
    match ReferendumInfoFor::<Runtime>::get(index) {
        Some(ReferendumInfo::Ongoing(status)) => status.tally,
        other => panic!("{other:?} is over"),
    }
}

/// What is reserved of an account's coins: deposits for referenda.
fn reserved(who: Sr25519Keyring) -> u128 {
    crate::Balances::reserved_balance(who.to_account_id())
}

/// How a transaction of `who` would end; where it fails, it changes nothing.
fn dispatched(who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> DispatchResult {
    dispatched_as(crate::RuntimeOrigin::signed(who.to_account_id()), call)
}

/// How a call with this origin ends; where it fails, it changes nothing.
fn dispatched_as(origin: impl Into<crate::RuntimeOrigin>, call: impl Into<RuntimeCall>) -> DispatchResult {
    use sp_runtime::traits::Dispatchable;
    frame_support::storage::with_storage_layer(|| {
        call.into().dispatch(origin.into()).map(|_| ()).map_err(|failed| failed.error)
    })
}

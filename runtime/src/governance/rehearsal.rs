//! What a referendum's call would do, were it dispatched now.
//!
//! Anybody may ask any node. A rehearsal therefore takes no longer than a call that a block dispatches, whatever it is of: the
//! weight that root may declare at will is checked, and code is not looked at.

use super::tracks::Tracks;
use crate::{
    constants::MAXIMUM_SCHEDULED_WEIGHT, Hash, OriginCaller, Preimage, RuntimeCall, RuntimeEvent, RuntimeOrigin, System,
};
use alloc::borrow::Cow;
use codec::DecodeLimit;
use frame_support::{
    dispatch::GetDispatchInfo,
    dispatch_context::{run_in_context, with_context},
    migrations::MultiStepMigrator,
    traits::{FetchResult, QueryPreimage, StorePreimage},
    weights::Weight,
    MAX_EXTRINSIC_DEPTH,
};
use pallet_chain::RehearsalError;
use pallet_collective::Call as CollectiveCall;
use pallet_multisig::Call as MultisigCall;
use pallet_proxy::Call as ProxyCall;
use pallet_referenda::TracksInfo;
use pallet_sudo::Call as SudoCall;
use pallet_utility::{Call as UtilityCall, Event as UtilityEvent};
use pallet_whitelist::{Call as WhitelistCall, Event as WhitelistEvent};
use sp_runtime::{
    traits::{BlakeTwo256, Dispatchable},
    DispatchError,
};

/// The rehearsal under way. It is kept in the context of the dispatch, which no call reaches as it reaches storage, and which ends
/// with the dispatch.
struct Rehearsal {
    /// What all calls weigh that are known to be part of it.
    weight: Weight,
    /// Why it cannot tell what the call would do.
    obstacle: Option<RehearsalError>,
}

impl Rehearsal {
    /// Adds a call that becomes a part of it, and says whether it may.
    fn admits(&mut self, bytes: &[u8]) -> bool {
        // What does not decode is refused by who asked for it.
        self.weight = decode(bytes).map_or(self.weight, |call| self.weight.saturating_add(undeclared(&call)));
        self.obstacle = self.obstacle.take().or(too_heavy(self.weight));
        self.obstacle.is_none()
    }
}

/// Dispatches an encoded call as the scheduler would; the caller forgets what it did.
///
/// At genesis, where blocks note no events, it does not see the failures that only events tell.
///
/// # Errors
/// Says why the call would come to nothing, or why that cannot be told.
pub fn rehearse(origin: OriginCaller, call: &[u8]) -> Result<(), RehearsalError> {
    Tracks::track_for(&origin).map_err(|()| RehearsalError::NoTrack)?;
    let call = decode(call).ok_or(RehearsalError::NoCall)?;
    let weight = call.get_dispatch_info().call_weight.saturating_add(undeclared(&call));
    if let Some(error) = too_heavy(weight) {
        return Err(error);
    }
    let before = usize::try_from(System::event_count()).unwrap_or(usize::MAX);
    let (outcome, obstacle) = run_in_context(|| {
        with_context::<Rehearsal, _>(|rehearsal| rehearsal.set(Rehearsal { weight, obstacle: None }));
        let outcome = call.dispatch(RuntimeOrigin::from(origin));
        (outcome, with_context::<Rehearsal, _>(|rehearsal| rehearsal.get_mut().and_then(|found| found.obstacle.take())))
    });
    if let Some(error) = obstacle.flatten() {
        return Err(error);
    }
    outcome.map_err(|failed| RehearsalError::Failed(failed.error))?;
    let failed = System::read_events_no_consensus().skip(before).find_map(|record| failure(record.event));
    failed.map_or(Ok(()), |error| Err(RehearsalError::Failed(error)))
}

fn decode(call: &[u8]) -> Option<RuntimeCall> {
    RuntimeCall::decode_all_with_depth_limit(MAX_EXTRINSIC_DEPTH, &mut &*call).ok()
}

fn too_heavy(weight: Weight) -> Option<RehearsalError> {
    let limit = MAXIMUM_SCHEDULED_WEIGHT;
    weight.any_gt(limit).then_some(RehearsalError::TooHeavy { weight, limit })
}

/// What the calls inside a call weigh beyond what is declared for them: root and the superuser declare what they like.
fn undeclared(call: &RuntimeCall) -> Weight {
    match call {
        RuntimeCall::Utility(UtilityCall::with_weight { call, weight })
        | RuntimeCall::Sudo(SudoCall::sudo_unchecked_weight { call, weight }) => {
            let inside = undeclared(call);
            // What is too heavy is not weighed again at each level around it.
            if too_heavy(inside).is_some() {
                return inside;
            }
            inside.saturating_add(call.get_dispatch_info().call_weight.saturating_sub(*weight))
        }
        RuntimeCall::Utility(
            UtilityCall::batch { calls } | UtilityCall::batch_all { calls } | UtilityCall::force_batch { calls },
        ) => calls.iter().fold(Weight::zero(), |sum, call| sum.saturating_add(undeclared(call))),
        RuntimeCall::Utility(UtilityCall::if_else { main, fallback }) => {
            undeclared(main).saturating_add(undeclared(fallback))
        }
        RuntimeCall::Utility(
            UtilityCall::as_derivative { call, .. }
            | UtilityCall::dispatch_as { call, .. }
            | UtilityCall::dispatch_as_fallible { call, .. },
        )
        | RuntimeCall::Sudo(SudoCall::sudo { call } | SudoCall::sudo_as { call, .. })
        | RuntimeCall::Proxy(ProxyCall::proxy { call, .. } | ProxyCall::proxy_announced { call, .. })
        | RuntimeCall::Multisig(
            MultisigCall::as_multi { call, .. } | MultisigCall::as_multi_threshold_1 { call, .. },
        )
        | RuntimeCall::Whitelist(WhitelistCall::dispatch_whitelisted_call_with_preimage { call })
        | RuntimeCall::TechnicalCommittee(
            CollectiveCall::execute { proposal: call, .. } | CollectiveCall::propose { proposal: call, .. },
        ) => undeclared(call),
        _ => Weight::zero(),
    }
}

/// The error of a call inside a call that ends well all the same.
fn failure(event: RuntimeEvent) -> Option<DispatchError> {
    match event {
        RuntimeEvent::Utility(UtilityEvent::BatchInterrupted { error, .. } | UtilityEvent::ItemFailed { error }) => {
            Some(error)
        }
        RuntimeEvent::Utility(UtilityEvent::DispatchedAs { result }) => result.err(),
        RuntimeEvent::Whitelist(WhitelistEvent::WhitelistedCallDispatched { result, .. }) => {
            result.err().map(|failed| failed.error)
        }
        _ => None,
    }
}

/// No migrations in several blocks; but calls that replace the runtime's code find one under way when they are rehearsed.
///
/// Else they would have the node read the version of code that whoever asks has brought, for which it may have to run it, without
/// a limit of time.
///
/// # Consensus
/// None is under way in blocks (SPEC R4.1), and to see that reads no storage.
pub struct NoMigrations;

impl MultiStepMigrator for NoMigrations {
    fn ongoing() -> bool {
        let noted = with_context::<Rehearsal, _>(|rehearsal| {
            rehearsal.get_mut().map(|rehearsal| rehearsal.obstacle = Some(RehearsalError::SetsCode))
        });
        noted.flatten().is_some()
    }

    fn step() -> Weight {
        Weight::zero()
    }
}

/// The chain's preimages. In a rehearsal, what whitelisted calls weigh beyond what they declare counts, and there are none beyond
/// the limit.
pub struct WhitelistedPreimages;

impl QueryPreimage for WhitelistedPreimages {
    type H = BlakeTwo256;

    fn len(hash: &Hash) -> Option<u32> {
        <Preimage as QueryPreimage>::len(hash)
    }

    fn fetch(hash: &Hash, len: Option<u32>) -> FetchResult {
        let bytes = <Preimage as QueryPreimage>::fetch(hash, len)?;
        let admitted = with_context::<Rehearsal, _>(|rehearsal| {
            rehearsal.get_mut().is_none_or(|rehearsal| rehearsal.admits(&bytes))
        });
        if admitted == Some(false) {
            return Err(DispatchError::Unavailable);
        }
        Ok(bytes)
    }

    fn is_requested(hash: &Hash) -> bool {
        <Preimage as QueryPreimage>::is_requested(hash)
    }

    fn request(hash: &Hash) {
        <Preimage as QueryPreimage>::request(hash);
    }

    fn unrequest(hash: &Hash) {
        <Preimage as QueryPreimage>::unrequest(hash);
    }
}

impl StorePreimage for WhitelistedPreimages {
    const MAX_LENGTH: usize = <Preimage as StorePreimage>::MAX_LENGTH;

    fn note(bytes: Cow<[u8]>) -> Result<Hash, DispatchError> {
        <Preimage as StorePreimage>::note(bytes)
    }

    fn unnote(hash: &Hash) {
        <Preimage as StorePreimage>::unnote(hash);
    }
}

//! What a referendum's call would do, were it dispatched now.

use crate::{constants::MAXIMUM_SCHEDULED_WEIGHT, OriginCaller, RuntimeCall, RuntimeOrigin};
use codec::DecodeAll;
use frame_support::dispatch::GetDispatchInfo;
use pallet_chain::RehearsalError;
use sp_runtime::traits::Dispatchable;

/// Dispatches an encoded call as the scheduler would; the caller forgets what it did.
///
/// # Errors
/// Says why the call would come to nothing.
pub fn rehearse(origin: OriginCaller, call: &[u8]) -> Result<(), RehearsalError> {
    let call = RuntimeCall::decode_all(&mut &*call).map_err(|_| RehearsalError::NoCall)?;
    let (weight, limit) = (call.get_dispatch_info().call_weight, MAXIMUM_SCHEDULED_WEIGHT);
    if weight.any_gt(limit) {
        return Err(RehearsalError::TooHeavy { weight, limit });
    }
    call.dispatch(RuntimeOrigin::from(origin)).map(drop).map_err(|failed| RehearsalError::Failed(failed.error))
}

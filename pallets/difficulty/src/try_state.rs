//! What holds after every block.

use crate::{Anchor, BaseBits, Config, LastTime, Pallet, Parameters, PendingParams};
use frame_support::ensure;
use sp_runtime::{SaturatedConversion, TryRuntimeError};

impl<T: Config> Pallet<T> {
    /// Checks all invariants.
    ///
    /// # Errors
    /// Names the first one that does not hold.
    pub fn check_state() -> Result<(), TryRuntimeError> {
        let limit = Parameters::<T>::get().limit.target();
        ensure!(BaseBits::<T>::get().target() <= limit, "the base target is above the limit");
        let pending = PendingParams::<T>::get()
            .map(|new| posw_primitives::Params { difficulty: new, ..<T::AllParams as sp_core::Get<_>>::get() });
        ensure!(pending.is_none_or(|params| params.check().is_ok()), "pending parameters are out of range");
        let now: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
        let Some(anchor) = Anchor::<T>::get() else {
            ensure!(LastTime::<T>::get() == 0, "blocks have ended without an anchor");
            return Ok(());
        };
        ensure!(anchor.height >= 1 && anchor.height <= now, "the anchor is not a block of the past");
        ensure!(anchor.parent_time <= LastTime::<T>::get(), "the anchor is in the future");
        ensure!(anchor.bits.target() <= limit, "the anchor's target is above the limit");
        Ok(())
    }
}

//! What holds after every block.

use crate::{Collected, Config, LastDue, Outstanding, Pallet, Pending, PendingParams, Unpaid};
use frame_support::ensure;
use sp_runtime::{SaturatedConversion, TryRuntimeError};

impl<T: Config> Pallet<T> {
    /// Checks all invariants.
    ///
    /// # Errors
    /// Names the first one that does not hold.
    pub fn check_state() -> Result<(), TryRuntimeError> {
        let now: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
        let last = LastDue::<T>::get();
        let mut sum = Collected::<T>::get().fees.saturating_add(Collected::<T>::get().tips);
        for (due, reward) in Pending::<T>::iter() {
            ensure!(due >= now && due <= last, "a reward is overdue or due after the last one");
            sum = sum.saturating_add(reward.amount).saturating_add(reward.treasury);
        }
        sum = Unpaid::<T>::iter_values().fold(sum, u128::saturating_add);
        ensure!(sum == Outstanding::<T>::get(), "the outstanding sum is not that of the rewards");
        let pending = PendingParams::<T>::get()
            .map(|new| posw_primitives::Params { rewards: new, ..<T::AllParams as sp_core::Get<_>>::get() });
        ensure!(pending.is_none_or(|params| params.check().is_ok()), "pending parameters are out of range");
        Ok(())
    }
}

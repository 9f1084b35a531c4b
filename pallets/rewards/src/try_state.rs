//! What holds after every block.

use crate::{Collected, Config, OldestPending, Outstanding, Pallet, Parameters, Pending, PendingParams, Unpaid};
use frame_support::ensure;
use posw_primitives::Params;
use sp_core::Get;
use sp_runtime::{SaturatedConversion, TryRuntimeError};

impl<T: Config> Pallet<T> {
    /// Checks all invariants.
    ///
    /// # Errors
    /// Names the first one that does not hold.
    pub fn check_state() -> Result<(), TryRuntimeError> {
        let now: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
        let oldest = OldestPending::<T>::get();
        let mut sum = Collected::<T>::get().fees.saturating_add(Collected::<T>::get().tips);
        for (earned_in, reward) in Pending::<T>::iter() {
            ensure!((oldest..=now).contains(&earned_in), "a reward is of a block that was paid or is to come");
            sum = sum.saturating_add(reward.amount).saturating_add(reward.treasury);
        }
        sum = Unpaid::<T>::iter_values().fold(sum, u128::saturating_add);
        ensure!(sum == Outstanding::<T>::get(), "the outstanding sum is not that of the rewards");
        let in_range = |rewards| Params { rewards, ..T::AllParams::get() }.check().is_ok();
        ensure!(PendingParams::<T>::get().is_none_or(in_range), "pending parameters are out of range");
        let in_force = Parameters::<T>::get();
        ensure!(PendingParams::<T>::exists() || in_range(in_force), "the parameters in force are out of range");
        Ok(())
    }
}

//! Every call to the currency.
//!
//! Coins are held with [`HoldReason::Stake`](crate::HoldReason::Stake): a hold covers every path by which coins could leave
//! an account, unlike a check of the balance.

use crate::{Config, HoldReason};
use frame_support::traits::{
    fungible::hold::Mutate,
    tokens::{Fortitude, Precision},
};
use sp_runtime::DispatchResult;

fn reason<T: Config>() -> T::RuntimeHoldReason {
    HoldReason::Stake.into()
}

/// Puts `amount` of the free coins of `who` on hold.
pub(crate) fn hold<T: Config>(who: &T::AccountId, amount: u128) -> DispatchResult {
    T::Currency::hold(&reason::<T>(), who, amount)
}

/// Makes `amount` of the held coins of `who` free.
pub(crate) fn release<T: Config>(who: &T::AccountId, amount: u128) -> DispatchResult {
    T::Currency::release(&reason::<T>(), who, amount, Precision::Exact).map(|_| ())
}

/// Destroys `amount` of the held coins of `who`.
pub(crate) fn burn<T: Config>(who: &T::AccountId, amount: u128) -> DispatchResult {
    T::Currency::burn_held(&reason::<T>(), who, amount, Precision::Exact, Fortitude::Force).map(|_| ())
}

/// The held coins of `who`.
#[cfg(any(feature = "std", feature = "try-runtime"))]
pub(crate) fn held<T: Config>(who: &T::AccountId) -> u128 {
    use frame_support::traits::fungible::InspectHold;
    T::Currency::balance_on_hold(&reason::<T>(), who)
}

/// References by which the currency at least keeps the account of `who`: one where it has any coins on hold.
#[cfg(any(feature = "std", feature = "try-runtime"))]
pub(crate) fn references<T: Config>(who: &T::AccountId) -> u32 {
    use frame_support::traits::fungible::InspectHold;
    u32::from(T::Currency::total_balance_on_hold(who) > 0)
}

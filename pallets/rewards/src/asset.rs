//! Every call to the currency: fees are burned when they are paid, rewards are minted when they mature.

use crate::{Collected, Config, Outstanding, Pallet};
use core::marker::PhantomData;
use frame_support::traits::{
    fungible::{Balanced, Credit},
    tokens::Precision,
    Imbalance, OnUnbalanced,
};
use sp_runtime::DispatchError;

/// Mints `amount` for `who`.
///
/// # Errors
/// Where the currency refuses: below the existential deposit for a new account, or above the largest balance.
pub(crate) fn mint<T: Config>(who: &T::AccountId, amount: u128) -> Result<(), DispatchError> {
    T::Currency::deposit(who, amount, Precision::Exact).map(drop)
}

/// Takes the fee and the tip of each transaction (R9.1); goes with the SDK's `FungibleAdapter`.
///
/// The coins are burned, and counted as outstanding until the block's reward is minted.
pub struct CollectFees<T>(PhantomData<T>);

impl<T: Config> OnUnbalanced<Credit<T::AccountId, T::Currency>> for CollectFees<T> {
    /// The first item is the fee, the second the tip.
    fn on_unbalanceds(mut fees_then_tips: impl Iterator<Item = Credit<T::AccountId, T::Currency>>) {
        let mut next = || fees_then_tips.next().map_or(0, |credit| credit.peek());
        let (fees, tips) = (next(), next());
        Pallet::<T>::collect(fees, tips);
    }

    fn on_nonzero_unbalanced(credit: Credit<T::AccountId, T::Currency>) {
        Pallet::<T>::collect(credit.peek(), 0);
    }
}

impl<T: Config> Pallet<T> {
    fn collect(fees: u128, tips: u128) {
        Collected::<T>::mutate(|collected| {
            collected.fees = collected.fees.saturating_add(fees);
            collected.tips = collected.tips.saturating_add(tips);
        });
        Outstanding::<T>::mutate(|sum| *sum = sum.saturating_add(fees).saturating_add(tips));
    }
}

//! The parameters as the types that other pallets are configured with.

use crate::{Config, Parameters};
use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight, WeightToFee},
};

/// Prefix of addresses.
pub struct Ss58Prefix<T>(PhantomData<T>);

impl<T: Config> Get<u16> for Ss58Prefix<T> {
    fn get() -> u16 {
        Parameters::<T>::get().ss58_prefix
    }
}

/// Smallest balance of an account.
pub struct ExistentialDeposit<T>(PhantomData<T>);

impl<T: Config> Get<u128> for ExistentialDeposit<T> {
    fn get() -> u128 {
        Parameters::<T>::get().existential_deposit
    }
}

/// Deposit for `ITEMS` items of `BYTES` bytes together.
pub struct Deposit<T, const ITEMS: u32, const BYTES: u32>(PhantomData<T>);

impl<T: Config, const ITEMS: u32, const BYTES: u32> Get<u128> for Deposit<T, ITEMS, BYTES> {
    fn get() -> u128 {
        let params = Parameters::<T>::get();
        // Each price is at most 10^21, so the sum is below 2^103.
        let items = params.deposit_per_item.saturating_mul(u128::from(ITEMS));
        items.saturating_add(params.deposit_per_byte.saturating_mul(u128::from(BYTES)))
    }
}

/// Fee of weight; a block proves nothing, so that the time counts alone.
pub struct WeightFee<T>(PhantomData<T>);

impl<T: Config> WeightToFee for WeightFee<T> {
    type Balance = u128;

    fn weight_to_fee(weight: &Weight) -> u128 {
        // 2^64 * 10^21 is above 2^128: only a weight of more than 30 days saturates.
        let product = u128::from(weight.ref_time()).saturating_mul(Parameters::<T>::get().fee_per_second);
        product.checked_div(u128::from(WEIGHT_REF_TIME_PER_SECOND)).unwrap_or_default()
    }
}

/// Fee of bytes, given as the time part of a weight.
pub struct ByteFee<T>(PhantomData<T>);

impl<T: Config> WeightToFee for ByteFee<T> {
    type Balance = u128;

    fn weight_to_fee(length: &Weight) -> u128 {
        u128::from(length.ref_time()).saturating_mul(Parameters::<T>::get().fee_per_byte)
    }
}

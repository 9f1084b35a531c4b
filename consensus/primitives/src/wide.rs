//! Shifts and narrowing of wide integers that the lints can trust: nothing here panics or loses a bit unsaid.

use crate::{U256, U512};

/// 2^128, the scale of the ration's index and of powers.
pub(crate) const TWO_POW_128: U256 = U256([0, 0, 1, 0]);

/// `floor(value / 2^bits)`.
#[allow(clippy::arithmetic_side_effects)] // Panics only for counts beyond 64 bits; from 256 on the result is zero.
pub(crate) fn shr(value: U256, bits: usize) -> U256 {
    value >> bits
}

/// `floor(value / 2^bits)`.
#[allow(clippy::arithmetic_side_effects)] // Panics only for counts beyond 64 bits; from 512 on the result is zero.
pub(crate) fn shr_wide(value: U512, bits: usize) -> U512 {
    value >> bits
}

/// `value * 2^bits` modulo 2^512: the caller states why nothing is cut off.
#[allow(clippy::arithmetic_side_effects)] // Panics only for counts beyond 64 bits; from 512 on the result is zero.
pub(crate) fn shl_wide(value: U512, bits: usize) -> U512 {
    value << bits
}

/// The value in 256 bits, or the largest such number.
pub(crate) fn narrow(value: U512) -> U256 {
    U256::try_from(value).unwrap_or(U256::MAX)
}

/// The value in 128 bits, or the largest such number.
pub(crate) fn narrow_128(value: U256) -> u128 {
    u128::try_from(value).unwrap_or(u128::MAX)
}

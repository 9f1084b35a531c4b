//! How much a block creates (R9.1).

use crate::{params::RewardParams, BILLION, U256, U512};

/// Subsidy of the block at `height`: `max(tail, initial * decay^floor(height / period))`, rounded down.
///
/// The power is taken with 128 bits of fraction, each product rounded down. Never grows with the height.
///
/// # Consensus
/// R9.1.
pub fn subsidy(height: u32, params: &RewardParams) -> u128 {
    let periods = height.checked_div(params.period).unwrap_or_default();
    let decayed = U256::from(params.initial).full_mul(power(params.decay, periods));
    u128::try_from(decayed.shifted_down()).unwrap_or(u128::MAX).max(params.tail)
}

/// `share` billionths of `amount`, rounded down.
pub fn share(amount: u128, share: u32) -> u128 {
    let product = U256::from(amount).saturating_mul(U256::from(share));
    u128::try_from(product.checked_div(U256::from(BILLION)).unwrap_or_default()).unwrap_or(u128::MAX)
}

/// `(decay / 10^9)^exponent` as a number with 128 bits of fraction; `decay` above 10^9 counts as 10^9.
///
/// Each rounding loses less than 2^-128, all of them less than 2^-122. Two neighbouring powers differ by 10^-9 of the
/// larger one, so they can only be in the wrong order below 2^-92, where no subsidy of 90 bits has a whole unit left.
fn power(decay: u32, exponent: u32) -> U256 {
    let one = U256([0, 0, 1, 0]);
    let mut base = one
        .saturating_mul(U256::from(u64::from(decay).min(BILLION)))
        .checked_div(U256::from(BILLION))
        .unwrap_or_default();
    let (mut result, mut exponent) = (one, exponent);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result.full_mul(base).shifted_down();
        }
        base = base.full_mul(base).shifted_down();
        exponent >>= 1;
    }
    result
}

/// Division by 2^128; every value here is at most 2^256, so nothing is lost.
trait ShiftedDown {
    fn shifted_down(self) -> U256;
}

impl ShiftedDown for U512 {
    #[allow(clippy::arithmetic_side_effects)] // Shifts of U512 do not panic.
    fn shifted_down(self) -> U256 {
        U256::try_from(self >> 128).unwrap_or(U256::MAX)
    }
}

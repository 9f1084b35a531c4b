//! How much a block creates (R9.1).

use crate::{
    params::RewardParams,
    wide::{narrow, narrow_128, shr_wide, TWO_POW_128},
    BILLION, U256,
};

/// Subsidy of the block at `height`: `max(tail, initial * decay^floor(height / period))`, rounded down.
///
/// The power is taken with 128 bits of fraction by repeated squaring from the lowest bit of the exponent, each product
/// rounded down. Never grows with the height where `initial` is at most [`MAX_SUBSIDY`](crate::params::MAX_SUBSIDY).
///
/// # Consensus
/// R9.1.
pub fn subsidy(height: u32, params: &RewardParams) -> u128 {
    let periods = height.checked_div(params.period).unwrap_or_default();
    let decayed = mul(U256::from(params.initial), power(params.decay, periods));
    narrow_128(decayed).max(params.tail)
}

/// `share` billionths of `amount`, rounded down.
pub fn share(amount: u128, share: u32) -> u128 {
    let product = U256::from(amount).saturating_mul(U256::from(share));
    narrow_128(product.checked_div(U256::from(BILLION)).unwrap_or_default())
}

/// `(decay / 10^9)^exponent` as a number with 128 bits of fraction; `decay` above 10^9 counts as 10^9.
///
/// Powers stay in order while they matter. A square doubles the relative error of its base and adds at most 2^-128 over
/// itself; the exponent has 32 bits. For a result p >= 2^-90 only the last square and the last product can be as small as p,
/// all others are at least sqrt(p): the relative error is below 2 * 2^-128 / p + 2^38 * 2^-128 / sqrt(p) < 2^-36. Two
/// neighbouring powers differ by at least 2^-30 of the larger one. Below 2^-90 no subsidy under 2^90 has a whole unit left.
fn power(decay: u32, exponent: u32) -> U256 {
    let one = TWO_POW_128;
    let mut base = one
        .saturating_mul(U256::from(u64::from(decay).min(BILLION)))
        .checked_div(U256::from(BILLION))
        .unwrap_or_default();
    let (mut result, mut exponent) = (one, exponent);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = mul(result, base);
        }
        base = mul(base, base);
        exponent >>= 1;
    }
    result
}

/// `a * b / 2^128`, rounded down; both are at most 2^128, hence so is the product.
fn mul(a: U256, b: U256) -> U256 {
    narrow(shr_wide(a.full_mul(b), 128))
}

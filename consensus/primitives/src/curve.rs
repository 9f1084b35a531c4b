//! From weight to boost (R7.1).

use crate::{
    factor::Factor,
    wide::{narrow_128, shr},
    BILLION, U256,
};

pub use form::Curve;

/// Apart from the rest because the derived codec casts the indices of variants, which no other code may.
#[allow(clippy::as_conversions, clippy::cast_possible_truncation)]
mod form {
    use crate::factor::Factor;
    use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
    use scale_info::TypeInfo;
    use serde::{Deserialize, Serialize};

    /// The function from an account's weight to its boost; monotone, never below 1.0.
    ///
    /// `unit` is a weight in the smallest unit of the currency and counts as 1 where it is 0.
    #[derive(
        Clone,
        Copy,
        Debug,
        PartialEq,
        Eq,
        Encode,
        Decode,
        DecodeWithMemTracking,
        MaxEncodedLen,
        TypeInfo,
        Serialize,
        Deserialize,
    )]
    #[serde(rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
    pub enum Curve {
        /// 1.0 for everyone: plain proof of work.
        Flat,
        /// The same boost for any weight that counts.
        Constant {
            /// The boost.
            boost: Factor,
        },
        /// `1.0 + slope * weight / unit`.
        Linear {
            /// Weight that adds one slope.
            unit: u128,
            /// Boost added per unit, in billionths.
            slope: u64,
        },
        /// `sqrt(weight / unit)`.
        Sqrt {
            /// Weight with boost 1.0.
            unit: u128,
        },
        /// `1.0 + log2(1 + weight / unit)`.
        Log2 {
            /// Weight with boost 2.0.
            unit: u128,
        },
        /// `clamp(floor(weight / unit), 1, cap)^exponent`; unit 1000, cap 50, exponent 2 is the first chain's function.
        Power {
            /// Weight of one step.
            unit: u128,
            /// Largest number of steps.
            cap: u32,
            /// Exponent.
            exponent: u8,
        },
    }
}

impl Curve {
    /// The boost of `weight`, clamped to `1.0..=max_boost`. No weight has no boost.
    ///
    /// # Consensus
    /// R7.1. Each form rounds down to billionths.
    pub fn boost(&self, weight: u128, max_boost: Factor) -> Factor {
        if weight == 0 {
            return Factor::ONE;
        }
        let billionths = match *self {
            Self::Flat => u128::from(BILLION),
            Self::Constant { boost } => u128::from(boost.billionths()),
            Self::Linear { unit, slope } => linear(weight, unit, slope),
            Self::Sqrt { unit } => sqrt(weight, unit),
            Self::Log2 { unit } => log2(weight, unit),
            Self::Power { unit, cap, exponent } => power(weight, unit, cap, exponent),
        };
        Factor::clamped(billionths).min(max_boost)
    }
}

fn linear(weight: u128, unit: u128, slope: u64) -> u128 {
    // 2^128 * 2^64 is below 2^256.
    let product = U256::from(weight).saturating_mul(U256::from(slope));
    let rise = product.checked_div(U256::from(unit.max(1))).unwrap_or_default();
    narrow_128(rise).saturating_add(u128::from(BILLION))
}

fn sqrt(weight: u128, unit: u128) -> u128 {
    // sqrt(w / u) * 10^9 = sqrt(w * 10^18 / u); 2^128 * 2^60 is below 2^256, its root below 2^94.
    let billion = U256::from(BILLION);
    let square = U256::from(weight).saturating_mul(billion).saturating_mul(billion);
    let ratio = square.checked_div(U256::from(unit.max(1))).unwrap_or_default();
    narrow_128(ratio.integer_sqrt())
}

/// Bits of fraction of the logarithm; 2^-32 is finer than a billionth.
const LOG2_FRACTION_BITS: u32 = 32;

fn log2(weight: u128, unit: u128) -> u128 {
    // x = 1 + w / u as a number with 64 bits of fraction: below 2^129 * 2^64.
    let one = U256::from(u64::MAX).saturating_add(U256::one());
    let ratio = U256::from(weight).saturating_mul(one).checked_div(U256::from(unit.max(1))).unwrap_or_default();
    let x = ratio.saturating_add(one);
    let integer = x.bits().saturating_sub(65);
    // The mantissa in [1, 2) with 64 bits of fraction; squaring it gives one bit of the logarithm at a time.
    let mut mantissa = narrow_128(shr(x, integer));
    let mut log = u128::try_from(integer).unwrap_or(u128::MAX);
    for _ in 0..LOG2_FRACTION_BITS {
        let square = shr(U256::from(mantissa).saturating_mul(U256::from(mantissa)), 64);
        let overflow = square.bits() > 65;
        mantissa = u128::try_from(shr(square, usize::from(overflow))).unwrap_or(u128::MAX);
        log = log.saturating_mul(2).saturating_add(u128::from(overflow));
    }
    // The logarithm is at most 129 * 2^32.
    let billionths = log.saturating_mul(u128::from(BILLION)) >> LOG2_FRACTION_BITS;
    billionths.saturating_add(u128::from(BILLION))
}

fn power(weight: u128, unit: u128, cap: u32, exponent: u8) -> u128 {
    let steps = weight.checked_div(unit.max(1)).unwrap_or_default().min(u128::from(cap)).max(1);
    steps.saturating_pow(u32::from(exponent)).saturating_mul(u128::from(BILLION))
}

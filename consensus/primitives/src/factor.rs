//! Factors and boosts: how far stake raises a miner's target (R1.3, R7.3, R7.6).

use crate::{credit::Credit, error::FactorError, wide::narrow_128, BILLION, U256};
use codec::{Decode, DecodeWithMemTracking, Encode, Error as CodecError, Input, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Effective target divided by base target, in billionths; also a *boost*, the factor that a full credit buys.
///
/// Always in `1.0..=MAX_FACTOR` (R1.3).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(try_from = "u64", into = "u64")]
pub struct Factor(u64);

impl Factor {
    /// 1.0: no stake, plain proof of work.
    pub const ONE: Self = Self(BILLION);
    /// `MAX_FACTOR`, the native bound: 10,000.0.
    pub const MAX: Self = Self(10_000 * BILLION);

    /// The factor nearest to `billionths` within `1.0..=MAX_FACTOR`.
    pub fn clamped(billionths: u128) -> Self {
        let billionths = u64::try_from(billionths).unwrap_or(u64::MAX);
        Self(billionths.clamp(Self::ONE.0, Self::MAX.0))
    }

    /// The factor in billionths.
    pub const fn billionths(self) -> u64 {
        self.0
    }

    /// `floor(10^18 / factor)`: what a block of this factor costs, in billionths of an unboosted one.
    ///
    /// # Consensus
    /// The summand of R7.6.
    pub fn inverse(self) -> u64 {
        // 10^18 fits in 64 bits and the divisor is at least 10^9.
        BILLION.saturating_mul(BILLION).checked_div(self.0).unwrap_or(BILLION)
    }
}

/// The factor that `credit` buys under `boost`: `floor(10^27 * B / (10^18 * B - c * (B - 10^9)))` with `c` at most 1.
///
/// A full credit gives exactly the boost, none gives exactly 1.0; in between, the expected *work* falls linearly.
///
/// # Consensus
/// R7.3.
pub fn factor(boost: Factor, credit: Credit) -> Factor {
    // B <= 10^13 and c <= 10^18: every product is below 10^41, far below 2^256. The subtrahend is at most
    // 10^18 * (B - 10^9), so the divisor is at least 10^27.
    let b = U256::from(boost.0);
    let credit = U256::from(credit.min(Credit::ONE).units());
    let one = U256::from(Credit::ONE.units());
    let numerator = one.saturating_mul(U256::from(BILLION)).saturating_mul(b);
    let discount = credit.saturating_mul(b.saturating_sub(U256::from(BILLION)));
    let divisor = one.saturating_mul(b).saturating_sub(discount);
    let quotient = numerator.checked_div(divisor).unwrap_or(U256::from(BILLION));
    Factor::clamped(narrow_128(quotient))
}

/// The largest boost of an epoch: `max(1.0, floor(max_lead * 10^9 / m))`, `m` the mean of [`Factor::inverse`].
///
/// The mean is given as `sum` over `blocks` blocks and is not rounded. `max_lead` is in billionths; 0 switches the cap
/// off. No blocks count as blocks at factor 1.0.
///
/// # Consensus
/// R7.6.
pub fn lead_cap(max_lead: u64, sum: u128, blocks: u64) -> Factor {
    if max_lead == 0 {
        return Factor::MAX;
    }
    let (sum, blocks) = if sum == 0 || blocks == 0 { (u128::from(BILLION), 1) } else { (sum, blocks) };
    // 2^64 * 2^30 * 2^64 is below 2^256.
    let numerator = U256::from(max_lead).saturating_mul(U256::from(BILLION)).saturating_mul(U256::from(blocks));
    let quotient = numerator.checked_div(U256::from(sum)).unwrap_or_default();
    Factor::clamped(narrow_128(quotient))
}

impl TryFrom<u64> for Factor {
    type Error = FactorError;

    fn try_from(billionths: u64) -> Result<Self, FactorError> {
        if (Self::ONE.0..=Self::MAX.0).contains(&billionths) {
            Ok(Self(billionths))
        } else {
            Err(FactorError { found: billionths })
        }
    }
}

impl From<Factor> for u64 {
    fn from(factor: Factor) -> Self {
        factor.0
    }
}

/// For people: units and three decimals, rounded down.
impl core::fmt::Display for Factor {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let thousandths = self.0.checked_div(1_000_000).unwrap_or_default();
        let (units, decimals) = (thousandths.checked_div(1_000), thousandths.checked_rem(1_000));
        write!(f, "{}.{:03}", units.unwrap_or_default(), decimals.unwrap_or_default())
    }
}

impl Decode for Factor {
    fn decode<I: Input>(input: &mut I) -> Result<Self, CodecError> {
        Self::try_from(u64::decode(input)?).map_err(|_| "factor is out of range".into())
    }
}

impl DecodeWithMemTracking for Factor {}

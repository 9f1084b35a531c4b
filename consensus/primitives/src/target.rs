//! Targets, their compact form and the work they stand for (R1.1, R1.2, R1.5, R3.3).

use crate::{
    error::BitsError,
    factor::Factor,
    wide::{shl_wide, shr_wide},
    BILLION, U256, U512,
};
use codec::{Decode, DecodeWithMemTracking, Encode, Error as CodecError, Input, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// The compact form of the easiest target, `0xffff * 2^240`.
pub const POW_LIMIT_BITS: u32 = 0x2100_ffff;

/// Sign bit of the compact form's mantissa.
const SIGN: u32 = 0x0080_0000;
/// From this exponent on every non-zero mantissa stands for at least 2^256.
const EXPONENT_BEYOND: u8 = 35;

/// A hash, read as a little-endian 256-bit number, meets a target when it is not above it (R1.1).
///
/// Always in `1..=POW_LIMIT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target(U256);

impl Target {
    /// The hardest target.
    pub const MIN: Self = Self(U256::one());
    /// The easiest target (R1.2).
    pub const POW_LIMIT: Self = Self(U256([0, 0, 0, 0xffff << 48]));

    /// The target nearest to `value` within `1..=POW_LIMIT`.
    pub fn clamped(value: U256) -> Self {
        Self(value.clamp(Self::MIN.0, Self::POW_LIMIT.0))
    }

    /// The target nearest to `value` within `1..=POW_LIMIT`.
    pub fn clamped_wide(value: U512) -> Self {
        U256::try_from(value).map_or(Self::POW_LIMIT, Self::clamped)
    }

    /// The target as a number.
    pub fn value(self) -> U256 {
        self.0
    }

    /// Whether `hash` is at or below this target (R1.1, R2.5).
    pub fn is_met_by(self, hash: &[u8; 32]) -> bool {
        U256::from_little_endian(hash) <= self.0
    }

    /// Expected number of hashes to meet this target, `floor(2^256 / (target + 1))`.
    ///
    /// # Consensus
    /// R1.5.
    pub fn work(self) -> U256 {
        // 2^256 / (t + 1) = (2^256 - 1 - t) / (t + 1) + 1. The divisor is at most POW_LIMIT + 1, so it does not overflow;
        // the quotient is below 2^255 since t >= 1.
        let divisor = self.0.saturating_add(U256::one());
        (!self.0).checked_div(divisor).unwrap_or_default().saturating_add(U256::one())
    }

    /// The easiest target that takes so many hashes or more: the inverse of [`Self::work`].
    pub fn of_work(work: U256) -> Self {
        // floor(2^256 / (t + 1)) >= w exactly for t + 1 <= floor(2^256 / w).
        let most = shl_wide(U512::one(), 256).checked_div(U512::from(work));
        most.map_or(Self::POW_LIMIT, |most| Self::clamped_wide(most.saturating_sub(U512::one())))
    }

    /// The target that a miner with `factor` must meet: `min(POW_LIMIT, floor(target * factor / 10^9))`, compacted.
    ///
    /// # Consensus
    /// R3.3.
    pub fn effective(self, factor: Factor) -> CompactBits {
        self.scaled(factor.billionths(), BILLION).to_compact()
    }

    /// `floor(target * numerator / denominator)`, clamped to `1..=POW_LIMIT`; a zero denominator gives the limit.
    pub fn scaled(self, numerator: u64, denominator: u64) -> Self {
        let product = self.0.full_mul(U256::from(numerator));
        product.checked_div(U512::from(denominator)).map_or(Self::POW_LIMIT, Self::clamped_wide)
    }

    /// The compact form, rounded down.
    ///
    /// # Consensus
    /// R1.2.
    pub fn to_compact(self) -> CompactBits {
        CompactBits(encode(self.0))
    }
}

/// A target in Bitcoin's 32-bit floating form, canonical and not above [`POW_LIMIT_BITS`] (R1.2).
#[derive(Clone, Copy, PartialEq, Eq, Encode, MaxEncodedLen, TypeInfo, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct CompactBits(u32);

impl CompactBits {
    /// The easiest target.
    pub const POW_LIMIT: Self = Self(POW_LIMIT_BITS);

    /// The 32 bits.
    pub fn to_raw(self) -> u32 {
        self.0
    }

    /// The target that the bits stand for.
    pub fn target(self) -> Target {
        decode(self.0).unwrap_or(Target::MIN)
    }

    /// Work of the target, see [`Target::work`].
    pub fn work(self) -> U256 {
        self.target().work()
    }
}

impl TryFrom<u32> for CompactBits {
    type Error = BitsError;

    fn try_from(raw: u32) -> Result<Self, BitsError> {
        let target = decode(raw)?;
        if encode(target.0) == raw {
            Ok(Self(raw))
        } else {
            Err(BitsError::NotCanonical { found: raw })
        }
    }
}

impl From<CompactBits> for u32 {
    fn from(bits: CompactBits) -> Self {
        bits.0
    }
}

impl core::fmt::Debug for CompactBits {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:#010x}", self.0)
    }
}

impl core::fmt::Display for CompactBits {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Debug::fmt(self, f)
    }
}

impl Decode for CompactBits {
    fn decode<I: Input>(input: &mut I) -> Result<Self, CodecError> {
        Self::try_from(u32::decode(input)?).map_err(|_| "compact bits are not canonical".into())
    }
}

impl DecodeWithMemTracking for CompactBits {}

/// Smallest exponent, mantissa rounded down.
fn encode(value: U256) -> u32 {
    // The three highest bytes: 24 more bits than the value has go to the left, its whole bytes to the right.
    let bytes = value.bits().div_ceil(8);
    let mantissa = shr_wide(shl_wide(value.into(), 24), bytes.saturating_mul(8)).low_u32();
    // At most 32 bytes, so that even the exponent 33 of a mantissa that would look negative fits in eight bits.
    let exponent = u32::try_from(bytes).unwrap_or(u32::from(EXPONENT_BEYOND));
    if mantissa & SIGN != 0 {
        exponent.saturating_add(1) << 24 | mantissa >> 8
    } else {
        exponent << 24 | mantissa
    }
}

/// The value of positive, non-zero bits; whether they are in canonical form is not checked.
fn decode(raw: u32) -> Result<Target, BitsError> {
    let mantissa = raw & 0x00ff_ffff;
    let [.., exponent] = raw.to_le_bytes();
    if mantissa == 0 || mantissa & SIGN != 0 {
        return Err(BitsError::NotCanonical { found: raw });
    }
    if exponent >= EXPONENT_BEYOND {
        return Err(BitsError::AbovePowLimit { found: raw });
    }
    // The mantissa is below 2^23 and goes at most 8 * 34 bits to the left: 295 of 512.
    let value = shr_wide(shl_wide(mantissa.into(), usize::from(exponent).saturating_mul(8)), 24);
    if value.is_zero() {
        return Err(BitsError::NotCanonical { found: raw });
    }
    U256::try_from(value)
        .ok()
        .filter(|value| *value <= Target::POW_LIMIT.0)
        .map(Target)
        .ok_or(BitsError::AbovePowLimit { found: raw })
}

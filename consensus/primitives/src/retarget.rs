//! ASERT, the difficulty rule: the target follows an exponential schedule from an anchor (R8.1, R8.3, R8.5).

use crate::{
    target::{CompactBits, Target},
    wide::{shl_wide, shr_wide},
    U256, U512,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The block from which the schedule is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Anchor {
    /// Base target of the anchor block.
    pub bits: CompactBits,
    /// Its height.
    pub height: u32,
    /// Time of its parent, in milliseconds since the Unix epoch.
    pub parent_time: u64,
}

/// The base target of the block after the one at `height_difference` above the anchor.
///
/// `elapsed` is the time of that block since the anchor's parent. `elapsed`, `block_time` and `half_life` share one unit.
/// The result is in `1..=limit`: clamped first, then rounded down to compact form.
///
/// ```
/// use posw_primitives::{retarget::asert, CompactBits};
///
/// let (anchor, limit) = (CompactBits::try_from(0x1d01_0000).unwrap(), CompactBits::POW_LIMIT);
/// // Ten blocks on, on time: unchanged. A half life late: twice the target.
/// assert_eq!(asert(anchor, 11 * 15_000, 10, 15_000, 1_080_000, limit), anchor);
/// assert_eq!(asert(anchor, 11 * 15_000 + 1_080_000, 10, 15_000, 1_080_000, limit).to_raw(), 0x1d02_0000);
/// ```
///
/// # Consensus
/// R8.1 (`aserti3-2d`).
pub fn asert(
    anchor: CompactBits,
    elapsed: i128,
    height_difference: u32,
    block_time: u64,
    half_life: u64,
    limit: CompactBits,
) -> CompactBits {
    // 2^64 * 2^33 is far from the bounds of 128 bits; `elapsed` may be anything, hence the saturation.
    let due = i128::from(block_time).saturating_mul(i128::from(height_difference).saturating_add(1));
    let exponent =
        elapsed.saturating_sub(due).saturating_mul(65_536).checked_div(i128::from(half_life)).unwrap_or_default();
    // Arithmetic shift: rounds down, so that the fraction is in 0..65536.
    let shifts = (exponent >> 16).saturating_sub(16);
    let fraction = U256::from(u64::try_from(exponent & 0xffff).unwrap_or_default());
    let product = anchor.target().value().full_mul(two_to_the(fraction));
    shift(product, shifts).min(limit.target()).to_compact()
}

/// Base target of the block after `height`, whose time is `time` milliseconds; see [`asert`].
///
/// `shift` is what gaps beyond the largest counted one have added up to since the anchor (R8.5).
///
/// # Consensus
/// R8.1.
pub fn next_bits(
    anchor: &Anchor,
    height: u32,
    time: u64,
    shift: u64,
    block_time: u64,
    half_life: u64,
    limit: CompactBits,
) -> CompactBits {
    let elapsed = i128::from(time).saturating_sub(i128::from(anchor.parent_time)).saturating_sub(i128::from(shift));
    asert(anchor.bits, elapsed, height.saturating_sub(anchor.height), block_time, half_life, limit)
}

/// The anchor at `height` after a change of the block time: `bits` are those of the next block under the old numbers.
///
/// # Consensus
/// R8.3: the target is scaled by old over new block time.
pub fn re_anchor(bits: CompactBits, height: u32, time: u64, old: u64, new: u64, limit: CompactBits) -> Anchor {
    let target = bits.target().scaled(old, new).min(limit.target());
    Anchor { bits: target.to_compact(), height, parent_time: time.saturating_sub(new) }
}

/// How much of the gap between a block and its parent is beyond `max_gap`: the schedule shifts by as much.
///
/// # Consensus
/// R8.5.
pub fn excess_gap(parent_time: u64, time: u64, max_gap: u64) -> u64 {
    time.saturating_sub(parent_time).saturating_sub(max_gap)
}

/// `2^(fraction / 65536)` as a number with 16 bits of fraction, by ASERT's cubic polynomial.
fn two_to_the(fraction: U256) -> U256 {
    // The fraction is below 2^16, so the sum is below 2^64.
    let cubic = U256::from(195_766_423_245_049u64)
        .saturating_add(fraction.saturating_mul(U256::from(971_821_376u64)))
        .saturating_add(fraction.saturating_mul(fraction).saturating_mul(U256::from(5_127u64)))
        .saturating_mul(fraction)
        .saturating_add(U256::from(1u64 << 47));
    U256::from(cubic.low_u64() >> 48).saturating_add(U256::from(65_536u64))
}

/// `product * 2^shifts`, clamped to a target.
fn shift(product: U512, shifts: i128) -> Target {
    // The product is at least 2^16 and below 2^273: 240 to the left always exceed any target, 273 to the right always
    // give zero, and up to 239 to the left fit in 512 bits.
    let count = shifts.unsigned_abs().min(300);
    let count = usize::try_from(count).unwrap_or(300);
    if shifts <= 0 {
        Target::clamped_wide(shr_wide(product, count))
    } else if count >= 240 {
        Target::POW_LIMIT
    } else {
        Target::clamped_wide(shl_wide(product, count))
    }
}

//! ASERT depends on time alone: monotone, the same in any unit, on schedule unchanged, doubling every half life.

use super::{bits, u32s, u64s};
use posw_primitives::{
    retarget::{asert, excess_gap, next_bits, re_anchor, Anchor},
    CompactBits, Target,
};
use proptest::prelude::*;

/// Block time and half life of any realistic chain.
fn schedules() -> impl Strategy<Value = (u64, u64)> {
    (1u64..4_000_000, 1u64..20_000).prop_map(|(block_time, periods)| (block_time, block_time * periods))
}

proptest! {
    #[test]
    fn later_blocks_have_easier_children(
        anchor in bits(),
        (a, b) in (-1i128 << 50..1i128 << 50, -1i128 << 50..1i128 << 50),
        heights in u32s(),
        (block_time, half_life) in schedules(),
        limit in bits(),
    ) {
        let at = |elapsed| asert(anchor, elapsed, heights, block_time, half_life, limit).target();
        prop_assert!(at(a.min(b)) <= at(a.max(b)));
        prop_assert!(at(a.max(b)) <= limit.target());
    }

    /// A block on schedule leaves the target where the anchor had it.
    #[test]
    fn on_schedule_nothing_changes(anchor in bits(), heights in u32s(), (block_time, half_life) in schedules()) {
        let elapsed = i128::from(block_time) * (i128::from(heights) + 1);
        prop_assert_eq!(asert(anchor, elapsed, heights, block_time, half_life, CompactBits::POW_LIMIT), anchor);
    }

    #[test]
    fn one_more_block_is_one_block_time_earlier(
        anchor in bits(),
        elapsed in -1i128 << 50..1i128 << 50,
        heights in 0u32..1 << 30,
        (block_time, half_life) in schedules(),
    ) {
        let limit = CompactBits::POW_LIMIT;
        let later = asert(anchor, elapsed + i128::from(block_time), heights + 1, block_time, half_life, limit);
        prop_assert_eq!(later, asert(anchor, elapsed, heights, block_time, half_life, limit));
    }

    /// Seconds or milliseconds: only proportions count.
    #[test]
    fn any_unit_of_time(
        anchor in bits(),
        elapsed in -1i128 << 50..1i128 << 50,
        heights in u32s(),
        (block_time, half_life) in schedules(),
        unit in 1u64..1_000_000,
    ) {
        let limit = CompactBits::POW_LIMIT;
        let scaled = asert(anchor, elapsed * i128::from(unit), heights, block_time * unit, half_life * unit, limit);
        prop_assert_eq!(scaled, asert(anchor, elapsed, heights, block_time, half_life, limit));
    }

    /// A half life later the target is exactly twice as large: as if the anchor's had been.
    #[test]
    fn doubles_every_half_life(
        anchor in bits(),
        elapsed in 0i128..1 << 50,
        heights in u32s(),
        (block_time, half_life) in schedules(),
    ) {
        let double = Target::clamped(anchor.target().value()).scaled(2, 1);
        // Where the doubled anchor cannot be written exactly there is nothing to compare with.
        prop_assume!(double.to_compact().target().value() == anchor.target().value() << 1u32);
        let at = |anchor, elapsed| asert(anchor, elapsed, heights, block_time, half_life, CompactBits::POW_LIMIT);
        // Truncation rounds towards zero: compare on the late side, where both exponents are positive.
        let elapsed = elapsed + i128::from(block_time) * (i128::from(heights) + 1);
        prop_assert_eq!(at(anchor, elapsed + i128::from(half_life)), at(double.to_compact(), elapsed));
    }

    /// Time by which the schedule was shifted has not passed.
    #[test]
    fn shifted_schedule(
        anchor in bits(),
        (height, above) in (0u32..1 << 30, 0u32..1 << 30),
        (parent_time, gap, shift) in (0u64..1 << 50, 0u64..1 << 50, 0u64..1 << 50),
        (block_time, half_life) in schedules(),
    ) {
        let anchor = Anchor { bits: anchor, height, parent_time };
        let limit = CompactBits::POW_LIMIT;
        let at = |time, shift| next_bits(&anchor, height + above, time, shift, block_time, half_life, limit);
        prop_assert_eq!(at(parent_time + gap + shift, shift), at(parent_time + gap, 0));
    }

    #[test]
    fn gaps_count_up_to_the_largest(parent_time in 0u64..1 << 60, gap in u64s(), max_gap in u64s()) {
        let gap = gap >> 1;
        prop_assert_eq!(gap - excess_gap(parent_time, parent_time + gap, max_gap), gap.min(max_gap));
        prop_assert_eq!(excess_gap(parent_time + gap, parent_time, max_gap), 0);
    }

    /// A new anchor changes nothing for the next block but the scale, and work per second stays the same within rounding.
    #[test]
    fn re_anchoring_is_seamless(
        bits in bits(),
        height in u32s(),
        time in 1u64 << 40..1 << 41,
        (old, half_life) in schedules(),
        new in 1u64..4_000_000,
        limit in bits(),
    ) {
        let bits = bits.target().min(limit.target()).to_compact();
        let anchor = re_anchor(bits, height, time, old, new, limit);
        prop_assert_eq!((anchor.height, anchor.parent_time), (height, time - new));
        prop_assert_eq!(next_bits(&anchor, height, time, 0, new, half_life, limit), anchor.bits);
        prop_assert_eq!(anchor.bits, bits.target().scaled(old, new).min(limit.target()).to_compact());
        prop_assert_eq!(re_anchor(bits, height, time, old, old, limit).bits, bits);
    }
}

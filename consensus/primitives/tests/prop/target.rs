//! Compact bits have one form per target and round down; effective targets stay below the limit.

use super::{bits, factors, targets, u256s, u64s};
use posw_primitives::{BitsError, CompactBits, Target, U256, U512};
use proptest::prelude::*;

proptest! {
    /// Every 32-bit number is refused or comes back unchanged from the target that it stands for.
    #[test]
    fn one_form_per_target(raw in prop_oneof![any::<u32>(), (0u32..0x2500).prop_map(|high| high << 16 | 0xffff)]) {
        match CompactBits::try_from(raw) {
            Ok(bits) => {
                prop_assert_eq!(bits.to_raw(), raw);
                prop_assert_eq!(bits.target().to_compact(), bits);
            }
            Err(BitsError::NotCanonical { found } | BitsError::AbovePowLimit { found }) => prop_assert_eq!(found, raw),
        }
    }

    /// What goes into 23 bits is kept: compacting loses less than a 2^15th of the target, and never adds.
    #[test]
    fn compacting_rounds_down(target in targets()) {
        let compact = target.to_compact();
        prop_assert_eq!(CompactBits::try_from(compact.to_raw()), Ok(compact));
        let lost = target.value().checked_sub(compact.target().value());
        prop_assert!(lost.is_some_and(|lost| lost <= target.value() >> 15), "{target:?} {compact}");
    }

    #[test]
    fn forms_are_ordered_as_targets(a in bits(), b in bits()) {
        prop_assert_eq!(a.to_raw().cmp(&b.to_raw()), a.target().cmp(&b.target()));
    }

    /// `work` is the integer part of 2^256 / (target + 1).
    #[test]
    fn work_is_a_rounded_quotient(target in targets()) {
        let whole = U512::one() << 256u32;
        let divisor = U512::from(target.value()) + U512::one();
        let work = U512::from(target.work());
        prop_assert!(work * divisor <= whole && whole < (work + U512::one()) * divisor);
    }

    /// The target of a work takes it, and the next easier one does not.
    #[test]
    fn the_target_of_a_work_is_the_easiest(work in u256s()) {
        let target = Target::of_work(work);
        prop_assert!(target.work() >= work || target == Target::MIN);
        let easier = Target::clamped(target.value() + U256::one());
        prop_assert!(easier.work() < work || target == Target::POW_LIMIT, "{target:?}");
    }

    #[test]
    fn effective_target_is_at_most_the_limit_and_grows_with_the_factor(bits in bits(), a in factors(), b in factors()) {
        let (low, high) = (bits.target().effective(a.min(b)), bits.target().effective(a.max(b)));
        prop_assert!(bits.target() <= low.target());
        prop_assert!(low.target() <= high.target());
        prop_assert!(high.target() <= Target::POW_LIMIT);
    }

    #[test]
    fn scaling_rounds_down_within_the_bounds(target in targets(), numerator in u64s(), denominator in u64s()) {
        let scaled = target.scaled(numerator, denominator);
        prop_assert!(Target::MIN <= scaled && scaled <= Target::POW_LIMIT);
        if denominator != 0 && Target::MIN < scaled && scaled < Target::POW_LIMIT {
            let product = target.value().full_mul(U256::from(numerator));
            let denominator = U512::from(denominator);
            let scaled = U512::from(scaled.value());
            prop_assert!(scaled * denominator <= product && product < (scaled + U512::one()) * denominator);
        }
    }
}

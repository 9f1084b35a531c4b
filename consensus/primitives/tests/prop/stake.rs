//! Deposits: the weight is between the amount and the largest bonus. Epochs: every block is in exactly one.

use posw_primitives::{stake::deposit_weight, Epoch, BILLION};
use proptest::prelude::*;

proptest! {
    #[test]
    fn weight_is_monotone_and_bounded(
        (a, b) in (0u128..1 << 120, 0u128..1 << 120),
        (lock_a, lock_b) in (any::<u32>(), any::<u32>()),
        (min_lock, span) in (0u32..1 << 30, 0u32..1 << 30),
        bonus in 0..=10 * BILLION,
    ) {
        let max_lock = min_lock + span;
        let weight = |amount, lock| deposit_weight(amount, lock, min_lock, max_lock, bonus);
        prop_assert!(weight(a.min(b), lock_a) <= weight(a.max(b), lock_a));
        prop_assert!(weight(a, lock_a.min(lock_b)) <= weight(a, lock_a.max(lock_b)));
        prop_assert_eq!(weight(a, min_lock), a);
        let largest = a + a / u128::from(BILLION) * u128::from(bonus) + a % u128::from(BILLION) * u128::from(bonus) / u128::from(BILLION);
        prop_assert_eq!(weight(a, max_lock), if span == 0 { a } else { largest });
        // Two deposits never weigh more than one of the same coins, and at most a unit less.
        let (parts, whole) = (weight(a, lock_a) + weight(b, lock_a), weight(a + b, lock_a));
        prop_assert!(parts <= whole && whole - parts <= 1);
    }

    #[test]
    fn epochs_follow_each_other(lengths in prop::collection::vec(1u32..100_000, 1..50)) {
        let mut epoch = Epoch::first(lengths[0]);
        prop_assert_eq!((epoch.index, epoch.start), (0, 0));
        for length in lengths {
            prop_assert_eq!(epoch.last() - epoch.start + 1, epoch.length);
            let next = epoch.next(length);
            prop_assert_eq!((next.index, next.start, next.length), (epoch.index + 1, epoch.last() + 1, length));
            epoch = next;
        }
    }
}

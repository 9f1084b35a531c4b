//! Every curve is monotone and clamped, and each form is what its name says.

use super::{curves, factors, u128s};
use posw_primitives::{Curve, Factor, BILLION};
use proptest::prelude::*;

proptest! {
    #[test]
    fn monotone_and_clamped(curve in curves(), a in u128s(), b in u128s(), max_boost in factors()) {
        let (low, high) = (curve.boost(a.min(b), max_boost), curve.boost(a.max(b), max_boost));
        prop_assert!(Factor::ONE <= low && low <= high && high <= max_boost, "{curve:?} {low} {high}");
        prop_assert_eq!(curve.boost(0, max_boost), Factor::ONE);
    }

    /// The bit-by-bit logarithm is within two billionths of the true one, at neighbouring weights too.
    #[test]
    fn log2_is_a_logarithm(unit in 1u128..1 << 70, weight in 1u128..1 << 80) {
        let boost = Curve::Log2 { unit }.boost(weight, Factor::MAX).billionths();
        let exact = 1.0 + (weight as f64 / unit as f64).ln_1p() / std::f64::consts::LN_2;
        prop_assert!((boost as f64 / 1e9 - exact).abs() < 2e-9, "{boost} {exact}");
        let next = Curve::Log2 { unit }.boost(weight + 1, Factor::MAX).billionths();
        prop_assert!(next >= boost);
    }

    #[test]
    fn sqrt_is_a_root(unit in 1u128..1 << 70, weight in 1u128..1 << 80) {
        let boost = Curve::Sqrt { unit }.boost(weight, Factor::MAX).billionths();
        let exact = (weight as f64 / unit as f64).sqrt().clamp(1.0, 10_000.0);
        prop_assert!((boost as f64 / 1e9 - exact).abs() <= 2e-9 + exact * 1e-14, "{boost} {exact}");
    }

    #[test]
    fn power_steps_at_whole_units(unit in 1u128..1 << 60, cap in 1u32..60, steps in 1u128..70) {
        let curve = Curve::Power { unit, cap, exponent: 2 };
        let expected = Factor::clamped(steps.min(cap.into()).pow(2) * u128::from(BILLION));
        prop_assert_eq!(curve.boost(steps * unit, Factor::MAX), expected);
        prop_assert_eq!(curve.boost(steps * unit + unit - 1, Factor::MAX), expected);
    }
}

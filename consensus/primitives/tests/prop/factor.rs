//! A factor is between 1.0 and its boost and makes the expected work linear in the credit; the lead cap holds.

use super::{factors, u128s, u64s};
use posw_primitives::{
    factor::{factor, lead_cap},
    Credit, Factor, BILLION, U256,
};
use proptest::prelude::*;

proptest! {
    /// `f <= 10^27 B / (10^18 B - c (B - 10^9)) < f + 1`: nothing is gained by rounding, and less than a billionth is lost.
    #[test]
    fn factor_is_a_rounded_quotient(boost in factors(), credit in 0..=Credit::ONE.units()) {
        let found = U256::from(factor(boost, Credit::from_units(credit)).billionths());
        let (b, one) = (U256::from(boost.billionths()), U256::from(BILLION));
        let divisor = one * one * b - U256::from(credit) * (b - one);
        let numerator = one * one * one * b;
        prop_assert!(found * divisor <= numerator && numerator < (found + U256::one()) * divisor);
    }

    #[test]
    fn factor_is_between_one_and_the_boost_and_monotone(
        (a, b) in (factors(), factors()),
        (c, d) in (u128s(), u128s()),
    ) {
        let (a, b) = (a.min(b), a.max(b));
        let (c, d) = (Credit::from_units(c.min(d)), Credit::from_units(c.max(d)));
        prop_assert!(Factor::ONE <= factor(a, c) && factor(a, c) <= a);
        prop_assert!(factor(a, c) <= factor(a, d) && factor(a, c) <= factor(b, c));
        prop_assert_eq!(factor(a, Credit::ZERO), Factor::ONE);
        prop_assert_eq!(factor(a, Credit::ONE), a);
    }

    /// Under the cap nobody's block costs less than the mean cost of the blocks that it was taken from, divided by
    /// `max_lead`; and the cap is the largest factor with that property.
    #[test]
    fn lead_cap_holds(max_lead in BILLION..=10_000 * BILLION, past in prop::collection::vec(factors(), 1..300)) {
        let sum: u128 = past.iter().map(|factor| u128::from(factor.inverse())).sum();
        let blocks = u64::try_from(past.len()).expect("few");
        let cap = lead_cap(max_lead, sum, blocks);
        let leads = |factor: u64| u128::from(factor) * sum > u128::from(max_lead) * u128::from(BILLION) * u128::from(blocks);
        prop_assert!(cap == Factor::ONE || !leads(cap.billionths()));
        prop_assert!(cap == Factor::MAX || leads(cap.billionths() + 1));
    }

    #[test]
    fn lead_cap_that_is_off_or_without_blocks(max_lead in u64s(), sum in u128s(), blocks in u64s()) {
        prop_assert_eq!(lead_cap(0, sum, blocks), Factor::MAX);
        prop_assert_eq!(lead_cap(max_lead.max(1), 0, 0), Factor::clamped(max_lead.max(1).into()));
    }
}

/// With everybody staked, the cap doubles about once per window until the curve's boost is reached, and no epoch's boost
/// is ever above `max_lead` times what the last four epochs paid.
#[test]
fn boost_climbs_to_the_curve_under_the_cap() {
    let (curve, max_lead) = (Factor::clamped(20 * u128::from(BILLION)), 2 * BILLION);
    let mut window = [u128::from(BILLION); 4];
    let mut boosts = Vec::new();
    for epoch in 0..40 {
        let sum = window.iter().sum();
        let boost = lead_cap(max_lead, sum, 4).min(curve);
        assert!(u128::from(boost.billionths()) * sum <= u128::from(max_lead) * u128::from(BILLION) * 4);
        window[epoch % 4] = boost.inverse().into();
        boosts.push(boost);
    }
    assert_eq!(boosts[0].billionths(), 2 * BILLION);
    assert!(boosts.windows(2).all(|pair| pair[0] <= pair[1]));
    assert!(boosts[4] < curve && boosts[39] == curve, "{boosts:?}");
}

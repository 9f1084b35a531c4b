//! How much hash power a majority attack needs: what blocks cost, mined with the factors that credit gives, against the
//! formulas of section 0.

use super::{factors, params::defaults, u32s, u64s};
use crate::{HORIZON, RATION, TOTAL};
use posw_primitives::{
    credit::{credit_cap, index_step},
    factor::{factor, lead_cap},
    majority::{majority, mean_cost},
    CreditAccount, Factor, StakeParams, BILLION,
};
use proptest::prelude::*;

/// A boost of 20 under the default ration and horizon.
fn params() -> StakeParams {
    StakeParams { ration: RATION, horizon: HORIZON, ..defaults().stake }
}

fn boost() -> Factor {
    Factor::clamped(u128::from(20 * BILLION))
}

/// The mean of `1 / factor` over `blocks` that an account mines one after another, from full savings. Its share of the
/// weight is in thousandths.
fn cost(share: u32, blocks: u32) -> f64 {
    let weight = TOTAL / 1_000 * u128::from(share);
    let (step, cap) = (index_step(RATION, TOTAL), credit_cap(RATION, HORIZON, weight, TOTAL));
    let mut account = CreditAccount { credit: cap, ..CreditAccount::default() };
    let sum: f64 = (0..blocks)
        .map(|_| {
            account.settle(weight, account.index + step, cap);
            let factor = factor(boost(), account.credit);
            account.spend();
            BILLION as f64 / factor.billionths() as f64
        })
        .sum();
    sum / f64::from(blocks)
}

/// How much savings count for is less than a thousandth.
const LONG_RUN: u32 = 1_000_000;

/// A number of billionths.
fn number(billionths: u64) -> f64 {
    billionths as f64 / BILLION as f64
}

#[test]
fn in_the_long_run_it_is_what_the_table_says() {
    for (share, multiple) in [(0, 20.0), (100, 16.2), (450, 2.9), (500, 1.0)] {
        let needed = cost(share, LONG_RUN) / cost(1_000 - share, LONG_RUN);
        assert!((needed - multiple).abs() <= 0.06, "{share} thousandths: {needed}");
        let formula = number(majority(share * 1_000_000, None, boost(), &params()));
        assert!((needed / formula - 1.0).abs() <= 0.01, "{share} thousandths: {needed} is not {formula}");
    }
}

#[test]
fn a_fork_costs_what_the_formula_says_and_not_less() {
    for blocks in [1, 6, 24, 100, 1_000, 10_000] {
        for share in [0, 1, 2, 5, 10, 20, 50, 100, 250, 500, 750] {
            let found = cost(share, blocks);
            let expected = number(mean_cost(share * 1_000_000, Some(blocks), boost(), &params()));
            // Full savings take nothing more in until the first block is paid.
            let lost = 2.0 * f64::from(share) / 1_000.0 / f64::from(blocks);
            assert!(found >= expected - 1e-6, "{share} thousandths, {blocks} blocks: {found} < {expected}");
            assert!(found <= expected + lost + 1e-6, "{share} thousandths, {blocks} blocks: {found} > {expected}");
        }
    }
}

/// Epoch after epoch, boosts are as high as the last one's mean cost allows: where that ends is the network that the
/// attacker meets.
#[test]
fn the_lead_cap_settles_where_the_formula_says() {
    const TENTH: u64 = BILLION / 10;
    for (ration, max_lead) in [(5, 20), (9, 15), (1, 10), (20, 20), (5, 0)] {
        let params = StakeParams { ration: ration * TENTH, max_lead: max_lead * TENTH, ..params() };
        let mut network = BILLION;
        for _ in 0..1_000 {
            let allowed = boost().min(lead_cap(params.max_lead, network.into(), 1));
            network = mean_cost(1_000_000_000, None, allowed, &params);
        }
        // Without stake the attacker's blocks cost 1.
        let expected = 1.0 / number(network);
        let formula = number(majority(0, None, boost(), &params));
        assert!(
            (formula / expected - 1.0).abs() < 1e-6,
            "tenths: ration {ration}, lead {max_lead}: {formula} is not {expected}"
        );
    }
}

#[test]
fn plain_proof_of_work_needs_as_much_as_the_honest_have() {
    for ration in [0, RATION] {
        for (share, blocks) in [(0, None), (100_000_000, Some(6)), (250_000_000, Some(24)), (1_000_000_000, None)] {
            let params = StakeParams { ration, ..params() };
            assert_eq!(majority(share, blocks, Factor::ONE, &params), BILLION, "{share} {blocks:?}");
        }
    }
}

proptest! {
    /// R7.6: a fork takes at least `1 / max_lead` of the honest hash power, and never more than without stake.
    #[test]
    fn the_lead_bounds_every_fork(
        share in 0u32..=1_000_000_000,
        blocks in prop::option::of(u32s()),
        boost in factors(),
        (ration, horizon) in (prop_oneof![Just(0), 1_000_000..=1_000 * BILLION], 1u32..=100_000),
        max_lead in BILLION..=10_000 * BILLION,
    ) {
        let params = StakeParams { ration, horizon, max_lead, ..params() };
        let needed = majority(share, blocks, boost, &params);
        // Each of the quotients is rounded to a billionth, of which the lowest costs have 10^5.
        prop_assert!(number(needed) * number(max_lead) >= 1.0 - 2e-5, "{needed}");
        let without_stake = majority(0, blocks, boost, &StakeParams { max_lead: 0, ..params });
        prop_assert!(needed <= without_stake, "{needed} of {without_stake}");
    }

    #[test]
    fn no_numbers_are_too_large(share: u32, blocks: Option<u32>, boost in factors(), ration in u64s(), lead in u64s()) {
        let params = StakeParams { ration, horizon: u32::MAX, max_lead: lead, ..params() };
        prop_assert!(mean_cost(share, blocks, boost, &params) <= BILLION);
        prop_assert!(majority(share, blocks, boost, &params) > 0);
    }
}

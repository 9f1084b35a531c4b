//! How much hash power a majority attack needs: what blocks cost, mined with the factors that credit gives, against the formulas of
//! section 0.

use crate::{HORIZON, RATION, TOTAL};
use posw_primitives::{
    credit::{credit_cap, index_step},
    factor::factor,
    CreditAccount, Factor, BILLION,
};

const BOOST: u64 = 20 * BILLION;

/// The mean of `1 / factor` over `blocks` that an account mines one after another, from full savings. Its share of the weight is in
/// thousandths.
fn cost(share: u32, blocks: u32) -> f64 {
    let weight = TOTAL / 1_000 * u128::from(share);
    let (step, cap) = (index_step(RATION, TOTAL), credit_cap(RATION, HORIZON, weight, TOTAL));
    let mut account = CreditAccount { credit: cap, ..CreditAccount::default() };
    let sum: f64 = (0..blocks)
        .map(|_| {
            account.settle(weight, account.index + step, cap);
            let factor = factor(Factor::clamped(BOOST.into()), account.credit);
            account.spend();
            BILLION as f64 / factor.billionths() as f64
        })
        .sum();
    sum / f64::from(blocks)
}

/// How much savings count for is less than a thousandth.
const LONG_RUN: u32 = 1_000_000;

#[test]
fn in_the_long_run_it_is_what_the_table_says() {
    for (share, multiple) in [(0, 20.0), (100, 16.2), (450, 2.9), (500, 1.0)] {
        let needed = cost(share, LONG_RUN) / cost(1_000 - share, LONG_RUN);
        assert!((needed - multiple).abs() <= 0.06, "{share} thousandths: {needed}");
    }
}

/// What the formula says a block of a fork costs.
fn formula(share: u32, blocks: u32) -> f64 {
    let (share, blocks) = (f64::from(share) / 1_000.0, f64::from(blocks));
    let boosted = (2.0 * share * (f64::from(HORIZON) + blocks) / blocks).min(1.0);
    1.0 - boosted * (1.0 - 1.0 / 20.0)
}

#[test]
fn a_fork_costs_what_the_formula_says_and_not_less() {
    for blocks in [1, 6, 24, 100, 1_000, 10_000] {
        for share in [0, 1, 2, 5, 10, 20, 50, 100, 250, 500, 750] {
            let (found, expected) = (cost(share, blocks), formula(share, blocks));
            // Full savings take nothing more in until the first block is paid.
            let lost = 2.0 * f64::from(share) / 1_000.0 / f64::from(blocks);
            assert!(found >= expected - 1e-6, "{share} thousandths, {blocks} blocks: {found} < {expected}");
            assert!(found <= expected + lost + 1e-6, "{share} thousandths, {blocks} blocks: {found} > {expected}");
        }
    }
}

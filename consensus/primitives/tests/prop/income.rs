//! What a small miner earns of its fair income, and that a split is neutral where R7.3 says so.
//!
//! An account of share `s` has the hash power of share `s` of a network in which everybody mines at the full boost. What it
//! earns depends on its largest credit, `ration * s * horizon`: with a credit of a few blocks, luck never empties it. The
//! random numbers are from a fixed seed; their standard error is below 1 % of an income.

use crate::{HORIZON, RATION, TOTAL};
use posw_primitives::{
    credit::{credit_cap, index_step},
    factor::factor,
    CreditAccount, Factor, BILLION,
};

/// splitmix64: uniform in `0.0..1.0`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Blocks mined, divided by those that the share of hash power is worth at the full boost. `largest_credit` is in
/// hundredths of a block.
fn income(boost: Factor, largest_credit: u32) -> f64 {
    let weight = TOTAL * u128::from(largest_credit) / (100 * 2 * u128::from(HORIZON));
    let share = weight as f64 / TOTAL as f64;
    let (step, cap) = (index_step(RATION, TOTAL), credit_cap(RATION, HORIZON, weight, TOTAL));
    let mut account = CreditAccount { credit: cap, ..CreditAccount::default() };
    let mut random = Random(7);
    let (mut fair, mut mined) = (0.0, 0.0);
    while fair < 12_000.0 {
        account.settle(weight, account.index + step, cap);
        let now = factor(boost, account.credit);
        if random.next() < share * now.billionths() as f64 / boost.billionths() as f64 {
            account.spend();
            mined += 1.0;
        }
        fair += share;
    }
    mined / fair
}

/// Expects the incomes of R7.3's table, in hundredths, for largest credits of 0.5, 1, 1.5, 1.9, 2.5, 3 and 5 blocks.
fn assert_incomes(boost: u64, expected: [f64; 7]) {
    for (credit, percent) in [50, 100, 150, 190, 250, 300, 500].into_iter().zip(expected) {
        let found = 100.0 * income(Factor::clamped(u128::from(boost * BILLION)), credit);
        assert!((found - percent).abs() < 1.5, "credit of {credit} hundredths: {found} %, not {percent} %");
    }
}

#[test]
fn incomes_with_boost_20() {
    assert_incomes(20, [9.0, 71.0, 82.0, 90.0, 95.0, 98.0, 100.0]);
}

/// The smallest share that earns 90 % of its fair income is the one whose largest credit is 1.9 blocks: with the default ration and
/// horizon one 379th of the stake.
#[test]
fn smallest_share_with_nine_tenths_of_its_fair_income() {
    let at = |credit| income(Factor::clamped(20 * u128::from(BILLION)), credit);
    assert!(at(170) < 0.9, "{}", at(170));
    assert!(at(210) > 0.9, "{}", at(210));
}

#[test]
fn incomes_with_boost_2() {
    assert_incomes(2, [65.0, 88.0, 93.0, 96.0, 98.0, 99.0, 100.0]);
}

/// A tenth of the stake in one account, and the same in 14 accounts of a largest credit of five blocks each, every one
/// mining with its part of the hash power under the same constant boost: the same income.
#[test]
fn splitting_is_neutral_where_every_part_can_hold_a_few_blocks() {
    for boost in [2, 20] {
        let boost = Factor::clamped(boost * u128::from(BILLION));
        let (whole, part) = (income(boost, 7_200), income(boost, 7_200 / 14));
        assert!((whole - part).abs() < 0.03, "{whole} {part}");
    }
}

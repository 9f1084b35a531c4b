//! The subsidy never grows, ends at the tail, and its sum is bounded.

use super::u128s;
use posw_primitives::{
    issuance::{share, subsidy},
    params::MAX_SUBSIDY,
    RewardParams, BILLION,
};
use proptest::prelude::*;

fn params() -> impl Strategy<Value = RewardParams> {
    let decay = prop_oneof![0u32..=1_000_000_000, 999_999_000u32..=1_000_000_000];
    let period = prop_oneof![Just(1u32), 1u32..1_000, 1u32..=u32::MAX];
    (0..=MAX_SUBSIDY, decay, period, 0u32..128).prop_map(|(initial, decay, period, shift)| RewardParams {
        initial,
        decay,
        period,
        tail: initial.checked_shr(shift).unwrap_or(0) / 2,
        treasury_share: 0,
        treasury_fee_share: 0,
        maturity: 100,
    })
}

proptest! {
    #[test]
    fn never_grows_and_stays_between_tail_and_initial(params in params(), a: u32, b: u32, steps in 0u32..5_000) {
        for (early, late) in [(a.min(b), a.max(b)), (a, a.saturating_add(1)), (a, a.saturating_add(params.period))] {
            prop_assert!(subsidy(early, &params) >= subsidy(late, &params), "{early} {late}");
        }
        // Periods from the start, where the most is at stake.
        let height = steps.saturating_mul(params.period);
        prop_assert!(subsidy(height, &params) >= subsidy(height.saturating_add(params.period), &params));
        prop_assert_eq!(subsidy(0, &params), params.initial.max(params.tail));
        prop_assert!(subsidy(a, &params) >= params.tail);
    }

    #[test]
    fn constant_within_a_period(params in params(), height: u32) {
        let first = height - height % params.period;
        prop_assert_eq!(subsidy(height, &params), subsidy(first, &params));
    }

    /// Over all heights there ever are, the sum is at most the geometric series plus the tails, and fits 128 bits.
    #[test]
    fn supply_is_bounded(params in params(), period in 1u32 << 22..=u32::MAX) {
        let params = RewardParams { period, ..params };
        let mut supply = 0u128;
        let mut height = 0u64;
        while height <= u64::from(u32::MAX) {
            let blocks = u64::from(period).min(u64::from(u32::MAX) + 1 - height);
            let each = subsidy(u32::try_from(height).expect("a height"), &params);
            supply = supply.checked_add(each.checked_mul(blocks.into()).expect("fits")).expect("fits");
            height += u64::from(period);
        }
        let tails = params.tail << 32;
        let plain = params.initial << 32;
        let kept = u128::from(BILLION.saturating_sub(params.decay.into()));
        let series = (params.initial * u128::from(period)).checked_mul(BILLION.into()).and_then(|sum| sum.checked_div(kept));
        prop_assert!(supply <= series.unwrap_or(plain).min(plain) + tails, "{supply}");
        prop_assert!(supply >= tails);
    }

    #[test]
    fn shares_never_exceed_the_amount(amount in u128s(), part in 0u32..=1_000_000_000) {
        let rest = 1_000_000_000 - part;
        let sum = share(amount, part) + share(amount, rest);
        prop_assert!(sum <= amount && amount - sum <= 1);
        prop_assert_eq!(share(amount, 1_000_000_000), amount);
    }
}

/// A halving every 210,000 blocks with 8 decimals issues what Bitcoin does, to its last unit.
#[test]
fn bitcoins_schedule() {
    let params = RewardParams {
        initial: 50 * 100_000_000,
        decay: 500_000_000,
        period: 210_000,
        tail: 0,
        treasury_share: 0,
        treasury_fee_share: 0,
        maturity: 100,
    };
    let supply: u128 = (0..40).map(|era| subsidy(era * 210_000, &params) * 210_000).sum();
    assert_eq!(supply, 2_099_999_997_690_000);
    assert_eq!(subsidy(33 * 210_000 - 1, &params), 1);
    assert_eq!(subsidy(33 * 210_000, &params), 0);
}

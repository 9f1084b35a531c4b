//! R7.6: nobody mines more than `max_lead` times cheaper than the average block.

use crate::{mock::*, FactorHistory};
use posw_primitives::{Factor, StakeParams, BILLION};

fn capped() -> Chain {
    Chain::new().params(|params| params.max_lead = 2 * BILLION).staked(1, 5_000, 30).staked(2, 5_000, 30)
}

#[test]
fn the_first_boost_is_the_lead_itself() {
    capped().run(|| {
        assert_eq!(PoswStake::lead_cap().billionths(), 2 * BILLION);
        assert_eq!(PoswStake::mean_inverse_factor(), BILLION);
        run_to(5);
        assert_eq!(factor(&account(1)).billionths(), 2 * BILLION);
    });
}

#[test]
fn the_boost_stays_while_nobody_uses_it() {
    capped().run(|| {
        next_epochs(7);
        assert!(unboosted_history());
        assert_eq!(PoswStake::lead_cap().billionths(), 2 * BILLION);
    });
}

#[test]
fn the_boost_climbs_as_blocks_are_boosted_and_never_above_the_curve() {
    capped().run(|| {
        let mut caps = Vec::new();
        for number in 1..=200u32 {
            block(&account(if number % 2 == 0 { 1 } else { 2 }));
            if number % 10 == 9 {
                caps.push(PoswStake::lead_cap().billionths());
            }
        }
        assert!(caps.windows(2).all(|pair| pair[0] <= pair[1]), "{caps:?}");
        assert!(caps[0] > 2 * BILLION && caps[0] < 3 * BILLION, "{caps:?}");
        assert_eq!(factor(&account(1)).billionths(), 20 * BILLION);
    });
}

#[test]
fn the_mean_is_over_the_blocks_of_the_last_four_complete_epochs() {
    capped().run(|| {
        // Epoch 0: block 1 has no credit to spend, the next eight are boosted by 2; four epochs of 1.0 come before it, of
        // which one leaves. The mean is over 3 * 10 + 9 blocks.
        for number in 1..=9u32 {
            block(&account(if number % 2 == 0 { 1 } else { 2 }));
        }
        let history = FactorHistory::<Test>::get();
        assert_eq!(history.iter().map(|sum| sum.blocks).collect::<Vec<_>>(), [10, 10, 10, 9]);
        assert_eq!(history[3].inverse, u128::from(BILLION + 8 * BILLION / 2));
        let sum = u128::from(30 * BILLION + 5 * BILLION);
        assert_eq!(u128::from(PoswStake::mean_inverse_factor()), sum / 39);
        let expected = u128::from(2 * BILLION) * u128::from(BILLION) * 39 / sum;
        assert_eq!(u128::from(PoswStake::lead_cap().billionths()), expected);
        // Four unboosted epochs later they are forgotten, one before that they are not.
        next_epochs(3);
        assert!(PoswStake::lead_cap().billionths() > 2 * BILLION);
        next_epoch();
        assert_eq!(PoswStake::lead_cap().billionths(), 2 * BILLION);
    });
}

#[test]
fn governance_can_change_the_lead_and_switch_the_cap_off() {
    capped().run(|| {
        let set = |max_lead| {
            let new = StakeParams { max_lead, ..PoswStake::parameters() };
            set_params(new);
            next_epoch();
            PoswStake::lead_cap()
        };
        assert_eq!(set(3 * BILLION).billionths(), 3 * BILLION);
        assert_eq!(set(0), Factor::MAX);
        assert_eq!(factor(&account(1)).billionths(), 20 * BILLION);
    });
}

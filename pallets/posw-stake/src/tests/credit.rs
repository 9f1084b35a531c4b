//! R7.1 to R7.4: credit, its caps, what it buys and when it is spent.

use crate::{mock::*, Accounts, Index};
use frame_support::assert_ok;
use posw_primitives::{factor::factor as factor_of, Credit, Factor, StakeParams, BILLION, U256};

/// One block's credit.
const ONE: u128 = 1_000_000_000_000_000_000;

#[test]
fn credit_is_earned_in_proportion_to_the_share() {
    Chain::new().staked(1, 7_500, 30).staked(2, 2_500, 30).run(|| {
        run_to(3);
        // Three blocks, ration 2: six boosted blocks for the whole network.
        assert_eq!((credit(&account(1)), credit(&account(2))), (6 * ONE * 3 / 4, 6 * ONE / 4));
        assert_eq!(Accounts::<Test>::get(account(1)).credit.credit, Credit::ZERO, "reading does not write");
    });
}

#[test]
fn a_block_spends_at_its_start_and_earns_at_its_end() {
    Chain::new().staked(1, 7_500, 30).staked(2, 2_500, 30).run(|| {
        let (alice, bob) = (account(1), account(2));
        // Nothing earned yet: block 1 is unboosted for everybody, and still earns for its own miner.
        assert_eq!(block(&bob), Factor::ONE);
        assert_eq!(credit(&bob), ONE / 2);
        // Half a credit buys what R7.3 says, and is spent.
        let boost = Factor::clamped(20_000_000_000);
        let half = factor_of(boost, Credit::from_units(ONE / 2));
        assert_eq!((factor(&bob), half.billionths()), (half, 1_904_761_904));
        start(&bob);
        assert_eq!(Accounts::<Test>::get(&bob).credit.credit, Credit::ZERO);
        finish();
        assert_eq!(credit(&bob), ONE / 2);
        assert_eq!(credit(&alice), 3 * ONE);
        // More than one credit buys exactly the boost and spends exactly one.
        assert_eq!(block(&alice), boost);
        assert_eq!(credit(&alice), 3 * ONE - ONE + 3 * ONE / 2);
    });
}

#[test]
fn credit_stops_at_its_cap() {
    Chain::new()
        .params(|params| params.epoch_length = 100)
        .params(|params| params.min_lock = 300)
        .params(|params| params.max_lock = 400)
        .staked(1, 7_500, 300)
        .staked(2, 2_500, 300)
        .run(|| {
            // ration * horizon * share.
            run_to(36);
            assert_eq!((credit(&account(1)), credit(&account(2))), (54 * ONE, 18 * ONE));
            run_to(90);
            assert_eq!((credit(&account(1)), credit(&account(2))), (54 * ONE, 18 * ONE));
        });
}

#[test]
fn settling_early_late_or_in_steps_is_the_same() {
    // The same chain twice; in one of them the accounts are touched all the time, by calls that change nothing of theirs.
    let run = |touch: bool| {
        let mut result = Vec::new();
        Chain::new().staked(1, 5_000, 80).staked(2, 3_000, 130).staked(3, 2_000, 30).run(|| {
            let (alice, bob) = (account(1), account(2));
            for number in 1..=120 {
                block_with(&if number % 7 == 0 { bob.clone() } else { NOBODY }, || {
                    if number == 33 {
                        assert_ok!(PoswStake::stake(signed(&alice), 1_234, 47));
                    }
                    if number == 50 {
                        assert_ok!(PoswStake::relock(signed(&alice), 0, 77));
                    }
                    if touch {
                        crate::ledger::Ledger::<Test>::load(&alice).save();
                        crate::ledger::Ledger::<Test>::load(&bob).save();
                    }
                });
                result.push((credit(&alice), credit(&bob), PoswStake::total_weight()));
            }
        });
        result
    };
    assert_eq!(run(true), run(false));
}

#[test]
fn new_weight_starts_without_credit() {
    Chain::new().staked(1, 10_000, 30).run(|| {
        let bob = account(2);
        stake(&bob, 10_000, 30);
        run_to(19);
        assert_eq!((weight(&bob), credit(&bob)), (10_000, 0));
        empty_block();
        assert_eq!(credit(&bob), ONE);
    });
}

#[test]
fn more_weight_keeps_the_credit_that_was_earned() {
    Chain::new().staked(1, 9_000, 30).staked(2, 1_000, 30).run(|| {
        let bob = account(2);
        stake(&bob, 9_000, 30);
        run_to(19);
        let before = credit(&bob);
        // 2 * 36 * share: at the cap already with one tenth of the weight, for 19 blocks at 0.2.
        assert_eq!(before, 19 * ONE / 5);
        empty_block();
        // 10,000 of 19,000 earn 20/19 of a credit per block.
        assert_eq!(credit(&bob), before + 20 * ONE / 19);
    });
}

#[test]
fn less_weight_clamps_credit_and_none_destroys_it() {
    Chain::new().staked(1, 5_000, 30).staked(1, 5_000, 31).staked(2, 10_000, 30).run(|| {
        let alice = account(1);
        run_to(39);
        assert_eq!(credit(&alice), 36 * ONE);
        assert_ok!(call(|| PoswStake::unlock(signed(&alice), 0)));
        run_to(48);
        assert_eq!(credit(&alice), 36 * ONE);
        run_to(49);
        // A third of the weight, 5,000 of 15,000.
        assert_eq!(credit(&alice), 24 * ONE);
        assert_ok!(call(|| PoswStake::unlock(signed(&alice), 1)));
        run_to(59);
        assert_eq!((weight(&alice), credit(&alice)), (0, 0));
        run_to(65);
        assert_eq!((factor(&alice), credit(&alice)), (Factor::ONE, 0));
    });
}

#[test]
fn nothing_is_earned_or_spent_while_too_little_is_staked() {
    Chain::new().params(|params| params.min_total_weight = 10_000).staked(1, 9_999, 30).run(|| {
        let alice = account(1);
        run_to(8);
        assert_eq!(block(&alice), Factor::ONE);
        assert_eq!((Index::<Test>::get(), credit(&alice)), (U256::zero(), 0));
        stake(&account(2), 100, 30);
        run_to(29);
        assert_eq!((Index::<Test>::get(), credit(&alice), PoswStake::total_weight()), (U256::zero(), 0, 10_099));
        empty_block();
        assert!(credit(&alice) > ONE);
        assert_eq!(block(&alice).billionths(), 20 * BILLION);
    });
}

#[test]
fn too_small_a_weight_has_no_boost() {
    Chain::new().staked(1, 5_000, 30).staked(2, 100, 30).run(|| {
        let bob = account(2);
        next_epoch();
        assert!(factor(&bob) > Factor::ONE);
        let more = StakeParams { min_weight: 101, ..params() };
        set_params(more);
        next_epoch();
        let before = credit(&bob);
        assert_eq!((factor(&bob), block(&bob)), (Factor::ONE, Factor::ONE));
        assert!(credit(&bob) > before, "nothing is spent on an unboosted block");
    });
}

#[test]
fn nothing_is_spent_where_the_boost_is_one() {
    Chain::new().params(|params| params.curve = posw_primitives::Curve::Flat).staked(1, 5_000, 30).run(|| {
        run_to(5);
        let before = credit(&account(1));
        assert_eq!(block(&account(1)), Factor::ONE);
        assert_eq!(credit(&account(1)), before + 2 * ONE);
    });
}

#[test]
fn without_a_ration_the_factor_is_the_bare_curve() {
    Chain::new().params(|params| params.ration = 0).staked(1, 5_000, 30).run(|| {
        for _ in 0..20 {
            assert_eq!(block(&account(1)).billionths(), 20 * BILLION);
        }
        assert_eq!(Index::<Test>::get(), U256::zero());
    });
}

#[test]
fn credit_runs_out_and_the_factor_falls_to_what_is_earned() {
    Chain::new().staked(1, 1_000, 30).staked(2, 9_000, 30).run(|| {
        run_to(9);
        let alice = account(1);
        let factors: Vec<_> = (0..12).map(|_| block(&alice)).collect();
        assert_eq!(factors[0].billionths(), 20 * BILLION);
        // A tenth of the weight earns 0.2 credits a block: 1 / (1 - 0.2 * 0.95).
        assert_eq!(factors[11].billionths(), 1_234_567_901);
        // Others are not poorer for it.
        assert_eq!(credit(&account(2)), 21 * ONE * 18 / 10);
    });
}

#[test]
fn what_others_stake_for_a_while_takes_no_credit_away() {
    Chain::new().staked(1, 1_000, 30).staked(3, 1_000, 30).run(|| {
        let (alice, bob) = (account(1), account(2));
        stake(&bob, 6_000, 30);
        run_to(40);
        assert_ok!(call(|| PoswStake::unlock(signed(&bob), 0)));
        // 1.0 a block for 19 blocks, 0.25 for another 30. The cap is that of an eighth, then that of a half again.
        run_to(48);
        assert_eq!(credit(&alice), 9 * ONE);
        run_to(49);
        assert_eq!(credit(&alice), 19 * ONE + 30 * ONE / 4);
    });
}

#[test]
fn a_miner_settles_with_the_cap_of_the_epoch() {
    Chain::new().staked(1, 1_000, 30).staked(3, 1_000, 30).run(|| {
        let alice = account(1);
        stake(&account(2), 6_000, 30);
        run_to(40);
        start(&alice);
        assert_eq!(Accounts::<Test>::get(&alice).credit.credit.units(), 8 * ONE);
        finish();
    });
}

//! R7.1 to R7.4: credit, its caps, what it buys and when it is spent.

use crate::{
    ledger::{settle_credit, Ledger},
    mock::*,
    Accounts, CurrentEpoch, Index,
};
use frame_support::assert_ok;
use posw_primitives::{factor::factor as factor_of, Credit, Factor, StakeParams, BILLION, U256};
use sp_runtime::AccountId32;

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

/// Settles the credit of `who` up to now and writes it down.
fn settle(who: &AccountId32) {
    let mut ledger = Ledger::<Test>::load(who);
    settle_credit::<Test>(&mut ledger.account, &CurrentEpoch::<Test>::get());
    ledger.save();
}

#[test]
fn settling_early_late_or_in_steps_is_the_same() {
    // The same chain several times; in one of them nobody settles more often than the rules say, in the others accounts settle
    // every few blocks. The caps are out of reach: what one has cut off does not come back when it rises (R7.2).
    let run = |every: u32| {
        let mut result = Vec::new();
        Chain::new()
            .params(|params| params.horizon = 1_000)
            .staked(1, 5_003, 80)
            .staked(2, 3_001, 130)
            .staked(3, 2_000, 30)
            .run(|| {
                let (alice, bob) = (account(1), account(2));
                for number in 1..=120 {
                    block_with(&if number % 7 == 0 { bob.clone() } else { NOBODY }, || {
                        if number == 33 {
                            assert_ok!(PoswStake::stake(signed(&alice), 1_234, 47));
                        }
                        if number == 50 {
                            assert_ok!(PoswStake::relock(signed(&alice), 0, 77));
                        }
                        if number % every == 0 {
                            settle(&alice);
                            settle(&bob);
                            assert_eq!(Accounts::<Test>::get(&alice).credit.index, Index::<Test>::get());
                        }
                    });
                    result.push((credit(&alice), credit(&bob), PoswStake::total_weight()));
                }
                assert!(credit(&alice) > 100 * ONE && credit(&bob) > 10 * ONE);
            });
        result
    };
    let late = run(u32::MAX);
    for every in [1, 2, 3, 10, 17] {
        assert_eq!(run(every), late, "every {every} blocks");
    }
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
        assert_eq!(PoswStake::boost_of(alice.clone()), Factor::ONE, "a full credit buys nothing");
        assert_eq!(block(&alice), Factor::ONE);
        assert_eq!((Index::<Test>::get(), credit(&alice)), (U256::zero(), 0));
        stake(&account(2), 100, 30);
        run_to(29);
        assert_eq!((Index::<Test>::get(), credit(&alice), PoswStake::total_weight()), (U256::zero(), 0, 10_099));
        assert_eq!(PoswStake::account_state(&alice).boost.billionths(), 20 * BILLION);
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
fn credit_waits_while_the_ration_is_off() {
    // Alice neither mines nor stakes meanwhile, Bob mines, Charlie's weight falls with his lock, Dave unlocks.
    let chain = Chain::new().staked(1, 1_000, 30).staked(2, 1_000, 30).staked(3, 1_000, 80).staked(4, 500, 30);
    chain.params(|params| params.horizon = 100).run(|| {
        let [alice, bob, charlie, dave] = [1, 2, 3, 4].map(account);
        let on = PoswStake::parameters();
        run_to(65);
        set_params(StakeParams { ration: 0, ..on });
        next_epoch();
        let credits = || [&alice, &bob, &charlie, &dave].map(credit);
        let (index, before) = (Index::<Test>::get(), credits());
        // 69 blocks at 2.0, by the share of 4,000.
        assert_eq!(before, [ONE * 69 / 2, ONE * 69 / 2, ONE * 69 * 3 / 4, ONE * 69 / 4]);
        for _ in 0..8 {
            assert_eq!(block(&bob).billionths(), 20 * BILLION, "c counts as one block");
        }
        assert_ok!(call(|| PoswStake::unlock(signed(&dave), 0)));
        assert_eq!(credits(), before, "nothing is spent");
        run_to(89);
        // Charlie settled as his bonus ended; Dave has no weight that credit could belong to.
        assert_eq!([&charlie, &dave].map(weight), [1_000, 0]);
        let kept = [before[0], before[1], before[2], 0];
        assert_eq!((credits(), Index::<Test>::get()), (kept, index), "nothing is earned");

        set_params(on);
        run_to(99);
        assert_eq!((credits(), Index::<Test>::get()), (kept, index));
        assert_eq!(block(&bob).billionths(), 20 * BILLION);
        let third = 2 * ONE / 3;
        assert_eq!(credits(), [kept[0] + third, kept[1] + third - ONE, kept[2] + third, 0]);
    });
}

#[test]
fn caps_are_those_of_the_last_ration_while_it_is_off() {
    // Alice settles meanwhile, as her bonus ends; what she earned beyond her cap was gone before that already.
    Chain::new().staked(1, 1_000, 80).staked(2, 500, 30).run(|| {
        let (alice, bob) = (account(1), account(2));
        run_to(65);
        assert_eq!((credit(&alice), credit(&bob)), (54 * ONE, 18 * ONE));
        set_params(StakeParams { ration: 0, ..params() });
        run_to(88);
        assert_eq!((credit(&alice), credit(&bob)), (54 * ONE, 18 * ONE));
        run_to(89);
        // 72 by share of 1,500 now. Bob, who has not settled, fills up (R7.2).
        assert_eq!((credit(&alice), credit(&bob)), (48 * ONE, 24 * ONE));
        block(&alice);
        block(&bob);
        let twice = StakeParams { ration: 4 * BILLION, ..params() };
        set_params(twice);
        run_to(99);
        assert_eq!(PoswStake::current_epoch().cap_ration, 4 * BILLION);
        assert_eq!(credit(&alice), 48 * ONE, "a larger cap brings nothing back that was settled");
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

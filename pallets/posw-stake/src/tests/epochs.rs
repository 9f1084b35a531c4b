//! R6.8, R7.3, R7.5: when epochs begin, and the order in which a block ends.

use crate::{mock::*, Event, Index};
use posw_primitives::{credit::index_step, Factor, StakeParams, BILLION, U256};

#[test]
fn genesis_is_in_epoch_0_and_an_epochs_last_block_is_start_plus_length_minus_1() {
    Chain::new().run(|| {
        // LESSONS, Stake: a window counted off by one.
        let mut starts = Vec::new();
        for number in 1..=30 {
            block_with(&NOBODY, || {
                let epoch = PoswStake::epoch();
                assert!(epoch.start <= number && number <= epoch.last());
                assert_eq!(epoch.index, number / 10);
            });
            let started = events().into_iter().find_map(|event| match event {
                Event::EpochStarted { epoch, start, length, .. } => Some((epoch, start, length)),
                _ => None,
            });
            starts.extend(started.map(|started| (number, started)));
        }
        assert_eq!(starts, [(9, (1, 10, 10)), (19, (2, 20, 10)), (29, (3, 30, 10))]);
    });
}

#[test]
fn an_epoch_starts_with_an_event() {
    Chain::new().staked(1, 1_000, 80).run(|| {
        run_to(9);
        let started =
            Event::EpochStarted { epoch: 1, start: 10, length: 10, total_weight: 1_500, lead_cap: Factor::MAX };
        assert_eq!(events(), vec![started]);
    });
}

#[test]
fn a_block_ends_in_the_order_of_the_rule() {
    Chain::new().staked(1, 1_000, 30).run(|| {
        let (alice, step) = (account(1), index_step(2 * BILLION, 1_000));
        run_to(8);
        block(&alice);
        empty_block();
        let seen = ENDED.with_borrow(|ended| ended[7..].to_vec());
        // When other pallets end a block, the index has advanced for it, its miner is known, and the epoch is still its own.
        let index = |blocks: u32| step * U256::from(blocks);
        assert_eq!(
            seen,
            [
                (8, false, index(8), 0, Some(NOBODY)),
                (9, true, index(9), 0, Some(alice)),
                (10, false, index(10), 1, Some(NOBODY)),
            ]
        );
        assert_eq!(Index::<Test>::get(), index(10));
    });
}

#[test]
fn a_new_length_applies_to_the_next_epoch() {
    Chain::new().run(|| {
        run_to(3);
        let shorter = StakeParams { epoch_length: 8, ..params() };
        set_params(shorter);
        next_epoch();
        assert_eq!((PoswStake::now(), PoswStake::epoch().start, PoswStake::epoch().last()), (9, 10, 17));
        next_epoch();
        assert_eq!((PoswStake::now(), PoswStake::epoch().index, PoswStake::epoch().start), (17, 2, 18));
    });
}

#[test]
fn the_index_grows_with_the_weight_of_its_epoch() {
    Chain::new().staked(1, 1_000, 30).run(|| {
        stake(&account(2), 3_000, 30);
        run_to(19);
        let before = Index::<Test>::get();
        assert_eq!(before, index_step(2 * BILLION, 1_000) * U256::from(19u32));
        run_to(25);
        assert_eq!(Index::<Test>::get(), before + index_step(2 * BILLION, 4_000) * U256::from(6u32));
    });
}

#[test]
fn stake_on_a_short_private_fork_does_not_help_that_fork() {
    // R6.2: between the stake and the first block that it helps there are at least max_reorg blocks, whenever it is made.
    for made in 1..=20 {
        Chain::new().staked(1, 1_000, 30).run(|| {
            run_to(made - 1);
            stake(&account(2), 100_000, 30);
            for _ in 0..params().max_reorg {
                assert_eq!(block(&account(2)), Factor::ONE);
            }
        });
    }
}

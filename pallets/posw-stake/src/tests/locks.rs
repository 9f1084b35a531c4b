//! R6.1: what a lock adds to weight, how it ends, and relocking.

use crate::{
    mock::*,
    types::{LockExpiry, WaitingBonus},
    Boundaries, Error, Event, LockExpiries,
};
use frame_support::assert_ok;
use sp_runtime::AccountId32;

fn relock(who: &AccountId32, deposit: u32, lock: u32) -> sp_runtime::DispatchResult {
    call(|| PoswStake::relock(signed(who), deposit, lock))
}

#[test]
fn the_bonus_grows_with_the_lock_and_ends_with_it() {
    Chain::new().run(|| {
        let alice = account(1);
        // Half of the way from 30 to 130: half of the bonus.
        stake(&alice, 1_000, 80);
        next_epochs(2);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_500, 1_500));
        run_to(88);
        assert_eq!(weight(&alice), 1_500);
        run_to(89);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_000, 1_000));
    });
}

#[test]
fn a_lock_that_ends_with_its_epoch_ends_the_bonus_at_once() {
    Chain::new().run(|| {
        let alice = account(1);
        run_to(8);
        stake(&alice, 1_000, 80);
        run_to(88);
        assert_eq!(weight(&alice), 1_500);
        run_to(89);
        assert_eq!(weight(&alice), 1_000);
    });
}

#[test]
fn the_shortest_lock_has_no_bonus_and_no_schedule() {
    Chain::new().run(|| {
        stake(&account(1), 1_000, 30);
        assert_eq!(LockExpiries::<Test>::iter().count(), 0);
    });
}

#[test]
fn locks_that_end_together_share_one_record() {
    Chain::new().run(|| {
        block_with(&NOBODY, || {
            for number in 1..=5 {
                assert_ok!(PoswStake::stake(signed(&account(number)), 1_000, 80));
            }
        });
        assert_eq!(records(), (1, 1, 1));
        let expiry = LockExpiries::<Test>::get(81).unwrap();
        let waiting = vec![WaitingBonus { active_from: 2, before: 0, after: 2_500 }].try_into().unwrap();
        assert_eq!(expiry, LockExpiry { fall: 0, waiting, deposits: 5, epoch: None });
        run_to(85);
        assert_eq!(LockExpiries::<Test>::get(81).unwrap().epoch, Some(9));
        assert_eq!(PoswStake::total_weight(), 7_500);
        run_to(89);
        assert_eq!(PoswStake::total_weight(), 5_000);
        // The records stay until the last account has settled.
        assert_eq!(Boundaries::<Test>::get(9).unwrap().users, 1);
        for number in 1..=5 {
            assert!(LockExpiries::<Test>::contains_key(81));
            block(&account(number));
        }
        assert_eq!(records(), (0, 0, 0));
    });
}

#[test]
fn a_relock_keeps_the_weight_until_the_new_one_counts() {
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 1_000, 80);
        run_to(65);
        // In epoch 6, at block 66: counts from epoch 8 on. The old lock would have ended at block 81.
        block_with(&NOBODY, || {
            assert_ok!(PoswStake::relock(signed(&alice), 0, 130));
            let expected = Event::Relocked {
                who: alice.clone(),
                deposit: 0,
                old_lock_end: 81,
                lock_end: 196,
                old_weight: 1_500,
                weight: 2_000,
                active_from: 8,
            };
            assert_eq!(events(), vec![expected]);
        });
        assert!(!LockExpiries::<Test>::contains_key(81));
        run_to(78);
        assert_eq!(weight(&alice), 1_500);
        run_to(79);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (2_000, 2_000));
        run_to(199);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_000, 1_000));
    });
}

#[test]
fn a_bonus_does_not_end_while_a_relock_waits() {
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 1_000, 80);
        run_to(78);
        assert_ok!(relock(&alice, 0, 80));
        // The old lock ends at block 81; the new weight is the same and its lock ends at block 159.
        run_to(155);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_500, 1_500));
        next_epoch();
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_000, 1_000));
    });
}

#[test]
fn a_relock_after_the_end_waits_with_the_bare_amount() {
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 1_000, 80);
        // The lock ended at block 81: its bonus ends with epoch 8, whatever is relocked in block 83.
        run_to(82);
        assert_ok!(relock(&alice, 0, 130));
        assert_eq!(weight(&alice), 1_500);
        run_to(89);
        assert_eq!(weight(&alice), 1_000);
        assert_eq!(relock(&alice, 0, 130), Err(Error::<Test>::NotActive.into()));
        run_to(99);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (2_000, 2_000));
        run_to(219);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_000, 1_000));
    });
}

#[test]
fn a_shorter_relock_may_lower_the_weight_but_not_the_end() {
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 1_000, 130);
        run_to(99);
        assert_eq!(relock(&alice, 0, 30), Err(Error::<Test>::LockEndsEarlier.into()));
        // In block 101 a lock of 30 ends at block 131, as the old one does.
        assert_ok!(relock(&alice, 0, 30));
        assert_eq!(weight(&alice), 2_000);
        run_to(119);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_000, 1_000));
    });
}

#[test]
fn each_rule_of_relocking_has_its_error() {
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 1_000, 80);
        assert_eq!(relock(&alice, 0, 29), Err(Error::<Test>::LockTooShort.into()));
        assert_eq!(relock(&alice, 0, 131), Err(Error::<Test>::LockTooLong.into()));
        assert_eq!(relock(&alice, 0, 130), Err(Error::<Test>::NotActive.into()));
        run_to(90);
        assert_ok!(call(|| PoswStake::unlock(signed(&alice), 0)));
        assert_eq!(relock(&alice, 0, 130), Err(Error::<Test>::AlreadyUnlocked.into()));
    });
}

#[test]
fn a_deposit_can_be_relocked_again_and_again() {
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 1_000, 30);
        for lock in [40, 50, 60, 70, 80] {
            next_epochs(2);
            assert_ok!(relock(&alice, 0, lock));
        }
        next_epochs(2);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_500, 1_500));
    });
}

#[test]
fn longer_epochs_never_let_a_lock_end_before_it_counts() {
    Chain::new().staked(2, 10_000, 30).run(|| {
        let alice = account(1);
        // Made in epoch 0 with epochs of 10 blocks: counts from epoch 2 on. Then epoch 1 becomes 100 blocks long.
        stake(&alice, 1_000, 40);
        let longer = posw_primitives::StakeParams { epoch_length: 100, min_lock: 300, max_lock: 400, ..params() };
        set_params(longer);
        run_to(60);
        let expiry = LockExpiries::<Test>::get(41).unwrap();
        assert_eq!(expiry.epoch, Some(2));
        assert_eq!((weight(&alice), PoswStake::total_weight()), (0, 10_000));
        run_to(109);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_000, 11_000));
    });
}

/// Activation takes three epochs, so that a lock can end in an epoch before.
fn slow() -> Chain {
    Chain::new().params(|params| (params.activation, params.min_lock) = (3, 40)).staked(9, 10_000, 40)
}

/// The next epochs have so many blocks; stake that is made before counts with them.
fn epochs_of(epoch_length: u32) {
    let min_lock = 4 * epoch_length;
    set_params(posw_primitives::StakeParams {
        epoch_length,
        min_lock,
        max_lock: min_lock + 100,
        ..PoswStake::parameters()
    });
}

#[test]
fn a_deposit_that_waits_does_not_prolong_the_bonus_of_others() {
    slow().staked(1, 1_000, 70).run(|| {
        let (alice, bob) = (account(1), account(2));
        // 1,000 + 1,000 * 30 / 90.
        assert_eq!(weight(&alice), 1_333);
        // Both locks end at block 70, in epoch 1 of 100 blocks. Bob's deposit counts from epoch 3 on.
        run_to(7);
        stake(&bob, 1_000, 62);
        epochs_of(100);
        run_to(69);
        assert_eq!(LockExpiries::<Test>::get(70).map(|expiry| expiry.deposits), Some(2));
        run_to(108);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_333, 11_333));
        run_to(109);
        assert_eq!((weight(&alice), weight(&bob), PoswStake::total_weight()), (1_000, 0, 11_000));
        run_to(209);
        assert_eq!((weight(&alice), weight(&bob), PoswStake::total_weight()), (1_000, 1_000, 12_000));
        block(&alice);
        block(&bob);
        assert_eq!(records(), (0, 0, 0));
    });
}

#[test]
fn a_relock_that_waits_ends_with_its_lock() {
    // From epoch 3 on, at block 210, the relock would give a larger bonus than before, a smaller one, or none.
    for lock in [70, 50, 40] {
        slow().staked(1, 1_000, 48).staked(2, 1_000, 42).run(|| {
            let alice = account(1);
            let before = weight(&alice);
            assert_eq!(before, 1_088);
            run_to(7);
            assert_ok!(relock(&alice, 0, lock));
            epochs_of(100);
            run_to(108);
            assert_eq!(weight(&alice), before);
            run_to(109);
            assert_eq!(weight(&alice), 1_000, "{lock}: the lock ended in epoch 1");
            assert_eq!(relock(&alice, 0, 400), Err(Error::<Test>::NotActive.into()));
            run_to(209);
            assert_eq!(weight(&alice), 1_000, "{lock}");
            block(&alice);
            block(&account(2));
            assert_eq!(records(), (0, 0, 0), "{lock}");
        });
    }
}

#[test]
fn a_relock_without_a_bonus_needs_no_end_once_it_counts() {
    Chain::new().staked(1, 1_000, 80).run(|| {
        let alice = account(1);
        run_to(60);
        assert_ok!(relock(&alice, 0, 30));
        assert_eq!(LockExpiries::<Test>::get(91).map(|expiry| expiry.deposits), Some(1));
        run_to(79);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_000, 1_000));
        block(&alice);
        assert_eq!(records(), (0, 0, 0));
    });
}

#[test]
fn longer_epochs_do_not_lengthen_a_lock() {
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 1_000, 40);
        let longer = posw_primitives::StakeParams { epoch_length: 100, min_lock: 300, max_lock: 400, ..params() };
        set_params(longer);
        run_to(60);
        assert_ok!(call(|| PoswStake::unlock(signed(&alice), 0)));
        run_to(109);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (0, 0));
        run_to(129);
        assert_ok!(call(|| PoswStake::withdraw(signed(&alice), alice.clone(), 0)));
        assert_eq!(records(), (0, 0, 0));
    });
}

//! R6.1 to R6.4: staking, activation, unlocking, withdrawing.

use crate::{mock::*, types::Account, Accounts, Error, Event, Staked};
use frame_support::{
    assert_noop, assert_ok,
    traits::fungible::{Inspect, InspectHold, Mutate},
    traits::tokens::{Fortitude, Preservation},
};
use sp_runtime::TokenError;

const REASON: RuntimeHoldReason = RuntimeHoldReason::PoswStake(crate::HoldReason::Stake);

#[test]
fn a_stake_is_on_hold_and_counts_two_epochs_later() {
    Chain::new().run(|| {
        let alice = account(1);
        run_to(3);
        block_with(&NOBODY, || {
            assert_ok!(PoswStake::stake(signed(&alice), 2_000, 30));
            let expected = Event::Staked {
                who: alice.clone(),
                deposit: 0,
                amount: 2_000,
                lock_end: 34,
                weight: 2_000,
                active_from: 2,
            };
            assert_eq!(events(), vec![expected]);
        });
        assert_eq!(Balances::balance_on_hold(&REASON, &alice), 2_000);
        assert_eq!(Staked::<Test>::get(), 2_000);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (0, 0));
        run_to(18);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (0, 0));
        // Block 20 is the first of epoch 2: its parent's state gives the new weight (R4.1).
        run_to(19);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (2_000, 2_000));
    });
}

#[test]
fn a_stake_made_in_an_epochs_last_block_waits_for_full_epochs() {
    Chain::new().run(|| {
        run_to(8);
        stake(&account(1), 2_000, 30);
        assert_eq!(PoswStake::now(), 9);
        run_to(18);
        assert_eq!(weight(&account(1)), 0);
        run_to(19);
        assert_eq!(weight(&account(1)), 2_000);
    });
}

#[test]
fn each_rule_of_staking_has_its_error() {
    Chain::new().run(|| {
        let alice = account(1);
        start(&NOBODY);
        let stake = |amount, lock| PoswStake::stake(signed(&alice), amount, lock);
        assert_noop!(stake(99, 30), Error::<Test>::AmountTooSmall);
        assert_noop!(stake(100, 29), Error::<Test>::LockTooShort);
        assert_noop!(stake(100, 131), Error::<Test>::LockTooLong);
        assert_noop!(stake(FUNDS - ED + 1, 30), TokenError::FundsUnavailable);
        for _ in 0..4 {
            assert_ok!(stake(100, 30));
        }
        // Dispatched with transactional storage, so the hold is undone with the call.
        assert_noop!(
            frame_support::storage::with_storage_layer(|| stake(100, 30)),
            frame_support::dispatch::DispatchErrorWithPostInfo::from(Error::<Test>::TooManyDeposits)
        );
        assert_eq!(Balances::balance_on_hold(&REASON, &alice), 400);
        finish();
    });
}

#[test]
fn a_top_up_leaves_the_timers_of_earlier_deposits_alone() {
    // LESSONS, Stake: a top-up reset the timer of the whole pending stake.
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 1_000, 40);
        let before = PoswStake::account_state(&alice).deposits;
        run_to(12);
        stake(&alice, 500, 130);
        let after = PoswStake::account_state(&alice).deposits;
        assert_eq!(after[0], before[0]);
        assert_eq!((after[1].lock_end, after[1].active_from), (143, 3));
        run_to(19);
        assert_eq!(weight(&alice), 1_100);
        run_to(29);
        assert_eq!(weight(&alice), 1_100 + 1_000);
    });
}

#[test]
fn unlocking_waits_for_the_lock_and_withdrawing_for_unbonding() {
    Chain::new().run(|| {
        let (alice, bob) = (account(1), account(2));
        stake(&alice, 2_000, 30);
        let unlock = || PoswStake::unlock(signed(&alice), 0);
        let withdraw = || PoswStake::withdraw(signed(&bob), alice.clone(), 0);
        run_to(29);
        assert_eq!(call(unlock), Err(Error::<Test>::StillLocked.into()));
        assert_eq!(call(withdraw), Err(Error::<Test>::NotUnlocked.into()));
        assert_eq!(weight(&alice), 2_000);
        // The lock ended at block 31; block 32 is in epoch 3, whose last block is 39.
        block_with(&NOBODY, || {
            assert_ok!(unlock());
            let unlocked = Event::Unlocked { who: alice.clone(), deposit: 0, inactive_from: 4, withdrawable: 60 };
            assert_eq!(events(), vec![unlocked]);
        });
        assert_eq!(call(unlock), Err(Error::<Test>::AlreadyUnlocked.into()));
        run_to(38);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (2_000, 2_000));
        run_to(39);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (0, 0));
        run_to(58);
        assert_eq!(call(withdraw), Err(Error::<Test>::StillUnbonding.into()));
        assert_eq!(Balances::balance_on_hold(&REASON, &alice), 2_000);
        // Anyone may call it; block 60 is the first.
        block_with(&NOBODY, || {
            assert_ok!(withdraw());
            assert_eq!(events(), vec![Event::Withdrawn { who: alice.clone(), deposit: 0, amount: 2_000 }]);
        });
        assert_eq!(Balances::reducible_balance(&alice, Preservation::Preserve, Fortitude::Polite), FUNDS - ED);
        assert!(!Accounts::<Test>::contains_key(&alice));
        assert_eq!((Staked::<Test>::get(), records()), (0, (0, 0, 0)));
    });
}

#[test]
fn a_deposit_can_be_unlocked_in_the_block_at_which_its_lock_ends() {
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 2_000, 80);
        assert_eq!(PoswStake::unlockable_from(alice.clone(), 0), Some(81));
        run_to(79);
        let unlock = || PoswStake::unlock(signed(&alice), 0);
        assert_eq!(call(unlock), Err(Error::<Test>::StillLocked.into()));
        assert_eq!(weight(&alice), 3_000);
        assert_ok!(call(unlock));
        assert_eq!(records().2, 0);
        next_epoch();
        assert_eq!((weight(&alice), PoswStake::total_weight()), (0, 0));
    });
}

#[test]
fn deposits_are_found_by_number_only() {
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 2_000, 30);
        assert_eq!(call(|| PoswStake::unlock(signed(&alice), 1)), Err(Error::<Test>::NoDeposit.into()));
        assert_eq!(call(|| PoswStake::relock(signed(&account(2)), 0, 30)), Err(Error::<Test>::NoDeposit.into()));
        let withdraw = || PoswStake::withdraw(signed(&alice), account(2), 0);
        assert_eq!(call(withdraw), Err(Error::<Test>::NoDeposit.into()));
    });
}

#[test]
fn coins_on_hold_leave_by_no_path() {
    // LESSONS, Stake: the lock was a check of the balance, which two paths missed.
    Chain::new().run(|| {
        let (alice, bob) = (account(1), account(2));
        stake(&alice, FUNDS - ED, 30);
        for preservation in [Preservation::Expendable, Preservation::Preserve] {
            assert!(<Balances as Mutate<_>>::transfer(&alice, &bob, ED + 1, preservation).is_err());
        }
        assert_eq!(Balances::reducible_balance(&alice, Preservation::Expendable, Fortitude::Polite), 0);
        start(&NOBODY);
        assert!(PoswStake::stake(signed(&alice), 100, 30).is_err(), "the same coins back one deposit");
        finish();
    });
}

#[test]
fn an_account_without_deposits_leaves_nothing_behind() {
    Chain::new().run(|| {
        let alice = account(1);
        assert_eq!(Accounts::<Test>::get(&alice), Account::default());
        stake(&alice, 2_000, 130);
        run_to(131);
        assert_ok!(call(|| PoswStake::unlock(signed(&alice), 0)));
        run_to(159);
        assert_ok!(call(|| PoswStake::withdraw(signed(&alice), alice.clone(), 0)));
        assert_eq!(Accounts::<Test>::iter().count(), 0);
        assert_eq!(records(), (0, 0, 0));
    });
}

#[test]
fn state_is_bounded_by_deposits() {
    Chain::new().run(|| {
        for number in 1..=ACCOUNTS {
            for lock in [40, 57, 74, 91] {
                stake(&account(number), 100, lock + u32::from(number));
            }
        }
        run_to(400);
        let deposits = usize::from(ACCOUNTS) * 4;
        let (totals, starts, ends) = records();
        assert_eq!(totals, 0);
        assert!(starts <= 2 * deposits && ends <= deposits, "{starts} starts, {ends} ends");
        for number in 1..=ACCOUNTS {
            for deposit in 0..4 {
                assert_ok!(call(|| PoswStake::unlock(signed(&account(number)), deposit)));
            }
        }
        run_to(480);
        for number in 1..=ACCOUNTS {
            for deposit in 0..4 {
                assert_ok!(call(|| PoswStake::withdraw(signed(&NOBODY), account(number), deposit)));
            }
        }
        assert_eq!(records(), (0, 0, 0));
        assert_eq!(PoswStake::total_weight(), 0);
    });
}

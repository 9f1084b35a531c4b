//! Each invariant of `try_state`, broken on purpose.

use crate::{mock::*, types::*, *};
use frame_support::traits::fungible::MutateHold;

/// Breaks a chain with one deposit that counts, one that waits, one that ended and a key, and expects this complaint.
fn broken(expected: &'static str, damage: impl FnOnce()) {
    let mut chain = Chain::new()
        .staked(1, 1_000, 80)
        .staked(2, 1_000, 40)
        .key(1, sp_core::sr25519::Public::from_raw([7; 32]))
        .build();
    chain.execute_with(|| {
        run_to(51);
        stake(&account(1), 500, 130);
        assert_eq!(PoswStake::check_state(), Ok(()));
        damage();
        assert_eq!(PoswStake::check_state(), Err(expected.into()));
    });
}

fn damage_account(damage: impl FnOnce(&mut AccountOf<Test>)) {
    Accounts::<Test>::mutate(account(1), damage);
}

#[test]
fn coins_of_deposits_are_on_hold() {
    broken("the coins of deposits are on hold", || {
        let reason = RuntimeHoldReason::PoswStake(HoldReason::Stake);
        Balances::release(&reason, &account(1), 1, frame_support::traits::tokens::Precision::Exact).unwrap();
    });
}

#[test]
fn staked_is_the_sum() {
    broken("Staked is the sum of all deposits", || Staked::<Test>::mutate(|staked| *staked += 1));
}

#[test]
fn accounts_without_deposits_are_removed() {
    broken("an account without deposits is removed", || {
        Accounts::<Test>::insert(account(3), Account::default());
    });
}

#[test]
fn deposits_are_in_order() {
    let complaint = "deposits are in the order of their numbers";
    broken(complaint, || damage_account(|account| account.deposits.as_mut().reverse()));
    let complaint = "a deposit's number is below the next one";
    broken(complaint, || damage_account(|account| account.next_deposit = 1));
}

#[test]
fn deposits_are_consistent() {
    broken("a lock's end takes a bonus away", || {
        damage_account(|account| account.deposits[1].changes[0].weight = 500);
    });
    broken("an unlocked deposit stops counting", || {
        damage_account(|account| account.deposits[0].withdrawable = Some(100));
    });
    broken("changes are in the order of epochs", || {
        damage_account(|account| {
            let change = account.deposits[1].changes[0];
            account.deposits[1].changes.try_push(change).unwrap();
        });
    });
    broken("a deposit has coins", || {
        damage_account(|account| {
            account.deposits[0].fades = false;
            account.deposits[0].amount = 1_500;
            account.deposits[1].amount = 0;
        });
    });
}

#[test]
fn credit_is_consistent() {
    broken("credit is not settled beyond the index", || {
        damage_account(|account| account.credit.index = posw_primitives::U256::MAX);
    });
    broken("no weight, no credit", || {
        damage_account(|account| {
            account.credit.credit = posw_primitives::Credit::ONE;
            account.deposits[0].weight = 0;
            account.deposits[0].fades = false;
        });
    });
}

#[test]
fn ends_of_locks_know_their_deposits() {
    broken("a lock's end knows its deposits", || {
        LockExpiries::<Test>::mutate(80, |expiry| expiry.as_mut().unwrap().deposits += 1);
    });
    broken("a lock's end takes away the bonuses of its deposits", || {
        LockExpiries::<Test>::mutate(80, |expiry| expiry.as_mut().unwrap().fall += 1);
    });
    broken("a lock's end knows when its deposits count", || {
        LockExpiries::<Test>::mutate(182, |expiry| expiry.as_mut().unwrap().active_from = 0);
    });
    broken("every lock that ends with a bonus has a record", || LockExpiries::<Test>::remove(80));
    broken("locks end with their block", || {
        LockExpiries::<Test>::mutate(40, |expiry| {
            let expiry = expiry.as_mut().unwrap();
            expiry.epoch = None;
        });
    });
}

#[test]
fn starts_of_epochs_count_their_references() {
    broken("an epoch's start counts its references", || {
        Boundaries::<Test>::mutate(7, |boundary| boundary.as_mut().unwrap().users += 1);
    });
    broken("an epoch's start is known when it has begun", || {
        Boundaries::<Test>::mutate(7, |boundary| {
            let boundary = boundary.as_mut().unwrap();
            boundary.start = Boundaries::<Test>::get(5).unwrap().start;
        });
    });
    broken("every epoch with a change has a record", || Boundaries::<Test>::remove(7));
}

#[test]
fn the_networks_weight_is_the_sum() {
    broken("the network's weight is not below the accounts'", || {
        CurrentEpoch::<Test>::mutate(|state| state.total_weight -= 1);
    });
    broken("the network's next weight is the accounts' next weights", || {
        CurrentEpoch::<Test>::mutate(|state| state.total_weight += 1);
    });
    broken("the network's weight follows the accounts'", || {
        TotalChanges::<Test>::mutate(7, |change| change.rise += 1);
    });
    broken("every change of weight is scheduled", || TotalChanges::<Test>::remove(7));
    broken("changes of past epochs are removed", || {
        TotalChanges::<Test>::insert(4, WeightDelta::step(0, 1));
    });
}

#[test]
fn the_epoch_is_the_blocks() {
    broken("the next block is in the current epoch", || {
        CurrentEpoch::<Test>::mutate(|state| state.epoch.start += 5);
    });
    broken("the lead cap has a history", FactorHistory::<Test>::kill);
}

#[test]
fn keys_are_consistent() {
    broken("a record of keys has one", || SealingKeys::<Test>::insert(account(1), KeyRecord::default()));
    broken("a key is in force from the next epoch on", || {
        SealingKeys::<Test>::insert(account(1), KeyRecord { key: None, pending: Some((7, Some([1; 32]))) });
    });
    broken("a sealing key keeps its account alive", || {
        SealingKeys::<Test>::insert(account(5), KeyRecord { key: Some([1; 32]), pending: None });
    });
}

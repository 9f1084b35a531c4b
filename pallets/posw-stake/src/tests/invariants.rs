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
    for damage in [
        |expiry: &mut LockExpiry| expiry.fall += 1,
        |expiry: &mut LockExpiry| expiry.fall -= 1,
        |expiry: &mut LockExpiry| {
            expiry.waiting.try_push(WaitingBonus { active_from: 7, before: 0, after: 1 }).unwrap();
        },
    ] {
        broken("a lock's end takes away the bonuses of its deposits", || {
            LockExpiries::<Test>::mutate(80, |expiry| damage(expiry.as_mut().unwrap()));
        });
    }
    for damage in [
        |bonus: &mut WaitingBonus| bonus.active_from += 1,
        |bonus: &mut WaitingBonus| bonus.before += 1,
        |bonus: &mut WaitingBonus| bonus.after -= 1,
    ] {
        broken("a lock's end takes away the bonuses of its deposits", || {
            LockExpiries::<Test>::mutate(182, |expiry| damage(&mut expiry.as_mut().unwrap().waiting[0]));
        });
    }
    broken("a lock ends once", || {
        LockExpiries::<Test>::mutate(40, |expiry| expiry.as_mut().unwrap().fall += 1);
    });
    broken("every lock that ends with a bonus has a record", || LockExpiries::<Test>::remove(80));
    broken("locks end with their block", || {
        LockExpiries::<Test>::mutate(40, |expiry| {
            let expiry = expiry.as_mut().unwrap();
            (expiry.epoch, expiry.fall) = (None, 100);
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
    broken("credits are capped by the ration", || CurrentEpoch::<Test>::mutate(|state| state.cap_ration += 1));
}

#[test]
fn the_lead_cap_has_its_factors() {
    let history = |damage: fn(&mut FactorSum)| move || FactorHistory::<Test>::mutate(|history| damage(&mut history[3]));
    broken("the lead cap has a history", FactorHistory::<Test>::kill);
    broken("the lead cap has a history", || FactorHistory::<Test>::mutate(|history| history.truncate(3)));
    broken("the current epoch's factors are one for each block", || {
        EpochFactors::<Test>::mutate(|factors| *factors = FactorSum::unboosted(factors.blocks + 1));
    });
    broken("a factor is between 1.0 and the largest", || EpochFactors::<Test>::mutate(|factors| factors.inverse += 1));
    broken("a factor is between 1.0 and the largest", history(|sum| sum.inverse += 1));
    broken("a factor is between 1.0 and the largest", history(|sum| sum.inverse = 10 * 100_000 - 1));
    broken("an epoch has blocks", history(|sum| *sum = FactorSum::default()));
    // In epoch 5; the chain has 49 blocks before it, of which the last four epochs have 40.
    broken("a kept epoch's factors are one for each block", history(|sum| *sum = FactorSum::unboosted(20)));
    broken("the lead cap follows from the kept epochs", || {
        CurrentEpoch::<Test>::mutate(|state| state.lead_cap = posw_primitives::Factor::ONE);
    });
    broken("the lead cap follows from the kept epochs", || {
        Parameters::<Test>::mutate(|params| params.max_lead = posw_primitives::BILLION);
    });
    // As long as all epochs are kept, each block is known.
    for (number, damage) in [(9, 1), (29, 1), (39, 1), (12, -1)] {
        Chain::new().build().execute_with(|| {
            run_to(number);
            assert_eq!(PoswStake::check_state(), Ok(()));
            FactorHistory::<Test>::mutate(|history| {
                let blocks = history[3].blocks.checked_add_signed(damage).unwrap();
                history[3] = FactorSum::unboosted(blocks);
            });
            let expected = "a kept epoch's factors are one for each block";
            assert_eq!(PoswStake::check_state(), Err(expected.into()), "{number}");
        });
    }
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
    // Coins on hold keep an account by a reference of their own.
    broken("a sealing key keeps its account alive", || System::dec_consumers(&account(1)));
    broken("a sealing key keeps its account alive", || {
        SealingKeys::<Test>::insert(account(2), KeyRecord { key: Some([1; 32]), pending: None });
    });
}

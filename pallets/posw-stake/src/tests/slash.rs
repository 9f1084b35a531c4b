//! R6.7: slashing.

use crate::{mock::*, Accounts, Error, Event, Staked};
use frame_support::{assert_noop, assert_ok, traits::fungible::Inspect};
use sp_runtime::{AccountId32, DispatchError};

const ONE: u128 = 1_000_000_000_000_000_000;

fn slash(who: &AccountId32, deposit: u32, amount: u128) -> sp_runtime::DispatchResult {
    call(|| PoswStake::slash(root(), who.clone(), deposit, amount))
}

#[test]
fn weight_and_credit_fall_at_once_and_the_total_with_the_next_epoch() {
    Chain::new().staked(1, 5_000, 80).staked(2, 7_500, 30).run(|| {
        let alice = account(1);
        run_to(41);
        assert_eq!((weight(&alice), credit(&alice)), (7_500, 36 * ONE));
        let issuance = Balances::total_issuance();
        block_with(&NOBODY, || {
            assert_ok!(PoswStake::slash(root(), alice.clone(), 0, 2_000));
            let expected = Event::Slashed {
                who: alice.clone(),
                deposit: 0,
                old_amount: 5_000,
                amount: 3_000,
                old_weight: 7_500,
                weight: 4_500,
            };
            assert_eq!(events(), vec![expected]);
            assert_eq!(weight(&alice), 4_500);
            // 72 * 4,500 / 15,000.
            assert_eq!(Accounts::<Test>::get(&alice).credit.credit.units(), 72 * ONE * 3 / 10);
        });
        assert_eq!(Balances::total_issuance(), issuance - 2_000);
        assert_eq!((PoswStake::total_weight(), Staked::<Test>::get()), (15_000, 10_500));
        next_epoch();
        assert_eq!(PoswStake::total_weight(), 12_000);
        run_to(89);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (3_000, 10_500));
    });
}

#[test]
fn a_whole_deposit_can_be_slashed_before_it_counts() {
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 1_000, 80);
        // More than there is takes what there is.
        assert_ok!(slash(&alice, 0, 1_001));
        assert_eq!((Accounts::<Test>::iter().count(), records()), (0, (0, 0, 0)));
        assert_eq!(Balances::total_balance(&alice), FUNDS - 1_000);
        next_epochs(3);
        assert_eq!(PoswStake::total_weight(), 0);
    });
}

#[test]
fn a_deposit_that_waits_can_be_slashed_in_part() {
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 1_000, 80);
        assert_ok!(slash(&alice, 0, 500));
        next_epochs(2);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (750, 750));
        run_to(89);
        assert_eq!((weight(&alice), PoswStake::total_weight()), (500, 500));
    });
}

#[test]
fn an_unbonding_deposit_can_be_slashed() {
    Chain::new().run(|| {
        let alice = account(1);
        stake(&alice, 1_000, 30);
        run_to(31);
        assert_ok!(call(|| PoswStake::unlock(signed(&alice), 0)));
        run_to(45);
        assert_ok!(slash(&alice, 0, 400));
        run_to(60);
        assert_ok!(call(|| PoswStake::withdraw(signed(&alice), alice.clone(), 0)));
        assert_eq!(Balances::total_balance(&alice), FUNDS - 400);
        assert_eq!(Balances::balance(&alice), FUNDS - 400);
    });
}

#[test]
fn a_counting_deposit_can_be_slashed_whole() {
    Chain::new().staked(1, 1_000, 80).staked(1, 1_000, 30).staked(2, 1_000, 30).run(|| {
        let alice = account(1);
        run_to(3);
        assert_ok!(slash(&alice, 0, 1_000));
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_000, 3_500));
        next_epoch();
        assert_eq!((weight(&alice), PoswStake::total_weight()), (1_000, 2_000));
        assert_ok!(slash(&alice, 1, 1_000));
        assert_eq!((weight(&alice), credit(&alice)), (0, 0));
    });
}

#[test]
fn each_rule_of_slashing_has_its_error() {
    Chain::new().run(|| {
        start(&NOBODY);
        let alice = account(1);
        assert_noop!(PoswStake::slash(signed(&alice), alice.clone(), 0, 1), DispatchError::BadOrigin);
        assert_noop!(PoswStake::slash(root(), alice, 0, 1), Error::<Test>::NoDeposit);
        finish();
    });
}

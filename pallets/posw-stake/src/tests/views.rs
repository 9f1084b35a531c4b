//! What people ask.

use crate::mock::*;
use codec::{Decode, Encode};
use frame_support::{
    assert_ok,
    view_functions::{DispatchViewFunction, ViewFunction},
};
use posw_primitives::{Credit, Factor, BILLION};
use sp_consensus_posw::{AccountState, DepositState};
use sp_core::H256;

const ONE: u128 = 1_000_000_000_000_000_000;

#[test]
fn an_accounts_state_is_for_the_next_block() {
    Chain::new().staked(1, 1_000, 30).staked(2, 1_000, 80).run(|| {
        let bob = account(2);
        run_to(3);
        stake(&bob, 500, 130);
        let expected = AccountState {
            weight: 1_500,
            credit: Credit::from_units(8 * ONE * 3 / 5),
            boost: Factor::clamped(20_000_000_000),
            factor: Factor::clamped(20_000_000_000),
            sealing_key: H256([2; 32]),
            deposits: vec![
                DepositState { id: 0, amount: 1_000, weight: 1_500, active_from: 0, lock_end: 80, withdrawable: None },
                DepositState { id: 1, amount: 500, weight: 0, active_from: 2, lock_end: 134, withdrawable: None },
            ],
        };
        assert_eq!(PoswStake::account_state(&bob), expected);
        run_to(80);
        assert_ok!(call(|| PoswStake::unlock(signed(&bob), 0)));
        assert_eq!(PoswStake::account_state(&bob).deposits[0].withdrawable, Some(110));
    });
}

#[test]
fn each_question_has_a_view_function() {
    Chain::new().staked(1, 1_000, 30).staked(2, 1_000, 80).run(|| {
        run_to(2);
        let bob = account(2);
        assert_eq!(PoswStake::stake_of(bob.clone()), PoswStake::account_state(&bob));
        assert_eq!(PoswStake::credit_of(bob.clone()).units(), 4 * ONE * 3 / 5);
        assert_eq!(PoswStake::boost_of(bob.clone()).billionths(), 20 * BILLION);
        assert_eq!(PoswStake::factor_of(bob.clone()).billionths(), 20 * BILLION);
        assert_eq!(PoswStake::claims_of(bob.clone()), PoswStake::claims_for(&bob));
        assert_eq!(PoswStake::unlockable_from(bob.clone(), 0), Some(80));
        assert_eq!(PoswStake::unlockable_from(bob, 1), None);
        assert_eq!((PoswStake::current_epoch().epoch.last(), PoswStake::current_epoch().total_weight), (9, 2_500));
    });
}

#[test]
fn view_functions_are_dispatched_by_the_runtime() {
    Chain::new().staked(1, 1_000, 30).run(|| {
        empty_block();
        let id = crate::FactorOfViewFunction::<Test>::id();
        let mut answer = Vec::new();
        RuntimeViewFunction::dispatch_view_function(&id, &mut &account(1).encode()[..], &mut answer).unwrap();
        assert_eq!(Factor::decode(&mut &answer[..]), Ok(PoswStake::factor_of(account(1))));
    });
}

//! Coins on hold cannot be spent by any path (SPEC R6.1), and coins that are earned do not count before they are staked (R6.4).

use super::chain::*;
use crate::{
    configs::accounts::ProxyType, constants::COIN, Balances, PoswStake, Rewards, Runtime, RuntimeCall, RuntimeEvent,
    RuntimeHoldReason, RuntimeOrigin, System,
};
use frame_support::{
    assert_ok,
    dispatch::{DispatchResultWithPostInfo, GetDispatchInfo},
    traits::fungible::{InspectHold, Mutate},
};
use pallet_multisig::Timepoint;
use sp_consensus_posw::AccountState;
use sp_keyring::Sr25519Keyring::{self, Alice, Charlie, Dave, Eve};
use sp_runtime::{
    traits::{Dispatchable, Zero},
    AccountId32, DispatchError, TokenError,
};

/// What the staker leaves free: fees apart, the only coins that can be spent.
const FREE: u128 = 100 * COIN;

fn dispatch(who: Sr25519Keyring, call: impl Into<RuntimeCall>) -> DispatchResultWithPostInfo {
    call.into().dispatch(RuntimeOrigin::signed(who.to_account_id()))
}

fn stake_all_but_free(balance: u128) -> RuntimeCall {
    let lock = PoswStake::parameters().min_lock;
    pallet_posw_stake::Call::<Runtime>::stake { amount: balance - FREE, lock }.into()
}

fn transfer(value: u128) -> RuntimeCall {
    pallet_balances::Call::<Runtime>::transfer_allow_death { dest: Eve.to_account_id().into(), value }.into()
}

fn on_hold(who: &AccountId32) -> u128 {
    Balances::balance_on_hold(&RuntimeHoldReason::PoswStake(pallet_posw_stake::HoldReason::Stake), who)
}

/// How a call that others carry ended, by the last event that says so.
fn carried() -> Result<(), DispatchError> {
    let result = System::events().into_iter().rev().find_map(|record| match record.event {
        RuntimeEvent::Utility(pallet_utility::Event::BatchInterrupted { error, .. }) => Some(Err(error)),
        RuntimeEvent::Utility(pallet_utility::Event::BatchCompleted) => Some(Ok(())),
        RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => Some(result),
        RuntimeEvent::Multisig(pallet_multisig::Event::MultisigExecuted { result, .. }) => Some(result),
        _ => None,
    });
    result.expect("one of them was dispatched")
}

/// Tries to spend from `holder`, who has [`FREE`] coins that are not on hold: a coin too many and then nearly all of them, so
/// that a refusal is the hold's.
fn cannot_spend_what_is_on_hold(holder: &AccountId32, spend: impl Fn(RuntimeCall) -> Result<(), DispatchError>) {
    let (held, received) = (on_hold(holder), balance(&Eve.to_account_id()));
    assert!(held > 1_000 * COIN, "{held}");
    let free = balance(holder);
    assert!(free <= FREE, "{free}");
    let everything =
        pallet_balances::Call::<Runtime>::transfer_all { dest: Eve.to_account_id().into(), keep_alive: false };
    assert_eq!(spend(transfer(free + 1)), Err(TokenError::FundsUnavailable.into()));
    assert_eq!(spend(transfer(held)), Err(TokenError::FundsUnavailable.into()));
    assert_eq!((on_hold(holder), balance(holder)), (held, free));
    assert_ok!(spend(transfer(COIN)));
    assert_ok!(spend(everything.into()));
    assert_eq!(on_hold(holder), held);
    let spent = balance(&Eve.to_account_id()) - received;
    assert!((COIN..=free).contains(&spent), "{spent} of {free}");
}

#[test]
fn not_in_a_batch() {
    run(|| {
        mine(Alice);
        let charlie = Charlie.to_account_id();
        assert_ok!(dispatch(Charlie, stake_all_but_free(balance(&charlie))));
        cannot_spend_what_is_on_hold(&charlie, |call| {
            assert_ok!(dispatch(Charlie, pallet_utility::Call::<Runtime>::batch { calls: vec![call] }));
            carried()
        });
    });
    run(|| {
        mine(Alice);
        let charlie = Charlie.to_account_id();
        // In the same batch as the stake, too; one that fails undoes the stake with it.
        let calls = |value| vec![stake_all_but_free(balance(&charlie)), transfer(value)];
        let batch = |value| dispatch(Charlie, pallet_utility::Call::<Runtime>::batch_all { calls: calls(value) });
        assert_eq!(batch(FREE + 1).unwrap_err().error, TokenError::FundsUnavailable.into());
        assert_eq!(on_hold(&charlie), 0);
        assert_ok!(batch(COIN));
        assert!(on_hold(&charlie) > 0);
    });
}

#[test]
fn not_by_a_proxy() {
    run(|| {
        mine(Alice);
        let charlie = Charlie.to_account_id();
        let add = pallet_proxy::Call::<Runtime>::add_proxy {
            delegate: Dave.to_account_id().into(),
            proxy_type: ProxyType::Any,
            delay: 0,
        };
        assert_ok!(dispatch(Charlie, add));
        let proxy = |call: RuntimeCall| {
            let real = charlie.clone().into();
            let call = Box::new(call);
            assert_ok!(dispatch(Dave, pallet_proxy::Call::<Runtime>::proxy { real, force_proxy_type: None, call }));
            carried()
        };
        assert_ok!(proxy(stake_all_but_free(balance(&charlie))));
        cannot_spend_what_is_on_hold(&charlie, proxy);
    });
}

#[test]
fn not_by_a_multisignature() {
    // By one of two signatories, and by both.
    for threshold in [1, 2] {
        run(|| {
            mine(Alice);
            let mut accounts = [Charlie, Dave].map(|who| who.to_account_id());
            accounts.sort();
            let holder = pallet_multisig::Pallet::<Runtime>::multi_account_id(&accounts, threshold);
            assert_ok!(Balances::mint_into(&holder, 10_000 * COIN));
            let spend = |call: RuntimeCall| {
                if threshold == 1 {
                    let other_signatories = vec![Dave.to_account_id()];
                    let call = Box::new(call);
                    let one = pallet_multisig::Call::<Runtime>::as_multi_threshold_1 { other_signatories, call };
                    return dispatch(Charlie, one).map(|_| ()).map_err(|error| error.error);
                }
                let max_weight = call.get_dispatch_info().call_weight;
                let now = Timepoint { height: System::block_number(), index: 0 };
                for (who, other, maybe_timepoint) in [(Charlie, Dave, None), (Dave, Charlie, Some(now))] {
                    let other_signatories = vec![other.to_account_id()];
                    let call = Box::new(call.clone());
                    let both = pallet_multisig::Call::<Runtime>::as_multi {
                        threshold,
                        other_signatories,
                        maybe_timepoint,
                        call,
                        max_weight,
                    };
                    assert_ok!(dispatch(who, both));
                }
                carried()
            };
            assert_ok!(spend(stake_all_but_free(balance(&holder))));
            cannot_spend_what_is_on_hold(&holder, spend);
        });
    }
}

#[test]
fn rewards_count_when_they_are_staked_and_active() {
    run(|| {
        let state = || call::<AccountState>("PoswApi_account", Alice.to_account_id());
        let maturity = Rewards::parameters().maturity;
        let (genesis, total, coins) = (state(), PoswStake::total_weight(), balance(&Alice.to_account_id()));
        // Ten rewards of 45 coins.
        mine_to(Alice, maturity + 10);
        let earned = balance(&Alice.to_account_id()) - coins;
        assert_eq!(earned, 450 * COIN);
        assert_eq!((state().weight, PoswStake::total_weight()), (genesis.weight, total));
        assert_eq!((state().deposits, PoswStake::staked()), (genesis.deposits.clone(), 20_000 * COIN));

        let lock = PoswStake::parameters().min_lock;
        mine_with(Alice, &[signed(Alice, 0, 0, pallet_posw_stake::Call::<Runtime>::stake { amount: earned, lock })]);
        let active_from = state().deposits[1].active_from;
        assert_eq!(active_from, PoswStake::epoch().index + PoswStake::parameters().activation);
        while PoswStake::epoch().index < active_from {
            assert_eq!((state().weight, PoswStake::total_weight()), (genesis.weight, total));
            mine(Alice);
        }
        assert_eq!((state().weight, PoswStake::total_weight()), (genesis.weight + earned, total + earned));
        assert!(!earned.is_zero());
    });
}

//! Staked coins vote, and voting neither frees them nor counts them twice, in whatever order stake, vote, unlock, withdrawal and
//! slash come.

use super::*;
use crate::{governance::origins::Origin, Balances, PoswStake, RuntimeHoldReason};
use frame_support::{
    assert_ok,
    traits::{
        fungible::{Inspect, InspectHold},
        tokens::{Fortitude, Preservation},
    },
};
use pallet_conviction_voting::Error;
use pallet_posw_stake::Call as Stake;
use sp_runtime::{AccountId32, TokenError};

/// What Charlie stakes of his million coins.
const STAKE: u128 = 600_000 * COIN;
/// What he leaves to pay fees with.
const REST: u128 = 1_000 * COIN;

fn charlie() -> AccountId32 {
    Charlie.to_account_id()
}

fn by_charlie(call: impl Into<RuntimeCall>) {
    mine_with(Alice, &[signed(Charlie, 0, 0, call)]);
}

fn stake() -> RuntimeCall {
    Stake::<Runtime>::stake { amount: STAKE, lock: PoswStake::parameters().min_lock }.into()
}

fn vote_with(index: ReferendumIndex, balance: u128) -> RuntimeCall {
    vote(index, true, balance).into()
}

/// Takes back the vote, and what it froze.
fn unvote(index: ReferendumIndex) {
    let class = 10;
    let target = charlie().into();
    let remove = pallet_conviction_voting::Call::remove_vote { class: Some(class), index };
    let unlock = pallet_conviction_voting::Call::unlock { class, target };
    mine_with(Alice, &[signed(Charlie, 0, 0, remove), signed(Charlie, 1, 0, unlock)]);
}

fn total() -> u128 {
    <Balances as Inspect<_>>::total_balance(&charlie())
}

fn staked() -> u128 {
    Balances::balance_on_hold(&RuntimeHoldReason::PoswStake(pallet_posw_stake::HoldReason::Stake), &charlie())
}

/// What Charlie can send to others.
fn spendable() -> u128 {
    Balances::reducible_balance(&charlie(), Preservation::Expendable, Fortitude::Polite)
}

/// What an account with coins on hold has to keep beside them.
fn least() -> u128 {
    Chain::parameters().existential_deposit
}

/// Expects that not a coin more than `most` can be sent, and that so much can.
fn can_spend_at_most(most: u128) {
    assert_eq!(spendable(), most);
    let send = |value| {
        let dest = Eve.to_account_id().into();
        in_transaction(false, || dispatched(Charlie, pallet_balances::Call::transfer_allow_death { dest, value }))
    };
    let refused = send(most + 1).unwrap_err();
    assert!(
        [TokenError::Frozen, TokenError::FundsUnavailable].map(DispatchError::from).contains(&refused),
        "{refused:?}"
    );
    assert_ok!(send(most));
}

/// A referendum that stays open for 200 blocks.
fn open() -> ReferendumIndex {
    let remark = System::block_number().encode();
    submitted(Origin::ConsensusParameters, frame_system::Call::remark { remark })
}

fn slash(amount: u128) {
    let call = Stake::<Runtime>::slash { account: charlie(), deposit: 0, amount }.into();
    mine_with(Alice, &[signed(Alice, 0, 0, pallet_sudo::Call::sudo { call: Box::new(call) })]);
}

/// The deposit of the stake is unlocked once its lock is over, and withdrawn once it is unbonded.
fn unlock_and_withdraw() {
    let params = PoswStake::parameters();
    mine_to(Alice, System::block_number() + params.min_lock);
    by_charlie(Stake::<Runtime>::unlock { deposit: 0 });
    mine_to(Alice, System::block_number() + params.unbonding + params.epoch_length);
    by_charlie(Stake::<Runtime>::withdraw { account: charlie(), deposit: 0 });
    assert_eq!(staked(), 0);
}

/// With conviction 1, ayes and support are the coins.
fn assert_tally(index: ReferendumIndex, coins: u128) {
    let tally = tally(index);
    assert_eq!((tally.ayes, tally.nays, tally.support), (coins, 0, coins));
}

#[test]
fn staked_coins_vote_once() {
    run(|| {
        let index = open();
        by_charlie(stake());
        // All coins are one vote, those on hold among them; not those on hold and all coins.
        let too_many = dispatched(Charlie, vote_with(index, total() + 1));
        assert_eq!(too_many, Err(Error::<Runtime>::InsufficientFunds.into()));
        let coins = total() - REST;
        by_charlie(vote_with(index, coins));
        assert_tally(index, coins);
        assert_eq!(staked(), STAKE);
        can_spend_at_most(total() - coins);
        // Voting anew replaces the vote.
        by_charlie(vote_with(index, coins));
        assert_tally(index, coins);
        // And a second referendum asks for the same coins, not for others.
        let other = open();
        by_charlie(vote_with(other, coins));
        assert_tally(other, coins);
        assert_tally(index, coins);
        assert_eq!(spendable(), total() - coins);
    });
}

#[test]
fn a_vote_of_no_more_than_the_stake_freezes_nothing_else() {
    run(|| {
        let index = open();
        by_charlie(stake());
        by_charlie(vote_with(index, STAKE));
        can_spend_at_most(total() - STAKE - least());
    });
}

#[test]
fn coins_that_vote_can_be_staked() {
    run(|| {
        let index = open();
        let coins = total() - REST;
        by_charlie(vote_with(index, coins));
        by_charlie(stake());
        assert_eq!(staked(), STAKE);
        assert_tally(index, coins);
        can_spend_at_most(total() - coins);
        // Neither the one nor the other frees what both need.
        unvote(index);
        assert_tally(index, 0);
        assert_eq!(staked(), STAKE);
        can_spend_at_most(total() - STAKE - least());
    });
}

#[test]
fn a_withdrawn_stake_stays_frozen_by_its_vote() {
    run(|| {
        let index = open();
        by_charlie(stake());
        let coins = total() - REST;
        by_charlie(vote_with(index, coins));
        unlock_and_withdraw();
        assert_tally(index, coins);
        can_spend_at_most(total() - coins);
        unvote(index);
        assert_tally(index, 0);
        can_spend_at_most(total());
    });
}

#[test]
fn a_vote_while_unbonding_counts_and_its_end_frees_nothing() {
    run(|| {
        let index = open();
        by_charlie(stake());
        mine_to(Alice, System::block_number() + PoswStake::parameters().min_lock);
        by_charlie(Stake::<Runtime>::unlock { deposit: 0 });
        let coins = total() - REST;
        by_charlie(vote_with(index, coins));
        assert_tally(index, coins);
        unvote(index);
        assert_eq!(staked(), STAKE);
        can_spend_at_most(total() - STAKE - least());
    });
}

#[test]
fn a_vote_before_a_slash_keeps_its_tally_until_it_is_removed() {
    run(|| {
        let index = open();
        by_charlie(stake());
        let coins = total() - REST;
        by_charlie(vote_with(index, coins));
        let (before, slashed) = (total(), STAKE / 2);
        slash(slashed);
        assert_eq!((total(), staked()), (before - slashed, STAKE - slashed));
        // The coins are gone, the vote is not: the SDK counts what was cast.
        assert_tally(index, coins);
        // All that is left is frozen, so that it cannot vote from another account either; not even a fee can be paid.
        can_spend_at_most(0);
        let again = dispatched(Charlie, vote_with(index, coins));
        assert_eq!(again, Err(Error::<Runtime>::InsufficientFunds.into()));

        // Who votes anew counts with what is left.
        let left = total() - REST;
        assert_ok!(dispatched(Charlie, vote_with(index, left)));
        assert_tally(index, left);
        let class = 10;
        assert_ok!(dispatched(Charlie, pallet_conviction_voting::Call::remove_vote { class: Some(class), index }));
        assert_tally(index, 0);
        let target = charlie().into();
        assert_ok!(dispatched(Dave, pallet_conviction_voting::Call::unlock { class, target }));
        can_spend_at_most(total() - (STAKE - slashed) - least());
    });
}

#[test]
fn a_slash_before_a_vote_leaves_less_to_vote_with() {
    run(|| {
        let index = open();
        by_charlie(stake());
        let coins = total() - REST;
        slash(STAKE);
        assert_eq!(staked(), 0);
        let refused = dispatched(Charlie, vote_with(index, coins));
        assert_eq!(refused, Err(Error::<Runtime>::InsufficientFunds.into()));
        by_charlie(vote_with(index, coins - STAKE));
        assert_tally(index, coins - STAKE);
        assert_eq!(spendable(), total() - (coins - STAKE));
    });
}

#[test]
fn a_slash_while_unbonding_leaves_the_rest_to_withdraw_and_the_vote_as_it_was() {
    run(|| {
        let index = open();
        by_charlie(stake());
        let coins = STAKE;
        by_charlie(vote_with(index, coins));
        mine_to(Alice, System::block_number() + PoswStake::parameters().min_lock);
        by_charlie(Stake::<Runtime>::unlock { deposit: 0 });
        slash(STAKE / 3);
        let params = PoswStake::parameters();
        mine_to(Alice, System::block_number() + params.unbonding + params.epoch_length);
        by_charlie(Stake::<Runtime>::withdraw { account: charlie(), deposit: 0 });
        assert_tally(index, coins);
        can_spend_at_most(total() - coins);
        unvote(index);
        can_spend_at_most(total());
    });
}

#[test]
fn a_delegation_counts_staked_coins_and_ends_without_freeing_them() {
    run(|| {
        let index = open();
        by_charlie(stake());
        let (class, coins) = (10, total() - REST);
        mine_with(Alice, &[signed(Dave, 0, 0, vote(index, true, COIN))]);
        by_charlie(pallet_conviction_voting::Call::delegate {
            class,
            to: Dave.to_account_id().into(),
            conviction: Conviction::None,
            balance: coins,
        });
        let delegated = tally(index);
        // Without conviction, a tenth of the coins.
        assert_eq!((delegated.ayes, delegated.support), (COIN + coins / 10, COIN + coins));
        can_spend_at_most(total() - coins);
        slash(STAKE / 2);
        assert_eq!(tally(index).support, COIN + coins, "until the delegation ends");
        assert_ok!(dispatched(Charlie, pallet_conviction_voting::Call::undelegate { class }));
        assert_tally(index, COIN);
        let target = charlie().into();
        assert_ok!(dispatched(Dave, pallet_conviction_voting::Call::unlock { class, target }));
        assert_eq!(staked(), STAKE - STAKE / 2);
        can_spend_at_most(total() - staked() - least());
    });
}

#[test]
fn the_coins_of_a_vote_that_won_stay_frozen_for_its_conviction() {
    run(|| {
        let index = proposed(root_origin(), frame_system::Call::remark { remark: vec![1] });
        support(index);
        assert_ok!(enacted(index));
        let decided = match ReferendumInfoFor::<Runtime>::get(index) {
            Some(ReferendumInfo::Approved(block, ..)) => block,
            other => panic!("{other:?}"),
        };
        let end = decided + Chain::governance().vote_locking;
        let remove = pallet_conviction_voting::Call::remove_vote { class: Some(0), index };
        let unlock = || {
            let target = charlie().into();
            assert_ok!(dispatched(Dave, pallet_conviction_voting::Call::unlock { class: 0, target }));
        };
        mine_to(Alice, end - 2);
        by_charlie(remove);
        unlock();
        can_spend_at_most(total() - VOTE);
        mine(Alice);
        unlock();
        can_spend_at_most(total());
    });
}

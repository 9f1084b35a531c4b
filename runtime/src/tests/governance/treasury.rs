//! The treasury: where its coins come from, and how they are spent.

use super::*;
use crate::{governance::origins::Origin, Balances, Rewards, Treasury};
use frame_support::{
    assert_ok,
    traits::{Currency, Get},
};
use pallet_treasury::{Error, Event};

pub(super) fn spend(amount: u128, valid_from: Option<u32>) -> pallet_treasury::Call<Runtime> {
    let beneficiary = Box::new(Eve.to_account_id().into());
    pallet_treasury::Call::spend { asset_kind: Box::new(()), amount, beneficiary, valid_from }
}

fn payout(index: u32) -> pallet_treasury::Call<Runtime> {
    pallet_treasury::Call::payout { index }
}

/// The treasury gets coins, as much as it would in a few hours.
fn fund(amount: u128) {
    let _ = Balances::deposit_creating(&Treasury::account_id(), amount);
}

#[test]
fn issuance_fills_it() {
    run(|| {
        let treasury = Treasury::account_id();
        assert_eq!(crate::configs::consensus::TreasuryAccount::get(), treasury);
        let start = balance(&treasury);
        assert_eq!(start, Chain::parameters().existential_deposit);
        let maturity = Rewards::parameters().maturity;
        mine_to(Alice, maturity + 4);
        // A tenth of four subsidies of 50 coins.
        assert_eq!(balance(&treasury) - start, 20 * COIN);
        // Its coins are no part of what support is measured by.
        mine(Alice);
        let turnout = <Runtime as pallet_conviction_voting::Config>::MaxTurnout::get();
        assert_eq!(Balances::total_issuance() - turnout, 20 * COIN, "as of the block's start");
    });
}

#[test]
fn a_small_spend_is_approved_and_paid_out() {
    run(|| {
        let amount = Chain::governance().small_spender_limit;
        fund(2 * amount);
        assert_ok!(passed(Origin::SmallSpender, spend(amount, None)));
        let approved = System::block_number();
        assert_told(Event::AssetSpendApproved {
            index: 0,
            asset_kind: (),
            amount,
            beneficiary: Eve.to_account_id(),
            valid_from: approved,
            expire_at: approved + Chain::governance().payout_period,
        });
        let (eve, treasury) = (balance(&Eve.to_account_id()), balance(&Treasury::account_id()));
        // Anybody may ask for it.
        mine_with(Alice, &[signed(Dave, 0, 0, payout(0))]);
        assert_told(Event::Paid { index: 0, payment_id: () });
        assert_eq!(balance(&Eve.to_account_id()), eve + amount);
        assert!(balance(&Treasury::account_id()) <= treasury - amount + 6 * COIN, "but for a block's share");
        assert_eq!(dispatched(Dave, payout(0)), Err(Error::<Runtime>::AlreadyAttempted.into()));
        mine_with(Alice, &[signed(Dave, 0, 0, pallet_treasury::Call::check_status { index: 0 })]);
        assert_told(Event::SpendProcessed { index: 0 });
        assert_eq!(dispatched(Dave, payout(0)), Err(Error::<Runtime>::InvalidIndex.into()));
    });
}

#[test]
fn each_spender_has_a_limit() {
    run(|| {
        let limits = Chain::governance();
        let refused = Err(Error::<Runtime>::InsufficientPermission.into());
        let (small, large) = (limits.small_spender_limit, limits.treasurer_limit);
        assert_eq!(passed(Origin::SmallSpender, spend(small + 1, None)), refused);
        assert_eq!(passed(Origin::Treasurer, spend(large + 1, None)), refused);
        assert_ok!(passed(Origin::Treasurer, spend(small + 2, None)));
        assert_ok!(dispatched_as(Origin::Treasurer, spend(large, None)));
        assert_ok!(dispatched_as(root_origin(), spend(large + 1, None)));
    });
}

#[test]
fn the_limit_is_for_a_referendum_and_not_for_each_of_its_calls() {
    run(|| {
        let most = Chain::governance().small_spender_limit;
        let calls = vec![spend(most, None).into(), spend(1, None).into()];
        let batch = pallet_utility::Call::batch_all { calls };
        assert_eq!(passed(Origin::SmallSpender, batch), Err(Error::<Runtime>::InsufficientPermission.into()));
        assert_eq!(pallet_treasury::SpendCount::<Runtime>::get(), 0);
        let calls = vec![spend(most / 2, None).into(), spend(most / 2, None).into()];
        assert_ok!(passed(Origin::SmallSpender, pallet_utility::Call::batch_all { calls }));
        assert_eq!(pallet_treasury::SpendCount::<Runtime>::get(), 2);
    });
}

#[test]
fn a_spend_waits_for_its_time_and_its_coins_and_not_for_ever() {
    run(|| {
        mine(Alice);
        let from = System::block_number() + 5;
        let amount = 3 * Chain::governance().small_spender_limit;
        assert_ok!(dispatched_as(Origin::Treasurer, spend(amount, Some(from))));
        assert_ok!(dispatched_as(Origin::Treasurer, spend(COIN, Some(from))));
        assert_ok!(dispatched_as(Origin::Treasurer, spend(COIN, Some(from))));
        assert_eq!(dispatched(Dave, payout(0)), Err(Error::<Runtime>::EarlyPayout.into()));
        mine_to(Alice, from);
        assert_eq!(dispatched(Dave, payout(0)), Err(Error::<Runtime>::PayoutError.into()), "more than there is");
        fund(2 * amount);
        assert_ok!(dispatched(Dave, payout(0)));
        // Who may spend may take back what is not paid yet.
        assert_ok!(dispatched_as(Origin::Treasurer, pallet_treasury::Call::void_spend { index: 1 }));
        assert_eq!(dispatched(Dave, payout(1)), Err(Error::<Runtime>::InvalidIndex.into()));
        mine_to(Alice, from + Chain::governance().payout_period);
        assert_eq!(dispatched(Dave, payout(2)), Err(Error::<Runtime>::SpendExpired.into()));
    });
}

#[test]
#[allow(deprecated)]
fn the_deprecated_way_of_spending_is_refused() {
    run(|| {
        let origins: [OriginCaller; 3] = [root_origin(), Origin::Treasurer.into(), Origin::SmallSpender.into()];
        for origin in origins {
            let beneficiary = Eve.to_account_id().into();
            let call = pallet_treasury::Call::<Runtime>::spend_local { amount: COIN, beneficiary };
            let refused = dispatched_as(origin.clone(), call);
            assert_eq!(refused, Err(Error::<Runtime>::TooManyApprovals.into()), "{origin:?}");
        }
        assert!(pallet_treasury::Proposals::<Runtime>::iter_keys().next().is_none());
    });
}

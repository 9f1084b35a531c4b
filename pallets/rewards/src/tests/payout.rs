//! What blocks earn and when it can be spent (R9.1 to R9.3).

use crate::{mock::*, Event, Outstanding, Unpaid};
use posw_primitives::issuance::subsidy;
use sp_runtime::{AccountId32, TokenError};

#[test]
fn a_reward_is_spendable_exactly_at_maturity_and_by_itself() {
    run(|| {
        let (one, two) = (account(1), account(2));
        block(1, one.clone());
        for number in 2..1 + MATURITY {
            block(number, two.clone());
            assert_eq!(balance(&one), 0, "block {number}");
        }
        block(1 + MATURITY, two.clone());
        assert_eq!((balance(&one), balance(&TREASURY)), (900, 100));
        System::assert_has_event(Event::Rewarded { who: one, amount: 900 }.into());
        assert_eq!(balance(&two), 0);
        block(2 + MATURITY, two.clone());
        assert_eq!(balance(&two), 900);
    });
}

#[test]
fn the_miner_has_its_share_of_fees_and_all_tips() {
    run(|| {
        let issuance = Balances::total_issuance();
        pay(100, 7);
        pay(33, 0);
        block(1, account(1));
        assert_eq!(balance(&PAYER), FUNDS - 140);
        assert_eq!(Outstanding::<Test>::get(), 1_140, "subsidy, fees and tips");
        (2..=1 + MATURITY).for_each(|number| block(number, account(2)));
        // Of fees of 133 the treasury has a fifth, rounded down: 26.
        assert_eq!(balance(&account(1)), 900 + 107 + 7);
        assert_eq!(balance(&TREASURY), 100 + 26);
        assert_eq!(Balances::total_issuance(), issuance + 1_000, "nothing is lost, only the subsidy is new");
    });
}

#[test]
fn the_fees_of_a_block_are_its_own_miners() {
    run(|| {
        pay(100, 0);
        block(1, account(1));
        block(2, account(2));
        (3..=2 + MATURITY).for_each(|number| block(number, account(3)));
        assert_eq!((balance(&account(1)), balance(&account(2))), (980, 900));
    });
}

#[test]
fn what_cannot_be_minted_is_said_and_paid_with_the_next_reward() {
    run(|| {
        // 9 of 10 coins a block are the miner's: less than the existential deposit.
        let small = posw_primitives::RewardParams { initial: 10, tail: 10, ..params() };
        crate::Parameters::<Test>::put(small);
        let miner = account(1);
        (1..=1 + MATURITY).for_each(|number| block(number, miner.clone()));
        let unpaid =
            |who: AccountId32, amount| Event::RewardUnpaid { who, amount, reason: TokenError::BelowMinimum.into() };
        System::assert_has_event(unpaid(miner.clone(), 9).into());
        assert_eq!((balance(&miner), Unpaid::<Test>::get(&miner)), (0, 9));
        block(2 + MATURITY, miner.clone());
        assert_eq!((balance(&miner), Unpaid::<Test>::get(&miner)), (18, 0));
        System::assert_has_event(Event::Rewarded { who: miner, amount: 18 }.into());
    });
}

#[test]
fn a_block_without_an_author_loses_nothing() {
    run(|| {
        use sp_consensus_posw::EndOfBlock;
        System::set_block_number(1);
        crate::Pallet::<Test>::end_of_block(1, false);
        (2..=1 + MATURITY).for_each(|number| block(number, account(2)));
        assert_eq!(balance(&TREASURY), 1_000);
    });
}

#[test]
fn supply_follows_the_schedule_to_the_tail() {
    run(|| {
        let issuance = Balances::total_issuance();
        let last = 900;
        (1..=last + MATURITY).for_each(|number| block(number, account(1)));
        let due: u128 = (1..=last).map(|height| subsidy(height, &params())).sum();
        assert_eq!(Balances::total_issuance() - issuance, due);
        // 1000, 500, 250, 125, then the tail.
        assert_eq!(due, 99 * 1_000 + 100 * (500 + 250 + 125) + 501 * 100);
    });
}

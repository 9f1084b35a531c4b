//! Changes of the parameters (section 10, R9.2).

use crate::{mock::*, Error, Event, Pending};
use frame_support::{assert_noop, assert_ok};
use posw_primitives::RewardParams;
use sp_runtime::{traits::BadOrigin, AccountId32, DispatchResult};

fn set(params: RewardParams) -> DispatchResult {
    Rewards::set_params(RuntimeOrigin::root(), params)
}

#[test]
fn new_parameters_hold_from_the_next_epoch_on() {
    run(|| {
        System::set_block_number(1);
        let new = RewardParams { initial: 500, ..params() };
        assert_ok!(set(new));
        System::assert_last_event(Event::ParamsScheduled { old: params(), new }.into());
        block(1, account(1));
        assert_eq!(Rewards::parameters(), params());
        block_that_ends_epoch(2, account(1), true);
        System::assert_last_event(Event::ParamsApplied { old: params(), new }.into());
        block(3, account(1));
        let earned = |number| Pending::<Test>::get(number).unwrap().amount;
        assert_eq!([earned(1), earned(2), earned(3)], [900, 900, 450]);
        assert_eq!(Rewards::pending_parameters(), None);
    });
}

#[test]
fn a_shorter_maturity_takes_effect_by_two_rewards_a_block() {
    run(|| {
        (1..=20).for_each(|number| block(number, account(1)));
        assert_ok!(set(RewardParams { maturity: 10, ..params() }));
        block_that_ends_epoch(21, account(1), true);
        // The reward of block 1 is paid. Of those of blocks 2 to 12, which are due at once, two follow with each block.
        assert_eq!(balance(&account(1)), 900);
        let due: Vec<u32> = (2..=14).map(Rewards::matures_at).collect();
        assert_eq!(due, [22, 22, 23, 23, 24, 24, 25, 25, 26, 26, 27, 27, 28]);
        for number in 22..=40 {
            let before = Pending::<Test>::iter().count();
            block(number, account(2));
            let minted = before + 1 - Pending::<Test>::iter().count();
            // Nine more than the new maturity were waiting: each block takes one off.
            assert_eq!(minted, if number <= 31 { 2 } else { 1 }, "block {number}");
        }
        assert_eq!((Rewards::matures_at(31), balance(&account(1))), (41, 21 * 900));
        assert_eq!(balance(&account(2)), 9 * 900, "of blocks 22 to 30");
    });
}

#[test]
fn a_longer_maturity_holds_for_what_is_pending_and_can_be_taken_back() {
    run(|| {
        (1..=20).for_each(|number| block(number, account(1)));
        assert_ok!(set(RewardParams { maturity: 1_000, ..params() }));
        block_that_ends_epoch(21, account(1), true);
        (22..=40).for_each(|number| block(number, account(1)));
        assert_eq!((balance(&account(1)), Rewards::matures_at(2)), (900, 1_002));
        assert_ok!(set(params()));
        block_that_ends_epoch(41, account(1), true);
        (42..=80).for_each(|number| block(number, account(1)));
        assert_eq!(balance(&account(1)), 60 * 900, "as if nothing had been");
    });
}

#[test]
fn values_out_of_range_are_refused() {
    run(|| {
        let p = params();
        let refused = |params, error: Error<Test>| {
            assert_noop!(set(params), error);
        };
        refused(RewardParams { initial: 10u128.pow(27) + 1, ..p }, Error::InitialOutOfRange);
        refused(RewardParams { tail: 1_001, ..p }, Error::TailOutOfRange);
        refused(RewardParams { decay: 1_000_000_001, ..p }, Error::DecayOutOfRange);
        refused(RewardParams { period: 0, ..p }, Error::PeriodOutOfRange);
        refused(RewardParams { treasury_share: 1_000_000_001, ..p }, Error::TreasuryShareOutOfRange);
        refused(RewardParams { treasury_fee_share: 1_000_000_001, ..p }, Error::TreasuryFeeShareOutOfRange);
        // The relation to the depth of finality, 8.
        refused(RewardParams { maturity: 7, ..p }, Error::MaturityOutOfRange);
        assert_ok!(set(RewardParams { maturity: 8, ..p }));
        assert_noop!(Rewards::set_params(RuntimeOrigin::signed(AccountId32::new([1; 32])), p), BadOrigin);
    });
}

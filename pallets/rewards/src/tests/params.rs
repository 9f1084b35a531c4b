//! Changes of the parameters (section 10, R9.2).

use crate::{mock::*, Error, Event, LastDue, Pending};
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
        let earned = |number| Pending::<Test>::get(number + MATURITY).unwrap().amount;
        assert_eq!([earned(1), earned(2), earned(3)], [900, 900, 450]);
        assert_eq!(Rewards::pending_parameters(), None);
    });
}

#[test]
fn a_shorter_maturity_never_makes_two_rewards_mature_at_once() {
    run(|| {
        (1..=5).for_each(|number| block(number, account(1)));
        assert_ok!(set(RewardParams { maturity: 10, ..params() }));
        block_that_ends_epoch(6, account(1), true);
        (7..=9).for_each(|number| block(number, account(2)));
        // 6 + 20, and then one after the other although 7 + 10 is earlier.
        let due: Vec<u32> = (1..40).filter(|number| Pending::<Test>::contains_key(number)).collect();
        assert_eq!(due, (21..=29).collect::<Vec<_>>());
        (10..=29).for_each(|number| block(number, account(3)));
        assert_eq!((balance(&account(1)), balance(&account(2))), (6 * 900, 3 * 900));
        assert_eq!(LastDue::<Test>::get(), 49, "the new maturity comes in force when there is room");
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

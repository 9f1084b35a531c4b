//! View functions, genesis, and the invariants: each is broken on purpose.

use crate::{
    mock::*, GenesisConfig, OldestPending, Outstanding, Parameters, Pending, PendingParams, Unpaid, PAYOUT_PAGE,
};
use posw_primitives::RewardParams;

#[test]
fn people_can_ask() {
    run(|| {
        assert_eq!(Rewards::current_subsidy(), 1_000);
        block(1, account(1));
        assert_eq!(Rewards::pending_reward(1).unwrap().miner, account(1));
        assert_eq!(Rewards::pending_reward(2), None);
        assert_eq!(Rewards::matures_at(1), 1 + MATURITY);
        assert_eq!(Rewards::unpaid(account(1)), 0);
        assert_eq!(Rewards::current_parameters(), (params(), None));
        assert_eq!([99, 100, 250, 10_000].map(Rewards::subsidy_at), [1_000, 500, 250, 100]);
        (2..=99).for_each(|number| block(number, account(2)));
        assert_eq!(Rewards::current_subsidy(), 500, "of the next block, the first of the second period");
    });
}

#[test]
fn people_see_their_payouts_page_by_page() {
    run(|| {
        block(1, account(1));
        block(2, account(2));
        block(3, account(1));
        let (first, third) = ((1 + MATURITY, 900), (3 + MATURITY, 900));
        assert_eq!(Rewards::payouts(account(1), 1), [first, third]);
        assert_eq!(Rewards::payouts(account(1), 2), [third]);
        assert_eq!(Rewards::payouts(TREASURY, 1).len(), 3);
        assert_eq!(Rewards::payouts(account(3), 1), []);
        // A page ends before the block that is its length away from its first.
        (4..=PAYOUT_PAGE).for_each(|number| block(number, account(2)));
        block(PAYOUT_PAGE + 1, account(3));
        assert_eq!(Rewards::payouts(account(3), 1), []);
        assert_eq!(Rewards::payouts(account(3), 2), [(PAYOUT_PAGE + 1 + MATURITY, 225)]);
        assert_eq!(Rewards::payouts(account(3), u32::MAX), []);
    });
}

#[test]
fn genesis_refuses_unknown_fields() {
    assert!(serde_json::from_str::<GenesisConfig<Test>>(r#"{ "parameters": {} }"#).is_err());
}

/// What `check_state` says after `harm` was done to a sound state.
fn broken(harm: impl FnOnce()) -> String {
    let mut error = String::new();
    new_test_ext().execute_with(|| {
        (1..=5).for_each(|number| block(number, account(1)));
        harm();
        error = format!("{:?}", Rewards::check_state().unwrap_err());
    });
    error
}

#[test]
fn each_broken_invariant_is_found() {
    let sum = "outstanding sum";
    assert!(broken(|| Outstanding::<Test>::mutate(|sum| *sum += 1)).contains(sum));
    assert!(broken(|| Unpaid::<Test>::insert(account(1), 1)).contains(sum));
    assert!(broken(|| Pending::<Test>::remove(1)).contains(sum));
    assert!(broken(|| OldestPending::<Test>::put(2)).contains("was paid"));
    assert!(broken(|| System::set_block_number(4)).contains("to come"));
    let out_of_range = RewardParams { period: 0, ..params() };
    assert!(broken(|| PendingParams::<Test>::put(out_of_range)).contains("pending parameters"));
    assert!(broken(|| Parameters::<Test>::put(out_of_range)).contains("parameters in force"));
}

//! Section 10: parameters change at the next epoch, within bounds, by the configured origin.

use crate::{mock::*, Error, Event, PendingParams};
use frame_support::{assert_noop, assert_ok};
use posw_primitives::{Curve, Factor, StakeParams, BILLION};
use sp_runtime::DispatchError;

#[test]
fn a_change_is_in_force_from_the_next_epoch_on() {
    Chain::new().run(|| {
        let (old, new) = (params(), StakeParams { unbonding: 50, ..params() });
        block_with(&NOBODY, || {
            assert_ok!(PoswStake::set_params(root(), new));
            assert_eq!(events(), vec![Event::ParamsScheduled { old, new, from_epoch: 1 }]);
        });
        assert_eq!(PoswStake::current_parameters(), (old, Some(new)));
        run_to(8);
        assert_eq!(PoswStake::parameters(), old);
        run_to(9);
        assert_eq!(PoswStake::current_parameters(), (new, None));
        assert_eq!(events()[0], Event::ParamsApplied { old, new });
        next_epoch();
        assert!(!events().iter().any(|event| matches!(event, Event::ParamsApplied { .. })));
    });
}

#[test]
fn the_last_call_in_an_epoch_wins() {
    Chain::new().run(|| {
        block_with(&NOBODY, || {
            assert_ok!(PoswStake::set_params(root(), StakeParams { horizon: 50, ..params() }));
            assert_ok!(PoswStake::set_params(root(), StakeParams { horizon: 60, ..params() }));
        });
        next_epoch();
        assert_eq!(PoswStake::parameters().horizon, 60);
    });
}

#[test]
fn only_the_configured_origin_may() {
    Chain::new().run(|| {
        start(&NOBODY);
        assert_noop!(PoswStake::set_params(signed(&account(1)), params()), DispatchError::BadOrigin);
        finish();
    });
}

#[test]
fn each_parameter_out_of_range_has_its_error() {
    let boost = |factor: u128| Factor::clamped(factor * u128::from(BILLION));
    let cases: Vec<(StakeParams, Error<Test>)> = vec![
        (StakeParams { epoch_length: 3, ..params() }, Error::EpochLengthOutOfRange),
        (StakeParams { min_lock: 29, ..params() }, Error::MinLockOutOfRange),
        (StakeParams { epoch_length: 11, ..params() }, Error::MinLockOutOfRange),
        (StakeParams { max_lock: 29, ..params() }, Error::MaxLockOutOfRange),
        (StakeParams { lock_bonus: 10 * BILLION + 1, ..params() }, Error::LockBonusOutOfRange),
        (StakeParams { activation: 1, ..params() }, Error::ActivationOutOfRange),
        (StakeParams { max_reorg: 11, unbonding: 11, ..params() }, Error::ActivationOutOfRange),
        (StakeParams { unbonding: 7, ..params() }, Error::UnbondingOutOfRange),
        (StakeParams { min_weight: 0, ..params() }, Error::MinWeightOutOfRange),
        (StakeParams { min_total_weight: 99, ..params() }, Error::MinTotalWeightOutOfRange),
        (StakeParams { curve: Curve::Constant { boost: boost(21) }, ..params() }, Error::CurveBoostOutOfRange),
        (StakeParams { curve: Curve::Sqrt { unit: 0 }, ..params() }, Error::CurveUnitOutOfRange),
        (StakeParams { curve: Curve::Power { unit: 1, cap: 0, exponent: 2 }, ..params() }, Error::CurveCapOutOfRange),
        (StakeParams { max_boost: boost(5_000), ..params() }, Error::MaxBoostOutOfRange),
        (StakeParams { ration: 1, ..params() }, Error::RationOutOfRange),
        (StakeParams { horizon: 0, ..params() }, Error::HorizonOutOfRange),
        (StakeParams { max_lead: 1, ..params() }, Error::MaxLeadOutOfRange),
        (StakeParams { max_reorg: 1, ..params() }, Error::MaxReorgOutOfRange),
        (
            StakeParams { max_reorg: 21, unbonding: 21, activation: 4, min_lock: 50, ..params() },
            Error::MaturityOutOfRange,
        ),
    ];
    Chain::new().run(|| {
        start(&NOBODY);
        for (params, error) in cases {
            assert_noop!(PoswStake::set_params(root(), params), error);
        }
        finish();
        assert_eq!(PendingParams::<Test>::get(), None);
    });
}

#[test]
fn a_stake_made_before_a_longer_activation_comes_in_force_waits_for_it() {
    Chain::new().run(|| {
        let slower = StakeParams { activation: 4, min_lock: 50, ..params() };
        set_params(slower);
        // So does the longer lock, or this one would end before the deposit counts.
        let who = RuntimeOrigin::signed(account(1));
        assert_noop!(PoswStake::stake(who, 1_000, 49), Error::<Test>::LockTooShort);
        stake(&account(1), 1_000, 50);
        assert_eq!(PoswStake::account_state(&account(1)).deposits[0].active_from, 4);
    });
}

#[test]
fn epochs_get_no_shorter_than_stake_that_waits_for_its_activation_allows() {
    Chain::new().run(|| {
        // A longer activation would allow it, but not for stake made before it comes in force.
        let StakeParams { activation, max_reorg, .. } = params();
        let epoch_length = max_reorg / (activation - 1) - 1;
        let shorter = StakeParams { epoch_length, activation: activation + 2, min_lock: 60, ..params() };
        let root = RuntimeOrigin::root;
        assert_noop!(PoswStake::set_params(root(), shorter), Error::<Test>::EpochLengthOutOfRange);
        assert_ok!(PoswStake::set_params(root(), StakeParams { epoch_length: epoch_length + 1, ..shorter }));
        // In two steps it is possible.
        assert_ok!(PoswStake::set_params(root(), StakeParams { epoch_length: params().epoch_length, ..shorter }));
        next_epoch();
        assert_ok!(PoswStake::set_params(root(), shorter));
    });
}

#[test]
fn new_parameters_leave_the_weights_of_deposits_alone() {
    Chain::new().staked(1, 1_000, 80).run(|| {
        let new = StakeParams { lock_bonus: 0, min_lock: 60, max_lock: 100, ..params() };
        set_params(new);
        next_epoch();
        assert_eq!((weight(&account(1)), PoswStake::total_weight()), (1_500, 1_500));
        stake(&account(2), 1_000, 100);
        next_epochs(2);
        assert_eq!(weight(&account(2)), 1_000);
    });
}

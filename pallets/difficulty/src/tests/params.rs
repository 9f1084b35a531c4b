//! Changes of the parameters (R8.3, section 10).

use crate::{mock::*, Error, Event, Parameters, PendingParams, ScheduleShift};
use frame_support::{assert_noop, assert_ok};
use posw_primitives::{CompactBits, DifficultyParams};
use sp_runtime::{traits::BadOrigin, AccountId32};

fn set(params: DifficultyParams) -> sp_runtime::DispatchResult {
    Difficulty::set_params(RuntimeOrigin::root(), params)
}

#[test]
fn a_new_block_time_comes_without_a_jump() {
    run(|clock| {
        clock.mine_many(600, RATE);
        let new = DifficultyParams { block_time: 20_000, half_life: 1_440_000, max_gap: 1_440_000, ..params() };
        assert_ok!(set(new));
        System::assert_last_event(Event::ParamsScheduled { old: params(), new }.into());
        while block_time() == 10_000 {
            let gap = clock.mine(RATE);
            assert!(gap.abs_diff(10_000) < 200, "{gap} ms before the change");
        }
        assert_eq!(clock.number % 10, 9, "in force at the end of an epoch");
        System::assert_last_event(Event::ParamsApplied { old: params(), new }.into());
        assert_eq!((PendingParams::<Test>::get(), ScheduleShift::<Test>::get()), (None, 0));
        for _ in 0..50 {
            let gap = clock.mine(RATE);
            assert!(gap.abs_diff(20_000) < 400, "{gap} ms after the change");
        }
    });
}

#[test]
fn a_new_half_life_alone_comes_without_a_jump() {
    run(|clock| {
        clock.mine_many(300, 3 * RATE);
        let new = DifficultyParams { half_life: 100_000, ..params() };
        assert_ok!(set(new));
        let before = clock.mine(3 * RATE);
        while Parameters::<Test>::get() != new {
            clock.mine(3 * RATE);
        }
        let after = clock.mine(3 * RATE);
        assert!(after.abs_diff(before) < before / 50, "{before} ms, then {after} ms");
    });
}

#[test]
fn the_last_change_of_an_epoch_wins() {
    run(|clock| {
        clock.mine_many(3, RATE);
        assert_ok!(set(DifficultyParams { block_time: 5_000, ..params() }));
        assert_ok!(set(DifficultyParams { block_time: 8_000, ..params() }));
        clock.mine_many(10, RATE);
        assert_eq!(block_time(), 8_000);
    });
}

#[test]
fn values_out_of_range_are_refused() {
    run(|_| {
        let p = params();
        let refused = |params, error: Error<Test>| {
            assert_noop!(set(params), error);
        };
        refused(DifficultyParams { block_time: 499, ..p }, Error::BlockTimeOutOfRange);
        refused(DifficultyParams { block_time: 3_600_001, half_life: u64::MAX, ..p }, Error::BlockTimeOutOfRange);
        refused(DifficultyParams { half_life: 19_999, ..p }, Error::HalfLifeOutOfRange);
        refused(DifficultyParams { half_life: 100_000_001, ..p }, Error::HalfLifeOutOfRange);
        refused(DifficultyParams { max_gap: 9_999, ..p }, Error::MaxGapOutOfRange);
        refused(DifficultyParams { max_gap: 72_000_001, ..p }, Error::MaxGapOutOfRange);
        refused(DifficultyParams { limit: CompactBits::POW_LIMIT, ..p }, Error::LimitOutOfRange);
        // The relation to the largest boost of 20: 320 hashes, which 256 are not.
        let limit = |raw: u32| DifficultyParams { limit: CompactBits::try_from(raw).unwrap(), ..p };
        assert_eq!(limit(0x2000_ffff).limit.work(), 256.into());
        refused(limit(0x2000_ffff), Error::LimitOutOfRange);
        assert_ok!(set(limit(0x2000_cc00)));
        assert_ok!(set(DifficultyParams { block_time: 500, half_life: 1_000, max_gap: 500, ..p }));
    });
}

#[test]
fn only_the_configured_origin_may_change_them() {
    run(|_| {
        let signed = RuntimeOrigin::signed(AccountId32::new([1; 32]));
        assert_noop!(Difficulty::set_params(signed, params()), BadOrigin);
    });
}

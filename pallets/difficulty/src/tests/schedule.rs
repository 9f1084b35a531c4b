//! The schedule on a simulated clock.

use crate::{mock::*, Anchor, BaseBits, LastTime, ScheduleShift};
use posw_primitives::CompactBits;
use sp_consensus_posw::{BaseTarget, EndOfBlock};

/// Difference of two times is at most a hundredth.
fn assert_near(found: u64, expected: u64) {
    assert!(found.abs_diff(expected) <= expected / 100, "{found} ms, {expected} ms expected");
}

#[test]
fn block_one_has_the_starting_bits_and_is_the_anchor() {
    run(|clock| {
        let starting = bits_of(10 * RATE);
        assert_eq!(Difficulty::base_bits(), starting);
        clock.block_after(123_456_789);
        // Block 1 is on schedule whenever it comes, so block 2 has the same bits.
        assert_eq!(Difficulty::base_bits(), starting);
        let anchor = Anchor::<Test>::get().unwrap();
        assert_eq!((anchor.height, anchor.bits, anchor.parent_time), (1, starting, clock.time - 10_000));
        assert_eq!(ScheduleShift::<Test>::get(), 0, "block 1 has no gap");
    });
}

#[test]
fn steady_hash_power_gives_steady_blocks() {
    run(|clock| {
        clock.mine_many(50, RATE);
        assert_near(clock.mine_many(200, RATE), 10_000);
        assert_eq!(BaseBits::<Test>::get().work() / 100, bits_of(10 * RATE).work() / 100);
    });
}

#[test]
fn ten_times_the_hash_power_and_a_tenth_are_absorbed() {
    run(|clock| {
        clock.mine_many(100, RATE);
        clock.mine_many(1_000, 10 * RATE);
        assert_near(clock.mine_many(100, 10 * RATE), 10_000);
        clock.mine_many(1_000, RATE);
        assert_near(clock.mine_many(100, RATE), 10_000);
    });
}

#[test]
fn an_outage_brings_no_storm() {
    run(|clock| {
        clock.mine_many(300, RATE);
        let before = BaseBits::<Test>::get().work();
        let two_hours = 7_200_000;
        clock.block_after(two_hours);
        // All but one half life of the gap shifts the schedule, so the difficulty is halved and not divided by a thousand.
        assert_eq!(ScheduleShift::<Test>::get(), two_hours - 720_000);
        let after = BaseBits::<Test>::get().work();
        assert!(after * 21 / 10 > before && after * 19 / 10 < before, "{before} became {after}");
        assert!(clock.mine_many(24, RATE) > 4_900, "24 blocks, the depth of finality, come in a storm");
        clock.mine_many(500, RATE);
        assert_near(clock.mine_many(100, RATE), 10_000);
    });
}

#[test]
fn a_gap_of_exactly_the_longest_one_counts_in_full() {
    run(|clock| {
        clock.mine_many(5, RATE);
        clock.block_after(720_000);
        assert_eq!(ScheduleShift::<Test>::get(), 0);
        clock.block_after(720_001);
        assert_eq!(ScheduleShift::<Test>::get(), 1);
        assert_eq!(LastTime::<Test>::get(), clock.time);
    });
}

#[test]
fn difficulty_does_not_fall_below_the_limit() {
    run(|clock| {
        (0..400).for_each(|_| clock.block_after(720_000));
        assert_eq!(BaseBits::<Test>::get(), params().limit);
    });
}

#[test]
#[should_panic = "Timestamp must increment"]
fn a_block_is_later_than_its_parent() {
    run(|clock| {
        clock.block_after(10_000);
        clock.block_after(1);
        clock.block_after(0);
    });
}

#[test]
fn nothing_panics_on_empty_storage() {
    sp_io::TestExternalities::default().execute_with(|| {
        assert_eq!(Difficulty::base_bits(), CompactBits::POW_LIMIT);
        // Explorers read the constant from metadata, which is made without any state.
        let constants = Difficulty::pallet_constants_metadata();
        let block_time = constants.iter().find(|constant| constant.name == "TargetBlockTime").unwrap();
        assert_eq!(block_time.value, codec::Encode::encode(&15_000u64));
        Difficulty::end_of_block(1, true);
    });
}

//! The time between blocks changes by vote while the chain runs.

use super::{
    miner, passed, spec,
    tool::{governed, number},
};
use crate::{
    common::{
        process::{turn, Node},
        rpc::Rpc,
        wait::until,
    },
    e2e::clients,
};
use posw_primitives::DifficultyParams;
use std::{cmp::Ordering, ops::RangeInclusive, thread, time::Duration};

/// Milliseconds between blocks, before the vote and after it.
const OLD: u64 = 500;
const NEW: u64 = 1_500;
/// In block times, so short that the difficulty finds the machine's hash rate within some blocks, and follows it when others
/// use the machine, too.
const HALF_LIFE: u64 = 5;
/// In block times.
const MAX_GAP: u64 = 50;

/// How long a pace may take to come on a busy machine.
const PACE: Duration = Duration::from_secs(300);
/// Blocks in which the difficulty finds the hash rate again, which rises when the tool has ended.
const SETTLING: u32 = 10;
/// Gaps between blocks before the change, and after it has settled.
const GAPS: u32 = 25;
/// Their mean in block times, once other processes leave the miner as much of the machine as before. That of 25 independent
/// exponential gaps, which has a gamma distribution, is outside for one run in 10,000; the difficulty pulls late and early blocks
/// back to the schedule, so that this mean spreads less. The old block time is a third of the new one.
const MEAN: RangeInclusive<f64> = 0.40..=1.98;
/// Precision of what follows from R8.1. Compact bits are rounded by up to 3.1 * 10^-5, the polynomial is off by up to
/// 1.2 * 10^-4: both happen to either of two difficulties, and rounding once more at the change.
const PRECISION: f64 = 5e-4;

#[test]
fn the_block_time_changes_by_vote() {
    let _turn = turn();
    let spec = spec(10)
        .with("/difficulty/params/blockTime", OLD)
        .with("/difficulty/params/halfLife", HALF_LIFE * OLD)
        .with("/difficulty/params/maxGap", MAX_GAP * OLD);
    let miner = miner(&spec);
    let follower = Node::start(&["--chain", &spec.chain(), "--bootnodes", &miner.multiaddr()]);
    let (follower, rpc) = (&follower, follower.rpc());
    let before = until("the difficulty has found the machine's hash rate", PACE, || pace(rpc, SETTLING, OLD));

    let change = [("blockTime", NEW), ("halfLife", HALF_LIFE * NEW), ("maxGap", MAX_GAP * NEW)];
    let change = change.map(|(name, value)| format!("difficulty.{name}={value}"));
    let change: Vec<_> = ["set-parameter"].into_iter().chain(change.iter().map(String::as_str)).collect();
    let [old, new] = [OLD, NEW].map(|time| time.to_string());
    let enacted = thread::scope(|scope| {
        // It stays connected until the change is in force.
        let expected = ["--from", &old, "--to", &new];
        scope.spawn(move || clients::run("polkadot-js-constants", follower, &expected, Duration::from_secs(320)));
        passed(follower, &change);
        governed(follower, &["enact", "0"]).told("parameters")
    });
    let [enacted, from, epoch] = ["enacted", "fromBlock", "fromEpoch"].map(|name| number(&enacted[name]));
    let last = from + SETTLING + GAPS;
    let after = until("blocks come at the new pace", PACE, || pace(rpc, from + SETTLING, NEW));
    println!("{GAPS} gaps took {before:.2} block times on average before the vote, {after:.2} after it");

    assert_announced(rpc, enacted, from, epoch);
    assert_difficulty(rpc, from, last);
    assert_eq!(follower.metric("posw_rejected_total"), 0.0, "the follower refused a block");
}

/// From its enactment on, the change is pending for the next epoch; it is in force for that epoch's first block.
fn assert_announced(rpc: &Rpc, enacted: u32, from: u32, epoch: u32) {
    let network = |number| rpc.network(rpc.block_hash(number).expect("the block is known"));
    let old = network(enacted - 1).params.difficulty;
    let new = DifficultyParams { block_time: NEW, half_life: HALF_LIFE * NEW, max_gap: MAX_GAP * NEW, ..old };
    assert_eq!((old.block_time, network(enacted - 1).pending), (OLD, None));
    // A block's state is about its child.
    for number in enacted..from - 1 {
        let state = network(number);
        let pending = state.pending.expect("the change is announced");
        assert_eq!((state.params.difficulty, pending.difficulty), (old, new), "block {number}");
        assert_eq!((state.epoch.index + 1, state.epoch.start + state.epoch.length), (epoch, from), "block {number}");
    }
    let state = network(from - 1);
    assert_eq!((state.params.difficulty, state.pending, state.epoch.index), (new, None, epoch));
}

/// The difficulty follows the times of the blocks (SPEC R8.1), by the old numbers up to the epoch's first block and by the
/// new ones behind it. For that block it also changes as the block time does: the hash rate that it fits stays (R8.3).
fn assert_difficulty(rpc: &Rpc, from: u32, last: u32) {
    let difficulty = |number| rpc.claims(number).bits.work().low_u128() as f64;
    for number in from - GAPS..=last {
        let (block_time, scale) = match number.cmp(&from) {
            Ordering::Less => (OLD, 1.0),
            Ordering::Equal => (OLD, NEW as f64 / OLD as f64),
            Ordering::Greater => (NEW, 1.0),
        };
        let gap = (time(rpc, number - 1) - time(rpc, number - 2)).min(MAX_GAP * block_time);
        let late = (gap as f64 - block_time as f64) / (HALF_LIFE * block_time) as f64;
        let expected = difficulty(number - 1) * scale * f64::exp2(-late);
        let found = difficulty(number);
        if number == from {
            println!("the difficulty goes from {} to {found}, {expected:.0} expected", difficulty(number - 1));
        }
        assert!(
            (found / expected - 1.0).abs() < PRECISION,
            "block {number}: difficulty {found}, expected {expected}; the epoch begins with {from}"
        );
    }
}

/// Block times from block to block in the newest run of `GAPS` gaps, counted from block `first` on, where that is within `MEAN`. A
/// block has the time at which its parent arrived, or a while later: the time from one to the next is what it took to find the former.
fn pace(rpc: &Rpc, first: u32, block_time: u64) -> Option<f64> {
    let runs = rpc.best_number().saturating_sub(first) / GAPS;
    let last = first + runs.checked_mul(GAPS).filter(|gaps| *gaps > 0)?;
    let mean = (time(rpc, last) - time(rpc, last - GAPS)) as f64 / f64::from(GAPS) / block_time as f64;
    MEAN.contains(&mean).then_some(mean)
}

fn time(rpc: &Rpc, number: u32) -> u64 {
    rpc.network(rpc.block_hash(number).expect("the block is known")).time
}

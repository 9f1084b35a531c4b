//! How a node fares: its answers, its blocks, its hashing, what it takes of the machine.

use crate::common::{process::Node, rpc::Rpc};
use std::{
    fmt, fs, thread,
    time::{Duration, Instant},
};

/// How long the blocks of one observation may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(300);
/// Between two calls: without one they would take the processor from the thread that mines.
const PAUSE: Duration = Duration::from_millis(1);
/// Ticks of the processor times in `/proc`, per second, on every Linux.
const TICKS: f64 = 100.0;

/// What was seen of a node while its chain grew.
pub(super) struct Observed {
    /// How long each call took, the shortest first.
    calls: Vec<Duration>,
    blocks: u32,
    elapsed: Duration,
    /// Work headers hashed.
    hashes: f64,
    /// Seconds of processor time.
    processor: f64,
    /// Mebibytes of memory in use at the end.
    pub(super) memory: u64,
}

impl Observed {
    /// Calls a node, one call after the other, until its best chain has grown by so many blocks.
    pub(super) fn during(node: &Node, blocks: u32) -> Self {
        // What was asked before must not matter: connections of others may be used up, or kept.
        let rpc = Rpc::at(node.rpc().url().to_owned());
        let (start, first) = (Instant::now(), rpc.best_number());
        let (hashes, processor) = (node.metric("posw_hashes_total"), processor_seconds(node.pid()));
        let (mut calls, mut best) = (Vec::new(), first);
        while best < first + blocks {
            assert!(start.elapsed() < LIMIT, "blocks {} to {} took longer than {LIMIT:?}", first + 1, first + blocks);
            let call = Instant::now();
            best = rpc.best_number();
            calls.push(call.elapsed());
            thread::sleep(PAUSE);
        }
        calls.sort_unstable();
        Self {
            calls,
            blocks: best - first,
            elapsed: start.elapsed(),
            hashes: node.metric("posw_hashes_total") - hashes,
            processor: processor_seconds(node.pid()) - processor,
            memory: memory(node),
        }
    }

    /// How long it took.
    pub(super) fn seconds(&self) -> f64 {
        self.elapsed.as_secs_f64()
    }

    fn percentile(&self, percent: usize) -> Duration {
        self.calls[(self.calls.len() - 1) * percent / 100]
    }
}

impl fmt::Display for Observed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds();
        write!(
            f,
            "{} calls: median {:.2?}, 99th percentile {:.2?}; a block every {:.2} s; {:.2} MH/s; {:.0} % of a core; {} MiB",
            self.calls.len(),
            self.percentile(50),
            self.percentile(99),
            seconds / f64::from(self.blocks),
            self.hashes / seconds / 1e6,
            100.0 * self.processor / seconds,
            self.memory,
        )
    }
}

/// Mebibytes of memory that a node has in use.
pub(super) fn memory(node: &Node) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", node.pid())).expect("the node runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("every process has memory");
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kibibytes / 1024
}

fn processor_seconds(process: u32) -> f64 {
    let line = fs::read_to_string(format!("/proc/{process}/stat")).expect("the node runs");
    // After the name, which stands in brackets and may have spaces: state, ten numbers, user and system time.
    let (_, numbers) = line.rsplit_once(')').expect("the name stands in brackets");
    let times = numbers.split_whitespace().skip(11).take(2);
    times.map(|ticks| ticks.parse::<f64>().expect("a number")).sum::<f64>() / TICKS
}

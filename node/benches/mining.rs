//! What hashing and Stratum miners cost a node, how soon it works on a new best block, and how much work is lost between nodes.
//! Figures are in `docs/performance.md`.
//!
//! `cargo bench -p stakework-node --bench mining -- [delay | sealing | stratum | stale]`; `stratum` needs the example `load` of
//! `posw-stratum`.

#[path = "../tests/common/mod.rs"]
#[allow(dead_code, reason = "the tests need more of it")]
mod common;

#[path = "blocks/mod.rs"]
mod blocks;

use common::{
    process::{Node, POSW_NODE},
    spec::Spec,
    wait::until,
};
use posw_sealer::{Kernel, RootUse};
use serde_json::json;
use sp_keyring::Sr25519Keyring::Alice;
use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// Times that a disturbance is switched off and on.
const ROUNDS: usize = 10;
/// Blocks in each of them.
const BLOCKS: u32 = 5;
/// Blocks after which the delay of new work is measured.
const DELAYS: usize = 300;
/// Transfers in each block.
const TRANSFERS: u32 = 100;
/// Calls in each block whose time is taken.
const CALLS: usize = 40;

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |name: &str| chosen.is_empty() || chosen.iter().any(|chosen| chosen == name);
    if wanted("delay") {
        delay();
    }
    if wanted("sealing") {
        sealing();
    }
    if wanted("stratum") {
        stratum();
    }
    if wanted("stale") {
        stale();
    }
}

/// From a best block to the first hash of work on it, on all threads: of a node with the machine for itself, and of one that is given
/// its blocks by another on the same cores.
fn delay() {
    let default = cores().saturating_sub(1).max(1);
    delay_alone("a core left over", default, &["-lposw=debug"]);
    for priority in [&[][..], &["--normal-priority"]] {
        let options = [&["-lposw=debug"], priority].concat();
        delay_alone(&format!("all cores, {priority:?}"), cores(), &options);

        let (pair, threads) = Pair::sealing(&options);
        for transfers in [0, TRANSFERS] {
            let before = Delays::of(&pair.observed);
            for number in 1..=DELAYS {
                pair.mine(transfers);
                until("all threads work on the block", Duration::from_secs(60), || {
                    (Delays::of(&pair.observed).begun.len() >= before.begun.len() + number * threads).then_some(())
                });
            }
            let delays = Delays::of(&pair.observed).since(&before);
            println!("all cores, {priority:?}, two nodes, block with {transfers} transfers: {delays}");
        }
    }
}

fn delay_alone(what: &str, threads: usize, options: &[&str]) {
    let spec = Spec::fast();
    let (chain, sealing) = (spec.chain(), threads.to_string());
    let node = Node::start(&[&["--chain", &chain, "--alice"], &seal_on(&sealing)[..], options].concat());
    let begun = || Delays::of(&node).begun.len();
    until("all threads work", Duration::from_secs(60), || (begun() >= threads).then_some(()));
    let before = Delays::of(&node);
    until("enough blocks", Duration::from_secs(600), || {
        (begun() >= before.begun.len() + DELAYS * threads).then_some(())
    });
    println!("{what}, node alone, its own empty blocks: {}", Delays::of(&node).since(&before));
}

/// What a node has logged of the time from best blocks on.
struct Delays {
    /// Until the threads had work on them.
    handed: Vec<Duration>,
    /// Until each thread had made its first hash of that.
    begun: Vec<Duration>,
}

impl Delays {
    fn of(node: &Node) -> Self {
        let log = node.log();
        let logged = |what: &str| {
            let words = log.lines().filter_map(|line| line.split_once(what)?.1.split(' ').nth(1)?.parse().ok());
            words.map(Duration::from_micros).collect()
        };
        Self { handed: logged("handed to the threads"), begun: logged("first hash of a thread") }
    }

    /// Without those that there were before.
    fn since(mut self, before: &Self) -> Self {
        self.handed.drain(..before.handed.len());
        self.begun.drain(..before.begun.len());
        self
    }
}

impl std::fmt::Display for Delays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Percentiles { median, high, number } = Percentiles::of(&self.handed);
        write!(f, "work with the threads {median:.2?} (median), {high:.2?} (99th percentile), {number} times; ")?;
        let Percentiles { median, high, number } = Percentiles::of(&self.begun);
        write!(f, "first hash {median:.2?}, {high:.2?}, {number} times")
    }
}

/// The middle of measured times, and what nearly all stay below.
struct Percentiles {
    median: Duration,
    high: Duration,
    number: usize,
}

impl Percentiles {
    fn of(times: &[Duration]) -> Self {
        let mut times = times.to_vec();
        times.sort_unstable();
        let at = |percent: usize| times[(times.len() - 1) * percent / 100];
        Self { median: at(50), high: at(99), number: times.len() }
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Options for so many sealing threads.
fn seal_on(threads: &str) -> [&str; 5] {
    ["--mine", "--threads", threads, "--kernel", Kernel::best(RootUse::Free).name()]
}

/// All cores seal at the node that is observed.
fn sealing() {
    let (pair, threads) = Pair::sealing(&[]);
    let rpc = pair.observed.rpc();
    let switch = |on: bool| drop(rpc.call("posw_setMining", &[json!(on)]));
    let (off, on) = pair.alternate(switch);
    let hash_rate = rpc.call("posw_miningInfo", &[])["hashRate"]["minute"].clone();
    println!("sealing off: {off}\nsealing on {threads} threads ({hash_rate} hashes/s over the last minute): {on}");
}

/// Two thousand miners send a share every ten seconds to the node that is observed.
fn stratum() {
    let options = ["--bob", "--mine", "--threads", "0", "--stratum", "0", "--stratum-difficulty", "0.0000001"];
    let pair = Pair::start(&[&options[..], &["--stratum-per-address", "4096"]].concat());
    let address = pair.observed.address_logged("Stratum server: addr=").expect("the server listens");
    let off = pair.measure(ROUNDS);
    let load = Load::start(&address);
    until("two thousand miners are connected", Duration::from_secs(60), || {
        (pair.observed.metric("posw_stratum_connections") >= 2_000.0).then_some(())
    });
    let shares = || pair.observed.metric("posw_stratum_shares_accepted_total");
    let (before, start) = (shares(), Instant::now());
    let on = pair.measure(ROUNDS);
    let rate = (shares() - before) / start.elapsed().as_secs_f64();
    drop(load);
    println!("no miners: {off}\n2,000 miners, {rate:.0} shares/s: {on}");
}

/// Three nodes mine at the development chain's pace; solutions that came to nothing, of all solutions.
fn stale() {
    const BLOCKS: u32 = 200;
    let spec = Spec::of("dev").with("/difficulty/startingBits", 0x1d3f_ffc0);
    let chain = spec.chain();
    let first = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1", "--kernel", "portable"]);
    let bootnode = first.multiaddr();
    let other = |name| {
        Node::start(&[
            "--chain",
            &chain,
            name,
            "--mine",
            "--threads",
            "1",
            "--kernel",
            "portable",
            "--bootnodes",
            &bootnode,
        ])
    };
    let nodes = [other("--bob"), other("--charlie"), first];
    let start = nodes[0].rpc().best_number();
    until("enough blocks", Duration::from_secs(3 * 3 * u64::from(BLOCKS)), || {
        (nodes[0].rpc().best_number() >= start + BLOCKS).then_some(())
    });
    let sum = |name| nodes.iter().map(|node| node.metric(name)).sum::<f64>();
    let (mined, orphaned, stale) =
        (sum("posw_blocks_mined_total"), sum("posw_blocks_orphaned_total"), sum("posw_blocks_stale_total"));
    let share = 100.0 * (orphaned + stale) / (mined + stale);
    println!("three nodes: {mined} blocks, {orphaned} of them orphaned, {stale} solutions stale: {share:.2} % lost");
}

/// A node that is given blocks by another one, which has so much boost that its blocks take little work, where those of all
/// others take minutes.
struct Pair {
    source: Node,
    observed: Node,
    kernel: Kernel,
}

impl Pair {
    fn start(options: &[&str]) -> Self {
        let spec = Spec::fast()
            .with("/difficulty/startingBits", 0x1c3f_ffc0)
            .with("/difficulty/params/halfLife", 5_000_000)
            .with("/difficulty/params/maxGap", 5_000_000)
            .with("/difficulty/params/limit", 0x1d3f_ffc0)
            .with("/poswStake/params/maxBoost", 10_000_000_000_000_u64)
            .with("/poswStake/params/ration", 0)
            .with("/poswStake/params/maxLead", 0)
            .with_boost(10_000)
            .with_stakes(&[(Alice, 10_000_000_000_000_000, 400)]);
        let chain = spec.chain();
        let source = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "0"]);
        let bootnode = source.multiaddr();
        let observed = Node::start(&[&["--chain", &chain, "--bootnodes", &bootnode], options].concat());
        Self { source, observed, kernel: Kernel::best(RootUse::Fixed) }
    }

    /// The node that is observed seals on all cores; gives their number, too.
    fn sealing(options: &[&str]) -> (Self, usize) {
        let threads = cores();
        let sealing = threads.to_string();
        (Self::start(&[&["--bob"], &seal_on(&sealing)[..], options].concat()), threads)
    }

    /// Measures with a disturbance off and on in turn.
    fn alternate(&self, switch: impl Fn(bool)) -> (Measured, Measured) {
        let (mut off, mut on) = (Measured::default(), Measured::default());
        for _ in 0..ROUNDS {
            for (state, measured) in [(false, &mut off), (true, &mut on)] {
                switch(state);
                measured.add(self.measure(1));
            }
        }
        (off, on)
    }

    fn measure(&self, rounds: usize) -> Measured {
        let imports = |end: &str| {
            let name = format!("substrate_block_verification_and_import_time_{end}");
            self.observed.metric(&name)
        };
        let before = (imports("sum"), imports("count"));
        let mut calls = Vec::new();
        for _ in 0..BLOCKS * u32::try_from(rounds).expect("few") {
            self.mine(TRANSFERS);
            let best = self.source.rpc().best().0;
            calls.extend((0..CALLS).map(|_| {
                let start = Instant::now();
                self.observed.rpc().call("state_call", &[json!("PoswApi_network"), json!("0x")]);
                start.elapsed()
            }));
            until("the block arrives", Duration::from_secs(60), || {
                (self.observed.rpc().best().0 == best).then_some(())
            });
        }
        let (sum, count) = (imports("sum") - before.0, imports("count") - before.1);
        Measured { calls, import_seconds: sum, imports: count }
    }

    fn mine(&self, transfers: u32) {
        blocks::mine(self.source.rpc(), self.kernel, transfers);
    }
}

#[derive(Default)]
struct Measured {
    calls: Vec<Duration>,
    import_seconds: f64,
    imports: f64,
}

impl Measured {
    fn add(&mut self, other: Self) {
        self.calls.extend(other.calls);
        self.import_seconds += other.import_seconds;
        self.imports += other.imports;
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Percentiles { median, high, number } = Percentiles::of(&self.calls);
        let import = 1_000.0 * self.import_seconds / self.imports;
        write!(
            f,
            "RPC {median:.2?} (median), {high:.2?} (99th percentile) of {number}; import {import:.1} ms on average of {} \
             blocks with {TRANSFERS} transfers",
            self.imports
        )
    }
}

/// Two thousand simulated miners, ended when dropped.
struct Load(Child);

impl Load {
    fn start(address: &str) -> Self {
        let load = Path::new(POSW_NODE).with_file_name("examples").join("load");
        assert!(load.exists(), "build it first: cargo build --release -p posw-stratum --example load");
        let child = Command::new(load).args(["2000", "100000", address]).stdout(Stdio::null()).spawn();
        Self(child.expect("it can be started"))
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

//! Real nodes: a chain from a file and from a peer, then memory and disk.

use crate::{
    chain::Chain,
    common::{
        process::{run_command, Node, POSW_NODE},
        wait::until,
    },
};
use std::{
    fmt, fs,
    os::unix::fs::MetadataExt,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// How long a node may take with a chain.
const LONG: Duration = Duration::from_secs(3_600);

/// Imports the chain from its file, then from a peer, into nodes that prune states and into ones that keep them.
pub(crate) fn run(chain: &Chain) {
    let spec = chain.spec();
    let modes = [("pruned", vec!["--chain", &spec]), ("archive", vec!["--chain", &spec, "--state-pruning", "archive"])];
    for (mode, args) in &modes {
        let mut node = Node::start(args);
        assert!(node.interrupt().success(), "a node that is asked to end reports success");
        let start = Instant::now();
        command("import-blocks", chain, &node.base_path(), &[&args[2..], &["--binary"]].concat());
        let rate = f64::from(chain.length()) / start.elapsed().as_secs_f64();
        println!("from a file, {mode}: {rate:.0} blocks/s, start and end of the command included");
        node.restart();
        let mut fresh = Node::start(&[&args[..], &["--bootnodes", &node.multiaddr()]].concat());
        let (first, start) = until("the first blocks arrive", LONG, || {
            Some((fresh.rpc().best_number(), Instant::now())).filter(|(number, _)| *number > 0)
        });
        until("all blocks arrive", LONG, || (fresh.rpc().best_number() == chain.length()).then_some(()));
        let rate = f64::from(chain.length() - first) / start.elapsed().as_secs_f64();
        println!("from a peer, {mode}: {rate:.0} blocks/s from block {first} on; {}", Resources::of(&mut fresh));
    }
}

/// Runs a command on a chain's file and a database.
pub(crate) fn command(name: &str, chain: &Chain, base: &Path, args: &[&str]) {
    let mut command = Command::new(POSW_NODE);
    command.args([name, "--chain", &chain.spec()]).arg("--base-path").arg(base).args(args).arg(chain.file());
    let (status, _, err) = run_command(command.stdin(Stdio::null()), LONG);
    assert!(status.success(), "{command:?} failed with {status}:\n{err}");
}

/// What a node needs.
pub(crate) struct Resources {
    /// Memory in KiB: the most, and at last.
    memory: [u64; 2],
    /// Bytes on disk after its end.
    disk: u64,
}

impl Resources {
    /// Waits until all of the node's chain is as final as it gets, and ends the node.
    pub(crate) fn of(node: &mut Node) -> Self {
        let (best, header) = node.rpc().best();
        let depth = node.rpc().network(best).params.stake.max_reorg;
        until("finality catches up", LONG, || (node.rpc().finalized_number() + depth >= header.number).then_some(()));
        let status = fs::read_to_string(format!("/proc/{}/status", node.pid())).expect("the node runs");
        let memory = ["VmHWM:", "VmRSS:"].map(|name| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("Linux says");
            line.trim_end_matches("kB").trim().parse().expect("a number")
        });
        assert!(node.interrupt().success(), "a node that is asked to end reports success");
        Self { memory, disk: disk(&node.base_path()) }
    }
}

impl fmt::Display for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [most, last] = self.memory.map(|kib| kib / 1_024);
        write!(f, "{most} MiB of memory at most, {last} MiB at the end, {} MiB on disk", self.disk >> 20)
    }
}

/// Bytes that files take.
fn disk(path: &Path) -> u64 {
    let metadata = fs::symlink_metadata(path).expect("it is there");
    if !metadata.is_dir() {
        return 512 * metadata.blocks();
    }
    fs::read_dir(path).expect("it can be read").flatten().map(|entry| disk(&entry.path())).sum()
}

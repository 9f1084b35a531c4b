//! A miner whose clock is wrong by a minute, among four nodes whose clocks are right (R8.2).

use crate::common::{
    nodes::{await_shared_block, knowing, shared_block, start_alike},
    process::{run_command, turn, Node, POSW_NODE},
    rpc::Rpc,
    spec::Spec,
    wait::until,
};
use sp_keyring::Sr25519Keyring::Ferdie;
use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long each thing that happens by itself may take on a busy machine. A node asks for the same blocks again after a minute,
/// and once more after another.
const SOON: Duration = Duration::from_secs(300);

/// Two miners and three followers on one chain. The miner with the right clock has most of the hash power.
struct Network {
    right: Node,
    /// Their clocks are right, too.
    followers: Vec<Node>,
    wrong: Node,
    _files: (Spec, TempDir),
}

impl Network {
    fn start(shift: &str) -> Self {
        // Finality comes later than blocks of a clock that is a minute ahead.
        let spec = Spec::fast()
            .with_boost(5)
            .with_max_reorg(100)
            .with("/poswStake/params/ration", 0)
            .with("/poswStake/params/maxLead", 0);
        let chain = spec.chain();
        let right = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
        let followers = start_alike(3, &["--chain", &chain, "--bootnodes", &right.multiaddr()]);
        await_shared_block(followers.iter().chain([&right]), 3, SOON);
        let mine = ["--chain", &chain, "--ferdie", "--mine", "--threads", "1"];
        let args = knowing(followers.iter().chain([&right]), &mine);
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let library = library(&folder);
        let wrong =
            Node::start_binary(Path::new(POSW_NODE), &args, &[("LD_PRELOAD", &library), ("CLOCK_SHIFT", shift)]);
        until("everybody knows the node with the wrong clock", SOON, || (wrong.rpc().peers() == 4).then_some(()));
        Self { right, followers, wrong, _files: (spec, folder) }
    }

    /// The nodes whose clocks are right.
    fn others(&self) -> impl Iterator<Item = &Node> + Clone {
        self.followers.iter().chain([&self.right])
    }

    /// Expects that nobody has dropped the node with the wrong clock; sets that right, and expects one chain with blocks of
    /// both miners.
    fn mend(&mut self) {
        let id = self.wrong.rpc().peer_id();
        assert!(self.others().all(|node| node.rpc().has_peer(&id)), "the node with the wrong clock was dropped");
        self.wrong.restart_in(&[]);
        let (right, wrong) = (self.right.rpc(), self.wrong.rpc());
        let start = right.best_number();
        until("blocks of the mended node are on the chain of all", SOON, || {
            let agreed = shared_block(self.others().chain([&self.wrong]))?;
            (start + 1..=agreed).any(|number| is_ferdies(right, number)).then_some(())
        });
        let finalized = wrong.finalized_number();
        assert_eq!(right.block_hash(finalized), wrong.block_hash(finalized), "it has finalized a block of its own");
    }
}

#[test]
fn blocks_of_a_clock_that_is_ahead_are_set_aside() {
    let _turn = turn();
    let mut network = Network::start("60");
    until("all set blocks from the future aside", SOON, || {
        network.others().all(|node| set_aside(node) >= 3.0).then_some(())
    });
    until("the node with the wrong clock follows the others", SOON, || {
        let number = network.wrong.rpc().best_number();
        let follows = network.right.rpc().block_hash(number) == network.wrong.rpc().block_hash(number);
        (follows && number > 10 && network.wrong.metric("posw_blocks_orphaned_total") >= 1.0).then_some(())
    });
    let (rpc, best) = (network.right.rpc(), network.right.rpc().best_number());
    assert_eq!(
        (1..=best).find(|number| is_ferdies(rpc, *number)),
        None,
        "a block from the future is on the best chain"
    );
    network.mend();
}

#[test]
fn a_clock_that_is_behind_sees_each_block_late() {
    let _turn = turn();
    let mut network = Network::start("-60");
    until("blocks are in the future of the clock that is behind", SOON, || {
        (set_aside(&network.wrong) >= 1.0).then_some(())
    });
    let start = Instant::now();
    let number = network.right.rpc().best_number();
    until("the block is imported when it is due", SOON, || {
        (network.right.rpc().block_hash(number)? == network.wrong.rpc().block_hash(number)?).then_some(())
    });
    let late = start.elapsed();
    eprintln!("block {number} is {late:?} late");
    assert!(late > Duration::from_secs(20), "the clock was not behind");
    network.mend();
}

fn set_aside(node: &Node) -> f64 {
    node.labelled_metric("posw_rejected_total", "stage", "inherents")
}

fn is_ferdies(rpc: &Rpc, number: u32) -> bool {
    rpc.claims(number).miner == <[u8; 32]>::from(Ferdie.to_account_id())
}

/// Builds the library that shifts a process's clock.
fn library(folder: &TempDir) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/clock/shift.c");
    let library = folder.path().join("shift.so");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-o"]).arg(&library).arg(source).stdin(Stdio::null());
    let (status, out, err) = run_command(&mut compiler, SOON);
    assert!(status.success(), "cc: {out}{err}");
    library.to_str().expect("temporary folders are text").to_owned()
}

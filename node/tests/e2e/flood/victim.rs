//! A miner that is lied to, with four honest peers, another miner among them.

use super::{
    forger::Lie,
    liar::Liar,
    observe::{memory, Observed},
    spec,
};
use crate::common::{
    nodes::{await_shared_block, start_alike},
    process::Node,
    spec::Spec,
    wait::until,
};
use sp_keyring::Sr25519Keyring::Bob;
use std::{
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

/// Blocks that are mined under each flood.
const BLOCKS: u32 = 10;
/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(180);
/// Mebibytes that the victim may have in use more than before.
const MEMORY: u64 = 256;
/// How often a liar that is dropped is to be, by one name after the other.
const DROPPED: u64 = 3;

/// The victim and its peers.
pub(super) struct Victim {
    node: Node,
    honest: Vec<Node>,
    /// Mebibytes in use before the first flood.
    memory: u64,
    _spec: Spec,
}

impl Victim {
    /// Starts the network.
    pub(super) fn start() -> Self {
        let spec = spec();
        let chain = spec.chain();
        let mine = ["--chain", &chain, "--mine", "--threads", "1"];
        let node = Node::start(&[&mine[..], &["--alice"]].concat());
        let bootnode = node.multiaddr();
        let mut honest = start_alike(3, &["--chain", &chain, "--bootnodes", &bootnode]);
        honest.push(Node::start(&[&mine[..], &["--bob", "--bootnodes", &bootnode]].concat()));
        await_shared_block(honest.iter().chain([&node]), 3, SOON);
        let victim = Self { memory: memory(&node), node, honest, _spec: spec };
        victim.await_other_miner("before the floods");
        println!("no flood: {}", Observed::during(&victim.node, BLOCKS));
        victim
    }

    /// Has somebody flood the victim with a lie that this stage refuses. Expects that the victim works on, and drops the liar
    /// where it is to. Returns the liar, which goes on.
    pub(super) fn withstand(&self, lie: Lie, stage: &str, is_dropped: bool) -> Liar {
        let refused = || self.node.labelled_metric("posw_rejected_total", "stage", stage);
        let (first, liar) = (refused(), Liar::start(&self.node, lie));
        let tally = liar.tally();
        until(&format!("{lie:?} is refused by {stage}"), SOON, || (refused() > first).then_some(()));
        if is_dropped {
            until(&format!("who lies about {lie:?} is dropped {DROPPED} times"), SOON, || {
                (tally.dropped.load(Relaxed) >= DROPPED).then_some(())
            });
        }
        let (announced, counted, start) = (tally.announced.load(Relaxed), refused(), Instant::now());
        let observed = Observed::during(&self.node, BLOCKS);
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{lie:?}: {:.0} headers/s announced, {:.1}/s refused by {stage}, {tally:?}; {observed}",
            (tally.announced.load(Relaxed) - announced) as f64 / seconds,
            (refused() - counted) / seconds,
        );
        assert!(observed.memory < self.memory + MEMORY, "{lie:?}: from {} to {} MiB", self.memory, observed.memory);
        self.await_other_miner(&format!("while somebody lies about {lie:?}"));
        liar
    }

    /// Waits until the victim remembers no announced block that it does not have.
    pub(super) fn forget_announced(&self, when: &str) {
        until(&format!("the victim remembers no announced block {when}"), SOON, || {
            (self.node.metric("substrate_sync_fork_targets") == 0.0).then_some(())
        });
    }

    /// Expects all nodes to have the victim's blocks.
    pub(super) fn end(self) {
        let best = self.node.rpc().best_number();
        await_shared_block(self.honest.iter().chain([&self.node]), best, SOON);
    }

    /// Waits until the victim takes a new block of the other miner's.
    fn await_other_miner(&self, when: &str) {
        let (rpc, bob) = (self.node.rpc(), <[u8; 32]>::from(Bob.to_account_id()));
        let mut seen = rpc.best_number();
        until(&format!("the victim takes blocks of the other miner {when}"), SOON, || {
            let best = rpc.best_number();
            let found = (seen + 1..=best).any(|number| rpc.claims(number).miner == bob);
            seen = seen.max(best.saturating_sub(1));
            found.then_some(())
        });
    }
}

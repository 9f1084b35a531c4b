//! A network of three nodes, and what has to hold when the chain upgrades to `stakework-next-runtime`.

use super::{
    nodes::await_shared_block,
    process::Node,
    spec::{factor, Spec, BOOST},
    wait::until,
};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use stakework_next_runtime::{SPEC_VERSION, WASM};
use std::time::Duration;

/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(180);
/// Blocks that are looked at after an upgrade.
const AFTER: u32 = 12;

/// Alice and Bob mine, with a thread each; the third node follows them.
pub(crate) struct Three {
    alice: Node,
    bob: Node,
    pub(crate) follower: Node,
    /// Blocks that each node had refused when all were on one chain. Bob's first ones may be on a fork that finality has cut off by
    /// the time at which they come.
    refused: [f64; 3],
}

impl Three {
    /// Starts the nodes, with a spec made of [`Spec::boosted`], and waits until they are on one chain.
    pub(crate) fn start(spec: &Spec) -> Self {
        let chain = spec.chain();
        let alice = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
        let bootnode = alice.multiaddr();
        let bob = Node::start(&["--chain", &chain, "--bob", "--mine", "--threads", "1", "--bootnodes", &bootnode]);
        let follower = Node::start(&["--chain", &chain, "--bootnodes", &bootnode]);
        let mut network = Self { alice, bob, follower, refused: [0.0; 3] };
        await_shared_block(network.nodes().map(|(_, node)| node), 5, SOON);
        network.refused = network.nodes().map(|(_, node)| refused(node));
        network
    }

    fn nodes(&self) -> [(&'static str, &Node); 3] {
        [("Alice", &self.alice), ("Bob", &self.bob), ("the follower", &self.follower)]
    }

    /// Waits until the state of a final block has the next runtime's code authorized; that block.
    pub(crate) fn await_authorization(&self) -> u32 {
        let rpc = self.follower.rpc();
        until("the next runtime is authorized for good", SOON, || {
            let finalized = rpc.finalized();
            let authorized = rpc.authorized_code(finalized)?;
            assert_eq!(authorized, H256::from(blake2_256(WASM)), "other code is authorized");
            rpc.header(finalized).map(|header| header.number)
        })
    }

    /// Expects the upgrade, which comes after the block `authorized`, to be followed by all nodes, and the boost to double
    /// with the first block that the new code runs. Returns the block with the code.
    pub(crate) fn follow_upgrade(&self, authorized: u32) -> u32 {
        let rpc = self.follower.rpc();
        let upgraded = until("a final block has new code", SOON, || {
            (authorized + 1..=rpc.finalized_number()).find(|number| rpc.has_new_code(*number))
        });
        let miners = [Alice, Bob].map(|who| <[u8; 32]>::from(who.to_account_id()));
        let last = until("both miners go on", SOON, || {
            let last = rpc.best_number();
            let mined: Vec<_> = (upgraded + 1..=last).map(|number| rpc.claims(number).miner).collect();
            (last >= upgraded + AFTER && miners.iter().all(|miner| mined.contains(miner))).then_some(last)
        });
        until("all nodes finalize the blocks after the upgrade", SOON, || {
            self.nodes().iter().all(|(_, node)| node.rpc().finalized_number() >= last).then_some(())
        });
        for ((who, node), before) in self.nodes().into_iter().zip(self.refused) {
            assert_eq!(node.rpc().block_hash(last), rpc.block_hash(last), "{who} is on another chain");
            assert_eq!(node.rpc().version().spec, SPEC_VERSION, "{who} runs another version");
            assert_eq!(refused(node), before, "{who} refused a block");
        }
        assert_eq!(self.alice.rpc().peers(), 2, "nobody is dropped");

        // The state of the parent of the first block that the new code runs does not show the new boost yet (SPEC R4.1).
        for number in 1..=last {
            let times = if number <= upgraded { BOOST } else { 2 * BOOST };
            assert_eq!(rpc.claims(number).factor, factor(times), "block {number}; the code is in block {upgraded}");
        }
        upgraded
    }
}

fn refused(node: &Node) -> f64 {
    node.metric("posw_rejected_total")
}

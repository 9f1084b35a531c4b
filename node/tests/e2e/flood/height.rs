//! A peer that claims a height which is not there.

use super::{forger::Lie, liar::Liar, spec};
use crate::common::{
    nodes::await_shared_block,
    process::{turn, Node},
    wait::until,
};
use std::time::Duration;

/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(120);
/// How often the victim is seen to believe the liar.
const BELIEVED: u32 = 10;

/// Handshakes tell a height that nobody can check. The SDK takes a node for one that is far behind by the median of its peers'
/// heights: one honest peer and a liar are enough. The rules must not mind: such a node mines and finalizes as any other (R5.3).
#[test]
fn a_peer_that_lies_about_its_height_stops_nobody() {
    let _turn = turn();
    // Final later than the liar can keep a block from the victim.
    let spec = spec().with_max_reorg(20);
    let chain = spec.chain();
    let mine = ["--chain", &chain, "--mine", "--threads", "1"];
    let miner = Node::start(&[&mine[..], &["--alice"]].concat());
    let victim = Node::start(&[&mine[..], &["--bob", "--bootnodes", &miner.multiaddr()]].concat());
    await_shared_block([&miner, &victim], 3, SOON);

    let liar = Liar::start(&victim, Lie::Ahead);
    let believes = || victim.rpc().call("system_health", &[])["isSyncing"] == true;
    let mined = || victim.metric("posw_blocks_mined_total");
    until("the victim believes the liar", SOON, || believes().then_some(()));
    let (start, best) = (mined(), victim.rpc().best_number());
    let mut believed = 0;
    until("the victim believes the liar, and mines and finalizes all the same", SOON, || {
        believed += u32::from(believes());
        (believed >= BELIEVED && mined() >= start + 3.0 && victim.rpc().finalized_number() > best).then_some(())
    });
    println!("{:?}", liar.tally());
    let finalized = victim.rpc().finalized_number();
    await_shared_block([&miner, &victim], finalized, SOON);
}

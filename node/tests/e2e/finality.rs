//! One node: it mines, finality follows at its depth, and a crash loses nothing.

use crate::common::{
    process::{turn, Node},
    spec::Spec,
    wait::until,
};
use std::time::Duration;

#[test]
fn finality_follows_at_its_depth_and_survives_a_crash() {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    let mut node = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
    let depth = 8;
    until("20 blocks are mined", Duration::from_secs(120), || (node.rpc().best_number() >= 20).then_some(()));
    let network = node.rpc().network(node.rpc().best().0);
    assert_eq!(network.params.stake.max_reorg, depth);

    // The finalized block is read before the best one, so it may lag behind, but never run ahead.
    let finalized = until("finality passes block 10", Duration::from_secs(180), || {
        let finalized = node.rpc().finalized_number();
        assert!(finalized + depth <= node.rpc().best_number(), "finalized {finalized} is not {depth} deep");
        (finalized >= 10).then_some(finalized)
    });
    let before = (1..=finalized).map(|n| node.rpc().block_hash(n)).collect::<Vec<_>>();

    node.kill();
    node.restart();
    let after = (1..=finalized).map(|n| node.rpc().block_hash(n)).collect::<Vec<_>>();
    assert_eq!(before, after, "the chain is not the same after a crash");
    let best = node.rpc().best_number();
    until("the chain goes on after a crash", Duration::from_secs(180), || {
        (node.rpc().best_number() >= best + 3 && node.rpc().finalized_number() > finalized).then_some(())
    });
    assert!(node.interrupt().success(), "a node that is asked to end reports success");
    let log = node.log();
    assert!(!log.contains("Essential task"), "the end of a task is taken for a failure:\n{log}");
}

#[test]
fn a_depth_of_zero_finalizes_nothing_and_says_so() {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    let node = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1", "--finality-depth", "0"]);
    until("12 blocks are mined", Duration::from_secs(120), || (node.rpc().best_number() >= 12).then_some(()));
    assert_eq!(node.rpc().finalized_number(), 0);
    assert!(node.log().to_lowercase().contains("finality"), "no warning that finality is off");
}

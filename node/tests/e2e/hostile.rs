//! A peer that serves a tampered block is refused, dropped, and no hindrance to the others.

use crate::common::{
    process::{turn, Node, POSW_NODE},
    spec::Spec,
    wait::until,
};
use std::{path::Path, time::Duration};

/// Height of the tampered block.
const HEIGHT: u32 = 5;
/// Has a node log whose connection it ends.
const LOG: &str = "-lsync=debug";
/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(180);

#[test]
fn a_changed_seal_is_refused_and_its_sender_dropped() {
    refuses("seal", "work");
}

#[test]
fn a_changed_digest_is_refused_and_its_sender_dropped() {
    refuses("digest", "work");
}

#[test]
fn a_changed_body_is_refused_and_its_sender_dropped() {
    refuses("body", "body");
}

/// A hostile peer, between a miner and a fresh node that knows nobody else, changes one byte of a block's `part`. The check
/// that finds it is `stage`.
fn refuses(part: &str, stage: &str) {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    let mut miner = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1", LOG]);
    let hostile = hostile_peer(part, &["--chain", &chain, "--bootnodes", &miner.multiaddr(), "--finality-depth", "0"]);
    let sender = hostile.rpc().peer_id();
    until("the hostile peer has its block", SOON, || (hostile.rpc().best_number() == HEIGHT).then_some(()));
    let (honest_hash, tampered_hash) = (block_hash(&miner), block_hash(&hostile));
    let honest = miner.rpc().block(honest_hash);
    assert_ne!(hostile.rpc().block(tampered_hash), honest, "nothing was changed");

    // A changed header was announced to the miner. A changed body is under a header that the miner knows.
    if tampered_hash != honest_hash {
        until("the miner drops the announcer", SOON, || has_dropped(&miner, &sender).then_some(()));
        assert!(refused(&miner, stage) >= 1.0, "the miner dropped it for another reason");
    }

    let own_alone = || (claims_computed(&miner) == miner.metric("posw_blocks_mined_total")).then_some(());
    until("the miner's runtime was called for its own blocks alone", SOON, own_alone);

    // While the miner is away, there is nobody but the hostile peer from whom to get the chain.
    let mined = miner.rpc().best_number();
    miner.interrupt();
    let victim = ["--chain", &chain, "--bootnodes", &hostile.multiaddr(), "--rpc-methods", "unsafe", LOG];
    let victim = Node::start(&victim);
    until("the victim refuses the block", SOON, || (refused(&victim, stage) >= 1.0).then_some(()));
    until("the victim drops the sender", SOON, || has_dropped(&victim, &sender).then_some(()));

    miner.restart();
    victim.connect_to(&miner);
    until("mining goes on, and the victim follows", SOON, || {
        (victim.rpc().best_number() >= mined.max(HEIGHT) + 3).then_some(())
    });
    assert_eq!(victim.rpc().block(honest_hash), honest, "the victim has another block than the miner");
    assert_eq!(block_hash(&victim), honest_hash);
    assert!(tampered_hash == honest_hash || victim.rpc().header(tampered_hash).is_none(), "the victim has the block");

    // Each honest block costs one call of the runtime. Were it called for a tampered one, there would always be one more.
    until("the victim's runtime was called for the honest blocks alone", SOON, || {
        let best = victim.rpc().best_number();
        (claims_computed(&victim) == f64::from(best) && victim.rpc().best_number() == best).then_some(())
    });
}

fn hostile_peer(part: &str, args: &[&str]) -> Node {
    let binary = Path::new(POSW_NODE).with_file_name("examples").join("hostile-peer");
    assert!(binary.exists(), "cargo test --examples builds the hostile peer");
    Node::start_binary(&binary, args, &[("HOSTILE_PART", part), ("HOSTILE_HEIGHT", &HEIGHT.to_string())])
}

/// Hash of the node's block at the height of the tampered one.
fn block_hash(node: &Node) -> sp_core::H256 {
    node.rpc().block_hash(HEIGHT).expect("the node is at this height")
}

/// Whether a node has ended the connection to a peer, which may be back by now: each side tries every second.
fn has_dropped(node: &Node, peer: &str) -> bool {
    node.log().contains(&format!("{peer} disconnected"))
}

fn refused(node: &Node, stage: &str) -> f64 {
    node.labelled_metric("posw_rejected_total", "stage", stage)
}

fn claims_computed(node: &Node) -> f64 {
    node.metric("posw_claims_computed_total")
}

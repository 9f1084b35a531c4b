//! Mining waits after a recovery until others are met (R5.3).

use crate::{
    chain::{draft, genesis},
    logs,
    miner::{in_time, Miner},
    node::Node,
};
use sc_consensus::ImportResult;
use sc_consensus_posw::MiningHold;
use sp_consensus::BlockOrigin::{self, ConsensusBroadcast, File, NetworkBroadcast, NetworkInitialSync, Own};
use sp_keyring::Sr25519Keyring::{Alice, Bob};

/// A node that was recovered.
fn recovered() -> Node {
    let node = Node::new();
    node.hold.set().expect("the records can be written");
    node
}

/// Whether mining waits, here and after another start.
fn waits(node: &Node) -> (bool, bool) {
    let after = MiningHold::load(node.client.clone()).expect("the records can be read");
    (node.hold.is_set(), after.is_set())
}

#[tokio::test]
async fn a_recovered_node_mines_once_a_block_of_another_has_come() {
    let node = recovered();
    logs::listen();
    let mut miner = Miner::without_key(node);
    miner.insert_key(Alice);
    in_time(miner.jobs.changed()).await.unwrap();
    assert!(miner.jobs.borrow().is_none());
    assert_eq!((miner.builds(), miner.node.client.take_calls()), (0, vec![]));
    let warnings: Vec<_> = logs::take().into_iter().filter(|line| line.contains("Not mining: ")).collect();
    let [warning] = &warnings[..] else { panic!("one warning, not {warnings:?}") };
    assert!(warning.contains("posw-node recover") && warning.contains("posw_setMining"), "{warning}");

    let block = draft(&genesis()).by(Bob).seal();
    assert_eq!(miner.node.receive(NetworkInitialSync, &block).await, Ok(ImportResult::imported(true)));
    assert_eq!(miner.job_after(0).await.parent, block.hash());
    assert_eq!(waits(&miner.node), (false, false));
}

#[tokio::test]
async fn an_operator_may_have_it_mine_alone() {
    let mut miner = Miner::without_key(recovered());
    miner.insert_key(Alice);
    miner.node.hold.release();
    let job = miner.job_after(0).await;
    miner.mine(&job).await;
    assert_eq!(waits(&miner.node), (false, false));
}

/// Whether mining waits after a block from there.
fn waits_after(origin: BlockOrigin) -> (bool, bool) {
    let node = recovered();
    assert_eq!(node.import(origin, &draft(&genesis()).seal()), Ok(ImportResult::imported(true)));
    waits(&node)
}

#[test]
fn blocks_of_peers_alone_end_the_wait() {
    for origin in [NetworkInitialSync, NetworkBroadcast, ConsensusBroadcast] {
        assert_eq!(waits_after(origin), (false, false), "{origin:?}");
    }
    for origin in [Own, File] {
        assert_eq!(waits_after(origin), (true, true), "{origin:?}");
    }
}

#[test]
fn a_block_of_a_peer_that_is_refused_is_none() {
    let node = recovered();
    let block = draft(&genesis()).factor(2).seal();
    assert_eq!(node.import(NetworkInitialSync, &block), Ok(ImportResult::KnownBad));
    assert_eq!(waits(&node), (true, true));
}

#[test]
fn a_node_that_was_not_recovered_does_not_wait() {
    assert_eq!(waits(&Node::new()), (false, false));
}

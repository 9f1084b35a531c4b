//! What is counted of the best chain: reorganisations, blocks of ours that were lost, the network's mean factor, our credit.

use crate::{
    chain::{draft, genesis, id, Block, Header},
    node::Node,
};
use sc_consensus_posw::chain_watch::watch;
use sp_keyring::Sr25519Keyring as Key;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// A node whose miner is Alice, and who is watched.
async fn watched(miner: Option<Key>) -> Node {
    let node = Node::new();
    let miner = miner.map(|key| id(key).into());
    tokio::spawn(watch::<Block, _>(node.client.clone(), node.metrics.clone(), miner));
    // The task subscribes in its first turn.
    tokio::task::yield_now().await;
    node
}

async fn until(node: &Node, metric: &str, value: f64) {
    let wait = async {
        while node.metric(metric) != value {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(20), wait).await.unwrap_or_else(|_| panic!("{metric} is {}", node.metric(metric)));
}

/// Bob's fork of four blocks replaces a chain of two of Alice's blocks and one of Bob's.
fn reorganise(node: &Node) -> Header {
    let ours = node.accept(draft(&genesis()));
    let ours = node.accept(draft(&ours));
    node.accept(draft(&ours).by(Key::Bob));
    let mut fork = genesis();
    for _ in 0..4 {
        fork = node.accept(draft(&fork).by(Key::Bob).marked(1));
    }
    assert_eq!(node.client.best(), fork);
    fork
}

#[tokio::test]
async fn a_reorganisation_is_counted_with_its_depth_and_our_losses() {
    let node = watched(Some(Key::Alice)).await;
    let best = reorganise(&node);
    until(&node, "posw_blocks_orphaned_total", 2.0).await;
    // Longer by one more block: no reorganisation.
    node.accept(draft(&best));
    until(&node, "posw_mean_inverse_factor", 0.25).await;
    until(&node, "posw_credit", 1.5).await;
    let counted = ["posw_reorgs_total", "posw_reorg_depth_count", "posw_blocks_orphaned_total"];
    assert_eq!(counted.map(|name| node.metric(name)), [1.0, 1.0, 2.0]);
    assert_eq!(node.metric("posw_reorg_depth_sum"), 3.0);
}

#[tokio::test]
async fn a_node_without_a_miner_loses_nothing() {
    let node = watched(None).await;
    reorganise(&node);
    until(&node, "posw_reorgs_total", 1.0).await;
    assert_eq!(node.metric("posw_blocks_orphaned_total"), 0.0);
    assert_eq!(node.metric("posw_credit"), 0.0);
}

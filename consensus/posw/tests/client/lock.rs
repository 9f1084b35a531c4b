//! One import at a time reads the best chain and writes (R4.3).

use crate::{
    chain::{draft, genesis, Sealed},
    node::Node,
};
use futures::{future::join, poll};
use posw_primitives::header::tie_break;
use sc_consensus::ImportResult;
use sp_consensus::BlockOrigin::NetworkBroadcast;
use sp_core::{H256, U256};
use std::{pin::pin, task::Poll};

/// Siblings of equal weight, the one with the lower tie break first.
fn siblings() -> (Sealed, Sealed) {
    let [a, b] = [1, 2].map(|mark| draft(&genesis()).marked(mark).seal());
    if rank(&a) < rank(&b) {
        (a, b)
    } else {
        (b, a)
    }
}

/// The tie break of a sealed block as R5.2 writes it down, from the bytes of its header.
fn rank(block: &Sealed) -> U256 {
    let mut header = block.header.clone();
    let claims = sp_consensus_posw::claims_of(&header.digest).unwrap();
    let seal = sp_consensus_posw::split_seal(&mut header).unwrap();
    let work_hash = seal.work_header(header.hash().as_fixed_bytes(), &claims).hash();
    U256::from_little_endian(&tie_break(&work_hash))
}

#[tokio::test]
async fn siblings_at_the_same_time_are_imported_one_after_the_other() {
    for better_first in [true, false] {
        let (better, worse) = siblings();
        let node = Node::new();
        node.database.set_slow(20);
        let (one, other) = if better_first { (&better, &worse) } else { (&worse, &better) };
        let results = join(node.receive(NetworkBroadcast, one), node.receive(NetworkBroadcast, other)).await;

        assert_eq!(node.database.most_at_once(), 1);
        // The second one knows of the first: it wins by the tie break or not at all.
        assert_eq!(results, (Ok(ImportResult::imported(true)), Ok(ImportResult::imported(!better_first))));
        assert_eq!(node.client.best().hash(), better.hash());
        let order: Vec<H256> = node.database.received().iter().map(|block| block.hash).collect();
        assert_eq!(order, [one.hash(), other.hash()]);
    }
}

#[tokio::test]
async fn an_import_waits_for_whoever_holds_the_lock() {
    let node = Node::new();
    let block = draft(&genesis()).seal();
    let lock = node.import.lock();
    let held = lock.lock().await;
    let mut import = pin!(node.receive(NetworkBroadcast, &block));
    assert_eq!(poll!(&mut import), Poll::Pending);
    assert_eq!(node.client.take_calls(), []);
    assert!(node.database.received().is_empty());
    drop(held);
    assert_eq!(import.await, Ok(ImportResult::imported(true)));
}

#[tokio::test]
async fn the_lock_is_free_again_after_a_failure() {
    let node = Node::new();
    node.database.set_failing(true);
    let block = draft(&genesis()).seal();
    assert!(node.receive(NetworkBroadcast, &block).await.is_err());
    assert!(node.import.lock().try_lock().is_some());
}

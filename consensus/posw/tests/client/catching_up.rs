//! Whether the node is catching up is judged by what it imports (R5.3).

use crate::{
    chain::{draft, genesis, Header, Sealed},
    node::Node,
};
use sc_consensus::ImportResult;
use sp_consensus::BlockOrigin::{self, ConsensusBroadcast, File, NetworkInitialSync, Own};
use std::time::Instant;

/// A node that has imported so many blocks in no time.
fn after(origin: BlockOrigin, blocks: usize) -> (Node, Header) {
    let (node, mut best) = (Node::new(), genesis());
    for _ in 0..blocks {
        let block = draft(&best).seal();
        assert_eq!(node.import(origin, &block), Ok(ImportResult::imported(true)));
        best = block.header;
    }
    (node, best)
}

#[test]
fn many_blocks_of_initial_synchronisation_mean_that_it_is() {
    for (blocks, expected) in [(8, false), (9, true)] {
        let (node, _) = after(NetworkInitialSync, blocks);
        assert_eq!(node.sync.is_syncing(Instant::now()), expected, "{blocks} blocks");
    }
}

#[test]
fn blocks_from_elsewhere_do_not_count() {
    for origin in [ConsensusBroadcast, Own, File] {
        let (node, _) = after(origin, 12);
        assert!(!node.sync.is_syncing(Instant::now()), "{origin:?}");
    }
}

#[test]
fn blocks_that_were_not_imported_do_not_count() {
    let node = Node::new();
    let block = draft(&genesis()).factor(2).seal();
    for _ in 0..12 {
        assert_eq!(node.import(NetworkInitialSync, &block), Ok(ImportResult::KnownBad));
    }
    assert!(!node.sync.is_syncing(Instant::now()));
}

#[test]
fn a_block_that_comes_again_and_again_counts_once() {
    let (node, best) = after(NetworkInitialSync, 1);
    let block = Sealed { header: best, body: draft(&genesis()).body };
    for _ in 0..12 {
        assert_eq!(node.import(NetworkInitialSync, &block), Ok(ImportResult::AlreadyInChain));
    }
    assert!(!node.sync.is_syncing(Instant::now()));
    assert_eq!(node.database.received().len(), 1);
}

/// What is fast depends on the chain's block time, which its state tells.
#[test]
fn the_pace_is_that_of_the_best_blocks_state() {
    let (node, best) = after(NetworkInitialSync, 12);
    assert!(node.sync.is_syncing(Instant::now()));
    node.client.rules(|rules| rules.plausibility.difficulty.block_time = 1);
    node.accept(draft(&best));
    assert!(!node.sync.is_syncing(Instant::now()));
}

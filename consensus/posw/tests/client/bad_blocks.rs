//! Check 6: a block whose execution fails is executed once, by whoever sends it, however often (R4.2).

use crate::{
    chain::{draft, genesis, Sealed},
    node::Node,
};
use sc_consensus::ImportResult;
use sp_blockchain::{Error, HeaderBackend};
use sp_consensus::BlockOrigin::{File, NetworkBroadcast, NetworkInitialSync};

const REFUSED: &str = r#"posw_rejected_total{stage="execution"}"#;

fn block() -> Sealed {
    draft(&genesis()).seal()
}

/// What the client says of a runtime that panicked.
fn panicked() -> String {
    "Error at calling runtime api: Execution failed: Execution aborted due to panic: panicked at".into()
}

#[test]
fn a_block_whose_execution_fails_is_executed_once() {
    for failure in [Error::InvalidStateRoot.to_string(), panicked()] {
        let (node, block) = (Node::new(), block());
        node.database.fail_with(Some(failure));
        assert_eq!(node.import(NetworkBroadcast, &block), Ok(ImportResult::KnownBad));
        assert_eq!(node.client.take_calls(), [("check_inherents", 1), ("claims", 1)]);

        // It is bad for good, though nothing fails any more.
        node.database.fail_with(None);
        for (replays, origin) in [(1.0, NetworkBroadcast), (2.0, NetworkInitialSync)] {
            assert_eq!(node.import(origin, &block), Ok(ImportResult::KnownBad));
            assert_eq!(node.client.take_calls(), []);
            assert_eq!(node.metric(REFUSED), 1.0 + replays);
        }
        assert_eq!(node.database.executed(), 1);
        assert_eq!(node.client.info().best_hash, genesis().hash());
        // Its siblings are others.
        let sibling = draft(&genesis()).marked(1).seal();
        assert_eq!(node.import(NetworkBroadcast, &sibling), Ok(ImportResult::imported(true)));
    }
}

/// What the node is to blame for says nothing about the block.
#[test]
fn failures_of_the_node_are_not_remembered() {
    let failures = [
        "Backend error: the disk is full",
        "Error at calling runtime api: Api called for an unknown Block: the state is gone",
        "Error at calling runtime api: Execution failed: Runtime panicked: Externalities not allowed to fail within runtime",
    ];
    for failure in failures {
        let (node, block) = (Node::new(), block());
        node.database.fail_with(Some(failure.into()));
        let error = node.import(NetworkBroadcast, &block).unwrap_err();
        assert!(error.contains(failure), "{error}");
        node.database.fail_with(None);
        assert_eq!(node.import(NetworkBroadcast, &block), Ok(ImportResult::imported(true)));
        assert_eq!(node.metric(REFUSED), 0.0);
    }
}

#[test]
fn a_block_on_a_parent_without_state_is_not_remembered() {
    let node = Node::new();
    let block = block();
    node.client.prune(genesis().hash());
    node.database.fail_with(Some(panicked()));
    assert_eq!(node.import(NetworkInitialSync, &block), Ok(ImportResult::MissingState));
    assert_eq!(node.database.executed(), 0);
    node.client.restore(genesis().hash());
    node.database.fail_with(None);
    assert_eq!(node.import(NetworkInitialSync, &block), Ok(ImportResult::imported(true)));
}

#[test]
fn a_block_that_comes_too_early_may_come_again() {
    let (node, block) = (Node::new(), block());
    node.client.rules(|rules| rules.too_early = true);
    // From a peer it is set aside: an error would restart synchronisation each time that somebody sends it.
    for origin in [NetworkBroadcast, NetworkInitialSync] {
        assert_eq!(node.import(origin, &block), Ok(ImportResult::MissingState));
        assert_eq!(node.client.take_calls(), [("check_inherents", 1), ("claims", 1)]);
    }
    assert_eq!(node.metric("posw_rejected_total{stage=\"inherents\"}"), 2.0);
    // Whoever imports a file is told.
    let error = node.import(File, &block).unwrap_err();
    assert!(error.contains("timstap0"), "{error}");
    assert_eq!(node.database.executed(), 0);
    node.client.rules(|rules| rules.too_early = false);
    assert_eq!(node.import(NetworkBroadcast, &block), Ok(ImportResult::imported(true)));
}

//! What an operator is told of blocks that are set aside, beside the counts.

use crate::{
    chain::{draft, genesis, Header},
    logs,
    node::Node,
};
use sc_consensus::ImportResult;
use sp_consensus::BlockOrigin::{self, NetworkBroadcast, NetworkInitialSync, Own};

/// A node that has finalized block 3 of six.
fn node() -> Node {
    let node = Node::new();
    node.client.grow(6);
    node.client.finalize(3);
    node.refresh_view();
    logs::listen();
    node
}

/// The warnings while blocks on a cut-off fork come in; each is another one.
fn warnings(node: &Node, origin: BlockOrigin, marks: std::ops::Range<u8>) -> usize {
    for mark in marks {
        let block = draft(&genesis()).marked(mark).seal();
        assert_eq!(node.import(origin, &block), Ok(ImportResult::MissingState));
    }
    logs::take().iter().filter(|line| line.starts_with("WARN") && line.contains("purge-chain")).count()
}

fn import(node: &Node, parent: &Header) {
    assert!(matches!(node.import(NetworkBroadcast, &draft(parent).seal()), Ok(ImportResult::Imported(_))));
}

#[test]
fn a_node_whose_peers_are_on_a_cut_off_fork_warns_once() {
    for origin in [NetworkBroadcast, NetworkInitialSync] {
        let node = node();
        assert_eq!(warnings(&node, origin, 0..2), 0);
        assert_eq!(warnings(&node, origin, 2..12), 1);
        assert_eq!(warnings(&node, origin, 12..20), 0, "within a minute");
    }
}

#[test]
fn a_node_that_imports_others_blocks_does_not_warn() {
    let node = node();
    for mark in (0..12).step_by(2) {
        assert_eq!(warnings(&node, NetworkBroadcast, mark..mark + 2), 0);
        node.client.rules(|rules| rules.plausibility.anchor.parent_time -= 1_000_000);
        node.refresh_view();
        import(&node, &node.client.best());
    }
}

/// A node that is alone mines on, on its own side.
#[test]
fn its_own_blocks_are_no_sign_of_others() {
    let node = node();
    assert_eq!(warnings(&node, Own, 0..6), 0);
    assert_eq!(warnings(&node, NetworkBroadcast, 0..2), 0);
    assert!(matches!(node.import(Own, &draft(&node.client.best()).seal()), Ok(ImportResult::Imported(_))));
    assert_eq!(warnings(&node, NetworkBroadcast, 2..3), 1);
}

#[test]
fn implausible_announcements_are_told_of_once() {
    let node = Node::new();
    logs::listen();
    for mark in 0..5 {
        let block = draft(&genesis()).factor(21).marked(mark).seal();
        assert_eq!(node.import(NetworkBroadcast, &block), Ok(ImportResult::MissingState));
    }
    let lines = logs::take();
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert!(line.starts_with("INFO") && line.contains("#1: factor 21"), "{line}");
}

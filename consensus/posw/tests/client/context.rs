//! What the import refuses before and after check 5, and under which name.

use crate::{
    chain::{draft, genesis, Block, Draft, Header, Sealed},
    fake::record_key,
    node::{params, Node},
};
use futures::executor::block_on;
use sc_consensus::{BlockImport, BlockImportParams, ImportResult, ImportedState, StateAction, StorageChanges};
use sp_consensus::BlockOrigin::{self, NetworkBroadcast, NetworkInitialSync};
use sp_state_machine::KeyValueStates;

fn first() -> Draft {
    draft(&genesis())
}

/// Imports a prepared block that must fail; the runtime is not asked, nothing is stored.
fn fails(node: &Node, block: BlockImportParams<Block>) -> String {
    let stored = node.database.received().len();
    let error = block_on(node.import.import_block(block)).unwrap_err().to_string();
    assert_eq!(node.client.take_calls(), []);
    assert_eq!(node.database.received().len(), stored);
    error
}

fn prepared(node: &Node) -> BlockImportParams<Block> {
    node.verifier.prepare(params(BlockOrigin::NetworkInitialSync, &first().seal())).unwrap()
}

#[test]
fn a_block_that_the_verifier_has_not_seen() {
    let node = Node::new();
    let block = first().seal();
    let error = fails(&node, params(NetworkBroadcast, &block));
    assert!(error.contains("without having been verified"), "{error}");
    assert!(error.contains(&format!("{:?}", block.hash())), "{error}");
}

#[test]
fn a_block_that_comes_with_its_state_or_is_not_to_be_executed() {
    let node = Node::new();
    let mut with_state = prepared(&node);
    let state = ImportedState { block: with_state.post_hash(), state: KeyValueStates(Vec::new()) };
    with_state.state_action = StateAction::ApplyChanges(StorageChanges::Import(state));
    let mut skipped = prepared(&node);
    skipped.state_action = StateAction::Skip;
    for (block, words) in [(with_state, "comes with its state"), (skipped, "not to be executed")] {
        let hash = format!("{:?}", block.post_hash());
        let error = fails(&node, block);
        assert!(error.contains(words) && error.contains("only full synchronisation"), "{error}");
        assert!(error.contains(&hash), "{error}");
    }
}

#[test]
fn blocks_that_are_executed_now_or_were_when_they_were_built() {
    let executed = || StateAction::ApplyChanges(StorageChanges::Changes(Default::default()));
    for action in [StateAction::Execute, StateAction::ExecuteIfPossible, executed()] {
        let node = Node::new();
        let mut block = prepared(&node);
        block.state_action = action;
        assert_eq!(block_on(node.import.import_block(block)).unwrap(), ImportResult::imported(true));
    }
}

/// Its state is gone and its record may be: neither an error of this node nor a fault of the peer.
#[test]
fn a_parent_on_a_fork_that_finality_cut_off() {
    let node = Node::new();
    let fork = node.accept(first().marked(1));
    let fork_head = node.accept(draft(&fork));
    let mut best = node.accept(first().marked(2));
    for _ in 0..3 {
        best = node.accept(draft(&best));
    }
    sc_consensus_posw::aux_schema::prune_with_finality::<Block, _>(&*node.client);
    node.client.finalize(1);
    node.client.take_calls();

    let set_aside = |parent: &Header| {
        for origin in [NetworkBroadcast, NetworkInitialSync] {
            let result = node.import(origin, &draft(parent).seal());
            assert_eq!(result, Ok(ImportResult::MissingState), "on #{}", parent.number);
            assert_eq!(node.client.take_calls(), []);
        }
    };
    // Beside the finalized block; above it, on the cut-off fork; below it.
    set_aside(&fork);
    set_aside(&fork_head);
    set_aside(&genesis());
    // Siblings of the best block are as welcome as ever.
    let finalized = node.client.header_at(1);
    assert!(matches!(
        node.import(NetworkBroadcast, &draft(&finalized).marked(3).seal()),
        Ok(ImportResult::Imported(_))
    ));
}

#[test]
fn a_missing_record_is_an_error_that_names_the_block() {
    let node = Node::new();
    let parent = node.accept(first());
    let best = node.accept(draft(&parent));
    for (lost, child_of) in [(&parent, &parent), (&best, &parent), (&best, &best)] {
        let key = record_key(lost.hash());
        let record = node.client.read_aux(&key).unwrap();
        node.client.write_aux(&key, None);
        let error = node.import(NetworkBroadcast, &draft(child_of).marked(1).seal()).unwrap_err();
        assert!(error.contains("no record of the total work"), "{error}");
        assert!(error.contains(&format!("{:?}", lost.hash())), "{error}");
        node.client.write_aux(&key, Some(&record));
    }
    assert_eq!(node.database.received().len(), 2);
    assert_eq!(node.import(NetworkBroadcast, &draft(&best).seal()), Ok(ImportResult::imported(true)));
}

#[test]
fn a_corrupt_record_is_an_error_that_names_the_block() {
    let node = Node::new();
    let parent = node.accept(first());
    let best = node.accept(draft(&parent));
    for lost in [&parent, &best] {
        let key = record_key(lost.hash());
        let record = node.client.read_aux(&key).unwrap();
        node.client.write_aux(&key, Some(&record[..63]));
        let error = node.import(NetworkBroadcast, &draft(&parent).marked(1).seal()).unwrap_err();
        assert!(error.contains("cannot be read") && error.contains(&format!("{:?}", lost.hash())), "{error}");
        node.client.write_aux(&key, Some(&record));
    }
}

#[test]
fn a_failure_of_the_database_is_passed_on_and_the_block_may_come_again() {
    let node = Node::new();
    let block = first().seal();
    node.database.set_failing(true);
    let error = node.import(NetworkBroadcast, &block).unwrap_err();
    assert!(error.contains("the disk is full"), "{error}");
    assert_eq!(node.client.best(), genesis());
    node.database.set_failing(false);
    assert_eq!(node.import(NetworkBroadcast, &block), Ok(ImportResult::imported(true)));
}

/// The parent may be on the best chain and not be final yet: databases give up old states by themselves.
#[test]
fn a_block_on_a_parent_whose_state_is_gone_is_set_aside_without_a_runtime_call() {
    let node = Node::new();
    node.client.grow(5);
    let parent = node.client.header_at(2);
    node.client.prune(parent.hash());
    let block = draft(&parent).seal();
    assert_eq!(node.import(NetworkInitialSync, &block), Ok(ImportResult::MissingState));
    assert_eq!(node.client.take_calls(), []);
    assert_eq!(node.metric(r#"posw_rejected_total{stage="state"}"#), 1.0);
}

/// As `check-block` does.
#[test]
fn a_final_block_can_be_executed_again() {
    let node = Node::new();
    let blocks: Vec<Sealed> = (0..3)
        .map(|_| {
            let block = draft(&node.client.best()).seal();
            assert_eq!(node.import(NetworkInitialSync, &block), Ok(ImportResult::imported(true)));
            block
        })
        .collect();
    node.client.finalize(3);
    let mut again = params(NetworkInitialSync, &blocks[1]);
    again.import_existing = true;
    let again = node.verifier.prepare(again).unwrap();
    assert_eq!(block_on(node.import.import_block(again)).unwrap(), ImportResult::imported(false));
    // A new block there is on a fork.
    let fork = draft(&blocks[0].header).marked(1).seal();
    assert_eq!(node.import(NetworkInitialSync, &fork), Ok(ImportResult::MissingState));
}

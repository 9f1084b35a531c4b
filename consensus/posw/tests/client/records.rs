//! The records of total work: their version, what is read of them, when they go.

use crate::{
    chain::{draft, genesis, Block, Draft, Header},
    fake::record_key,
    node::Node,
};
use posw_primitives::U256;
use sc_consensus_posw::aux_schema::{
    check_version, forget_removed, has_total_work, last_blocks, prune_with_finality, total_work, SCHEMA_VERSION,
};
use sp_core::H256;

const VERSION_KEY: &[u8] = b"posw:version";

fn first() -> Draft {
    draft(&genesis())
}

fn has(node: &Node, block: &Header) -> bool {
    has_total_work(&*node.client, block.hash()).unwrap()
}

/// A chain of so many blocks on `parent`.
fn chain(node: &Node, parent: &Header, blocks: usize, mark: u8) -> Vec<Header> {
    let mut chain = Vec::new();
    for _ in 0..blocks {
        chain.push(node.accept(draft(chain.last().unwrap_or(parent)).marked(mark)));
    }
    chain
}

#[test]
fn a_new_database_is_marked_and_known_again() {
    let node = Node::new();
    check_version::<Block, _>(&*node.client).unwrap();
    assert_eq!(node.client.read_aux(VERSION_KEY).unwrap(), SCHEMA_VERSION.to_le_bytes());
    check_version::<Block, _>(&*node.client).unwrap();
}

#[test]
fn another_version_is_refused_with_both_numbers() {
    let node = Node::new();
    node.client.write_aux(VERSION_KEY, Some(&7u32.to_le_bytes()));
    let error = check_version::<Block, _>(&*node.client).unwrap_err().to_string();
    assert!(error.contains("version 7") && error.contains(&format!("version {SCHEMA_VERSION}")), "{error}");
    // It is left as it is.
    assert_eq!(node.client.read_aux(VERSION_KEY).unwrap(), 7u32.to_le_bytes());
}

/// Such records may have any meaning, so they are not declared to be of this version.
#[test]
fn a_database_with_blocks_and_no_version_is_refused() {
    let node = Node::new();
    node.client.grow(1);
    let error = check_version::<Block, _>(&*node.client).unwrap_err().to_string();
    assert!(error.contains("blocks up to #1 and no version") && error.contains("purge-chain"), "{error}");
    assert_eq!(node.client.read_aux(VERSION_KEY), None);
}

#[test]
fn genesis_weighs_nothing_and_others_need_a_record() {
    let node = Node::new();
    let genesis_hash = genesis().hash();
    assert_eq!(total_work(&*node.client, genesis_hash, genesis_hash).unwrap(), U256::zero());
    let unknown = H256::repeat_byte(3);
    let error = total_work(&*node.client, unknown, genesis_hash).unwrap_err().to_string();
    assert!(error.contains(&format!("{unknown:?}")), "{error}");
    assert!(!has_total_work(&*node.client, unknown).unwrap());

    let block = node.accept(first());
    assert!(has(&node, &block));
    assert_eq!(total_work(&*node.client, block.hash(), genesis_hash).unwrap(), 4_095.into());
}

#[test]
fn finality_removes_the_records_of_stale_forks_alone() {
    let node = Node::new();
    prune_with_finality::<Block, _>(&*node.client);
    let best = chain(&node, &genesis(), 5, 0);
    let stale = chain(&node, &genesis(), 3, 1);
    let also_stale = chain(&node, &best[0], 1, 2);
    // These branch off at the block that becomes final, and above it.
    let alive = [chain(&node, &best[2], 1, 3), chain(&node, &best[3], 1, 4)].concat();
    let all = || best.iter().chain(&stale).chain(&also_stale).chain(&alive);
    assert!(all().all(|block| has(&node, block)));

    node.client.finalize(3);
    for block in all() {
        let is_stale = stale.contains(block) || also_stale.contains(block);
        assert_eq!(has(&node, block), !is_stale, "{block:?}");
    }
}

/// Reverts by at most `blocks`, where the database removes `removed` of them.
fn revert(node: &Node, blocks: u32, removed: usize) {
    let last = last_blocks::<Block, _>(&*node.client, blocks).unwrap();
    (0..removed).for_each(|_| node.client.revert());
    forget_removed::<Block, _>(&*node.client, &last).unwrap();
}

#[test]
fn a_revert_removes_the_records_of_the_reverted_blocks() {
    let node = Node::new();
    let best = chain(&node, &genesis(), 5, 0);
    let fork = chain(&node, &best[2], 1, 1);
    revert(&node, 2, 2);
    let kept: Vec<bool> = best.iter().map(|block| has(&node, block)).collect();
    assert_eq!(kept, [true, true, true, false, false]);
    assert!(has(&node, &fork[0]));
}

#[test]
fn a_block_that_the_database_did_not_revert_keeps_its_record() {
    let node = Node::new();
    let best = chain(&node, &genesis(), 5, 0);
    revert(&node, 4, 2);
    let kept: Vec<bool> = best.iter().map(|block| has(&node, block)).collect();
    assert_eq!(kept, [true, true, true, false, false]);
    node.accept(draft(&node.client.best()));
}

#[test]
fn a_revert_stops_at_the_finalized_block() {
    let node = Node::new();
    check_version::<Block, _>(&*node.client).unwrap();
    let best = chain(&node, &genesis(), 5, 0);
    node.client.finalize(2);
    let hashes: Vec<H256> = best[2..].iter().rev().map(Header::hash).collect();
    assert_eq!(last_blocks::<Block, _>(&*node.client, 100).unwrap(), hashes);
    revert(&node, 100, 3);
    let kept: Vec<bool> = best.iter().map(|block| has(&node, block)).collect();
    assert_eq!(kept, [true, true, false, false, false]);
    // What else is kept there stays.
    check_version::<Block, _>(&*node.client).unwrap();
    assert!(node.client.read_aux(VERSION_KEY).is_some());
}

#[test]
fn a_revert_of_everything_stops_at_genesis() {
    let node = Node::new();
    let best = chain(&node, &genesis(), 3, 0);
    revert(&node, u32::MAX, 3);
    assert!(!best.iter().any(|block| has(&node, block)));
    assert_eq!(node.client.read_aux(&record_key(genesis().hash())), None);
}

//! Check 4: an announced block whose claims cannot be true is set aside without a runtime call, and may come again (R4.2).

use crate::{
    chain::{bits, draft, factor, id, Draft, Sealed, BASE, LIMIT},
    node::Node,
    runtime::now,
    state::BLOCK_TIME,
};
use posw_primitives::retarget::next_bits;
use sc_consensus::ImportResult;
use sp_blockchain::HeaderBackend;
use sp_consensus::BlockOrigin::{self, ConsensusBroadcast, File, NetworkBroadcast, NetworkInitialSync, Own};
use sp_keyring::Sr25519Keyring as Key;

const SET_ASIDE: &str = r#"posw_rejected_total{stage="plausibility"}"#;
/// Origins of blocks that somebody asked for.
const ASKED_FOR: [BlockOrigin; 4] = [NetworkInitialSync, ConsensusBroadcast, Own, File];

/// The block is set aside: no runtime call, nothing reaches the database, nothing is remembered.
fn set_aside(node: &Node, block: &Sealed) {
    let (before, counted) = (node.database.received().len(), node.metric(SET_ASIDE));
    assert_eq!(node.import(NetworkBroadcast, block), Ok(ImportResult::MissingState));
    assert_eq!(node.client.take_calls(), []);
    assert_eq!(node.database.received().len(), before);
    assert_eq!(node.metric(SET_ASIDE), counted + 1.0);
}

/// The same block reaches check 5, whose one call finds the claim false, when somebody asked for it.
fn asked_for_is_judged(node: &Node, block: &Sealed) {
    let counted = node.metric(SET_ASIDE);
    for origin in ASKED_FOR {
        assert_eq!(node.import(origin, block), Ok(ImportResult::KnownBad), "{origin:?}");
        assert_eq!(node.client.take_calls(), [("claims", 1)], "{origin:?}");
    }
    assert_eq!(node.metric(SET_ASIDE), counted);
}

fn next(node: &Node) -> Draft {
    draft(&node.client.best())
}

#[test]
fn a_factor_above_the_largest_boost() {
    let node = Node::new();
    let block = next(&node).factor(21).seal();
    set_aside(&node, &block);
    asked_for_is_judged(&node, &block);

    // The chain raises its bound, and the block turns out to be true.
    node.client.rules(|rules| {
        rules.plausibility.max_boost = factor(21);
        rules.factors.insert(id(Key::Alice), factor(21));
    });
    set_aside(&node, &block);
    node.refresh_view();
    assert_eq!(node.import(NetworkBroadcast, &block), Ok(ImportResult::imported(true)));
}

/// A boost that the best state allows already, though the finalized one does not yet, and the other way round.
#[test]
fn a_factor_between_the_bounds_of_the_best_and_the_finalized_state() {
    for (best, finalized) in [(5, 20), (20, 5)] {
        let node = Node::new();
        node.client.grow(1);
        let info = node.client.info();
        node.client.rules(|rules| {
            rules.boosts.insert(info.best_hash, factor(best));
            rules.boosts.insert(info.finalized_hash, factor(finalized));
            rules.factors.insert(id(Key::Alice), factor(20));
        });
        node.refresh_view();
        set_aside(&node, &next(&node).factor(21).seal());
        let result = node.import(NetworkBroadcast, &next(&node).factor(20).seal());
        assert_eq!(result, Ok(ImportResult::imported(true)));
    }
}

/// The node has caught up, and finality has not yet.
#[test]
fn a_factor_where_the_finalized_state_is_gone_is_compared_with_the_best_one() {
    let node = Node::new();
    node.client.grow(1);
    let info = node.client.info();
    node.client.prune(info.finalized_hash);
    node.client.rules(|rules| {
        rules.boosts.insert(info.best_hash, factor(5));
        rules.factors.insert(id(Key::Alice), factor(5));
    });
    node.refresh_view();
    set_aside(&node, &next(&node).factor(6).seal());
    assert_eq!(node.import(NetworkBroadcast, &next(&node).factor(5).seal()), Ok(ImportResult::imported(true)));
}

#[test]
fn a_base_target_easier_than_the_schedule() {
    let node = Node::new();
    let block = next(&node).bits(LIMIT).seal();
    set_aside(&node, &block);
    asked_for_is_judged(&node, &block);

    // By the chain's schedule the block turns out to be overdue.
    node.client.rules(|rules| {
        rules.plausibility.anchor.bits = bits(LIMIT);
        rules.bits.insert(block.header.parent_hash, bits(LIMIT));
    });
    set_aside(&node, &block);
    node.refresh_view();
    assert_eq!(node.import(NetworkBroadcast, &block), Ok(ImportResult::imported(true)));
}

/// A header does not tell its time; the base target that it claims tells how late it wants to be.
#[test]
fn a_base_target_of_a_time_far_ahead() {
    let node = Node::new();
    let rules = node.view.get().unwrap().best;
    let at = |ahead: u64| {
        let numbers = rules.difficulty;
        next_bits(&rules.anchor, 0, now() + ahead, 0, numbers.block_time, numbers.half_life, numbers.limit)
    };
    let claiming = |ahead| next(&node).with(|draft| draft.claims.bits = at(ahead)).seal();
    assert!(at(25_000).target() > bits(BASE).target());
    // Up to 30 seconds ahead of the clock may be true; here it is false.
    let soon = claiming(25_000);
    assert_eq!(node.import(NetworkBroadcast, &soon), Ok(ImportResult::KnownBad));
    assert_eq!(node.client.take_calls(), [("claims", 1)]);

    set_aside(&node, &claiming(60_000));
    set_aside(&node, &claiming(rules.difficulty.half_life));
}

#[test]
fn the_shift_of_the_schedule_counts() {
    let node = Node::new();
    node.client.rules(|rules| {
        let half_life = rules.plausibility.difficulty.half_life;
        // As late as makes the target twice as easy, all of it beyond the longest gap that counts.
        rules.plausibility.anchor.parent_time -= half_life;
        rules.plausibility.schedule_shift = half_life;
    });
    node.refresh_view();
    let doubled = bits(BASE).target().effective(factor(2));
    let block = next(&node).with(|draft| draft.claims.bits = doubled).seal();
    set_aside(&node, &block);
    node.client.rules(|rules| rules.plausibility.schedule_shift = 0);
    node.refresh_view();
    assert_eq!(node.import(NetworkBroadcast, &block), Ok(ImportResult::KnownBad));
}

#[test]
fn a_number_that_is_not_above_the_finalized_one() {
    let node = Node::new();
    node.client.grow(6);
    node.client.finalize(5);
    node.refresh_view();
    // On the best block, with a number that is a lie: the only way to get past the parent's own number.
    let lying = |number| next(&node).with(|draft| draft.number = number).seal();
    set_aside(&node, &lying(5));
    set_aside(&node, &lying(1));
    let false_claim = next(&node).with(|draft| draft.number = 5).by(Key::Bob).factor(2).seal();
    asked_for_is_judged(&node, &false_claim);
}

/// Across a change of the anchor nothing can be said about base targets.
#[test]
fn the_schedule_is_not_applied_across_a_change_of_the_anchor() {
    let node = Node::new();
    node.client.rules(|rules| rules.plausibility.re_anchors_after = Some(1));
    node.refresh_view();
    set_aside(&node, &next(&node).bits(LIMIT).seal());
    node.client.rules(|rules| rules.plausibility.re_anchors_after = Some(0));
    node.refresh_view();
    let block = next(&node).bits(LIMIT).seal();
    assert_eq!(node.import(NetworkBroadcast, &block), Ok(ImportResult::KnownBad));
    assert_eq!(node.client.take_calls(), [("claims", 1)]);
}

/// The schedule is the one of the block's height: each block is due one block time after its parent.
#[test]
fn the_schedule_is_that_of_the_blocks_height() {
    let node = Node::new();
    // So many blocks in no time make the target four times as hard.
    let blocks = u32::try_from(2 * node.view.get().unwrap().best.difficulty.half_life / BLOCK_TIME).unwrap();
    node.client.grow(blocks);
    set_aside(&node, &next(&node).seal());
}

/// Work that nobody can check yet is judged by nothing but its parent.
#[test]
fn a_block_whose_parent_is_unknown_may_come_again() {
    let node = Node::new();
    let parent = next(&node).seal();
    let child = draft(&parent.header).seal();
    for origin in [NetworkBroadcast, NetworkInitialSync] {
        assert_eq!(node.import(origin, &child), Ok(ImportResult::UnknownParent));
    }
    assert_eq!(node.client.take_calls(), []);
    assert_eq!(node.import(NetworkBroadcast, &parent), Ok(ImportResult::imported(true)));
    assert_eq!(node.import(NetworkBroadcast, &child), Ok(ImportResult::imported(true)));
}

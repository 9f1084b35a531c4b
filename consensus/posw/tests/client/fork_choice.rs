//! Which chain is the best (R5.1, R5.2): laws of the pure function, and what the import makes of it.

use crate::{
    chain::{bits, draft, factor, genesis, id, Sealed, BASE, HARDER},
    node::Node,
};
use posw_primitives::{header::tie_break, U256};
use proptest::prelude::*;
use sc_consensus::ImportResult;
use sc_consensus_posw::fork_choice::{is_better, Head};
use sp_blockchain::HeaderBackend;
use sp_consensus::BlockOrigin::NetworkBroadcast;
use sp_keyring::Sr25519Keyring as Key;

/// Heads of few different weights, so that ties are frequent; nothing weighs as little as genesis but genesis.
fn heads() -> impl Strategy<Value = Head> {
    let block = (1u64..4, any::<[u8; 32]>())
        .prop_map(|(work, hash)| Head { total_work: U256::from(work) << 200, work_hash: Some(hash) });
    let same_hash = (1u64..4).prop_map(|work| Head { total_work: work.into(), work_hash: Some([1; 32]) });
    let start = Just(Head { total_work: U256::zero(), work_hash: None });
    prop_oneof![8 => block, 2 => same_hash, 1 => start]
}

/// The best head for a node that hears of them in this order.
fn winner(heads: &[Head]) -> Head {
    heads.iter().copied().reduce(|best, candidate| if is_better(&candidate, &best) { candidate } else { best }).unwrap()
}

proptest! {
    #[test]
    fn no_head_is_better_than_itself(head in heads()) {
        prop_assert!(!is_better(&head, &head));
    }

    #[test]
    fn of_two_different_heads_exactly_one_is_better(a in heads(), b in heads()) {
        prop_assume!(a != b);
        prop_assert_ne!(is_better(&a, &b), is_better(&b, &a));
    }

    #[test]
    fn better_than_better_is_better(a in heads(), b in heads(), c in heads()) {
        if is_better(&a, &b) && is_better(&b, &c) {
            prop_assert!(is_better(&a, &c));
        }
    }

    #[test]
    fn the_order_of_arrival_does_not_matter(
        (heads, shuffled) in prop::collection::vec(heads(), 1..12)
            .prop_flat_map(|heads| (Just(heads.clone()), Just(heads).prop_shuffle())),
    ) {
        prop_assert_eq!(winner(&heads), winner(&shuffled));
    }

    #[test]
    fn of_equal_heads_the_lower_tie_break_wins(a in any::<[u8; 32]>(), b in any::<[u8; 32]>()) {
        let head = |hash| Head { total_work: U256::one(), work_hash: Some(hash) };
        let [rank_a, rank_b] = [a, b].map(|hash| U256::from_little_endian(&tie_break(&hash)));
        prop_assert_eq!(is_better(&head(a), &head(b)), rank_a < rank_b);
    }

    #[test]
    fn more_work_wins_whatever_the_work_hashes(a in any::<[u8; 32]>(), b in any::<[u8; 32]>(), work in 1u64.., more in 1u64..) {
        let lighter = Head { total_work: work.into(), work_hash: Some(a) };
        let heavier = Head { total_work: U256::from(work) + U256::from(more), work_hash: Some(b) };
        prop_assert!(is_better(&heavier, &lighter) && !is_better(&lighter, &heavier));
    }
}

/// A node that has imported these blocks in this order.
fn after(setup: &dyn Fn(&Node), blocks: &[&Sealed]) -> Node {
    let node = Node::new();
    setup(&node);
    for block in blocks {
        let result = node.import(NetworkBroadcast, block);
        assert!(matches!(result, Ok(ImportResult::Imported(_))), "{result:?}");
    }
    node
}

#[test]
fn two_blocks_at_the_largest_factor_outweigh_one_without_a_boost() {
    let setup = |node: &Node| {
        node.client.rules(|rules| {
            rules.factors.insert(id(Key::Bob), factor(20));
        });
        node.refresh_view();
    };
    let alone = draft(&genesis()).seal();
    let first = draft(&genesis()).by(Key::Bob).factor(20).seal();
    let second = draft(&first.header).by(Key::Bob).factor(20).seal();
    for order in [[&alone, &first, &second], [&first, &alone, &second], [&first, &second, &alone]] {
        assert_eq!(after(&setup, &order).client.info().best_hash, second.hash());
    }
}

#[test]
fn a_block_of_more_base_work_wins_against_a_boosted_one() {
    let parents = [1, 2].map(|mark| draft(&genesis()).marked(mark).seal());
    let setup = |node: &Node| {
        node.client.rules(|rules| {
            rules.factors.insert(id(Key::Bob), factor(20));
            rules.bits.insert(parents[1].hash(), bits(HARDER));
        });
        node.refresh_view();
    };
    // On one parent the base target is half that on the other.
    let lighter = draft(&parents[0].header).seal();
    let boosted = draft(&parents[0].header).by(Key::Bob).factor(20).seal();
    let heavier = draft(&parents[1].header).bits(HARDER).by(Key::Bob).factor(20).seal();
    assert!(bits(HARDER).work() > bits(BASE).work());
    let [a, b] = &parents;
    for order in [[a, b, &lighter, &boosted, &heavier], [b, &heavier, a, &boosted, &lighter]] {
        assert_eq!(after(&setup, &order).client.info().best_hash, heavier.hash());
    }
}

/// Equal base work is a tie, with a boost as without: the tie break decides, in any order.
#[test]
fn every_order_of_siblings_has_the_same_winner() {
    let setup = |node: &Node| {
        node.client.rules(|rules| {
            rules.factors.insert(id(Key::Bob), factor(20));
        });
        node.refresh_view();
    };
    let blocks = [
        draft(&genesis()).seal(),
        draft(&genesis()).marked(1).seal(),
        draft(&genesis()).by(Key::Bob).factor(20).seal(),
        draft(&genesis()).by(Key::Bob).factor(20).marked(1).seal(),
    ];
    let [a, b, c, d] = &blocks;
    let orders = [[a, b, c, d], [d, c, b, a], [c, a, d, b], [b, d, a, c]];
    let winners = orders.map(|order| after(&setup, &order).client.info().best_hash);
    assert!(winners.iter().all(|winner| *winner == winners[0]), "{winners:?}");
}

//! Check 5: what a block claims is what its parent's state gives, found out by one runtime call before anything is executed.

use crate::{
    chain::{bits, draft, factor, genesis, id, Draft, Sealed, BASE, HARDER},
    fake::record_key,
    node::Node,
};
use codec::Decode;
use posw_primitives::U256;
use sc_consensus::ImportResult;
use sc_consensus_pow::PowAux;
use sp_blockchain::HeaderBackend;
use sp_consensus::BlockOrigin::{NetworkBroadcast, NetworkInitialSync, Own};
use sp_keyring::Sr25519Keyring as Key;
use sp_runtime::generic::DigestItem;

const COMPUTED: &str = "posw_claims_computed_total";
const FALSE: &str = r#"posw_rejected_total{stage="claims"}"#;

fn first() -> Draft {
    draft(&genesis())
}

/// A node on whose chain Bob has a factor of 10 and Charlie seals with Dave's key.
fn node() -> Node {
    let node = Node::new();
    node.client.rules(|rules| {
        rules.factors.insert(id(Key::Bob), factor(10));
        rules.keys.insert(id(Key::Charlie), id(Key::Dave));
    });
    node
}

/// The block is bad: one call said so, nothing reached the database.
fn is_false(node: &Node, block: &Sealed) {
    let before = [COMPUTED, FALSE].map(|name| node.metric(name));
    for (count, origin) in [(1.0, NetworkBroadcast), (2.0, NetworkInitialSync)] {
        assert_eq!(node.import(origin, block), Ok(ImportResult::KnownBad));
        assert_eq!(node.client.take_calls(), [("claims", 1)]);
        assert_eq!([COMPUTED, FALSE].map(|name| node.metric(name)), before.map(|value| value + count));
    }
    assert!(node.database.received().is_empty());
    assert_eq!(node.client.info().best_hash, genesis().hash());
}

#[test]
fn base_bits() {
    let node = node();
    // Harder is as false as easier; the easier one is within what the schedule may give by now.
    let easier = bits(BASE).target().scaled(1_001, 1_000).to_compact();
    is_false(&node, &first().with(|draft| draft.claims.bits = easier).seal());
    is_false(&node, &first().bits(HARDER).seal());
}

#[test]
fn factor_higher_and_lower() {
    let node = node();
    is_false(&node, &first().by(Key::Bob).factor(11).seal());
    is_false(&node, &first().by(Key::Bob).factor(9).seal());
    is_false(&node, &first().by(Key::Bob).seal());
    is_false(&node, &first().factor(2).seal());
    // By the smallest step.
    is_false(&node, &first().by(Key::Bob).with(|draft| draft.claims.factor = step_above(10)).seal());
}

fn step_above(units: u64) -> posw_primitives::Factor {
    posw_primitives::Factor::try_from(factor(units).billionths() + 1).unwrap()
}

#[test]
fn sealing_key() {
    let node = node();
    // A key of the thief's own for the account with the factor.
    let thief = |draft: &mut Draft| (draft.claims.sealing_key, draft.signer) = (id(Key::Eve), Key::Eve);
    is_false(&node, &first().by(Key::Bob).factor(10).with(thief).seal());
    // An account that has set a key is no longer sealed for by its own id.
    is_false(&node, &first().by(Key::Charlie).seal());
}

#[test]
fn miner() {
    let node = node();
    // Bob's block, in somebody else's name.
    is_false(&node, &first().by(Key::Bob).factor(10).with(|draft| draft.claims.miner = id(Key::Eve)).seal());
}

#[test]
fn a_true_block_costs_one_call_for_its_claims_and_is_imported_once() {
    for (origin, after) in [(NetworkBroadcast, 2), (Own, 2), (NetworkInitialSync, 0)] {
        let node = node();
        let block = first().by(Key::Bob).factor(10).seal();
        assert_eq!(node.import(origin, &block), Ok(ImportResult::imported(true)));
        // The SDK's import checks the inherents; then the rules at the new best and at the finalized block are looked up, unless
        // blocks come in as quickly as they do in initial synchronisation.
        let mut expected = vec![("check_inherents", 1), ("claims", 1), ("plausibility", after)];
        expected.retain(|(_, calls)| *calls > 0);
        assert_eq!(node.client.take_calls(), expected, "{origin:?}");
        assert_eq!([COMPUTED, FALSE].map(|name| node.metric(name)), [1.0, 0.0]);
        assert_eq!(node.metric("posw_base_difficulty"), 4_095.0);

        let [received] = &node.database.received()[..] else { panic!("{origin:?}") };
        assert_eq!((received.hash, received.is_best), (block.hash(), true));
        assert_eq!(received.post_digests, block.header.digest.logs[1..]);
        assert_eq!(node.client.best(), block.header);
    }
}

/// A boosted block weighs what an unboosted one does.
#[test]
fn the_record_of_a_block_holds_base_work() {
    let node = node();
    let parent = node.accept(first().by(Key::Bob).factor(10));
    let hash = node.accept(draft(&parent).by(Key::Bob).factor(10)).hash();
    let [_, received] = &node.database.received()[..] else { panic!("two blocks") };
    let [(key, Some(record))] = &received.records[..] else { panic!("one record: {received:?}") };
    assert_eq!(*key, record_key(hash));
    let record = PowAux::<U256>::decode(&mut &record[..]).unwrap();
    assert_eq!((record.difficulty, record.total_difficulty), (4_095.into(), (2 * 4_095).into()));
}

/// The item that announces new code, and whatever else a runtime deposits, may stand between the two that are ours.
#[test]
fn a_block_with_a_runtime_upgrade_is_imported() {
    let node = node();
    let deposited = vec![DigestItem::RuntimeEnvironmentUpdated, DigestItem::Other(vec![1, 2, 3])];
    let header = node.accept(first().with(|draft| draft.deposited = deposited));
    assert_eq!(header.digest.logs.len(), 4);
    assert_eq!(node.client.best(), header);
}

#[test]
fn a_runtime_that_does_not_answer_is_no_fault_of_the_block() {
    let node = node();
    node.client.rules(|rules| rules.broken = true);
    let block = first().seal();
    let error = node.import(NetworkBroadcast, &block).unwrap_err();
    assert!(error.contains("does not answer") && error.contains("the state is gone"), "{error}");
    assert_eq!(node.metric(FALSE), 0.0);
    node.client.rules(|rules| rules.broken = false);
    assert_eq!(node.import(NetworkBroadcast, &block), Ok(ImportResult::imported(true)));
}

//! What the SDK's proof-of-work import asks: it checks the work once more, and believes no one.

use crate::{
    chain::{bits, draft, genesis, Block, BASE},
    node::Node,
};
use posw_primitives::{Seal, U256};
use sc_consensus_posw::PoswAlgorithm;
use sc_consensus_pow::PowAlgorithm;
use sp_consensus_posw::{claims_of, split_seal};
use sp_runtime::generic::BlockId;

#[test]
fn the_work_must_be_done_at_the_claimed_base_difficulty() {
    let node = Node::new();
    let algorithm = PoswAlgorithm::new(node.client.clone());
    let mut header = draft(&genesis()).factor(20).seal().header;
    let seal = split_seal(&mut header).unwrap();
    let claims = claims_of(&header.digest).unwrap();
    let (base, effective) = (bits(BASE).work(), claims.effective_bits().work());

    let payload = claims.to_bytes();
    let verify = |payload: Option<&[u8]>, seal: &[u8], difficulty: U256| {
        let parent = BlockId::<Block>::Hash(header.parent_hash);
        algorithm.verify(&parent, &header.hash(), payload, &seal.to_vec(), difficulty).unwrap()
    };
    assert!(verify(Some(&payload), &seal.to_bytes(), base));
    assert!(!verify(Some(&payload), &seal.to_bytes(), effective), "boosted blocks weigh no less");
    assert!(!verify(None, &seal.to_bytes(), base));
    assert!(!verify(Some(&payload[1..]), &seal.to_bytes(), base));
    assert!(!verify(Some(&payload), &seal.to_bytes()[1..], base));
    // Nearly all other nonces solve nothing.
    let others = (0..50).map(|nonce| Seal { nonce: u32::MAX - nonce, ..seal });
    let solved = others.filter(|seal| verify(Some(&payload), &seal.to_bytes(), base)).count();
    assert!(solved < 25, "{solved} of 50");
    assert!(node.client.take_calls().is_empty());
}

#[test]
fn the_base_work_of_a_block_that_comes_without_is_that_of_the_parents_state() {
    let node = Node::new();
    let algorithm = PoswAlgorithm::new(node.client.clone());
    let difficulty = PowAlgorithm::<Block>::difficulty(&algorithm, genesis().hash()).unwrap();
    assert_eq!(difficulty, bits(BASE).work());
    assert_eq!(node.client.take_calls(), [("network", 1)]);
}

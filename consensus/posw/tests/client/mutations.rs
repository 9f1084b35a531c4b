//! Changing a byte of a solved block costs as much as solving it again (R3.2): each byte of header and body, in three ways.

use crate::{
    chain::{draft, genesis, Header, Sealed},
    node::Node,
};
use codec::{DecodeAll, Encode};
use posw_primitives::Seal;
use sc_consensus_posw::RuleError;
use sp_consensus_posw::{claims_of, seal_item, split_seal};
use sp_keyring::Sr25519Keyring as Key;
use sp_runtime::OpaqueExtrinsic;
use std::collections::BTreeMap;

const MASKS: [u8; 3] = [0x01, 0x80, 0xff];

/// Every encoding that differs from `bytes` in one byte, by one of the masks.
fn mutations(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    (0..bytes.len()).flat_map(|at| MASKS.map(|mask| (at, mask))).map(|(at, mask)| {
        let mut mutated = bytes.to_vec();
        mutated[at] ^= mask;
        mutated
    })
}

/// A solved block none of whose one-byte neighbours is solved.
///
/// The free fields of a seal are not signed, so a neighbour there is another solution of the same block once in 4,095 times. Such
/// a find is as valid as the first; the test wants a block without one, so that every mutation must be refused.
fn block() -> Sealed {
    loop {
        let block = draft(&genesis()).with(|draft| draft.signer = Key::Alice).seal();
        let mut unsealed = block.header.clone();
        let claims = claims_of(&unsealed.digest).unwrap();
        let seal = split_seal(&mut unsealed).unwrap();
        let solved = |bytes: Vec<u8>| {
            let seal = Seal::from_bytes(&bytes).unwrap();
            seal.work_header(unsealed.hash().as_fixed_bytes(), &claims).meets_target()
        };
        if !mutations(&seal.to_bytes()).any(solved) {
            return block;
        }
    }
}

/// How often each check refused a mutated header. `None` stands for bytes that are no header at all.
fn refusals(
    node: &Node,
    block: &Sealed,
    mutated: impl Iterator<Item = Option<Header>>,
) -> BTreeMap<&'static str, usize> {
    let mut stages = BTreeMap::new();
    for header in mutated {
        let stage = header.map_or("codec", |header| {
            assert_ne!(header, block.header, "two encodings of one header");
            node.refused(&Sealed { header, body: block.body.clone() }).stage()
        });
        *stages.entry(stage).or_default() += 1;
    }
    stages
}

#[test]
fn every_byte_of_the_header() {
    let (node, block) = (Node::new(), block());
    let encoded = block.header.encode();
    let mutated = mutations(&encoded).map(|bytes| Header::decode_all(&mut &bytes[..]).ok());
    let stages = refusals(&node, &block, mutated);
    assert_eq!(stages.values().sum::<usize>(), 3 * encoded.len());
    // Hashes, roots and payloads end at the work. Bytes of the structure may be no header or a bad shape.
    let structure = stages["codec"] + stages["shape"];
    assert!(stages["work"] > 3 * (3 * 32 + 64 + 108) - 10, "{stages:?}");
    assert!(structure < 3 * 40, "{stages:?}");
    assert!(!stages.contains_key("body"), "{stages:?}");
}

#[test]
fn every_byte_of_the_seal() {
    let (node, block) = (Node::new(), block());
    let seal = split_seal(&mut block.header.clone()).unwrap().to_bytes();
    let mutated = mutations(&seal).map(|bytes| {
        let mut header = block.header.clone();
        header.digest.pop();
        header.digest.push(seal_item(&Seal::from_bytes(&bytes).unwrap()));
        Some(header)
    });
    assert_eq!(refusals(&node, &block, mutated), BTreeMap::from([("work", 3 * 108)]));
}

#[test]
fn every_byte_of_the_body() {
    let (node, block) = (Node::new(), block());
    let encoded = block.body.encode();
    let mut refused = 0;
    for bytes in mutations(&encoded) {
        let Ok(body) = Vec::<OpaqueExtrinsic>::decode_all(&mut &bytes[..]) else { continue };
        assert_ne!(body, block.body, "two encodings of one body");
        let error = node.refused(&Sealed { header: block.header.clone(), body });
        assert!(matches!(error, RuleError::Body { .. }), "{error}");
        refused += 1;
    }
    let content: usize = block.body.iter().map(|extrinsic| extrinsic.inner().len()).sum();
    assert!(refused >= 3 * content, "{refused} of {}", 3 * encoded.len());
}

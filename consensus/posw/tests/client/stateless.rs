//! Checks 1 to 3: the verifier refuses with the rule's name, in the order of section 4, and nobody asks the runtime.

use crate::{
    chain::{bits, draft, extrinsic, factor, genesis, id, Block, Draft, Sealed, BASE},
    node::{params, Node},
};
use posw_primitives::{BitsError, DigestError, FactorError, U256};
use sc_consensus::ImportResult;
use sc_consensus_posw::{verifier::Verified, verifier::VERIFIED_KEY, RuleError, MAX_TRANSACTIONS};
use sc_consensus_pow::{PowIntermediate, INTERMEDIATE_KEY};
use sp_consensus::BlockOrigin;
use sp_consensus_posw::{claims_item, ShapeError, ENGINE_ID};
use sp_core::{storage::StateVersion, H256};
use sp_keyring::Sr25519Keyring as Key;
use sp_runtime::generic::DigestItem;

/// A good block whose digest items are `change`d.
fn reshaped(change: impl FnOnce(&mut Vec<DigestItem>)) -> Sealed {
    let mut block = first().seal();
    change(&mut block.header.digest.logs);
    block
}

fn first() -> Draft {
    draft(&genesis())
}

/// A good block with another payload in its pre-runtime item.
fn with_claims(change: impl FnOnce(&mut Vec<u8>)) -> Sealed {
    reshaped(|logs| {
        let DigestItem::PreRuntime(_, payload) = &mut logs[0] else { panic!("the claims come first") };
        change(payload);
    })
}

fn with_seal(change: impl FnOnce(&mut Vec<u8>)) -> Sealed {
    reshaped(|logs| {
        let Some(DigestItem::Seal(_, payload)) = logs.last_mut() else { panic!("the seal comes last") };
        change(payload);
    })
}

#[test]
fn a_bad_shape_of_each_kind_is_refused_by_name() {
    let node = Node::new();
    let claims = first().claims;
    let other = *b"aura";
    let bad_bits = |raw: u32| with_claims(|payload| payload[64..68].copy_from_slice(&raw.to_le_bytes()));
    let bad_factor = |found: u64| with_claims(|payload| payload[68..76].copy_from_slice(&found.to_le_bytes()));
    let shape = |error: DigestError| ShapeError::Payload(error);
    let cases = [
        (reshaped(|logs| drop(logs.remove(0))), ShapeError::ClaimsCount { found: 0 }),
        (reshaped(|logs| logs.insert(1, claims_item(&claims))), ShapeError::ClaimsCount { found: 2 }),
        (reshaped(|logs| drop(logs.pop())), ShapeError::SealCount { found: 0 }),
        (reshaped(|logs| logs.push(logs[1].clone())), ShapeError::SealCount { found: 2 }),
        (reshaped(|logs| logs.swap(0, 1)), ShapeError::SealNotLast),
        (
            reshaped(|logs| logs[0] = DigestItem::PreRuntime(other, claims.to_bytes().to_vec())),
            ShapeError::Engine { found: other },
        ),
        (reshaped(|logs| logs[1] = DigestItem::Seal(other, vec![0; 108])), ShapeError::Engine { found: other }),
        (with_claims(|payload| payload.push(0)), shape(DigestError::ClaimsLength { found: 77 })),
        (with_claims(|payload| payload.truncate(75)), shape(DigestError::ClaimsLength { found: 75 })),
        (with_seal(|payload| payload.push(0)), shape(DigestError::SealLength { found: 109 })),
        (with_seal(|payload| payload.truncate(107)), shape(DigestError::SealLength { found: 107 })),
        (bad_bits(0x2000_00ff), shape(DigestError::Bits(BitsError::NotCanonical { found: 0x2000_00ff }))),
        (bad_bits(0x2101_0000), shape(DigestError::Bits(BitsError::AbovePowLimit { found: 0x2101_0000 }))),
        (bad_factor(999_999_999), shape(DigestError::Factor(FactorError { found: 999_999_999 }))),
        (bad_factor(10_000_000_000_001), shape(DigestError::Factor(FactorError { found: 10_000_000_000_001 }))),
    ];
    let count = cases.len();
    for (block, expected) in cases {
        let error = node.refused(&block);
        assert_eq!(error, RuleError::Shape(expected));
        assert_eq!(error.to_string(), format!("bad shape: {expected}"));
    }
    // Each block was refused twice: once for its error, once on its way to the import.
    assert_eq!(node.metric(r#"posw_rejected_total{stage="shape"}"#), 2.0 * count as f64);
}

#[test]
fn too_little_work_is_refused() {
    let node = Node::new();
    let error = node.refused(&first().with(|draft| draft.solved = false).seal());
    let RuleError::Work { found, allowed } = error else { panic!("{error}") };
    assert_eq!(allowed, bits(BASE));
    assert!(U256::from_little_endian(found.as_bytes()) > allowed.target().value());
    assert_eq!(node.metric(r#"posw_rejected_total{stage="work"}"#), 2.0);
}

#[test]
fn a_boost_saves_work() {
    let node = Node::new();
    node.client.rules(|rules| {
        rules.factors.insert(id(Key::Alice), factor(20));
    });
    // Enough for the effective target, too little for the base target.
    let block = loop {
        let block = first().factor(20).seal();
        if !bits(BASE).target().is_met_by(&verified(&node, &block).work_hash) {
            break block;
        }
    };
    assert_eq!(node.import(BlockOrigin::NetworkBroadcast, &block), Ok(ImportResult::imported(true)));
}

#[test]
fn the_signature_must_be_the_claimed_keys_for_this_chain() {
    let node = Node::new();
    let another_key = first().with(|draft| draft.signer = Key::Bob).seal();
    let another_chain = first().with(|draft| draft.genesis = H256::repeat_byte(1)).seal();
    for block in [another_key, another_chain] {
        let error = node.refused(&block);
        assert_eq!(error, RuleError::Signature { key: Key::Alice.public() });
        assert!(error.to_string().starts_with("bad signature"), "{error}");
    }
    assert_eq!(node.metric(r#"posw_rejected_total{stage="signature"}"#), 4.0);
}

#[test]
fn the_body_must_be_the_headers() {
    let node = Node::new();
    let good = first().seal();
    let shorter = good.body[..1].to_vec();
    let longer = [good.body.clone(), vec![extrinsic(b"more")]].concat();
    let swapped = good.body.iter().rev().cloned().collect();
    for body in [vec![], shorter, longer, swapped] {
        let error = node.refused(&Sealed { header: good.header.clone(), body });
        let RuleError::Body { found, expected } = error else { panic!("{error}") };
        assert_eq!(expected, good.header.extrinsics_root);
        assert_ne!(found, expected);
        assert!(error.to_string().starts_with("bad body"), "{error}");
    }
    assert_eq!(node.metric(r#"posw_rejected_total{stage="body"}"#), 8.0);
}

#[test]
fn a_body_has_at_most_so_many_transactions() {
    let node = Node::new();
    let block = |length| first().with(|draft| draft.body = vec![extrinsic(b""); length]).seal();
    let error = node.refused(&block(MAX_TRANSACTIONS + 1));
    assert_eq!(error, RuleError::Transactions { found: 32_769, allowed: 32_768 });
    assert_eq!(error.stage(), "body");
    assert!(error.to_string().starts_with("bad body"), "{error}");
    let result = node.import(BlockOrigin::NetworkBroadcast, &block(MAX_TRANSACTIONS));
    assert_eq!(result, Ok(ImportResult::imported(true)));
}

#[test]
fn both_forms_of_the_bodys_root_are_accepted() {
    let roots = [StateVersion::V0, StateVersion::V1].map(|version| {
        let block = first().with(|draft| draft.root_version = version).seal();
        let node = Node::new();
        let result = node.import(BlockOrigin::NetworkBroadcast, &block);
        assert_eq!(result, Ok(ImportResult::imported(true)));
        block.header.extrinsics_root
    });
    assert_ne!(roots[0], roots[1], "the body is too small to show the difference");
}

#[test]
fn the_order_is_shape_work_signature_body() {
    let node = Node::new();
    let stage = |block: &Sealed| node.refused(block).stage();
    let unsigned = || first().with(|draft| draft.signer = Key::Bob);
    let bodiless = |block: Sealed| Sealed { body: vec![], ..block };

    assert_eq!(stage(&bodiless(unsigned().seal())), "signature");
    let mut all = bodiless(unsigned().with(|draft| draft.solved = false).seal());
    assert_eq!(stage(&all), "work");
    all.header.digest.logs.push(DigestItem::Seal(ENGINE_ID, vec![]));
    assert_eq!(stage(&all), "shape");
    assert_eq!(stage(&bodiless(first().seal())), "body");
}

#[test]
fn a_good_block_is_prepared_without_a_runtime_call() {
    let node = Node::new();
    let block = first().factor(20).seal();
    let mut prepared = node.verifier.prepare::<Block>(params(BlockOrigin::File, &block)).unwrap();
    assert_eq!(prepared.post_hash(), block.hash());
    assert_eq!(prepared.post_header(), block.header);
    assert_eq!(prepared.header.digest.logs, block.header.digest.logs[..1]);
    assert_eq!(prepared.post_digests, block.header.digest.logs[1..]);
    // Base work, not the work that was done.
    let intermediate = prepared.remove_intermediate::<PowIntermediate<U256>>(INTERMEDIATE_KEY).unwrap();
    assert_eq!(intermediate.difficulty, Some(U256::from(4_095)));
    let verified = prepared.remove_intermediate::<Verified>(VERIFIED_KEY).unwrap();
    assert_eq!(verified.claims, first().factor(20).claims);
    assert!(verified.claims.effective_bits().target().is_met_by(&verified.work_hash));
    assert_eq!(node.client.take_calls(), []);
}

fn verified(node: &Node, block: &Sealed) -> Verified {
    let mut prepared = node.verifier.prepare::<Block>(params(BlockOrigin::File, block)).unwrap();
    prepared.remove_intermediate(VERIFIED_KEY).unwrap()
}

/// What a peer attaches to a block is under no rule, so it is not kept.
#[test]
fn justifications_are_dropped() {
    let node = Node::new();
    let mut block = params(BlockOrigin::NetworkInitialSync, &first().seal());
    block.justifications = Some((*b"junk", vec![0; 1_000]).into());
    assert_eq!(node.verifier.prepare(block).unwrap().justifications, None);
}

//! Every engine agrees with the definition of the work hash.

use posw_primitives::{header::sha256d, CompactBits, Target, WorkHeader, U256};
use posw_sealer::{Engine, Portable, Scan};

/// The header of Bitcoin's first block, whose nonce is the first of its nonces that meets its target.
fn bitcoin_genesis() -> WorkHeader {
    let root = "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a";
    WorkHeader {
        version: 1,
        commitment: [0; 32],
        root: array_bytes::hex2array_unchecked(root),
        time: 1_231_006_505,
        bits: CompactBits::try_from(0x1d00_ffff).unwrap(),
        nonce: 2_083_236_893,
    }
}

/// Headers that differ in every field; the generator's quality does not matter.
fn header(seed: u32) -> WorkHeader {
    let bytes = |tag: u8| sha256d(&[&seed.to_le_bytes()[..], &[tag]].concat());
    let number = |tag| u32::from_le_bytes(*bytes(tag).first_chunk().unwrap());
    WorkHeader {
        version: number(0),
        commitment: bytes(1),
        root: bytes(2),
        time: number(3),
        bits: CompactBits::POW_LIMIT,
        nonce: number(4),
    }
}

#[test]
fn finds_the_nonce_of_a_known_block() {
    let genesis = bitcoin_genesis();
    let mut scanner = Portable.prepare(&WorkHeader { nonce: 7, ..genesis }, genesis.bits.target());
    let before = genesis.nonce - 1_000;
    assert_eq!(scanner.scan(before..=genesis.nonce - 1), Scan { hashes: 1_000, found: None });
    assert_eq!(scanner.scan(before..=genesis.nonce + 500), Scan { hashes: 1_001, found: Some(genesis) });
}

#[test]
fn agrees_with_the_work_hash_of_the_header() {
    for seed in 0..500 {
        let header = header(seed);
        let hash = U256::from_little_endian(&header.hash());
        if hash > Target::POW_LIMIT.value() {
            continue;
        }
        let only = header.nonce..=header.nonce;
        let met = Portable.prepare(&header, Target::clamped(hash)).scan(only.clone());
        assert_eq!(met, Scan { hashes: 1, found: Some(header) }, "the hash meets a target equal to it");
        let missed = Portable.prepare(&header, Target::clamped(hash - 1)).scan(only);
        assert_eq!(missed, Scan { hashes: 1, found: None }, "and misses the next harder one");
    }
}

#[test]
fn reports_the_first_hit_and_goes_on_after_it() {
    let header = header(1);
    let target = Target::clamped(U256::MAX >> 4);
    let expected: Vec<_> =
        (0..400).filter(|nonce| target.is_met_by(&WorkHeader { nonce: *nonce, ..header }.hash())).collect();
    assert!(expected.len() > 5);

    let mut scanner = Portable.prepare(&header, target);
    let (mut found, mut next) = (Vec::new(), 0);
    while let Some(hit) = scanner.scan(next..=399).found {
        found.push(hit.nonce);
        next = hit.nonce + 1;
    }
    assert_eq!(found, expected);
}

#[test]
fn scans_up_to_the_last_nonce() {
    let header = header(2);
    let mut scanner = Portable.prepare(&header, Target::MIN);
    assert_eq!(scanner.scan(u32::MAX - 9..=u32::MAX), Scan { hashes: 10, found: None });
}

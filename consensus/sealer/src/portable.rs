//! The reference engine: the `sha2` crate on any processor.

use crate::engine::{Engine, Scan, Scanner};
use core::ops::RangeInclusive;
use posw_primitives::{Target, WorkHeader};
use sha2::{Digest, Sha256};

/// Double SHA-256 by the `sha2` crate, the first block of the header compressed once for all its nonces.
#[derive(Clone, Copy, Debug, Default)]
pub struct Portable;

impl Engine for Portable {
    fn name(&self) -> &'static str {
        "portable"
    }

    fn prepare(&self, header: &WorkHeader, target: Target) -> Box<dyn Scanner> {
        let bytes = header.to_bytes();
        let (first_block, second_block) = bytes.split_at(64);
        let without_nonce = second_block.split_at(12).0;
        Box::new(PortableScanner {
            header: *header,
            target,
            highest_word: highest_word(&target.value().to_little_endian()),
            midstate: Sha256::new_with_prefix(first_block).chain_update(without_nonce),
        })
    }
}

struct PortableScanner {
    header: WorkHeader,
    target: Target,
    /// The most significant 32 bits of the target: nearly every hash fails on them.
    highest_word: u32,
    /// The hasher that has taken in everything before the nonce.
    midstate: Sha256,
}

impl Scanner for PortableScanner {
    fn scan(&mut self, nonces: RangeInclusive<u32>) -> Scan {
        let mut hashes = 0;
        for nonce in nonces {
            hashes += 1;
            let first = self.midstate.clone().chain_update(nonce.to_le_bytes()).finalize();
            let hash: [u8; 32] = Sha256::digest(first).into();
            if highest_word(&hash) <= self.highest_word && self.target.is_met_by(&hash) {
                return Scan { hashes, found: Some(WorkHeader { nonce, ..self.header }) };
            }
        }
        Scan { hashes, found: None }
    }
}

/// The most significant 32 bits of a number in little-endian bytes.
fn highest_word(number: &[u8; 32]) -> u32 {
    number.last_chunk().copied().map_or(0, u32::from_le_bytes)
}

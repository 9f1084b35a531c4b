//! The reference: the `sha2` crate on any processor.

use super::scan::Goal;
use crate::engine::{Engine, OnHit, RootUse, Scanner};
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

    fn prepare(&self, header: &WorkHeader, target: Target, _: RootUse) -> Box<dyn Scanner> {
        let bytes = header.to_bytes();
        let (first_block, second_block) = bytes.split_at(64);
        let without_nonce = second_block.split_at(12).0;
        Box::new(PortableScanner {
            header: *header,
            goal: Goal::new(target),
            midstate: Sha256::new_with_prefix(first_block).chain_update(without_nonce),
        })
    }
}

struct PortableScanner {
    header: WorkHeader,
    goal: Goal,
    /// The hasher that has taken in everything before the nonce.
    midstate: Sha256,
}

impl Scanner for PortableScanner {
    fn roots(&self) -> u32 {
        1
    }

    fn scan(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
        let mut tried = 0;
        for nonce in nonces {
            tried += 1;
            let first = self.midstate.clone().chain_update(nonce.to_le_bytes()).finalize();
            let hash: [u8; 32] = Sha256::digest(first).into();
            if self.goal.is_met_by(&hash) && on_hit(WorkHeader { nonce, ..self.header }).is_break() {
                break;
            }
        }
        tried
    }
}

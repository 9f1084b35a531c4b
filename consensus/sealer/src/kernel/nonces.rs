//! Every lane another nonce of one header: what can be done where the root is fixed.

use super::{
    lanes::{candidates, Lanes, State},
    rounds::{first_hash, second_hash, Rows},
    scan::{Goal, Groups, InlinedScan},
    sha256::Prepared,
};
use crate::engine::{OnHit, Scanner};
use core::ops::RangeInclusive;
use posw_primitives::{Target, WorkHeader};

/// First hashes in a row, before the second hashes of the same nonces have their turn: the code of both together would not
/// fit in the processor's cache of decoded instructions, that of each does.
pub(super) const TURN: u32 = 8;

/// A header whose nonces are tried, `STREAMS` vectors of them at a time.
pub(super) struct Nonces<L: Lanes, const STREAMS: usize> {
    simd: L,
    header: WorkHeader,
    prepared: Prepared,
    goal: Goal,
    /// Nonces tried at a time.
    lanes: u32,
    /// First hashes of a turn.
    digests: Vec<[State<L>; STREAMS]>,
    /// Scratch space.
    rows: Rows<L, STREAMS>,
}

impl<L: Lanes, const STREAMS: usize> Nonces<L, STREAMS> {
    pub(super) fn new(simd: L, header: &WorkHeader, target: Target) -> Self {
        let zero = simd.splat(0);
        Self {
            simd,
            header: *header,
            prepared: Prepared::new(header),
            goal: Goal::new(target),
            lanes: [L::COUNT; STREAMS].into_iter().sum(),
            digests: (0..TURN).map(|_| [[zero; 8]; STREAMS]).collect(),
            rows: [[zero; STREAMS]; 64],
        }
    }
}

impl<L: Lanes, const STREAMS: usize> Scanner for Nonces<L, STREAMS> {
    fn roots(&self) -> u32 {
        1
    }

    fn scan(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
        self.simd.run(self, nonces, on_hit)
    }
}

impl<L: Lanes, const STREAMS: usize> InlinedScan for Nonces<L, STREAMS> {
    #[inline(always)]
    fn scan_inlined(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
        let Self { simd, header, prepared, goal, lanes, digests, rows } = self;
        let simd = *simd;
        let mut tried = 0;
        for turn in Groups::new(&nonces, TURN * *lanes) {
            for (group, digests) in turn.split(*lanes).zip(digests.iter_mut()) {
                *digests = first_hash(simd, rows, prepared, group.first);
            }
            for (group, digests) in turn.split(*lanes).zip(digests.iter()) {
                let last_words = second_hash(simd, rows, digests);
                let hits = candidates(simd, last_words, goal.highest_word) & group.lanes();
                if hits != 0 {
                    let header_of = |lane| WorkHeader { nonce: group.first.wrapping_add(lane), ..*header };
                    if let Some(last) = goal.check(hits, header_of, on_hit) {
                        return tried + u64::from(last) + 1;
                    }
                }
                tried += u64::from(group.count);
            }
        }
        tried
    }
}

//! Every lane another nonce of one header: what can be done where the root is fixed.

use super::{
    goal::{lanes_below, Goal, Groups},
    lanes::{candidates, first_hash, nonce_words, second_hash, Lanes, Rows},
    sha256::Prepared,
};
use crate::engine::OnHit;
use core::ops::RangeInclusive;
use posw_primitives::{Target, WorkHeader};

/// A header whose nonces are tried, `STREAMS` vectors of them at a time.
pub(super) struct Nonces<L: Lanes, const STREAMS: usize> {
    simd: L,
    header: WorkHeader,
    prepared: Prepared,
    goal: Goal,
    /// Scratch space.
    rows: Rows<L, STREAMS>,
}

impl<L: Lanes, const STREAMS: usize> Nonces<L, STREAMS> {
    pub(super) fn new(simd: L, header: &WorkHeader, target: Target) -> Self {
        let rows = [[simd.splat(0); STREAMS]; 64];
        Self { simd, header: *header, prepared: Prepared::new(header), goal: Goal::new(target), rows }
    }

    /// See [`Scanner::scan`](crate::Scanner::scan); to be inlined into a function compiled for the instructions of `L`.
    #[inline(always)]
    pub(super) fn scan(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
        let Self { simd, header, prepared, goal, rows } = self;
        let simd = *simd;
        let mut tried = 0;
        for group in Groups::new(&nonces, STREAMS * L::COUNT as usize) {
            let mut words = [simd.splat(0); STREAMS];
            let mut next = group.first;
            for words in &mut words {
                *words = nonce_words(simd, next);
                next = next.wrapping_add(L::COUNT);
            }
            let digests = first_hash(simd, rows, prepared, words);
            let last_words = second_hash(simd, rows, digests);
            let lanes = candidates(simd, last_words, goal.highest_word) & lanes_below(group.count);
            if lanes != 0 {
                let header_of = |lane| WorkHeader { nonce: group.first.wrapping_add(lane), ..*header };
                if let Some(last) = goal.check(lanes, header_of, on_hit) {
                    return tried + u64::from(last) + 1;
                }
            }
            tried += u64::from(group.count);
        }
        tried
    }
}

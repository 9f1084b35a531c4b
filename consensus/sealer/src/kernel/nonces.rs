//! Every lane another nonce of one header: what can be done where the root is fixed.

use super::{
    goal::{lanes_below, Goal, Group, Groups},
    lanes::{candidates, first_hash, nonce_words, second_hash, Lanes, Rows, State},
    sha256::Prepared,
};
use crate::engine::OnHit;
use core::ops::RangeInclusive;
use posw_primitives::{Target, WorkHeader};

/// First hashes in a row, before the second hashes of the same nonces have their turn: the code of both together would not
/// fit in the processor's cache of decoded instructions, that of each does.
const TURN: usize = 8;

/// A header whose nonces are tried, `STREAMS` vectors of them at a time.
pub(super) struct Nonces<L: Lanes, const STREAMS: usize> {
    simd: L,
    header: WorkHeader,
    prepared: Prepared,
    goal: Goal,
    /// Scratch space.
    rows: Rows<L, STREAMS>,
    digests: [[State<L>; STREAMS]; TURN],
}

impl<L: Lanes, const STREAMS: usize> Nonces<L, STREAMS> {
    pub(super) fn new(simd: L, header: &WorkHeader, target: Target) -> Self {
        let rows = [[simd.splat(0); STREAMS]; 64];
        Self { simd, header: *header, prepared: Prepared::new(header), goal: Goal::new(target), rows, digests: [[[simd.splat(0); 8]; STREAMS]; TURN] }
    }

    /// See [`Scanner::scan`](crate::Scanner::scan); to be inlined into a function compiled for the instructions of `L`.
    #[inline(always)]
    pub(super) fn scan(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
        let Self { simd, header, prepared, goal, rows, digests } = self;
        let (simd, lanes) = (*simd, STREAMS * L::COUNT as usize);
        let mut tried = 0;
        for Group { first, count } in Groups::new(&nonces, TURN * lanes) {
            let steps = (count as usize).div_ceil(lanes);
            let mut next = first;
            for digests in &mut digests[..steps] {
                let mut words = [simd.splat(0); STREAMS];
                for words in &mut words {
                    *words = nonce_words(simd, next);
                    next = next.wrapping_add(L::COUNT);
                }
                *digests = first_hash(simd, rows, prepared, words);
            }
            for (step, digests) in digests[..steps].iter().enumerate() {
                let last_words = second_hash(simd, rows, *digests);
                let mut hits = candidates(simd, last_words, goal.highest_word);
                if hits != 0 {
                    let before = (step * lanes) as u32;
                    hits &= lanes_below(count - before);
                    let header_of = |lane| WorkHeader { nonce: first.wrapping_add(before + lane), ..*header };
                    if let Some(last) = goal.check(hits, header_of, on_hit) {
                        return tried + u64::from(before + last) + 1;
                    }
                }
            }
            tried += u64::from(count);
        }
        tried
    }
}

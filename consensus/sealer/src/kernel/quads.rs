//! Instructions that do rounds of a single hash, on four words of its schedule at a time.
//!
//! Such an instruction waits for the one before it for several cycles, so `STREAMS` nonces are interleaved. What lies between
//! the hash's rounds is so little that a shared schedule gains nothing: a free root is not made use of.

use super::{
    scan::{Goal, Groups, InlinedScan, Instructions},
    sha256::{small_sigma0, Padding, Prepared, DIGEST_PADDING, HEADER_PADDING, INITIAL, ROUND},
};
use crate::engine::{OnHit, Scanner};
use core::ops::RangeInclusive;
use posw_primitives::{Target, WorkHeader};

/// Instructions for SHA-256.
pub(super) trait Quads: Instructions {
    /// Four words.
    type Quad: Copy + Send;

    fn quad(self, words: [u32; 4]) -> Self::Quad;
    fn add(self, x: Self::Quad, y: Self::Quad) -> Self::Quad;
    /// A state, a to h, in the order in which the instructions take it.
    fn state(self, words: [u32; 8]) -> [Self::Quad; 2];
    /// The words of a state, a to h.
    fn in_order(self, state: [Self::Quad; 2]) -> [Self::Quad; 2];
    /// Four rounds, `added` being the sums of their constants and their words of the schedule.
    fn four_rounds(self, state: [Self::Quad; 2], added: Self::Quad) -> [Self::Quad; 2];
    /// The word `e` after the first of four rounds.
    fn e_after_round(self, state: [Self::Quad; 2], added: Self::Quad) -> u32;
    /// The four words of the schedule after sixteen.
    fn expand(self, words: [Self::Quad; 4]) -> Self::Quad;
}

/// A header whose nonces are tried, `STREAMS` at a time.
pub(super) struct Interleaved<Q: Quads, const STREAMS: usize> {
    simd: Q,
    header: WorkHeader,
    prepared: Prepared,
    goal: Goal,
    /// Nonces tried at a time.
    streams: u32,
}

impl<Q: Quads, const STREAMS: usize> Interleaved<Q, STREAMS> {
    pub(super) fn new(simd: Q, header: &WorkHeader, target: Target) -> Self {
        let streams = [1; STREAMS].into_iter().sum();
        Self { simd, header: *header, prepared: Prepared::new(header), goal: Goal::new(target), streams }
    }
}

impl<Q: Quads, const STREAMS: usize> Scanner for Interleaved<Q, STREAMS> {
    fn roots(&self) -> u32 {
        1
    }

    fn scan(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
        self.simd.run(self, nonces, on_hit)
    }
}

impl<Q: Quads, const STREAMS: usize> InlinedScan for Interleaved<Q, STREAMS> {
    #[inline(always)]
    fn scan_inlined(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
        let mut tried = 0;
        for group in Groups::new(&nonces, self.streams) {
            let mut words = [0; STREAMS];
            for (word, offset) in words.iter_mut().zip(0..) {
                *word = group.first.wrapping_add(offset).swap_bytes();
            }
            let digests = first_hash(self.simd, &self.prepared, words);
            let last_words = second_hash(self.simd, digests);
            let mut hits = 0;
            for (stream, word) in last_words.into_iter().enumerate() {
                hits |= u64::from(self.goal.may_be_met_by(word)) << stream;
            }
            if hits != 0 {
                let header_of = |lane| WorkHeader { nonce: group.first.wrapping_add(lane), ..self.header };
                if let Some(last) = self.goal.check(hits & group.lanes(), header_of, on_hit) {
                    return tried + u64::from(last) + 1;
                }
            }
            tried += u64::from(group.count);
        }
        tried
    }
}

/// The last sixteen words of the schedule.
type Window<Q> = [<Q as Quads>::Quad; 4];

/// The first hashes, of headers with the nonce words `nonces`.
#[inline(always)]
fn first_hash<Q: Quads, const STREAMS: usize>(
    simd: Q,
    prepared: &Prepared,
    nonces: [u32; STREAMS],
) -> [[Q::Quad; 2]; STREAMS] {
    let mut states = [simd.state(prepared.round_3); STREAMS];
    let w4 = padding(simd, &HEADER_PADDING, 1);
    let w8 = padding(simd, &HEADER_PADDING, 2);
    let w12 = padding(simd, &HEADER_PADDING, 3);
    let mut windows = [[simd.quad(prepared.schedule); 4]; STREAMS];
    for stream in 0..STREAMS {
        let nonce = nonces[stream];
        states[stream] = add_states(simd, states[stream], simd.state([nonce, 0, 0, 0, nonce, 0, 0, 0]));
        let w16 = simd.add(windows[stream][3], simd.quad([0, 0, small_sigma0(nonce), nonce]));
        windows[stream] = [w4, w8, w12, w16];
    }
    unroll!(PLACE in [1, 2, 3, 4], {
        for stream in 0..STREAMS {
            let added = simd.add(windows[stream][PLACE - 1], constants(simd, PLACE));
            states[stream] = simd.four_rounds(states[stream], added);
        }
    });
    unroll!(PLACE in [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], {
        expand_and_round(simd, &mut states, &mut windows, PLACE);
    });
    for state in &mut states {
        *state = add_states(simd, *state, simd.state(prepared.midstate));
    }
    states
}

/// The last words of the second hashes, which are the most significant ones of the work hashes.
#[inline(always)]
fn second_hash<Q: Quads, const STREAMS: usize>(simd: Q, digests: [[Q::Quad; 2]; STREAMS]) -> [u32; STREAMS] {
    let mut states = [simd.state(INITIAL); STREAMS];
    let mut windows = [[simd.quad([0; 4]); 4]; STREAMS];
    for stream in 0..STREAMS {
        let [w0, w4] = simd.in_order(digests[stream]);
        windows[stream] = [w0, w4, padding(simd, &DIGEST_PADDING, 2), padding(simd, &DIGEST_PADDING, 3)];
    }
    unroll!(PLACE in [0, 1, 2, 3], {
        for stream in 0..STREAMS {
            let added = simd.add(windows[stream][PLACE], constants(simd, PLACE));
            states[stream] = simd.four_rounds(states[stream], added);
        }
    });
    unroll!(PLACE in [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], {
        expand_and_round(simd, &mut states, &mut windows, PLACE);
    });
    let mut last_words = [0; STREAMS];
    for stream in 0..STREAMS {
        let added = simd.add(simd.expand(windows[stream]), constants(simd, 15));
        last_words[stream] = simd.e_after_round(states[stream], added).wrapping_add(INITIAL[7]);
    }
    last_words
}

/// Four rounds of each stream, the first of which is `4 * place`, with their schedule.
#[inline(always)]
fn expand_and_round<Q: Quads, const STREAMS: usize>(
    simd: Q,
    states: &mut [[Q::Quad; 2]; STREAMS],
    windows: &mut [Window<Q>; STREAMS],
    place: usize,
) {
    for stream in 0..STREAMS {
        let [_, w4, w8, w12] = windows[stream];
        let w16 = simd.expand(windows[stream]);
        windows[stream] = [w4, w8, w12, w16];
        states[stream] = simd.four_rounds(states[stream], simd.add(w16, constants(simd, place)));
    }
}

#[inline(always)]
fn add_states<Q: Quads>(simd: Q, [x0, x1]: [Q::Quad; 2], [y0, y1]: [Q::Quad; 2]) -> [Q::Quad; 2] {
    [simd.add(x0, y0), simd.add(x1, y1)]
}

/// The constants of four rounds, the first of which is `4 * place`.
#[inline(always)]
fn constants<Q: Quads>(simd: Q, place: usize) -> Q::Quad {
    simd.quad([ROUND[4 * place], ROUND[4 * place + 1], ROUND[4 * place + 2], ROUND[4 * place + 3]])
}

/// Four words of padding, zeros where it leaves a word to the message.
#[inline(always)]
fn padding<Q: Quads>(simd: Q, padding: &Padding, place: usize) -> Q::Quad {
    let mut words = [0; 4];
    for (index, word) in words.iter_mut().enumerate() {
        *word = padding[4 * place + index].unwrap_or(0);
    }
    simd.quad(words)
}

//! Double SHA-256 over vectors: every lane hashes a header of its own.
//!
//! Everything here is inlined into a function compiled for the instructions, see
//! [`InlinedScan`](super::scan::InlinedScan). Several *streams* of vectors go through a round one after the other: one alone
//! would leave the processor waiting for its own results.

use super::{
    lanes::{add_all, big_sigma0, big_sigma1, nonce_words, small_sigma0, small_sigma1, splat_all, Lanes, State},
    sha256::{self, Padding, Prepared, DIGEST_PADDING, HEADER_PADDING, INITIAL, ROUND},
};

/// The state after round 0 of the second hash, but for the first word of its block, which is to be added to `a` and `e`.
const DIGEST_ROUND_0: [u32; 8] = sha256::round(INITIAL, ROUND[0]);

/// The message schedule of all streams, a row for each round. It is kept between hashes only to spare its clearing.
pub(super) type Rows<L, const STREAMS: usize> = [[<L as Lanes>::Vector; STREAMS]; 64];

/// What a round adds to its `d` and, further, to its `a`. The chain of dependent rounds goes through `e`, so that comes last.
#[inline(always)]
fn t1<L: Lanes>(simd: L, [_, _, _, _, e, f, g, h]: State<L>, added: L::Vector) -> L::Vector {
    let sum = simd.add_now(h, added);
    let sum = simd.add_now(sum, simd.choice(e, f, g));
    simd.add_now(sum, big_sigma1(simd, e))
}

/// One round, `added` being the sum of the round's constant and its word of the schedule.
#[inline(always)]
pub(super) fn round<L: Lanes>(simd: L, state: State<L>, added: L::Vector) -> State<L> {
    let [a, b, c, d, e, f, g, _] = state;
    let t1 = t1(simd, state, added);
    let t2 = simd.add(big_sigma0(simd, a), simd.majority(a, b, c));
    [simd.add(t1, t2), a, b, c, simd.add(d, t1), e, f, g]
}

/// One round of which only `e` is wanted: what stands in for `a` is not to be used.
#[inline(always)]
fn round_of_e<L: Lanes>(simd: L, state: State<L>, added: L::Vector) -> State<L> {
    let [a, b, c, d, e, f, g, _] = state;
    [a, a, b, c, simd.add(d, t1(simd, state, added)), e, f, g]
}

/// A word of the schedule in one of the rounds 16 to 31: all terms that `padding` makes constant are one.
#[inline(always)]
fn expand_padded<L: Lanes, const STREAMS: usize>(
    simd: L,
    rows: &Rows<L, STREAMS>,
    stream: usize,
    round: usize,
    padding: &Padding,
) -> L::Vector {
    let known = |back: usize| padding.get(round - back).copied().flatten();
    let word = |back: usize| rows[round - back][stream];
    let mut constant = 0_u32;
    let mut sum = None;
    match known(16) {
        Some(known) => constant = constant.wrapping_add(known),
        None => sum = Some(word(16)),
    }
    match known(7) {
        Some(known) => constant = constant.wrapping_add(known),
        None => sum = Some(plus(simd, sum, word(7))),
    }
    match known(15) {
        Some(known) => constant = constant.wrapping_add(sha256::small_sigma0(known)),
        None => sum = Some(plus(simd, sum, small_sigma0(simd, word(15)))),
    }
    match known(2) {
        Some(known) => constant = constant.wrapping_add(sha256::small_sigma1(known)),
        None => sum = Some(plus(simd, sum, small_sigma1(simd, word(2)))),
    }
    match (sum, constant) {
        (Some(sum), 0) => sum,
        (sum, constant) => plus(simd, sum, simd.splat(constant)),
    }
}

#[inline(always)]
fn plus<L: Lanes>(simd: L, sum: Option<L::Vector>, term: L::Vector) -> L::Vector {
    match sum {
        Some(sum) => simd.add(sum, term),
        None => term,
    }
}

/// A word of the schedule in any round from 32 on.
#[inline(always)]
fn expand<L: Lanes, const STREAMS: usize>(simd: L, rows: &Rows<L, STREAMS>, stream: usize, round: usize) -> L::Vector {
    let sum = simd.add(rows[round - 16][stream], rows[round - 7][stream]);
    let sum = simd.add(sum, small_sigma0(simd, rows[round - 15][stream]));
    simd.add(sum, small_sigma1(simd, rows[round - 2][stream]))
}

/// Rounds `first` to `first + 7`, from 32 on, with their schedule.
#[inline(always)]
fn eight_rounds<L: Lanes, const STREAMS: usize>(
    simd: L,
    rows: &mut Rows<L, STREAMS>,
    mut states: [State<L>; STREAMS],
    first: usize,
) -> [State<L>; STREAMS] {
    unroll!(OFFSET in [0, 1, 2, 3, 4, 5, 6, 7], {
        let constant = simd.splat(ROUND[first + OFFSET]);
        for stream in 0..STREAMS {
            let word = expand(simd, rows, stream, first + OFFSET);
            rows[first + OFFSET][stream] = word;
            states[stream] = round(simd, states[stream], simd.add(word, constant));
        }
    });
    states
}

/// Round `number`, from 16 to 31, with its schedule.
#[inline(always)]
fn padded_round<L: Lanes, const STREAMS: usize>(
    simd: L,
    rows: &mut Rows<L, STREAMS>,
    mut states: [State<L>; STREAMS],
    number: usize,
    padding: &Padding,
) -> [State<L>; STREAMS] {
    for stream in 0..STREAMS {
        let word = expand_padded(simd, rows, stream, number, padding);
        rows[number][stream] = word;
        states[stream] = round(simd, states[stream], simd.add(word, simd.splat(ROUND[number])));
    }
    states
}

/// The state after a round that was computed without its word of the schedule, with that word.
#[inline(always)]
pub(super) fn with_word<L: Lanes>(simd: L, [a, b, c, d, e, f, g, h]: State<L>, word: L::Vector) -> State<L> {
    [simd.add(a, word), b, c, d, simd.add(e, word), f, g, h]
}

/// Words 16 to 19 of the schedule of a header's second block.
#[inline(always)]
fn begin_schedule<L: Lanes>(simd: L, prepared: &Prepared, nonce: L::Vector) -> [L::Vector; 4] {
    let [w16, w17, w18, w19] = splat_all(simd, &prepared.schedule);
    [w16, w17, simd.add(w18, small_sigma0(simd, nonce)), simd.add(w19, nonce)]
}

/// The whole schedule from round 16 on of a header's second block.
#[inline(always)]
pub(super) fn schedule<L: Lanes>(simd: L, rows: &mut Rows<L, 1>, prepared: &Prepared, nonce: L::Vector) {
    for (row, word) in rows[16..20].iter_mut().zip(begin_schedule(simd, prepared, nonce)) {
        *row = [word];
    }
    unroll!(NUMBER in [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31], {
        rows[NUMBER] = [expand_padded(simd, rows, 0, NUMBER, &HEADER_PADDING)];
    });
    for number in 32..64 {
        rows[number] = [expand(simd, rows, 0, number)];
    }
}

/// The first hash of headers that differ in their nonces, from `first` on, with its schedule.
#[inline(always)]
pub(super) fn first_hash<L: Lanes, const STREAMS: usize>(
    simd: L,
    rows: &mut Rows<L, STREAMS>,
    prepared: &Prepared,
    mut first: u32,
) -> [State<L>; STREAMS] {
    let mut states = [splat_all(simd, &prepared.round_3); STREAMS];
    for stream in 0..STREAMS {
        let nonces = nonce_words(simd, first);
        first = first.wrapping_add(L::COUNT);
        states[stream] = with_word(simd, states[stream], nonces);
        let [w16, w17, w18, w19] = begin_schedule(simd, prepared, nonces);
        rows[16][stream] = w16;
        rows[17][stream] = w17;
        rows[18][stream] = w18;
        rows[19][stream] = w19;
    }
    unroll!(NUMBER in [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], {
        let added = simd.splat(ROUND[NUMBER].wrapping_add(HEADER_PADDING[NUMBER].unwrap_or(0)));
        for state in &mut states {
            *state = round(simd, *state, added);
        }
    });
    unroll!(NUMBER in [16, 17, 18, 19], {
        for stream in 0..STREAMS {
            let added = simd.add(rows[NUMBER][stream], simd.splat(ROUND[NUMBER]));
            states[stream] = round(simd, states[stream], added);
        }
    });
    unroll!(NUMBER in [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31], {
        states = padded_round(simd, rows, states, NUMBER, &HEADER_PADDING);
    });
    let mut number = 32;
    while number < 64 {
        states = eight_rounds(simd, rows, states, number);
        number += 8;
    }
    let midstate = splat_all(simd, &prepared.midstate);
    for state in &mut states {
        *state = add_all(simd, *state, midstate);
    }
    states
}

/// The second hash up to its last word, which is the most significant one of the work hash.
///
/// That word is final after round 60, and of the last four rounds before only `e` matters to it.
#[inline(always)]
pub(super) fn second_hash<L: Lanes, const STREAMS: usize>(
    simd: L,
    rows: &mut Rows<L, STREAMS>,
    digests: &[State<L>; STREAMS],
) -> [L::Vector; STREAMS] {
    let mut states = [splat_all(simd, &DIGEST_ROUND_0); STREAMS];
    for stream in 0..STREAMS {
        states[stream] = with_word(simd, states[stream], digests[stream][0]);
        for word in 0..8 {
            rows[word][stream] = digests[stream][word];
        }
    }
    unroll!(NUMBER in [1, 2, 3, 4, 5, 6, 7], {
        for stream in 0..STREAMS {
            let added = simd.add(digests[stream][NUMBER], simd.splat(ROUND[NUMBER]));
            states[stream] = round(simd, states[stream], added);
        }
    });
    unroll!(NUMBER in [8, 9, 10, 11, 12, 13, 14, 15], {
        let added = simd.splat(ROUND[NUMBER].wrapping_add(DIGEST_PADDING[NUMBER].unwrap_or(0)));
        for state in &mut states {
            *state = round(simd, *state, added);
        }
    });
    unroll!(NUMBER in [16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31], {
        states = padded_round(simd, rows, states, NUMBER, &DIGEST_PADDING);
    });
    let mut number = 32;
    while number < 56 {
        states = eight_rounds(simd, rows, states, number);
        number += 8;
    }
    unroll!(NUMBER in [56, 57, 58, 59, 60], {
        for stream in 0..STREAMS {
            let word = expand(simd, rows, stream, NUMBER);
            rows[NUMBER][stream] = word;
            let added = simd.add(word, simd.splat(ROUND[NUMBER]));
            states[stream] = match NUMBER {
                56 => round(simd, states[stream], added),
                _ => round_of_e(simd, states[stream], added),
            };
        }
    });
    let mut last_words = [simd.splat(0); STREAMS];
    for stream in 0..STREAMS {
        last_words[stream] = simd.add(states[stream][4], simd.splat(INITIAL[7]));
    }
    last_words
}

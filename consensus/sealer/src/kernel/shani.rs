//! The SHA extensions of x86: two rounds of one hash in an instruction.
//!
//! An instruction waits for the one before it for several cycles, so some nonces are interleaved.

use super::{
    goal::{lanes_below, Goal, Groups},
    sha256::{small_sigma0, Padding, Prepared, DIGEST_PADDING, HEADER_PADDING, INITIAL, ROUND},
};
use crate::engine::{Engine, OnHit, RootUse, Scanner};
use core::{arch::x86_64::*, ops::RangeInclusive};
use posw_primitives::{Target, WorkHeader};

/// Nonces that are interleaved.
const STREAMS: usize = 3;

/// Proof that the processor has the SHA extensions, and SSE up to 4.1.
#[derive(Clone, Copy)]
pub(super) struct ShaNi(());

impl ShaNi {
    pub(super) fn detect() -> Option<Self> {
        let detected =
            is_x86_feature_detected!("sha") && is_x86_feature_detected!("ssse3") && is_x86_feature_detected!("sse4.1");
        detected.then_some(Self(()))
    }
}

impl Engine for ShaNi {
    fn name(&self) -> &'static str {
        "sha-ni"
    }

    fn prepare(&self, header: &WorkHeader, target: Target, _: RootUse) -> Box<dyn Scanner> {
        let (prepared, goal) = (Prepared::new(header), Goal::new(target));
        Box::new(ShaNiScanner { _simd: *self, header: *header, prepared, goal })
    }
}

struct ShaNiScanner {
    /// The instructions may be used because this is here.
    _simd: ShaNi,
    header: WorkHeader,
    prepared: Prepared,
    goal: Goal,
}

impl Scanner for ShaNiScanner {
    fn roots(&self) -> u32 {
        1
    }

    fn scan(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
        // SAFETY: the scanner holds a `ShaNi`, so the processor has what the function is compiled for.
        unsafe { scan(self, nonces, on_hit) }
    }
}

#[target_feature(enable = "sha,ssse3,sse4.1")]
fn scan(scanner: &ShaNiScanner, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
    let ShaNiScanner { header, prepared, goal, .. } = scanner;
    let mut tried = 0;
    for group in Groups::new(&nonces, STREAMS) {
        let mut words = [0; STREAMS];
        for (word, nonce) in words.iter_mut().zip(0..) {
            *word = group.first.wrapping_add(nonce).swap_bytes();
        }
        let last_words = second_hash(first_hash(prepared, words));
        let mut lanes = 0;
        for (stream, word) in last_words.into_iter().enumerate() {
            lanes |= u64::from(goal.may_be_met_by(word)) << stream;
        }
        lanes &= lanes_below(group.count);
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

/// Four words, the first in the lowest lane.
type Quad = __m128i;

/// A state as the instructions take it: `[f, e, b, a]` and `[h, g, d, c]`.
#[derive(Clone, Copy)]
struct State {
    feba: Quad,
    hgdc: Quad,
}

impl State {
    #[inline]
    #[target_feature(enable = "sha,ssse3,sse4.1")]
    fn new([a, b, c, d, e, f, g, h]: [u32; 8]) -> Self {
        Self { feba: quad([f, e, b, a]), hgdc: quad([h, g, d, c]) }
    }

    /// Four rounds, `added` being the sums of their constants and their words of the schedule.
    #[inline]
    #[target_feature(enable = "sha,ssse3,sse4.1")]
    fn four_rounds(self, added: Quad) -> Self {
        // What an instruction puts out is the new `feba`, and the old one is the new `hgdc`.
        let after_two = _mm_sha256rnds2_epu32(self.hgdc, self.feba, added);
        let after_four = _mm_sha256rnds2_epu32(self.feba, after_two, upper_half(added));
        Self { feba: after_four, hgdc: after_two }
    }

    /// The word `h` as it is three rounds after the first of `added`, that is `e` after that round.
    #[inline]
    #[target_feature(enable = "sha,ssse3,sse4.1")]
    fn e_after_round(self, added: Quad) -> u32 {
        // The instruction does one round more, which makes `e` to `f`.
        let feba = _mm_sha256rnds2_epu32(self.hgdc, self.feba, added);
        _mm_cvtsi128_si32(feba).cast_unsigned()
    }

    #[inline]
    #[target_feature(enable = "sha,ssse3,sse4.1")]
    fn add(self, other: Self) -> Self {
        Self { feba: _mm_add_epi32(self.feba, other.feba), hgdc: _mm_add_epi32(self.hgdc, other.hgdc) }
    }

    /// `[a, b, c, d]` and `[e, f, g, h]`.
    #[inline]
    #[target_feature(enable = "sha,ssse3,sse4.1")]
    fn in_order(self) -> [Quad; 2] {
        let abef = _mm_shuffle_epi32::<0b00_01_10_11>(self.feba);
        let cdgh = _mm_shuffle_epi32::<0b00_01_10_11>(self.hgdc);
        [_mm_unpacklo_epi64(abef, cdgh), _mm_unpackhi_epi64(abef, cdgh)]
    }
}

/// The last sixteen words of the schedule, four more words on.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn expand([w0, w4, w8, w12]: [Quad; 4]) -> [Quad; 4] {
    let nine_on = _mm_alignr_epi8::<4>(w12, w8);
    let sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w4), nine_on);
    [w4, w8, w12, _mm_sha256msg2_epu32(sum, w12)]
}

/// The first hashes, of headers with the nonce words `nonces`.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn first_hash(prepared: &Prepared, nonces: [u32; STREAMS]) -> [State; STREAMS] {
    let mut states = [State::new(prepared.round_3); STREAMS];
    let mut words = [[
        padding(&HEADER_PADDING, 0),
        padding(&HEADER_PADDING, 1),
        padding(&HEADER_PADDING, 2),
        padding(&HEADER_PADDING, 3),
    ]; STREAMS];
    for stream in 0..STREAMS {
        let nonce = nonces[stream];
        states[stream].feba = _mm_add_epi32(states[stream].feba, quad([0, nonce, 0, nonce]));
        let [_, w4, w8, w12] = words[stream];
        let w16 = _mm_add_epi32(quad(prepared.schedule), quad([0, 0, small_sigma0(nonce), nonce]));
        words[stream] = [w4, w8, w12, w16];
    }
    unroll!(PLACE in [1, 2, 3], {
        for stream in 0..STREAMS {
            states[stream] = states[stream].four_rounds(_mm_add_epi32(words[stream][PLACE - 1], constants(PLACE)));
        }
    });
    unroll!(PLACE in [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], {
        for stream in 0..STREAMS {
            if PLACE > 4 {
                words[stream] = expand(words[stream]);
            }
            states[stream] = states[stream].four_rounds(_mm_add_epi32(words[stream][3], constants(PLACE)));
        }
    });
    for state in &mut states {
        *state = state.add(State::new(prepared.midstate));
    }
    states
}

/// The last words of the second hashes, which are the most significant ones of the work hashes.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn second_hash(digests: [State; STREAMS]) -> [u32; STREAMS] {
    let mut states = [State::new(INITIAL); STREAMS];
    let mut words = [[_mm_setzero_si128(); 4]; STREAMS];
    for stream in 0..STREAMS {
        let [w0, w4] = digests[stream].in_order();
        words[stream] = [w0, w4, padding(&DIGEST_PADDING, 2), padding(&DIGEST_PADDING, 3)];
    }
    unroll!(PLACE in [0, 1, 2, 3], {
        for stream in 0..STREAMS {
            states[stream] = states[stream].four_rounds(_mm_add_epi32(words[stream][PLACE], constants(PLACE)));
        }
    });
    unroll!(PLACE in [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], {
        for stream in 0..STREAMS {
            words[stream] = expand(words[stream]);
            states[stream] = states[stream].four_rounds(_mm_add_epi32(words[stream][3], constants(PLACE)));
        }
    });
    let mut last_words = [0; STREAMS];
    for stream in 0..STREAMS {
        let [.., w60] = expand(words[stream]);
        let e = states[stream].e_after_round(_mm_add_epi32(w60, constants(15)));
        last_words[stream] = e.wrapping_add(INITIAL[7]);
    }
    last_words
}

#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn quad([w0, w1, w2, w3]: [u32; 4]) -> Quad {
    _mm_set_epi32(w3.cast_signed(), w2.cast_signed(), w1.cast_signed(), w0.cast_signed())
}

/// The two upper words of a quad, in both halves.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn upper_half(x: Quad) -> Quad {
    _mm_shuffle_epi32::<0b11_10_11_10>(x)
}

/// The constants of four rounds, the first of which is `4 * place`.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn constants(place: usize) -> Quad {
    quad([0, 1, 2, 3].map(|index| ROUND[4 * place + index]))
}

/// Four words of padding, zeros where it leaves a word to the message.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn padding(padding: &Padding, place: usize) -> Quad {
    quad([0, 1, 2, 3].map(|index| padding[4 * place + index].unwrap_or(0)))
}

//! The SHA extensions of x86: two rounds in an instruction.

use super::{
    quads::{Interleaved, Quads},
    scan::{instructions, InlinedScan, Instructions},
};
use crate::engine::{Engine, OnHit, RootUse, Scanner};
use core::{arch::x86_64::*, ops::RangeInclusive};
use posw_primitives::{Target, WorkHeader};

/// Nonces that are interleaved.
const STREAMS: usize = 4;

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
        Box::new(Interleaved::<_, STREAMS>::new(*self, header, target))
    }
}

instructions!(ShaNi, "sha,ssse3,sse4.1");

/// Uses instructions that the processor has because there is a `ShaNi`.
macro_rules! instruction {
    ($call:expr) => {
        // SAFETY: a `ShaNi` exists only where the processor has them, see `detect`.
        unsafe { $call }
    };
}

/// A state is `[f, e, b, a]` and `[h, g, d, c]`, the lowest lane first.
impl Quads for ShaNi {
    type Quad = __m128i;

    #[inline(always)]
    fn quad(self, [w0, w1, w2, w3]: [u32; 4]) -> __m128i {
        instruction!(_mm_set_epi32(w3.cast_signed(), w2.cast_signed(), w1.cast_signed(), w0.cast_signed()))
    }

    #[inline(always)]
    fn add(self, x: __m128i, y: __m128i) -> __m128i {
        instruction!(_mm_add_epi32(x, y))
    }

    #[inline(always)]
    fn state(self, [a, b, c, d, e, f, g, h]: [u32; 8]) -> [__m128i; 2] {
        [self.quad([f, e, b, a]), self.quad([h, g, d, c])]
    }

    #[inline(always)]
    fn in_order(self, [feba, hgdc]: [__m128i; 2]) -> [__m128i; 2] {
        instruction!({
            let abef = _mm_shuffle_epi32::<0b00_01_10_11>(feba);
            let cdgh = _mm_shuffle_epi32::<0b00_01_10_11>(hgdc);
            [_mm_unpacklo_epi64(abef, cdgh), _mm_unpackhi_epi64(abef, cdgh)]
        })
    }

    #[inline(always)]
    fn four_rounds(self, [feba, hgdc]: [__m128i; 2], added: __m128i) -> [__m128i; 2] {
        // Two rounds make a new `feba`, and the old one is then `hgdc`. They use the lower half of `added`.
        instruction!({
            let after_two = _mm_sha256rnds2_epu32(hgdc, feba, added);
            let upper_half = _mm_shuffle_epi32::<0b11_10_11_10>(added);
            [_mm_sha256rnds2_epu32(feba, after_two, upper_half), after_two]
        })
    }

    #[inline(always)]
    fn e_after_round(self, [feba, hgdc]: [__m128i; 2], added: __m128i) -> u32 {
        // The second of the two rounds makes `e` to `f`, in the lowest lane.
        instruction!(_mm_cvtsi128_si32(_mm_sha256rnds2_epu32(hgdc, feba, added)).cast_unsigned())
    }

    #[inline(always)]
    fn expand(self, [w0, w4, w8, w12]: [__m128i; 4]) -> __m128i {
        instruction!({
            let w9 = _mm_alignr_epi8::<4>(w12, w8);
            _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(w0, w4), w9), w12)
        })
    }
}

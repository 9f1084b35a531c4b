//! AVX2: eight lanes; a rotation is three instructions.

use super::{
    lanes::Lanes,
    roots,
    scan::{instructions, InlinedScan, Instructions},
};
use crate::engine::{Engine, OnHit, RootUse, Scanner};
use core::{arch::x86_64::*, ops::RangeInclusive};
use posw_primitives::{Target, WorkHeader};

/// Vectors that are interleaved, where every lane has a nonce of its own.
const NONCE_STREAMS: usize = 2;
/// Vectors that are interleaved in the first and in the second hash, where every lane has a root or version of its own.
const ROOT_STREAMS: (usize, usize) = (2, 2);

/// Proof that the processor has AVX2.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

impl Engine for Avx2 {
    fn name(&self) -> &'static str {
        "avx2"
    }

    fn prepare(&self, header: &WorkHeader, target: Target, root: RootUse) -> Box<dyn Scanner> {
        roots::prepare::<_, { ROOT_STREAMS.0 }, { ROOT_STREAMS.1 }, NONCE_STREAMS>(*self, header, target, root)
    }
}

instructions!(Avx2, "avx2");

/// Calls an instruction that the processor has because there is an `Avx2`.
macro_rules! instruction {
    ($call:expr) => {
        // SAFETY: an `Avx2` exists only where the processor has AVX2, see `detect`.
        unsafe { $call }
    };
}

impl Lanes for Avx2 {
    type Vector = __m256i;
    type Numbers = [u32; 8];
    const COUNT: u32 = 8;

    #[inline(always)]
    fn load(self, numbers: [u32; 8]) -> __m256i {
        // SAFETY: as in `instruction!`, and the address is that of 32 bytes, of any alignment.
        unsafe { _mm256_loadu_si256(numbers.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, x: __m256i) -> [u32; 8] {
        let mut numbers = [0_u32; 8];
        // SAFETY: as in `instruction!`, and the address is that of 32 bytes of our own, of any alignment.
        unsafe { _mm256_storeu_si256(numbers.as_mut_ptr().cast(), x) };
        numbers
    }

    #[inline(always)]
    fn splat(self, number: u32) -> __m256i {
        instruction!(_mm256_set1_epi32(number.cast_signed()))
    }

    #[inline(always)]
    fn add(self, x: __m256i, y: __m256i) -> __m256i {
        instruction!(_mm256_add_epi32(x, y))
    }

    #[inline(always)]
    fn add_now(self, x: __m256i, y: __m256i) -> __m256i {
        instruction!(opaque(_mm256_add_epi32(x, y)))
    }

    #[inline(always)]
    fn xor3(self, x: __m256i, y: __m256i, z: __m256i) -> __m256i {
        instruction!(_mm256_xor_si256(_mm256_xor_si256(x, y), z))
    }

    #[inline(always)]
    fn choice(self, x: __m256i, y: __m256i, z: __m256i) -> __m256i {
        instruction!(_mm256_xor_si256(_mm256_and_si256(_mm256_xor_si256(y, z), x), z))
    }

    #[inline(always)]
    fn majority(self, x: __m256i, y: __m256i, z: __m256i) -> __m256i {
        // `x ^ y` is the next round's `y ^ z`, which the compiler sees.
        instruction!(_mm256_xor_si256(_mm256_and_si256(_mm256_xor_si256(x, y), _mm256_xor_si256(y, z)), y))
    }

    #[inline(always)]
    fn rotate_right<const BITS: i32>(self, x: __m256i) -> __m256i {
        instruction!(_mm256_or_si256(_mm256_srli_epi32::<BITS>(x), _mm256_sll_epi32(x, _mm_cvtsi32_si128(32 - BITS))))
    }

    #[inline(always)]
    fn shift_right<const BITS: i32>(self, x: __m256i) -> __m256i {
        instruction!(_mm256_srli_epi32::<BITS>(x))
    }

    #[inline(always)]
    fn swap_bytes(self, x: __m256i) -> __m256i {
        instruction!({
            let half = _mm_set_epi32(0x0c0d_0e0f, 0x0809_0a0b, 0x0405_0607, 0x0001_0203);
            _mm256_shuffle_epi8(x, _mm256_broadcastsi128_si256(half))
        })
    }

    #[inline(always)]
    fn at_most(self, x: __m256i, y: __m256i) -> u64 {
        let least = instruction!(_mm256_cmpeq_epi32(_mm256_min_epu32(x, y), x));
        let signs = instruction!(_mm256_movemask_ps(_mm256_castsi256_ps(least)));
        u64::from(signs.cast_unsigned())
    }
}

/// `x`, of which the compiler knows no longer how it came about.
#[inline]
#[target_feature(enable = "avx2")]
fn opaque(mut x: __m256i) -> __m256i {
    // SAFETY: there is no instruction; `x` stays as it is.
    unsafe { core::arch::asm!("/* {0} */", inlateout(ymm_reg) x, options(pure, nomem, nostack, preserves_flags)) };
    x
}

//! AVX-512: sixteen lanes; a rotation or any logic of three operands is one instruction.

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
const ROOT_STREAMS: (usize, usize) = (3, 2);

/// Proof that the processor has AVX-512 F and BW.
#[derive(Clone, Copy)]
pub(super) struct Avx512(());

impl Avx512 {
    pub(super) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw")).then_some(Self(()))
    }
}

impl Engine for Avx512 {
    fn name(&self) -> &'static str {
        "avx512"
    }

    fn prepare(&self, header: &WorkHeader, target: Target, root: RootUse) -> Box<dyn Scanner> {
        roots::prepare::<_, { ROOT_STREAMS.0 }, { ROOT_STREAMS.1 }, NONCE_STREAMS>(*self, header, target, root)
    }
}

instructions!(Avx512, "avx512f,avx512bw");

/// Calls an instruction that the processor has because there is an `Avx512`.
macro_rules! instruction {
    ($call:expr) => {
        // SAFETY: an `Avx512` exists only where the processor has AVX-512 F and BW, see `detect`.
        unsafe { $call }
    };
}

impl Lanes for Avx512 {
    type Vector = __m512i;
    type Numbers = [u32; 16];
    const COUNT: u32 = 16;

    #[inline(always)]
    fn load(self, numbers: [u32; 16]) -> __m512i {
        // SAFETY: as in `instruction!`, and the address is that of 64 bytes, of any alignment.
        unsafe { _mm512_loadu_si512(numbers.as_ptr().cast()) }
    }

    #[inline(always)]
    fn store(self, x: __m512i) -> [u32; 16] {
        let mut numbers = [0_u32; 16];
        // SAFETY: as in `instruction!`, and the address is that of 64 bytes of our own, of any alignment.
        unsafe { _mm512_storeu_si512(numbers.as_mut_ptr().cast(), x) };
        numbers
    }

    #[inline(always)]
    fn splat(self, number: u32) -> __m512i {
        instruction!(_mm512_set1_epi32(number.cast_signed()))
    }

    #[inline(always)]
    fn add(self, x: __m512i, y: __m512i) -> __m512i {
        instruction!(_mm512_add_epi32(x, y))
    }

    #[inline(always)]
    fn add_now(self, x: __m512i, y: __m512i) -> __m512i {
        instruction!(opaque(_mm512_add_epi32(x, y)))
    }

    #[inline(always)]
    fn xor3(self, x: __m512i, y: __m512i, z: __m512i) -> __m512i {
        instruction!(_mm512_ternarylogic_epi32::<0b1001_0110>(x, y, z))
    }

    #[inline(always)]
    fn choice(self, x: __m512i, y: __m512i, z: __m512i) -> __m512i {
        instruction!(_mm512_ternarylogic_epi32::<0b1100_1010>(x, y, z))
    }

    #[inline(always)]
    fn majority(self, x: __m512i, y: __m512i, z: __m512i) -> __m512i {
        instruction!(_mm512_ternarylogic_epi32::<0b1110_1000>(x, y, z))
    }

    #[inline(always)]
    fn rotate_right<const BITS: i32>(self, x: __m512i) -> __m512i {
        instruction!(_mm512_ror_epi32::<BITS>(x))
    }

    #[inline(always)]
    fn shift_right<const BITS: i32>(self, x: __m512i) -> __m512i {
        instruction!(_mm512_srl_epi32(x, _mm_cvtsi32_si128(BITS)))
    }

    #[inline(always)]
    fn swap_bytes(self, x: __m512i) -> __m512i {
        instruction!(_mm512_shuffle_epi8(x, _mm512_set4_epi32(0x0c0d_0e0f, 0x0809_0a0b, 0x0405_0607, 0x0001_0203)))
    }

    #[inline(always)]
    fn at_most(self, x: __m512i, y: __m512i) -> u64 {
        u64::from(instruction!(_mm512_cmple_epu32_mask(x, y)))
    }
}

/// `x`, of which the compiler knows no longer how it came about.
#[inline]
#[target_feature(enable = "avx512f")]
fn opaque(mut x: __m512i) -> __m512i {
    // SAFETY: there is no instruction; `x` stays as it is.
    unsafe { core::arch::asm!("/* {0} */", inlateout(zmm_reg) x, options(pure, nomem, nostack, preserves_flags)) };
    x
}

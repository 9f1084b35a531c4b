//! The SHA-2 extension of 64-bit ARM: four rounds in two instructions.
//!
//! Tested under an emulator, `qemu-aarch64`; its speed on a processor was not measured.

use super::{
    quads::{Interleaved, Quads},
    scan::{instructions, InlinedScan, Instructions},
};
use crate::engine::{Engine, OnHit, RootUse, Scanner};
use core::{arch::aarch64::*, ops::RangeInclusive};
use posw_primitives::{Target, WorkHeader};
use std::arch::is_aarch64_feature_detected;

/// Nonces that are interleaved.
const STREAMS: usize = 2;

/// Proof that the processor has the SHA-2 extension, and vectors.
#[derive(Clone, Copy)]
pub(super) struct Sha2(());

impl Sha2 {
    pub(super) fn detect() -> Option<Self> {
        (is_aarch64_feature_detected!("neon") && is_aarch64_feature_detected!("sha2")).then_some(Self(()))
    }
}

impl Engine for Sha2 {
    fn name(&self) -> &'static str {
        "aarch64-sha2"
    }

    fn prepare(&self, header: &WorkHeader, target: Target, _: RootUse) -> Box<dyn Scanner> {
        Box::new(Interleaved::<_, STREAMS>::new(*self, header, target))
    }
}

instructions!(Sha2, "neon,sha2");

/// Uses instructions that the processor has because there is a `Sha2`.
macro_rules! instruction {
    ($call:expr) => {
        // SAFETY: a `Sha2` exists only where the processor has them, see `detect`.
        unsafe { $call }
    };
}

/// A state is in its own order.
impl Quads for Sha2 {
    type Quad = uint32x4_t;

    #[inline(always)]
    fn quad(self, words: [u32; 4]) -> uint32x4_t {
        // SAFETY: as in `instruction!`, and the address is that of four words.
        unsafe { vld1q_u32(words.as_ptr()) }
    }

    #[inline(always)]
    fn add(self, x: uint32x4_t, y: uint32x4_t) -> uint32x4_t {
        instruction!(vaddq_u32(x, y))
    }

    #[inline(always)]
    fn state(self, [a, b, c, d, e, f, g, h]: [u32; 8]) -> [uint32x4_t; 2] {
        [self.quad([a, b, c, d]), self.quad([e, f, g, h])]
    }

    #[inline(always)]
    fn in_order(self, state: [uint32x4_t; 2]) -> [uint32x4_t; 2] {
        state
    }

    #[inline(always)]
    fn four_rounds(self, [abcd, efgh]: [uint32x4_t; 2], added: uint32x4_t) -> [uint32x4_t; 2] {
        instruction!(four_rounds(abcd, efgh, added))
    }

    #[inline(always)]
    fn e_after_round(self, [abcd, efgh]: [uint32x4_t; 2], added: uint32x4_t) -> u32 {
        // Three rounds more make `e` to `h`.
        instruction!(vgetq_lane_u32::<3>(four_rounds(abcd, efgh, added)[1]))
    }

    #[inline(always)]
    fn expand(self, words: [uint32x4_t; 4]) -> uint32x4_t {
        instruction!(expand(words))
    }
}

#[inline]
#[target_feature(enable = "neon,sha2")]
fn four_rounds(abcd: uint32x4_t, efgh: uint32x4_t, added: uint32x4_t) -> [uint32x4_t; 2] {
    [vsha256hq_u32(abcd, efgh, added), vsha256h2q_u32(efgh, abcd, added)]
}

#[inline]
#[target_feature(enable = "neon,sha2")]
fn expand([w0, w4, w8, w12]: [uint32x4_t; 4]) -> uint32x4_t {
    vsha256su1q_u32(vsha256su0q_u32(w0, w4), w8, w12)
}

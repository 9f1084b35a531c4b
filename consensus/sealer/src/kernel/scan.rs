//! What hashes have to meet, how a range of nonces is gone through, and how code comes to be compiled for instructions.

use crate::engine::OnHit;
use core::ops::RangeInclusive;
use posw_primitives::{Target, WorkHeader};

/// Instructions that not every processor of the architecture has.
///
/// A value is the proof that the processor has them: it is made only where that was checked. So who holds one may use them.
pub(super) trait Instructions: Copy + Send + Sync + 'static {
    /// Runs the scan, compiled for the instructions.
    fn run(self, scan: &mut impl InlinedScan, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64;
}

/// A scan over any [`Instructions`]. They are single instructions only where the code around them is compiled for them, too:
/// everything from here down to them has to be inlined, into [`Instructions::run`].
pub(super) trait InlinedScan {
    /// See [`Scanner::scan`](crate::Scanner::scan).
    fn scan_inlined(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64;
}

/// Implements [`Instructions`] for a type that stands for target features.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
macro_rules! instructions {
    ($name:ty, $features:literal) => {
        impl Instructions for $name {
            fn run(self, scan: &mut impl InlinedScan, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
                #[target_feature(enable = $features)]
                fn compiled(scan: &mut impl InlinedScan, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
                    scan.scan_inlined(nonces, on_hit)
                }
                // SAFETY: `self` exists only where the processor was found to have these features.
                unsafe { compiled(scan, nonces, on_hit) }
            }
        }
    };
}
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
pub(super) use instructions;

/// A target, and the part of it on which nearly every hash fails.
#[derive(Clone, Copy)]
pub(super) struct Goal {
    target: Target,
    /// The most significant 32 bits of the target.
    pub(super) highest_word: u32,
}

impl Goal {
    pub(super) fn new(target: Target) -> Self {
        let number = target.value().to_little_endian();
        Self { target, highest_word: number.last_chunk().copied().map_or(0, u32::from_le_bytes) }
    }

    /// Whether a hash meets the target; nearly every one that does not is known by its most significant word alone.
    pub(super) fn is_met_by(&self, hash: &[u8; 32]) -> bool {
        hash.last_chunk().is_some_and(|word| u32::from_le_bytes(*word) <= self.highest_word)
            && self.target.is_met_by(hash)
    }

    /// Whether a hash may meet the target, by its last word as SHA-256 reads it, which is its most significant one.
    pub(super) fn may_be_met_by(&self, last_word: u32) -> bool {
        last_word.swap_bytes() <= self.highest_word
    }

    /// Hands the headers of those `lanes` to `on_hit` that meet the target; returns the lane at which it broke off.
    #[cold]
    #[inline(never)]
    pub(super) fn check(
        &self,
        lanes: u64,
        header_of: impl Fn(u32) -> WorkHeader,
        on_hit: &mut OnHit<'_>,
    ) -> Option<u32> {
        (0..u64::BITS).filter(|lane| lanes >> lane & 1 != 0).find(|lane| {
            let header = header_of(*lane);
            self.target.is_met_by(&header.hash()) && on_hit(header).is_break()
        })
    }
}

/// Nonces that are tried together.
#[derive(Clone, Copy)]
pub(super) struct Group {
    pub(super) first: u32,
    /// At least 1, and less than there are lanes where the nonces end.
    pub(super) count: u32,
}

impl Group {
    /// The lanes that have nonces of the group, of 64 at most.
    pub(super) fn lanes(self) -> u64 {
        u64::MAX.checked_shr(u64::BITS.saturating_sub(self.count)).unwrap_or(0)
    }

    /// The group in groups of `size`.
    pub(super) fn split(self, size: u32) -> Groups {
        let next = u64::from(self.first);
        Groups { next, end: next + u64::from(self.count), size }
    }
}

/// Groups of `size` nonces, of which the last may be incomplete.
pub(super) struct Groups {
    next: u64,
    end: u64,
    size: u32,
}

impl Groups {
    pub(super) fn new(nonces: &RangeInclusive<u32>, size: u32) -> Self {
        Self { next: u64::from(*nonces.start()), end: u64::from(*nonces.end()) + 1, size }
    }
}

impl Iterator for Groups {
    type Item = Group;

    fn next(&mut self) -> Option<Group> {
        let first = u32::try_from(self.next).ok()?;
        let left = self.end.checked_sub(self.next).filter(|left| *left != 0)?;
        self.next += u64::from(self.size);
        Some(Group { first, count: u32::try_from(left).map_or(self.size, |left| left.min(self.size)) })
    }
}

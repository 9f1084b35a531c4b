//! What hashes have to meet, and how a range of nonces is gone through.

use crate::engine::OnHit;
use core::ops::RangeInclusive;
use posw_primitives::{Target, WorkHeader};

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

/// Nonces that are tried at once.
#[derive(Clone, Copy)]
pub(super) struct Group {
    pub(super) first: u32,
    /// How many of the lanes have nonces that are asked for.
    pub(super) count: u32,
}

/// Groups of `size` nonces, of which the last may be incomplete.
pub(super) struct Groups {
    next: u64,
    end: u64,
    size: u32,
}

impl Groups {
    pub(super) fn new(nonces: &RangeInclusive<u32>, size: usize) -> Self {
        let size = u32::try_from(size).expect("there are at most 64 lanes");
        Self { next: u64::from(*nonces.start()), end: u64::from(*nonces.end()) + 1, size }
    }
}

impl Iterator for Groups {
    type Item = Group;

    #[inline(always)]
    fn next(&mut self) -> Option<Group> {
        let left = self.end.checked_sub(self.next).filter(|left| *left != 0)?;
        let first = u32::try_from(self.next).ok()?;
        self.next += u64::from(self.size);
        Some(Group { first, count: u32::try_from(left).map_or(self.size, |left| left.min(self.size)) })
    }
}

/// The `count` lowest lanes.
pub(super) fn lanes_below(count: u32) -> u64 {
    u64::MAX.checked_shr(u64::BITS.saturating_sub(count)).unwrap_or(0)
}

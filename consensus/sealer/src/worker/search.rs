//! How the headers of a job are divided between threads.

use super::Job;
use crate::engine::RootUse;
use core::ops::RangeInclusive;
use posw_primitives::WorkHeader;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A job and how much of it has been given out.
pub(super) struct Search {
    pub(super) job: Job,
    /// Roots given out, where the root is free.
    roots: AtomicU64,
    /// Nonces given out, where the root is not free.
    nonces: Nonces,
}

impl Search {
    pub(super) fn new(job: Job) -> Self {
        Self { job, roots: AtomicU64::new(0), nonces: Nonces::default() }
    }

    /// The header that a thread is to search, and where the root is not free the nonces that all threads share. Where it is free
    /// the header is for the thread alone: headers are told apart by the first bytes of the root, which count them; 2^64 of
    /// them are not used up.
    pub(super) fn next_part(&self) -> (WorkHeader, Option<&Nonces>) {
        if self.job.root != RootUse::Free {
            return (self.job.header, Some(&self.nonces));
        }
        let mut header = self.job.header;
        header.root = [0; 32];
        if let Some(part) = header.root.first_chunk_mut() {
            *part = self.roots.fetch_add(1, Relaxed).to_le_bytes();
        }
        (header, None)
    }
}

/// The nonces of a header, from the first one on.
#[derive(Default)]
pub(super) struct Nonces {
    taken: AtomicU64,
}

impl Nonces {
    /// The next `count` nonces, fewer at the end of their space; `None` where they are used up.
    pub(super) fn take(&self, count: u32) -> Option<RangeInclusive<u32>> {
        let first = u32::try_from(self.taken.fetch_add(u64::from(count), Relaxed)).ok()?;
        Some(first..=first.saturating_add(count.saturating_sub(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_are_taken_once_and_up_to_the_last() {
        let nonces = Nonces::default();
        assert_eq!(nonces.take(10), Some(0..=9));
        assert_eq!(nonces.take(1), Some(10..=10));
        assert_eq!(nonces.take(u32::MAX - 14), Some(11..=u32::MAX - 4));
        assert_eq!(nonces.take(100), Some(u32::MAX - 3..=u32::MAX));
        assert_eq!(nonces.take(1), None);
        assert_eq!(nonces.take(u32::MAX), None);
    }
}

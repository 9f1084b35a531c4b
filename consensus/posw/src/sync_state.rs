//! Whether this node is catching up, by what it imports and not by what its peers claim (R5.3, R4.2).
//!
//! A peer that lies about its height must stop neither mining nor finality. The node is catching up while blocks that its
//! synchronisation fetched come in much faster than the chain makes them; a node alone, or at the tip, is not.

use parking_lot::Mutex;
use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

/// Imports older than this do not count.
const WINDOW: Duration = Duration::from_secs(10);
/// Blocks in the window that never mean that the node is catching up.
const FEW: usize = 8;
/// How many times faster than the chain's pace is catching up.
const PACE: u32 = 4;

/// Counts imports of initial synchronisation.
#[derive(Clone)]
pub struct SyncState(Arc<Mutex<Recent>>);

struct Recent {
    imports: VecDeque<Instant>,
    block_time: Duration,
}

impl SyncState {
    /// Nothing imported yet, on a chain with this block time.
    pub fn new(block_time: Duration) -> Self {
        Self(Arc::new(Mutex::new(Recent { imports: VecDeque::new(), block_time })))
    }

    /// The chain's block time has changed.
    pub fn set_block_time(&self, block_time: Duration) {
        self.0.lock().block_time = block_time;
    }

    /// A block that was fetched by initial synchronisation was imported.
    pub fn imported(&self, now: Instant) {
        let mut recent = self.0.lock();
        recent.forget(now);
        // More than the threshold is not needed to know that it is exceeded.
        if recent.imports.len() <= recent.threshold() {
            recent.imports.push_back(now);
        } else if let Some(last) = recent.imports.back_mut() {
            *last = now;
        }
    }

    /// Whether the node is catching up.
    pub fn is_syncing(&self, now: Instant) -> bool {
        let mut recent = self.0.lock();
        recent.forget(now);
        recent.imports.len() > recent.threshold()
    }
}

impl Recent {
    fn forget(&mut self, now: Instant) {
        while self.imports.front().is_some_and(|at| now.saturating_duration_since(*at) > WINDOW) {
            self.imports.pop_front();
        }
    }

    fn threshold(&self) -> usize {
        let millis = self.block_time.as_millis().max(1);
        let due = WINDOW.as_millis().saturating_mul(PACE.into()).checked_div(millis).unwrap_or_default();
        // Below a block time of a tenth of a millisecond nothing would be fast; such chains do not exist.
        usize::try_from(due).unwrap_or(usize::MAX).clamp(FEW, 100_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> (SyncState, Instant) {
        (SyncState::new(Duration::from_secs(3)), Instant::now())
    }

    #[test]
    fn a_node_alone_is_not_syncing() {
        let (state, start) = state();
        assert!(!state.is_syncing(start));
    }

    #[test]
    fn a_burst_is_syncing_until_it_is_over() {
        let (state, start) = state();
        (0..200).for_each(|i| state.imported(start + Duration::from_millis(10 * i)));
        assert!(state.is_syncing(start + Duration::from_secs(2)));
        assert!(!state.is_syncing(start + Duration::from_secs(13)));
    }

    #[test]
    fn blocks_at_the_chains_pace_are_not_syncing() {
        // A lying peer makes the SDK fetch every block as if by initial synchronisation.
        let (state, start) = state();
        for i in 0..20u64 {
            let now = start + Duration::from_secs(3 * i);
            state.imported(now);
            assert!(!state.is_syncing(now));
        }
    }
}

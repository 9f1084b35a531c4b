//! What the server has done, for whoever watches it.

use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use serde::Serialize;

/// A reading of the server's counters, since it was started, and gauges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// Connections that are open.
    pub connections: u64,
    /// Addresses that are banned.
    pub banned: u64,
    /// Workers that have an account.
    pub workers: u64,
    /// Connections accepted.
    pub admitted: u64,
    /// Connections not accepted, for a limit or a ban.
    pub turned_away: u64,
    /// Bans.
    pub bans: u64,
    /// Requests other than shares of authorized users that were refused.
    pub faults: u64,
    /// Shares accepted.
    pub accepted: u64,
    /// Shares that came after their job was replaced.
    pub stale: u64,
    /// Shares refused for another reason.
    pub rejected: u64,
    /// Blocks that the node imported.
    pub blocks: u64,
    /// Solutions that were too late for the node.
    pub blocks_stale: u64,
    /// Solutions that the node could not import.
    pub blocks_failed: u64,
    /// Times that the accounts could not be saved.
    pub save_failures: u64,
}

/// Counters behind [`Statistics`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) admitted: Counter,
    pub(crate) turned_away: Counter,
    pub(crate) bans: Counter,
    pub(crate) faults: Counter,
    pub(crate) accepted: Counter,
    pub(crate) stale: Counter,
    pub(crate) rejected: Counter,
    pub(crate) blocks: Counter,
    pub(crate) blocks_stale: Counter,
    pub(crate) blocks_failed: Counter,
    pub(crate) save_failures: Counter,
}

impl Counters {
    /// All counters; the gauges are zero.
    pub(crate) fn read(&self) -> Statistics {
        Statistics {
            admitted: self.admitted.read(),
            turned_away: self.turned_away.read(),
            bans: self.bans.read(),
            faults: self.faults.read(),
            accepted: self.accepted.read(),
            stale: self.stale.read(),
            rejected: self.rejected.read(),
            blocks: self.blocks.read(),
            blocks_stale: self.blocks_stale.read(),
            blocks_failed: self.blocks_failed.read(),
            save_failures: self.save_failures.read(),
            ..Statistics::default()
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Relaxed);
    }

    fn read(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

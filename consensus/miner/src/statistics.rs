//! What was done, counted.

use crate::event::{as_f64, Event};
use core::fmt;
use parking_lot::Mutex;
use posw_sealer::{Rate, Worker};
use posw_stratum::Difficulty;
use serde::{Serialize, Serializer};
use std::time::Instant;

/// What came of connections, jobs and shares since the miner was started.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Counts {
    /// The server whose work is searched; `None` where there is none.
    pub server: Option<String>,
    /// Difficulty of its shares.
    #[serde(serialize_with = "optional_number")]
    pub difficulty: Option<Difficulty>,
    /// Shares accepted.
    pub accepted: u64,
    /// Shares rejected other than for lateness.
    pub rejected: u64,
    /// Shares that came too late, and those not sent because they would have.
    pub stale: u64,
    /// Shares not sent because the server takes them too slowly, or not answered when the connection ended.
    pub dropped: u64,
    /// Accepted shares that solve a block.
    pub blocks: u64,
    /// Jobs searched.
    pub jobs: u64,
    /// Times that a server's work was begun.
    pub connections: u64,
    /// Times that such a connection has ended.
    pub disconnections: u64,
    /// Highest difficulty of an accepted share.
    #[serde(serialize_with = "optional_number")]
    pub best_difficulty: Option<Difficulty>,
}

/// Counts that are kept from the start of the miner on.
pub struct Statistics {
    started: Instant,
    counts: Mutex<Counts>,
}

/// The statistics at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Snapshot {
    /// Seconds since the miner was started.
    pub uptime_seconds: u64,
    /// Threads that hash.
    pub threads: usize,
    /// Hashes per second over the last ten seconds.
    pub hash_rate: u64,
    /// Hashes per second since the miner was started.
    pub mean_hash_rate: u64,
    /// Hashes computed.
    pub hashes: u64,
    /// Hashes that the kernel took for shares although they are none; above 0 the kernel or the machine is broken.
    pub faults: u64,
    /// Everything else.
    #[serde(flatten)]
    pub counts: Counts,
}

impl Default for Statistics {
    fn default() -> Self {
        Self { started: Instant::now(), counts: Mutex::default() }
    }
}

impl Statistics {
    /// Counts something.
    pub fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.counts.lock());
    }

    /// Counts what an event tells of shares.
    pub(crate) fn record(&self, event: &Event) {
        self.count(|counts| match event {
            Event::Accepted { difficulty, block, .. } => {
                counts.accepted += 1;
                counts.blocks += u64::from(*block);
                counts.best_difficulty = counts.best_difficulty.max(Some(*difficulty));
            }
            Event::Rejected { stale: true, .. } => counts.stale += 1,
            Event::Rejected { stale: false, .. } => counts.rejected += 1,
            _ => {}
        });
    }

    /// As they are now; `worker` is the one that does the hashing.
    pub fn snapshot(&self, worker: &Worker) -> Snapshot {
        let (work, uptime) = (worker.statistics(), self.started.elapsed());
        let mean = u128::from(work.hashes).saturating_mul(1_000).checked_div(uptime.as_millis()).unwrap_or(0);
        Snapshot {
            uptime_seconds: uptime.as_secs(),
            mean_hash_rate: u64::try_from(mean).unwrap_or(u64::MAX),
            threads: worker.threads(),
            hash_rate: worker.hash_rate(),
            hashes: work.hashes,
            faults: work.faults,
            counts: self.counts.lock().clone(),
        }
    }
}

/// One line for people.
impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counts { accepted, rejected, stale, dropped, blocks, .. } = self.counts;
        let (now, mean) = (Rate(self.hash_rate), Rate(self.mean_hash_rate));
        write!(f, "{now}, {mean} on average; shares: {accepted} accepted, {rejected} rejected, {stale} stale")?;
        for (count, what) in [(dropped, "dropped"), (blocks, "solved a block"), (self.faults, "wrong hashes")] {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        if let Some(best) = self.counts.best_difficulty {
            write!(f, "; best {best}")?;
        }
        match self.counts.server {
            Some(_) => Ok(()),
            None => f.write_str("; not connected"),
        }
    }
}

fn optional_number<S: Serializer>(difficulty: &Option<Difficulty>, serializer: S) -> Result<S::Ok, S::Error> {
    difficulty.map(as_f64).serialize(serializer)
}

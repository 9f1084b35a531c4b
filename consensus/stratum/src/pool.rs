//! What all connections share, and what the node asks the server.

use crate::{
    accounting::{Ledger, Shares, Worker},
    feed::{JobFeed, Outcome, Solution},
    gate::Gate,
    server::Config,
    session::{Event, Moment},
    statistics::{Counters, Statistics},
    store::{self, LoadError},
    user::User,
    wire::Refusal,
};
use core::{
    cmp::Reverse,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};
use parking_lot::Mutex;
use std::{
    io,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::{task::JoinHandle, time::Instant};

/// How often the workers are read, for which shares have to wait.
const SHOW_INTERVAL: Duration = Duration::from_secs(1);

/// The server as the rest of the node sees it.
pub struct Pool {
    pub(crate) config: Config,
    pub(crate) feed: JobFeed,
    pub(crate) gate: Arc<Gate>,
    pub(crate) counters: Counters,
    ledger: Mutex<Ledger>,
    /// The workers as they were last shown, and when.
    shown: Mutex<Option<(Duration, Arc<[Worker]>)>>,
    /// The accounts differ from those in the file.
    changed: AtomicBool,
    /// Held while the file is written.
    saving: Mutex<()>,
    started: Instant,
}

impl Pool {
    pub(crate) fn new(config: Config, feed: JobFeed) -> Result<Arc<Self>, LoadError> {
        let ledger = config.accounts.as_deref().map(store::load).transpose()?.unwrap_or_default();
        Ok(Arc::new(Self {
            gate: Gate::new(config.limits),
            config,
            feed,
            counters: Counters::default(),
            ledger: Mutex::new(ledger),
            shown: Mutex::default(),
            changed: AtomicBool::new(false),
            saving: Mutex::default(),
            started: Instant::now(),
        }))
    }

    /// Counters and gauges.
    pub fn statistics(&self) -> Statistics {
        // A 64-bit count holds every length.
        let count = |length| u64::try_from(length).unwrap_or(u64::MAX);
        Statistics {
            connections: count(self.gate.connections()),
            banned: count(self.gate.bans(self.now())),
            workers: count(self.ledger.lock().len()),
            ..self.counters.read()
        }
    }

    /// All workers, by name, as they were less than a second ago.
    pub fn workers(&self) -> Vec<Worker> {
        self.shown().to_vec()
    }

    /// The workers with the newest shares, at most so many and the newest first, as they were less than a second ago.
    pub fn newest_workers(&self, most: usize) -> Vec<Worker> {
        let shown = self.shown();
        let mut workers: Vec<&Worker> = shown.iter().collect();
        workers.sort_by_key(|worker| Reverse(worker.last_share));
        workers.into_iter().take(most).cloned().collect()
    }

    fn shown(&self) -> Arc<[Worker]> {
        let mut shown = self.shown.lock();
        let now = self.now();
        if let Some((at, workers)) = &*shown {
            if now.saturating_sub(*at) < SHOW_INTERVAL {
                return workers.clone();
            }
        }
        let workers: Arc<[Worker]> = self.ledger.lock().workers(now).into();
        *shown = Some((now, workers.clone()));
        workers
    }

    /// Shares towards blocks of `height` and higher.
    pub fn shares_since(&self, height: u32) -> Shares {
        // Added up where no share has to wait for it.
        let history = self.ledger.lock().history(height);
        history.shares()
    }

    /// Writes the accounts to their file, if there is one and it lacks something. Blocks the thread.
    ///
    /// # Errors
    /// Where the system refuses. It is counted, and the accounts are kept for the next time.
    pub fn save(&self) -> io::Result<()> {
        let Some(path) = self.config.accounts.as_deref() else { return Ok(()) };
        let _one_at_a_time = self.saving.lock();
        if !self.changed.swap(false, Relaxed) {
            return Ok(());
        }
        let ledger = self.ledger.lock().clone();
        store::save(&ledger, path).inspect_err(|_| {
            self.changed.store(true, Relaxed);
            self.counters.save_failures.add();
        })
    }

    /// As [`Self::save`], where nobody is there to be told.
    pub(crate) fn save_or_log(&self) {
        if let Err(error) = self.save() {
            log::warn!("The accounts of Stratum workers could not be saved: {error}");
        }
    }

    /// Since the server was started.
    pub(crate) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// The time for a session.
    pub(crate) fn moment(&self) -> Moment {
        Moment { monotonic: self.now(), unix: u32::try_from(unix_time()).unwrap_or(u32::MAX) }
    }

    /// Accounts what a line led to; a block is handed to the node by a task, which is returned.
    pub(crate) fn account(self: &Arc<Self>, event: Event) -> Option<JoinHandle<()>> {
        match event {
            Event::Accepted { user, height, hashes, solution } => {
                self.counters.accepted.add();
                self.ledger.lock().accept(user.as_str(), height, hashes, self.now(), unix_time());
                self.changed.store(true, Relaxed);
                solution.map(|solution| self.submit(solution, user, height))
            }
            Event::Refused { user, refusal: Refusal::Stale } => {
                self.counters.stale.add();
                self.ledger.lock().stale(user.as_str());
                self.changed.store(true, Relaxed);
                None
            }
            Event::Refused { user, refusal: _ } => {
                self.counters.rejected.add();
                self.ledger.lock().reject(user.as_str());
                self.changed.store(true, Relaxed);
                None
            }
            Event::Fault(_) => {
                self.counters.faults.add();
                None
            }
        }
    }

    fn submit(self: &Arc<Self>, solution: Solution, user: User, height: u32) -> JoinHandle<()> {
        let (pool, outcome) = (self.clone(), (self.feed.submit)(solution));
        tokio::spawn(async move { pool.settle(outcome.await, user.as_str(), height) })
    }

    /// Accounts what became of a solution.
    fn settle(&self, outcome: Outcome, user: &str, height: u32) {
        match outcome {
            Outcome::Imported => {
                log::info!("{user} has solved block {height}");
                self.ledger.lock().block(user);
                self.changed.store(true, Relaxed);
                self.counters.blocks.add();
            }
            Outcome::Stale => {
                log::debug!("The solution of {user} to block {height} came too late");
                self.counters.blocks_stale.add();
            }
            Outcome::Failed(reason) => {
                log::warn!("The solution of {user} to block {height} was not imported: {reason}");
                self.counters.blocks_failed.add();
            }
        }
    }
}

/// Seconds since 1970; zero where the clock is set before.
fn unix_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::watch;

    #[test]
    fn workers_are_listed_by_name_and_by_their_last_shares() {
        let feed = JobFeed::new(watch::channel(None).1, |_| async { Outcome::Stale });
        let pool = Pool::new(Config::new(([127, 0, 0, 1], 0).into()), feed).unwrap();
        for (user, last_share) in [("c", 7), ("a", 5), ("d", 9), ("b", 7)] {
            pool.ledger.lock().accept(user, 1, 1, Duration::ZERO, last_share);
        }
        let users = |workers: Vec<Worker>| workers.into_iter().map(|worker| worker.user).collect::<String>();
        assert_eq!(users(pool.workers()), "abcd");
        for (most, newest) in [(0, ""), (1, "d"), (3, "dbc"), (9, "dbca")] {
            assert_eq!(users(pool.newest_workers(most)), newest);
        }
    }
}

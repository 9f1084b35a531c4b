//! The threads that hash, and how one job after the other is rolled through them.

use crate::{
    statistics::{Snapshot, Statistics},
    work::{Roll, Share, Work},
};
use core::ops::ControlFlow;
use parking_lot::Mutex;
use posw_sealer::{Engine, Job, Listener, Priority, RootUse, Solution, Worker};
use std::{
    collections::VecDeque,
    io,
    sync::{Arc, OnceLock, Weak},
};
use tokio::sync::mpsc;

/// Shares that wait to be sent; what is found beyond them is dropped, so that no server can fill the memory.
const WAITING_SHARES: usize = 256;
/// Searches whose solutions still count: threads may find some shortly after the search was replaced.
const RECENT_SEARCHES: usize = 8;

/// Hashes for one connection at a time.
pub struct Rig {
    worker: Arc<Worker>,
    finder: Arc<Finder>,
}

/// Where the shares of a rig come out.
pub type Shares = mpsc::Receiver<Share>;

impl Rig {
    /// Threads that rest until there is work. What is found comes out of the second part.
    ///
    /// # Errors
    /// As [`Worker::set_threads`].
    pub fn new(
        engine: Arc<dyn Engine>,
        threads: usize,
        priority: Priority,
        duty_cycle: u8,
        statistics: Arc<Statistics>,
    ) -> io::Result<(Self, Shares)> {
        let (shares, receiver) = mpsc::channel(WAITING_SHARES);
        let finder =
            Arc::new(Finder { shares, statistics, worker: OnceLock::new(), searches: Mutex::new(Searches::new()) });
        let worker =
            Arc::new(Worker::with_priority(engine, threads, Box::new(ThreadListener(finder.clone())), priority)?);
        worker.set_duty_cycle(duty_cycle);
        // The cell was made above and is empty.
        let _ = finder.worker.set(Arc::downgrade(&worker));
        Ok((Self { worker, finder }, receiver))
    }

    /// Replaces the work in all threads; `None` lets them rest. Returns at once.
    ///
    /// Nothing that is found from now on is of work of another epoch.
    pub fn set_work(&self, work: Option<Arc<Work>>) {
        let mut searches = self.finder.searches.lock();
        self.worker.set_job(searches.replace(work));
    }

    /// What was done so far.
    pub fn snapshot(&self) -> Snapshot {
        self.finder.statistics.snapshot(&self.worker)
    }
}

/// Ends the threads while the worker is still there: none of them may be the last to hold it.
impl Drop for Rig {
    fn drop(&mut self) {
        // To have fewer threads never fails.
        let _ = self.worker.set_threads(0);
    }
}

/// Is told by the threads what they have found, and gives them more to search.
struct Finder {
    shares: mpsc::Sender<Share>,
    statistics: Arc<Statistics>,
    worker: OnceLock<Weak<Worker>>,
    /// Also held while the worker's job is replaced, so that both change together.
    searches: Mutex<Searches>,
}

/// The worker's end of the finder.
struct ThreadListener(Arc<Finder>);

impl Listener for ThreadListener {
    fn solved(&self, solution: Solution) -> ControlFlow<()> {
        let Self(finder) = self;
        // Locked until the share is sent, so that none follows a change of work.
        let searches = finder.searches.lock();
        let Some((work, roll)) = searches.find(solution.job) else {
            finder.statistics.count(|counts| counts.stale += 1);
            return ControlFlow::Continue(());
        };
        if finder.shares.try_send(Share { work, roll, header: solution.header }).is_err() {
            finder.statistics.count(|counts| counts.dropped += 1);
        }
        drop(searches);
        ControlFlow::Continue(())
    }

    /// On the thread that took the last nonces, so that all of them go on at once.
    fn exhausted(&self, job: u64) {
        let Self(finder) = self;
        let mut searches = finder.searches.lock();
        if let (Some(job), Some(worker)) = (searches.next_after(job), finder.worker.get().and_then(Weak::upgrade)) {
            worker.set_job(Some(job));
        }
    }
}

/// Which roots of which work have been given to the threads.
struct Searches {
    /// The last ones, the current one at the end.
    recent: VecDeque<Search>,
    /// Number of the next search.
    next: u64,
    /// Where the second extranonces of the current work begin. They go on from one job to the next, so that a job that is sent
    /// again is not searched again, and begin by chance, so that a connection with the former extranonce goes on elsewhere.
    start: u128,
}

#[derive(Clone)]
struct Search {
    number: u64,
    work: Arc<Work>,
    /// See [`Work::roll`].
    index: u64,
    roll: Roll,
}

impl Searches {
    fn new() -> Self {
        Self { recent: VecDeque::new(), next: 0, start: fastrand::u128(..) }
    }

    /// Begins with new work; returns the job for it.
    fn replace(&mut self, work: Option<Arc<Work>>) -> Option<Job> {
        if let Some(last) = self.recent.back() {
            self.start = self.start.wrapping_add(u128::from(last.index)).wrapping_add(1);
        }
        let epoch = work.as_ref().map(|work| work.epoch);
        self.recent.retain(|search| Some(search.work.epoch) == epoch);
        work.map(|work| self.begin(work, 0))
    }

    /// The job that follows on the `number`-th, if that is the last one.
    fn next_after(&mut self, number: u64) -> Option<Job> {
        let last = self.recent.back().filter(|search| search.number == number)?;
        let (work, index) = (last.work.clone(), last.index.checked_add(1)?);
        Some(self.begin(work, index))
    }

    fn begin(&mut self, work: Arc<Work>, index: u64) -> Job {
        let (number, roll) = (self.next, work.roll(self.start, index));
        self.next = self.next.wrapping_add(1);
        if self.recent.len() >= RECENT_SEARCHES {
            self.recent.pop_front();
        }
        let (header, target) = (work.header(roll), work.difficulty.target());
        let root = match work.version_mask {
            0 => RootUse::Fixed,
            mask => RootUse::Version(mask),
        };
        self.recent.push_back(Search { number, work, index, roll });
        Job { id: number, header, target, root }
    }

    fn find(&self, number: u64) -> Option<(Arc<Work>, Roll)> {
        let search = self.recent.iter().rev().find(|search| search.number == number)?;
        Some((search.work.clone(), search.roll))
    }
}

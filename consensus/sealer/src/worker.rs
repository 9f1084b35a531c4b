//! Threads that search for solutions of one job at a time.

use crate::{
    engine::{Engine, Scanner},
    rate::RateWindow,
};
use core::ops::{ControlFlow, RangeInclusive};
use parking_lot::{Condvar, Mutex};
use posw_primitives::{Target, WorkHeader};
use std::{
    io,
    sync::{
        atomic::{AtomicU64, Ordering::Relaxed},
        Arc,
    },
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};

/// Most threads of one worker.
pub const MAX_THREADS: usize = 1_024;

/// How long a thread scans before it looks for a change of job.
const BATCH_TIME: Duration = Duration::from_millis(1);
/// Nonces of a thread's first batch, before its speed is known.
const FIRST_BATCH: u32 = 512;
/// Time over which the hash rate is measured.
const RATE_SPAN: Duration = Duration::from_secs(10);

/// A work header to be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// The caller's name for the job; comes back with its solutions.
    pub id: u64,
    /// The header. The worker varies its root and nonce, whatever they are.
    pub header: WorkHeader,
    /// What a hash must meet: for a block, the target of the header's bits; for a share, an easier one.
    pub target: Target,
}

/// A header of a job that meets the job's target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solution {
    /// Name of the job, which may have been replaced in the meantime.
    pub job: u64,
    /// The header with the root and nonce found.
    pub header: WorkHeader,
}

/// What a worker has done since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Work hashes computed.
    pub hashes: u64,
    /// Solutions handed to the callback.
    pub solutions: u64,
    /// Headers that the engine reported although they do not meet the target; above 0 the engine is broken.
    pub faults: u64,
}

/// What is done with a solution: `Break` ends the job, `Continue` searches for more solutions of it.
pub type OnSolution = Box<dyn Fn(Solution) -> ControlFlow<()> + Send + Sync>;

/// Searches one job at a time on any number of threads; dropping it ends and joins them.
///
/// The callback runs on the thread that found the solution. It must not call [`Worker::set_threads`] or drop the worker,
/// which wait for that thread.
pub struct Worker {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    rate: Mutex<RateWindow>,
}

impl Worker {
    /// A worker without a job on `threads` threads.
    ///
    /// # Errors
    /// As [`Worker::set_threads`].
    pub fn new(engine: Arc<dyn Engine>, threads: usize, on_solution: OnSolution) -> io::Result<Self> {
        let worker = Self {
            shared: Arc::new(Shared {
                engine,
                on_solution,
                control: Mutex::default(),
                changed: Condvar::new(),
                change: AtomicU64::new(0),
                hashes: AtomicU64::new(0),
                solutions: AtomicU64::new(0),
                faults: AtomicU64::new(0),
            }),
            threads: Mutex::default(),
            rate: Mutex::new(RateWindow::new(RATE_SPAN, Instant::now(), 0)),
        };
        worker.set_threads(threads)?;
        Ok(worker)
    }

    /// Replaces the job; `None` lets the threads rest.
    ///
    /// Returns at once; the threads follow within about a millisecond.
    pub fn set_job(&self, job: Option<Job>) {
        let search = job.map(|job| Arc::new(Search { job, parts: AtomicU64::new(0) }));
        self.shared.update(|control| control.search = search);
    }

    /// Changes the number of threads, from 0 to [`MAX_THREADS`]; waits for those that it ends.
    ///
    /// # Errors
    /// Where the number is above [`MAX_THREADS`] or the system gives no more threads; those that run go on.
    pub fn set_threads(&self, threads: usize) -> io::Result<()> {
        if threads > MAX_THREADS {
            let message = format!("{threads} threads, at most {MAX_THREADS} are allowed");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let mut running = self.threads.lock();
        self.shared.update(|control| control.threads = threads);
        let kept = threads.min(running.len());
        running.split_off(kept).into_iter().for_each(join);
        for index in running.len()..threads {
            let shared = self.shared.clone();
            running.push(Builder::new().name(format!("sealer-{index}")).spawn(move || shared.run(index))?);
        }
        Ok(())
    }

    /// Number of threads.
    pub fn threads(&self) -> usize {
        self.threads.lock().len()
    }

    /// What was done so far.
    pub fn statistics(&self) -> Statistics {
        self.shared.statistics()
    }

    /// Hashes per second over the last seconds.
    pub fn hash_rate(&self) -> u64 {
        let hashes = self.shared.hashes.load(Relaxed);
        self.rate.lock().read(Instant::now(), hashes)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.update(|control| control.threads = 0);
        self.threads.get_mut().drain(..).for_each(join);
    }
}

/// A panic of a thread was reported by its hook when it happened; there is nothing to add to it.
fn join(thread: JoinHandle<()>) {
    let _ = thread.join();
}

/// What the threads are to do.
#[derive(Default)]
struct Control {
    search: Option<Arc<Search>>,
    threads: usize,
}

/// A job and how much of its search space has been given out.
struct Search {
    job: Job,
    parts: AtomicU64,
}

impl Search {
    /// A header of the job whose nonces nobody else scans: parts of the search space are told apart by the root, whose first
    /// bytes count them. 2^64 of them are not used up.
    fn next_part(&self) -> WorkHeader {
        let mut header = self.job.header;
        header.root = [0; 32];
        if let Some(part) = header.root.first_chunk_mut() {
            *part = self.parts.fetch_add(1, Relaxed).to_le_bytes();
        }
        header
    }
}

struct Shared {
    engine: Arc<dyn Engine>,
    on_solution: OnSolution,
    control: Mutex<Control>,
    changed: Condvar,
    /// Counts the changes of `control`; read between batches, without the lock.
    change: AtomicU64,
    hashes: AtomicU64,
    solutions: AtomicU64,
    faults: AtomicU64,
}

impl Shared {
    fn update(&self, change: impl FnOnce(&mut Control)) {
        let mut control = self.control.lock();
        change(&mut control);
        self.change.fetch_add(1, Relaxed);
        self.changed.notify_all();
    }

    fn statistics(&self) -> Statistics {
        Statistics {
            hashes: self.hashes.load(Relaxed),
            solutions: self.solutions.load(Relaxed),
            faults: self.faults.load(Relaxed),
        }
    }

    /// A thread from its beginning to its end.
    fn run(&self, index: usize) {
        while let Some((change, search)) = self.await_search(index) {
            let mut batch = Batch::default();
            while self.is_current(change) {
                self.scan_part(change, &search, &mut batch);
            }
        }
    }

    /// What to search, as of which change; `None` when the thread is to end.
    fn await_search(&self, index: usize) -> Option<(u64, Arc<Search>)> {
        let mut control = self.control.lock();
        loop {
            if index >= control.threads {
                return None;
            }
            if let Some(search) = &control.search {
                // Changes are counted under the lock.
                return Some((self.change.load(Relaxed), search.clone()));
            }
            self.changed.wait(&mut control);
        }
    }

    fn is_current(&self, change: u64) -> bool {
        self.change.load(Relaxed) == change
    }

    /// Scans one part of the search space, up to its end or the next change.
    fn scan_part(&self, change: u64, search: &Search, batch: &mut Batch) {
        let mut scanner = self.engine.prepare(&search.next_part(), search.job.target);
        let mut next = Some(0);
        while let Some(first) = next {
            if !self.is_current(change) {
                return;
            }
            let nonces = batch.nonces_from(first);
            next = nonces.end().checked_add(1);
            if let Some(header) = self.scan_batch(&mut *scanner, nonces, batch) {
                next = header.nonce.checked_add(1);
                self.report(change, &search.job, header);
            }
        }
    }

    fn scan_batch(
        &self,
        scanner: &mut dyn Scanner,
        nonces: RangeInclusive<u32>,
        batch: &mut Batch,
    ) -> Option<WorkHeader> {
        let started = Instant::now();
        let complete = nonces.clone();
        let scan = scanner.scan(nonces);
        self.hashes.fetch_add(scan.hashes, Relaxed);
        if scan.found.is_none() {
            batch.adapt(&complete, started.elapsed());
        }
        scan.found
    }

    /// Hands a header to the callback, if it is the solution that the engine says it is.
    fn report(&self, change: u64, job: &Job, header: WorkHeader) {
        if !job.target.is_met_by(&header.hash()) {
            self.faults.fetch_add(1, Relaxed);
            return;
        }
        self.solutions.fetch_add(1, Relaxed);
        if (self.on_solution)(Solution { job: job.id, header }).is_break() {
            self.finish(change);
        }
    }

    /// Ends the job of `change`, unless something changed since.
    fn finish(&self, change: u64) {
        let mut control = self.control.lock();
        if self.is_current(change) {
            control.search = None;
            self.change.fetch_add(1, Relaxed);
        }
    }
}

/// How many nonces a thread scans at a time.
struct Batch {
    size: u32,
}

impl Default for Batch {
    fn default() -> Self {
        Self { size: FIRST_BATCH }
    }
}

impl Batch {
    /// The next nonces, cut at the end of their space.
    fn nonces_from(&self, first: u32) -> RangeInclusive<u32> {
        first..=first.saturating_add(self.size.saturating_sub(1))
    }

    /// Sizes the next batch by how long one took, so that it takes [`BATCH_TIME`]; at most twice as many nonces as before.
    fn adapt(&mut self, nonces: &RangeInclusive<u32>, took: Duration) {
        let count = u128::from(nonces.end().saturating_sub(*nonces.start())).saturating_add(1);
        let fitting = count.saturating_mul(BATCH_TIME.as_nanos()) / took.as_nanos().max(1);
        let largest = self.size.saturating_mul(2);
        self.size = u32::try_from(fitting).unwrap_or(u32::MAX).clamp(1, largest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_end_with_the_nonces() {
        let batch = Batch { size: 10 };
        assert_eq!(batch.nonces_from(0), 0..=9);
        assert_eq!(batch.nonces_from(u32::MAX - 9), u32::MAX - 9..=u32::MAX);
        assert_eq!(batch.nonces_from(u32::MAX - 3), u32::MAX - 3..=u32::MAX);
    }

    #[test]
    fn batches_approach_their_time() {
        let mut batch = Batch { size: 1_000 };
        batch.adapt(&(0..=999), BATCH_TIME * 4);
        assert_eq!(batch.size, 250);
        batch.adapt(&(0..=249), BATCH_TIME / 100);
        assert_eq!(batch.size, 500, "grows at most twofold");
        batch.adapt(&(0..=499), BATCH_TIME * 10_000);
        assert_eq!(batch.size, 1);
        batch.adapt(&(0..=0), Duration::ZERO);
        assert_eq!(batch.size, 2);
    }
}

//! Threads that search for solutions of one job at a time.

mod pace;
mod search;
mod thread;

use crate::{
    engine::{Engine, RootUse},
    rate::RateWindow,
};
use core::ops::ControlFlow;
use parking_lot::Mutex;
use posw_primitives::{Target, WorkHeader};
use std::{
    io,
    sync::Arc,
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};
use thread::Shared;

/// Most threads of one worker.
pub const MAX_THREADS: usize = 1_024;

/// Time over which the hash rate is measured.
const RATE_SPAN: Duration = Duration::from_secs(10);

/// A work header to be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// The caller's name for the job; comes back with its solutions.
    pub id: u64,
    /// The header. The worker varies its nonce, whatever it is, and its root as far as `root` allows.
    pub header: WorkHeader,
    /// What a hash must meet: for a block, the target of the header's bits; for a share, an easier one.
    pub target: Target,
    /// What may be varied besides the nonce. Where the root is not free, the job ends when all nonces are tried.
    pub root: RootUse,
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
    /// Work hashes computed, but for those of the batches under way.
    pub hashes: u64,
    /// Solutions handed to the listener.
    pub solutions: u64,
    /// Headers that the engine reported although they do not meet the target; above 0 the engine is broken.
    pub faults: u64,
}

/// Who is told what comes of jobs, on the thread on which it happens.
///
/// It may call [`Worker::set_job`], but not [`Worker::set_threads`] or drop the worker, which wait for that thread.
pub trait Listener: Send + Sync {
    /// A solution was found. `Break` ends the job, `Continue` searches for more solutions of it.
    fn solved(&self, solution: Solution) -> ControlFlow<()>;

    /// A thread begins to search a job, or goes on with it after a change of the worker's settings.
    fn begun(&self, _job: u64) {}

    /// The last nonces of a job whose root is not free were given out, so that the worker has no work left. Solutions may still
    /// follow from threads that try the last nonces. Called once for a job.
    fn exhausted(&self, _job: u64) {}
}

/// For jobs with a free root, which are never exhausted.
impl<F: Fn(Solution) -> ControlFlow<()> + Send + Sync> Listener for F {
    fn solved(&self, solution: Solution) -> ControlFlow<()> {
        self(solution)
    }
}

/// How threads compete for processors with everything else on the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// They get the time that others leave. On systems other than Linux as `Normal`.
    #[default]
    Low,
    /// As any other thread.
    Normal,
}

/// Searches one job at a time on any number of threads; dropping it ends and joins them.
pub struct Worker {
    shared: Arc<Shared>,
    priority: Priority,
    threads: Mutex<Vec<JoinHandle<()>>>,
    rate: Mutex<RateWindow>,
}

impl Worker {
    /// A worker without a job on `threads` threads of low priority.
    ///
    /// # Errors
    /// As [`Worker::set_threads`].
    pub fn new(engine: Arc<dyn Engine>, threads: usize, listener: Box<dyn Listener>) -> io::Result<Self> {
        Self::with_priority(engine, threads, listener, Priority::Low)
    }

    /// A worker without a job on `threads` threads.
    ///
    /// # Errors
    /// As [`Worker::set_threads`].
    pub fn with_priority(
        engine: Arc<dyn Engine>,
        threads: usize,
        listener: Box<dyn Listener>,
        priority: Priority,
    ) -> io::Result<Self> {
        let worker = Self {
            shared: Arc::new(Shared::new(engine, listener)),
            priority,
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
        self.shared.set_job(job);
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
            let (shared, priority) = (self.shared.clone(), self.priority);
            let name = format!("sealer-{index}");
            running.push(Builder::new().name(name).spawn(move || shared.run(index, priority))?);
        }
        Ok(())
    }

    /// Number of threads.
    pub fn threads(&self) -> usize {
        self.threads.lock().len()
    }

    /// Turns the search on or off; at first it is on. Jobs are taken while it is off and searched when it is on again.
    pub fn set_enabled(&self, enabled: bool) {
        self.shared.update(|control| control.enabled = enabled);
    }

    /// Whether the search is on.
    pub fn is_enabled(&self) -> bool {
        self.shared.control(|control| control.enabled)
    }

    /// Sets the share of its time, in percent, that each thread searches instead of resting: at first 100. What is above 100
    /// is taken as 100.
    pub fn set_duty_cycle(&self, percent: u8) {
        self.shared.update(|control| control.duty_cycle = percent.min(100));
    }

    /// The share of its time, in percent, that each thread searches.
    pub fn duty_cycle(&self) -> u8 {
        self.shared.control(|control| control.duty_cycle)
    }

    /// What was done so far.
    pub fn statistics(&self) -> Statistics {
        self.shared.statistics()
    }

    /// Hashes per second over the last seconds.
    pub fn hash_rate(&self) -> u64 {
        let hashes = self.shared.statistics().hashes;
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

//! The sealing threads of this process.

use super::info::HashRate;
use crate::{
    cli,
    error::{Error, Result},
};
use futures::{stream::FuturesUnordered, StreamExt};
use parking_lot::Mutex;
use posw_primitives::WorkHeader;
use posw_sealer::{Job as SealerJob, Kernel, Listener, RateWindow, RootUse, Solution as SealerSolution, Worker};
use sc_consensus_posw::{Job, Metrics, MiningHandle, Outcome, Solution};
use sp_core::H256;
use std::{
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::mpsc, time::interval};

/// Solutions that may wait to be submitted; a job ends with its first, so there are few.
const WAITING_SOLUTIONS: usize = 64;
/// How often the hash rate is reported.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// The threads, and what they find.
pub(super) struct Sealing {
    pub(super) worker: Arc<Worker>,
    /// Name of their kernel.
    pub(super) kernel: &'static str,
    solutions: mpsc::Receiver<SealerSolution>,
    started: Arc<Mutex<Option<Start>>>,
}

impl Sealing {
    /// Threads without a job. A job ends with its first solution: the next one would only be a sibling of the same block.
    ///
    /// # Errors
    /// Where the processor lacks the kernel, or the system gives no threads.
    pub(super) fn new(options: &cli::Mining, metrics: &Metrics) -> Result<Self> {
        let (sender, solutions) = mpsc::channel(WAITING_SOLUTIONS);
        let started = Arc::default();
        let listener = Threads { solutions: sender, started: Arc::clone(&started), metrics: metrics.clone() };
        let kernel = options.kernel.unwrap_or_else(|| Kernel::best(RootUse::Free));
        let engine = kernel.engine().ok_or_else(|| Error::Kernel(kernel.name()))?;
        let no_threads = |source| Error::Io { context: "cannot start the sealing threads".into(), source };
        let worker = Worker::with_priority(engine, options.threads, Box::new(listener), options.priority);
        let worker = worker.map_err(no_threads)?;
        worker.set_duty_cycle(options.duty_cycle);
        Ok(Self { worker: Arc::new(worker), kernel: kernel.name(), solutions, started })
    }

    /// Hands jobs to the threads and solutions to the job source, as long as that lives.
    pub(super) async fn run(mut self, handle: MiningHandle, metrics: Metrics, rates: Arc<Mutex<Rates>>) {
        let mut jobs = handle.jobs();
        // Waiting for an import must not keep new jobs from the threads.
        let mut submitted = FuturesUnordered::new();
        let mut reports = interval(REPORT_INTERVAL);
        let mut reported = 0;
        loop {
            tokio::select! {
                changed = jobs.changed() => match changed {
                    Ok(()) => self.set_job(jobs.borrow_and_update().as_deref()),
                    Err(_) => return self.worker.set_job(None),
                },
                Some(solution) = self.solutions.recv() => submitted.push(submit(&handle, solution)),
                Some(()) = submitted.next() => {}
                _ = reports.tick() => {
                    let hashes = self.worker.statistics().hashes;
                    metrics.hashed(hashes.saturating_sub(reported), rates.lock().read(hashes).ten_seconds);
                    reported = hashes;
                }
            }
        }
    }

    fn set_job(&self, job: Option<&Job>) {
        let is_on = self.worker.is_enabled() && self.worker.duty_cycle() > 0;
        let mut started = self.started.lock();
        *started = job.map(|job| match started.take() {
            Some(start) if start.parent == job.parent => Start { job: job.id, ..start },
            // After a pause the parent may have been there for long.
            before => {
                let threads = if is_on && before.is_some() { self.worker.threads() } else { 0 };
                log_delay("handed to the threads", job.id, job.parent_since.elapsed());
                Start { parent: job.parent, since: job.parent_since, job: job.id, threads }
            }
        });
        drop(started);
        self.worker.set_job(job.map(sealer_job));
    }
}

/// Work on a best block, and how many threads have not begun with it.
struct Start {
    parent: H256,
    since: Instant,
    job: u64,
    threads: usize,
}

/// What the threads report to.
struct Threads {
    solutions: mpsc::Sender<SealerSolution>,
    started: Arc<Mutex<Option<Start>>>,
    metrics: Metrics,
}

impl Listener for Threads {
    fn begun(&self, job: u64) {
        let mut started = self.started.lock();
        if let Some(start) = started.as_mut().filter(|start| start.job == job && start.threads > 0) {
            start.threads = start.threads.saturating_sub(1);
            let delay = start.since.elapsed();
            self.metrics.work_delay(delay);
            log_delay("first hash of a thread", job, delay);
        }
    }

    fn solved(&self, solution: SealerSolution) -> ControlFlow<()> {
        if let Err(error) = self.solutions.try_send(solution) {
            log::warn!("⛏ A solution is lost: {error}");
        }
        ControlFlow::Break(())
    }
}

fn log_delay(what: &str, job: u64, delay: Duration) {
    log::debug!(target: "posw", "Job {job}: {what} {} µs after its parent", delay.as_micros());
}

/// The job source reports what becomes of a block, and follows with a new job.
async fn submit(handle: &MiningHandle, solution: SealerSolution) {
    if handle.submit(job_solution(&solution)).await == Outcome::Unsolved {
        log::error!("⛏ The sealing threads have found {:?}, which does not meet its target", solution.header);
    }
}

fn sealer_job(job: &Job) -> SealerJob {
    SealerJob { id: job.id, header: job.header, target: job.header.bits.target(), root: RootUse::Free }
}

fn job_solution(solution: &SealerSolution) -> Solution {
    let WorkHeader { version, root, time, nonce, .. } = solution.header;
    Solution { job: solution.job, version, root, time, nonce }
}

/// Hash rates over several spans; exact where they are read each second.
pub(super) struct Rates {
    ten_seconds: RateWindow,
    minute: RateWindow,
    ten_minutes: RateWindow,
}

impl Rates {
    /// No hash yet.
    pub(super) fn new() -> Self {
        let window = |seconds| RateWindow::new(Duration::from_secs(seconds), Instant::now(), 0);
        Self { ten_seconds: window(10), minute: window(60), ten_minutes: window(600) }
    }

    /// The rates, given all hashes so far.
    pub(super) fn read(&mut self, hashes: u64) -> HashRate {
        let now = Instant::now();
        HashRate {
            ten_seconds: self.ten_seconds.read(now, hashes),
            minute: self.minute.read(now, hashes),
            ten_minutes: self.ten_minutes.read(now, hashes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::miner::Miner;
    use posw_primitives::CompactBits;
    use sp_keyring::Sr25519Keyring::Alice;

    #[tokio::test]
    async fn a_job_ends_with_its_first_solution() {
        let options = cli::Mining {
            threads: 1,
            ..cli::Mining::new(Miner { account: Alice.to_account_id(), development: Some(Alice) })
        };
        let metrics = Metrics::new(None).unwrap();
        let mut sealing = Sealing::new(&options, &metrics).unwrap();
        let header = WorkHeader {
            version: 0,
            commitment: [7; 32],
            root: [0; 32],
            time: 9,
            bits: CompactBits::POW_LIMIT,
            nonce: 0,
        };
        let job = SealerJob { id: 3, header, target: header.bits.target(), root: RootUse::Free };
        sealing.worker.set_job(Some(job));
        let solution = sealing.solutions.recv().await.unwrap();
        let Solution { job, version, root, time, nonce } = job_solution(&solution);
        assert_eq!((job, version, time), (3, 0, 9));
        assert!(WorkHeader { root, nonce, ..header }.meets_target());
        // The thread is joined, so nothing is on its way.
        sealing.worker.set_threads(0).unwrap();
        assert!(sealing.solutions.try_recv().is_err());
    }
}

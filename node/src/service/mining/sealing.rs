//! The sealing threads of this process.

use crate::{
    cli,
    error::{Error, Result},
    rpc::mining::HashRate,
};
use futures::{stream::FuturesUnordered, StreamExt};
use parking_lot::Mutex;
use posw_primitives::WorkHeader;
use posw_sealer::{Job as SealerJob, Kernel, RateWindow, RootUse, Solution as SealerSolution, Worker};
use sc_consensus_posw::{Job, Metrics, MiningHandle, Outcome, Solution};
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

/// Sealing threads, the name of their kernel, and the channel in which their solutions arrive. A job ends with its first
/// solution: the next one would only be a sibling of the same block.
///
/// # Errors
/// Where the processor lacks the kernel, or the system gives no threads.
pub(super) fn sealing_worker(
    options: &cli::Mining,
) -> Result<(Arc<Worker>, &'static str, mpsc::Receiver<SealerSolution>)> {
    let (sender, solutions) = mpsc::channel(WAITING_SOLUTIONS);
    let on_solution = Box::new(move |solution| {
        if let Err(error) = sender.try_send(solution) {
            log::warn!("⛏ A solution is lost: {error}");
        }
        ControlFlow::Break(())
    });
    let kernel = options.kernel.unwrap_or_else(|| Kernel::best(RootUse::Free));
    let engine = kernel.engine().ok_or_else(|| Error::Kernel(kernel.name()))?;
    let no_threads = |source| Error::Io { context: "cannot start the sealing threads".into(), source };
    let worker = Worker::with_priority(engine, options.threads, on_solution, options.priority).map_err(no_threads)?;
    worker.set_duty_cycle(options.duty_cycle);
    Ok((Arc::new(worker), kernel.name(), solutions))
}

/// Hands jobs to the threads and solutions to the job source, as long as that lives.
pub(super) async fn seal(
    worker: Arc<Worker>,
    handle: MiningHandle,
    mut solutions: mpsc::Receiver<SealerSolution>,
    metrics: Metrics,
    rates: Arc<Mutex<Rates>>,
) {
    let mut jobs = handle.jobs();
    // Waiting for an import must not keep new jobs from the threads.
    let mut submitted = FuturesUnordered::new();
    let mut reports = interval(REPORT_INTERVAL);
    let mut reported = 0;
    loop {
        tokio::select! {
            changed = jobs.changed() => match changed {
                Ok(()) => worker.set_job(jobs.borrow_and_update().as_deref().map(sealer_job)),
                Err(_) => return worker.set_job(None),
            },
            Some(solution) = solutions.recv() => submitted.push(submit(&handle, solution)),
            Some(()) = submitted.next() => {}
            _ = reports.tick() => {
                let hashes = worker.statistics().hashes;
                metrics.hashed(hashes.saturating_sub(reported), rates.lock().read(hashes).ten_seconds);
                reported = hashes;
            }
        }
    }
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
        let (worker, _, mut solutions) = sealing_worker(&options).unwrap();
        let header = WorkHeader {
            version: 0,
            commitment: [7; 32],
            root: [0; 32],
            time: 9,
            bits: CompactBits::POW_LIMIT,
            nonce: 0,
        };
        let job = SealerJob { id: 3, header, target: header.bits.target(), root: RootUse::Free };
        worker.set_job(Some(job));
        let solution = solutions.recv().await.unwrap();
        let Solution { job, version, root, time, nonce } = job_solution(&solution);
        assert_eq!((job, version, time), (3, 0, 9));
        assert!(WorkHeader { root, nonce, ..header }.meets_target());
        // The thread is joined, so nothing is on its way.
        worker.set_threads(0).unwrap();
        assert!(solutions.try_recv().is_err());
    }
}

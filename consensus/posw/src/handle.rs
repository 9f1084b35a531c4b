//! What whoever hashes sees of authoring: jobs out, solutions in (R11.1).

use posw_primitives::{Factor, WorkHeader};
use sp_core::H256;
use std::{fmt, sync::Arc, time::Instant};
use tokio::sync::{mpsc, oneshot, watch};

/// A work header to be solved. Its version, root, time and nonce may be varied.
#[derive(Clone, Debug)]
pub struct Job {
    /// Grows with each job of this process.
    pub id: u64,
    /// Parent of the block.
    pub parent: H256,
    /// Number of the block.
    pub number: u32,
    /// The header; its bits are the effective target.
    pub header: WorkHeader,
    /// Factor that the block claims.
    pub factor: Factor,
    /// Since when the parent is the best block.
    pub parent_since: Instant,
    /// When the template was built.
    pub built: Instant,
}

/// The free fields of a job's header under which it meets its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solution {
    /// The job.
    pub job: u64,
    /// Version field.
    pub version: u32,
    /// Root field.
    pub root: [u8; 32],
    /// Time field.
    pub time: u32,
    /// Nonce field.
    pub nonce: u32,
}

/// What became of a solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The block with this hash was imported.
    Imported(H256),
    /// Its block cannot be imported any more, or never could.
    Stale(Stale),
    /// The solution does not meet the job's target.
    Unsolved,
    /// The block could not be imported.
    Failed(String),
}

/// Why a solution came too late (R11.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// There was no such job since the node was started.
    Unknown,
    /// The chain has grown beyond the job, or as many newer ones have come as are kept.
    Outdated,
    /// A solution of the job came before.
    Solved,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Imported(hash) => write!(f, "block {hash:?} was imported"),
            Self::Stale(reason) => write!(f, "stale: {reason}"),
            Self::Unsolved => f.write_str("the solution does not meet the target of the job"),
            Self::Failed(reason) => write!(f, "the block was not imported: {reason}"),
        }
    }
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown => "the job is unknown",
            Self::Outdated => "the chain has grown beyond the job, or many newer ones have taken its place",
            Self::Solved => "the job was solved before",
        })
    }
}

/// Requests to the job source.
pub(crate) type Submission = (Solution, oneshot::Sender<Outcome>);

/// The link to the job source; cheap to clone.
#[derive(Clone)]
pub struct MiningHandle {
    jobs: watch::Receiver<Option<Arc<Job>>>,
    submissions: mpsc::Sender<Submission>,
}

/// The job source's ends of the link.
pub(crate) struct Source {
    pub(crate) jobs: watch::Sender<Option<Arc<Job>>>,
    pub(crate) submissions: mpsc::Receiver<Submission>,
}

/// Solutions that may wait for the import; whoever sends more waits.
const QUEUE: usize = 64;

pub(crate) fn link() -> (MiningHandle, Source) {
    let (jobs, receiver) = watch::channel(None);
    let (sender, submissions) = mpsc::channel(QUEUE);
    (MiningHandle { jobs: receiver, submissions: sender }, Source { jobs, submissions })
}

impl MiningHandle {
    /// The current job and its changes; `None` while the node does not mine.
    pub fn jobs(&self) -> watch::Receiver<Option<Arc<Job>>> {
        self.jobs.clone()
    }

    /// Hands in a solution and waits for what becomes of it.
    pub async fn submit(&self, solution: Solution) -> Outcome {
        let (reply, outcome) = oneshot::channel();
        if self.submissions.send((solution, reply)).await.is_err() {
            return ended();
        }
        outcome.await.unwrap_or_else(|_| ended())
    }

    /// As [`Self::submit`], for those who may flood it; `None` where too many solutions wait already.
    pub async fn try_submit(&self, solution: Solution) -> Option<Outcome> {
        let (reply, outcome) = oneshot::channel();
        match self.submissions.try_send((solution, reply)) {
            Ok(()) => Some(outcome.await.unwrap_or_else(|_| ended())),
            Err(mpsc::error::TrySendError::Closed(_)) => Some(ended()),
            Err(mpsc::error::TrySendError::Full(_)) => None,
        }
    }
}

/// What becomes of a solution when nobody is left to import it.
fn ended() -> Outcome {
    Outcome::Failed("the node is shutting down".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[test]
    fn no_more_solutions_wait_than_there_is_room_for() {
        let (handle, mut source) = link();
        let solution = Solution { job: 1, version: 0, root: [0; 32], time: 0, nonce: 0 };
        let mut waiting: Vec<_> = (0..QUEUE).map(|_| Box::pin(handle.try_submit(solution))).collect();
        assert!(waiting.iter_mut().all(|submission| submission.now_or_never().is_none()));
        assert_eq!(handle.try_submit(solution).now_or_never(), Some(None));
        let (_, reply) = source.submissions.try_recv().unwrap();
        reply.send(Outcome::Unsolved).unwrap();
        assert_eq!(waiting.remove(0).now_or_never(), Some(Some(Outcome::Unsolved)));
        assert_eq!(handle.try_submit(solution).now_or_never(), None, "there is room for one more");
    }
}

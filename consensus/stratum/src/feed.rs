//! The seam to the node: jobs in, solved headers out.

use core::{future::Future, pin::Pin};
use posw_primitives::{CompactBits, WorkHeader};
use std::sync::Arc;
use tokio::sync::watch;

/// Work as the node gives it: what of the work header (R2.4) is not free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// The node's name for the job; comes back with its solutions.
    pub id: u64,
    /// Parent of the block. Where it differs from the previous job's, shares of earlier jobs are stale, unless they are blocks.
    pub parent: [u8; 32],
    /// Number of the block.
    pub number: u32,
    /// Binds the work to the block and its signer (R2.3).
    pub commitment: [u8; 32],
    /// Compact form of the effective target (R3.3).
    pub bits: CompactBits,
}

/// A header that meets its job's target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solution {
    /// [`Job::id`].
    pub job: u64,
    /// The header with its free fields as the client chose them.
    pub header: WorkHeader,
}

/// What the node made of a solution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It became a block.
    Imported,
    /// The job is unknown, too old, or solved already.
    Stale,
    /// Any other reason.
    Failed(String),
}

/// What becomes of a solution.
pub(crate) type PendingOutcome = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Where jobs come from and solutions go.
#[derive(Clone)]
pub struct JobFeed {
    pub(crate) jobs: watch::Receiver<Option<Arc<Job>>>,
    pub(crate) submit: Arc<dyn Fn(Solution) -> PendingOutcome + Send + Sync>,
}

impl JobFeed {
    /// `jobs` holds the current job, `None` while the node has none; `submit` hands in a solution and waits for its outcome.
    ///
    /// Its future runs as a task of its own, to its end, also when the client that found the solution leaves. A connection has one
    /// at a time, and is not read from until it is done.
    pub fn new<F, R>(jobs: watch::Receiver<Option<Arc<Job>>>, submit: F) -> Self
    where
        F: Fn(Solution) -> R + Send + Sync + 'static,
        R: Future<Output = Outcome> + Send + 'static,
    {
        Self { jobs, submit: Arc::new(move |solution| Box::pin(submit(solution))) }
    }
}

//! What happens, for people and for programs.

use crate::{message, statistics::Snapshot, work::Work};
use core::fmt;
use posw_stratum::Difficulty;
use serde::{Serialize, Serializer};

/// Something that is told.
///
/// As JSON an object whose member `event` is the name of the variant in lower case.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The miner has begun.
    Started {
        /// The miner's version.
        version: &'static str,
        /// The processor's name.
        processor: String,
        /// Name of the kernel.
        kernel: &'static str,
        /// Threads that hash.
        threads: usize,
        /// Percent of the time in which they do.
        duty_cycle: u8,
        /// The servers, the preferred one first.
        servers: Vec<String>,
    },
    /// A server has given work, which is searched from now on.
    Connected {
        /// The server.
        server: String,
        /// Who mines there.
        user: String,
    },
    /// The connection whose work was searched has ended.
    Disconnected {
        /// The server.
        server: String,
        /// Why.
        reason: String,
    },
    /// A server has given no work.
    Unavailable {
        /// The server.
        server: String,
        /// Why.
        reason: String,
        /// Seconds until it is asked again.
        #[serde(rename = "retry_seconds")]
        retry: u64,
    },
    /// Shares are of another difficulty from now on.
    Difficulty {
        /// The difficulty.
        #[serde(serialize_with = "number")]
        difficulty: Difficulty,
    },
    /// A new job is searched.
    Job {
        /// The server's name for it.
        job: String,
        /// Whether work on earlier jobs is in vain.
        clean: bool,
    },
    /// A share was accepted.
    Accepted {
        /// The job.
        job: String,
        /// Difficulty that the share has, at least the one it was asked to have.
        #[serde(serialize_with = "number")]
        difficulty: Difficulty,
        /// Whether the share solves a block.
        block: bool,
        /// Milliseconds that the answer took.
        millis: u64,
    },
    /// A share was not accepted.
    Rejected {
        /// The job.
        job: String,
        /// As in [`Event::Accepted`].
        #[serde(serialize_with = "number")]
        difficulty: Difficulty,
        /// As in [`Event::Accepted`].
        block: bool,
        /// Whether only because it came too late.
        stale: bool,
        /// Why, as the server says.
        reason: String,
    },
    /// The server has something to say to people.
    Message {
        /// What.
        text: String,
    },
    /// The server has asked for something that is not done.
    Ignored {
        /// What, and why it is not done.
        what: String,
    },
    /// What was done so far.
    Statistics(Snapshot),
    /// The miner ends.
    Stopped(Snapshot),
}

impl Event {
    /// Of work that is searched from now on.
    pub(crate) fn job(work: &Work) -> Self {
        Self::Job { job: message::text(&work.notify.job), clean: work.notify.clean }
    }

    /// Whether people want to see it only when they look for something.
    pub fn is_detail(&self) -> bool {
        matches!(self, Self::Job { .. })
    }
}

/// One line for people.
impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { version, processor, kernel, threads, duty_cycle, servers } => {
                write!(f, "posw-miner {version}: kernel {kernel}, {threads} threads")?;
                if *duty_cycle < 100 {
                    write!(f, " for {duty_cycle} % of the time")?;
                }
                write!(f, ", {processor}; servers: {}", servers.join(", "))
            }
            Self::Connected { server, user } => write!(f, "connected to {server}, authorized as {user}"),
            Self::Disconnected { server, reason } => write!(f, "disconnected from {server}: {reason}"),
            Self::Unavailable { server, reason, retry } => {
                write!(f, "no work from {server}: {reason}; next attempt in {retry} s")
            }
            Self::Difficulty { difficulty } => write!(f, "difficulty {difficulty}"),
            Self::Job { job, clean } => write!(f, "job {job}{}", if *clean { ", earlier jobs are void" } else { "" }),
            Self::Accepted { job, difficulty, block, millis } => {
                let share = if *block { "share, a block," } else { "share" };
                write!(f, "{share} of difficulty {difficulty} accepted in {millis} ms (job {job})")
            }
            Self::Rejected { job, difficulty, block, stale, reason } => {
                let share = if *block { "share, a block," } else { "share" };
                let fate = if *stale { "came too late" } else { "rejected" };
                write!(f, "{share} of difficulty {difficulty} {fate}: {reason} (job {job})")
            }
            Self::Message { text } => write!(f, "the server says: {text}"),
            Self::Ignored { what } => write!(f, "ignored: {what}"),
            Self::Statistics(snapshot) => write!(f, "{snapshot}"),
            Self::Stopped(snapshot) => write!(f, "stopped after {} s: {snapshot}", snapshot.uptime_seconds),
        }
    }
}

/// A difficulty as a number of JSON.
pub(crate) fn number<S: Serializer>(difficulty: &Difficulty, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(as_f64(*difficulty))
}

/// A difficulty where exactness does not matter.
pub(crate) fn as_f64(difficulty: Difficulty) -> f64 {
    difficulty.billionths() as f64 / 1e9
}

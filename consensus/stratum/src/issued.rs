//! The jobs that one connection was given, and the judging of shares by them.

use crate::{
    coinbase::{merkle_root, Coinbase, EXTRANONCE1_LEN},
    difficulty::Difficulty,
    feed::{Job, Solution},
    wire::{Notify, Refusal, Share, VERSION_MASK},
};
use posw_primitives::{Target, WorkHeader};
use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

/// Version field of the jobs: what Bitcoin's blocks have where no bit is varied (BIP 9).
pub const VERSION: u32 = 0x2000_0000;
/// Jobs kept for shares that come late.
pub const MAX_JOBS: usize = 32;
/// Shares remembered of one connection, so that they are not counted twice.
pub const MAX_SHARES: usize = 4_096;
/// As [`MAX_SHARES`], where all further ones are blocks: a node that has taken none of a thousand takes no other either.
pub const MAX_SHARES_WITH_BLOCKS: usize = 5_120;

/// A job as one connection has it.
struct Issued {
    number: u64,
    job: Arc<Job>,
    coinbase: Coinbase,
    difficulty: Difficulty,
    /// What shares must meet.
    target: Target,
    /// Hashes of the shares that were accepted.
    seen: HashSet<[u8; 32]>,
}

/// A share that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Number of the block that it was for.
    pub height: u32,
    /// Difficulty that the share was asked to have.
    pub difficulty: Difficulty,
    /// The share is a block.
    pub solution: Option<Solution>,
}

/// The last jobs of one connection.
pub struct IssuedJobs {
    extranonce1: [u8; EXTRANONCE1_LEN],
    jobs: VecDeque<Issued>,
    /// Those of the parent before, of which only blocks count.
    void: VecDeque<Issued>,
    next: u64,
}

impl IssuedJobs {
    /// None yet, for a connection with this extranonce.
    pub fn new(extranonce1: [u8; EXTRANONCE1_LEN]) -> Self {
        Self { extranonce1, jobs: VecDeque::new(), void: VecDeque::new(), next: 1 }
    }

    /// Makes all jobs void: from now on a share for them is stale, unless it is a block. Those that were void before are
    /// forgotten, unless there are no others.
    pub fn retire(&mut self) {
        if self.jobs.is_empty() {
            return;
        }
        self.void = core::mem::take(&mut self.jobs);
        for issued in &mut self.void {
            let block = issued.job.bits.target();
            issued.seen.retain(|hash| block.is_met_by(hash));
            issued.seen.shrink_to_fit();
        }
    }

    /// Issues a job under a new number, with shares of a difficulty; returns the notification.
    pub fn issue(&mut self, job: Arc<Job>, difficulty: Difficulty, time: u32, clean: bool) -> String {
        // There is always room for the new job and for some shares of it.
        while self.jobs.len() >= MAX_JOBS || remembered(&self.jobs) > MAX_SHARES / 2 {
            self.jobs.pop_front();
        }
        let number = self.next;
        self.next = self.next.saturating_add(1);
        let coinbase = Coinbase::new(job.number, number);
        let notify = Notify {
            job: number,
            commitment: &job.commitment,
            coinbase: &coinbase,
            version: VERSION,
            bits: job.bits.to_raw(),
            time,
            clean,
        };
        let line = notify.line();
        let target = difficulty.loosest_target();
        self.jobs.push_back(Issued { number, job, coinbase, difficulty, target, seen: HashSet::new() });
        line
    }

    /// Judges a share by the job that it is for.
    ///
    /// # Consensus
    /// A solution to a job that is no longer current is handed in as long as its block may still be imported (R11.1), which the
    /// node decides.
    ///
    /// # Errors
    /// Where the job is unknown or replaced, the job is void and the hash above the block's target, the hash is above both
    /// targets, the share was counted before, or as many are remembered as may be.
    pub fn judge(&mut self, share: &Share) -> Result<Accepted, Refusal> {
        let [current, void] = [&self.jobs, &self.void].map(remembered);
        let replaced = (1..self.next).contains(&share.job);
        let unknown = if replaced { Refusal::Stale } else { Refusal::UnknownJob };
        let jobs = self.jobs.iter_mut().map(|issued| (issued, false));
        let mut jobs = jobs.chain(self.void.iter_mut().map(|issued| (issued, true)));
        let (issued, is_void) = jobs.find(|(issued, _)| issued.number == share.job).ok_or(unknown)?;
        let header = issued.header(self.extranonce1, share);
        let hash = header.hash();
        let solved = header.bits.target().is_met_by(&hash);
        if !solved && is_void {
            return Err(Refusal::Stale);
        }
        if !solved && !issued.target.is_met_by(&hash) {
            return Err(Refusal::LowDifficulty);
        }
        // The hash stands for every field of the header, hence for the share.
        if issued.seen.contains(&hash) {
            return Err(Refusal::Duplicate);
        }
        // There is more room for blocks, since none may be lost.
        let most = if solved { MAX_SHARES_WITH_BLOCKS } else { MAX_SHARES };
        let remembered = if is_void { void } else { current };
        if remembered >= most {
            return Err(Refusal::TooMany("shares"));
        }
        issued.seen.insert(hash);
        Ok(Accepted {
            height: issued.job.number,
            difficulty: issued.difficulty,
            solution: solved.then_some(Solution { job: issued.job.id, header }),
        })
    }

    /// Jobs that are kept, void ones included: at most twice [`MAX_JOBS`].
    pub fn jobs(&self) -> usize {
        self.jobs.len().saturating_add(self.void.len())
    }

    /// Shares that are remembered, of void jobs too: at most twice [`MAX_SHARES_WITH_BLOCKS`].
    pub fn shares(&self) -> usize {
        remembered(&self.jobs).saturating_add(remembered(&self.void))
    }
}

/// Shares of these jobs.
fn remembered(jobs: &VecDeque<Issued>) -> usize {
    jobs.iter().map(|issued| issued.seen.len()).fold(0, usize::saturating_add)
}

impl Issued {
    /// The work header as the client has built it (R2.4).
    fn header(&self, extranonce1: [u8; EXTRANONCE1_LEN], share: &Share) -> WorkHeader {
        WorkHeader {
            // Bits outside the mask are the server's (BIP 310).
            version: VERSION & !VERSION_MASK | share.version_bits & VERSION_MASK,
            commitment: self.job.commitment,
            root: merkle_root(&self.coinbase.transaction(&extranonce1, &share.extranonce2), &[]),
            time: share.time,
            bits: self.job.bits,
            nonce: share.nonce,
        }
    }
}

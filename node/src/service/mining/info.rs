//! How mining stands, in the form in which it is told.

use sc_consensus_posw::Job;
use serde::Serialize;
use sp_core::{Bytes, H256};

/// How a node's mining stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MiningInfo {
    /// Whether the node makes work; without, everything else is empty.
    pub mining: bool,
    /// Address of the miner.
    pub miner: Option<String>,
    /// Whether it waits for a block of another node, as after a recovery.
    pub held: bool,
    /// Whether the sealing threads are switched on.
    pub enabled: bool,
    /// Sealing threads.
    pub threads: usize,
    /// Percentage of the time in which they hash.
    pub duty_cycle: u8,
    /// What they hash with.
    pub kernel: Option<&'static str>,
    /// Work hashes of these threads per second.
    pub hash_rate: HashRate,
    /// Work hashes of these threads since the start.
    pub hashes: u64,
    /// Blocks imported since the start, whoever solved them.
    pub accepted: u64,
    /// Solutions that came too late.
    pub stale: u64,
    /// Blocks that left the best chain, or never were in it.
    pub orphaned: u64,
    /// The work at hand.
    pub job: Option<Work>,
}

/// Work hashes per second, over several spans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HashRate {
    /// Over ten seconds.
    pub ten_seconds: u64,
    /// Over a minute.
    pub minute: u64,
    /// Over ten minutes.
    pub ten_minutes: u64,
}

/// A work header to be solved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Work {
    /// What a solution has to name.
    pub job_id: u64,
    /// Number of the block.
    pub number: u32,
    /// Parent of the block.
    pub parent: H256,
    /// The 80 bytes of the work header (R2.4). Version, root, time and nonce may be varied.
    pub header: Bytes,
    /// The hash of the header, read with its least significant byte first, must not be above this (R1.1). Most significant byte
    /// first.
    pub target: H256,
    /// Factor that the block claims, in billionths.
    pub factor: u64,
    /// Milliseconds since the template was built.
    pub age: u64,
}

impl From<&Job> for Work {
    fn from(job: &Job) -> Self {
        Self {
            job_id: job.id,
            number: job.number,
            parent: job.parent,
            header: job.header.to_bytes().to_vec().into(),
            target: job.header.bits.target().value().to_big_endian().into(),
            factor: job.factor.billionths(),
            age: milliseconds(job.built.elapsed()),
        }
    }
}

/// Milliseconds; a 64-bit number of them is more than any clock counts.
fn milliseconds(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

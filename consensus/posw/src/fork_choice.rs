//! Which of two chains is better: pure, and the same on every node (R5.1, R5.2).

use crate::algorithm::Work;
use posw_primitives::{header::tie_break, U256};

/// A chain by its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Sum of the base work of its blocks.
    pub total_work: Work,
    /// The head's work hash; `None` for genesis, which has none.
    pub work_hash: Option<[u8; 32]>,
}

/// Whether `candidate` is better than `best`: more base work, or as much and the lower tie break.
///
/// Which of the two was seen first does not matter. A head is not better than itself.
///
/// # Consensus
/// R5.1, R5.2.
pub fn is_better(candidate: &Head, best: &Head) -> bool {
    if candidate.total_work != best.total_work {
        return candidate.total_work > best.total_work;
    }
    match (candidate.work_hash, best.work_hash) {
        (Some(candidate), Some(best)) => rank(&candidate) < rank(&best),
        // Every block adds work, so nothing weighs as little as genesis but genesis.
        _ => false,
    }
}

fn rank(work_hash: &[u8; 32]) -> U256 {
    U256::from_little_endian(&tie_break(work_hash))
}

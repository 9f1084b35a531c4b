//! A job as it is searched: headers from a notification, and what is sent for a header that was found.

use crate::message::{Extranonce, Notify};
use posw_primitives::{Target, WorkHeader, U256};
use posw_stratum::{coinbase::merkle_root, Difficulty};
use std::sync::Arc;

/// One job of one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// What the server sent.
    pub notify: Notify,
    /// As of the notification.
    pub extranonce: Extranonce,
    /// What shares must have, as of the notification.
    pub difficulty: Difficulty,
    /// Bits of the version that the client may vary, as of the notification.
    pub version_mask: u32,
    /// What it is still good for.
    pub epoch: Epoch,
}

/// The time between two notifications that make earlier work worthless: work of another epoch is stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// Number of the connection.
    pub connection: u64,
    /// Such notifications that it has had.
    pub voided: u64,
}

/// What tells the roots of a job apart: its number is turned into the second extranonce and, where that is too short, into
/// seconds that the header's time is ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Roll {
    /// The second extranonce, as a big-endian number.
    pub extranonce2: u128,
    /// Seconds to be added to the job's time.
    pub ahead: u32,
}

impl Work {
    /// The `index`-th way to vary the job, beginning at extranonce `start`. All below 2^64 are different as long as an
    /// extranonce of less than 8 bytes leaves 2^32 seconds enough for them.
    pub fn roll(&self, start: u128, index: u64) -> Roll {
        let bits = u32::try_from(self.extranonce.second_len.saturating_mul(8)).unwrap_or(u32::MAX);
        // A shift by all 128 bits leaves none of the number.
        let mask = 1_u128.checked_shl(bits).map_or(u128::MAX, |size| size - 1);
        let ahead = index.checked_shr(bits).unwrap_or(0);
        Roll { extranonce2: start.wrapping_add(index.into()) & mask, ahead: u32::try_from(ahead).unwrap_or(u32::MAX) }
    }

    /// The second extranonce as bytes.
    pub fn extranonce2(&self, roll: Roll) -> Vec<u8> {
        let bytes = roll.extranonce2.to_be_bytes();
        let surplus = bytes.len().saturating_sub(self.extranonce.second_len);
        bytes.into_iter().skip(surplus).collect()
    }

    /// The work header, with a nonce of zero.
    pub fn header(&self, roll: Roll) -> WorkHeader {
        let notify = &self.notify;
        let transaction = notify.coinbase.transaction(&self.extranonce.first, &self.extranonce2(roll));
        WorkHeader {
            version: notify.version,
            commitment: notify.commitment,
            root: merkle_root(&transaction, &notify.branch),
            time: notify.time.wrapping_add(roll.ahead),
            bits: notify.bits,
            nonce: 0,
        }
    }
}

/// A header that meets the difficulty of its job.
#[derive(Clone, Debug)]
pub struct Share {
    /// The job.
    pub work: Arc<Work>,
    /// What became the header's root.
    pub roll: Roll,
    /// The header.
    pub header: WorkHeader,
}

impl Share {
    /// The hardest difficulty that the header's hash meets.
    pub fn difficulty(&self) -> Difficulty {
        Difficulty::of_target(Target::clamped(U256::from_little_endian(&self.header.hash())))
    }

    /// Whether the header meets its own bits, so that it solves a block.
    pub fn is_block(&self) -> bool {
        self.header.meets_target()
    }
}

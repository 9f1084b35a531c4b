//! Epochs and the weight of a deposit (R6.1, R6.8).

use crate::{wide::narrow_128, BILLION, U256};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A span of blocks in which weights, keys and parameters do not change.
///
/// # Consensus
/// R6.8: genesis is in epoch 0, which starts at block 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Epoch {
    /// Number of the epoch.
    pub index: u32,
    /// Its first block.
    pub start: u32,
    /// Its number of blocks.
    pub length: u32,
}

impl Epoch {
    /// The epoch of the genesis block.
    pub fn first(length: u32) -> Self {
        Self { index: 0, start: 0, length }
    }

    /// Number of the last block, `start + length - 1`.
    pub fn last(&self) -> u32 {
        self.start.saturating_add(self.length.saturating_sub(1))
    }

    /// The epoch after this one, of `length` blocks.
    pub fn next(&self, length: u32) -> Self {
        Self { index: self.index.saturating_add(1), start: self.start.saturating_add(self.length), length }
    }
}

/// Weight of a deposit: `floor(amount * (1 + lock_bonus * (lock - min_lock) / (max_lock - min_lock)))`.
///
/// `lock_bonus` is in billionths, locks in blocks; a lock outside `min_lock..=max_lock` counts as the nearest of the two.
///
/// # Consensus
/// R6.1. The bonus is 0 where both bounds are equal. Saturates at the largest 128-bit number.
pub fn deposit_weight(amount: u128, lock: u32, min_lock: u32, max_lock: u32, lock_bonus: u64) -> u128 {
    // 2^128 * 2^64 * 2^32 is below 2^256.
    let part = U256::from(lock.min(max_lock).saturating_sub(min_lock));
    let whole = U256::from(max_lock.saturating_sub(min_lock)).saturating_mul(U256::from(BILLION));
    let bonus = U256::from(amount).saturating_mul(U256::from(lock_bonus)).saturating_mul(part);
    let bonus = bonus.checked_div(whole).unwrap_or_default();
    amount.saturating_add(narrow_128(bonus))
}

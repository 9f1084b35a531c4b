//! Units, and the limits that every chain of this runtime shares.

use crate::{Balance, BlockNumber};
use frame_support::{
    parameter_types,
    weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight},
};
use sp_runtime::Perbill;

/// One coin, of 12 decimals.
pub const COIN: Balance = 1_000_000_000_000;
/// Most deposits of one account (SPEC R6.6).
pub const MAX_DEPOSITS: u32 = 32;
/// Blocks for which the chain remembers hashes, and thus the longest life of a mortal transaction.
pub const BLOCK_HASH_COUNT: BlockNumber = 4_096;
/// Part of a block that ordinary transactions may fill.
pub const NORMAL_DISPATCH_RATIO: Perbill = Perbill::from_percent(75);
/// Part of a block that hooks take on average, which no single transaction may need.
pub const AVERAGE_ON_INITIALIZE_RATIO: Perbill = Perbill::from_percent(10);
/// Two seconds of execution: importing a block is fast against the 15 s between blocks, so that few blocks are orphaned. Nothing
/// is proved to anybody, so that the size of proofs is unlimited.
pub const MAXIMUM_BLOCK_WEIGHT: Weight = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND.saturating_mul(2), u64::MAX);
/// What scheduled calls may weigh in a block, those that referenda have approved among them: half of it, which an upgrade of the
/// runtime fits and which leaves transactions room.
pub const MAXIMUM_SCHEDULED_WEIGHT: Weight = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND, u64::MAX);
/// What a call of the technical committee may weigh.
pub const MAXIMUM_MOTION_WEIGHT: Weight = MAXIMUM_SCHEDULED_WEIGHT;
/// Calls that are scheduled for one block: as many as the weights are measured for, so that it is dear to fill the block that an
/// approved call is due in, with one referendum's alarm each.
pub const MAX_SCHEDULED_PER_BLOCK: u32 = 512;
/// Votes of an account on one track, as many as the weights are measured for.
pub const MAX_VOTES: u32 = 512;
/// Members of the technical committee, as many as the weights are measured for.
pub const MAX_COMMITTEE: u32 = 100;
/// Largest block in bytes.
pub const MAXIMUM_BLOCK_LENGTH: u32 = 5 * 1_024 * 1_024;

parameter_types! {
    /// A pallet's account without a key: holds the treasury's part of issuance and fees.
    pub const TreasuryPalletId: frame_support::PalletId = frame_support::PalletId(*b"py/trsry");
}

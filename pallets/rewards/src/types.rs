//! What the pallet stores.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::AccountId32;

/// Coins that transactions paid, in the smallest unit.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Charges {
    /// Shared with the treasury.
    pub fees: u128,
    /// The miner's alone.
    pub tips: u128,
}

/// What one block earned.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Reward {
    /// Miner of the block.
    pub miner: AccountId32,
    /// The miner's part.
    pub amount: u128,
    /// The treasury's part.
    pub treasury: u128,
}

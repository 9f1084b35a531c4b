//! What the pallet stores, and what it starts with.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use posw_primitives::RewardParams;
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

/// The protocol's defaults (section 10), for 12 decimals: 50 coins a block, halved about every four years of 15 s blocks.
pub fn default_params() -> RewardParams {
    const COIN: u128 = 1_000_000_000_000;
    RewardParams {
        initial: COIN.saturating_mul(50),
        decay: 500_000_000,
        period: 8_400_000,
        tail: COIN.saturating_div(2),
        treasury_share: 100_000_000,
        treasury_fee_share: 200_000_000,
        maturity: 100,
    }
}

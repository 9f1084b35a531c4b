//! Parameters of a chain: their native bounds and the relations between them (section 10).

use crate::{
    curve::Curve,
    factor::Factor,
    target::{CompactBits, Target},
    wide::narrow_128,
    BILLION, U256,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

mod field;

pub use field::{Field, ParamError};

/// Longest span in blocks that a lock, an unbonding or a maturity may have: 20 years of 15 s blocks.
pub const MAX_SPAN: u32 = 42_076_800;
/// Most epochs between a deposit and the epoch from which it counts.
pub const MAX_ACTIVATION: u32 = 32;
/// Deepest reorganisation: `chainHead_v1_follow` stops serving clients at 128 blocks without finality (R5.3).
pub const MAX_REORG: u32 = 100;
/// Largest subsidy of one block, below 2^90.
pub const MAX_SUBSIDY: u128 = 1_000_000_000_000_000_000_000_000_000;

/// Stake, epochs and credit (sections 6 and 7, R5.3).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StakeParams {
    /// Blocks in an epoch (R6.8).
    pub epoch_length: u32,
    /// Shortest lock, in blocks (R6.1).
    pub min_lock: u32,
    /// Longest lock, in blocks (R6.1).
    pub max_lock: u32,
    /// Weight that the longest lock adds, in billionths of the amount (R6.1).
    pub lock_bonus: u64,
    /// Epochs until a deposit counts (R6.2).
    pub activation: u32,
    /// Blocks from unlocking until the coins can be withdrawn (R6.3).
    pub unbonding: u32,
    /// Smallest deposit, and smallest weight with a boost (R7.1).
    pub min_weight: u128,
    /// Network weight below which all factors are 1.0 (R7.4).
    pub min_total_weight: u128,
    /// From weight to boost (R7.1).
    pub curve: Curve,
    /// Bound of every boost (R7.1).
    pub max_boost: Factor,
    /// Boosted blocks that the whole network's stake earns per block, in billionths; 0: no rationing (R7.2, R7.3).
    pub ration: u64,
    /// Blocks whose earnings an account can save up (R7.2).
    pub horizon: u32,
    /// How much cheaper than the average block anybody may mine, in billionths; 0: no such cap (R7.6).
    pub max_lead: u64,
    /// Depth of finality, in blocks (R5.3).
    pub max_reorg: u32,
}

/// Difficulty (section 8).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DifficultyParams {
    /// Aimed-at time between blocks, in milliseconds (R8.1).
    pub block_time: u64,
    /// Time by which a schedule must be late for the target to double, in milliseconds (R8.1).
    pub half_life: u64,
    /// Longest gap between two blocks that counts, in milliseconds (R8.5).
    pub max_gap: u64,
    /// Easiest base target (R8.4).
    pub limit: CompactBits,
}

/// Issuance (section 9).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RewardParams {
    /// Subsidy of the first period (R9.1).
    pub initial: u128,
    /// Subsidy from one period to the next, in billionths (R9.1).
    pub decay: u32,
    /// Blocks in a period (R9.1).
    pub period: u32,
    /// Smallest subsidy (R9.1).
    pub tail: u128,
    /// The treasury's part of each subsidy, in billionths (R9.1).
    pub treasury_share: u32,
    /// The treasury's part of each fee, in billionths; tips are the miner's alone (R9.1).
    pub treasury_fee_share: u32,
    /// Blocks until a reward can be spent (R9.2).
    pub maturity: u32,
}

/// All parameters that consensus reads; a change is checked as a whole, because the relations cross pallets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Params {
    /// Stake, epochs and credit.
    pub stake: StakeParams,
    /// Difficulty.
    pub difficulty: DifficultyParams,
    /// Issuance.
    pub rewards: RewardParams,
}

impl Params {
    /// Checks every bound and every relation.
    ///
    /// # Errors
    /// The first parameter that is out of range.
    ///
    /// # Consensus
    /// Section 10, R5.3, R6.2, R7.1, R8.4, R9.2.
    pub fn check(&self) -> Result<(), ParamError> {
        self.check_stake()?;
        self.check_curve()?;
        self.check_difficulty()?;
        self.check_rewards()
    }

    fn check_stake(&self) -> Result<(), ParamError> {
        let p = &self.stake;
        let max_boost = u128::from(Factor::MAX.billionths());
        let (one, span) = (u128::from(BILLION), u128::from(MAX_SPAN));
        within(Field::MaxReorg, p.max_reorg, 2, u128::from(MAX_REORG))?;
        within(Field::EpochLength, p.epoch_length, 4, 100_000)?;
        // (activation - 1) * epoch_length >= max_reorg (R6.2), never 0.
        let epochs = p.max_reorg.div_ceil(p.epoch_length.max(1));
        within(Field::Activation, p.activation, u128::from(epochs).saturating_add(1), u128::from(MAX_ACTIVATION))?;
        // A lock must not end before its deposit counts.
        let counts = u128::from(p.activation).saturating_add(1).saturating_mul(u128::from(p.epoch_length));
        within(Field::MinLock, p.min_lock, counts, span)?;
        within(Field::MaxLock, p.max_lock, u128::from(p.min_lock), span)?;
        within(Field::LockBonus, p.lock_bonus, 0, one.saturating_mul(10))?;
        within(Field::Unbonding, p.unbonding, u128::from(p.max_reorg), span)?;
        within(Field::MinWeight, p.min_weight, 1, u128::from(u64::MAX).saturating_mul(one))?;
        within(Field::MinTotalWeight, p.min_total_weight, p.min_weight, u128::from(u64::MAX).saturating_mul(one))?;
        if p.ration != 0 {
            within(Field::Ration, p.ration, one.div_ceil(1_000), one.saturating_mul(1_000))?;
        }
        within(Field::Horizon, p.horizon, 1, 100_000)?;
        if p.max_lead != 0 {
            within(Field::MaxLead, p.max_lead, one, max_boost)?;
        }
        Ok(())
    }

    fn check_curve(&self) -> Result<(), ParamError> {
        // Boosts are in range by their type; what is left is to be at most `max_boost`.
        let max_boost = u128::from(self.stake.max_boost.billionths());
        let unit = |unit| within(Field::CurveUnit, unit, 1, u128::MAX);
        match self.stake.curve {
            Curve::Flat => Ok(()),
            Curve::Constant { boost } => within(Field::CurveBoost, boost.billionths(), u128::from(BILLION), max_boost),
            Curve::Linear { unit: u, .. } | Curve::Sqrt { unit: u } | Curve::Log2 { unit: u } => unit(u),
            Curve::Power { unit: u, cap, .. } => {
                unit(u)?;
                within(Field::CurveCap, cap, 1, u128::from(u32::MAX))
            }
        }
    }

    fn check_difficulty(&self) -> Result<(), ParamError> {
        let p = &self.difficulty;
        let block_time = u128::from(p.block_time);
        within(Field::BlockTime, p.block_time, 500, 3_600_000)?;
        within(Field::HalfLife, p.half_life, block_time.saturating_mul(2), block_time.saturating_mul(10_000))?;
        within(Field::MaxGap, p.max_gap, block_time, u128::from(p.half_life).saturating_mul(100))?;
        // work(limit) >= 16 * max_boost, so that even the easiest boosted target takes some work (R8.4).
        let easiest = Target::clamped(U256::MAX.checked_div(U256::from(16u8)).unwrap_or_default()).to_compact();
        let hardest = Target::MIN.to_compact().to_raw();
        within(Field::Limit, p.limit.to_raw(), u128::from(hardest), u128::from(easiest.to_raw()))?;
        // The work is below 2^256; where the product saturates it is far above the native bound.
        let product = p.limit.work().saturating_mul(U256::from(BILLION));
        let largest = product.checked_div(U256::from(16u8)).unwrap_or_default();
        let largest = narrow_128(largest).min(u128::from(Factor::MAX.billionths()));
        within(Field::MaxBoost, self.stake.max_boost.billionths(), u128::from(BILLION), largest)
    }

    fn check_rewards(&self) -> Result<(), ParamError> {
        let p = &self.rewards;
        let one = u128::from(BILLION);
        within(Field::Initial, p.initial, 0, MAX_SUBSIDY)?;
        within(Field::Tail, p.tail, 0, p.initial)?;
        within(Field::Decay, p.decay, 0, one)?;
        within(Field::Period, p.period, 1, u128::from(u32::MAX))?;
        within(Field::TreasuryShare, p.treasury_share, 0, one)?;
        within(Field::TreasuryFeeShare, p.treasury_fee_share, 0, one)?;
        within(Field::Maturity, p.maturity, u128::from(self.stake.max_reorg), u128::from(MAX_SPAN))
    }
}

fn within(field: Field, value: impl Into<u128>, min: u128, max: u128) -> Result<(), ParamError> {
    let value = value.into();
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(ParamError { field, value, min, max })
    }
}

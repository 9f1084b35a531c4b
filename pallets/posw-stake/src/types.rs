//! What the pallet stores, and the arithmetic that belongs to single records.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
    defensive, traits::Get, BoundedVec, CloneNoBound, DebugNoBound, DefaultNoBound, EqNoBound, PartialEqNoBound,
};
use posw_primitives::{
    credit::credit_cap, params::MAX_ACTIVATION, Credit, CreditAccount, Curve, Epoch, Factor, StakeParams, BILLION, U256,
};
use scale_info::TypeInfo;
use sp_core::ConstU32;
use sp_runtime::helpers_128bit::multiply_by_rational_with_rounding;
use sp_runtime::Rounding;

/// Most changes of one deposit's weight that wait at a time: the end of an old lock, a relock, the end of the new lock.
pub const MAX_CHANGES: u32 = 3;
/// Complete epochs that the lead cap looks at (R7.6).
pub const LEAD_EPOCHS: u32 = 4;

/// A weight that a deposit gets at the start of an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct WeightChange {
    /// The epoch.
    pub epoch: u32,
    /// The deposit's weight from then on.
    pub weight: u128,
}

/// Coins that were put on hold together.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Deposit {
    /// Its number, counted per account.
    pub id: u32,
    /// Coins on hold.
    pub amount: u128,
    /// Weight as of the last change that was applied.
    pub weight: u128,
    /// Further changes, by epoch.
    pub changes: BoundedVec<WeightChange, ConstU32<MAX_CHANGES>>,
    /// Block from which it can be unlocked.
    pub lock_end: u32,
    /// Whether the end of the lock will lower a weight to `amount`, and is not among `changes` yet.
    pub fades: bool,
    /// Epoch from which it has, or will have, its full weight.
    pub active_from: u32,
    /// Block from which it can be withdrawn, once it is unlocked.
    pub withdrawable: Option<u32>,
}

impl Deposit {
    /// The weight after all scheduled changes, the end of the lock apart.
    pub fn last_weight(&self) -> u128 {
        self.changes.last().map_or(self.weight, |change| change.weight)
    }

    /// Weight beyond the amount: until `active_from`, as long as that is among `changes`, and from then on.
    pub fn bonuses(&self) -> (u128, u128) {
        let bonus = |weight: u128| weight.saturating_sub(self.amount);
        let after = bonus(self.last_weight());
        let waits = self.changes.last().is_some_and(|change| change.epoch == self.active_from);
        let before = self.changes.iter().rev().nth(1).map_or(self.weight, |change| change.weight);
        (if waits { bonus(before) } else { after }, after)
    }

    /// Whether there is a bonus that the end of the lock can take away.
    pub fn has_bonus(&self) -> bool {
        self.bonuses() != (0, 0)
    }

    /// Lets the lock end, so that the bonus is gone from `epoch` on. A new deposit that waits for its activation gets no more
    /// than its amount then, and a relock that waits has no effect.
    ///
    /// # Errors
    /// Where [`MAX_CHANGES`] are scheduled already.
    ///
    /// # Consensus
    /// R6.1.
    pub fn end_lock(&mut self, epoch: u32) -> Result<(), WeightChange> {
        self.fades = false;
        let by_then = self.changes.iter().rev().find(|change| change.epoch <= epoch);
        let counts = by_then.map_or(self.weight, |change| change.weight) > 0;
        let epoch = if counts { epoch } else { self.active_from };
        self.changes.retain(|change| change.epoch < epoch);
        if self.last_weight() == self.amount {
            return Ok(());
        }
        self.changes.try_push(WeightChange { epoch, weight: self.amount })
    }

    /// Appends a change, or replaces the last one where that is not earlier, and returns the epoch of the change.
    ///
    /// # Errors
    /// Where [`MAX_CHANGES`] are scheduled already.
    pub fn schedule(&mut self, epoch: u32, weight: u128) -> Result<u32, WeightChange> {
        match self.changes.last_mut() {
            Some(last) if last.epoch >= epoch => {
                last.weight = weight;
                Ok(last.epoch)
            }
            _ => self.changes.try_push(WeightChange { epoch, weight }).map(|()| epoch),
        }
    }

    /// Takes `slashed` coins away; all weights shrink in proportion, rounded down.
    ///
    /// # Consensus
    /// R6.7.
    pub fn slash(&mut self, slashed: u128) {
        let left = self.amount.saturating_sub(slashed);
        // The quotient is at most the weight, so there is no overflow; an amount is never zero.
        let shrink = |weight: u128| {
            multiply_by_rational_with_rounding(weight, left, self.amount, Rounding::Down).unwrap_or_default()
        };
        self.weight = shrink(self.weight);
        self.changes.iter_mut().for_each(|change| change.weight = shrink(change.weight));
        self.amount = left;
    }
}

/// An account's deposits and its credit.
#[derive(
    CloneNoBound, DebugNoBound, DefaultNoBound, PartialEqNoBound, EqNoBound, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
#[scale_info(skip_type_params(MaxDeposits))]
#[codec(mel_bound())]
pub struct Account<MaxDeposits: Get<u32>> {
    /// Deposits, oldest first.
    pub deposits: BoundedVec<Deposit, MaxDeposits>,
    /// Number of the next deposit.
    pub next_deposit: u32,
    /// Credit as of the last block by this account or change of its weight.
    pub credit: CreditAccount,
}

impl<MaxDeposits: Get<u32>> Account<MaxDeposits> {
    /// Weight as of the last change that was applied.
    pub fn weight(&self) -> u128 {
        self.deposits.iter().fold(0, |sum, deposit| deposit.weight.saturating_add(sum))
    }

    /// The first epoch with a scheduled change.
    pub fn next_change(&self) -> Option<u32> {
        self.deposits.iter().filter_map(|deposit| deposit.changes.first()).map(|change| change.epoch).min()
    }

    /// Applies the changes of `epoch`, which must be the first ones, and returns their number.
    pub fn apply_changes(&mut self, epoch: u32) -> u32 {
        let mut applied: u32 = 0;
        for deposit in self.deposits.iter_mut() {
            let Some(change) = deposit.changes.first().copied().filter(|change| change.epoch == epoch) else {
                continue;
            };
            deposit.changes.retain(|other| other.epoch != epoch);
            deposit.weight = change.weight;
            // A relock may have given up the bonus that it replaces.
            deposit.fades &= deposit.has_bonus();
            applied = applied.saturating_add(1);
        }
        applied
    }

    /// The deposit with this number.
    pub fn deposit_mut(&mut self, id: u32) -> Option<&mut Deposit> {
        self.deposits.iter_mut().find(|deposit| deposit.id == id)
    }
}

/// The key of an account that chose one; its account id seals otherwise (R6.5).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct KeyRecord {
    /// In force until a pending change.
    pub key: Option<[u8; 32]>,
    /// The epoch of a change and what the key is from then on.
    pub pending: Option<(u32, Option<[u8; 32]>)>,
}

impl KeyRecord {
    /// The key in force in `epoch`; `None` is the account id.
    pub fn in_force(&self, epoch: u32) -> Option<[u8; 32]> {
        match self.pending {
            Some((from, key)) if from <= epoch => key,
            _ => self.key,
        }
    }
}

/// A change of the network's weight; never rises and falls at once.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct WeightDelta {
    /// Weight added.
    pub rise: u128,
    /// Weight taken away.
    pub fall: u128,
}

impl WeightDelta {
    /// The step from one weight to another.
    pub fn step(from: u128, to: u128) -> Self {
        Self { rise: to.saturating_sub(from), fall: from.saturating_sub(to) }
    }

    /// The sum of both. A sum beyond 128 bits saturates; weights are at most eleven times the coins, which is below 2^128.
    pub fn plus(self, other: Self) -> Self {
        let (rise, fall) = (self.rise.saturating_add(other.rise), self.fall.saturating_add(other.fall));
        Self::step(fall, rise)
    }

    /// The opposite change.
    pub fn reversed(self) -> Self {
        Self { rise: self.fall, fall: self.rise }
    }

    /// `weight` after the change.
    pub fn apply(self, weight: u128) -> u128 {
        weight.saturating_add(self.rise).saturating_sub(self.fall)
    }
}

/// What the cap of credits follows from in one epoch (R7.2).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Rationing {
    /// Boosted blocks earned per block by all stake, in billionths; while that is off, the last value before.
    pub ration: u64,
    /// Blocks whose earnings can be saved up.
    pub horizon: u32,
    /// The network's weight.
    pub total_weight: u128,
}

impl Rationing {
    /// The most credit that `weight` can hold.
    pub fn cap(&self, weight: u128) -> Credit {
        credit_cap(self.ration, self.horizon, weight, self.total_weight)
    }
}

/// What accounts need to know about the start of an epoch, in order to settle later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct EpochStart {
    /// The ration's index there.
    pub index: U256,
    /// Rationing in the epoch before.
    pub before: Rationing,
    /// Rationing in this epoch.
    pub after: Rationing,
}

/// An epoch at whose start somebody's weight changes.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Boundary {
    /// Changes of deposits, and ends of locks, that refer to this record.
    pub users: u32,
    /// Filled in when the epoch starts.
    pub start: Option<EpochStart>,
}

/// Bonuses of deposits that get their full weight in the same epoch, and wait for it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct WaitingBonus {
    /// The epoch.
    pub active_from: u32,
    /// Weight beyond their amounts until then: of locks that were renewed.
    pub before: u128,
    /// Weight beyond their amounts from then on.
    pub after: u128,
}

/// The locks that end at one block and then lower weight.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct LockExpiry {
    /// Bonuses that end with them, of deposits with their full weight; zero once that is scheduled.
    pub fall: u128,
    /// Those of other deposits, by epoch; none once that is scheduled. All of them were made or locked again at most
    /// [`MAX_ACTIVATION`] epochs before, so that there is room.
    pub waiting: BoundedVec<WaitingBonus, ConstU32<MAX_ACTIVATION>>,
    /// Deposits that refer to this record.
    pub deposits: u32,
    /// The epoch from which the bonuses are gone, those apart that begin later; known when the block has ended.
    pub epoch: Option<u32>,
}

impl LockExpiry {
    /// The part of one deposit, in the epoch `current`.
    pub fn of(deposit: &Deposit, current: u32) -> Self {
        let (before, after) = deposit.bonuses();
        let mut part = Self { deposits: 1, ..Self::default() };
        part.wait(WaitingBonus { active_from: deposit.active_from, before, after });
        part.reach(current);
        part
    }

    /// Counts what waits for `epoch` or an earlier one among the deposits with their full weight.
    pub fn reach(&mut self, epoch: u32) {
        let (fall, waiting) = (&mut self.fall, &mut self.waiting);
        waiting.retain(|bonus| {
            let waits = bonus.active_from > epoch;
            if !waits {
                *fall = fall.saturating_add(bonus.after);
            }
            waits
        });
    }

    /// Adds other deposits; both records must have reached the same epoch.
    pub fn add(&mut self, other: &Self) {
        self.fall = self.fall.saturating_add(other.fall);
        self.deposits = self.deposits.saturating_add(other.deposits);
        other.waiting.iter().for_each(|bonus| self.wait(*bonus));
    }

    /// Takes deposits away that were added; both records must have reached the same epoch.
    pub fn subtract(&mut self, other: &Self) {
        self.fall = self.fall.saturating_sub(other.fall);
        self.deposits = self.deposits.saturating_sub(other.deposits);
        for bonus in &other.waiting {
            let same = |found: &&mut WaitingBonus| found.active_from == bonus.active_from;
            if let Some(found) = self.waiting.iter_mut().find(same) {
                found.before = found.before.saturating_sub(bonus.before);
                found.after = found.after.saturating_sub(bonus.after);
            }
        }
        self.waiting.retain(|bonus| bonus.before > 0 || bonus.after > 0);
    }

    /// Lets the locks end: what has begun to count by `epoch` is gone from then on, and what begins later never counts.
    /// Returns the steps of the network's weight, by epoch.
    ///
    /// # Consensus
    /// R6.1.
    pub fn end(&mut self, epoch: u32) -> impl Iterator<Item = (u32, WeightDelta)> {
        self.reach(epoch);
        self.epoch = Some(epoch);
        let waiting = core::mem::take(&mut self.waiting);
        let before =
            waiting.iter().fold(core::mem::take(&mut self.fall), |sum, bonus| sum.saturating_add(bonus.before));
        let later = waiting.into_iter().map(|bonus| (bonus.active_from, WeightDelta::step(bonus.after, bonus.before)));
        core::iter::once((epoch, WeightDelta::step(before, 0))).chain(later)
    }

    fn wait(&mut self, bonus: WaitingBonus) {
        let position = self.waiting.partition_point(|found| found.active_from < bonus.active_from);
        match self.waiting.get_mut(position).filter(|found| found.active_from == bonus.active_from) {
            Some(found) => {
                found.before = found.before.saturating_add(bonus.before);
                found.after = found.after.saturating_add(bonus.after);
            }
            None => {
                if self.waiting.try_insert(position, bonus).is_err() {
                    defensive!("stake waits for at most so many epochs");
                }
            }
        }
    }
}

/// The epoch that the next block belongs to, or during a block that block, with what is fixed for it (R7.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct EpochState {
    /// Number, first block and length.
    pub epoch: Epoch,
    /// The network's weight.
    pub total_weight: u128,
    /// Largest boost by the lead cap (R7.6).
    pub lead_cap: Factor,
    /// The ration, in billionths; while it is off the last one before, which credits are capped by still (R7.2).
    pub cap_ration: u64,
}

impl EpochState {
    /// What the cap of credits follows from, where credit of so many blocks can be saved up.
    pub fn rationing(&self, horizon: u32) -> Rationing {
        Rationing { ration: self.cap_ration, horizon, total_weight: self.total_weight }
    }
}

impl Default for EpochState {
    fn default() -> Self {
        let StakeParams { epoch_length, ration, .. } = default_params();
        Self { epoch: Epoch::first(epoch_length), total_weight: 0, lead_cap: Factor::ONE, cap_ration: ration }
    }
}

/// The factors of one epoch's blocks, as the lead cap needs them (R7.6).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct FactorSum {
    /// Sum of [`Factor::inverse`].
    pub inverse: u128,
    /// Number of blocks.
    pub blocks: u32,
}

impl FactorSum {
    /// `blocks` blocks of factor 1.0.
    pub fn unboosted(blocks: u32) -> Self {
        Self { inverse: u128::from(BILLION).saturating_mul(u128::from(blocks)), blocks }
    }

    /// One more block.
    pub fn add(&mut self, factor: Factor) {
        self.inverse = self.inverse.saturating_add(u128::from(factor.inverse()));
        self.blocks = self.blocks.saturating_add(1);
    }
}

/// The protocol's defaults (section 10), with one coin of 12 decimals as the smallest weight.
pub fn default_params() -> StakeParams {
    const DAY: u32 = 5_760;
    const COIN: u128 = 1_000_000_000_000;
    StakeParams {
        epoch_length: 240,
        min_lock: DAY.saturating_mul(7),
        max_lock: DAY.saturating_mul(365),
        lock_bonus: BILLION,
        activation: 2,
        unbonding: DAY.saturating_mul(7),
        min_weight: COIN,
        min_total_weight: COIN.saturating_mul(1_000),
        curve: Curve::Constant { boost: Factor::clamped(20_000_000_000) },
        max_boost: Factor::clamped(20_000_000_000),
        ration: BILLION.saturating_mul(2),
        horizon: 360,
        max_lead: BILLION.saturating_mul(2),
        max_reorg: 24,
    }
}

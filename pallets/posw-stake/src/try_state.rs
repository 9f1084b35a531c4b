//! Invariants of the pallet's storage, checked after every test and by `try-runtime`.
//!
//! They sum over all accounts, so nothing of this runs in a block.

use crate::{
    asset,
    ledger::{expiries, references, steps, Ledger},
    types::{EpochState, FactorSum, LockExpiry, WeightDelta, LEAD_EPOCHS},
    Accounts, Author, Boundaries, Config, CurrentEpoch, EpochFactors, FactorHistory, Index, LockExpiries, Pallet,
    Parameters, PendingParams, SealingKeys, Staked, TotalChanges,
};
use alloc::collections::BTreeMap;
use frame_support::ensure;
use posw_primitives::{factor::lead_cap, Credit, Factor, Params};
use sp_core::Get;
use sp_runtime::TryRuntimeError;

/// What the accounts' records add up to.
#[derive(Default)]
struct Sums {
    staked: u128,
    /// Weight in the current epoch.
    weight: u128,
    /// Scheduled changes of it, by epoch.
    steps: BTreeMap<u32, WeightDelta>,
    references: BTreeMap<u32, u32>,
    expiries: BTreeMap<u32, LockExpiry>,
}

impl<T: Config> Pallet<T> {
    /// Checks all invariants.
    ///
    /// # Errors
    /// Names the first one that does not hold.
    pub fn check_state() -> Result<(), TryRuntimeError> {
        let mut sums = Sums::default();
        for who in Accounts::<T>::iter_keys() {
            Self::check_account(&who, &mut sums)?;
        }
        for who in frame_system::Account::<T>::iter_keys().filter(|who| !Accounts::<T>::contains_key(who)) {
            ensure!(asset::held::<T>(&who) == 0, "no coins are on hold without a deposit");
        }
        ensure!(Staked::<T>::get() == sums.staked, "Staked is the sum of all deposits");
        Self::check_expiries(&mut sums)?;
        Self::check_boundaries(&sums)?;
        Self::check_totals(&sums)?;
        Self::check_epoch()?;
        Self::check_keys()?;
        Self::check_params()
    }

    fn check_params() -> Result<(), TryRuntimeError> {
        let in_range = |stake| Params { stake, ..T::AllParams::get() }.check().is_ok();
        let pending = PendingParams::<T>::get();
        ensure!(pending.is_none_or(in_range), "pending parameters are in range");
        ensure!(pending.is_some() || in_range(Parameters::<T>::get()), "the parameters in force are in range");
        Ok(())
    }

    fn check_account(who: &T::AccountId, sums: &mut Sums) -> Result<(), TryRuntimeError> {
        let stored = Accounts::<T>::get(who);
        ensure!(!stored.deposits.is_empty(), "an account without deposits is removed");
        let amounts = stored.deposits.iter().fold(0u128, |sum, deposit| sum.saturating_add(deposit.amount));
        ensure!(asset::held::<T>(who) == amounts, "the coins of deposits are on hold");
        sums.staked = sums.staked.saturating_add(amounts);

        let mut next_id = 0;
        for deposit in &stored.deposits {
            ensure!(deposit.id >= next_id, "deposits are in the order of their numbers");
            next_id = deposit.id.saturating_add(1);
            ensure!(deposit.amount > 0, "a deposit has coins");
            let epochs = deposit.changes.iter().map(|change| change.epoch);
            ensure!(epochs.clone().zip(epochs.skip(1)).all(|(a, b)| a < b), "changes are in the order of epochs");
            ensure!(!deposit.fades || deposit.has_bonus(), "a lock's end takes a bonus away");
            ensure!(deposit.withdrawable.is_none() || deposit.last_weight() == 0, "an unlocked deposit stops counting");
        }
        ensure!(stored.next_deposit >= next_id, "a deposit's number is below the next one");

        ensure!(stored.credit.index <= Index::<T>::get(), "credit is not settled beyond the index");
        let epoch = CurrentEpoch::<T>::get().epoch.index;
        let account = Ledger::<T>::load(who).account;
        let weight = account.weight();
        ensure!(weight > 0 || account.credit.credit == Credit::ZERO, "no weight, no credit");
        sums.weight = sums.weight.saturating_add(weight);
        for deposit in &account.deposits {
            for (epoch, step) in steps(deposit, deposit.weight, epoch.saturating_add(1)) {
                let sum = sums.steps.entry(epoch).or_default();
                *sum = sum.plus(step);
            }
        }
        for (epoch, count) in references(&stored) {
            let sum = sums.references.entry(epoch).or_default();
            *sum = sum.saturating_add(count);
        }
        for (block, part) in expiries(&stored, epoch) {
            sums.expiries.entry(block).or_default().add(&part);
        }
        Ok(())
    }

    fn check_expiries(sums: &mut Sums) -> Result<(), TryRuntimeError> {
        let current = CurrentEpoch::<T>::get().epoch.index;
        let mut records: u32 = 0;
        for (block, mut expiry) in LockExpiries::<T>::iter() {
            records = records.saturating_add(1);
            let parts = sums.expiries.get(&block).cloned().unwrap_or_default();
            ensure!(expiry.deposits == parts.deposits && expiry.deposits > 0, "a lock's end knows its deposits");
            if let Some(epoch) = expiry.epoch {
                ensure!(expiry.fall == 0 && expiry.waiting.is_empty(), "a lock ends once");
                let sum = sums.references.entry(epoch).or_default();
                *sum = sum.saturating_add(1);
            } else {
                expiry.reach(current);
                ensure!(expiry == parts, "a lock's end takes away the bonuses of its deposits");
                ensure!(block >= Self::now(), "locks end with their block");
            }
        }
        ensure!(u32::try_from(sums.expiries.len()) == Ok(records), "every lock that ends with a bonus has a record");
        Ok(())
    }

    fn check_boundaries(sums: &Sums) -> Result<(), TryRuntimeError> {
        let current = CurrentEpoch::<T>::get().epoch.index;
        let mut records: u32 = 0;
        for (epoch, boundary) in Boundaries::<T>::iter() {
            records = records.saturating_add(1);
            ensure!(sums.references.get(&epoch) == Some(&boundary.users), "an epoch's start counts its references");
            ensure!(boundary.start.is_some() == (epoch <= current), "an epoch's start is known when it has begun");
        }
        ensure!(u32::try_from(sums.references.len()) == Ok(records), "every epoch with a change has a record");
        Ok(())
    }

    fn check_totals(sums: &Sums) -> Result<(), TryRuntimeError> {
        let state = CurrentEpoch::<T>::get();
        let next = state.epoch.index.saturating_add(1);
        // A slash lowers an account's weight before the network's.
        ensure!(state.total_weight >= sums.weight, "the network's weight is not below the accounts'");
        let step = |epoch: u32| sums.steps.get(&epoch).copied().unwrap_or_default();
        ensure!(
            TotalChanges::<T>::get(next).apply(state.total_weight) == step(next).apply(sums.weight),
            "the network's next weight is the accounts' next weights"
        );
        for (epoch, change) in TotalChanges::<T>::iter() {
            ensure!(epoch >= next, "changes of past epochs are removed");
            ensure!(epoch == next || change == step(epoch), "the network's weight follows the accounts'");
        }
        let missing = sums.steps.iter().any(|(epoch, step)| {
            *epoch > next && *step != WeightDelta::default() && !TotalChanges::<T>::contains_key(epoch)
        });
        ensure!(!missing, "every change of weight is scheduled");
        Ok(())
    }

    fn check_epoch() -> Result<(), TryRuntimeError> {
        let state = CurrentEpoch::<T>::get();
        let now = Self::now();
        let during = Author::<T>::exists();
        let next = if during { now } else { now.saturating_add(1) };
        ensure!(state.epoch.start <= next && next <= state.epoch.last(), "the next block is in the current epoch");
        let ration = Parameters::<T>::get().ration;
        ensure!(ration == 0 || ration == state.cap_ration, "credits are capped by the ration");
        Self::check_factors(&state, next, during)
    }

    /// Of the kept epochs, their lengths are known no more; but together they are not longer than the chain, and the blocks
    /// of those that are not from genesis come right before the current epoch. Block 0 has no factor.
    fn check_factors(state: &EpochState, next: u32, during: bool) -> Result<(), TryRuntimeError> {
        let first = state.epoch.start.max(1);
        let blocks = next.saturating_sub(first).saturating_add(during.into());
        let current = EpochFactors::<T>::get();
        ensure!(current.blocks == blocks, "the current epoch's factors are one for each block");

        let history = FactorHistory::<T>::get();
        ensure!(u32::try_from(history.len()) == Ok(LEAD_EPOCHS), "the lead cap has a history");
        let in_range = |sum: &FactorSum| {
            let per_block = u128::from(Factor::MAX.inverse())..=u128::from(Factor::ONE.inverse());
            let blocks = u128::from(sum.blocks);
            (per_block.start().saturating_mul(blocks)..=per_block.end().saturating_mul(blocks)).contains(&sum.inverse)
        };
        ensure!(history.iter().chain([&current]).all(in_range), "a factor is between 1.0 and the largest");
        let ended = history.iter().rev().zip(0..state.epoch.index).map(|(sum, _)| sum.blocks);
        ensure!(history.iter().all(|sum| sum.blocks > 0), "an epoch has blocks");
        let ended = ended.fold(0u32, u32::saturating_add);
        let before = first.saturating_sub(1);
        let complete = state.epoch.index <= LEAD_EPOCHS;
        ensure!(ended <= before && (!complete || ended == before), "a kept epoch's factors are one for each block");

        let sum = Self::factors();
        let lead_cap = lead_cap(Parameters::<T>::get().max_lead, sum.inverse, sum.blocks.into());
        ensure!(state.lead_cap == lead_cap, "the lead cap follows from the kept epochs");
        Ok(())
    }

    fn check_keys() -> Result<(), TryRuntimeError> {
        let next = Self::epoch().index.saturating_add(1);
        for (who, keys) in SealingKeys::<T>::iter() {
            ensure!(keys.key.is_some() || keys.pending.is_some(), "a record of keys has one");
            ensure!(keys.pending.is_none_or(|(epoch, _)| epoch <= next), "a key is in force from the next epoch on");
            let others = asset::references::<T>(&who);
            ensure!(frame_system::Pallet::<T>::consumers(&who) > others, "a sealing key keeps its account alive");
        }
        Ok(())
    }
}

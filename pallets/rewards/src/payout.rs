//! The end of a block: what it earned is written down, what has matured is minted (R9.1, R9.2, R9.3).

use crate::{
    asset, types::Reward, Collected, Config, Event, OldestPending, Outstanding, Pallet, Parameters, Pending,
    PendingParams, Unpaid,
};
use posw_primitives::{
    issuance::{share, subsidy},
    RewardParams,
};
use sp_consensus_posw::{Author, EndOfBlock};
use sp_core::Get;

/// Most rewards that one block mints. As it earns only one, what a shorter maturity leaves behind becomes one less with each.
pub(crate) const MAX_MINTED: u32 = 2;

impl<T: Config> EndOfBlock for Pallet<T> {
    fn end_of_block(number: u32, ends_epoch: bool) {
        let params = Parameters::<T>::get();
        write_down::<T>(number, &params);
        mint_matured::<T>(number, params.maturity);
        let pending = if ends_epoch { PendingParams::<T>::take() } else { None };
        if let Some(new) = pending {
            Parameters::<T>::put(new);
            Self::deposit_event(Event::ParamsApplied { old: params, new });
        }
    }
}

/// Writes down what block `number` earned.
fn write_down<T: Config>(number: u32, params: &RewardParams) {
    let collected = Collected::<T>::take();
    let subsidy = subsidy(number, params);
    let treasury =
        share(subsidy, params.treasury_share).saturating_add(share(collected.fees, params.treasury_fee_share));
    let total = subsidy.saturating_add(collected.fees).saturating_add(collected.tips);
    Outstanding::<T>::mutate(|sum| *sum = sum.saturating_add(subsidy));
    let reward = match T::Author::author() {
        Some(miner) => Reward { miner, amount: total.saturating_sub(treasury), treasury },
        // A block has an author; without one nothing must get lost.
        None => Reward { miner: T::TreasuryAccount::get(), amount: 0, treasury: total },
    };
    Pending::<T>::insert(number, reward);
}

/// Mints the oldest rewards, those of blocks at least `maturity` before `number`.
fn mint_matured<T: Config>(number: u32, maturity: u32) {
    let oldest = OldestPending::<T>::get();
    let next = number.saturating_sub(maturity).saturating_add(1).min(oldest.saturating_add(MAX_MINTED)).max(oldest);
    for earned_in in oldest..next {
        if let Some(reward) = Pending::<T>::take(earned_in) {
            pay::<T>(reward.miner, reward.amount);
            pay::<T>(T::TreasuryAccount::get(), reward.treasury);
        }
    }
    OldestPending::<T>::put(next);
}

/// Mints a matured reward together with what could not be minted before.
fn pay<T: Config>(who: T::AccountId, amount: u128) {
    let unpaid = Unpaid::<T>::take(&who);
    let amount = amount.saturating_add(unpaid);
    if amount == 0 {
        return;
    }
    match asset::mint::<T>(&who, amount) {
        Ok(()) => {
            Outstanding::<T>::mutate(|sum| *sum = sum.saturating_sub(amount));
            Pallet::<T>::deposit_event(Event::Rewarded { who, amount });
        }
        Err(reason) => {
            log::debug!(target: crate::LOG_TARGET, "reward of {amount} not minted: {reason:?}");
            Unpaid::<T>::insert(&who, amount);
            Pallet::<T>::deposit_event(Event::RewardUnpaid { who, amount, reason });
        }
    }
}

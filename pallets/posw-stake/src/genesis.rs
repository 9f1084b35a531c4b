//! Genesis: the checks that a runtime makes before it builds, and what is built.

use crate::{
    asset,
    ledger::Ledger,
    types::{EpochState, FactorSum, KeyRecord, LEAD_EPOCHS},
    AccountOf, Config, CurrentEpoch, FactorHistory, GenesisConfig, Pallet, Parameters, SealingKeys, Staked,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
};
use frame_support::BoundedVec;
use posw_primitives::{factor::lead_cap, Epoch};
use sp_core::Get;

impl<T: Config> GenesisConfig<T> {
    /// Checks stakes and keys; the parameters are checked with those of the other pallets, by
    /// [`Params::check`](posw_primitives::Params::check).
    ///
    /// # Errors
    /// Names the field, its value and what is allowed.
    pub fn check(&self) -> Result<(), String> {
        let params = &self.params;
        let mut deposits = BTreeMap::<&T::AccountId, u32>::new();
        for (position, (who, amount, lock)) in self.stakes.iter().enumerate() {
            let refuse = |what: &str, value: u128, allowed: String| {
                Err(format!("poswStake.stakes[{position}] of {who:?}: {what} is {value}, allowed is {allowed}"))
            };
            if *amount < params.min_weight {
                return refuse("the amount", *amount, format!("at least {}", params.min_weight));
            }
            if !(params.min_lock..=params.max_lock).contains(lock) {
                return refuse("the lock", (*lock).into(), format!("{}..={}", params.min_lock, params.max_lock));
            }
            let count = deposits.entry(who).or_default();
            *count = count.saturating_add(1);
            if *count > T::MaxDeposits::get() {
                return refuse("the number of deposits", (*count).into(), format!("at most {}", T::MaxDeposits::get()));
            }
        }
        let mut accounts = BTreeSet::new();
        match self.keys.iter().find(|(who, _)| !accounts.insert(who)) {
            Some((who, _)) => Err(format!("poswStake.keys: there are two keys of {who:?}, allowed is one")),
            None => Ok(()),
        }
    }

    /// Checks that accounts own what genesis stakes for them: a hold leaves the existential deposit free, and a sealing key
    /// needs an account.
    ///
    /// # Errors
    /// Names the account, its balance and what is needed.
    pub fn check_funded(
        &self,
        balance: impl Fn(&T::AccountId) -> u128,
        existential_deposit: u128,
    ) -> Result<(), String> {
        let mut needed = BTreeMap::<&T::AccountId, u128>::new();
        for (who, _) in &self.keys {
            needed.insert(who, existential_deposit);
        }
        for (who, amount, _) in &self.stakes {
            let sum = needed.entry(who).or_insert(existential_deposit);
            *sum = sum.saturating_add(*amount);
        }
        for (who, needed) in needed {
            let balance = balance(who);
            if balance < needed {
                return Err(format!("poswStake: {who:?} has a balance of {balance}, its stakes and key need {needed}"));
            }
        }
        Ok(())
    }

    /// # Panics
    /// Where the coins of a stake cannot be held, or the account of a key does not exist: see [`Self::check_funded`].
    #[allow(clippy::panic)]
    pub(crate) fn build_storage(&self) {
        let params = &self.params;
        let mut accounts = BTreeMap::<&T::AccountId, AccountOf<T>>::new();
        for (who, amount, lock) in &self.stakes {
            if let Err(error) = asset::hold::<T>(who, *amount) {
                panic!("poswStake: cannot hold the stake of {amount} of {who:?}: {error:?}");
            }
            let account = accounts.entry(who).or_default();
            let deposit = Pallet::<T>::genesis_deposit(params, account.next_deposit, *amount, *lock);
            account.next_deposit = account.next_deposit.saturating_add(1);
            if account.deposits.try_push(deposit).is_err() {
                panic!("poswStake: {who:?} has more than {} deposits", T::MaxDeposits::get());
            }
            Staked::<T>::mutate(|staked| *staked = staked.saturating_add(*amount));
        }
        Parameters::<T>::put(params);
        let unboosted = FactorSum::unboosted(params.epoch_length);
        let history = (0..LEAD_EPOCHS).map(|_| unboosted).collect();
        FactorHistory::<T>::put(BoundedVec::truncate_from(history));
        CurrentEpoch::<T>::put(EpochState {
            epoch: Epoch::first(params.epoch_length),
            total_weight: accounts.values().fold(0, |sum, account| account.weight().saturating_add(sum)),
            lead_cap: lead_cap(params.max_lead, unboosted.inverse, unboosted.blocks.into()),
            cap_ration: params.ration,
        });
        for (who, account) in accounts {
            Ledger::<T>::genesis(who, account).save();
        }
        for (who, key) in &self.keys {
            if let Err(error) = frame_system::Pallet::<T>::inc_consumers(who) {
                panic!("poswStake: no sealing key without an account, {who:?}: {error:?}");
            }
            SealingKeys::<T>::insert(who, KeyRecord { key: Some(key.0), pending: None });
        }
    }
}

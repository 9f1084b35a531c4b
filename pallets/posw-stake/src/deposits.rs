//! Deposits: made, locked again, unlocked, withdrawn, slashed (R6.1 to R6.3, R6.7).

use crate::{
    asset,
    ledger::{self, AccountOf, Ledger},
    types::{Deposit, WeightChange},
    Config, CurrentEpoch, Error, Event, Pallet, Parameters, PendingParams, Staked,
};
use frame_support::ensure;
use posw_primitives::{stake::deposit_weight, StakeParams};
use sp_core::Get;
use sp_runtime::{ArithmeticError, DispatchError};

/// The number of changes that had become due, which the weight of a call depends on.
pub(crate) type Applied = u32;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_stake(who: T::AccountId, amount: u128, lock: u32) -> Result<Applied, DispatchError> {
        let params = Parameters::<T>::get();
        ensure!(amount >= params.min_weight, Error::<T>::AmountTooSmall);
        Self::ensure_lock(&params, lock)?;
        asset::hold::<T>(&who, amount)?;
        let mut ledger = Ledger::<T>::load(&who);
        let active_from = Self::activation_epoch(&params);
        let weight = weight_of(&params, amount, lock);
        let lock_end = Self::now().saturating_add(lock);
        let id = ledger.account.next_deposit;
        ledger.account.next_deposit = id.checked_add(1).ok_or(ArithmeticError::Overflow)?;
        let mut deposit = Deposit {
            id,
            amount,
            weight: 0,
            changes: Default::default(),
            lock_end,
            fades: false,
            active_from,
            withdrawable: None,
        };
        schedule::<T>(&mut deposit, active_from, weight)?;
        deposit.fades = deposit.has_bonus();
        ledger.account.deposits.try_push(deposit).map_err(|_| Error::<T>::TooManyDeposits)?;
        let applied = ledger.applied;
        ledger.save();
        Staked::<T>::mutate(|staked| *staked = staked.saturating_add(amount));
        Self::deposit_event(Event::Staked { who, deposit: id, amount, lock_end, weight, active_from });
        Ok(applied)
    }

    pub(crate) fn do_relock(who: T::AccountId, id: u32, lock: u32) -> Result<Applied, DispatchError> {
        let params = Parameters::<T>::get();
        Self::ensure_lock(&params, lock)?;
        let mut ledger = Ledger::<T>::load(&who);
        let deposit = find::<T>(&mut ledger.account, id)?;
        ensure!(deposit.withdrawable.is_none(), Error::<T>::AlreadyUnlocked);
        ensure!(CurrentEpoch::<T>::get().epoch.index >= deposit.active_from, Error::<T>::NotActive);
        let lock_end = Self::now().saturating_add(lock);
        ensure!(lock_end >= deposit.lock_end, Error::<T>::LockEndsEarlier);
        let (old_weight, old_lock_end) = (deposit.last_weight(), deposit.lock_end);
        let weight = weight_of(&params, deposit.amount, lock);
        if weight != old_weight {
            deposit.active_from = schedule::<T>(deposit, Self::activation_epoch(&params), weight)?;
        }
        deposit.lock_end = lock_end;
        deposit.fades = deposit.has_bonus();
        let active_from = deposit.active_from;
        let applied = ledger.applied;
        ledger.save();
        Self::deposit_event(Event::Relocked {
            who,
            deposit: id,
            old_lock_end,
            lock_end,
            old_weight,
            weight,
            active_from,
        });
        Ok(applied)
    }

    pub(crate) fn do_unlock(who: T::AccountId, id: u32) -> Result<Applied, DispatchError> {
        let mut ledger = Ledger::<T>::load(&who);
        let deposit = find::<T>(&mut ledger.account, id)?;
        ensure!(deposit.withdrawable.is_none(), Error::<T>::AlreadyUnlocked);
        ensure!(Self::now() >= deposit.lock_end, Error::<T>::StillLocked);
        let epoch = CurrentEpoch::<T>::get().epoch;
        let stops = epoch.next(0);
        let withdrawable = stops.start.saturating_add(Parameters::<T>::get().unbonding);
        deposit.changes.clear();
        if deposit.weight > 0 {
            schedule::<T>(deposit, stops.index, 0)?;
        }
        deposit.fades = false;
        deposit.withdrawable = Some(withdrawable);
        let applied = ledger.applied;
        ledger.save();
        Self::deposit_event(Event::Unlocked { who, deposit: id, inactive_from: stops.index, withdrawable });
        Ok(applied)
    }

    pub(crate) fn do_withdraw(who: T::AccountId, id: u32) -> Result<Applied, DispatchError> {
        let mut ledger = Ledger::<T>::load(&who);
        let deposit = find::<T>(&mut ledger.account, id)?;
        let withdrawable = deposit.withdrawable.ok_or(Error::<T>::NotUnlocked)?;
        ensure!(Self::now() >= withdrawable, Error::<T>::StillUnbonding);
        let amount = deposit.amount;
        asset::release::<T>(&who, amount)?;
        Ok(Self::remove(ledger, id, amount, Event::Withdrawn { who, deposit: id, amount }))
    }

    pub(crate) fn do_slash(who: T::AccountId, id: u32, amount: u128) -> Result<Applied, DispatchError> {
        let mut ledger = Ledger::<T>::load(&who);
        let state = CurrentEpoch::<T>::get();
        ledger::settle_credit::<T>(&mut ledger.account, &state);
        let deposit = find::<T>(&mut ledger.account, id)?;
        let (old_amount, old_weight) = (deposit.amount, deposit.weight);
        let slashed = amount.min(old_amount);
        asset::burn::<T>(&who, slashed)?;
        deposit.slash(slashed);
        // Rounding may have taken the rest of a bonus.
        deposit.fades &= deposit.has_bonus();
        let (left, weight) = (deposit.amount, deposit.weight);
        let event = Event::Slashed { who, deposit: id, old_amount, amount: left, old_weight, weight };
        if left == 0 {
            ledger.account.deposits.retain(|deposit| deposit.id != id);
        }
        let cap = Self::rationing(&state).cap(ledger.account.weight());
        ledger.account.credit.clamp(cap);
        let applied = ledger.applied;
        ledger.save();
        Staked::<T>::mutate(|staked| *staked = staked.saturating_sub(slashed));
        Self::deposit_event(event);
        Ok(applied)
    }

    fn remove(mut ledger: Ledger<T>, id: u32, amount: u128, event: Event<T>) -> Applied {
        ledger.account.deposits.retain(|deposit| deposit.id != id);
        let applied = ledger.applied;
        ledger.save();
        Staked::<T>::mutate(|staked| *staked = staked.saturating_sub(amount));
        Self::deposit_event(event);
        applied
    }

    /// The deposit that genesis gives an account: active from the first epoch on.
    pub(crate) fn genesis_deposit(params: &StakeParams, id: u32, amount: u128, lock: u32) -> Deposit {
        let weight = weight_of(params, amount, lock);
        Deposit {
            id,
            amount,
            weight,
            changes: Default::default(),
            lock_end: lock,
            fades: weight > amount,
            active_from: 0,
            withdrawable: None,
        }
    }

    /// The most ends of locks and changes of weight that can be due for one account: an end is a change too once it is known.
    pub(crate) fn max_applied() -> u32 {
        T::MaxDeposits::get().saturating_mul(crate::types::MAX_CHANGES.saturating_add(1))
    }

    /// The first epoch in which stake made now counts: a pending longer activation holds for it already.
    ///
    /// # Consensus
    /// R6.2.
    fn activation_epoch(params: &StakeParams) -> u32 {
        let pending = PendingParams::<T>::get().map_or(0, |pending| pending.activation);
        CurrentEpoch::<T>::get().epoch.index.saturating_add(params.activation.max(pending))
    }

    /// A pending longer `min_lock` holds already, as the activation does, so that a lock lasts until its deposit counts.
    fn ensure_lock(params: &StakeParams, lock: u32) -> Result<(), Error<T>> {
        let pending = PendingParams::<T>::get().map_or(0, |pending| pending.min_lock);
        ensure!(lock >= params.min_lock.max(pending), Error::<T>::LockTooShort);
        ensure!(lock <= params.max_lock, Error::<T>::LockTooLong);
        Ok(())
    }
}

fn weight_of(params: &StakeParams, amount: u128, lock: u32) -> u128 {
    deposit_weight(amount, lock, params.min_lock, params.max_lock, params.lock_bonus)
}

fn find<T: Config>(account: &mut AccountOf<T>, id: u32) -> Result<&mut Deposit, Error<T>> {
    account.deposit_mut(id).ok_or(Error::<T>::NoDeposit)
}

fn schedule<T: Config>(deposit: &mut Deposit, epoch: u32, weight: u128) -> Result<u32, Error<T>> {
    deposit.schedule(epoch, weight).map_err(|_: WeightChange| Error::<T>::ChangePending)
}

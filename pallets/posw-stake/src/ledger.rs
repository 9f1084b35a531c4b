//! The ledger: the only place that writes accounts and the schedules that follow from them.
//!
//! An account is stored as of its last write. [`Ledger::load`] applies what became due since; [`Ledger::save`] derives from
//! what was loaded and what is saved how the schedules change, so that no caller can forget one:
//!
//! | schedule | what it is for a deposit |
//! |---|---|
//! | [`TotalChanges`] of an epoch | the steps of its weight that the network's weight has not taken yet |
//! | [`Boundaries`] of an epoch | one reference for each scheduled change, applied to the account or not |
//! | [`LockExpiries`] of a block | its bonuses, and one reference, until the end of the lock is applied to the account |
//!
//! So there are at most [`MAX_CHANGES`](crate::types::MAX_CHANGES) boundaries and one expiry per deposit, and each deposit has
//! at least `min_weight` on hold: state is bounded by coins.
//!
//! # Consensus
//! R7.2: credit settles where the account's weight changes and where it authors a block, with the caps of the epochs
//! concerned, and nowhere else: when a due change is applied, and how often an account is loaded, makes no difference.

use crate::{
    types::{Account, Boundary, Deposit, EpochStart, EpochState, LockExpiry, WeightDelta},
    Accounts, Boundaries, Config, CurrentEpoch, LockExpiries, Pallet, TotalChanges,
};
use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::defensive;

/// The account record of a runtime.
pub type AccountOf<T> = Account<<T as Config>::MaxDeposits>;

/// An account that is being read or changed.
pub(crate) struct Ledger<T: Config> {
    who: T::AccountId,
    /// As in storage.
    stored: AccountOf<T>,
    /// With everything that is due; the network's weight and its schedule agree with this.
    loaded: AccountOf<T>,
    /// As it is to be saved.
    pub(crate) account: AccountOf<T>,
    /// Ends of locks and changes of weight that were due.
    pub(crate) applied: u32,
}

impl<T: Config> Ledger<T> {
    /// The account of `who`, with all changes up to the current epoch.
    pub(crate) fn load(who: &T::AccountId) -> Self {
        let stored = Accounts::<T>::get(who);
        let mut loaded = stored.clone();
        let epoch = CurrentEpoch::<T>::get().epoch.index;
        let ended = end_own_locks::<T>(&mut loaded);
        let applied = ended.saturating_add(apply_due_changes::<T>(&mut loaded, epoch));
        Self { who: who.clone(), stored, account: loaded.clone(), loaded, applied }
    }

    /// An account whose weight the network's weight contains from the start.
    pub(crate) fn genesis(who: &T::AccountId, account: AccountOf<T>) -> Self {
        Self { who: who.clone(), stored: Account::default(), loaded: account.clone(), account, applied: 0 }
    }

    /// Writes the account and whatever follows for the schedules; an account without deposits is removed.
    pub(crate) fn save(self) {
        self.save_totals();
        self.save_boundaries();
        self.save_expiries();
        if self.account.deposits.is_empty() {
            Accounts::<T>::remove(&self.who);
        } else {
            Accounts::<T>::insert(&self.who, self.account);
        }
    }

    fn save_totals(&self) {
        let next = CurrentEpoch::<T>::get().epoch.index.saturating_add(1);
        let mut changes = BTreeMap::<u32, WeightDelta>::new();
        let mut add = |epoch: u32, delta: WeightDelta| {
            let change = changes.entry(epoch).or_default();
            *change = change.plus(delta);
        };
        for deposit in &self.loaded.deposits {
            steps(deposit, deposit.weight, next).for_each(|(epoch, step)| add(epoch, step.reversed()));
            if !self.account.deposits.iter().any(|kept| kept.id == deposit.id) {
                add(next, WeightDelta::step(deposit.weight, 0));
            }
        }
        for deposit in &self.account.deposits {
            let before = self.loaded.deposits.iter().find(|old| old.id == deposit.id).map_or(0, |old| old.weight);
            steps(deposit, before, next).for_each(|(epoch, step)| add(epoch, step));
        }
        for (epoch, change) in changes {
            add_total_change::<T>(epoch, change);
        }
    }

    fn save_boundaries(&self) {
        let (before, after) = (references(&self.stored), references(&self.account));
        for epoch in keys(&before, &after) {
            let count = |counts: &BTreeMap<u32, u32>| counts.get(&epoch).copied().unwrap_or_default();
            refer::<T>(epoch, count(&after), count(&before));
        }
    }

    fn save_expiries(&self) {
        let current = CurrentEpoch::<T>::get().epoch.index;
        let (before, after) = (expiries(&self.stored, current), expiries(&self.account, current));
        for block in keys(&before, &after) {
            let part = |parts: &BTreeMap<u32, LockExpiry>| parts.get(&block).cloned().unwrap_or_default();
            let (old, new) = (part(&before), part(&after));
            if old == new {
                continue;
            }
            LockExpiries::<T>::mutate_exists(block, |record| {
                let mut expiry = record.take().unwrap_or_default();
                expiry.reach(current);
                if expiry.epoch.is_some() {
                    // Its bonuses are scheduled.
                    expiry.deposits = expiry.deposits.saturating_sub(old.deposits);
                } else {
                    expiry.subtract(&old);
                    expiry.add(&new);
                }
                if let (0, Some(epoch)) = (expiry.deposits, expiry.epoch) {
                    refer::<T>(epoch, 0, 1);
                }
                *record = (expiry.deposits > 0).then_some(expiry);
            });
        }
    }
}

/// Lets the locks end that end at `block`, in `epoch`: their bonuses are gone from the next epoch on.
///
/// # Consensus
/// R6.1.
pub(crate) fn end_locks<T: Config>(block: u32, epoch: u32) {
    let Some(mut expiry) = LockExpiries::<T>::get(block) else { return };
    let next = epoch.saturating_add(1);
    for (from, change) in expiry.end(next) {
        add_total_change::<T>(from, change);
    }
    refer::<T>(next, 1, 0);
    LockExpiries::<T>::insert(block, expiry);
}

/// The network's weight in `epoch`, which follows one with `weight`; to be called once for each epoch.
pub(crate) fn next_total_weight<T: Config>(epoch: u32, weight: u128) -> u128 {
    TotalChanges::<T>::take(epoch).apply(weight)
}

/// Keeps what accounts need to know about the start of `epoch`, where any will ask.
pub(crate) fn keep_start<T: Config>(epoch: u32, start: EpochStart) {
    Boundaries::<T>::mutate_extant(epoch, |boundary| boundary.start = Some(start));
}

/// Settles the credit up to now, with the cap of the current epoch.
pub(crate) fn settle_credit<T: Config>(account: &mut AccountOf<T>, state: &EpochState) {
    let weight = account.weight();
    account.credit.settle(weight, crate::Index::<T>::get(), Pallet::<T>::rationing(state).cap(weight));
}

/// Turns the ends of locks that have passed into changes of weight; says how many.
fn end_own_locks<T: Config>(account: &mut AccountOf<T>) -> u32 {
    let now = Pallet::<T>::now();
    let mut ended: u32 = 0;
    for deposit in account.deposits.iter_mut().filter(|deposit| deposit.fades && deposit.lock_end <= now) {
        // The end of a lock is known when its block has ended.
        let Some(epoch) = LockExpiries::<T>::get(deposit.lock_end).and_then(|expiry| expiry.epoch) else { continue };
        ended = ended.saturating_add(1);
        if deposit.end_lock(epoch).is_err() {
            defensive!("a deposit has at most the end of an old lock and a relock before the end of its lock");
        }
    }
    ended
}

/// Settles credit up to the start of each epoch with a change, then applies the change.
fn apply_due_changes<T: Config>(account: &mut AccountOf<T>, current: u32) -> u32 {
    let mut applied: u32 = 0;
    while let Some(epoch) = account.next_change().filter(|epoch| *epoch <= current) {
        let start = Boundaries::<T>::get(epoch).and_then(|boundary| boundary.start);
        if let Some(start) = start {
            let weight = account.weight();
            account.credit.settle(weight, start.index, start.before.cap(weight));
        } else {
            defensive!("the start of an epoch is kept as long as a change refers to it");
        }
        applied = applied.saturating_add(account.apply_changes(epoch));
        let cap = start.map(|start| start.after.cap(account.weight())).unwrap_or_default();
        account.credit.clamp(cap);
    }
    applied
}

/// The steps by which the network's weight, which contains `before` of a deposit, follows it from the `next` epoch on.
pub(crate) fn steps(deposit: &Deposit, before: u128, next: u32) -> impl Iterator<Item = (u32, WeightDelta)> + '_ {
    let mut weight = deposit.weight;
    let own = deposit.changes.iter().map(move |change| {
        let step = WeightDelta::step(weight, change.weight);
        weight = change.weight;
        (change.epoch, step)
    });
    core::iter::once((next, WeightDelta::step(before, deposit.weight))).chain(own)
}

/// How many changes of the account refer to each epoch.
pub(crate) fn references<S: frame_support::traits::Get<u32>>(account: &Account<S>) -> BTreeMap<u32, u32> {
    let mut counts = BTreeMap::<u32, u32>::new();
    for change in account.deposits.iter().flat_map(|deposit| deposit.changes.iter()) {
        let count = counts.entry(change.epoch).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// The account's part in the ends of locks that are not applied to it yet, in the epoch `current`.
pub(crate) fn expiries<S: frame_support::traits::Get<u32>>(
    account: &Account<S>,
    current: u32,
) -> BTreeMap<u32, LockExpiry> {
    let mut parts = BTreeMap::<u32, LockExpiry>::new();
    for deposit in account.deposits.iter().filter(|deposit| deposit.fades) {
        parts.entry(deposit.lock_end).or_default().add(&LockExpiry::of(deposit, current));
    }
    parts
}

fn keys<V>(before: &BTreeMap<u32, V>, after: &BTreeMap<u32, V>) -> BTreeSet<u32> {
    before.keys().chain(after.keys()).copied().collect()
}

fn add_total_change<T: Config>(epoch: u32, change: WeightDelta) {
    if change == WeightDelta::default() {
        return;
    }
    TotalChanges::<T>::mutate_exists(epoch, |total| {
        let sum = total.unwrap_or_default().plus(change);
        *total = (sum != WeightDelta::default()).then_some(sum);
    });
}

/// Counts references to an epoch's start; without any, nothing is kept.
fn refer<T: Config>(epoch: u32, more: u32, fewer: u32) {
    if more == fewer {
        return;
    }
    Boundaries::<T>::mutate_exists(epoch, |record| {
        let mut boundary: Boundary = record.unwrap_or_default();
        boundary.users = boundary.users.saturating_add(more).saturating_sub(fewer);
        *record = (boundary.users > 0).then_some(boundary);
    });
}

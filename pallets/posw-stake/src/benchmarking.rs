//! Benchmarks of the calls and hooks, each in its worst case.
//!
//! `c` is the number of changes of an account's weight that had become due: each at the start of an epoch of its own, a
//! third of them by the end of a lock.

use crate::{
    ledger::AccountOf,
    types::{
        default_params, Boundary, Deposit, EpochStart, EpochState, FactorSum, LockExpiry, Rationing, WaitingBonus,
        WeightChange, WeightDelta, LEAD_EPOCHS,
    },
    *,
};
use frame_benchmarking::v2::*;
use frame_support::{
    assert_ok,
    traits::{fungible::Mutate, EnsureOrigin, Hooks},
    BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, RawOrigin};
use posw_primitives::{params::MAX_ACTIVATION, Epoch, Factor, StakeParams, BILLION, U256};
use sp_consensus_posw::claims_item;
use sp_core::{hex2array, sr25519, Get};
use sp_runtime::generic::Digest;

/// The block at which everything happens, and the epoch that it is in.
const NOW: u32 = 1_000_000;
const EPOCH: u32 = 4_000;

/// A proof of possession of [`KEY`] for [`KEY_OWNER`] on a chain whose genesis hash is zero.
const KEY_OWNER: [u8; 32] = [1; 32];
const KEY: [u8; 32] = hex2array!("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d");
const PROOF: [u8; 64] = hex2array!("da32046cb011103389bc8549b0d5718b8ceffb1e2728c8ddf2dcea7cba17d23a1d69609a5f5e0414f6d3a89685effb24ba48530ece5ba9eb56be30e01513598b");

fn amount() -> u128 {
    default_params().min_weight.saturating_mul(10)
}

/// Parameters and an epoch in which stake counts; block `NOW` is the one before the epoch's last.
fn setup<T: Config>() -> EpochState {
    let params = default_params();
    Parameters::<T>::put(params);
    let start = NOW.saturating_add(2).saturating_sub(params.epoch_length);
    let state = EpochState {
        epoch: Epoch { index: EPOCH, start, length: params.epoch_length },
        total_weight: params.min_total_weight.saturating_mul(1_000),
        lead_cap: Factor::MAX,
        cap_ration: params.ration,
    };
    CurrentEpoch::<T>::put(state);
    Index::<T>::put(U256::from(BILLION).pow(4.into()));
    let history = (0..LEAD_EPOCHS).map(|_| FactorSum::unboosted(params.epoch_length)).collect();
    FactorHistory::<T>::put(BoundedVec::truncate_from(history));
    frame_system::Pallet::<T>::set_block_number(NOW.into());
    state
}

fn fund<T: Config>(who: &T::AccountId, coins: u128)
where
    T::Currency: Mutate<T::AccountId, Balance = u128>,
{
    let minimum = <T::Currency as frame_support::traits::fungible::Inspect<_>>::minimum_balance();
    T::Currency::mint_into(who, coins.saturating_add(minimum)).expect("coins can be minted");
}

/// Makes the start of an epoch known, with one reference to it.
fn refer<T: Config>(epoch: u32) {
    let rationing = Rationing { ration: BILLION, horizon: 360, total_weight: u128::from(u64::MAX) };
    let start = EpochStart { index: U256::from(epoch), before: rationing, after: rationing };
    Boundaries::<T>::insert(epoch, Boundary { users: 1, start: Some(start) });
}

/// An account with so many deposits, for which `c` ends of locks and changes of weight have become due.
fn staker<T: Config>(deposits: u32, c: u32) -> T::AccountId
where
    T::Currency: Mutate<T::AccountId, Balance = u128>,
{
    let who: T::AccountId = account("staker", 0, 0);
    let mut record = AccountOf::<T>::default();
    for id in 0..deposits {
        let mut deposit = Deposit {
            id,
            amount: amount(),
            weight: amount().saturating_mul(2),
            changes: Default::default(),
            lock_end: id.saturating_add(1),
            fades: false,
            active_from: 0,
            withdrawable: None,
        };
        // In turn for all deposits: the end of a lock, two changes of weight, and the change that the end of the lock is.
        let due = |turn: u32| turn.saturating_mul(deposits).saturating_add(id) < c;
        for turn in (1..3).filter(|turn| due(*turn)) {
            let epoch = turn.saturating_mul(deposits).saturating_add(id);
            let change = WeightChange { epoch, weight: amount().saturating_mul(u128::from(turn) + 2) };
            deposit.changes.try_push(change).expect("there is room for three");
            refer::<T>(epoch);
        }
        if due(0) {
            let epoch = if due(3) { deposits.saturating_mul(3).saturating_add(id) } else { EPOCH.saturating_add(1) };
            let expiry = LockExpiry { deposits: 1, epoch: Some(epoch), ..Default::default() };
            LockExpiries::<T>::insert(deposit.lock_end, expiry);
            refer::<T>(epoch);
            deposit.fades = true;
        }
        record.deposits.try_push(deposit).expect("deposits are at most MaxDeposits");
    }
    record.next_deposit = deposits;
    let coins = amount().saturating_mul(deposits.into());
    fund::<T>(&who, coins.saturating_add(amount()));
    asset::hold::<T>(&who, coins).expect("the coins are there");
    Staked::<T>::put(coins);
    Accounts::<T>::insert(&who, record);
    who
}

/// The end of so many locks, whose deposits wait for as many different epochs as can be, all later than the next one.
fn expiry(deposits: u32) -> LockExpiry {
    let epochs = EPOCH.saturating_add(2)..=EPOCH.saturating_add(MAX_ACTIVATION);
    let waiting =
        epochs.map(|active_from| WaitingBonus { active_from, before: amount(), after: amount() * 2 }).collect();
    LockExpiry { fall: amount(), waiting: BoundedVec::truncate_from(waiting), deposits, epoch: None }
}

/// A lock that ends at block `NOW`, other deposits that begin to count later, and an epoch's start that somebody will ask for.
fn locks_end<T: Config>() {
    let expiry = expiry(MAX_ACTIVATION);
    for bonus in &expiry.waiting {
        TotalChanges::<T>::insert(bonus.active_from, WeightDelta::step(0, amount() * 4));
    }
    LockExpiries::<T>::insert(NOW, expiry);
    Boundaries::<T>::insert(EPOCH.saturating_add(1), Boundary { users: 1, start: None });
    TotalChanges::<T>::insert(EPOCH.saturating_add(1), WeightDelta::step(0, amount()));
    Author::<T>::put(T::AccountId::from(KEY_OWNER));
}

/// Begins block `NOW` with the claims of its miner.
fn initialize<T: Config>(miner: &T::AccountId) {
    frame_system::Pallet::<T>::set_block_number(NOW.saturating_sub(1).into());
    let digest = Digest { logs: alloc::vec![claims_item(&Pallet::<T>::claims_for(miner))] };
    frame_system::Pallet::<T>::initialize(&NOW.into(), &Default::default(), &digest);
}

#[benchmarks(where T::Currency: Mutate<T::AccountId, Balance = u128>)]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn on_initialize(c: Linear<0, { T::MaxDeposits::get() * 4 }>) {
        setup::<T>();
        let who = staker::<T>(T::MaxDeposits::get(), c);
        SealingKeys::<T>::insert(&who, types::KeyRecord { key: Some(KEY), pending: None });
        initialize::<T>(&who);

        #[block]
        {
            Pallet::<T>::on_initialize(NOW.into());
        }

        assert_eq!(Author::<T>::get(), Some(who.clone()));
        assert!(!Accounts::<T>::get(who).deposits.iter().any(|deposit| deposit.fades));
    }

    #[benchmark]
    fn on_finalize() {
        let state = setup::<T>();
        locks_end::<T>();

        #[block]
        {
            Pallet::<T>::on_finalize(NOW.into());
        }

        assert_eq!(CurrentEpoch::<T>::get(), state);
        assert_eq!(TotalChanges::<T>::get(EPOCH.saturating_add(2)), WeightDelta::step(0, amount() * 3));
        assert!(LockExpiries::<T>::get(NOW).is_some_and(|expiry| expiry.epoch.is_some()));
    }

    #[benchmark]
    fn on_finalize_epoch() {
        let mut state = setup::<T>();
        state.epoch.length = state.epoch.length.saturating_sub(1);
        CurrentEpoch::<T>::put(state);
        PendingParams::<T>::put(default_params());
        locks_end::<T>();

        #[block]
        {
            Pallet::<T>::on_finalize(NOW.into());
        }

        assert_eq!(CurrentEpoch::<T>::get().epoch.index, EPOCH.saturating_add(1));
        assert!(!PendingParams::<T>::exists());
    }

    #[benchmark]
    fn stake(c: Linear<0, { T::MaxDeposits::get() * 4 - 4 }>) {
        setup::<T>();
        let deposits = T::MaxDeposits::get().saturating_sub(1);
        let who = staker::<T>(deposits, c);
        LockExpiries::<T>::insert(NOW.saturating_add(default_params().max_lock), expiry(MAX_ACTIVATION));

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), amount(), default_params().max_lock);

        assert_eq!(Accounts::<T>::get(who).next_deposit, deposits.saturating_add(1));
    }

    #[benchmark]
    fn relock(c: Linear<0, { T::MaxDeposits::get() * 4 }>) {
        setup::<T>();
        let who = staker::<T>(T::MaxDeposits::get(), c);
        // Half of the longest lock: another weight than before.
        let lock = default_params().max_lock.saturating_div(2);
        LockExpiries::<T>::insert(NOW.saturating_add(lock), expiry(MAX_ACTIVATION));

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), 0, lock);

        assert_eq!(Accounts::<T>::get(who).deposits[0].lock_end, NOW.saturating_add(lock));
    }

    #[benchmark]
    fn unlock(c: Linear<0, { T::MaxDeposits::get() * 4 }>) {
        setup::<T>();
        let who = staker::<T>(T::MaxDeposits::get(), c);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), 0);

        assert!(Accounts::<T>::get(who).deposits[0].withdrawable.is_some());
    }

    #[benchmark]
    fn withdraw(c: Linear<0, { T::MaxDeposits::get() * 4 }>) {
        setup::<T>();
        let who = staker::<T>(T::MaxDeposits::get(), c);
        Accounts::<T>::mutate(&who, |account| account.deposit_mut(0).expect("there is one").withdrawable = Some(NOW));
        let caller: T::AccountId = whitelisted_caller();

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), who.clone(), 0);

        assert!(Accounts::<T>::get(who).deposits.iter().all(|deposit| deposit.id != 0));
    }

    #[benchmark]
    fn set_sealing_key() {
        setup::<T>();
        let who = T::AccountId::from(KEY_OWNER);
        fund::<T>(&who, amount());
        frame_system::BlockHash::<T>::insert(BlockNumberFor::<T>::default(), T::Hash::default());
        let (key, proof) = (sr25519::Public::from_raw(KEY), sr25519::Signature::from_raw(PROOF));

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), key, proof);

        assert!(SealingKeys::<T>::contains_key(who));
    }

    #[benchmark]
    fn clear_sealing_key() {
        setup::<T>();
        let who = T::AccountId::from(KEY_OWNER);
        fund::<T>(&who, amount());
        assert_ok!(frame_system::Pallet::<T>::inc_consumers(&who));
        let pending = Some((EPOCH.saturating_add(1), Some(KEY)));
        SealingKeys::<T>::insert(&who, types::KeyRecord { key: None, pending });

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));

        assert!(!SealingKeys::<T>::contains_key(who));
    }

    #[benchmark]
    fn set_params() -> Result<(), BenchmarkError> {
        let origin = T::ParamsOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        let now = T::AllParams::get().stake;
        let new = StakeParams { horizon: now.horizon.saturating_add(1), ..now };

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, new);

        assert_eq!(PendingParams::<T>::get(), Some(new));
        Ok(())
    }

    #[benchmark]
    fn slash(c: Linear<0, { T::MaxDeposits::get() * 4 }>) -> Result<(), BenchmarkError> {
        let origin = T::SlashOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        setup::<T>();
        let who = staker::<T>(T::MaxDeposits::get(), c);

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, who.clone(), 0, 1);

        assert_eq!(Accounts::<T>::get(who).deposits[0].amount, amount().saturating_sub(1));
        Ok(())
    }

    /// A whole block, among `10 * 100^p` other stakers, all of whose locks end with it: 10, 1,000 and 100,000 cost the same.
    #[benchmark(extra)]
    fn block(p: Linear<0, 2>) {
        let mut state = setup::<T>();
        let who = staker::<T>(T::MaxDeposits::get(), 0);
        let stakers = 10u32.saturating_mul(100u32.saturating_pow(p));
        for number in 0..stakers {
            let deposit = Deposit {
                id: 0,
                amount: amount(),
                weight: amount().saturating_mul(2),
                changes: Default::default(),
                lock_end: NOW,
                fades: true,
                active_from: 0,
                withdrawable: None,
            };
            let record =
                AccountOf::<T> { deposits: BoundedVec::truncate_from(alloc::vec![deposit]), ..Default::default() };
            Accounts::<T>::insert(account::<T::AccountId>("other", number, 0), record);
        }
        let total = amount().saturating_mul(stakers.into());
        state.total_weight = state.total_weight.saturating_add(total.saturating_mul(2));
        CurrentEpoch::<T>::put(state);
        let expiry = LockExpiry { fall: total, deposits: stakers, ..Default::default() };
        LockExpiries::<T>::insert(NOW, expiry);
        initialize::<T>(&who);

        #[block]
        {
            Pallet::<T>::on_initialize(NOW.into());
            Pallet::<T>::on_finalize(NOW.into());
        }

        assert_eq!(TotalChanges::<T>::get(EPOCH.saturating_add(1)), WeightDelta::step(total, 0));
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::Chain::new().build(), crate::mock::Test);
}

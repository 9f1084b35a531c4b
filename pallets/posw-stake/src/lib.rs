//! Stake of Proof-of-StakeWork: deposits, sealing keys, epochs, and the credit that pays for boosted blocks.
//!
//! Rule numbers (`R7.3`) refer to `consensus/docs/SPEC.md`; every number is computed by [`posw_primitives`].
//!
//! - **Deposits** (section 6). `stake` puts coins on hold for a time, as one deposit with a timer of its own. It counts from the
//!   start of the `activation`-th epoch after it was made; when its lock ends, its weight falls to its amount; `unlock` stops it
//!   at the next epoch, and `unbonding` blocks after that the coins are free.
//! - **Epochs** (R6.8). Weights, keys, parameters and the network's weight are those of the epoch. Changes are schedules per
//!   account and one delta per epoch: a block costs the same with ten stakers or a million.
//! - **Credit** (R7.2). An index grows with each block; weight times the index is what an account earned. It is settled where
//!   the account mines and where its weight changes.
//! - **Claims** (section 4). The header claims base bits, factor and sealing key; a block with a false claim is invalid and
//!   panics when it starts.
//!
//! # In a runtime
//!
//! No pallet that acts when a block starts may come between System and this one, because nothing may be executed before the
//! claims are checked. The pallet of the currency, which has nothing to do at a block's start, must come before this one,
//! because pallets build genesis in the order of their indices and genesis stakes are put on hold.
//! [`Config::EndOfBlock`] drives what other pallets do at the end of a block.
//!
//! # Bounds
//!
//! Accounts have at most [`Config::MaxDeposits`] deposits, each with at least `min_weight` coins on hold when it is made; each
//! needs at most [`types::MAX_CHANGES`] records of epochs and one of a block in the schedules. An account has at most one record
//! of sealing keys, which is smaller than the account itself and keeps it alive by a reference: there are no more of them than
//! existential deposits, so they take no deposit of their own.
//!
//! Deposits are numbered per account. The numbers begin again at 0 when the last deposit has been withdrawn, because nothing is
//! kept of accounts without deposits; an account and a number name one deposit at a time, never two.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
    not(any(test, feature = "runtime-benchmarks")),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

extern crate alloc;

mod asset;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod deposits;
mod epochs;
mod genesis;
mod impls;
mod keys;
mod ledger;
#[cfg(test)]
mod mock;
mod params;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
pub mod weights;

pub use ledger::AccountOf;
pub use pallet::*;
pub use weights::WeightInfo;

pub(crate) const LOG_TARGET: &str = "runtime::posw-stake";

#[frame_support::pallet]
// Of generated code; what is written here is documented, casts nothing and expects nothing.
#[allow(missing_docs, clippy::cast_possible_truncation, clippy::expect_used)]
pub mod pallet {
    use super::{types::*, AccountOf, WeightInfo};
    use alloc::vec::Vec;
    use frame_support::{pallet_prelude::*, traits::fungible::hold::Mutate};
    use frame_system::pallet_prelude::*;
    use posw_primitives::{Claims, Credit, Factor, Params, StakeParams, U256};
    use sp_consensus_posw::{AccountState, BaseTarget, EndOfBlock};
    use sp_core::sr25519;
    use sp_runtime::AccountId32;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId32, RuntimeEvent: From<Event<Self>>> {
        /// The currency that is staked.
        type Currency: Mutate<Self::AccountId, Balance = u128, Reason = Self::RuntimeHoldReason>;
        /// The runtime's reasons for holds.
        type RuntimeHoldReason: From<HoldReason>;
        /// Who may change the parameters.
        type ParamsOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who may slash (R6.7).
        type SlashOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// The base target of the block that is being executed.
        type BaseTarget: BaseTarget;
        /// What other pallets do at the end of a block, between the index and the switch of epochs (R7.3).
        type EndOfBlock: EndOfBlock;
        /// The parameters of all pallets, with pending changes: relations between them are checked at every change.
        type AllParams: Get<Params>;
        /// Most deposits of one account (R6.6).
        #[pallet::constant]
        type MaxDeposits: Get<u32>;
        /// Weights of the calls and hooks.
        type WeightInfo: WeightInfo;
    }

    /// Why coins are on hold.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// In a deposit: locked, unlocked but not withdrawn, or unbonding.
        Stake,
    }

    /// The parameters in force.
    #[pallet::storage]
    pub type Parameters<T> = StorageValue<_, StakeParams, ValueQuery, DefaultParameters>;

    #[pallet::type_value]
    pub fn DefaultParameters() -> StakeParams {
        default_params()
    }

    /// The parameters in force from the next epoch on.
    #[pallet::storage]
    pub type PendingParams<T> = StorageValue<_, StakeParams>;

    /// The epoch of the block that is being executed; when it has ended, of the next one.
    #[pallet::storage]
    pub type CurrentEpoch<T> = StorageValue<_, EpochState, ValueQuery>;

    /// The ration's index, scaled by 2^128 (R7.2).
    #[pallet::storage]
    pub type Index<T> = StorageValue<_, U256, ValueQuery>;

    /// The factors of the current epoch's blocks so far.
    #[pallet::storage]
    pub type EpochFactors<T> = StorageValue<_, FactorSum, ValueQuery>;

    /// The factors of the last complete epochs, oldest first.
    #[pallet::storage]
    pub type FactorHistory<T> = StorageValue<_, BoundedVec<FactorSum, ConstU32<LEAD_EPOCHS>>, ValueQuery>;

    /// Deposits and credit of accounts.
    #[pallet::storage]
    pub type Accounts<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, AccountOf<T>, ValueQuery>;

    /// Sealing keys of accounts that chose one.
    #[pallet::storage]
    pub type SealingKeys<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, KeyRecord>;

    /// How the network's weight changes at the start of epochs to come.
    #[pallet::storage]
    pub type TotalChanges<T> = StorageMap<_, Twox64Concat, u32, WeightDelta, ValueQuery>;

    /// The starts of epochs that changes of accounts' weights refer to.
    #[pallet::storage]
    pub type Boundaries<T> = StorageMap<_, Twox64Concat, u32, Boundary>;

    /// The ends of locks, by block.
    #[pallet::storage]
    pub type LockExpiries<T> = StorageMap<_, Twox64Concat, u32, LockExpiry>;

    /// Coins on hold in deposits.
    #[pallet::storage]
    pub type Staked<T> = StorageValue<_, u128, ValueQuery>;

    /// The miner of the block that is being executed.
    #[pallet::storage]
    #[pallet::whitelist_storage]
    pub type Author<T: Config> = StorageValue<_, T::AccountId>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Coins were put on hold; they count with `weight` from epoch `active_from` on.
        Staked { who: T::AccountId, deposit: u32, amount: u128, lock_end: u32, weight: u128, active_from: u32 },
        /// A deposit was locked again; its weight changes at the start of epoch `active_from`.
        Relocked {
            who: T::AccountId,
            deposit: u32,
            old_lock_end: u32,
            lock_end: u32,
            old_weight: u128,
            weight: u128,
            active_from: u32,
        },
        /// A deposit counts no longer from epoch `inactive_from` on, and can be withdrawn from block `withdrawable` on.
        Unlocked { who: T::AccountId, deposit: u32, inactive_from: u32, withdrawable: u32 },
        /// The coins of a deposit are free.
        Withdrawn { who: T::AccountId, deposit: u32, amount: u128 },
        /// Coins of a deposit were burned.
        Slashed { who: T::AccountId, deposit: u32, old_amount: u128, amount: u128, old_weight: u128, weight: u128 },
        /// From epoch `from_epoch` on, `key` seals instead of `old`.
        SealingKeySet { who: T::AccountId, old: [u8; 32], key: [u8; 32], from_epoch: u32 },
        /// From epoch `from_epoch` on, the account id seals instead of `old`.
        SealingKeyCleared { who: T::AccountId, old: [u8; 32], from_epoch: u32 },
        /// The next block is in a new epoch.
        EpochStarted { epoch: u32, start: u32, length: u32, total_weight: u128, lead_cap: Factor },
        /// The parameters will change with epoch `from_epoch`.
        ParamsScheduled { old: StakeParams, new: StakeParams, from_epoch: u32 },
        /// The parameters changed.
        ParamsApplied { old: StakeParams, new: StakeParams },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The amount is below `min_weight`, the smallest deposit.
        AmountTooSmall,
        /// The lock is shorter than `min_lock` blocks.
        LockTooShort,
        /// The lock is longer than `max_lock` blocks.
        LockTooLong,
        /// The account has `MaxDeposits` deposits; withdraw one first.
        TooManyDeposits,
        /// The account has no deposit with this number.
        NoDeposit,
        /// The new lock would end before the present one; it may only end at the same block or later.
        LockEndsEarlier,
        /// The deposit, or its last relock, does not count yet; wait for its `active_from` epoch.
        NotActive,
        /// Too many changes of the deposit's weight are pending; wait for the next epoch.
        ChangePending,
        /// The lock is not over; the deposit can be unlocked from block `lock_end` on.
        StillLocked,
        /// The deposit is unlocked already; it can only be withdrawn.
        AlreadyUnlocked,
        /// The deposit must be unlocked before it can be withdrawn.
        NotUnlocked,
        /// The deposit is unbonding; it can be withdrawn from block `withdrawable` on.
        StillUnbonding,
        /// The proof is not a signature by the key over "posw/key/v1", the genesis hash, the account and the key.
        InvalidProof,
        /// The account has no sealing key of its own; its account id seals.
        NoSealingKey,
        /// An epoch has 4 to 100,000 blocks.
        EpochLengthOutOfRange,
        /// `min_lock` is at least `(activation + 1) * epoch_length` blocks and at most 20 years of 15 s blocks.
        MinLockOutOfRange,
        /// `max_lock` is at least `min_lock` and at most 20 years of 15 s blocks.
        MaxLockOutOfRange,
        /// `lock_bonus` is at most ten times the amount.
        LockBonusOutOfRange,
        /// `activation` is at most 32 epochs, and `(activation - 1) * epoch_length` at least `max_reorg`.
        ActivationOutOfRange,
        /// `unbonding` is at least `max_reorg` and at most 20 years of 15 s blocks.
        UnbondingOutOfRange,
        /// `min_weight` is 1 to 2^64 billion.
        MinWeightOutOfRange,
        /// `min_total_weight` is at least `min_weight` and at most 2^64 billion.
        MinTotalWeightOutOfRange,
        /// The curve's boost is 1.0 to `max_boost`.
        CurveBoostOutOfRange,
        /// The curve's unit is at least 1.
        CurveUnitOutOfRange,
        /// The curve's cap is at least 1.
        CurveCapOutOfRange,
        /// `max_boost` is 1.0 to 10,000.0, and at most a sixteenth of the work of the easiest base target.
        MaxBoostOutOfRange,
        /// `ration` is 0, or 0.001 to 1,000.
        RationOutOfRange,
        /// `horizon` is 1 to 100,000 blocks.
        HorizonOutOfRange,
        /// `max_lead` is 0, or 1.0 to 10,000.0.
        MaxLeadOutOfRange,
        /// `max_reorg` is 2 to 100 blocks.
        MaxReorgOutOfRange,
        /// The maturity of rewards is at least `max_reorg`.
        MaturityOutOfRange,
        /// A parameter of another pallet is out of its range.
        OtherParameterOutOfRange,
    }

    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// The parameters of the first epoch.
        pub params: StakeParams,
        /// Stakes that count from the first epoch on: account, amount, lock in blocks.
        pub stakes: Vec<(T::AccountId, u128, u32)>,
        /// Sealing keys in force from the first epoch on.
        pub keys: Vec<(T::AccountId, sr25519::Public)>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self { params: default_params(), stakes: Vec::new(), keys: Vec::new() }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            self.build_storage();
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(number: BlockNumberFor<T>) -> Weight {
            let ends_epoch = Self::ends_epoch(Self::number(number));
            let applied = Self::start_block();
            let end = if ends_epoch { T::WeightInfo::on_finalize_epoch() } else { T::WeightInfo::on_finalize() };
            T::WeightInfo::on_initialize(applied).saturating_add(end)
        }

        fn on_finalize(number: BlockNumberFor<T>) {
            Self::end_block(Self::number(number));
        }

        fn integrity_test() {
            assert!(T::MaxDeposits::get() > 0, "an account can have a deposit");
            let hooks =
                T::WeightInfo::on_initialize(Self::max_applied()).saturating_add(T::WeightInfo::on_finalize_epoch());
            let block = T::BlockWeights::get().max_block;
            assert!(
                hooks.all_lte(block.saturating_div(4)),
                "the hooks take at most a quarter of a block: lower MaxDeposits"
            );
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::check_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Puts `amount` of the caller's coins on hold for `lock` blocks, as a deposit of its own.
        ///
        /// It counts from the start of the `activation`-th epoch after this one. See R6.1, R6.2.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::stake(Pallet::<T>::max_applied()))]
        pub fn stake(origin: OriginFor<T>, amount: u128, lock: u32) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let applied = Self::do_stake(who, amount, lock)?;
            Ok(Some(T::WeightInfo::stake(applied)).into())
        }

        /// Locks a deposit again, for `lock` blocks from now; the lock cannot end earlier than it would.
        ///
        /// Its weight stays until the start of the `activation`-th epoch after this one, and is then that of the new lock.
        /// See R6.1.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::relock(Pallet::<T>::max_applied()))]
        pub fn relock(origin: OriginFor<T>, deposit: u32, lock: u32) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let applied = Self::do_relock(who, deposit, lock)?;
            Ok(Some(T::WeightInfo::relock(applied)).into())
        }

        /// Ends a deposit whose lock is over: its weight stops at the next epoch, and `unbonding` blocks after that it can be
        /// withdrawn. See R6.3.
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::unlock(Pallet::<T>::max_applied()))]
        pub fn unlock(origin: OriginFor<T>, deposit: u32) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let applied = Self::do_unlock(who, deposit)?;
            Ok(Some(T::WeightInfo::unlock(applied)).into())
        }

        /// Frees the coins of an unlocked deposit of `account`; anybody may call it. See R6.3.
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::withdraw(Pallet::<T>::max_applied()))]
        pub fn withdraw(origin: OriginFor<T>, account: T::AccountId, deposit: u32) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let applied = Self::do_withdraw(account, deposit)?;
            Ok(Some(T::WeightInfo::withdraw(applied)).into())
        }

        /// Lets `key` seal the caller's blocks from the next epoch on; the last call in an epoch wins.
        ///
        /// `proof` is the key's signature over `"posw/key/v1" || genesis hash || account || key`. See R6.5.
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::set_sealing_key())]
        pub fn set_sealing_key(
            origin: OriginFor<T>,
            key: sr25519::Public,
            proof: sr25519::Signature,
        ) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_sealing_key(who, key, proof)
        }

        /// Lets the account id seal the caller's blocks from the next epoch on; the last call in an epoch wins.
        ///
        /// The record of the key goes, and with it the reference that keeps the account alive, with a call after the key is out
        /// of force. See R6.5.
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::clear_sealing_key())]
        pub fn clear_sealing_key(origin: OriginFor<T>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_clear_sealing_key(who)
        }

        /// Changes the parameters from the next epoch on; the last call in an epoch wins. See section 10.
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::set_params())]
        pub fn set_params(origin: OriginFor<T>, params: StakeParams) -> DispatchResult {
            T::ParamsOrigin::ensure_origin(origin)?;
            Self::do_set_params(params)
        }

        /// Burns up to `amount` coins of a deposit. The account's weight and credit fall at once, the network's weight with the
        /// next epoch. See R6.7.
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::slash(Pallet::<T>::max_applied()))]
        pub fn slash(
            origin: OriginFor<T>,
            account: T::AccountId,
            deposit: u32,
            amount: u128,
        ) -> DispatchResultWithPostInfo {
            T::SlashOrigin::ensure_origin(origin)?;
            let applied = Self::do_slash(account, deposit, amount)?;
            Ok(Some(T::WeightInfo::slash(applied)).into())
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// Everything about the stake of `who`: weight, credit, boost, factor, sealing key and deposits.
        ///
        /// The boost is 1.0 while too little is staked, by the account (R7.1) or by all (R7.4). A deposit's number can come
        /// again once the account has withdrawn its last deposit.
        pub fn stake_of(who: T::AccountId) -> AccountState {
            Self::account_state(&who)
        }

        /// The credit of `who`, in units of 10^-18 boosted blocks.
        pub fn credit_of(who: T::AccountId) -> Credit {
            Self::standing_of(&who).credit
        }

        /// The factor of a block that `who` mines now.
        pub fn factor_of(who: T::AccountId) -> Factor {
            Self::standing_of(&who).factor
        }

        /// The factor that a full credit buys `who`: 1.0 while too little is staked, by the account (R7.1) or by all (R7.4).
        pub fn boost_of(who: T::AccountId) -> Factor {
            Self::standing_of(&who).boost
        }

        /// What the next block must claim where `who` mines it.
        pub fn claims_of(who: T::AccountId) -> Claims {
            Self::claims_for(&who)
        }

        /// The block from which a deposit can be unlocked, where there is one with this number now.
        pub fn unlockable_from(who: T::AccountId, deposit: u32) -> Option<u32> {
            let deposits = Self::account_state(&who).deposits;
            deposits.into_iter().find(|found| found.id == deposit).map(|found| found.lock_end)
        }

        /// The epoch of the next block, with the network's weight and the lead cap.
        pub fn current_epoch() -> EpochState {
            CurrentEpoch::<T>::get()
        }

        /// The parameters in force and, where a change is pending, those of the next epoch.
        pub fn current_parameters() -> (StakeParams, Option<StakeParams>) {
            (Self::parameters(), Self::pending_parameters())
        }
    }
}

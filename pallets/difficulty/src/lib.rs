//! Base difficulty: ASERT from an anchor, with a block time that can be changed on a running chain (SPEC section 8).
//!
//! At the end of block `n`, [`EndOfBlock`](sp_consensus_posw::EndOfBlock) computes the base target of block `n + 1` from the
//! times of `pallet-timestamp` (milliseconds). Gaps longer than `max_gap` shift the schedule, so that the return of hash power
//! after an outage does not bring a storm of blocks (R8.5). New parameters come in force at the end of an epoch, with a
//! new anchor, so that block times do not jump (R8.3).
//!
//! # In a runtime
//!
//! Times must increase strictly (R8.2): `pallet_timestamp::Config::MinimumPeriod` is 1. Explorers know this pallet as
//! `Difficulty` and read its constant `TargetBlockTime`.

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

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod genesis;
#[cfg(test)]
mod mock;
mod params;
mod retarget;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod weights;

pub use pallet::*;
pub use weights::WeightInfo;

pub(crate) const LOG_TARGET: &str = "runtime::difficulty";

#[frame_support::pallet]
// Of generated code; what is written here is documented, casts nothing and expects nothing.
#[allow(missing_docs, clippy::cast_possible_truncation, clippy::expect_used)]
pub mod pallet {
    use super::{genesis::default_params, WeightInfo};
    use frame_support::{pallet_prelude::*, traits::Time};
    use frame_system::pallet_prelude::*;
    use posw_primitives::{retarget, CompactBits, DifficultyParams, Params, U256};
    use sp_runtime::AccountId32;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId32, RuntimeEvent: From<Event<Self>>> {
        /// Time of the block, in milliseconds since the Unix epoch.
        type Time: Time<Moment = u64>;
        /// Who may change the parameters.
        type ParamsOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// The parameters of all pallets, with pending changes: relations between them are checked at every change.
        type AllParams: Get<Params>;
        /// Weights of the call and of the end of a block.
        type WeightInfo: WeightInfo;
    }

    /// The parameters in force.
    #[pallet::storage]
    pub type Parameters<T> = StorageValue<_, DifficultyParams, ValueQuery, DefaultParameters>;

    #[pallet::type_value]
    pub fn DefaultParameters() -> DifficultyParams {
        default_params()
    }

    /// The parameters in force from the next epoch on.
    #[pallet::storage]
    pub type PendingParams<T> = StorageValue<_, DifficultyParams>;

    /// Base target of the block that is being executed; when it has ended, of the next one.
    #[pallet::storage]
    pub type BaseBits<T> = StorageValue<_, CompactBits, ValueQuery, EasiestBits>;

    #[pallet::type_value]
    pub fn EasiestBits() -> CompactBits {
        CompactBits::POW_LIMIT
    }

    /// From where the schedule is counted; block 1 is the first anchor.
    #[pallet::storage]
    pub type Anchor<T> = StorageValue<_, retarget::Anchor>;

    /// Milliseconds by which gaps beyond `max_gap` have shifted the schedule since the anchor (R8.5).
    #[pallet::storage]
    pub type ScheduleShift<T> = StorageValue<_, u64, ValueQuery>;

    /// Time of the last block that has ended.
    #[pallet::storage]
    pub type LastTime<T> = StorageValue<_, u64, ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// The parameters will change with the next epoch.
        ParamsScheduled { old: DifficultyParams, new: DifficultyParams },
        /// The parameters changed; the schedule is counted from the block of this event on.
        ParamsApplied { old: DifficultyParams, new: DifficultyParams },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// `block_time` is 500 to 3,600,000 ms.
        BlockTimeOutOfRange,
        /// `half_life` is 2 to 10,000 block times.
        HalfLifeOutOfRange,
        /// `max_gap` is at least a block time and at most 100 half lives.
        MaxGapOutOfRange,
        /// The work of `limit`, the easiest base target, is at least `16 * max_boost`.
        LimitOutOfRange,
        /// A parameter of another pallet is out of its range.
        OtherParameterOutOfRange,
    }

    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// The parameters of the first epoch.
        pub params: DifficultyParams,
        /// Base target of block 1; the easiest one where there is none.
        pub starting_bits: Option<CompactBits>,
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self { params: default_params(), starting_bits: None, _config: PhantomData }
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
        /// Accounts for what the end of the block will do.
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            T::WeightInfo::end_of_block()
        }

        fn integrity_test() {
            let defaults = Params { difficulty: default_params(), ..T::AllParams::get() };
            assert!(defaults.check().is_ok(), "the default parameters are in range");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::check_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Changes the parameters from the next epoch on; the last call in an epoch wins. See R8.3 and section 10.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::set_params())]
        pub fn set_params(origin: OriginFor<T>, params: DifficultyParams) -> DispatchResult {
            T::ParamsOrigin::ensure_origin(origin)?;
            Self::do_set_params(params)
        }
    }

    #[pallet::extra_constants]
    impl<T: Config> Pallet<T> {
        /// The time between blocks that the difficulty aims at, in milliseconds; changes by governance.
        #[pallet::constant_name(TargetBlockTime)]
        fn target_block_time() -> u64 {
            Parameters::<T>::get().block_time
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// Expected number of hashes for an unboosted next block (R1.5).
        pub fn difficulty() -> U256 {
            BaseBits::<T>::get().work()
        }

        /// The parameters in force and, where a change is pending, those of the next epoch.
        pub fn current_parameters() -> (DifficultyParams, Option<DifficultyParams>) {
            (Self::parameters(), Self::pending_parameters())
        }
    }
}

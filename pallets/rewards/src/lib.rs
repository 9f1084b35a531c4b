//! Issuance: each block's subsidy, its fees and tips, and the delay until they can be spent (SPEC section 9).
//!
//! What a block earns is written down when it ends and minted `maturity` blocks later, by itself. A block mints at most two
//! rewards, so its cost does not grow with the number of pending ones (R9.2).
//!
//! Fees and tips are burned when they are paid and minted again with the reward: between the two they are part of
//! [`Outstanding`] and of no account. The sum of total issuance and outstanding rewards therefore only grows by subsidies.

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
#[cfg(test)]
mod mock;
mod params;
mod payout;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
pub mod weights;

pub use asset::CollectFees;
pub use pallet::*;
pub use weights::WeightInfo;

pub(crate) const LOG_TARGET: &str = "runtime::rewards";

#[frame_support::pallet]
// Of generated code; what is written here is documented, casts nothing and expects nothing.
#[allow(missing_docs, clippy::cast_possible_truncation, clippy::expect_used)]
pub mod pallet {
    use super::{payout::MAX_MINTED, types::*, WeightInfo};
    use alloc::vec::Vec;
    use frame_support::{pallet_prelude::*, traits::fungible};
    use frame_system::pallet_prelude::*;
    use posw_primitives::{issuance::subsidy, Params, RewardParams};
    use sp_consensus_posw::Author;
    use sp_runtime::{AccountId32, SaturatedConversion};

    /// Blocks that one question about payouts looks at.
    pub const PAYOUT_PAGE: u32 = 256;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<AccountId = AccountId32, RuntimeEvent: From<Event<Self>>> {
        /// The currency that is issued.
        type Currency: fungible::Balanced<Self::AccountId, Balance = u128>;
        /// The miner of the block that is being executed.
        type Author: Author<Self::AccountId>;
        /// Account of the treasury.
        type TreasuryAccount: Get<Self::AccountId>;
        /// Who may change the parameters.
        type ParamsOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// The parameters of all pallets, with pending changes: relations between them are checked at every change.
        type AllParams: Get<Params>;
        /// Weights of the call and of the end of a block.
        type WeightInfo: WeightInfo;
    }

    /// The parameters in force.
    #[pallet::storage]
    pub type Parameters<T> = StorageValue<_, RewardParams, ValueQuery, DefaultParameters>;

    #[pallet::type_value]
    pub fn DefaultParameters() -> RewardParams {
        default_params()
    }

    /// The parameters in force from the next epoch on.
    #[pallet::storage]
    pub type PendingParams<T> = StorageValue<_, RewardParams>;

    /// Fees and tips of the block that is being executed.
    #[pallet::storage]
    #[pallet::whitelist_storage]
    pub type Collected<T> = StorageValue<_, Charges, ValueQuery>;

    /// Rewards that have not been minted, by the block that earned them.
    #[pallet::storage]
    pub type Pending<T: Config> = StorageMap<_, Twox64Concat, u32, Reward>;

    /// The oldest block whose reward is, or will be, pending.
    #[pallet::storage]
    pub type OldestPending<T> = StorageValue<_, u32, ValueQuery, FirstBlock>;

    #[pallet::type_value]
    pub fn FirstBlock() -> u32 {
        1
    }

    /// Rewards that matured but could not be minted, such as less than the existential deposit for a new account; they are
    /// added to the account's next reward.
    #[pallet::storage]
    pub type Unpaid<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u128, ValueQuery>;

    /// Sum of all rewards that are pending or unpaid.
    #[pallet::storage]
    pub type Outstanding<T> = StorageValue<_, u128, ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A reward matured and can be spent.
        Rewarded { who: T::AccountId, amount: u128 },
        /// A matured reward could not be minted; it is added to the account's next one.
        RewardUnpaid { who: T::AccountId, amount: u128, reason: DispatchError },
        /// The parameters will change with the next epoch.
        ParamsScheduled { old: RewardParams, new: RewardParams },
        /// The parameters changed.
        ParamsApplied { old: RewardParams, new: RewardParams },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// `initial` is at most 10^27.
        InitialOutOfRange,
        /// `tail` is at most `initial`.
        TailOutOfRange,
        /// `decay` is at most a billion billionths.
        DecayOutOfRange,
        /// `period` is at least 1 block.
        PeriodOutOfRange,
        /// `treasury_share` is at most a billion billionths.
        TreasuryShareOutOfRange,
        /// `treasury_fee_share` is at most a billion billionths.
        TreasuryFeeShareOutOfRange,
        /// `maturity` is at least `max_reorg` blocks and at most 20 years of 15 s blocks.
        MaturityOutOfRange,
        /// A parameter of another pallet is out of its range.
        OtherParameterOutOfRange,
    }

    #[pallet::genesis_config]
    pub struct GenesisConfig<T: Config> {
        /// The parameters of the first epoch.
        pub params: RewardParams,
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    impl<T: Config> Default for GenesisConfig<T> {
        fn default() -> Self {
            Self { params: default_params(), _config: PhantomData }
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            Parameters::<T>::put(self.params);
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        /// Accounts for what the end of the block will do.
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            T::WeightInfo::end_of_block()
        }

        fn integrity_test() {
            let defaults = Params { rewards: default_params(), ..T::AllParams::get() };
            assert!(defaults.check().is_ok(), "the default parameters are in range");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::check_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Changes the parameters from the next epoch on; the last call in an epoch wins. See section 10.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::set_params())]
        pub fn set_params(origin: OriginFor<T>, params: RewardParams) -> DispatchResult {
            T::ParamsOrigin::ensure_origin(origin)?;
            Self::do_set_params(params)
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// Subsidy of the next block, the treasury's share included.
        pub fn current_subsidy() -> u128 {
            let now: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
            Self::subsidy_at(now.saturating_add(1))
        }

        /// Subsidy of the block at a height by the parameters in force, the treasury's share included (R9.1).
        pub fn subsidy_at(number: u32) -> u128 {
            subsidy(number, &Parameters::<T>::get())
        }

        /// What a block earned and was not minted yet: its miner's and the treasury's part.
        pub fn pending_reward(number: u32) -> Option<Reward> {
            Pending::<T>::get(number)
        }

        /// The block at which the reward of a block is, or was, minted by the parameters in force.
        pub fn matures_at(number: u32) -> u32 {
            let due = number.saturating_add(Parameters::<T>::get().maturity);
            let now: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
            match number.checked_sub(OldestPending::<T>::get()) {
                Some(before) => due.max(now.saturating_add(1).saturating_add(before.saturating_div(MAX_MINTED))),
                None => due,
            }
        }

        /// When an account is paid for the [`PAYOUT_PAGE`] blocks from `first` on, and how much each time, oldest first.
        pub fn payouts(who: T::AccountId, first: u32) -> Vec<(u32, u128)> {
            let blocks = first..first.saturating_add(PAYOUT_PAGE);
            let amount = |reward: &Reward| {
                let miner = if reward.miner == who { reward.amount } else { 0 };
                let treasury = if T::TreasuryAccount::get() == who { reward.treasury } else { 0 };
                miner.saturating_add(treasury)
            };
            blocks
                .filter_map(|block| Pending::<T>::get(block).map(|reward| (Self::matures_at(block), amount(&reward))))
                .filter(|(_, amount)| *amount > 0)
                .collect()
        }

        /// What matured for an account but could not be minted yet.
        pub fn unpaid(who: T::AccountId) -> u128 {
            Unpaid::<T>::get(who)
        }

        /// The parameters in force and, where a change is pending, those of the next epoch.
        pub fn current_parameters() -> (RewardParams, Option<RewardParams>) {
            (Self::parameters(), Self::pending_parameters())
        }
    }
}

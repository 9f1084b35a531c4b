//! What makes one runtime serve many chains: the prefix of addresses, the existential deposit, fees and deposits for storage, and
//! what governance asks for on each of its tracks.
//!
//! The numbers are set by genesis and changed by [`Config::ParamsOrigin`], those of governance by [`Config::GovernanceOrigin`]; in
//! force from the next epoch on, like all others (`consensus/docs/SPEC.md`, section 10). The types [`Ss58Prefix`],
//! [`ExistentialDeposit`], [`Deposit`], [`WeightFee`] and [`ByteFee`] read them where other pallets are configured.
//!
//! In a runtime this pallet comes before the currency, whose genesis needs the existential deposit. It does nothing at a block's
//! start. Another pallet ends epochs through [`EndOfBlock`](sp_consensus_posw::EndOfBlock); a change pays for that with its call.

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
    not(any(test, feature = "runtime-benchmarks")),
    deny(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
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
mod get;
pub mod governance;
pub mod params;
pub mod runtime_api;
#[cfg(test)]
mod tests;
pub mod track;
pub mod weights;

pub use get::{ByteFee, Deposit, ExistentialDeposit, Ss58Prefix, WeightFee};
pub use governance::GovernanceParams;
pub use pallet::*;
pub use params::{ChainParams, ParamError};
pub use runtime_api::RehearsalError;
pub use track::{Track, TrackParams};
pub use weights::WeightInfo;

#[frame_support::pallet]
// Of generated code; what is written here is documented, casts nothing and expects nothing.
#[allow(missing_docs, clippy::as_conversions, clippy::cast_possible_truncation, clippy::expect_used)]
pub mod pallet {
    use super::{
        governance::{GovernanceField, GovernanceParams},
        params::{ChainParams, Field, ParamError},
        track::Track,
        WeightInfo,
    };
    use alloc::{
        boxed::Box,
        string::{String, ToString},
    };
    use core::marker::PhantomData;
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use sp_consensus_posw::EndOfBlock;

    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
        /// Who may change the parameters.
        type ParamsOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Who may change what governance asks for.
        type GovernanceOrigin: EnsureOrigin<Self::RuntimeOrigin>;
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// The parameters in force.
    #[pallet::storage]
    pub type Parameters<T> = StorageValue<_, ChainParams, ValueQuery>;

    /// The parameters in force from the next epoch on.
    #[pallet::storage]
    pub type PendingParams<T> = StorageValue<_, ChainParams>;

    /// What governance asks for.
    #[pallet::storage]
    pub type Governance<T> = StorageValue<_, GovernanceParams, ValueQuery>;

    /// What governance asks for from the next epoch on.
    #[pallet::storage]
    pub type PendingGovernance<T> = StorageValue<_, GovernanceParams>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// The parameters will change with the next epoch.
        ParamsScheduled { old: ChainParams, new: ChainParams },
        /// The parameters changed.
        ParamsApplied { old: ChainParams, new: ChainParams },
        /// What governance asks for will change with the next epoch.
        GovernanceScheduled { old: Box<GovernanceParams>, new: Box<GovernanceParams> },
        /// What governance asks for changed.
        GovernanceApplied { old: Box<GovernanceParams>, new: Box<GovernanceParams> },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// `ss58_prefix` is at most 16,383.
        Ss58PrefixOutOfRange,
        /// `existential_deposit` is 1 to 10^21.
        ExistentialDepositOutOfRange,
        /// `fee_per_second` is at most 10^21.
        FeePerSecondOutOfRange,
        /// `fee_per_byte` is at most 10^21.
        FeePerByteOutOfRange,
        /// `deposit_per_item` is at most 10^21.
        DepositPerItemOutOfRange,
        /// `deposit_per_byte` is at most 10^21.
        DepositPerByteOutOfRange,
        /// A track's `max_deciding` is 1 to 100.
        MaxDecidingOutOfRange(Track),
        /// A track's `decision_deposit` is at most 10^21.
        DecisionDepositOutOfRange(Track),
        /// A track's `prepare_period` is 1 to one less than `undeciding_timeout`.
        PreparePeriodOutOfRange(Track),
        /// A track's `decision_period` is 1 to 5,256,000.
        DecisionPeriodOutOfRange(Track),
        /// A track's `confirm_period` is 1 to its `decision_period`.
        ConfirmPeriodOutOfRange(Track),
        /// A track's `enactment_period` is 1 to `vote_locking`.
        EnactmentPeriodOutOfRange(Track),
        /// A track's `min_approval` is 500,000,001 to 1,000,000,000, in units of 10^-9.
        MinApprovalOutOfRange(Track),
        /// A track's `min_support` is at most 500,000,000, in units of 10^-9.
        MinSupportOutOfRange(Track),
        /// `submission_deposit` is at most 10^21.
        SubmissionDepositOutOfRange,
        /// `undeciding_timeout` is 2 to 5,256,000.
        UndecidingTimeoutOutOfRange,
        /// `vote_locking` is 1 to 5,256,000.
        VoteLockingOutOfRange,
        /// `motion_duration` is 1 to 5,256,000.
        MotionDurationOutOfRange,
        /// `spend_period` is 1 to 5,256,000.
        SpendPeriodOutOfRange,
        /// `payout_period` is 1 to 5,256,000.
        PayoutPeriodOutOfRange,
        /// `treasurer_limit` is at most 10^21.
        TreasurerLimitOutOfRange,
        /// `small_spender_limit` is at most `treasurer_limit`.
        SmallSpenderLimitOutOfRange,
    }

    impl<T> From<ParamError> for Error<T> {
        fn from(error: ParamError) -> Self {
            match error.field {
                Field::Ss58Prefix => Self::Ss58PrefixOutOfRange,
                Field::ExistentialDeposit => Self::ExistentialDepositOutOfRange,
                Field::FeePerSecond => Self::FeePerSecondOutOfRange,
                Field::FeePerByte => Self::FeePerByteOutOfRange,
                Field::DepositPerItem => Self::DepositPerItemOutOfRange,
                Field::DepositPerByte => Self::DepositPerByteOutOfRange,
            }
        }
    }

    impl<T> From<ParamError<GovernanceField>> for Error<T> {
        fn from(error: ParamError<GovernanceField>) -> Self {
            use GovernanceField as Field;
            match error.field {
                Field::MaxDeciding(track) => Self::MaxDecidingOutOfRange(track),
                Field::DecisionDeposit(track) => Self::DecisionDepositOutOfRange(track),
                Field::PreparePeriod(track) => Self::PreparePeriodOutOfRange(track),
                Field::DecisionPeriod(track) => Self::DecisionPeriodOutOfRange(track),
                Field::ConfirmPeriod(track) => Self::ConfirmPeriodOutOfRange(track),
                Field::EnactmentPeriod(track) => Self::EnactmentPeriodOutOfRange(track),
                Field::MinApproval(track) => Self::MinApprovalOutOfRange(track),
                Field::MinSupport(track) => Self::MinSupportOutOfRange(track),
                Field::SubmissionDeposit => Self::SubmissionDepositOutOfRange,
                Field::UndecidingTimeout => Self::UndecidingTimeoutOutOfRange,
                Field::VoteLocking => Self::VoteLockingOutOfRange,
                Field::MotionDuration => Self::MotionDurationOutOfRange,
                Field::SpendPeriod => Self::SpendPeriodOutOfRange,
                Field::PayoutPeriod => Self::PayoutPeriodOutOfRange,
                Field::TreasurerLimit => Self::TreasurerLimitOutOfRange,
                Field::SmallSpenderLimit => Self::SmallSpenderLimitOutOfRange,
            }
        }
    }

    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// The parameters from the first block on.
        pub params: ChainParams,
        /// What governance asks for from the first block on.
        #[serde(default)]
        pub governance: GovernanceParams,
        #[serde(skip)]
        pub _config: PhantomData<T>,
    }

    impl<T: Config> GenesisConfig<T> {
        /// Checks the parameters.
        ///
        /// # Errors
        /// Names the field, its value and what is allowed.
        pub fn check(&self) -> Result<(), String> {
            self.params.check().map_err(|error| error.to_string())?;
            self.governance.check().map_err(|error| error.to_string())
        }
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            Parameters::<T>::put(self.params);
            Governance::<T>::put(self.governance);
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::check_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Changes the parameters from the next epoch on; the last call in an epoch wins. The weight includes the change.
        ///
        /// Accounts with less free coins than a higher existential deposit can pay no fees until they get more.
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::set_params())]
        pub fn set_params(origin: OriginFor<T>, params: ChainParams) -> DispatchResult {
            T::ParamsOrigin::ensure_origin(origin)?;
            params.check().map_err(|error| {
                log::debug!(target: "runtime::chain", "parameters refused: {error}");
                Error::<T>::from(error)
            })?;
            PendingParams::<T>::put(params);
            Self::deposit_event(Event::ParamsScheduled { old: Parameters::<T>::get(), new: params });
            Ok(())
        }

        /// Changes what governance asks for from the next epoch on; the last call in an epoch wins. The weight includes the
        /// change.
        ///
        /// It holds for referenda under way, too: their next step is decided by the new numbers.
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::set_governance())]
        pub fn set_governance(origin: OriginFor<T>, params: Box<GovernanceParams>) -> DispatchResult {
            T::GovernanceOrigin::ensure_origin(origin)?;
            params.check().map_err(|error| {
                log::debug!(target: "runtime::chain", "parameters refused: {error}");
                Error::<T>::from(error)
            })?;
            PendingGovernance::<T>::put(*params);
            Self::deposit_event(Event::GovernanceScheduled { old: Box::new(Governance::<T>::get()), new: params });
            Ok(())
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// The parameters in force and, where a change is pending, those of the next epoch.
        pub fn current_parameters() -> (ChainParams, Option<ChainParams>) {
            (Parameters::<T>::get(), PendingParams::<T>::get())
        }

        /// What governance asks for and, where a change is pending, what it asks for from the next epoch on.
        pub fn current_governance() -> (GovernanceParams, Option<GovernanceParams>) {
            (Governance::<T>::get(), PendingGovernance::<T>::get())
        }
    }

    impl<T: Config> Pallet<T> {
        /// The parameters in force.
        pub fn parameters() -> ChainParams {
            Parameters::<T>::get()
        }

        /// What governance asks for.
        pub fn governance() -> GovernanceParams {
            Governance::<T>::get()
        }

        /// Checks that all parameters are in range.
        ///
        /// # Errors
        /// Names those that are not.
        #[cfg(any(feature = "std", feature = "try-runtime"))]
        pub fn check_state() -> Result<(), sp_runtime::TryRuntimeError> {
            ensure!(Parameters::<T>::get().check().is_ok(), "the parameters in force are in range");
            ensure!(
                PendingParams::<T>::get().is_none_or(|params| params.check().is_ok()),
                "the pending parameters are in range"
            );
            ensure!(Governance::<T>::get().check().is_ok(), "what governance asks for is in range");
            ensure!(
                PendingGovernance::<T>::get().is_none_or(|params| params.check().is_ok()),
                "what governance will ask for is in range"
            );
            Ok(())
        }
    }

    impl<T: Config> EndOfBlock for Pallet<T> {
        fn end_of_block(_: u32, ends_epoch: bool) {
            if !ends_epoch {
                return;
            }
            if let Some(new) = PendingParams::<T>::take() {
                let old = Parameters::<T>::get();
                Parameters::<T>::put(new);
                Self::deposit_event(Event::ParamsApplied { old, new });
            }
            if let Some(new) = PendingGovernance::<T>::take() {
                let old = Governance::<T>::get();
                Governance::<T>::put(new);
                Self::deposit_event(Event::GovernanceApplied { old: Box::new(old), new: Box::new(new) });
            }
        }
    }
}

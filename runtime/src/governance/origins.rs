//! The origins of calls that a referendum has approved, one for each track but that of root; and who accepts which.

use crate::{AccountId, Balance, Chain, OriginCaller, RuntimeOrigin};
use frame_support::traits::{EnsureOrigin, OriginTrait};
use frame_system::RawOrigin;
pub use pallet::*;

/// The pallet that has nothing but the origins.
#[frame_support::pallet]
pub mod pallet {
    use frame_support::pallet_prelude::*;

    #[pallet::config]
    pub trait Config: frame_system::Config {}

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// What a referendum's call may do.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
    #[pallet::origin]
    pub enum Origin {
        /// Changing stake, factor, epochs, finality and difficulty.
        ConsensusParameters,
        /// Changing issuance, the treasury's shares, fees and deposits.
        EconomicParameters,
        /// Spending from the treasury, and taking a spend back.
        Treasurer,
        /// Spending a little from the treasury.
        SmallSpender,
        /// Dispatching with root's power what the technical committee has whitelisted.
        WhitelistedCaller,
        /// Ending referenda.
        ReferendumCanceller,
        /// Ending referenda at the cost of their deposits.
        ReferendumKiller,
    }
}

/// Defines types that accept an origin.
macro_rules! accept {
    ($($name:ident),+) => {$(
        #[doc = concat!("Accepts [`Origin::", stringify!($name), "`].")]
        pub struct $name;

        impl EnsureOrigin<RuntimeOrigin> for $name {
            type Success = ();

            fn try_origin(origin: RuntimeOrigin) -> Result<(), RuntimeOrigin> {
                match origin.caller() {
                    OriginCaller::Origins(Origin::$name) => Ok(()),
                    _ => Err(origin),
                }
            }

            #[cfg(feature = "runtime-benchmarks")]
            fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
                Ok(Origin::$name.into())
            }
        }
    )+};
}

accept!(ConsensusParameters, EconomicParameters, Treasurer, WhitelistedCaller, ReferendumCanceller, ReferendumKiller);

/// Accepts who may spend from the treasury, and says how much at once: root anything, the others what the chain's parameters say.
pub struct Spender;

impl EnsureOrigin<RuntimeOrigin> for Spender {
    type Success = Balance;

    fn try_origin(origin: RuntimeOrigin) -> Result<Balance, RuntimeOrigin> {
        match origin.caller() {
            OriginCaller::system(RawOrigin::<AccountId>::Root) => Ok(Balance::MAX),
            OriginCaller::Origins(Origin::Treasurer) => Ok(Chain::governance().treasurer_limit),
            OriginCaller::Origins(Origin::SmallSpender) => Ok(Chain::governance().small_spender_limit),
            _ => Err(origin),
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
        Ok(RuntimeOrigin::root())
    }
}

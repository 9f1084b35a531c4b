//! What the runtime tells about the chain's parameters, and about what a vote would do.

// The derived codec casts the indices of variants.
#![allow(clippy::as_conversions, clippy::cast_possible_truncation)]

use crate::{ChainParams, GovernanceParams};
use alloc::vec::Vec;
use codec::{Codec, Decode, Encode};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, Weight};

/// Why a call would come to nothing, or why that cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum RehearsalError {
    /// No referendum's call has this origin.
    NoTrack,
    /// The bytes are no call of this runtime, or one nested deeper than transactions may be. Voted for, it would never be
    /// dispatched.
    NoCall,
    /// It is heavier than all that a block may do for referenda. Voted for, it would never be dispatched, unless root declares
    /// less for calls inside of it than they weigh.
    TooHeavy {
        /// The call's weight, with what calls inside of it weigh beyond what root declares for them.
        weight: Weight,
        /// About the most that there is: the scheduler takes a little of it for itself.
        limit: Weight,
    },
    /// It replaces the runtime's code, which is not looked at before it is voted for. Whether it would fail is unknown.
    SetsCode,
    /// Dispatched, it fails; or a call inside of it does, which a batch or the whitelist dispatches without failing with it.
    Failed(DispatchError),
}

sp_api::decl_runtime_apis! {
    /// The parameters that are not consensus, and what calls would do. All answers are about the block's state.
    pub trait ChainApi<Origin>
    where
        Origin: Codec,
    {
        /// The parameters in force and, where a change is pending, those from the next epoch on.
        fn parameters() -> (ChainParams, Option<ChainParams>);
        /// What governance asks for and, where a change is pending, what it asks for from the next epoch on.
        fn governance() -> (GovernanceParams, Option<GovernanceParams>);
        /// Dispatches an encoded call as a referendum of the origin's track would, and forgets what it did. It takes no longer
        /// than what a block may do for referenda, so that it can be open to everybody.
        fn rehearse(origin: Origin, call: Vec<u8>) -> Result<(), RehearsalError>;
    }
}

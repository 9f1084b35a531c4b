//! What the runtime tells about the chain's parameters, and about what a vote would do.

// The derived codec casts the indices of variants.
#![allow(clippy::as_conversions)]

use crate::{ChainParams, GovernanceParams};
use alloc::vec::Vec;
use codec::{Codec, Decode, Encode};
use scale_info::TypeInfo;
use sp_runtime::{DispatchError, Weight};

/// Why a call would come to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum RehearsalError {
    /// The bytes are no call of this runtime. Voted for, it would never be dispatched.
    NoCall,
    /// It is heavier than all that a block may do for referenda. Voted for, it would never be dispatched.
    TooHeavy {
        /// The call's weight.
        weight: Weight,
        /// The most that there is.
        limit: Weight,
    },
    /// Dispatched, it fails.
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
        /// Dispatches an encoded call as a referendum of the origin's track would, and forgets what it did.
        fn rehearse(origin: Origin, call: Vec<u8>) -> Result<(), RehearsalError>;
    }
}

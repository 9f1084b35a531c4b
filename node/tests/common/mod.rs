//! What the tests of all tiers share.

pub(crate) mod extrinsic;
pub(crate) mod process;
pub(crate) mod rpc;
pub(crate) mod spec;
pub(crate) mod wait;

//! What the tests of all tiers share.

pub(crate) mod extrinsic;
pub(crate) mod network;
pub(crate) mod nodes;
pub(crate) mod process;
pub(crate) mod rpc;
pub(crate) mod spec;
pub(crate) mod stratum;
pub(crate) mod wait;
pub(crate) mod work;

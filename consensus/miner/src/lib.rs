//! A Stratum V1 miner: hashes on the processor for any server of SHA-256d work, this chain's or another.
//!
//! | layer | modules |
//! |---|---|
//! | pure | [`address`]; [`message`], `request`: lines; [`work`]: headers from jobs; [`session`]: one connection; [`server`]: which one to turn to; [`event`]: what is told |
//! | hashing | [`rig`]: jobs into threads and shares out of them; [`mod@bench`]: how fast |
//! | with files and the network | [`password`]; [`connection`]; [`miner`]: one server after the other; [`metrics`]; [`reporter`] |
//! | the program | [`cli`]; [`program`] |

pub mod address;
pub mod bench;
pub mod cli;
pub mod connection;
pub mod event;
pub mod message;
pub mod metrics;
pub mod miner;
pub mod password;
pub mod program;
pub mod reporter;
mod request;
pub mod rig;
pub mod server;
pub mod session;
pub mod statistics;
pub mod work;

/// What the miner calls itself.
pub const AGENT: &str = concat!("posw-miner/", env!("CARGO_PKG_VERSION"));

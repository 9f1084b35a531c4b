//! The pallets together: real blocks through the executive.

mod bare;
mod blocks;
mod chain;
mod genesis;
mod governance;
mod holds;
mod time;
#[cfg(feature = "try-runtime")]
mod try_runtime;
pub(crate) mod upgrade;

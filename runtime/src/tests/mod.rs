//! The pallets together: real blocks through the executive.

mod bare;
mod blocks;
mod chain;
mod genesis;
mod holds;
mod time;
pub(crate) mod upgrade;

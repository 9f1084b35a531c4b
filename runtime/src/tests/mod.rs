//! The pallets together: real blocks through the executive.

mod blocks;
mod chain;
mod genesis;
pub(crate) mod upgrade;

//! How the pallets are configured and joined.

pub mod accounts;
pub mod consensus;
pub mod currency;
pub mod governance;
pub mod system;

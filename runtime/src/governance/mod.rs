//! Governance: the tracks of referenda, the origins that their calls have, and what their calls would do.

pub mod origins;
mod rehearsal;
pub mod tracks;

pub use rehearsal::{rehearse, NoMigrations, WhitelistedPreimages};

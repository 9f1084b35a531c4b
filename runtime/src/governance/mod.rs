//! Governance: the tracks of referenda, and the origins that their calls have.

pub mod origins;
pub mod tracks;

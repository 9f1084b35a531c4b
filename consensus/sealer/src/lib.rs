//! The sealing loop: finds work headers whose double SHA-256 meets a target.
//!
//! [`Worker`] spreads one [`Job`] over threads and hands [`Solution`]s to a callback; an [`Engine`] does the hashing. Nothing
//! here knows blocks, networks or remote procedure calls: whoever has a work header (R2.4) can have it searched.
//!
//! | module | what |
//! |---|---|
//! | [`engine`] | the seam behind which hash kernels live |
//! | [`portable`] | the reference engine, on the `sha2` crate |
//! | [`worker`] | threads, the division of the search space, change of jobs |
//! | [`rate`] | hashes per second over a window |

pub mod engine;
pub mod portable;
pub mod rate;
pub mod worker;

pub use engine::{Engine, Scan, Scanner};
pub use portable::Portable;
pub use rate::RateWindow;
pub use worker::{Job, Solution, Statistics, Worker, MAX_THREADS};

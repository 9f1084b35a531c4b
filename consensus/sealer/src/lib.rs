//! The sealing loop: finds work headers whose double SHA-256 meets a target.
//!
//! [`Worker`] spreads one [`Job`] over threads and hands [`Solution`]s to a callback; an [`Engine`] does the hashing. Nothing
//! here knows blocks, networks or remote procedure calls: whoever has a work header (R2.4) can have it searched.
//!
//! | module | what |
//! |---|---|
//! | [`engine`] | the seam behind which hash kernels live |
//! | [`kernel`] | the engines, one for each instruction set, and the choice between them |
//! | [`measure`] | how fast engines are |
//! | [`worker`] | threads, the division of the search space, change of jobs |
//! | [`rate`] | hashes per second over a window, and for people |

pub mod engine;
pub mod kernel;
pub mod measure;
pub mod rate;
pub mod worker;

pub use engine::{Engine, OnHit, RootUse, Scanner};
pub use kernel::{portable::Portable, Kernel};
pub use rate::{Rate, RateWindow};
pub use worker::{Job, Listener, Priority, Solution, Statistics, Worker, MAX_THREADS};

//! A Stratum V1 server, through which any Bitcoin SHA-256d miner works for a node.

#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

pub mod accounting;
pub mod coinbase;
mod connection;
mod decimal;
pub mod difficulty;
pub mod feed;
mod gate;
pub mod issued;
pub mod limits;
mod lines;
pub mod pool;
mod rate;
pub mod server;
pub mod session;
pub mod statistics;
pub mod store;
pub mod user;
pub mod vardiff;
pub mod wire;

pub use accounting::{Shares, Tally, Worker};
pub use difficulty::Difficulty;
pub use feed::{Job, JobFeed, Outcome, Solution};
pub use limits::{Limits, Quota};
pub use pool::Pool;
pub use server::{Config, Server, StartError};
pub use statistics::Statistics;
pub use user::Access;
pub use vardiff::DifficultyRange;

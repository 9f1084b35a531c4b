//! A Stratum V1 server: any Bitcoin SHA-256d miner, hardware or software, works for a node unchanged.
//!
//! The work header has the layout of Bitcoin's (R2.4) and clients may choose its root, so that a client needs to know nothing of
//! this chain: the commitment travels as the previous hash, and the root is that of a coinbase transaction that the client
//! completes (R11.3). Nothing here knows the node; it is joined by a [`JobFeed`]. The protocol is the public Stratum V1,
//! newline-terminated JSON over TCP, with version rolling by BIP 310 and BIP 320.
//!
//! | layer | modules |
//! |---|---|
//! | pure | [`wire`]: messages; [`coinbase`], [`issued`]: jobs and shares; [`difficulty`], [`vardiff`]: how hard shares are; [`session`]: one connection; [`accounting`]: who has done how much; [`limits`]: bounds |
//! | with files | [`user`]: who may mine; [`store`]: accounts outlast a restart |
//! | with the network | [`lines`]: what is read; [`server`]: a task for each connection; [`pool`]: what all connections share and the node asks; [`statistics`] |
//!
//! Whatever a client sends, [`wire`] and [`session`] are fuzzed with it: `cargo +nightly fuzz list` in this folder.
//!
//! Connections are not encrypted. Where they leave a trusted network, a proxy in front has to do it; then all clients have the
//! proxy's address, and [`Limits::per_address`] and [`Limits::ban`] concern all of them together.
//!
//! ```no_run
//! # async fn example() -> Result<(), posw_stratum::StartError> {
//! use posw_stratum::{Config, Job, JobFeed, Outcome, Server};
//! use std::sync::Arc;
//! use tokio::sync::watch;
//!
//! // The node sends jobs here, and imports what comes back.
//! let (_jobs, receiver) = watch::channel(None::<Arc<Job>>);
//! let feed = JobFeed::new(receiver, |solution| async move {
//!     println!("job {} is solved by {:?}", solution.job, solution.header);
//!     Outcome::Imported
//! });
//!
//! let server = Server::bind(Config::new(([127, 0, 0, 1], 3333).into()), feed).await?;
//! let pool = server.pool();
//! tokio::spawn(server.run());
//! println!("{:?} {:?}", pool.statistics(), pool.workers());
//! # Ok(())
//! # }
//! ```

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
pub mod lines;
pub mod pool;
mod rate;
pub mod server;
pub mod session;
mod shared;
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

//! The client against a fake chain in memory that counts runtime calls: sections 4, 5 and 11 of the specification.
//!
//! Headers, claims, signatures and work are real; execution is not. One module per subject.

mod chain;
mod database;
mod fake;
mod logs;
mod miner;
mod node;
mod runtime;
mod state;

mod algorithm;
mod announce;
mod bad_blocks;
mod catching_up;
mod claims;
mod context;
mod finality;
mod fork_choice;
mod hold;
mod jobs;
mod lock;
mod metrics;
mod mutations;
mod notices;
mod plausibility;
mod records;
mod stateless;
mod watch;

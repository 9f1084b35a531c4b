//! The Stakework node: assembles the SDK's services with Proof-of-StakeWork, mining, a command line and RPC.
//!
//! | module | what |
//! |---|---|
//! | [`cli`], [`command`], [`key`] | the command line |
//! | [`chain_spec`], [`new_chain`], [`miner`] | where chains come from, and whose blocks are mined |
//! | [`doctor`], [`recover`] | what is wrong with a node, and the way back from a dead fork |
//! | [`service`] | the parts of a node and how they are joined |
//! | [`rpc`] | methods beyond the SDK's own |

// The SDK's own error types are that large, and its traits and closures return them.
#![allow(clippy::result_large_err)]

pub mod chain_spec;
pub mod cli;
pub mod command;
mod database;
mod defaults;
pub mod doctor;
pub mod error;
pub mod key;
pub mod miner;
pub mod new_chain;
mod ports;
pub mod recover;
pub mod rpc;
mod rpc_client;
pub mod service;

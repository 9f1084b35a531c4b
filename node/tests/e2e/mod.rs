//! Real nodes, real clients, real keys.
//!
//! Every test takes its turn on the machine's cores, waits for conditions within a bound and ends the processes that it
//! started.

mod bad_input;
mod clients;
mod commands;
mod dev_script;
mod finality;
mod governance;
mod hostile;
mod keys;
mod metrics;
mod migrations;
mod miners;
mod mining;
mod partition;
mod stake;
mod stratum;
mod sync;
mod upgrade;

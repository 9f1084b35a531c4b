//! Real nodes, real clients, real keys.
//!
//! Every test takes its turn on the machine's cores, waits for conditions within a bound and ends the processes that it
//! started.

mod bad_input;
mod chain_specs;
mod clients;
mod clock;
mod commands;
mod crash;
mod dev_script;
mod disk;
mod doctor;
mod finality;
mod flood;
mod governance;
mod hostile;
mod keys;
mod local_net;
mod metrics;
mod migrations;
mod miners;
mod mining;
mod outage;
mod partition;
mod recovery;
mod shutdown;
mod stake;
mod storage;
mod stratum;
mod sync;
mod upgrade;

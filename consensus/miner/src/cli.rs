//! The command line.

use crate::address::ServerAddress;
use clap::{Args, Parser, Subcommand};
use core::net::SocketAddr;
use posw_sealer::{Kernel, MAX_THREADS};
use posw_stratum::user::User;
use std::path::PathBuf;

/// Mines SHA-256d on the processor for any Stratum V1 server.
///
/// It mines for the first of the servers that has work, and leaves a server that is silent, refuses the user or sends nonsense.
/// Ctrl-C or SIGTERM ends it within a second.
///
/// Exit status: 0 when it was told to end, 1 when every server has refused the user, 2 when the configuration is wrong.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, max_term_width = 100)]
#[command(after_help = "Example:\n  \
    posw-miner --server 127.0.0.1:3333 --server backup.example:3333 --user 5GrwvaEF.rig1\n  \
    posw-miner bench")]
pub struct Cli {
    /// What to do other than mining.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to mine.
    #[command(flatten)]
    pub mine: Mine,
}

/// What there is to do other than mining.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Measures how fast this machine is.
    Bench(Bench),
}

/// How to mine.
#[derive(Debug, Args)]
pub struct Mine {
    /// A server, as stratum+tcp://HOST:PORT or HOST:PORT; give the flag again for each further one, preferred ones first.
    #[arg(short = 'o', long = "server", value_name = "URL", required = true)]
    pub servers: Vec<ServerAddress>,
    /// Who mines: NAME or ADDRESS.WORKER, as the servers want it.
    #[arg(short, long, value_parser = user, required = true)]
    pub user: Option<User>,
    /// File whose first line is the password; without it the environment variable POSW_MINER_PASSWORD is used, and without
    /// that the password is "x".
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Threads that hash; without it as many as there are processors.
    #[arg(short, long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// Kernel that hashes; without it the fastest, found by a short measurement. A wrong name lists those of this processor.
    #[arg(long, value_name = "NAME")]
    pub kernel: Option<Kernel>,
    /// Part of its time, in percent, that each thread hashes.
    #[arg(long, value_name = "PERCENT", default_value_t = 100, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub duty_cycle: u8,
    /// Hash at the priority of any other program, instead of in the time that they leave.
    #[arg(long)]
    pub normal_priority: bool,
    /// Never ask a server to let the version be varied (BIP 310), which is the fastest way to hash: for servers that hang up when
    /// they are asked.
    #[arg(long)]
    pub no_version_rolling: bool,
    /// Write events and statistics as JSON on the standard output, an object a line, and nothing for people.
    #[arg(long, conflicts_with = "verbose")]
    pub json: bool,
    /// Also tell of every job.
    #[arg(short, long)]
    pub verbose: bool,
    /// Seconds between two lines of statistics.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub report: u64,
    /// Serve the statistics to Prometheus at http://ADDRESS/metrics; whoever reaches the address can read them.
    #[arg(long, value_name = "ADDRESS")]
    pub metrics: Option<SocketAddr>,
    /// Seconds without a new job after which a server is left.
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(10..=86_400))]
    pub job_timeout: u64,
    /// Seconds between two attempts to return to a server that is preferred to the current one.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub return_after: u64,
}

/// What to measure.
#[derive(Debug, Args)]
pub struct Bench {
    /// Kernel to measure; without it the fastest.
    #[arg(long, value_name = "NAME")]
    pub kernel: Option<Kernel>,
    /// Measure all kernels of this processor.
    #[arg(long, conflicts_with = "kernel")]
    pub all: bool,
    /// Threads that hash at the same time.
    #[arg(short, long, value_name = "N", default_value_t = 1, value_parser = threads)]
    pub threads: usize,
    /// Seconds that it may take.
    #[arg(long, value_name = "S", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    pub seconds: u64,
    /// Write one JSON object.
    #[arg(long)]
    pub json: bool,
}

fn user(text: &str) -> Result<User, String> {
    User::new(text).ok_or_else(|| {
        "a user is NAME or ADDRESS.WORKER: 1 to 128 visible ASCII characters, with something on both sides of the first dot"
            .into()
    })
}

fn threads(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=MAX_THREADS).contains(number));
    number.ok_or_else(|| format!("it must be a number from 1 to {MAX_THREADS}"))
}

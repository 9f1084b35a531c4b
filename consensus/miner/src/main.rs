//! The program; everything is in the library.

use clap::Parser;
use posw_miner::{cli::Cli, program};
use std::process::ExitCode;

fn main() -> ExitCode {
    program::run(Cli::parse())
}

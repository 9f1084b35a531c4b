//! The Stakework node.

use std::process::ExitCode;

fn main() -> ExitCode {
    match stakework_node::command::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {}", error.message());
            ExitCode::FAILURE
        }
    }
}

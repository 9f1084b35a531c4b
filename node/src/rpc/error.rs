//! What callers are told where a method fails.

use jsonrpsee::types::{error::ErrorCode, ErrorObjectOwned};
use std::{fmt::Display, io};

/// The node makes no work.
const NOT_MINING: i32 = 7001;
/// A solution does not meet its job's target.
const UNSOLVED: i32 = 7002;
/// A solved block could not be imported.
const NOT_IMPORTED: i32 = 7003;
/// As many solutions wait as may.
const BUSY: i32 = 7004;
/// The system gives no more threads.
const NO_THREADS: i32 = 7005;
/// The chain does not go back so far, or the node does not have its state any more.
const NO_STATE: i32 = 7006;

fn error(code: i32, message: impl Into<String>) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(code, message, None::<()>)
}

/// A parameter has a value that is not allowed.
pub(super) fn invalid(field: &str, found: impl Display, allowed: impl Display) -> ErrorObjectOwned {
    error(ErrorCode::InvalidParams.code(), format!("{field} is {found}, allowed is {allowed}"))
}

pub(super) fn not_mining() -> ErrorObjectOwned {
    error(NOT_MINING, "this node does not mine: start it with --mine and --miner")
}

pub(super) fn unsolved(outcome: impl Display) -> ErrorObjectOwned {
    error(UNSOLVED, format!("{outcome} (R3.3, section 4, check 2)"))
}

pub(super) fn not_imported(outcome: impl Display) -> ErrorObjectOwned {
    error(NOT_IMPORTED, outcome.to_string())
}

pub(super) fn busy() -> ErrorObjectOwned {
    error(BUSY, "too many solutions wait to be imported: hand in again later")
}

pub(super) fn no_threads(reason: io::Error) -> ErrorObjectOwned {
    error(NO_THREADS, format!("the sealing threads could not be started: {reason}"))
}

pub(super) fn no_state(number: u32, reason: impl Display) -> ErrorObjectOwned {
    error(NO_STATE, format!("the state of block {number} is not there, ask for fewer blocks: {reason}"))
}

pub(super) fn internal(reason: impl Display) -> ErrorObjectOwned {
    error(ErrorCode::InternalError.code(), reason.to_string())
}

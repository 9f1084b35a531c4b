//! Weights of the calls and hooks.

use frame_support::weights::Weight;

/// Weights of the calls and hooks; `c` is the number of changes of an account's weight that had become due.
pub trait WeightInfo {
    /// Start of a block whose miner has credit.
    fn on_initialize(c: u32) -> Weight;
    /// End of a block at which locks end.
    fn on_finalize() -> Weight;
    /// End of such a block that also ends an epoch, with new parameters.
    fn on_finalize_epoch() -> Weight;
    /// `stake`.
    fn stake(c: u32) -> Weight;
    /// `relock`.
    fn relock(c: u32) -> Weight;
    /// `unlock`.
    fn unlock(c: u32) -> Weight;
    /// `withdraw`.
    fn withdraw(c: u32) -> Weight;
    /// `set_sealing_key`.
    fn set_sealing_key() -> Weight;
    /// `clear_sealing_key`.
    fn clear_sealing_key() -> Weight;
    /// `set_params`.
    fn set_params() -> Weight;
    /// `slash`.
    fn slash(c: u32) -> Weight;
}

/// Estimates from reads and writes.
impl WeightInfo for () {
    fn on_initialize(c: u32) -> Weight {
        settling(12, c)
    }
    fn on_finalize() -> Weight {
        settling(12, 0)
    }
    fn on_finalize_epoch() -> Weight {
        settling(20, 0)
    }
    fn stake(c: u32) -> Weight {
        settling(14, c)
    }
    fn relock(c: u32) -> Weight {
        settling(14, c)
    }
    fn unlock(c: u32) -> Weight {
        settling(12, c)
    }
    fn withdraw(c: u32) -> Weight {
        settling(12, c)
    }
    fn set_sealing_key() -> Weight {
        settling(6, 0)
    }
    fn clear_sealing_key() -> Weight {
        settling(5, 0)
    }
    fn set_params() -> Weight {
        settling(6, 0)
    }
    fn slash(c: u32) -> Weight {
        settling(14, c)
    }
}

/// Accesses at 100 us each, two more records for each due change.
fn settling(accesses: u64, changes: u32) -> Weight {
    let accesses = accesses.saturating_add(u64::from(changes).saturating_mul(4));
    Weight::from_parts(accesses.saturating_mul(100_000_000), 0)
}

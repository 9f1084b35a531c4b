//! Weights of the call and of the end of a block.

use frame_support::weights::Weight;

/// Weights of the call and of the end of a block.
pub trait WeightInfo {
    /// End of a block at which a reward matures and new parameters come in force.
    fn end_of_block() -> Weight;
    /// `set_params`.
    fn set_params() -> Weight;
}

impl WeightInfo for () {
    fn end_of_block() -> Weight {
        Weight::from_parts(120_000_000, 8_000)
    }
    fn set_params() -> Weight {
        Weight::from_parts(40_000_000, 4_000)
    }
}

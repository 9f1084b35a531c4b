//! Weights of the call and of the end of a block.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::ParityDbWeight, Weight},
};

/// Weights of the call and of the end of a block.
pub trait WeightInfo {
    /// End of a block at which a reward matures and new parameters come in force.
    fn end_of_block() -> Weight;
    /// `set_params`.
    fn set_params() -> Weight;
}

/// The weights with the runtime's costs of database accesses.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn end_of_block() -> Weight {
        Weight::from_parts(120_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(12, 11))
    }
    fn set_params() -> Weight {
        Weight::from_parts(40_000_000, 4_000).saturating_add(T::DbWeight::get().reads_writes(6, 1))
    }
}

/// The weights with ParityDB's costs, for tests.
impl WeightInfo for () {
    fn end_of_block() -> Weight {
        Weight::from_parts(120_000_000, 8_000).saturating_add(ParityDbWeight::get().reads_writes(12, 11))
    }
    fn set_params() -> Weight {
        Weight::from_parts(40_000_000, 4_000).saturating_add(ParityDbWeight::get().reads_writes(6, 1))
    }
}

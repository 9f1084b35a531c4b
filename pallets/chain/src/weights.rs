//! Weights of the call.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::ParityDbWeight, Weight},
};

/// What the pallet's calls and hooks cost.
pub trait WeightInfo {
    /// Weight of `set_params`.
    fn set_params() -> Weight;
}

/// The weights with the runtime's costs of database accesses.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn set_params() -> Weight {
        Weight::from_parts(20_000_000, 1_568).saturating_add(T::DbWeight::get().reads_writes(2, 3))
    }
}

/// The weights with ParityDB's costs, for tests.
impl WeightInfo for () {
    fn set_params() -> Weight {
        Weight::from_parts(20_000_000, 1_568).saturating_add(ParityDbWeight::get().reads_writes(2, 3))
    }
}

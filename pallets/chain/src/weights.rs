//! Weights of `pallet_chain`, measured by `scripts/benchmark-weights.sh`. Do not edit: run it again.
//!
//! - 2026-11-21, frame-benchmarking-cli 64.0.0, 50 steps, 20 repeats
//! - AMD EPYC, WASM Compiled, 1000000 entries in a map of unknown size

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::ParityDbWeight, Weight},
};

/// What the pallet's calls and hooks cost.
pub trait WeightInfo {
    /// Weight of `set_params`.
    fn set_params() -> Weight;
    /// Weight of `set_governance`.
    fn set_governance() -> Weight;
}

/// The weights with the runtime's costs of database accesses.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Chain::Parameters` (r:1 w:1)
    // Proof: `Chain::Parameters` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `Chain::PendingGovernance` (r:1 w:0)
    // Proof: `Chain::PendingGovernance` (`max_values`: Some(1), `max_size`: Some(420), added: 915, mode: `MaxEncodedLen`)
    // Storage: `Chain::PendingParams` (r:0 w:1)
    // Proof: `Chain::PendingParams` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    fn set_params() -> Weight {
        // Proof in bytes: 185 measured, 1905 estimated at most.
        // Shortest run: 8_884 ns.
        Weight::from_parts(9_824_000, 1905)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    // Storage: `Chain::Governance` (r:1 w:1)
    // Proof: `Chain::Governance` (`max_values`: Some(1), `max_size`: Some(420), added: 915, mode: `MaxEncodedLen`)
    // Storage: `Chain::PendingParams` (r:1 w:0)
    // Proof: `Chain::PendingParams` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `Chain::PendingGovernance` (r:0 w:1)
    // Proof: `Chain::PendingGovernance` (`max_values`: Some(1), `max_size`: Some(420), added: 915, mode: `MaxEncodedLen`)
    fn set_governance() -> Weight {
        // Proof in bytes: 523 measured, 1905 estimated at most.
        // Shortest run: 10_766 ns.
        Weight::from_parts(11_757_000, 1905)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
}

/// The weights with ParityDB's costs, for tests.
impl WeightInfo for () {
    // Storage: `Chain::Parameters` (r:1 w:1)
    // Proof: `Chain::Parameters` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `Chain::PendingGovernance` (r:1 w:0)
    // Proof: `Chain::PendingGovernance` (`max_values`: Some(1), `max_size`: Some(420), added: 915, mode: `MaxEncodedLen`)
    // Storage: `Chain::PendingParams` (r:0 w:1)
    // Proof: `Chain::PendingParams` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    fn set_params() -> Weight {
        // Proof in bytes: 185 measured, 1905 estimated at most.
        // Shortest run: 8_884 ns.
        Weight::from_parts(9_824_000, 1905)
            .saturating_add(ParityDbWeight::get().reads(2))
            .saturating_add(ParityDbWeight::get().writes(2))
    }
    // Storage: `Chain::Governance` (r:1 w:1)
    // Proof: `Chain::Governance` (`max_values`: Some(1), `max_size`: Some(420), added: 915, mode: `MaxEncodedLen`)
    // Storage: `Chain::PendingParams` (r:1 w:0)
    // Proof: `Chain::PendingParams` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `Chain::PendingGovernance` (r:0 w:1)
    // Proof: `Chain::PendingGovernance` (`max_values`: Some(1), `max_size`: Some(420), added: 915, mode: `MaxEncodedLen`)
    fn set_governance() -> Weight {
        // Proof in bytes: 523 measured, 1905 estimated at most.
        // Shortest run: 10_766 ns.
        Weight::from_parts(11_757_000, 1905)
            .saturating_add(ParityDbWeight::get().reads(2))
            .saturating_add(ParityDbWeight::get().writes(2))
    }
}

//! Weights of `pallet_rewards`, measured by `scripts/benchmark-weights.sh`. Do not edit: run it again.
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
    /// Weight of `end_of_block`.
    fn end_of_block() -> Weight;
    /// Weight of `set_params`.
    fn set_params() -> Weight;
}

/// The weights with the runtime's costs of database accesses.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Rewards::Parameters` (r:1 w:1)
    // Proof: `Rewards::Parameters` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Outstanding` (r:1 w:1)
    // Proof: `Rewards::Outstanding` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Rewards::OldestPending` (r:1 w:1)
    // Proof: `Rewards::OldestPending` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Pending` (r:2 w:3)
    // Proof: `Rewards::Pending` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Unpaid` (r:3 w:2)
    // Proof: `Rewards::Unpaid` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:3 w:3)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Chain::Parameters` (r:1 w:0)
    // Proof: `Chain::Parameters` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `Rewards::PendingParams` (r:1 w:1)
    // Proof: `Rewards::PendingParams` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    fn end_of_block() -> Weight {
        // Proof in bytes: 595 measured, 8799 estimated at most.
        // Shortest run: 115_282 ns.
        Weight::from_parts(123_254_000, 8799)
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(12))
    }
    // Storage: `PoswStake::PendingParams` (r:1 w:0)
    // Proof: `PoswStake::PendingParams` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::PendingParams` (r:1 w:0)
    // Proof: `Difficulty::PendingParams` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::PendingParams` (r:1 w:1)
    // Proof: `Rewards::PendingParams` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Parameters` (r:1 w:0)
    // Proof: `Difficulty::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Parameters` (r:1 w:0)
    // Proof: `Rewards::Parameters` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    fn set_params() -> Weight {
        // Proof in bytes: 248 measured, 1602 estimated at most.
        // Shortest run: 12_349 ns.
        Weight::from_parts(13_360_000, 1602)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(1))
    }
}

/// The weights with ParityDB's costs, for tests.
impl WeightInfo for () {
    // Storage: `Rewards::Parameters` (r:1 w:1)
    // Proof: `Rewards::Parameters` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Outstanding` (r:1 w:1)
    // Proof: `Rewards::Outstanding` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Rewards::OldestPending` (r:1 w:1)
    // Proof: `Rewards::OldestPending` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Pending` (r:2 w:3)
    // Proof: `Rewards::Pending` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Unpaid` (r:3 w:2)
    // Proof: `Rewards::Unpaid` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:3 w:3)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Chain::Parameters` (r:1 w:0)
    // Proof: `Chain::Parameters` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `Rewards::PendingParams` (r:1 w:1)
    // Proof: `Rewards::PendingParams` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    fn end_of_block() -> Weight {
        // Proof in bytes: 595 measured, 8799 estimated at most.
        // Shortest run: 115_282 ns.
        Weight::from_parts(123_254_000, 8799)
            .saturating_add(ParityDbWeight::get().reads(13))
            .saturating_add(ParityDbWeight::get().writes(12))
    }
    // Storage: `PoswStake::PendingParams` (r:1 w:0)
    // Proof: `PoswStake::PendingParams` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::PendingParams` (r:1 w:0)
    // Proof: `Difficulty::PendingParams` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::PendingParams` (r:1 w:1)
    // Proof: `Rewards::PendingParams` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Parameters` (r:1 w:0)
    // Proof: `Difficulty::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Parameters` (r:1 w:0)
    // Proof: `Rewards::Parameters` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    fn set_params() -> Weight {
        // Proof in bytes: 248 measured, 1602 estimated at most.
        // Shortest run: 12_349 ns.
        Weight::from_parts(13_360_000, 1602)
            .saturating_add(ParityDbWeight::get().reads(6))
            .saturating_add(ParityDbWeight::get().writes(1))
    }
}

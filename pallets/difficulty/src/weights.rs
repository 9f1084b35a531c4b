//! Weights of `pallet_difficulty`, measured by `scripts/benchmark-weights.sh`. Do not edit: run it again.
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
    // Storage: `Timestamp::Now` (r:1 w:0)
    // Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Parameters` (r:1 w:1)
    // Proof: `Difficulty::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Anchor` (r:1 w:1)
    // Proof: `Difficulty::Anchor` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::LastTime` (r:1 w:1)
    // Proof: `Difficulty::LastTime` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::ScheduleShift` (r:1 w:1)
    // Proof: `Difficulty::ScheduleShift` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::PendingParams` (r:1 w:1)
    // Proof: `Difficulty::PendingParams` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::BaseBits` (r:0 w:1)
    // Proof: `Difficulty::BaseBits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn end_of_block() -> Weight {
        // Proof in bytes: 238 measured, 1513 estimated at most.
        // Shortest run: 11_948 ns.
        Weight::from_parts(12_889_000, 1513)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `PoswStake::PendingParams` (r:1 w:0)
    // Proof: `PoswStake::PendingParams` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::PendingParams` (r:1 w:1)
    // Proof: `Difficulty::PendingParams` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::PendingParams` (r:1 w:0)
    // Proof: `Rewards::PendingParams` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Parameters` (r:1 w:0)
    // Proof: `Difficulty::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Parameters` (r:1 w:0)
    // Proof: `Rewards::Parameters` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    fn set_params() -> Weight {
        // Proof in bytes: 248 measured, 1602 estimated at most.
        // Shortest run: 12_689 ns.
        Weight::from_parts(14_752_000, 1602)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(1))
    }
}

/// The weights with ParityDB's costs, for tests.
impl WeightInfo for () {
    // Storage: `Timestamp::Now` (r:1 w:0)
    // Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Parameters` (r:1 w:1)
    // Proof: `Difficulty::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Anchor` (r:1 w:1)
    // Proof: `Difficulty::Anchor` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::LastTime` (r:1 w:1)
    // Proof: `Difficulty::LastTime` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::ScheduleShift` (r:1 w:1)
    // Proof: `Difficulty::ScheduleShift` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::PendingParams` (r:1 w:1)
    // Proof: `Difficulty::PendingParams` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::BaseBits` (r:0 w:1)
    // Proof: `Difficulty::BaseBits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn end_of_block() -> Weight {
        // Proof in bytes: 238 measured, 1513 estimated at most.
        // Shortest run: 11_948 ns.
        Weight::from_parts(12_889_000, 1513)
            .saturating_add(ParityDbWeight::get().reads(6))
            .saturating_add(ParityDbWeight::get().writes(6))
    }
    // Storage: `PoswStake::PendingParams` (r:1 w:0)
    // Proof: `PoswStake::PendingParams` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::PendingParams` (r:1 w:1)
    // Proof: `Difficulty::PendingParams` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::PendingParams` (r:1 w:0)
    // Proof: `Rewards::PendingParams` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Parameters` (r:1 w:0)
    // Proof: `Difficulty::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Parameters` (r:1 w:0)
    // Proof: `Rewards::Parameters` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    fn set_params() -> Weight {
        // Proof in bytes: 248 measured, 1602 estimated at most.
        // Shortest run: 12_689 ns.
        Weight::from_parts(14_752_000, 1602)
            .saturating_add(ParityDbWeight::get().reads(6))
            .saturating_add(ParityDbWeight::get().writes(1))
    }
}

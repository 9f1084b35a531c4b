//! Weights of `pallet_posw_stake`, measured by `scripts/benchmark-weights.sh`. Do not edit: run it again.
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
    /// Weight of `on_initialize`; `c` is from 0 to 128.
    fn on_initialize(c: u32) -> Weight;
    /// Weight of `on_finalize`.
    fn on_finalize() -> Weight;
    /// Weight of `on_finalize_epoch`.
    fn on_finalize_epoch() -> Weight;
    /// Weight of `stake`; `c` is from 0 to 124.
    fn stake(c: u32) -> Weight;
    /// Weight of `relock`; `c` is from 0 to 128.
    fn relock(c: u32) -> Weight;
    /// Weight of `unlock`; `c` is from 0 to 128.
    fn unlock(c: u32) -> Weight;
    /// Weight of `withdraw`; `c` is from 0 to 128.
    fn withdraw(c: u32) -> Weight;
    /// Weight of `set_sealing_key`.
    fn set_sealing_key() -> Weight;
    /// Weight of `clear_sealing_key`.
    fn clear_sealing_key() -> Weight;
    /// Weight of `set_params`.
    fn set_params() -> Weight;
    /// Weight of `slash`; `c` is from 0 to 128.
    fn slash(c: u32) -> Weight;
}

/// The weights with the runtime's costs of database accesses.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Accounts` (r:1 w:1)
    // Proof: `PoswStake::Accounts` (`max_values`: None, `max_size`: Some(3669), added: 6144, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:32 w:32)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:96 w:96)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Index` (r:1 w:0)
    // Proof: `PoswStake::Index` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::SealingKeys` (r:1 w:0)
    // Proof: `PoswStake::SealingKeys` (`max_values`: None, `max_size`: Some(119), added: 2594, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::BaseBits` (r:1 w:0)
    // Proof: `Difficulty::BaseBits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::EpochFactors` (r:1 w:1)
    // Proof: `PoswStake::EpochFactors` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    fn on_initialize(c: u32) -> Weight {
        // Proof in bytes: 124 measured, 68981 estimated at most.
        // Shortest run: 24_247 ns.
        Weight::from_parts(54_913_459, 68981)
            // Standard error: 8_296.
            .saturating_add(Weight::from_parts(5_413_853, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 1637).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Index` (r:1 w:1)
    // Proof: `PoswStake::Index` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:1 w:1)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:32 w:32)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:1 w:1)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `Timestamp::Now` (r:1 w:0)
    // Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Parameters` (r:1 w:0)
    // Proof: `Difficulty::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Anchor` (r:1 w:1)
    // Proof: `Difficulty::Anchor` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::BaseBits` (r:1 w:1)
    // Proof: `Difficulty::BaseBits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::LastTime` (r:1 w:1)
    // Proof: `Difficulty::LastTime` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::ScheduleShift` (r:1 w:0)
    // Proof: `Difficulty::ScheduleShift` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Parameters` (r:1 w:0)
    // Proof: `Rewards::Parameters` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Outstanding` (r:1 w:1)
    // Proof: `Rewards::Outstanding` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Rewards::OldestPending` (r:1 w:1)
    // Proof: `Rewards::OldestPending` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Pending` (r:2 w:1)
    // Proof: `Rewards::Pending` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
    fn on_finalize() -> Weight {
        // Proof in bytes: 3085 measured, 81598 estimated at most.
        // Shortest run: 117_715 ns.
        Weight::from_parts(124_516_000, 81598)
            .saturating_add(T::DbWeight::get().reads(48))
            .saturating_add(T::DbWeight::get().writes(41))
    }
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:1)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:1)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Index` (r:1 w:1)
    // Proof: `PoswStake::Index` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:1 w:1)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:32 w:32)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:1 w:1)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `Timestamp::Now` (r:1 w:0)
    // Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Parameters` (r:1 w:0)
    // Proof: `Difficulty::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Anchor` (r:1 w:1)
    // Proof: `Difficulty::Anchor` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::BaseBits` (r:1 w:1)
    // Proof: `Difficulty::BaseBits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::LastTime` (r:1 w:1)
    // Proof: `Difficulty::LastTime` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::ScheduleShift` (r:1 w:0)
    // Proof: `Difficulty::ScheduleShift` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::PendingParams` (r:1 w:0)
    // Proof: `Difficulty::PendingParams` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Parameters` (r:1 w:0)
    // Proof: `Rewards::Parameters` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Outstanding` (r:1 w:1)
    // Proof: `Rewards::Outstanding` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Rewards::OldestPending` (r:1 w:1)
    // Proof: `Rewards::OldestPending` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Pending` (r:2 w:1)
    // Proof: `Rewards::Pending` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
    // Storage: `Rewards::PendingParams` (r:1 w:0)
    // Proof: `Rewards::PendingParams` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `Chain::PendingParams` (r:1 w:0)
    // Proof: `Chain::PendingParams` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `Chain::PendingGovernance` (r:1 w:0)
    // Proof: `Chain::PendingGovernance` (`max_values`: Some(1), `max_size`: Some(420), added: 915, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::PendingParams` (r:1 w:1)
    // Proof: `PoswStake::PendingParams` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::EpochFactors` (r:1 w:0)
    // Proof: `PoswStake::EpochFactors` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::FactorHistory` (r:1 w:1)
    // Proof: `PoswStake::FactorHistory` (`max_values`: Some(1), `max_size`: Some(81), added: 576, mode: `MaxEncodedLen`)
    fn on_finalize_epoch() -> Weight {
        // Proof in bytes: 3330 measured, 81598 estimated at most.
        // Shortest run: 135_652 ns.
        Weight::from_parts(143_173_000, 81598)
            .saturating_add(T::DbWeight::get().reads(55))
            .saturating_add(T::DbWeight::get().writes(45))
    }
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::PendingParams` (r:1 w:0)
    // Proof: `PoswStake::PendingParams` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Chain::Parameters` (r:1 w:0)
    // Proof: `Chain::Parameters` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Accounts` (r:1 w:1)
    // Proof: `PoswStake::Accounts` (`max_values`: None, `max_size`: Some(3669), added: 6144, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:32 w:32)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:94 w:94)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:1 w:1)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Staked` (r:1 w:1)
    // Proof: `PoswStake::Staked` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    fn stake(c: u32) -> Weight {
        // Proof in bytes: 1623 measured, 65535 estimated at most.
        // Shortest run: 78_998 ns.
        Weight::from_parts(111_748_906, 65535)
            // Standard error: 9_611.
            .saturating_add(Weight::from_parts(5_661_198, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 1668).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::PendingParams` (r:1 w:0)
    // Proof: `PoswStake::PendingParams` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Accounts` (r:1 w:1)
    // Proof: `PoswStake::Accounts` (`max_values`: None, `max_size`: Some(3669), added: 6144, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:33 w:33)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:97 w:97)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:1 w:1)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    fn relock(c: u32) -> Weight {
        // Proof in bytes: 1154 measured, 67424 estimated at most.
        // Shortest run: 29_554 ns.
        Weight::from_parts(60_677_761, 67424)
            // Standard error: 8_197.
            .saturating_add(Weight::from_parts(5_631_803, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 1667).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(T::DbWeight::get().writes(5))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
    // Storage: `PoswStake::Accounts` (r:1 w:1)
    // Proof: `PoswStake::Accounts` (`max_values`: None, `max_size`: Some(3669), added: 6144, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:32 w:32)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:97 w:97)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:1 w:1)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    fn unlock(c: u32) -> Weight {
        // Proof in bytes: 0 measured, 68981 estimated at most.
        // Shortest run: 22_623 ns.
        Weight::from_parts(49_103_065, 68981)
            // Standard error: 7_446.
            .saturating_add(Weight::from_parts(5_638_388, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 1639).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
    // Storage: `PoswStake::Accounts` (r:1 w:1)
    // Proof: `PoswStake::Accounts` (`max_values`: None, `max_size`: Some(3669), added: 6144, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:32 w:32)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:96 w:96)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Chain::Parameters` (r:1 w:0)
    // Proof: `Chain::Parameters` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:1 w:1)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Staked` (r:1 w:1)
    // Proof: `PoswStake::Staked` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    fn withdraw(c: u32) -> Weight {
        // Proof in bytes: 329 measured, 68981 estimated at most.
        // Shortest run: 62_183 ns.
        Weight::from_parts(83_756_408, 68981)
            // Standard error: 25_190.
            .saturating_add(Weight::from_parts(6_351_855, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 1637).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(T::DbWeight::get().writes(6))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::SealingKeys` (r:1 w:1)
    // Proof: `PoswStake::SealingKeys` (`max_values`: None, `max_size`: Some(119), added: 2594, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    fn set_sealing_key() -> Weight {
        // Proof in bytes: 227 measured, 3593 estimated at most.
        // Shortest run: 51_116 ns.
        Weight::from_parts(54_421_000, 3593)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    // Storage: `PoswStake::SealingKeys` (r:1 w:1)
    // Proof: `PoswStake::SealingKeys` (`max_values`: None, `max_size`: Some(119), added: 2594, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn clear_sealing_key() -> Weight {
        // Proof in bytes: 183 measured, 3593 estimated at most.
        // Shortest run: 17_917 ns.
        Weight::from_parts(19_259_000, 3593)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    // Storage: `PoswStake::PendingParams` (r:1 w:1)
    // Proof: `PoswStake::PendingParams` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::PendingParams` (r:1 w:0)
    // Proof: `Difficulty::PendingParams` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::PendingParams` (r:1 w:0)
    // Proof: `Rewards::PendingParams` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Parameters` (r:1 w:0)
    // Proof: `Difficulty::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Parameters` (r:1 w:0)
    // Proof: `Rewards::Parameters` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    fn set_params() -> Weight {
        // Proof in bytes: 281 measured, 1602 estimated at most.
        // Shortest run: 13_830 ns.
        Weight::from_parts(14_893_000, 1602)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `PoswStake::Accounts` (r:1 w:1)
    // Proof: `PoswStake::Accounts` (`max_values`: None, `max_size`: Some(3669), added: 6144, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:32 w:32)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:96 w:96)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Index` (r:1 w:0)
    // Proof: `PoswStake::Index` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Chain::Parameters` (r:1 w:0)
    // Proof: `Chain::Parameters` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:1 w:1)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Staked` (r:1 w:1)
    // Proof: `PoswStake::Staked` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    fn slash(c: u32) -> Weight {
        // Proof in bytes: 433 measured, 68981 estimated at most.
        // Shortest run: 50_105 ns.
        Weight::from_parts(83_421_289, 68981)
            // Standard error: 8_299.
            .saturating_add(Weight::from_parts(5_666_923, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 1637).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(10))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(T::DbWeight::get().writes(6))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
}

/// The weights with ParityDB's costs, for tests.
impl WeightInfo for () {
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Accounts` (r:1 w:1)
    // Proof: `PoswStake::Accounts` (`max_values`: None, `max_size`: Some(3669), added: 6144, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:32 w:32)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:96 w:96)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Index` (r:1 w:0)
    // Proof: `PoswStake::Index` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::SealingKeys` (r:1 w:0)
    // Proof: `PoswStake::SealingKeys` (`max_values`: None, `max_size`: Some(119), added: 2594, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::BaseBits` (r:1 w:0)
    // Proof: `Difficulty::BaseBits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::EpochFactors` (r:1 w:1)
    // Proof: `PoswStake::EpochFactors` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    fn on_initialize(c: u32) -> Weight {
        // Proof in bytes: 124 measured, 68981 estimated at most.
        // Shortest run: 24_247 ns.
        Weight::from_parts(54_913_459, 68981)
            // Standard error: 8_296.
            .saturating_add(Weight::from_parts(5_413_853, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 1637).saturating_mul(c.into()))
            .saturating_add(ParityDbWeight::get().reads(8))
            .saturating_add(ParityDbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(ParityDbWeight::get().writes(3))
            .saturating_add(ParityDbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Index` (r:1 w:1)
    // Proof: `PoswStake::Index` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:1 w:1)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:32 w:32)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:1 w:1)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `Timestamp::Now` (r:1 w:0)
    // Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Parameters` (r:1 w:0)
    // Proof: `Difficulty::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Anchor` (r:1 w:1)
    // Proof: `Difficulty::Anchor` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::BaseBits` (r:1 w:1)
    // Proof: `Difficulty::BaseBits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::LastTime` (r:1 w:1)
    // Proof: `Difficulty::LastTime` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::ScheduleShift` (r:1 w:0)
    // Proof: `Difficulty::ScheduleShift` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Parameters` (r:1 w:0)
    // Proof: `Rewards::Parameters` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Outstanding` (r:1 w:1)
    // Proof: `Rewards::Outstanding` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Rewards::OldestPending` (r:1 w:1)
    // Proof: `Rewards::OldestPending` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Pending` (r:2 w:1)
    // Proof: `Rewards::Pending` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
    fn on_finalize() -> Weight {
        // Proof in bytes: 3085 measured, 81598 estimated at most.
        // Shortest run: 117_715 ns.
        Weight::from_parts(124_516_000, 81598)
            .saturating_add(ParityDbWeight::get().reads(48))
            .saturating_add(ParityDbWeight::get().writes(41))
    }
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:1)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:1)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Index` (r:1 w:1)
    // Proof: `PoswStake::Index` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:1 w:1)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:32 w:32)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:1 w:1)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `Timestamp::Now` (r:1 w:0)
    // Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Parameters` (r:1 w:0)
    // Proof: `Difficulty::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Anchor` (r:1 w:1)
    // Proof: `Difficulty::Anchor` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::BaseBits` (r:1 w:1)
    // Proof: `Difficulty::BaseBits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::LastTime` (r:1 w:1)
    // Proof: `Difficulty::LastTime` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::ScheduleShift` (r:1 w:0)
    // Proof: `Difficulty::ScheduleShift` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::PendingParams` (r:1 w:0)
    // Proof: `Difficulty::PendingParams` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Parameters` (r:1 w:0)
    // Proof: `Rewards::Parameters` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Outstanding` (r:1 w:1)
    // Proof: `Rewards::Outstanding` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Rewards::OldestPending` (r:1 w:1)
    // Proof: `Rewards::OldestPending` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Pending` (r:2 w:1)
    // Proof: `Rewards::Pending` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
    // Storage: `Rewards::PendingParams` (r:1 w:0)
    // Proof: `Rewards::PendingParams` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `Chain::PendingParams` (r:1 w:0)
    // Proof: `Chain::PendingParams` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `Chain::PendingGovernance` (r:1 w:0)
    // Proof: `Chain::PendingGovernance` (`max_values`: Some(1), `max_size`: Some(420), added: 915, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::PendingParams` (r:1 w:1)
    // Proof: `PoswStake::PendingParams` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::EpochFactors` (r:1 w:0)
    // Proof: `PoswStake::EpochFactors` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::FactorHistory` (r:1 w:1)
    // Proof: `PoswStake::FactorHistory` (`max_values`: Some(1), `max_size`: Some(81), added: 576, mode: `MaxEncodedLen`)
    fn on_finalize_epoch() -> Weight {
        // Proof in bytes: 3330 measured, 81598 estimated at most.
        // Shortest run: 135_652 ns.
        Weight::from_parts(143_173_000, 81598)
            .saturating_add(ParityDbWeight::get().reads(55))
            .saturating_add(ParityDbWeight::get().writes(45))
    }
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::PendingParams` (r:1 w:0)
    // Proof: `PoswStake::PendingParams` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Chain::Parameters` (r:1 w:0)
    // Proof: `Chain::Parameters` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Accounts` (r:1 w:1)
    // Proof: `PoswStake::Accounts` (`max_values`: None, `max_size`: Some(3669), added: 6144, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:32 w:32)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:94 w:94)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:1 w:1)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Staked` (r:1 w:1)
    // Proof: `PoswStake::Staked` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    fn stake(c: u32) -> Weight {
        // Proof in bytes: 1623 measured, 65535 estimated at most.
        // Shortest run: 78_998 ns.
        Weight::from_parts(111_748_906, 65535)
            // Standard error: 9_611.
            .saturating_add(Weight::from_parts(5_661_198, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 1668).saturating_mul(c.into()))
            .saturating_add(ParityDbWeight::get().reads(12))
            .saturating_add(ParityDbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(ParityDbWeight::get().writes(8))
            .saturating_add(ParityDbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::PendingParams` (r:1 w:0)
    // Proof: `PoswStake::PendingParams` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Accounts` (r:1 w:1)
    // Proof: `PoswStake::Accounts` (`max_values`: None, `max_size`: Some(3669), added: 6144, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:33 w:33)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:97 w:97)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:1 w:1)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    fn relock(c: u32) -> Weight {
        // Proof in bytes: 1154 measured, 67424 estimated at most.
        // Shortest run: 29_554 ns.
        Weight::from_parts(60_677_761, 67424)
            // Standard error: 8_197.
            .saturating_add(Weight::from_parts(5_631_803, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 1667).saturating_mul(c.into()))
            .saturating_add(ParityDbWeight::get().reads(8))
            .saturating_add(ParityDbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(ParityDbWeight::get().writes(5))
            .saturating_add(ParityDbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
    // Storage: `PoswStake::Accounts` (r:1 w:1)
    // Proof: `PoswStake::Accounts` (`max_values`: None, `max_size`: Some(3669), added: 6144, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:32 w:32)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:97 w:97)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:1 w:1)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    fn unlock(c: u32) -> Weight {
        // Proof in bytes: 0 measured, 68981 estimated at most.
        // Shortest run: 22_623 ns.
        Weight::from_parts(49_103_065, 68981)
            // Standard error: 7_446.
            .saturating_add(Weight::from_parts(5_638_388, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 1639).saturating_mul(c.into()))
            .saturating_add(ParityDbWeight::get().reads(5))
            .saturating_add(ParityDbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(ParityDbWeight::get().writes(3))
            .saturating_add(ParityDbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
    // Storage: `PoswStake::Accounts` (r:1 w:1)
    // Proof: `PoswStake::Accounts` (`max_values`: None, `max_size`: Some(3669), added: 6144, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:32 w:32)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:96 w:96)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Chain::Parameters` (r:1 w:0)
    // Proof: `Chain::Parameters` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:1 w:1)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Staked` (r:1 w:1)
    // Proof: `PoswStake::Staked` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    fn withdraw(c: u32) -> Weight {
        // Proof in bytes: 329 measured, 68981 estimated at most.
        // Shortest run: 62_183 ns.
        Weight::from_parts(83_756_408, 68981)
            // Standard error: 25_190.
            .saturating_add(Weight::from_parts(6_351_855, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 1637).saturating_mul(c.into()))
            .saturating_add(ParityDbWeight::get().reads(8))
            .saturating_add(ParityDbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(ParityDbWeight::get().writes(6))
            .saturating_add(ParityDbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::SealingKeys` (r:1 w:1)
    // Proof: `PoswStake::SealingKeys` (`max_values`: None, `max_size`: Some(119), added: 2594, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    fn set_sealing_key() -> Weight {
        // Proof in bytes: 227 measured, 3593 estimated at most.
        // Shortest run: 51_116 ns.
        Weight::from_parts(54_421_000, 3593)
            .saturating_add(ParityDbWeight::get().reads(4))
            .saturating_add(ParityDbWeight::get().writes(2))
    }
    // Storage: `PoswStake::SealingKeys` (r:1 w:1)
    // Proof: `PoswStake::SealingKeys` (`max_values`: None, `max_size`: Some(119), added: 2594, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn clear_sealing_key() -> Weight {
        // Proof in bytes: 183 measured, 3593 estimated at most.
        // Shortest run: 17_917 ns.
        Weight::from_parts(19_259_000, 3593)
            .saturating_add(ParityDbWeight::get().reads(3))
            .saturating_add(ParityDbWeight::get().writes(2))
    }
    // Storage: `PoswStake::PendingParams` (r:1 w:1)
    // Proof: `PoswStake::PendingParams` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::PendingParams` (r:1 w:0)
    // Proof: `Difficulty::PendingParams` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::PendingParams` (r:1 w:0)
    // Proof: `Rewards::PendingParams` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `Difficulty::Parameters` (r:1 w:0)
    // Proof: `Difficulty::Parameters` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Rewards::Parameters` (r:1 w:0)
    // Proof: `Rewards::Parameters` (`max_values`: Some(1), `max_size`: Some(52), added: 547, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    fn set_params() -> Weight {
        // Proof in bytes: 281 measured, 1602 estimated at most.
        // Shortest run: 13_830 ns.
        Weight::from_parts(14_893_000, 1602)
            .saturating_add(ParityDbWeight::get().reads(7))
            .saturating_add(ParityDbWeight::get().writes(1))
    }
    // Storage: `PoswStake::Accounts` (r:1 w:1)
    // Proof: `PoswStake::Accounts` (`max_values`: None, `max_size`: Some(3669), added: 6144, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::CurrentEpoch` (r:1 w:0)
    // Proof: `PoswStake::CurrentEpoch` (`max_values`: Some(1), `max_size`: Some(44), added: 539, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::LockExpiries` (r:32 w:32)
    // Proof: `PoswStake::LockExpiries` (`max_values`: None, `max_size`: Some(1190), added: 3665, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Boundaries` (r:96 w:96)
    // Proof: `PoswStake::Boundaries` (`max_values`: None, `max_size`: Some(105), added: 2580, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Index` (r:1 w:0)
    // Proof: `PoswStake::Index` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Parameters` (r:1 w:0)
    // Proof: `PoswStake::Parameters` (`max_values`: Some(1), `max_size`: Some(117), added: 612, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Chain::Parameters` (r:1 w:0)
    // Proof: `Chain::Parameters` (`max_values`: Some(1), `max_size`: Some(82), added: 577, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::TotalChanges` (r:1 w:1)
    // Proof: `PoswStake::TotalChanges` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `PoswStake::Staked` (r:1 w:1)
    // Proof: `PoswStake::Staked` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    fn slash(c: u32) -> Weight {
        // Proof in bytes: 433 measured, 68981 estimated at most.
        // Shortest run: 50_105 ns.
        Weight::from_parts(83_421_289, 68981)
            // Standard error: 8_299.
            .saturating_add(Weight::from_parts(5_666_923, 0).saturating_mul(c.into()))
            .saturating_add(Weight::from_parts(0, 1637).saturating_mul(c.into()))
            .saturating_add(ParityDbWeight::get().reads(10))
            .saturating_add(ParityDbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(ParityDbWeight::get().writes(6))
            .saturating_add(ParityDbWeight::get().writes(1_u64.saturating_mul(c.into())))
    }
}

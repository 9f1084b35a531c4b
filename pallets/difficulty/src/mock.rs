//! A runtime with real timestamps, and a clock that hash power drives.

use crate as pallet_difficulty;
use crate::{BaseBits, GenesisConfig, Parameters};
use frame_support::{derive_impl, traits::Hooks};
use frame_system::EnsureRoot;
use posw_primitives::{
    CompactBits, Curve, DifficultyParams, Factor, Params, RewardParams, StakeParams, Target, BILLION, U256,
};
use sp_consensus_posw::EndOfBlock;
use sp_core::ConstU64;
use sp_runtime::{AccountId32, BuildStorage};

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Test>;
    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp::Pallet<Test>;
    #[runtime::pallet_index(2)]
    pub type Difficulty = pallet_difficulty::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountId = AccountId32;
    type Lookup = sp_runtime::traits::IdentityLookup<AccountId32>;
    type Block = frame_system::mocking::MockBlock<Test>;
}

impl pallet_timestamp::Config for Test {
    type Moment = u64;
    type OnTimestampSet = ();
    type MinimumPeriod = ConstU64<1>;
    type WeightInfo = ();
}

impl crate::Config for Test {
    type Time = Timestamp;
    type ParamsOrigin = EnsureRoot<AccountId32>;
    type AllParams = AllParams;
    type WeightInfo = ();
}

/// Parameters of the other pallets that are in range.
pub struct AllParams;

impl sp_core::Get<Params> for AllParams {
    fn get() -> Params {
        Params {
            stake: StakeParams {
                epoch_length: 10,
                min_lock: 30,
                max_lock: 130,
                lock_bonus: BILLION,
                activation: 2,
                unbonding: 20,
                min_weight: 100,
                min_total_weight: 1_000,
                curve: Curve::Flat,
                max_boost: Factor::clamped(20_000_000_000),
                ration: 2 * BILLION,
                horizon: 36,
                max_lead: 0,
                max_reorg: 8,
            },
            difficulty: Difficulty::pending_parameters().unwrap_or_else(Difficulty::parameters),
            rewards: RewardParams {
                initial: 1_000,
                decay: 500_000_000,
                period: 1_000,
                tail: 1,
                treasury_share: 0,
                treasury_fee_share: 0,
                maturity: 20,
            },
        }
    }
}

/// 10 s blocks, a half life and a longest gap of 72 of them.
pub(crate) fn params() -> DifficultyParams {
    let limit = CompactBits::try_from(0x1f00_ffff).unwrap();
    DifficultyParams { block_time: 10_000, half_life: 720_000, max_gap: 720_000, limit }
}

/// Bits of a target that takes so many hashes.
pub(crate) fn bits_of(work: u64) -> CompactBits {
    Target::clamped(U256::MAX / U256::from(work)).to_compact()
}

/// Hashes per second at which the starting difficulty gives 10 s blocks.
pub(crate) const RATE: u64 = 1_000_000;

/// A chain before block 1.
pub(crate) fn new_test_ext() -> sp_io::TestExternalities {
    let starting_bits = Some(bits_of(10 * RATE));
    let genesis = RuntimeGenesisConfig {
        difficulty: GenesisConfig { params: params(), starting_bits, ..Default::default() },
        ..Default::default()
    };
    genesis.build_storage().unwrap().into()
}

/// Runs a test on a chain before block 1; the invariants hold afterwards.
pub(crate) fn run(test: impl FnOnce(&mut Clock)) {
    new_test_ext().execute_with(|| {
        let mut clock = Clock { time: 1_700_000_000_000, number: 0 };
        test(&mut clock);
        Difficulty::check_state().unwrap();
    });
}

/// Mines blocks; each takes the time that hash power needs for it on average.
pub(crate) struct Clock {
    pub(crate) time: u64,
    pub(crate) number: u32,
}

impl Clock {
    /// One block after `gap` milliseconds; every tenth ends an epoch.
    pub(crate) fn block_after(&mut self, gap: u64) {
        self.time += gap;
        self.number += 1;
        System::set_block_number(self.number.into());
        Timestamp::set(RuntimeOrigin::none(), self.time).unwrap();
        Difficulty::end_of_block(self.number, self.number % 10 == 9);
        Timestamp::on_finalize(self.number.into());
        Difficulty::check_state().unwrap();
    }

    /// One block at `rate` hashes per second; gives the milliseconds that it took.
    pub(crate) fn mine(&mut self, rate: u64) -> u64 {
        let work: U256 = BaseBits::<Test>::get().work() * 1_000 / rate;
        let gap = work.low_u64().max(1);
        self.block_after(gap);
        gap
    }

    /// Mines `count` blocks and gives the mean of their times.
    pub(crate) fn mine_many(&mut self, count: u64, rate: u64) -> u64 {
        (0..count).map(|_| self.mine(rate)).sum::<u64>() / count
    }
}

/// The block time in force.
pub(crate) fn block_time() -> u64 {
    Parameters::<Test>::get().block_time
}

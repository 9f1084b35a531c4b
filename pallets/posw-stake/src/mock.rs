//! A runtime with real balances, a fixed base target and honest digests.

use crate as pallet_posw_stake;
use crate::{types::*, *};
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU128, ConstU32, OnFinalize, OnInitialize},
};
use frame_system::EnsureRoot;
use posw_primitives::{
    Claims, CompactBits, Curve, DifficultyParams, Factor, Params, RewardParams, StakeParams, BILLION, U256,
};
use sp_core::H256;
use sp_runtime::{generic::Digest, AccountId32, BuildStorage, DispatchResult};
use std::cell::RefCell;

pub(crate) const ED: u128 = 10;
/// What every account of [`account`] owns at genesis.
pub(crate) const FUNDS: u128 = 1_000_000;
pub(crate) const ACCOUNTS: u8 = 9;
/// Mines where it does not matter who does; never stakes.
pub(crate) const NOBODY: AccountId32 = AccountId32::new([0xee; 32]);
pub(crate) const GENESIS_HASH: H256 = H256([0x67; 32]);

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
    pub type Balances = pallet_balances::Pallet<Test>;
    #[runtime::pallet_index(2)]
    pub type PoswStake = pallet_posw_stake::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountId = AccountId32;
    type Lookup = sp_runtime::traits::IdentityLookup<AccountId32>;
    type Block = frame_system::mocking::MockBlock<Test>;
    type AccountData = pallet_balances::AccountData<u128>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = u128;
    type ExistentialDeposit = ConstU128<ED>;
    type AccountStore = System;
}

parameter_types! {
    /// Work 2^32.
    pub BaseBits: CompactBits = CompactBits::try_from(0x1d00_ffff).unwrap();
}

/// Block, whether it ends an epoch, and the state in which other pallets end it: index, epoch, author.
pub(crate) type Ended = (u32, bool, U256, u32, Option<AccountId32>);

thread_local! {
    pub(crate) static ENDED: RefCell<Vec<Ended>> = const { RefCell::new(Vec::new()) };
}

pub struct OtherPallets;

impl sp_consensus_posw::BaseTarget for OtherPallets {
    fn base_bits() -> CompactBits {
        BaseBits::get()
    }
}

impl sp_consensus_posw::EndOfBlock for OtherPallets {
    fn end_of_block(number: u32, ends_epoch: bool) {
        let author = <PoswStake as sp_consensus_posw::Author<AccountId32>>::author();
        let seen = (number, ends_epoch, Index::<Test>::get(), PoswStake::epoch().index, author);
        ENDED.with_borrow_mut(|ended| ended.push(seen));
    }
}

pub struct AllParams;

impl sp_core::Get<Params> for AllParams {
    fn get() -> Params {
        Params {
            stake: PoswStake::pending_parameters().unwrap_or_else(PoswStake::parameters),
            difficulty: DifficultyParams {
                block_time: 3_000,
                half_life: 216_000,
                max_gap: 216_000,
                limit: CompactBits::try_from(0x1f00_ffff).unwrap(),
            },
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

impl Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type ParamsOrigin = EnsureRoot<AccountId32>;
    type SlashOrigin = EnsureRoot<AccountId32>;
    type BaseTarget = OtherPallets;
    type EndOfBlock = OtherPallets;
    type AllParams = AllParams;
    type MaxDeposits = ConstU32<4>;
    type WeightInfo = ();
}

pub(crate) fn account(number: u8) -> AccountId32 {
    AccountId32::new([number; 32])
}

/// Small numbers; the lead cap is off.
pub(crate) fn params() -> StakeParams {
    StakeParams {
        epoch_length: 10,
        min_lock: 30,
        max_lock: 130,
        lock_bonus: BILLION,
        activation: 2,
        unbonding: 20,
        min_weight: 100,
        min_total_weight: 1_000,
        curve: Curve::Constant { boost: Factor::clamped(20_000_000_000) },
        max_boost: Factor::clamped(20_000_000_000),
        ration: 2 * BILLION,
        horizon: 36,
        max_lead: 0,
        max_reorg: 8,
    }
}

/// A chain to test on.
pub(crate) struct Chain(GenesisConfig<Test>);

impl Chain {
    pub(crate) fn new() -> Self {
        Self(GenesisConfig { params: params(), stakes: Vec::new(), keys: Vec::new() })
    }

    pub(crate) fn params(mut self, change: impl FnOnce(&mut StakeParams)) -> Self {
        change(&mut self.0.params);
        self
    }

    /// A genesis stake.
    pub(crate) fn staked(mut self, number: u8, amount: u128, lock: u32) -> Self {
        self.0.stakes.push((account(number), amount, lock));
        self
    }

    pub(crate) fn key(mut self, number: u8, key: sp_core::sr25519::Public) -> Self {
        self.0.keys.push((account(number), key));
        self
    }

    pub(crate) fn build(self) -> sp_io::TestExternalities {
        let balances = (1..=ACCOUNTS).map(|number| (account(number), FUNDS)).collect();
        let genesis = RuntimeGenesisConfig {
            balances: pallet_balances::GenesisConfig { balances, dev_accounts: None },
            posw_stake: self.0,
            ..Default::default()
        };
        ENDED.with_borrow_mut(Vec::clear);
        genesis.build_storage().unwrap().into()
    }

    /// Runs a test and checks all invariants afterwards.
    pub(crate) fn run(self, test: impl FnOnce()) {
        let mut chain = self.build();
        chain.execute_with(|| {
            PoswStake::check_state().unwrap();
            test();
            PoswStake::check_state().unwrap();
        });
    }
}

/// Starts a block with these claims.
pub(crate) fn start_with(claims: &Claims) {
    start_with_digest(Digest { logs: vec![sp_consensus_posw::claims_item(claims)] });
}

pub(crate) fn start_with_digest(digest: Digest) {
    let parent = System::block_number();
    let parent_hash = if parent == 0 { GENESIS_HASH } else { H256::from_low_u64_be(parent) };
    System::reset_events();
    System::initialize(&(parent + 1), &parent_hash, &digest);
    AllPalletsWithSystem::on_initialize(parent + 1);
}

/// Starts a block by `miner` with true claims.
pub(crate) fn start(miner: &AccountId32) {
    start_with(&PoswStake::claims_for(miner));
}

pub(crate) fn finish() {
    AllPalletsWithSystem::on_finalize(System::block_number());
}

/// A block by `miner` with some calls; returns the factor that it claimed.
pub(crate) fn block_with(miner: &AccountId32, calls: impl FnOnce()) -> Factor {
    let factor = PoswStake::claims_for(miner).factor;
    start(miner);
    calls();
    finish();
    PoswStake::check_state().unwrap();
    factor
}

pub(crate) fn block(miner: &AccountId32) -> Factor {
    block_with(miner, || ())
}

/// A block by an account without stake.
pub(crate) fn empty_block() {
    block(&NOBODY);
}

/// Blocks by an account without stake up to and including `number`.
pub(crate) fn run_to(number: u32) {
    while PoswStake::now() < number {
        empty_block();
    }
}

/// Up to the last block of the current epoch, so that the next block is in the next one.
pub(crate) fn next_epoch() {
    run_to(PoswStake::epoch().last());
}

pub(crate) fn next_epochs(epochs: u32) {
    (0..epochs).for_each(|_| next_epoch());
}

pub(crate) fn signed(who: &AccountId32) -> RuntimeOrigin {
    RuntimeOrigin::signed(who.clone())
}

/// The origin that may slash and change parameters.
pub(crate) fn root() -> RuntimeOrigin {
    RuntimeOrigin::root()
}

/// In a block of its own.
pub(crate) fn stake(who: &AccountId32, amount: u128, lock: u32) {
    block_with(&NOBODY, || PoswStake::stake(signed(who), amount, lock).map(|_| ()).unwrap());
}

/// In a block of its own.
pub(crate) fn set_params(new: StakeParams) {
    block_with(&NOBODY, || PoswStake::set_params(root(), new).unwrap());
}

/// In a block of its own.
pub(crate) fn call(call: impl FnOnce() -> frame_support::dispatch::DispatchResultWithPostInfo) -> DispatchResult {
    let mut result = Ok(());
    block_with(&NOBODY, || result = call().map(|_| ()).map_err(|error| error.error));
    result
}

pub(crate) fn weight(who: &AccountId32) -> u128 {
    PoswStake::account_state(who).weight
}

/// Credit in units of 10^-18.
pub(crate) fn credit(who: &AccountId32) -> u128 {
    PoswStake::account_state(who).credit.units()
}

pub(crate) fn factor(who: &AccountId32) -> Factor {
    PoswStake::account_state(who).factor
}

/// The pallet's events since the block started.
pub(crate) fn events() -> Vec<Event<Test>> {
    let events = System::events().into_iter();
    events
        .filter_map(|record| match record.event {
            RuntimeEvent::PoswStake(event) => Some(event),
            _ => None,
        })
        .collect()
}

/// The records of the schedules: epochs to change, starts of epochs, ends of locks.
pub(crate) fn records() -> (usize, usize, usize) {
    let totals = TotalChanges::<Test>::iter().count();
    (totals, Boundaries::<Test>::iter().count(), LockExpiries::<Test>::iter().count())
}

/// Whether the last epochs' factors are as if nobody had staked.
pub(crate) fn unboosted_history() -> bool {
    FactorHistory::<Test>::get().iter().all(|sum| *sum == FactorSum::unboosted(sum.blocks))
}

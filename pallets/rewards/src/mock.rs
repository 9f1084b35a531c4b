//! A runtime with real balances, a miner of the test's choice, and fees paid as `pallet-transaction-payment` pays them.

use crate as pallet_rewards;
use crate::{CollectFees, GenesisConfig};
use core::cell::RefCell;
use frame_support::{
    derive_impl,
    traits::{
        fungible::Balanced,
        tokens::{Fortitude, Precision, Preservation},
        OnUnbalanced,
    },
};
use frame_system::EnsureRoot;
use posw_primitives::{CompactBits, Curve, DifficultyParams, Factor, Params, RewardParams, StakeParams, BILLION};
use sp_consensus_posw::{Author, EndOfBlock};
use sp_core::ConstU128;
use sp_runtime::{AccountId32, BuildStorage};

pub(crate) const ED: u128 = 10;
pub(crate) const MATURITY: u32 = 20;
pub(crate) const TREASURY: AccountId32 = AccountId32::new([0x77; 32]);
/// Pays fees; owns [`FUNDS`] at genesis.
pub(crate) const PAYER: AccountId32 = AccountId32::new([0x66; 32]);
pub(crate) const FUNDS: u128 = 1_000_000;

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
    pub type Rewards = pallet_rewards::Pallet<Test>;
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

thread_local! {
    static MINER: RefCell<Option<AccountId32>> = const { RefCell::new(None) };
}

pub struct Miner;

impl Author<AccountId32> for Miner {
    fn author() -> Option<AccountId32> {
        MINER.with_borrow(Clone::clone)
    }
}

pub struct Treasury;

impl sp_core::Get<AccountId32> for Treasury {
    fn get() -> AccountId32 {
        TREASURY
    }
}

impl crate::Config for Test {
    type Currency = Balances;
    type Author = Miner;
    type TreasuryAccount = Treasury;
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
            difficulty: DifficultyParams {
                block_time: 3_000,
                half_life: 216_000,
                max_gap: 216_000,
                limit: CompactBits::try_from(0x1f00_ffff).unwrap(),
            },
            rewards: Rewards::pending_parameters().unwrap_or_else(Rewards::parameters),
        }
    }
}

/// A tenth of the subsidy and a fifth of the fees for the treasury.
pub(crate) fn params() -> RewardParams {
    RewardParams {
        initial: 1_000,
        decay: 500_000_000,
        period: 100,
        tail: 100,
        treasury_share: 100_000_000,
        treasury_fee_share: 200_000_000,
        maturity: MATURITY,
    }
}

pub(crate) fn account(number: u8) -> AccountId32 {
    AccountId32::new([number; 32])
}

/// A chain before block 1.
pub(crate) fn new_test_ext() -> sp_io::TestExternalities {
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig { balances: vec![(PAYER, FUNDS)], ..Default::default() },
        rewards: GenesisConfig { params: params(), ..Default::default() },
        ..Default::default()
    };
    genesis.build_storage().unwrap().into()
}

/// Runs a test on a chain before block 1; the invariants hold afterwards.
pub(crate) fn run(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        Rewards::check_state().unwrap();
    });
}

/// Ends block `number`, mined by `miner`; no block ends an epoch.
pub(crate) fn block(number: u32, miner: AccountId32) {
    block_that_ends_epoch(number, miner, false);
}

/// Ends block `number`.
pub(crate) fn block_that_ends_epoch(number: u32, miner: AccountId32, ends_epoch: bool) {
    System::set_block_number(number.into());
    MINER.set(Some(miner));
    Rewards::end_of_block(number, ends_epoch);
    MINER.set(None);
    Rewards::check_state().unwrap();
}

/// One transaction's charges, withdrawn and handed over as the SDK's `FungibleAdapter` does.
pub(crate) fn pay(fee: u128, tip: u128) {
    let charge = |amount| {
        let (exact, keep) = (Precision::Exact, Preservation::Preserve);
        Balances::withdraw(&PAYER, amount, exact, keep, Fortitude::Polite).unwrap()
    };
    CollectFees::<Test>::on_unbalanceds([charge(fee), charge(tip)].into_iter());
}

/// What an account can spend.
pub(crate) fn balance(who: &AccountId32) -> u128 {
    Balances::free_balance(who)
}

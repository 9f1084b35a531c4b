//! Proof-of-StakeWork: how its pallets are joined.

use crate::{
    constants::{TreasuryPalletId, MAX_DEPOSITS},
    governance::origins::{ConsensusParameters, EconomicParameters},
    AccountId, Balances, Chain, Difficulty, PoswStake, Rewards, Runtime, RuntimeHoldReason, Timestamp,
};
use frame_support::traits::{ConstU32, EitherOf, Get};
use frame_system::EnsureRoot;
use posw_primitives::Params;
use sp_consensus_posw::SealingKey;
use sp_runtime::{traits::AccountIdConversion, BoundToRuntimeAppPublic};

/// The type of the sealing key, for the node's keystore.
pub struct Sealing;

impl BoundToRuntimeAppPublic for Sealing {
    type Public = SealingKey;
}

/// The parameters in force.
pub fn current_params() -> Params {
    Params { stake: PoswStake::parameters(), difficulty: Difficulty::parameters(), rewards: Rewards::parameters() }
}

/// The parameters in force from the next epoch on, where a change of any is pending.
pub fn pending_params() -> Option<Params> {
    let (stake, difficulty, rewards) =
        (PoswStake::pending_parameters(), Difficulty::pending_parameters(), Rewards::pending_parameters());
    let current = current_params();
    (stake.is_some() || difficulty.is_some() || rewards.is_some()).then(|| Params {
        stake: stake.unwrap_or(current.stake),
        difficulty: difficulty.unwrap_or(current.difficulty),
        rewards: rewards.unwrap_or(current.rewards),
    })
}

/// The parameters of all pallets as they will be: a change is checked together with those that are pending (SPEC section 10).
pub struct AllParams;

impl Get<Params> for AllParams {
    fn get() -> Params {
        pending_params().unwrap_or_else(current_params)
    }
}

/// The account of the treasury.
pub struct TreasuryAccount;

impl Get<AccountId> for TreasuryAccount {
    fn get() -> AccountId {
        TreasuryPalletId::get().into_account_truncating()
    }
}

/// Who may change the numbers of consensus.
type ConsensusOrigin = EitherOf<EnsureRoot<AccountId>, ConsensusParameters>;
/// Who may change the numbers of the economy.
type EconomicOrigin = EitherOf<EnsureRoot<AccountId>, EconomicParameters>;

impl pallet_chain::Config for Runtime {
    type ParamsOrigin = EconomicOrigin;
    type GovernanceOrigin = EnsureRoot<AccountId>;
    type WeightInfo = pallet_chain::weights::SubstrateWeight<Runtime>;
}

impl pallet_posw_stake::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type ParamsOrigin = ConsensusOrigin;
    type SlashOrigin = EnsureRoot<AccountId>;
    type BaseTarget = Difficulty;
    type EndOfBlock = ((Difficulty, Rewards), Chain);
    type AllParams = AllParams;
    type MaxDeposits = ConstU32<MAX_DEPOSITS>;
    type WeightInfo = pallet_posw_stake::weights::SubstrateWeight<Runtime>;
}

impl pallet_difficulty::Config for Runtime {
    type Time = Timestamp;
    type ParamsOrigin = ConsensusOrigin;
    type AllParams = AllParams;
    type WeightInfo = pallet_difficulty::weights::SubstrateWeight<Runtime>;
}

impl pallet_rewards::Config for Runtime {
    type Author = PoswStake;
    type Currency = Balances;
    type TreasuryAccount = TreasuryAccount;
    type ParamsOrigin = EconomicOrigin;
    type AllParams = AllParams;
    type WeightInfo = pallet_rewards::weights::SubstrateWeight<Runtime>;
}

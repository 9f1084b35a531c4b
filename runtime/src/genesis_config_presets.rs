//! Genesis configurations by name.
//!
//! The configuration without a name has the protocol's defaults (`consensus/docs/SPEC.md`, section 10), no accounts and no sudo
//! key. The presets are for development: scaled down so that every feature can be seen in minutes, with the well-known
//! development accounts.

use crate::{
    constants::COIN, AccountId, Balance, BalancesConfig, ChainConfig, DifficultyConfig, PoswStakeConfig, RewardsConfig,
    RuntimeGenesisConfig, SudoConfig, TechnicalCommitteeConfig,
};
use alloc::{string::ToString, vec::Vec};
use frame_support::build_struct_json_patch;
use pallet_chain::{GovernanceParams, TrackParams};
use posw_primitives::{CompactBits, DifficultyParams, RewardParams, StakeParams};
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET};
use sp_keyring::Sr25519Keyring;

/// What each development account owns.
pub const ENDOWMENT: Balance = 1_000_000 * COIN;
/// What each staked development account has on hold.
pub const GENESIS_STAKE: Balance = 10_000 * COIN;

/// The easiest base target of the development presets: a work of 2^14 hashes.
const LIMIT: u32 = 0x1f03_ffff;
/// The base target that they start with: a work of 2^25 hashes, without a boost less than a second of a single thread with vector
/// instructions, and some ten seconds of a slow one. Difficulty then follows what there is.
const START: u32 = 0x1d7f_ff80;

/// The names of all presets.
pub fn preset_names() -> Vec<PresetId> {
    [DEV_RUNTIME_PRESET, LOCAL_TESTNET_RUNTIME_PRESET].map(PresetId::from).to_vec()
}

/// A preset as a JSON patch of the default configuration.
pub fn get_preset(name: &PresetId) -> Option<Vec<u8>> {
    use Sr25519Keyring::{Alice, Bob, Charlie};
    let patch = match name.as_ref() {
        DEV_RUNTIME_PRESET => development(&[Alice, Bob]),
        LOCAL_TESTNET_RUNTIME_PRESET => development(&[Alice, Bob, Charlie]),
        _ => return None,
    };
    Some(patch.to_string().into_bytes())
}

/// Blocks of 3 s, epochs of half a minute, locks of 2 to 20 minutes.
pub fn development_stake_params() -> StakeParams {
    StakeParams {
        epoch_length: 10,
        min_lock: 40,
        max_lock: 400,
        unbonding: 20,
        min_total_weight: 100 * COIN,
        horizon: 20,
        max_reorg: 8,
        ..pallet_posw_stake::types::default_params()
    }
}

/// Blocks of 3 s; difficulty follows within a minute or two when boosts grow or threads are added.
pub fn development_difficulty_params() -> DifficultyParams {
    DifficultyParams { block_time: 3_000, half_life: 72_000, max_gap: 72_000, limit: bits(LIMIT) }
}

/// The protocol's issuance, spendable after half a minute.
pub fn development_reward_params() -> RewardParams {
    RewardParams { maturity: 10, ..pallet_rewards::types::default_params() }
}

/// A referendum takes a minute or two on each track, and its deposits are the protocol's.
pub fn development_governance_params() -> GovernanceParams {
    let quick = |track: TrackParams| TrackParams {
        prepare_period: 2,
        decision_period: 20,
        confirm_period: 3,
        enactment_period: 2,
        ..track
    };
    let production = GovernanceParams::default();
    GovernanceParams {
        root: quick(production.root),
        whitelisted_caller: TrackParams {
            prepare_period: 1,
            confirm_period: 1,
            enactment_period: 1,
            ..quick(production.whitelisted_caller)
        },
        consensus_parameters: quick(production.consensus_parameters),
        economic_parameters: quick(production.economic_parameters),
        treasurer: quick(production.treasurer),
        small_spender: quick(production.small_spender),
        referendum_canceller: quick(production.referendum_canceller),
        referendum_killer: quick(production.referendum_killer),
        undeciding_timeout: 200,
        vote_locking: 10,
        motion_duration: 100,
        spend_period: 20,
        payout_period: 200,
        ..production
    }
}

/// All development accounts have coins, `staked` have stakes that count from the first block on, Alice has the sudo key and is with
/// Bob and Charlie the technical committee.
fn development(staked: &[Sr25519Keyring]) -> serde_json::Value {
    let params = development_stake_params();
    let stakes: Vec<(AccountId, Balance, u32)> =
        staked.iter().map(|who| (who.to_account_id(), GENESIS_STAKE, params.max_lock)).collect();
    build_struct_json_patch!(RuntimeGenesisConfig {
        balances: BalancesConfig {
            balances: Sr25519Keyring::well_known().map(|who| (who.to_account_id(), ENDOWMENT)).collect::<Vec<_>>(),
        },
        chain: ChainConfig { governance: development_governance_params() },
        difficulty: DifficultyConfig { params: development_difficulty_params(), starting_bits: Some(bits(START)) },
        posw_stake: PoswStakeConfig { params, stakes },
        rewards: RewardsConfig { params: development_reward_params() },
        technical_committee: TechnicalCommitteeConfig {
            members: [Sr25519Keyring::Alice, Sr25519Keyring::Bob, Sr25519Keyring::Charlie]
                .map(|who| who.to_account_id())
                .to_vec(),
        },
        sudo: SudoConfig { key: Some(Sr25519Keyring::Alice.to_account_id()) },
    })
}

/// A test builds the presets, so that a slip here is noticed.
fn bits(raw: u32) -> CompactBits {
    CompactBits::try_from(raw).unwrap_or(CompactBits::POW_LIMIT)
}

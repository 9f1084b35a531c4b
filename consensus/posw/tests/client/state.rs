//! What the fake runtime tells of the network and of accounts.

use crate::chain::{bits, factor, BASE, LIMIT};
use posw_primitives::{Credit, Curve, DifficultyParams, Epoch, Params, RewardParams, StakeParams};
use sp_consensus_posw::{AccountState, NetworkState};
use sp_core::H256;

/// Block time of the fake chain, in milliseconds.
pub(crate) const BLOCK_TIME: u64 = 15_000;

pub(crate) fn difficulty_params() -> DifficultyParams {
    let half_life = 72 * BLOCK_TIME;
    DifficultyParams { block_time: BLOCK_TIME, half_life, max_gap: half_life, limit: bits(LIMIT) }
}

/// A network whose blocks cost a quarter of unboosted ones.
pub(crate) fn network() -> NetworkState {
    NetworkState {
        time: 0,
        base_bits: bits(BASE),
        difficulty: bits(BASE).work(),
        epoch: Epoch { index: 0, start: 0, length: 240 },
        total_weight: 1_000,
        staked: 1_000,
        lead_cap: factor(8),
        mean_inverse_factor: 250_000_000,
        params: params(),
        pending: None,
    }
}

/// An account with credit for one and a half blocks.
pub(crate) fn account(sealing_key: H256) -> AccountState {
    AccountState {
        weight: 1_000,
        credit: Credit::from_units(1_500_000_000_000_000_000),
        boost: factor(20),
        factor: factor(20),
        sealing_key,
        deposits: Vec::new(),
    }
}

fn params() -> Params {
    let stake = StakeParams {
        epoch_length: 240,
        min_lock: 1_000,
        max_lock: 10_000,
        lock_bonus: 0,
        activation: 2,
        unbonding: 100,
        min_weight: 1,
        min_total_weight: 1,
        curve: Curve::Constant { boost: factor(20) },
        max_boost: factor(20),
        ration: 0,
        horizon: 360,
        max_lead: 0,
        max_reorg: 4,
    };
    let rewards = RewardParams {
        initial: 0,
        decay: 0,
        period: 1,
        tail: 0,
        treasury_share: 0,
        treasury_fee_share: 0,
        maturity: 24,
    };
    Params { stake, difficulty: difficulty_params(), rewards }
}

//! Genesis from JSON: checked as a whole before anything is built, so that a wrong specification is an error and not a panic.

use crate::{constants::MAX_COMMITTEE, AccountId, Balance, RuntimeGenesisConfig};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
};
use frame_support::traits::BuildGenesisConfig;
use posw_primitives::Params;

pub use pallet_chain::params::MAX_AMOUNT;

/// Builds genesis from a complete configuration in JSON.
///
/// # Errors
/// Where the JSON is malformed or has an unknown or missing field, and where a value is out of range: the message names the
/// field, the value and what is allowed.
///
/// # Consensus
/// Section 10.
pub fn build_state(json: &[u8]) -> Result<(), String> {
    let config: RuntimeGenesisConfig =
        serde_json::from_slice(json).map_err(|error| format!("the genesis configuration is malformed: {error}"))?;
    check(&config)?;
    config.build();
    Ok(())
}

/// Checks everything that building would panic over, or that would fail later.
///
/// # Errors
/// The message names the field, the value and what is allowed.
pub fn check(config: &RuntimeGenesisConfig) -> Result<(), String> {
    config.chain.check()?;
    let params = Params {
        stake: config.posw_stake.params,
        difficulty: config.difficulty.params,
        rewards: config.rewards.params,
    };
    params.check().map_err(|error| error.to_string())?;
    config.difficulty.check()?;
    config.posw_stake.check()?;
    check_committee(&config.technical_committee.members)?;
    let existential_deposit = config.chain.params.existential_deposit;
    let balances = check_balances(config, existential_deposit)?;
    let balance = |who: &AccountId| balances.get(who).copied().unwrap_or_default();
    config.posw_stake.check_funded(balance, existential_deposit)
}

fn check_committee(members: &[AccountId]) -> Result<(), String> {
    if members.len() > MAX_COMMITTEE as usize {
        let count = members.len();
        return Err(format!("technicalCommittee.members has {count} members, allowed are {MAX_COMMITTEE} or fewer"));
    }
    for (position, who) in members.iter().enumerate() {
        if members.iter().take(position).any(|earlier| earlier == who) {
            let field = format!("technicalCommittee.members[{position}] is {who:?}");
            return Err(format!("{field}, who is in the list twice, allowed is once"));
        }
    }
    Ok(())
}

/// The most coins, in the smallest unit, that genesis can have: eleven times as much and all rewards there can ever be, which
/// is the largest weight of all stake, fit a balance.
pub const MAX_COINS: Balance = 1 << 124;

fn check_balances(
    config: &RuntimeGenesisConfig,
    existential_deposit: Balance,
) -> Result<BTreeMap<&AccountId, Balance>, String> {
    let mut balances = BTreeMap::new();
    let mut total: Balance = 0;
    let mut add = |field: String, coins: Option<Balance>| {
        let sum = coins.and_then(|coins| total.checked_add(coins)).filter(|sum| *sum <= MAX_COINS);
        total = sum.ok_or_else(|| format!("{field}, allowed are {MAX_COINS} for all accounts together"))?;
        Ok::<_, String>(())
    };
    for (position, (who, balance)) in config.balances.balances.iter().enumerate() {
        let field = format!("balances.balances[{position}] of {who:?} is {balance}");
        if *balance < existential_deposit {
            return Err(format!("{field}, allowed is the existential deposit of {existential_deposit} or more"));
        }
        if balances.insert(who, *balance).is_some() {
            return Err(format!("{field}, but the account is in the list twice, allowed is once"));
        }
        add(field, Some(*balance))?;
    }
    if let Some((accounts, balance, _)) = &config.balances.dev_accounts {
        let field = format!("balances.devAccounts: the balance is {balance}");
        if *balance < existential_deposit {
            return Err(format!("{field}, allowed is {existential_deposit} or more"));
        }
        add(format!("{field} for each of {accounts}"), balance.checked_mul((*accounts).into()))?;
    }
    Ok(balances)
}

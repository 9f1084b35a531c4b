//! Genesis from JSON: checked as a whole before anything is built, so that a wrong specification is an error and not a panic.

use crate::{AccountId, Balance, RuntimeGenesisConfig};
use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString},
};
use frame_support::traits::BuildGenesisConfig;
use posw_primitives::Params;

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
    let existential_deposit = config.chain.params.existential_deposit;
    let balances = check_balances(config, existential_deposit)?;
    let balance = |who: &AccountId| balances.get(who).copied().unwrap_or_default();
    config.posw_stake.check_funded(balance, existential_deposit)
}

fn check_balances(
    config: &RuntimeGenesisConfig,
    existential_deposit: Balance,
) -> Result<BTreeMap<&AccountId, Balance>, String> {
    let mut balances = BTreeMap::new();
    let mut total: Balance = 0;
    for (position, (who, balance)) in config.balances.balances.iter().enumerate() {
        let refuse = |why: String| Err(format!("balances.balances[{position}] of {who:?} is {balance}, {why}"));
        if *balance < existential_deposit {
            return refuse(format!("allowed is the existential deposit of {existential_deposit} or more"));
        }
        if balances.insert(who, *balance).is_some() {
            return refuse("but the account is in the list twice, allowed is once".into());
        }
        match total.checked_add(*balance) {
            Some(sum) => total = sum,
            None => return refuse(format!("allowed are {} for all accounts together", Balance::MAX)),
        }
    }
    match &config.balances.dev_accounts {
        Some((_, balance, _)) if *balance < existential_deposit => {
            Err(format!("balances.devAccounts: the balance is {balance}, allowed is {existential_deposit} or more"))
        }
        _ => Ok(balances),
    }
}

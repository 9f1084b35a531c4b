//! Whether the runtime would accept a chain: its own checks, told about the file instead of the genesis that was made of it.

use super::{
    document::{Document, Refusal},
    quantity::{decimal, number, time},
    resolve::Chain,
};
use posw_primitives::{params::Field, CompactBits, DifficultyParams, Params, U256};
use sc_chain_spec::ChainType;
use sp_keyring::Sr25519Keyring;
use sp_runtime::AccountId32;
use stakework_runtime::{genesis, RuntimeGenesisConfig};

/// Checks a block time alone: many defaults follow it, and would be refused for it.
pub(super) fn block_time(document: &Document, block_time: u64) -> Result<(), Refusal> {
    let genesis = RuntimeGenesisConfig::default();
    let half_life = block_time.saturating_mul(2);
    let default = genesis.difficulty.params;
    let difficulty = DifficultyParams { block_time, half_life, max_gap: half_life, ..default };
    params(document, Params { difficulty, stake: genesis.posw_stake.params, rewards: genesis.rewards.params }, 0)
}

/// Checks everything.
pub(super) fn chain(document: &Document, chain: &Chain) -> Result<(), Refusal> {
    let Chain { genesis, decimals, .. } = chain;
    let all = Params {
        stake: genesis.posw_stake.params,
        difficulty: genesis.difficulty.params,
        rewards: genesis.rewards.params,
    };
    params(document, all, *decimals)?;
    genesis.chain.params.check().map_err(|error| {
        let limits = Limits { value: error.value, range: [error.min, error.max] };
        limits.refuse(document, &path(&error.field.to_string()), *decimals)
    })?;
    if chain.chain_type == ChainType::Live {
        no_development_accounts(document, genesis)?;
    }
    genesis::check(genesis).map_err(|message| in_genesis(document, chain, &message))
}

/// Checks the parameters of consensus.
fn params(document: &Document, params: Params, decimals: u32) -> Result<(), Refusal> {
    params.check().map_err(|error| {
        let limits = Limits { value: error.value, range: [error.min, error.max] };
        // Of two targets the one with the larger bits takes less work.
        let limits = if error.field == Field::Limit { limits.inverted(work) } else { limits };
        limits.refuse(document, &path(error.field.name()), decimals)
    })
}

/// The name in a file of what genesis calls `stake.minLock` or `chain.params.feePerByte`.
fn path(name: &str) -> String {
    let letter = |c: char| if c.is_ascii_uppercase() { format!("_{}", c.to_ascii_lowercase()) } else { c.to_string() };
    name.replace("chain.params.", "chain.").chars().map(letter).collect()
}

/// A value, and the least and the largest that are allowed.
pub(super) struct Limits {
    pub(super) value: u128,
    pub(super) range: [u128; 2],
}

impl Limits {
    /// Refuses the field, with the nearest value that is allowed.
    pub(super) fn refuse(self, document: &Document, path: &str, decimals: u32) -> Refusal {
        let Self { value, range } = self;
        let write = |value: u128| written(path, value, decimals);
        let [least, most] = range;
        let shown = match document.written(path) {
            Some(written) => format!("is {written}"),
            None => format!("is {} where the file does not say", write(value)),
        };
        let nearest = write(value.clamp(least, most.max(least)));
        let name = path.rsplit('.').next().unwrap_or(path);
        let allowed = format!("allowed is {} to {}; the nearest is {name} = {nearest}", write(least), write(most));
        document.refuse(path, format!("{shown}, {allowed}"))
    }

    /// The limits by another measure, which falls when this one rises.
    fn inverted(self, measure: impl Fn(u128) -> u128) -> Self {
        let [least, most] = self.range;
        Self { value: measure(self.value), range: [measure(most), measure(least)] }
    }
}

/// The work of compact bits, in as many bits as a file can have.
fn work(bits: u128) -> u128 {
    let bits = u32::try_from(bits).ok().and_then(|bits| CompactBits::try_from(bits).ok());
    bits.map_or(U256::zero(), CompactBits::work).try_into().unwrap_or(u128::MAX)
}

/// A value as the file would have it.
fn written(path: &str, value: u128, decimals: u32) -> String {
    const TIMES: [&str; 3] = ["block_time", "half_life", "max_gap"];
    const SPANS: [&str; 8] =
        ["epoch_length", "min_lock", "max_lock", "unbonding", "horizon", "max_reorg", "period", "maturity"];
    const NUMBERS: [&str; 8] =
        ["lock_bonus", "boost", "max_boost", "ration", "max_lead", "decay", "treasury_share", "treasury_fee_share"];
    const AMOUNTS: [&str; 5] = ["min_weight", "min_total_weight", "unit", "initial", "tail"];
    const FEES: [&str; 5] =
        ["existential_deposit", "fee_per_second", "fee_per_byte", "deposit_per_item", "deposit_per_byte"];

    let name = path.rsplit('.').next().unwrap_or(path);
    let narrow = u64::try_from(value).unwrap_or(u64::MAX);
    if TIMES.contains(&name) {
        format!("\"{}\"", time(narrow))
    } else if SPANS.contains(&name) {
        format!("\"{value} blocks\"")
    } else if NUMBERS.contains(&name) {
        number(narrow).replace(',', "_")
    } else if AMOUNTS.contains(&name) || FEES.contains(&name) {
        format!("\"{}\"", decimal(value, decimals).replace(',', "_"))
    } else {
        value.to_string()
    }
}

/// Everybody knows the keys of development accounts.
fn no_development_accounts(document: &Document, genesis: &RuntimeGenesisConfig) -> Result<(), Refusal> {
    let endowed = genesis.balances.balances.iter().enumerate();
    let endowed = endowed.map(|(position, (account, _))| (format!("endowed[{position}].account"), account));
    let committee = genesis.technical_committee.members.iter().enumerate();
    let committee = committee.map(|(position, account)| (format!("governance.committee[{position}]"), account));
    let sudo = genesis.sudo.key.iter().map(|account| ("sudo".to_owned(), account));
    for (path, account) in endowed.chain(committee).chain(sudo) {
        if let Some(known) = Sr25519Keyring::iter().find(|known| known.to_account_id() == *account) {
            let what =
                format!("is the development account {known}, whose key everybody knows: type = \"live\" allows none");
            return Err(document.refuse(&path, what));
        }
    }
    Ok(())
}

/// What the runtime says about a genesis, told about the file.
fn in_genesis(document: &Document, chain: &Chain, message: &str) -> Refusal {
    let difficulty = &chain.genesis.difficulty;
    if message.starts_with("difficulty.startingBits") {
        let [start, limit] = [difficulty.starting_bits, Some(difficulty.params.limit)]
            .map(|bits| bits.map_or(U256::zero(), CompactBits::work));
        let what = format!("which is {start} hashes a block, allowed is the limit of {limit} or more");
        let is_given = document.written("difficulty.start").is_some();
        return document.refuse_value(if is_given { "difficulty.start" } else { "difficulty.hash_rate" }, what);
    }
    let message = format!("{message} (amounts in the smallest unit, 10^-{} {})", chain.decimals, chain.symbol);
    match place(document, &chain.genesis, &message) {
        Some(path) => document.refuse_value(&path, message),
        None => document.refuse_at("", message),
    }
}

/// The field that a message of the runtime is about: it begins with a place in genesis, or names an account.
fn place(document: &Document, genesis: &RuntimeGenesisConfig, message: &str) -> Option<String> {
    let entry = |list: &str| -> Option<usize> {
        message.strip_prefix(list)?.strip_prefix('[')?.split(']').next()?.parse().ok()
    };
    let endowed = |is: &dyn Fn(&AccountId32) -> bool| genesis.balances.balances.iter().position(|(owner, _)| is(owner));
    let (position, field) = if let Some(position) = entry("technicalCommittee.members") {
        return Some(format!("governance.committee[{position}]"));
    } else if message.starts_with("technicalCommittee") {
        return Some("governance.committee".into());
    } else if let Some(position) = entry("balances.balances") {
        (position, if message.contains("in the list twice") { "account" } else { "amount" })
    } else if let Some(stake) = entry("poswStake.stakes") {
        let (account, ..) = genesis.posw_stake.stakes.get(stake)?;
        (endowed(&|owner| owner == account)?, if message.contains("the lock is") { "lock" } else { "stake" })
    } else {
        (endowed(&|owner| message.contains(&array_bytes::bytes2hex("", owner)))?, "stake")
    };
    let path = format!("endowed[{position}].{field}");
    let is_there = document.written(&path).is_some();
    Some(if is_there { path } else { format!("endowed[{position}].account") })
}

//! What the file of a new chain says: a field for each thing that can be said, `None` where it is not.
//!
//! The names are those of section 10 of the specification, in the file's spelling: `stake.minLock` is `min_lock` in
//! `[stake]`.

use super::{
    curve::Curve,
    document::{Document, Refusal},
    quantity::{at_most, millis, ratio, Decimal, HashRate, Span},
    section::Section,
    word::{bootnode, choice, plain_id, text},
};
use crate::chain_spec::{parse_address, DEFAULT_SS58_PREFIX};
use sc_chain_spec::ChainType;
use sc_network::config::MultiaddrWithPeerId;
use sp_core::{crypto::Ss58Codec, sr25519};
use sp_runtime::AccountId32;

/// A file.
pub(super) struct ChainFile {
    pub(super) name: String,
    pub(super) id: Option<String>,
    pub(super) chain_type: ChainType,
    pub(super) protocol_id: Option<String>,
    pub(super) bootnodes: Vec<MultiaddrWithPeerId>,
    pub(super) sudo: Option<AccountId32>,
    pub(super) token: Token,
    pub(super) chain: Fees,
    pub(super) difficulty: Difficulty,
    pub(super) stake: Stake,
    pub(super) rewards: Rewards,
    pub(super) governance: Governance,
    pub(super) endowed: Vec<Endowed>,
}

/// `[token]`.
pub(super) struct Token {
    pub(super) symbol: Option<String>,
    pub(super) decimals: Option<u32>,
}

/// `[chain]`.
pub(super) struct Fees {
    pub(super) ss58_prefix: u16,
    pub(super) existential_deposit: Option<Decimal>,
    pub(super) fee_per_second: Option<Decimal>,
    pub(super) fee_per_byte: Option<Decimal>,
    pub(super) deposit_per_item: Option<Decimal>,
    pub(super) deposit_per_byte: Option<Decimal>,
}

/// `[difficulty]`.
pub(super) struct Difficulty {
    pub(super) block_time: Option<u64>,
    pub(super) half_life: Option<Span>,
    pub(super) max_gap: Option<Span>,
    pub(super) limit: Option<Decimal>,
    pub(super) start: Option<Decimal>,
    pub(super) hash_rate: Option<HashRate>,
}

/// `[stake]`.
pub(super) struct Stake {
    pub(super) epoch_length: Option<Span>,
    pub(super) min_lock: Option<Span>,
    pub(super) max_lock: Option<Span>,
    pub(super) lock_bonus: Option<Decimal>,
    pub(super) activation: Option<u32>,
    pub(super) unbonding: Option<Span>,
    pub(super) min_weight: Option<Decimal>,
    pub(super) min_total_weight: Option<Decimal>,
    pub(super) curve: Option<Curve>,
    pub(super) max_boost: Option<Decimal>,
    pub(super) ration: Option<Decimal>,
    pub(super) horizon: Option<Span>,
    pub(super) max_lead: Option<Decimal>,
    pub(super) max_reorg: Option<Span>,
}

/// `[rewards]`.
pub(super) struct Rewards {
    pub(super) initial: Option<Decimal>,
    pub(super) decay: Option<Decimal>,
    pub(super) period: Option<Span>,
    pub(super) tail: Option<Decimal>,
    pub(super) treasury_share: Option<Decimal>,
    pub(super) treasury_fee_share: Option<Decimal>,
    pub(super) maturity: Option<Span>,
}

/// `[governance]`.
pub(super) struct Governance {
    pub(super) profile: Profile,
    pub(super) committee: Vec<AccountId32>,
}

/// How long referenda take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Profile {
    /// Weeks.
    Production,
    /// Some twenty blocks.
    Fast,
}

/// One `[[endowed]]`.
pub(super) struct Endowed {
    pub(super) account: AccountId32,
    pub(super) amount: Decimal,
    pub(super) stake: Option<Decimal>,
    pub(super) lock: Option<Span>,
    pub(super) sealing_key: Option<sr25519::Public>,
}

impl ChainFile {
    /// Reads a file.
    ///
    /// # Errors
    /// Where a field is unknown, missing, or not written as it has to be.
    pub(super) fn read(document: &Document) -> Result<Self, Refusal> {
        let mut root = document.root();
        let name = root.read("name", text(64))?;
        let id = root.read("id", plain_id)?;
        let chain_type = root.read("type", |text| choice(text, &CHAIN_TYPES))?;
        let protocol_id = root.read("protocol_id", plain_id)?;
        let bootnodes = root.list("bootnodes", bootnode)?;
        let chain = Fees::read(root.section("chain")?)?;
        let address = |text: &str| parse_address(text, chain.ss58_prefix).map_err(|wrong| format!("is {wrong}"));
        let sudo = root.read_quietly("sudo", address)?;
        let token = Token::read(root.section("token")?)?;
        let difficulty = Difficulty::read(root.section("difficulty")?)?;
        let stake = Stake::read(root.section("stake")?)?;
        let rewards = Rewards::read(root.section("rewards")?)?;
        let governance = Governance::read(root.section("governance")?, address)?;
        let endowed = root.sections("endowed")?.into_iter();
        let endowed = endowed.map(|section| Endowed::read(section, address)).collect::<Result<Vec<_>, _>>()?;
        // A misspelt name is why one is missing, and is said first.
        root.finish()?;
        let name = name.ok_or_else(|| root.missing("name", "what people call the chain"))?;
        if endowed.is_empty() {
            return Err(
                root.missing("endowed", "an [[endowed]] with account and amount for each account that owns coins")
            );
        }
        Ok(Self {
            name,
            id,
            chain_type: chain_type.unwrap_or(ChainType::Local),
            protocol_id,
            bootnodes,
            sudo,
            token,
            chain,
            difficulty,
            stake,
            rewards,
            governance,
            endowed,
        })
    }
}

impl Token {
    fn read(mut section: Section<'_>) -> Result<Self, Refusal> {
        let token =
            Self { symbol: section.read("symbol", text(12))?, decimals: section.read("decimals", at_most(30))? };
        section.finish().map(|()| token)
    }
}

impl Fees {
    fn read(mut section: Section<'_>) -> Result<Self, Refusal> {
        let fees = Self {
            ss58_prefix: section.read("ss58_prefix", at_most(u16::MAX))?.unwrap_or(DEFAULT_SS58_PREFIX),
            existential_deposit: section.read("existential_deposit", Decimal::parse)?,
            fee_per_second: section.read("fee_per_second", Decimal::parse)?,
            fee_per_byte: section.read("fee_per_byte", Decimal::parse)?,
            deposit_per_item: section.read("deposit_per_item", Decimal::parse)?,
            deposit_per_byte: section.read("deposit_per_byte", Decimal::parse)?,
        };
        section.finish().map(|()| fees)
    }
}

impl Difficulty {
    fn read(mut section: Section<'_>) -> Result<Self, Refusal> {
        let difficulty = Self {
            block_time: section.read("block_time", millis)?,
            half_life: section.read("half_life", Span::parse)?,
            max_gap: section.read("max_gap", Span::parse)?,
            limit: section.read("limit", Decimal::parse)?,
            start: section.read("start", Decimal::parse)?,
            hash_rate: section.read("hash_rate", HashRate::parse)?,
        };
        if difficulty.start.is_some() && difficulty.hash_rate.is_some() {
            return Err(section.refuse("hash_rate", "and start both say how hard the first block is: leave one out"));
        }
        section.finish().map(|()| difficulty)
    }
}

impl Stake {
    fn read(mut section: Section<'_>) -> Result<Self, Refusal> {
        let stake = Self {
            epoch_length: section.read("epoch_length", Span::parse)?,
            min_lock: section.read("min_lock", Span::parse)?,
            max_lock: section.read("max_lock", Span::parse)?,
            lock_bonus: section.read("lock_bonus", ratio)?,
            activation: section.read("activation", at_most(u32::MAX))?,
            unbonding: section.read("unbonding", Span::parse)?,
            min_weight: section.read("min_weight", Decimal::parse)?,
            min_total_weight: section.read("min_total_weight", Decimal::parse)?,
            curve: Curve::read(section.section("curve")?)?,
            max_boost: section.read("max_boost", Decimal::parse)?,
            ration: section.read("ration", Decimal::parse)?,
            horizon: section.read("horizon", Span::parse)?,
            max_lead: section.read("max_lead", Decimal::parse)?,
            max_reorg: section.read("max_reorg", Span::parse)?,
        };
        section.finish().map(|()| stake)
    }
}

impl Rewards {
    fn read(mut section: Section<'_>) -> Result<Self, Refusal> {
        let rewards = Self {
            initial: section.read("initial", Decimal::parse)?,
            decay: section.read("decay", ratio)?,
            period: section.read("period", Span::parse)?,
            tail: section.read("tail", Decimal::parse)?,
            treasury_share: section.read("treasury_share", ratio)?,
            treasury_fee_share: section.read("treasury_fee_share", ratio)?,
            maturity: section.read("maturity", Span::parse)?,
        };
        section.finish().map(|()| rewards)
    }
}

impl Governance {
    fn read(mut section: Section<'_>, address: impl Fn(&str) -> Result<AccountId32, String>) -> Result<Self, Refusal> {
        let profiles = [("production", Profile::Production), ("fast", Profile::Fast)];
        let governance = Self {
            profile: section.read("profile", |text| choice(text, &profiles))?.unwrap_or(Profile::Production),
            committee: section.list("committee", address)?,
        };
        section.finish().map(|()| governance)
    }
}

impl Endowed {
    fn read(mut section: Section<'_>, address: impl Fn(&str) -> Result<AccountId32, String>) -> Result<Self, Refusal> {
        let account = section.read_quietly("account", address)?;
        let amount = section.read("amount", Decimal::parse)?;
        let stake = section.read("stake", Decimal::parse)?;
        let lock = section.read("lock", Span::parse)?;
        let sealing_key = section.read_quietly("sealing_key", |text| {
            let key = sr25519::Public::from_ss58check(text);
            key.map_err(|error| format!("is no public key in SS58 ({error:?}); posw-node key generate prints one"))
        })?;
        section.finish()?;
        let account = account.ok_or_else(|| section.missing("account", "an SS58 address"))?;
        let amount = amount.ok_or_else(|| section.missing("amount", "how many coins, such as \"1000000\""))?;
        if lock.is_some() && stake.is_none() {
            return Err(section.refuse("lock", "has no effect without stake"));
        }
        Ok(Self { account, amount, stake, lock, sealing_key })
    }
}

/// What `type` may be.
const CHAIN_TYPES: [(&str, ChainType); 3] =
    [("local", ChainType::Local), ("live", ChainType::Live), ("development", ChainType::Development)];

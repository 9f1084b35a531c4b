//! From what a file says to a genesis: its units become the chain's, and what it does not say gets a default.
//!
//! The defaults are those of section 10, as times where the chain has another block time, and as coins where its token has
//! other decimals. Where another field of the file would put a default out of range, it is the nearest value in range
//! instead.

use super::{
    check,
    curve::Curve as FileCurve,
    document::{Document, Refusal},
    file::{self, ChainFile, Profile},
    quantity::{Decimal, HashRate},
    units::Units,
};
use crate::chain_spec::{TOKEN_DECIMALS, TOKEN_SYMBOL};
use posw_primitives::{
    params::MAX_SPAN, CompactBits, Curve, DifficultyParams, Factor, RewardParams, StakeParams, Target, BILLION, U256,
};
use sc_chain_spec::ChainType;
use sc_network::config::MultiaddrWithPeerId;
use stakework_runtime::{
    genesis::MAX_AMOUNT, genesis_config_presets::development_governance_params, RuntimeGenesisConfig,
};

/// Hashes per second of what a chain is first mined with, where its file does not say: a slow processor's.
const HASH_RATE: u64 = 10_000_000;

/// A chain.
pub(super) struct Chain {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) chain_type: ChainType,
    pub(super) protocol_id: String,
    pub(super) bootnodes: Vec<MultiaddrWithPeerId>,
    pub(super) symbol: String,
    pub(super) decimals: u32,
    pub(super) genesis: RuntimeGenesisConfig,
}

impl Chain {
    /// Makes a chain of a file; `measure` gives the hashes per second of this machine, if the file asks for it.
    ///
    /// # Errors
    /// Where a number is finer than the chain can count, or a value out of range.
    pub(super) fn resolve(
        document: &Document,
        file: ChainFile,
        measure: impl FnOnce() -> u64,
    ) -> Result<Self, Refusal> {
        let id = match file.id {
            Some(id) => id,
            None => id_of(&file.name).ok_or_else(|| {
                document.refuse_value("name", "which has no letter or digit that an id can have: give the chain an id")
            })?,
        };
        let mut genesis = RuntimeGenesisConfig::default();
        let units = Units {
            document,
            decimals: file.token.decimals.unwrap_or(TOKEN_DECIMALS),
            block_time: file.difficulty.block_time.unwrap_or(genesis.difficulty.params.block_time),
            default_block_time: genesis.difficulty.params.block_time,
        };
        check::block_time(document, units.block_time)?;
        let stake = units.stake(&file.stake, genesis.posw_stake.params)?;
        let hash_rate = file.difficulty.hash_rate.map(|rate| match rate {
            HashRate::Given(rate) => rate,
            HashRate::Measured => measure(),
        });
        let (difficulty, start) = units.difficulty(&file.difficulty, hash_rate, &stake, genesis.difficulty.params)?;
        genesis.rewards.params = units.rewards(&file.rewards, &stake, genesis.rewards.params)?;
        genesis.difficulty.params = difficulty;
        genesis.difficulty.starting_bits = Some(start);
        genesis.posw_stake.params = stake;
        units.fees(&file.chain, &mut genesis)?;
        units.governance(file.governance.profile, &mut genesis);
        units.endow(&file.endowed, &mut genesis)?;
        genesis.technical_committee.members = file.governance.committee;
        genesis.sudo.key = file.sudo;
        let chain = Self {
            name: file.name,
            protocol_id: file.protocol_id.unwrap_or_else(|| id.clone()),
            id,
            chain_type: file.chain_type,
            bootnodes: file.bootnodes,
            symbol: file.token.symbol.unwrap_or_else(|| TOKEN_SYMBOL.into()),
            decimals: units.decimals,
            genesis,
        };
        check::chain(document, &chain)?;
        Ok(chain)
    }
}

/// An id for a name: its letters and digits.
fn id_of(name: &str) -> Option<String> {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let words: String = name.chars().map(plain).collect();
    let id = words.split_whitespace().collect::<Vec<_>>().join("_");
    (!id.is_empty()).then_some(id)
}

impl Units<'_> {
    fn stake(&self, file: &file::Stake, default: StakeParams) -> Result<StakeParams, Refusal> {
        let max_reorg = self.blocks(file.max_reorg, default.max_reorg);
        let epoch_length = self.blocks(file.epoch_length, default.epoch_length);
        let epochs = max_reorg.div_ceil(epoch_length.max(1)).saturating_add(1);
        let activation = file.activation.unwrap_or(default.activation.max(epochs));
        let counts = activation.saturating_add(1).saturating_mul(epoch_length);
        let min_lock = self.blocks(file.min_lock, self.as_long(default.min_lock).max(counts));
        let max_lock = self.as_long(default.max_lock).min(MAX_SPAN).max(min_lock);
        let min_weight = match file.min_weight {
            None => self.coins(default.min_weight).max(1),
            given => self.amount("stake.min_weight", given, 0)?,
        };
        let min_total_weight = match file.min_total_weight {
            None => self.coins(default.min_total_weight).max(min_weight),
            given => self.amount("stake.min_total_weight", given, 0)?,
        };
        let max_boost = file.max_boost.map(|boost| self.boost("stake.max_boost", boost)).transpose()?;
        let curve = match &file.curve {
            None => Curve::Constant { boost: max_boost.map_or(default.max_boost, |most| most.min(default.max_boost)) },
            Some(curve) => self.curve(curve)?,
        };
        let highest = match curve {
            Curve::Constant { .. } | Curve::Power { .. } => curve.boost(u128::MAX, Factor::MAX),
            _ => default.max_boost,
        };
        Ok(StakeParams {
            epoch_length,
            min_lock,
            max_lock: self.blocks(file.max_lock, max_lock),
            lock_bonus: self.billionths("stake.lock_bonus", file.lock_bonus, default.lock_bonus)?,
            activation,
            unbonding: self.blocks(file.unbonding, self.as_long(default.unbonding).max(max_reorg)),
            min_weight,
            min_total_weight,
            curve,
            max_boost: max_boost.unwrap_or(highest),
            ration: self.billionths("stake.ration", file.ration, default.ration)?,
            horizon: self.blocks(file.horizon, default.horizon),
            max_lead: self.billionths("stake.max_lead", file.max_lead, default.max_lead)?,
            max_reorg,
        })
    }

    fn curve(&self, file: &FileCurve) -> Result<Curve, Refusal> {
        let unit = |unit: Decimal| self.amount("stake.curve.unit", Some(unit), 0);
        Ok(match *file {
            FileCurve::Flat => Curve::Flat,
            FileCurve::Constant { boost } => Curve::Constant { boost: self.boost("stake.curve.boost", boost)? },
            FileCurve::Linear { unit: weight, slope } => {
                Curve::Linear { unit: unit(weight)?, slope: self.billionths("stake.curve.slope", Some(slope), 0)? }
            }
            FileCurve::Sqrt { unit: weight } => Curve::Sqrt { unit: unit(weight)? },
            FileCurve::Log2 { unit: weight } => Curve::Log2 { unit: unit(weight)? },
            FileCurve::Power { unit: weight, cap, exponent } => Curve::Power { unit: unit(weight)?, cap, exponent },
        })
    }

    /// The parameters, and how hard the first block is.
    fn difficulty(
        &self,
        file: &file::Difficulty,
        hash_rate: Option<u64>,
        stake: &StakeParams,
        default: DifficultyParams,
    ) -> Result<(DifficultyParams, CompactBits), Refusal> {
        let block_time = self.block_time;
        let half_lives = default.half_life / default.block_time;
        let half_life =
            file.half_life.map_or(block_time.saturating_mul(half_lives), |half_life| half_life.millis(block_time));
        let max_gap = file.max_gap.map_or(half_life, |gap| gap.millis(block_time));
        let hashes = |path, number: Decimal| {
            number.scaled(0).map(U256::from).map_err(|expected| self.document.refuse_value(path, expected))
        };
        let work = |rate: u64| U256::from(rate).saturating_mul(block_time.into()) / U256::from(1_000);
        let start = match file.start {
            Some(start) => Some(hashes("difficulty.start", start)?),
            None => hash_rate.map(work),
        };
        let limit = match file.limit {
            Some(limit) => Target::of_work(hashes("difficulty.limit", limit)?).to_compact(),
            None => {
                // Easy enough for the first block, and hard enough for the largest boost (R8.4).
                let least = U256::from(stake.max_boost.billionths().div_ceil(BILLION).saturating_mul(16));
                let easiest = default.limit.work();
                match start.map_or(easiest, |start| start.min(easiest)).max(least) {
                    work if work == easiest => default.limit,
                    work => Target::of_work(work).to_compact(),
                }
            }
        };
        let start = start.unwrap_or_else(|| work(HASH_RATE).max(limit.work()));
        Ok((DifficultyParams { block_time, half_life, max_gap, limit }, Target::of_work(start).to_compact()))
    }

    fn rewards(
        &self,
        file: &file::Rewards,
        stake: &StakeParams,
        default: RewardParams,
    ) -> Result<RewardParams, Refusal> {
        let share = |path: &str, given: Option<Decimal>, default: u32| {
            let billionths = self.billionths(path, given, default.into())?;
            Ok::<_, Refusal>(u32::try_from(billionths).unwrap_or(u32::MAX))
        };
        let initial = self.amount("rewards.initial", file.initial, default.initial)?;
        Ok(RewardParams {
            initial,
            decay: share("rewards.decay", file.decay, default.decay)?,
            period: self.blocks(file.period, self.as_long(default.period)),
            tail: match file.tail {
                None => self.coins(default.tail).min(initial),
                given => self.amount("rewards.tail", given, 0)?,
            },
            treasury_share: share("rewards.treasury_share", file.treasury_share, default.treasury_share)?,
            treasury_fee_share: share(
                "rewards.treasury_fee_share",
                file.treasury_fee_share,
                default.treasury_fee_share,
            )?,
            maturity: self.blocks(file.maturity, default.maturity.max(stake.max_reorg)),
        })
    }

    fn fees(&self, file: &file::Fees, genesis: &mut RuntimeGenesisConfig) -> Result<(), Refusal> {
        let params = &mut genesis.chain.params;
        params.ss58_prefix = file.ss58_prefix;
        params.existential_deposit = match file.existential_deposit {
            None => self.coins(params.existential_deposit).max(1),
            given => self.amount("chain.existential_deposit", given, 0)?,
        };
        for (path, given, param) in [
            ("chain.fee_per_second", file.fee_per_second, &mut params.fee_per_second),
            ("chain.fee_per_byte", file.fee_per_byte, &mut params.fee_per_byte),
            ("chain.deposit_per_item", file.deposit_per_item, &mut params.deposit_per_item),
            ("chain.deposit_per_byte", file.deposit_per_byte, &mut params.deposit_per_byte),
        ] {
            *param = self.amount(path, given, *param)?;
        }
        Ok(())
    }

    fn governance(&self, profile: Profile, genesis: &mut RuntimeGenesisConfig) {
        let governance = &mut genesis.chain.governance;
        if profile == Profile::Fast {
            *governance = development_governance_params();
        }
        let mut periods = vec![
            &mut governance.undeciding_timeout,
            &mut governance.vote_locking,
            &mut governance.motion_duration,
            &mut governance.spend_period,
            &mut governance.payout_period,
        ];
        let mut amounts = vec![
            &mut governance.submission_deposit,
            &mut governance.treasurer_limit,
            &mut governance.small_spender_limit,
        ];
        for track in [
            &mut governance.root,
            &mut governance.whitelisted_caller,
            &mut governance.consensus_parameters,
            &mut governance.economic_parameters,
            &mut governance.treasurer,
            &mut governance.small_spender,
            &mut governance.referendum_canceller,
            &mut governance.referendum_killer,
        ] {
            periods.extend([&mut track.prepare_period, &mut track.decision_period]);
            periods.extend([&mut track.confirm_period, &mut track.enactment_period]);
            amounts.push(&mut track.decision_deposit);
        }
        if profile == Profile::Production {
            periods.into_iter().for_each(|period| *period = self.as_long(*period));
        }
        amounts.into_iter().for_each(|amount| *amount = self.coins(*amount).min(MAX_AMOUNT));
    }

    fn endow(&self, file: &[file::Endowed], genesis: &mut RuntimeGenesisConfig) -> Result<(), Refusal> {
        for (position, endowed) in file.iter().enumerate() {
            let account = &endowed.account;
            let amount = self.amount(&format!("endowed[{position}].amount"), Some(endowed.amount), 0)?;
            genesis.balances.balances.push((account.clone(), amount));
            if let Some(stake) = endowed.stake {
                let amount = self.amount(&format!("endowed[{position}].stake"), Some(stake), 0)?;
                let lock = self.blocks(endowed.lock, genesis.posw_stake.params.min_lock);
                genesis.posw_stake.stakes.push((account.clone(), amount, lock));
            }
            genesis.posw_stake.keys.extend(endowed.sealing_key.map(|key| (account.clone(), key)));
        }
        Ok(())
    }
}

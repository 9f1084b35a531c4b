//! A chain's figures in words.

use super::{
    quantity::{about, decimal, grouped, number, YEAR},
    resolve::Chain,
    supply::issued,
};
use posw_primitives::{majority::majority, CompactBits, Curve, Factor, StakeParams, BILLION, U256};
use posw_sealer::Rate;
use std::fmt::Write;

/// Shares of the weight that an attacker may have, in percent.
const SHARES: [u32; 3] = [0, 10, 25];
/// Lengths of forks, in blocks.
const FORKS: [u32; 2] = [6, 24];
/// Years for which the supply is told.
const YEARS: [u32; 8] = [1, 2, 3, 4, 5, 10, 20, 50];

/// What a chain will be like.
pub(super) fn explain(chain: &Chain) -> String {
    [heading(chain), blocks(chain), stake(chain), attack(chain), supply(chain), governance(chain)].join("\n")
}

fn heading(chain: &Chain) -> String {
    let Chain { name, id, symbol, decimals, genesis, .. } = chain;
    let sudo = if genesis.sudo.key.is_some() { "a sudo key can do anything" } else { "nobody has a sudo key" };
    format!(
        "{name} ({id})\n  token {symbol} with {decimals} decimals, addresses with prefix {}\n  \
         accounts with coins: {}, with stake: {}; {sudo}\n",
        genesis.chain.params.ss58_prefix,
        genesis.balances.balances.len(),
        genesis.posw_stake.stakes.len(),
    )
}

fn blocks(chain: &Chain) -> String {
    let (difficulty, stake) = (&chain.genesis.difficulty.params, &chain.genesis.posw_stake.params);
    let maturity = chain.genesis.rewards.params.maturity;
    let start = chain.genesis.difficulty.starting_bits.map_or(U256::zero(), CompactBits::work);
    let per_second = start.saturating_mul(U256::from(1_000)) / U256::from(difficulty.block_time.max(1));
    format!(
        "Blocks\n  one every {}; an epoch has {} of them ({})\n  \
         the first takes {} hashes: {} without a boost\n  \
         difficulty doubles for each {} that blocks are early and halves for each that they are late, to {} hashes\n  \
         final {} blocks deep ({}); rewards can be spent after {} blocks ({})\n",
        about(difficulty.block_time),
        grouped(stake.epoch_length),
        time(chain, stake.epoch_length),
        grouped(start),
        Rate(u64::try_from(per_second).unwrap_or(u64::MAX)),
        about(difficulty.half_life),
        grouped(difficulty.limit.work()),
        stake.max_reorg,
        time(chain, stake.max_reorg),
        grouped(maturity),
        time(chain, maturity),
    )
}

fn stake(chain: &Chain) -> String {
    let params = &chain.genesis.posw_stake.params;
    let coins = |amount| format!("{} {}", decimal(amount, chain.decimals), chain.symbol);
    format!(
        "Stake\n  {}\n  \
         at least {} a deposit; it counts after {} to {}, if {} or more are staked in all\n  \
         locked for {} to {}; a coin with the longest lock weighs as much as {}\n  \
         {} from staking until the coins can be spent again, at the earliest: a lock, {} of unbonding, up to an epoch\n",
        boost(chain),
        coins(params.min_weight),
        time(chain, params.activation.saturating_sub(1).saturating_mul(params.epoch_length)),
        time(chain, params.activation.saturating_mul(params.epoch_length)),
        coins(params.min_total_weight),
        time(chain, params.min_lock),
        time(chain, params.max_lock),
        number(params.lock_bonus.saturating_add(BILLION)),
        time(chain, params.min_lock.saturating_add(params.unbonding)),
        time(chain, params.unbonding),
    )
}

fn boost(chain: &Chain) -> String {
    let params = &chain.genesis.posw_stake.params;
    let units = |unit| format!("units of {} {}", decimal(unit, chain.decimals), chain.symbol);
    let curve = match params.curve {
        Curve::Flat => return "boosts nobody: this is plain proof of work".into(),
        Curve::Constant { boost } => format!("{} for every stake", number(boost.billionths())),
        Curve::Linear { unit, slope } => format!("1 + {} * the weight in {}", number(slope), units(unit)),
        Curve::Sqrt { unit } => format!("the square root of the weight in {}", units(unit)),
        Curve::Log2 { unit } => format!("1 + log2(1 + the weight in {})", units(unit)),
        Curve::Power { unit, cap, exponent } => format!("(the weight in whole {}, 1 to {cap})^{exponent}", units(unit)),
    };
    let ration = match params.ration {
        0 => "no ration: stake boosts as many blocks as its owner mines".into(),
        ration => {
            let saved = grouped(params.horizon);
            format!(
                "all stake earns {} boosted blocks a block, and can save up those of {saved} blocks",
                number(ration)
            )
        }
    };
    let lead = match params.max_lead {
        0 => String::new(),
        lead => format!(", nor {} times the network's mean", number(lead)),
    };
    format!("boost: {curve}; not above {}{lead}\n  {ration}", number(params.max_boost.billionths()))
}

/// The figures of section 0.
fn attack(chain: &Chain) -> String {
    let params = &chain.genesis.posw_stake.params;
    let boost = params.curve.boost(u128::MAX, params.max_boost);
    let mut text =
        "Majority attack: raw hash power that it takes, as a multiple of that of all honest miners\n".to_owned();
    let mut row = |name: &str, cells: [String; 3]| {
        let [none, some, more] = cells;
        writeln!(text, "  {name:<22}{none:>10}{some:>10}{more:>10}").expect("a text can be written");
    };
    row("share of the weight", SHARES.map(|percent| format!("{percent} %")));
    let multiples = |blocks| SHARES.map(|percent| multiple(majority(percent * 10_000_000, blocks, boost, params)));
    row("in the long run", multiples(None));
    for blocks in FORKS {
        row(&format!("a fork of {blocks} blocks"), multiples(Some(blocks)));
    }
    text + &assumptions(params, boost)
}

fn assumptions(params: &StakeParams, boost: Factor) -> String {
    if boost == Factor::ONE {
        return "  Stake does nothing: this is plain proof of work.\n".into();
    }
    let savings = match params.ration {
        0 => "in one account".into(),
        _ => format!("in one account, with savings of {} blocks before a fork", grouped(params.horizon)),
    };
    let least = match params.max_lead {
        0 => boost,
        lead => Factor::clamped(lead.into()).min(boost),
    };
    format!(
        "  Assumed: all other stake mines, with hash power in proportion to it. Every stake has the boost {},\n  \
         the attacker's too, who has it {savings}. What hash power and coins cost is left out.\n  \
         Where other stake does not mine an attacker needs less, but never less than {}. Nodes that were there\n  \
         refuse a fork of more than {} blocks.\n",
        number(boost.billionths()),
        multiple(least.inverse()),
        params.max_reorg,
    )
}

fn supply(chain: &Chain) -> String {
    let params = &chain.genesis.rewards.params;
    let one = 10_u128.checked_pow(chain.decimals).unwrap_or(u128::MAX);
    let coins = |amount| decimal(amount, chain.decimals);
    let genesis = chain.genesis.balances.balances.iter().fold(0, |sum: u128, (_, amount)| sum.saturating_add(*amount));
    let mut text = format!(
        "Supply in {}: a block makes {}, times {} every {} blocks ({}), and at least {}; {} % of it for the treasury\n",
        chain.symbol,
        coins(params.initial),
        number(params.decay.into()),
        grouped(params.period),
        time(chain, params.period),
        coins(params.tail),
        number(u64::from(params.treasury_share).saturating_mul(100)),
    );
    let mut row = |when: String, amount: u128| {
        writeln!(text, "  {when:<22}{:>30}", grouped(amount / one)).expect("a text can be written");
    };
    row("at genesis".into(), genesis);
    for years in YEARS {
        let blocks = YEAR.saturating_mul(years.into()) / chain.genesis.difficulty.params.block_time.max(1);
        let height = u32::try_from(blocks).unwrap_or(u32::MAX);
        let when = if years == 1 { "after 1 year".into() } else { format!("after {years} years") };
        row(when, genesis.saturating_add(issued(height, params)));
    }
    text
}

fn governance(chain: &Chain) -> String {
    let governance = &chain.genesis.chain.governance;
    let root = &governance.root;
    format!(
        "Governance\n  on the root track a referendum is prepared for {}, decided within {}, and enacted {} later\n  \
         its deposit is {} {}; the technical committee has {} members\n",
        time(chain, root.prepare_period),
        time(chain, root.decision_period),
        time(chain, root.enactment_period),
        decimal(root.decision_deposit, chain.decimals),
        chain.symbol,
        chain.genesis.technical_committee.members.len(),
    )
}

/// How long so many blocks take.
fn time(chain: &Chain, blocks: u32) -> String {
    about(chain.genesis.difficulty.params.block_time.saturating_mul(blocks.into()))
}

/// A number of billionths with two decimals, or exact where those would not show it.
fn multiple(billionths: u64) -> String {
    const HUNDREDTH: u64 = BILLION / 100;
    if billionths < HUNDREDTH {
        return number(billionths);
    }
    let hundredths = (billionths + HUNDREDTH / 2) / HUNDREDTH;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

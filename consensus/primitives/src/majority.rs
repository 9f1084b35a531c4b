//! What a majority attack needs (section 0). No block is judged by these numbers: they tell people what parameters are
//! worth.

use crate::{
    factor::{lead_cap, Factor},
    params::StakeParams,
    wide::narrow_128,
    BILLION, U256,
};

/// The mean of `1 / factor` over `blocks` that a miner mines one after another from full savings, in billionths:
/// `1 - min(1, k * s * (H + n) / n) * (1 - 1 / b)`.
///
/// The miner has `share` billionths of the weight (`s`); of `params` the ration (`k`) and the horizon (`H`) count. In the
/// long run, `None` for `blocks`, savings count for nothing. Without a ration any share boosts every block.
pub fn mean_cost(share: u32, blocks: Option<u32>, boost: Factor, params: &StakeParams) -> u64 {
    BILLION.saturating_sub(saved(boosted(share, blocks, params), boost))
}

/// The multiple of the raw hash power of all honest miners, in billionths, that an attacker with `share` billionths of the
/// weight needs for a private fork of `blocks`, or in the long run where that is `None`.
///
/// `boost` is what the attacker's and every honest miner's stake gives; all honest stake mines, with hash power in
/// proportion. No boost is above the lead cap of a network that has mined so for long (R7.6).
pub fn majority(share: u32, blocks: Option<u32>, boost: Factor, params: &StakeParams) -> u64 {
    let network = network_cost(share, boost, params);
    let attacker = mean_cost(share, blocks, boost.min(lead_cap(params.max_lead, network.into(), 1)), params);
    let multiple = U256::from(attacker).saturating_mul(U256::from(BILLION)).checked_div(U256::from(network));
    u64::try_from(multiple.unwrap_or_default()).unwrap_or(u64::MAX)
}

/// The mean of `1 / factor` over the blocks of all honest miners, who have the weight that `share` billionths leave, in
/// billionths.
fn network_cost(share: u32, boost: Factor, params: &StakeParams) -> u64 {
    let rest = u32::try_from(BILLION.saturating_sub(share.into())).unwrap_or_default();
    let boosted = boosted(rest, None, params);
    let cost = BILLION.saturating_sub(saved(boosted, boost));
    if boost <= lead_cap(params.max_lead, cost.into(), 1) {
        return cost;
    }
    // At the cap boosts are l / m, so that m = 1 - f * (1 - m / l) for the boosted part f: m = (1 - f) / (1 - f / l). Here
    // f / l is below 1, since a cap that cuts anything off means that some blocks are not boosted, and l is at least 1.
    let unboosted = U256::from(BILLION.saturating_sub(boosted)).saturating_mul(U256::from(BILLION));
    let at_cap = U256::from(boosted).saturating_mul(U256::from(BILLION)).checked_div(U256::from(params.max_lead));
    let rest = U256::from(BILLION).saturating_sub(at_cap.unwrap_or_default());
    let cost = unboosted.checked_div(rest).unwrap_or_default();
    u64::try_from(cost).unwrap_or(BILLION).clamp(1, BILLION)
}

/// The part of the blocks that credit pays for, in billionths: `min(1, k * s * (H + n) / n)`.
fn boosted(share: u32, blocks: Option<u32>, params: &StakeParams) -> u64 {
    if params.ration == 0 {
        return if share == 0 { 0 } else { BILLION };
    }
    let (credited, mined) = match blocks {
        None => (1, 1),
        Some(blocks) => (u64::from(blocks).saturating_add(params.horizon.into()), u64::from(blocks.max(1))),
    };
    // 2^64 * 2^32 * 2^33 is below 2^256.
    let earned = U256::from(params.ration).saturating_mul(U256::from(share)).saturating_mul(U256::from(credited));
    let per_block = earned.checked_div(U256::from(mined)).and_then(|sum| sum.checked_div(U256::from(BILLION)));
    u64::try_from(narrow_128(per_block.unwrap_or_default())).unwrap_or(u64::MAX).min(BILLION)
}

/// What `boosted` billionths of the blocks save of their work: `boosted * (1 - 1 / b)`.
fn saved(boosted: u64, boost: Factor) -> u64 {
    let discount = U256::from(BILLION.saturating_sub(boost.inverse()));
    let saved = U256::from(boosted).saturating_mul(discount).checked_div(U256::from(BILLION));
    u64::try_from(saved.unwrap_or_default()).unwrap_or(BILLION)
}

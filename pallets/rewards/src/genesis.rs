//! The parameters of a chain that sets none.

use posw_primitives::RewardParams;

/// The protocol's defaults (section 10), for 12 decimals: 50 coins a block, halved about every four years of 15 s blocks.
pub(crate) fn default_params() -> RewardParams {
    const COIN: u128 = 1_000_000_000_000;
    RewardParams {
        initial: COIN.saturating_mul(50),
        decay: 500_000_000,
        period: 8_400_000,
        tail: COIN.saturating_div(2),
        treasury_share: 100_000_000,
        treasury_fee_share: 200_000_000,
        maturity: 100,
    }
}

//! Splitting stake over accounts never gains (R7.3).
//!
//! What is proven, for every monotone curve, lead cap, ration and horizon, on each single history and not only on average:
//! *let one owner mine blocks at any heights. With all stake in one account, the credit spent up to any height is at least
//! what any split of the same weight can have spent, whichever account the owner picks for each block; and the expected
//! number of hashes is at most the split's.*
//!
//! Why: let D be the single account's lead in credit spent. The parts' credits, fractions included, never add up to more
//! than the single account's plus D: earning is linear in weight, and caps add up to at most the single one's. So at an own
//! block the parts can spend at most min(1, C + D), which is at most min(1, C) + D: D stays >= 0. A unit of credit saves
//! 1 - 1/boost of a block's work, and the boost of a part is at most the whole's. Rounding of the factor can turn this by a
//! billionth of the work.
//!
//! What is assumed: weight does not move during the history, the parts are as old as the whole, and the network's weight does
//! not fall (see `credit::a_rising_cap_does_not_restore_what_was_cut_off`: an account that has not settled for long may
//! then hold up to the new cap).

use super::{curves, factors};
use posw_primitives::{
    credit::{credit_cap, index_step},
    factor::factor,
    Credit, CreditAccount, Curve, Factor, BILLION, U256,
};
use proptest::prelude::*;

/// What all accounts of the network share.
#[derive(Clone, Copy, Debug)]
struct Network {
    curve: Curve,
    lead_cap: Factor,
    min_weight: u128,
    ration: u64,
    horizon: u32,
    total: u128,
}

struct Account {
    weight: u128,
    boost: Factor,
    account: CreditAccount,
}

impl Account {
    fn new(weight: u128, network: &Network) -> Self {
        let counts = weight >= network.min_weight;
        let boost = if counts { network.curve.boost(weight, network.lead_cap) } else { Factor::ONE };
        Self { weight, boost, account: CreditAccount::default() }
    }

    /// Mines at an index as R7.3 says: the factor, and the credit spent.
    fn mine(&mut self, index: U256, network: &Network) -> (Factor, u128) {
        if network.ration == 0 {
            return (factor(self.boost, Credit::ONE), 0);
        }
        let cap = credit_cap(network.ration, network.horizon, self.weight, network.total);
        self.account.settle(self.weight, index, cap);
        if self.boost == Factor::ONE {
            return (Factor::ONE, 0);
        }
        let spent = self.account.spend();
        (factor(self.boost, spent), spent.units())
    }
}

/// Expected hashes of a block, in units of 10^-26 of an unboosted one.
fn cost(factor: Factor) -> u128 {
    10u128.pow(35) / u128::from(factor.billionths())
}

fn networks() -> impl Strategy<Value = Network> {
    let ration = prop_oneof![Just(0), Just(2 * BILLION), BILLION / 1_000..10 * BILLION];
    let total = 10u128.pow(12)..10u128.pow(24);
    (curves(), factors(), 1u128..1 << 50, ration, 1u32..1_000, total).prop_map(
        |(curve, lead_cap, min_weight, ration, horizon, total)| Network {
            curve,
            lead_cap,
            min_weight,
            ration,
            horizon,
            total,
        },
    )
}

proptest! {
    #[test]
    fn splitting_never_gains(
        network in networks(),
        own in 1u64..=BILLION,
        cuts in prop::collection::vec(any::<u128>(), 1..8),
        blocks in prop::collection::vec((0u32..60, any::<prop::sample::Index>(), any::<bool>()), 1..150),
    ) {
        let weight = (network.total / u128::from(BILLION) * u128::from(own)).max(1);
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut % (weight + 1)).chain([0, weight]).collect();
        cuts.sort_unstable();
        let mut parts: Vec<_> = cuts.windows(2).map(|pair| Account::new(pair[1] - pair[0], &network)).collect();
        let mut whole = Account::new(weight, &network);
        prop_assert!(parts.iter().all(|part| part.boost <= whole.boost));

        let step = index_step(network.ration, network.total);
        let mut index = U256::zero();
        let (mut whole_spent, mut parts_spent, mut whole_cost, mut parts_cost) = (0, 0, 0, 0);
        for (gap, pick, richest) in blocks {
            index += step * U256::from(gap);
            let (factor, spent) = whole.mine(index, &network);
            whole_spent += spent;
            whole_cost += cost(factor);

            // The owner takes any account, or the one with the most credit.
            let mut order: Vec<_> = (0..parts.len()).collect();
            order.sort_by_key(|i| (parts[*i].account.credit, parts[*i].weight));
            let part = if richest { order[order.len() - 1] } else { pick.index(parts.len()) };
            let (factor, spent) = parts[part].mine(index, &network);
            parts_spent += spent;
            parts_cost += cost(factor);

            // Where the whole has no boost neither has any part, and nothing is spent on either side.
            prop_assert!(whole_spent >= parts_spent, "spent {whole_spent} against {parts_spent}");
            let rounding = parts_cost / u128::from(BILLION) * 2 + u128::from(BILLION);
            prop_assert!(whole_cost <= parts_cost + rounding, "cost {whole_cost} against {parts_cost}");
        }
    }
}

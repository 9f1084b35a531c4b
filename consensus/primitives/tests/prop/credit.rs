//! The ration is not exceeded, and it does not matter when an account settles.

use super::{u128s, u256s, u32s, u64s};
use posw_primitives::{
    credit::{credit_cap, index_step},
    Credit, CreditAccount, BILLION, U256,
};
use proptest::prelude::*;

fn accounts() -> impl Strategy<Value = CreditAccount> {
    (u128s(), u256s(), any::<u128>()).prop_map(|(credit, index, fraction)| CreditAccount {
        credit: Credit::from_units(credit),
        index,
        fraction,
    })
}

proptest! {
    /// Settling early, late or in steps gives exactly the same: credit, fraction and index.
    #[test]
    fn settling_in_steps_is_settling_once(
        start in accounts(),
        weight in u128s(),
        mut stops in prop::collection::vec(u256s(), 0..12),
        end in u256s(),
        cap in u128s(),
    ) {
        let cap = Credit::from_units(cap);
        let mut once = start;
        once.settle(weight, end, cap);
        let mut stepwise = start;
        stops.retain(|index| *index <= end);
        stops.sort();
        for index in stops.into_iter().chain([end]) {
            stepwise.settle(weight, index, cap);
        }
        prop_assert_eq!(stepwise, once);
        prop_assert!(once.credit <= cap && once.index == start.index.max(end));
    }

    /// The same on a chain: one step of the index per block, spends at some blocks, and credit that a cap seldom cuts.
    #[test]
    fn settling_between_blocks_changes_nothing(
        ration in 1_000_000..1_000 * BILLION,
        (weight, others) in (1u128..1 << 90, 0u128..1 << 90),
        horizon in 1u32..2_000,
        blocks in prop::collection::vec(any::<(bool, bool)>(), 1..300),
    ) {
        let total = weight + others;
        let (step, cap) = (index_step(ration, total), credit_cap(ration, horizon, weight, total));
        let (mut often, mut seldom) = (CreditAccount::default(), CreditAccount::default());
        let mut index = U256::zero();
        for (settles, mines) in blocks {
            index += step;
            if settles {
                often.settle(weight, index, cap);
            }
            if mines {
                often.settle(weight, index, cap);
                seldom.settle(weight, index, cap);
                prop_assert_eq!(often.spend(), seldom.spend());
            }
        }
        often.settle(weight, index, cap);
        seldom.settle(weight, index, cap);
        prop_assert_eq!(often, seldom);
    }

    /// The same under caps that fall from step to step, as they do while the network's weight grows.
    #[test]
    fn settling_in_steps_under_falling_caps(
        start in accounts(),
        weight in u128s(),
        mut stops in prop::collection::vec((u256s(), u128s()), 1..12),
    ) {
        stops.sort();
        let mut caps: Vec<_> = stops.iter().map(|(_, cap)| *cap).collect();
        caps.sort_by(|a, b| b.cmp(a));
        let mut stepwise = start;
        for ((index, _), cap) in stops.iter().zip(&caps) {
            stepwise.settle(weight, *index, Credit::from_units(*cap));
        }
        let mut once = start;
        once.settle(weight, stops[stops.len() - 1].0, Credit::from_units(caps[caps.len() - 1]));
        prop_assert_eq!(stepwise, once);
    }

    /// All accounts together never earn more than the ration, and lose less than one unit each and one per block.
    #[test]
    fn the_network_earns_its_ration(
        ration in 1..1_000 * BILLION,
        weights in prop::collection::vec(1u128..1 << 100, 1..20),
        blocks in 1u32..100_000,
    ) {
        let total: u128 = weights.iter().sum();
        let index = index_step(ration, total) * U256::from(blocks);
        let earned: u128 = weights
            .iter()
            .map(|weight| {
                let mut account = CreditAccount::default();
                account.settle(*weight, index, Credit::from_units(u128::MAX));
                account.credit.units()
            })
            .sum();
        let ration = u128::from(ration) * u128::from(BILLION) * u128::from(blocks);
        let lost = u128::try_from(weights.len()).expect("few") + u128::from(blocks);
        prop_assert!(earned <= ration && ration - earned <= lost, "{earned} of {ration}");
    }

    /// The whole network's cap is the ration of `horizon` blocks, and parts never add up to more.
    #[test]
    fn caps_add_up_to_the_ration(ration in u64s(), horizon in u32s(), a in 0u128..1 << 127, b in 0u128..1 << 127) {
        let whole = credit_cap(ration, horizon, a + b, a + b).units();
        let parts = credit_cap(ration, horizon, a, a + b).units() + credit_cap(ration, horizon, b, a + b).units();
        prop_assert!(parts <= whole && whole - parts <= 1);
        let expected = U256::from(ration) * U256::from(BILLION) * U256::from(horizon);
        prop_assert_eq!(U256::from(whole), if a + b == 0 { U256::zero() } else { expected });
    }

    #[test]
    fn spending_and_clamping(account in accounts(), cap in u128s()) {
        let mut spent = account;
        let paid = spent.spend();
        prop_assert_eq!(paid, account.credit.min(Credit::ONE));
        prop_assert_eq!(spent.credit.units() + paid.units(), account.credit.units());
        prop_assert_eq!((spent.index, spent.fraction), (account.index, account.fraction));

        let mut clamped = account;
        clamped.clamp(Credit::from_units(cap));
        let mut settled = account;
        settled.settle(0, account.index, Credit::from_units(cap));
        prop_assert_eq!(clamped, settled);
    }
}

/// What does not hold, so that nobody relies on it: when the cap rises, credit that an earlier settlement cut off is gone,
/// while an account that did not settle in between fills up to the new cap; never beyond it.
#[test]
fn a_rising_cap_does_not_restore_what_was_cut_off() {
    let (low, high) = (Credit::from_units(5), Credit::from_units(9));
    let index = |units: u64| U256::from(units) << 128u32;
    let (mut early, mut late) = (CreditAccount::default(), CreditAccount::default());
    early.settle(1, index(7), low);
    early.settle(1, index(8), high);
    late.settle(1, index(8), high);
    assert_eq!((early.credit.units(), late.credit.units()), (6, 8));
}

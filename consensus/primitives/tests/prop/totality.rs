//! Nothing panics on any input, and results stay in their bounds.

use super::{bits, curves, factors, u256s, u64s};
use posw_primitives::{
    credit::{credit_cap, index_step},
    factor::{factor, lead_cap},
    header::{commitment, key_payload, seal_payload, sha256d, tie_break},
    issuance::{share, subsidy},
    retarget::{asert, excess_gap, next_bits, re_anchor, Anchor},
    stake::deposit_weight,
    Claims, CompactBits, Credit, CreditAccount, Epoch, Factor, RewardParams, Seal, Target, U256, U512,
};
use proptest::prelude::*;

proptest! {
    #[test]
    fn numbers(words: [u64; 8], value in u256s(), raw: u32, factor in factors(), (a, b) in (u64s(), u64s())) {
        let limit = Target::POW_LIMIT;
        prop_assert!(Target::clamped_wide(U512(words)) <= limit && Target::clamped(value) >= Target::MIN);
        let target = Target::clamped(value);
        prop_assert!(target.scaled(a, b) <= limit && target.effective(factor).target() <= limit);
        prop_assert!(target.work() >= U256::one());
        let shown = CompactBits::try_from(raw).map_or_else(|error| error.to_string(), |bits| bits.to_string());
        let written = format!("{raw:#010x}");
        prop_assert!(shown.contains(&written));
        let _ = factor.to_string();
    }

    #[test]
    fn stake(
        (amount, weight, total) in (any::<u128>(), any::<u128>(), any::<u128>()),
        (lock, min_lock, max_lock, horizon) in (any::<u32>(), any::<u32>(), any::<u32>(), any::<u32>()),
        (ration, lead, blocks) in (any::<u64>(), any::<u64>(), any::<u64>()),
        (index, next) in (any::<[u64; 4]>(), any::<[u64; 4]>()),
        (curve, max_boost) in (curves(), factors()),
    ) {
        prop_assert!(deposit_weight(amount, lock, min_lock, max_lock, ration) >= amount);
        let _ = index_step(ration, total);
        let cap = credit_cap(ration, horizon, weight, total);
        let mut account = CreditAccount { credit: Credit::from_units(amount), index: U256(index), fraction: weight };
        account.settle(weight, U256(next), cap);
        account.settle(u128::MAX, U256::MAX, Credit::from_units(u128::MAX));
        account.spend();
        account.clamp(cap);
        prop_assert!(account.credit <= cap);
        let boost = curve.boost(weight, max_boost);
        prop_assert!(boost <= max_boost && factor(boost, Credit::from_units(amount)) <= boost);
        prop_assert!(lead_cap(lead, amount, blocks) <= Factor::MAX);
        let epoch = Epoch { index: lock, start: min_lock, length: max_lock };
        prop_assert!(epoch.last() >= epoch.start && epoch.next(horizon).start >= epoch.start);
    }

    #[test]
    fn difficulty(
        (start, limit) in (bits(), bits()),
        (elapsed, heights, height) in (any::<i128>(), any::<u32>(), any::<u32>()),
        (block_time, half_life, time) in (any::<u64>(), any::<u64>(), any::<u64>()),
        (parent_time, shift) in (any::<u64>(), any::<u64>()),
    ) {
        let anchor = Anchor { bits: start, height: heights, parent_time };
        for next in [
            asert(start, elapsed, heights, block_time, half_life, limit),
            next_bits(&anchor, height, time, shift, block_time, half_life, limit),
            re_anchor(start, height, time, block_time, half_life, limit).bits,
        ] {
            prop_assert!(next.target() <= limit.target());
        }
        prop_assert!(excess_gap(parent_time, time, shift) <= time);
    }

    #[test]
    fn rewards(
        (height, period, decay, part) in (any::<u32>(), any::<u32>(), any::<u32>(), any::<u32>()),
        (initial, tail) in (any::<u128>(), any::<u128>()),
    ) {
        let params =
            RewardParams { initial, decay, period, tail, treasury_share: part, treasury_fee_share: part, maturity: part };
        prop_assert!(subsidy(height, &params) >= tail);
        prop_assert!(subsidy(height, &params) <= initial.max(tail));
        let _ = share(initial, part);
    }

    #[test]
    fn bytes(data in prop::collection::vec(any::<u8>(), 0..200), words: [[u8; 32]; 3]) {
        let _ = (Claims::from_bytes(&data), Seal::from_bytes(&data), sha256d(&data), tie_break(&words[0]));
        let signature: [u8; 64] = words[1..].concat().try_into().expect("64 bytes");
        let _ = (commitment(&words[0], &signature), seal_payload(&words[0], &words[1]));
        let _ = key_payload(&words[0], &words[1], &words[2]);
    }
}

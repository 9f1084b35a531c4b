//! From when on a changed parameter counts, and what it changes. What governance asks for is in `governance_effects`.

use super::{
    guide::rows,
    parameters::{calls, group_of, in_force, All},
    *,
};
use crate::{Balances, PoswStake, Rewards};
use frame_support::{
    assert_ok,
    traits::{fungible::Inspect, Get},
    weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight},
};
use posw_primitives::{CompactBits, Curve, Factor};
use sp_consensus_posw::{NetworkState, Plausibility};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidity};
use std::collections::BTreeSet;

/// A factor of 1.0, in billionths.
const ONE: u128 = 1_000_000_000;

/// What shows that a change counts.
struct Effect {
    /// The parameter.
    name: &'static str,
    change: fn(&mut All),
    /// Counts from the call on, not from the next epoch.
    at_once: bool,
    seen: fn() -> u128,
    /// What is seen with the change in place of what was seen without it.
    then: fn(u128) -> u128,
}

fn effect(name: &'static str, change: fn(&mut All), seen: fn() -> u128, then: fn(u128) -> u128) -> Effect {
    Effect { name, change, at_once: false, seen, then }
}

/// Charlie has a stake that he can unlock and a deposit for a proxy; Bob has all the credit that his stake can hold.
fn prepare() {
    let lock = PoswStake::parameters().min_lock;
    let stake = pallet_posw_stake::Call::stake { amount: 500 * COIN, lock };
    mine_with(Alice, &[signed(Charlie, 0, 0, stake), signed(Charlie, 1, 0, add_proxy())]);
    mine_to(Alice, lock + 2);
}

fn add_proxy() -> pallet_proxy::Call<Runtime> {
    let proxy_type = crate::configs::accounts::ProxyType::Governance;
    pallet_proxy::Call::add_proxy { delegate: Eve.to_account_id().into(), proxy_type, delay: 0 }
}

/// Schedules the change of all groups that differ.
fn set(new: All) {
    for (_, call) in calls(in_force()).into_iter().zip(calls(new)).filter(|(old, new)| old != new) {
        assert_ok!(dispatched_as(root_origin(), call));
    }
}

/// What is left alone: weights and deposits as they were made.
fn made_before() -> [u128; 3] {
    [PoswStake::account_state(&Alice.to_account_id()).weight, PoswStake::total_weight(), reserved(Charlie)]
}

fn check(effects: Vec<Effect>, group: &str) {
    let names: BTreeSet<_> = effects.iter().map(|effect| effect.name.to_owned()).collect();
    let rows = rows().into_iter().map(|row| row.name);
    assert_eq!(names, rows.filter(|name| group_of(name) == group).collect());
    for Effect { name, change, at_once, seen, then } in effects {
        run(|| {
            prepare();
            let (before, made) = (seen(), made_before());
            let mut new = in_force();
            change(&mut new);
            set(new);
            let pending = if at_once { then(before) } else { before };
            assert_eq!(seen(), pending, "{name} is pending");
            let last = network().epoch.last();
            mine_to(Alice, last - 1);
            assert_eq!(seen(), pending, "{name} is pending still");
            mine_to(Alice, last);
            assert_ne!(then(before), before, "{name}");
            assert_eq!(seen(), then(before), "{name} is in force");
            assert_eq!(made_before(), made, "{name}");
        });
    }
}

fn network() -> NetworkState {
    call("PoswApi_network", ())
}

fn plausibility() -> Plausibility {
    call("PoswApi_plausibility", ())
}

/// What a call of an account does, which is then taken back.
fn tried<T>(who: Sr25519Keyring, call: impl Into<RuntimeCall>, look: impl FnOnce() -> T) -> T {
    in_transaction(false, || {
        assert_ok!(dispatched(who, call));
        look()
    })
}

/// What the last event of the stake's pallet tells.
fn told<T>(look: impl Fn(pallet_posw_stake::Event<Runtime>) -> Option<T>) -> T {
    let told = events().into_iter().rev().find_map(|event| match event {
        RuntimeEvent::PoswStake(event) => look(event),
        _ => None,
    });
    told.expect("it is told")
}

fn stake(lock: u32) -> pallet_posw_stake::Call<Runtime> {
    pallet_posw_stake::Call::stake { amount: 500 * COIN, lock }
}

fn accepts(lock: u32) -> bool {
    in_transaction(false, || dispatched(Dave, stake(lock))).is_ok()
}

fn shortest_lock() -> u128 {
    (1..).find(|lock| accepts(*lock)).unwrap().into()
}

fn longest_lock() -> u128 {
    (1..1_000).rev().find(|lock| accepts(*lock)).unwrap().into()
}

/// The weight of a new deposit with a lock of 300 blocks.
fn weight() -> u128 {
    tried(Dave, stake(300), || {
        told(|event| match event {
            pallet_posw_stake::Event::Staked { weight, .. } => Some(weight),
            _ => None,
        })
    })
}

fn relocked_weight() -> u128 {
    tried(Charlie, pallet_posw_stake::Call::relock { deposit: 0, lock: 300 }, || {
        told(|event| match event {
            pallet_posw_stake::Event::Relocked { weight, .. } => Some(weight),
            _ => None,
        })
    })
}

/// Epochs from now until a new deposit counts.
fn activation() -> u128 {
    let active_from = tried(Dave, stake(300), || {
        told(|event| match event {
            pallet_posw_stake::Event::Staked { active_from, .. } => Some(active_from),
            _ => None,
        })
    });
    (active_from - PoswStake::epoch().index).into()
}

/// Blocks from the next epoch on until what is unlocked now can be withdrawn.
fn unbonding() -> u128 {
    let withdrawable = tried(Charlie, pallet_posw_stake::Call::unlock { deposit: 0 }, || {
        told(|event| match event {
            pallet_posw_stake::Event::Unlocked { withdrawable, .. } => Some(withdrawable),
            _ => None,
        })
    });
    (withdrawable - PoswStake::epoch().last() - 1).into()
}

fn boost() -> u128 {
    PoswStake::account_state(&Alice.to_account_id()).boost.billionths().into()
}

fn credit() -> u128 {
    PoswStake::account_state(&Bob.to_account_id()).credit.units()
}

#[test]
fn stake_and_factor() {
    let half = |credit: u128| credit / 2;
    let effects = vec![
        effect("stake.epochLength", |(stake, ..)| stake.epoch_length = 12, || network().epoch.length.into(), |_| 12),
        effect("stake.minLock", |(stake, ..)| stake.min_lock = 30, shortest_lock, |_| 30),
        Effect { at_once: true, ..effect("stake.minLock", |(stake, ..)| stake.min_lock = 50, shortest_lock, |_| 50) },
        effect("stake.maxLock", |(stake, ..)| stake.max_lock = 350, longest_lock, |_| 350),
        effect("stake.lockBonus", |(stake, ..)| stake.lock_bonus = 0, weight, |_| 500 * COIN),
        effect("stake.lockBonus", |(stake, ..)| stake.lock_bonus = 0, relocked_weight, |_| 500 * COIN),
        Effect { at_once: true, ..effect("stake.activation", |(stake, ..)| stake.activation = 3, activation, |_| 3) },
        effect("stake.unbonding", |(stake, ..)| stake.unbonding = 30, unbonding, |_| 30),
        // Alice's stake has a weight of 20,000 coins, all stakes together one of 40,500.
        effect(
            "stake.minWeight",
            |(stake, ..)| (stake.min_weight, stake.min_total_weight) = (20_001 * COIN, 20_001 * COIN),
            boost,
            |_| ONE,
        ),
        effect("stake.minTotalWeight", |(stake, ..)| stake.min_total_weight = 40_501 * COIN, boost, |_| ONE),
        effect("stake.curve", |(stake, ..)| stake.curve = Curve::Flat, boost, |_| ONE),
        effect(
            "stake.curve.boost",
            |(stake, ..)| stake.curve = Curve::Constant { boost: Factor::clamped(1_500_000_000) },
            boost,
            |_| ONE * 3 / 2,
        ),
        effect(
            "stake.curve.unit",
            |(stake, ..)| stake.curve = Curve::Sqrt { unit: 12_800 * COIN },
            boost,
            |_| ONE * 5 / 4,
        ),
        effect(
            "stake.curve.slope",
            |(stake, ..)| stake.curve = Curve::Linear { unit: 20_000 * COIN, slope: 500_000_000 },
            boost,
            |_| ONE * 3 / 2,
        ),
        effect(
            "stake.curve.cap",
            |(stake, ..)| stake.curve = Curve::Power { unit: 1_000 * COIN, cap: 1, exponent: 2 },
            boost,
            |_| ONE,
        ),
        effect(
            "stake.curve.exponent",
            |(stake, ..)| stake.curve = Curve::Power { unit: 1_000 * COIN, cap: 50, exponent: 0 },
            boost,
            |_| ONE,
        ),
        effect(
            "stake.maxBoost",
            |(stake, ..)| {
                stake.curve = Curve::Linear { unit: COIN, slope: 1_000_000_000 };
                stake.max_boost = Factor::clamped(1_500_000_000);
            },
            boost,
            |_| ONE * 3 / 2,
        ),
        effect("stake.ration", |(stake, ..)| stake.ration /= 2, credit, half),
        effect("stake.horizon", |(stake, ..)| stake.horizon /= 2, credit, half),
        effect(
            "stake.maxLead",
            |(stake, ..)| stake.max_lead = 0,
            || network().lead_cap.billionths().into(),
            |_| Factor::MAX.billionths().into(),
        ),
        effect("stake.maxReorg", |(stake, ..)| stake.max_reorg = 9, || plausibility().max_reorg.into(), |_| 9),
    ];
    check(effects, "stake");
}

#[test]
fn difficulty() {
    let anchor = || -> u128 { plausibility().anchor.height.into() };
    type Change = fn(&mut All);
    let effects: [(&str, Change); 4] = [
        ("difficulty.blockTime", |(_, difficulty, ..)| difficulty.block_time = 2_000),
        ("difficulty.halfLife", |(_, difficulty, ..)| difficulty.half_life = 6_000),
        ("difficulty.maxGap", |(_, difficulty, ..)| difficulty.max_gap = 3_000),
        ("difficulty.limit", |(_, difficulty, ..)| difficulty.limit = CompactBits::try_from(0x1f00_ffff).unwrap()),
    ];
    // The schedule is counted from the epoch's last block on.
    let effects = effects.map(|(name, change)| effect(name, change, anchor, |_| System::block_number().into()));
    check(effects.into(), "difficulty");
}

/// What the next block earns, if somebody pays a fee in it: all, and the treasury's part.
fn earned() -> (u128, u128) {
    in_transaction(false, || {
        mine_with(Alice, &[signed(Dave, 0, 0, frame_system::Call::remark { remark: vec![] })]);
        let reward = Rewards::pending_reward(System::block_number()).expect("it is pending");
        (reward.amount + reward.treasury, reward.treasury)
    })
}

#[test]
fn issuance() {
    let all = || earned().0;
    let treasury = || earned().1;
    let maturity = || -> u128 { (Rewards::matures_at(System::block_number()) - System::block_number()).into() };
    // The next epoch begins with block 50.
    let effects = vec![
        effect("rewards.initial", |(_, _, rewards, ..)| rewards.initial = 60 * COIN, all, |all| all + 10 * COIN),
        effect(
            "rewards.decay",
            |(_, _, rewards, ..)| (rewards.period, rewards.decay) = (50, 250_000_000),
            all,
            |all| all - 75 * COIN / 2,
        ),
        effect("rewards.period", |(_, _, rewards, ..)| rewards.period = 50, all, |all| all - 25 * COIN),
        effect(
            "rewards.tail",
            |(_, _, rewards, ..)| (rewards.period, rewards.tail) = (50, 40 * COIN),
            all,
            |all| all - 10 * COIN,
        ),
        effect(
            "rewards.treasuryShare",
            |(_, _, rewards, ..)| rewards.treasury_share = 200_000_000,
            treasury,
            |part| part + 5 * COIN,
        ),
        effect(
            "rewards.treasuryFeeShare",
            |(_, _, rewards, ..)| rewards.treasury_fee_share = 0,
            treasury,
            |_| 5 * COIN,
        ),
        effect("rewards.maturity", |(_, _, rewards, ..)| rewards.maturity = 12, maturity, |_| 12),
    ];
    check(effects, "rewards");
}

#[test]
fn prefix_fees_and_deposits() {
    let prefix = || -> u128 { <Runtime as frame_system::Config>::SS58Prefix::get().into() };
    let second = || -> u128 {
        let weight = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND, 0);
        call("TransactionPaymentApi_query_weight_to_fee", weight)
    };
    let deposit = || {
        let before = reserved(Dave);
        tried(Dave, add_proxy(), || reserved(Dave) - before)
    };
    let effects = vec![
        effect("chain.ss58Prefix", |(_, _, _, chain, _)| chain.ss58_prefix = 7, prefix, |_| 7),
        effect(
            "chain.existentialDeposit",
            |(_, _, _, chain, _)| chain.existential_deposit = 1,
            <Balances as Inspect<_>>::minimum_balance,
            |_| 1,
        ),
        effect("chain.feePerSecond", |(_, _, _, chain, _)| chain.fee_per_second = COIN, second, |_| COIN),
        effect(
            "chain.feePerByte",
            |(_, _, _, chain, _)| chain.fee_per_byte = 3,
            || call("TransactionPaymentApi_query_length_to_fee", 1u32),
            |_| 3,
        ),
        // A first proxy has one item, of 53 bytes.
        effect(
            "chain.depositPerItem",
            |(_, _, _, chain, _)| chain.deposit_per_item += COIN,
            deposit,
            |deposit| deposit + COIN,
        ),
        effect(
            "chain.depositPerByte",
            |(_, _, _, chain, _)| chain.deposit_per_byte += COIN,
            deposit,
            |deposit| deposit + 53 * COIN,
        ),
    ];
    check(effects, "chain");
}

#[test]
fn with_less_than_a_raised_existential_deposit_no_fee_can_be_paid() {
    run(|| {
        let pays = |who| {
            let transaction = signed(who, 0, 0, frame_system::Call::remark { remark: vec![] });
            let argument = (TransactionSource::External, transaction, System::block_hash(0));
            call::<TransactionValidity>("TaggedTransactionQueue_validate_transaction", argument)
        };
        let dest = Eve.to_account_id().into();
        mine_with(Alice, &[signed(Dave, 0, 0, pallet_balances::Call::transfer_allow_death { dest, value: COIN })]);
        let mut new = in_force();
        new.3.existential_deposit = balance(&Eve.to_account_id()) - COIN / 2;
        set(new);
        assert!(pays(Dave).is_ok() && pays(Eve).is_ok());
        mine_to(Alice, network().epoch.last());
        assert_eq!(pays(Dave), Err(InvalidTransaction::Payment.into()));
        assert!(pays(Eve).is_ok());
    });
}

//! Parameters: each bound from both sides, each relation, and errors that name field, value and range.

use super::{bits, curves, factors, u128s, u32s, u64s};
use posw_primitives::{
    params::{Field, ParamError, MAX_ACTIVATION, MAX_REORG, MAX_SPAN, MAX_SUBSIDY},
    CompactBits, Curve, DifficultyParams, Factor, Params, RewardParams, StakeParams, BILLION, U512,
};
use proptest::prelude::*;

const DAY: u32 = 5_760;

/// The defaults of section 10, for coins of 12 decimals.
pub(crate) fn defaults() -> Params {
    Params {
        stake: StakeParams {
            epoch_length: 240,
            min_lock: 7 * DAY,
            max_lock: 365 * DAY,
            lock_bonus: BILLION,
            activation: 2,
            unbonding: 7 * DAY,
            min_weight: 1_000_000_000_000,
            min_total_weight: 1_000_000_000_000_000,
            curve: Curve::Constant { boost: Factor::clamped(20_000_000_000) },
            max_boost: Factor::clamped(20_000_000_000),
            ration: 2 * BILLION,
            horizon: 360,
            max_lead: 2 * BILLION,
            max_reorg: 24,
        },
        difficulty: DifficultyParams {
            block_time: 15_000,
            half_life: 72 * 15_000,
            max_gap: 72 * 15_000,
            limit: CompactBits::try_from(0x1f00_ffff).expect("canonical"),
        },
        rewards: RewardParams {
            initial: 50_000_000_000_000,
            decay: 500_000_000,
            period: 8_400_000,
            tail: 500_000_000_000,
            treasury_share: 100_000_000,
            treasury_fee_share: 200_000_000,
            maturity: 100,
        },
    }
}

/// A field, how to set it (`None` where its type cannot hold the value), and its range. Where a relation would be in the
/// way of a bound, the other field moves too.
type Row = (Field, fn(&mut Params, u128) -> Option<()>, u128, u128);

/// Assigns where the value fits the type.
macro_rules! set {
    ($field:expr, $value:expr) => {{
        $field = $value.try_into().ok()?;
        Some(())
    }};
}

fn boost(value: u128) -> Option<Factor> {
    Factor::try_from(u64::try_from(value).ok()?).ok()
}

fn rows() -> Vec<Row> {
    let (one, span, u32_max) = (u128::from(BILLION), u128::from(MAX_SPAN), u128::from(u32::MAX));
    let largest_weight = u128::from(u64::MAX) * one;
    vec![
        (
            Field::EpochLength,
            |p, v| {
                (p.stake.activation, p.stake.min_lock, p.stake.max_lock) = (20, MAX_SPAN, MAX_SPAN);
                set!(p.stake.epoch_length, v)
            },
            4,
            100_000,
        ),
        (
            Field::MinLock,
            |p, v| {
                p.stake.max_lock = MAX_SPAN;
                set!(p.stake.min_lock, v)
            },
            3 * 240,
            span,
        ),
        (Field::MaxLock, |p, v| set!(p.stake.max_lock, v), 7 * u128::from(DAY), span),
        (Field::LockBonus, |p, v| set!(p.stake.lock_bonus, v), 0, 10 * one),
        (Field::Activation, |p, v| set!(p.stake.activation, v), 2, u128::from(MAX_ACTIVATION)),
        (Field::Unbonding, |p, v| set!(p.stake.unbonding, v), 24, span),
        (
            Field::MinWeight,
            |p, v| {
                p.stake.min_total_weight = u128::from(u64::MAX) * u128::from(BILLION);
                set!(p.stake.min_weight, v)
            },
            1,
            largest_weight,
        ),
        (Field::MinTotalWeight, |p, v| set!(p.stake.min_total_weight, v), defaults().stake.min_weight, largest_weight),
        (Field::CurveBoost, |p, v| set!(p.stake.curve, Curve::Constant { boost: boost(v)? }), one, 20 * one),
        (Field::CurveUnit, |p, v| set!(p.stake.curve, Curve::Linear { unit: v, slope: 1 }), 1, u128::MAX),
        (Field::CurveUnit, |p, v| set!(p.stake.curve, Curve::Sqrt { unit: v }), 1, u128::MAX),
        (Field::CurveUnit, |p, v| set!(p.stake.curve, Curve::Log2 { unit: v }), 1, u128::MAX),
        (Field::CurveUnit, |p, v| set!(p.stake.curve, Curve::Power { unit: v, cap: 1, exponent: 2 }), 1, u128::MAX),
        (
            Field::CurveCap,
            |p, v| set!(p.stake.curve, Curve::Power { unit: 1, cap: v.try_into().ok()?, exponent: 2 }),
            1,
            u32_max,
        ),
        // The work of the easiest target is 65,537; a sixteenth of it is 4,096.0625.
        (
            Field::MaxBoost,
            |p, v| {
                p.stake.curve = Curve::Flat;
                set!(p.stake.max_boost, boost(v)?)
            },
            one,
            4_096_062_500_000,
        ),
        (Field::Ration, |p, v| set!(p.stake.ration, v), one / 1_000, 1_000 * one),
        (Field::Horizon, |p, v| set!(p.stake.horizon, v), 1, 100_000),
        (Field::MaxLead, |p, v| set!(p.stake.max_lead, v), one, 10_000 * one),
        (Field::MaxReorg, |p, v| set!(p.stake.max_reorg, v), 2, u128::from(MAX_REORG)),
        (
            Field::BlockTime,
            |p, v| {
                let half_life = 72 * u64::try_from(v).ok()?;
                (p.difficulty.half_life, p.difficulty.max_gap) = (half_life, half_life);
                set!(p.difficulty.block_time, v)
            },
            500,
            3_600_000,
        ),
        (Field::HalfLife, |p, v| set!(p.difficulty.half_life, v), 30_000, 150_000_000),
        (Field::MaxGap, |p, v| set!(p.difficulty.max_gap, v), 15_000, 108_000_000),
        (
            Field::Limit,
            |p, v| {
                (p.stake.curve, p.stake.max_boost) = (Curve::Flat, Factor::ONE);
                set!(p.difficulty.limit, u32::try_from(v).ok()?)
            },
            0x0101_0000,
            0x200f_ffff,
        ),
        (
            Field::Initial,
            |p, v| {
                p.rewards.tail = 0;
                set!(p.rewards.initial, v)
            },
            0,
            MAX_SUBSIDY,
        ),
        (Field::Tail, |p, v| set!(p.rewards.tail, v), 0, defaults().rewards.initial),
        (Field::Decay, |p, v| set!(p.rewards.decay, v), 0, one),
        (Field::Period, |p, v| set!(p.rewards.period, v), 1, u32_max),
        (Field::TreasuryShare, |p, v| set!(p.rewards.treasury_share, v), 0, one),
        (Field::TreasuryFeeShare, |p, v| set!(p.rewards.treasury_fee_share, v), 0, one),
        (Field::Maturity, |p, v| set!(p.rewards.maturity, v), 24, span),
    ]
}

#[test]
fn the_defaults_are_allowed() {
    assert_eq!(defaults().check(), Ok(()));
}

#[test]
fn each_bound_from_both_sides() {
    for (field, set, min, max) in rows() {
        let check = |value| {
            let mut params = defaults();
            set(&mut params, value).map(|()| params.check())
        };
        assert_eq!(check(min), Some(Ok(())), "{field:?} at its smallest");
        assert_eq!(check(max), Some(Ok(())), "{field:?} at its largest");
        // Ration and lead are off at 0, which is below their ranges.
        let below = min.checked_sub(1).and_then(|value| Some((value, check(value)?)));
        let above = max.checked_add(1).and_then(|value| Some((value, check(value)?)));
        for (value, found) in below.into_iter().chain(above) {
            assert_eq!(found, Err(ParamError { field, value, min, max }), "{field:?} at {value}");
            let message = ParamError { field, value, min, max }.to_string();
            assert_eq!(message, format!("{} is {value}, allowed is {min}..={max}", field.name()));
        }
    }
}

#[test]
fn ration_and_lead_can_be_switched_off() {
    let mut params = defaults();
    (params.stake.ration, params.stake.max_lead) = (0, 0);
    assert_eq!(params.check(), Ok(()));
}

/// The names in errors are those in a chain spec.
#[test]
fn names_are_those_of_the_chain_spec() {
    let params = defaults();
    let json = [
        ("stake", serde_json::to_value(params.stake).expect("plain numbers")),
        ("difficulty", serde_json::to_value(params.difficulty).expect("plain numbers")),
        ("rewards", serde_json::to_value(params.rewards).expect("plain numbers")),
    ];
    for (field, ..) in rows() {
        let mut path = field.name().split('.');
        let part = path.next().and_then(|part| json.iter().find(|(name, _)| *name == part));
        let key = path.next().expect("a field");
        assert!(part.is_some_and(|(_, json)| !json[key].is_null()), "{}", field.name());
    }
}

fn any_params() -> impl Strategy<Value = Params> {
    let stake = ((u32s(), u32s(), u32s(), u64s(), u32s(), u32s()), (u128s(), u128s(), curves(), factors()));
    let stake = (stake, (u64s(), u32s(), u64s(), u32s())).prop_map(|((a, b), c)| StakeParams {
        epoch_length: a.0,
        min_lock: a.1,
        max_lock: a.2,
        lock_bonus: a.3,
        activation: a.4,
        unbonding: a.5,
        min_weight: b.0,
        min_total_weight: b.1,
        curve: b.2,
        max_boost: b.3,
        ration: c.0,
        horizon: c.1,
        max_lead: c.2,
        max_reorg: c.3,
    });
    let difficulty = (u64s(), u64s(), u64s(), bits());
    let difficulty = difficulty.prop_map(|(block_time, half_life, max_gap, limit)| DifficultyParams {
        block_time,
        half_life,
        max_gap,
        limit,
    });
    let rewards = (u128s(), u32s(), u32s(), u128s(), u32s(), u32s(), u32s());
    let rewards = rewards.prop_map(|r| RewardParams {
        initial: r.0,
        decay: r.1,
        period: r.2,
        tail: r.3,
        treasury_share: r.4,
        treasury_fee_share: r.5,
        maturity: r.6,
    });
    (stake, difficulty, rewards).prop_map(|(stake, difficulty, rewards)| Params { stake, difficulty, rewards })
}

proptest! {
    /// Any parameters are judged without a panic, and an error's value is outside its own range.
    #[test]
    fn any_parameters_are_judged(params in any_params()) {
        if let Err(ParamError { value, min, max, .. }) = params.check() {
            prop_assert!(value < min || value > max);
        }
    }

    /// Near the defaults, where many pass: exactly those pass that have the relations of the specification.
    #[test]
    fn relations(
        (epoch_length, activation, max_reorg) in (1u32..60, 0u32..6, 0u32..110),
        (unbonding, maturity, min_lock) in (50u32..200, 50u32..200, 0u32..400),
        (limit, max_boost) in (bits(), factors()),
    ) {
        let mut params = defaults();
        let stake = &mut params.stake;
        (stake.epoch_length, stake.activation, stake.max_reorg) = (epoch_length, activation, max_reorg);
        (stake.unbonding, stake.min_lock, stake.curve, stake.max_boost) = (unbonding, min_lock, Curve::Flat, max_boost);
        (params.rewards.maturity, params.difficulty.limit) = (maturity, limit);
        let sixteen_boosts = U512::from(max_boost.billionths()) * U512::from(16);
        let allowed = activation > 0
            && (activation - 1) * epoch_length >= max_reorg
            && (activation + 1) * epoch_length <= min_lock
            && unbonding >= max_reorg
            && maturity >= max_reorg
            && (2..=MAX_REORG).contains(&max_reorg)
            && epoch_length >= 4
            && U512::from(limit.work()) * U512::from(BILLION) >= sixteen_boosts;
        prop_assert_eq!(params.check().is_ok(), allowed, "{:?}", params.check());
    }
}

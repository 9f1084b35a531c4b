//! Each row of the tables of section 10, changed by its track: announced with the old and the new value, visible before it is in force,
//! in force with the next epoch, and refused beyond its native bounds.

use super::*;
use crate::{
    configs::consensus::{current_params, pending_params},
    governance::origins::Origin,
};
use frame_support::assert_ok;
use posw_primitives::{CompactBits, Curve, Factor, Params};
use sp_consensus_posw::{AccountState, NetworkState};
use std::collections::BTreeSet;

type StakeError = pallet_posw_stake::Error<Runtime>;
type DifficultyError = pallet_difficulty::Error<Runtime>;
type RewardError = pallet_rewards::Error<Runtime>;
/// Changes the parameters of the development chain.
pub(super) type Change<P = Params> = fn(&mut P);

/// Something allowed, and what is not with its error.
pub(super) struct Row<P = Params> {
    pub(super) name: &'static str,
    pub(super) allowed: Change<P>,
    pub(super) refused: Vec<(Change<P>, DispatchError)>,
}

pub(super) fn row<P, E: Into<DispatchError> + 'static, const N: usize>(
    name: &'static str,
    allowed: Change<P>,
    refused: [(Change<P>, E); N],
) -> Row<P> {
    Row { name, allowed, refused: refused.into_iter().map(|(change, error)| (change, error.into())).collect() }
}

fn stake_rows() -> Vec<Row> {
    vec![
        row(
            "epochLength",
            |p| p.stake.epoch_length = 12,
            [
                (|p| p.stake.epoch_length = 3, StakeError::EpochLengthOutOfRange),
                (|p| p.stake.epoch_length = 100_001, StakeError::EpochLengthOutOfRange),
            ],
        ),
        row(
            "minLock",
            |p| p.stake.min_lock = 30,
            [
                (|p| p.stake.min_lock = 29, StakeError::MinLockOutOfRange),
                (|p| p.stake.min_lock = 42_076_801, StakeError::MinLockOutOfRange),
            ],
        ),
        row(
            "maxLock",
            |p| p.stake.max_lock = 500,
            [
                (|p| p.stake.max_lock = 39, StakeError::MaxLockOutOfRange),
                (|p| p.stake.max_lock = 42_076_801, StakeError::MaxLockOutOfRange),
            ],
        ),
        row(
            "lockBonus",
            |p| p.stake.lock_bonus = 0,
            [(|p| p.stake.lock_bonus = 10_000_000_001, StakeError::LockBonusOutOfRange)],
        ),
        row(
            "activation",
            |p| p.stake.activation = 3,
            [
                (|p| p.stake.activation = 1, StakeError::ActivationOutOfRange),
                (|p| p.stake.activation = 33, StakeError::ActivationOutOfRange),
            ],
        ),
        row(
            "unbonding",
            |p| p.stake.unbonding = 8,
            [
                (|p| p.stake.unbonding = 7, StakeError::UnbondingOutOfRange),
                (|p| p.stake.unbonding = 42_076_801, StakeError::UnbondingOutOfRange),
            ],
        ),
        row("minWeight", |p| p.stake.min_weight = 1, [(|p| p.stake.min_weight = 0, StakeError::MinWeightOutOfRange)]),
        row(
            "minTotalWeight",
            |p| p.stake.min_total_weight = COIN,
            [(|p| p.stake.min_total_weight = COIN - 1, StakeError::MinTotalWeightOutOfRange)],
        ),
        row(
            "curve",
            |p| p.stake.curve = Curve::Linear { unit: COIN, slope: 1 },
            [
                (|p| p.stake.curve = Curve::Sqrt { unit: 0 }, StakeError::CurveUnitOutOfRange),
                (|p| p.stake.curve = Curve::Power { unit: 1, cap: 0, exponent: 2 }, StakeError::CurveCapOutOfRange),
                (
                    |p| p.stake.curve = Curve::Constant { boost: Factor::clamped(20_000_000_001) },
                    StakeError::CurveBoostOutOfRange,
                ),
            ],
        ),
        row(
            "maxBoost",
            |p| p.stake.max_boost = Factor::clamped(30_000_000_000),
            [
                // At most a sixteenth of the limit's work, which is 2^14; and at least the curve's.
                (|p| p.stake.max_boost = Factor::clamped(1_025_000_000_000), StakeError::MaxBoostOutOfRange),
                (|p| p.stake.max_boost = Factor::clamped(19_999_999_999), StakeError::CurveBoostOutOfRange),
            ],
        ),
        row(
            "ration",
            |p| p.stake.ration = 0,
            [
                (|p| p.stake.ration = 999_999, StakeError::RationOutOfRange),
                (|p| p.stake.ration = 1_000_000_000_001, StakeError::RationOutOfRange),
            ],
        ),
        row(
            "horizon",
            |p| p.stake.horizon = 100_000,
            [
                (|p| p.stake.horizon = 0, StakeError::HorizonOutOfRange),
                (|p| p.stake.horizon = 100_001, StakeError::HorizonOutOfRange),
            ],
        ),
        row(
            "maxLead",
            |p| p.stake.max_lead = 0,
            [
                (|p| p.stake.max_lead = 999_999_999, StakeError::MaxLeadOutOfRange),
                (|p| p.stake.max_lead = 10_000_000_000_001, StakeError::MaxLeadOutOfRange),
            ],
        ),
        row(
            "maxReorg",
            |p| p.stake.max_reorg = 9,
            [
                (|p| p.stake.max_reorg = 1, StakeError::MaxReorgOutOfRange),
                (|p| p.stake.max_reorg = 101, StakeError::MaxReorgOutOfRange),
            ],
        ),
    ]
}

fn difficulty_rows() -> Vec<Row> {
    vec![
        row(
            "blockTime",
            |p| p.difficulty.block_time = 2_000,
            [
                (|p| p.difficulty.block_time = 499, DifficultyError::BlockTimeOutOfRange),
                (|p| p.difficulty.block_time = 3_600_001, DifficultyError::BlockTimeOutOfRange),
            ],
        ),
        row(
            "halfLife",
            |p| p.difficulty.half_life = 6_000,
            [
                (|p| p.difficulty.half_life = 5_999, DifficultyError::HalfLifeOutOfRange),
                (|p| p.difficulty.half_life = 30_000_001, DifficultyError::HalfLifeOutOfRange),
            ],
        ),
        row(
            "maxGap",
            |p| p.difficulty.max_gap = 3_000,
            [
                (|p| p.difficulty.max_gap = 2_999, DifficultyError::MaxGapOutOfRange),
                (|p| p.difficulty.max_gap = 7_200_001, DifficultyError::MaxGapOutOfRange),
            ],
        ),
        row(
            "limit",
            |p| p.difficulty.limit = CompactBits::try_from(0x1f00_ffff).unwrap(),
            [(|p| p.difficulty.limit = CompactBits::POW_LIMIT, DifficultyError::LimitOutOfRange)],
        ),
    ]
}

fn reward_rows() -> Vec<Row> {
    vec![
        row(
            "initial",
            |p| p.rewards.initial = 60 * COIN,
            [(|p| p.rewards.initial = 10u128.pow(27) + 1, RewardError::InitialOutOfRange)],
        ),
        row("decay", |p| p.rewards.decay = 0, [(|p| p.rewards.decay = 1_000_000_001, RewardError::DecayOutOfRange)]),
        row("period", |p| p.rewards.period = 1, [(|p| p.rewards.period = 0, RewardError::PeriodOutOfRange)]),
        row(
            "tail",
            |p| p.rewards.tail = 50 * COIN,
            [(|p| p.rewards.tail = 50 * COIN + 1, RewardError::TailOutOfRange)],
        ),
        row(
            "treasuryShare",
            |p| p.rewards.treasury_share = 1_000_000_000,
            [(|p| p.rewards.treasury_share = 1_000_000_001, RewardError::TreasuryShareOutOfRange)],
        ),
        row(
            "treasuryFeeShare",
            |p| p.rewards.treasury_fee_share = 0,
            [(|p| p.rewards.treasury_fee_share = 1_000_000_001, RewardError::TreasuryFeeShareOutOfRange)],
        ),
        row(
            "maturity",
            |p| p.rewards.maturity = 8,
            [
                (|p| p.rewards.maturity = 7, RewardError::MaturityOutOfRange),
                (|p| p.rewards.maturity = 42_076_801, RewardError::MaturityOutOfRange),
            ],
        ),
    ]
}

/// The development chain's parameters with a change.
fn changed(change: Change) -> Params {
    let mut params = current_params();
    change(&mut params);
    params
}

/// Tries each row's values: `set` changes a set of parameters by its track, `told` are its events of a change from the first to the
/// second.
fn check(rows: Vec<Row>, set: fn(Params) -> DispatchResult, told: fn(Params, Params) -> [RuntimeEvent; 2]) {
    for Row { name, allowed, refused } in rows {
        run(|| {
            mine(Alice);
            let (old, new) = (current_params(), changed(allowed));
            assert_ne!(old, new, "{name}");
            for (change, error) in refused {
                assert_eq!(set(changed(change)), Err(error), "{name}");
                assert_eq!(pending_params(), None, "{name}");
            }
            assert_ok!(set(new));
            let [scheduled, applied] = told(old, new);
            assert_told(scheduled);
            let network = || call::<NetworkState>("PoswApi_network", ());
            let last = network().epoch.start + network().epoch.length - 1;
            mine_to(Alice, last - 1);
            assert_eq!((network().params, network().pending), (old, Some(new)), "{name}");
            mine_to(Alice, last);
            assert_told(applied);
            assert_eq!((network().params, network().pending), (new, None), "{name}");
            mine(Alice);
        });
    }
}

#[test]
fn stake_and_factor() {
    use pallet_posw_stake::{Call, Event};
    check(
        stake_rows(),
        |params| dispatched_as(Origin::ConsensusParameters, Call::set_params { params: params.stake }),
        |old, new| {
            let (old, new) = (old.stake, new.stake);
            let from_epoch = 1;
            [Event::ParamsScheduled { old, new, from_epoch }.into(), Event::ParamsApplied { old, new }.into()]
        },
    );
}

#[test]
fn difficulty() {
    use pallet_difficulty::{Call, Event};
    check(
        difficulty_rows(),
        |params| dispatched_as(Origin::ConsensusParameters, Call::set_params { params: params.difficulty }),
        |old, new| {
            let (old, new) = (old.difficulty, new.difficulty);
            [Event::ParamsScheduled { old, new }.into(), Event::ParamsApplied { old, new }.into()]
        },
    );
}

#[test]
fn issuance() {
    use pallet_rewards::{Call, Event};
    check(
        reward_rows(),
        |params| dispatched_as(Origin::EconomicParameters, Call::set_params { params: params.rewards }),
        |old, new| {
            let (old, new) = (old.rewards, new.rewards);
            [Event::ParamsScheduled { old, new }.into(), Event::ParamsApplied { old, new }.into()]
        },
    );
}

/// Whether these are the rows of all fields.
pub(super) fn assert_complete<P>(rows: Vec<Row<P>>, fields: serde_json::Result<serde_json::Value>) {
    let names: BTreeSet<_> = rows.into_iter().map(|row| row.name.to_string()).collect();
    let fields = fields.unwrap();
    assert_eq!(names, fields.as_object().unwrap().keys().cloned().collect());
}

#[test]
fn no_row_is_missing() {
    run(|| {
        let params = current_params();
        assert_complete(stake_rows(), serde_json::to_value(params.stake));
        assert_complete(difficulty_rows(), serde_json::to_value(params.difficulty));
        assert_complete(reward_rows(), serde_json::to_value(params.rewards));
    });
}

#[test]
fn with_rationing_voted_off_the_factor_is_the_bare_curve_and_on_again_it_is_rationed() {
    run(|| {
        let state = || call::<AccountState>("PoswApi_account", Alice.to_account_id());
        // The least and the largest part of the boost that Alice's next blocks have, in percent.
        let parts = || {
            let parts = (0..30).map(|_| {
                let (factor, boost) = (claims(Alice).factor, state().boost);
                mine(Alice);
                factor.billionths() * 100 / boost.billionths()
            });
            let parts: Vec<_> = parts.collect();
            (*parts.iter().min().unwrap(), *parts.iter().max().unwrap())
        };
        let vote = |params| {
            assert_ok!(passed(Origin::ConsensusParameters, pallet_posw_stake::Call::set_params { params }));
            let network: NetworkState = call("PoswApi_network", ());
            mine_to(Alice, network.epoch.last());
        };
        let old = current_params().stake;
        let Curve::Constant { boost } = old.curve else { panic!("{:?}", old.curve) };
        // Too little for one who mines each block, and nothing saved up. Of the lead cap no curve is free, so it is off.
        let rationed = posw_primitives::StakeParams { ration: 100_000_000, horizon: 1, max_lead: 0, ..old };
        vote(rationed);
        assert_eq!(state().boost, boost);
        let (least, most) = parts();
        assert!(least < 10 && most < 10, "rationed, the factor is {least} to {most} % of the boost");
        vote(posw_primitives::StakeParams { ration: 0, ..rationed });
        assert_eq!(state().boost, boost);
        assert_eq!(parts(), (100, 100), "without a ration");
        vote(posw_primitives::StakeParams { horizon: 2, ..rationed });
        let (least, most) = parts();
        assert!(least < 10 && most < 10, "rationed again, the factor is {least} to {most} % of the boost");
    });
}

#[test]
fn a_block_time_changed_by_vote_brings_no_jump() {
    run(|| {
        let network = || call::<NetworkState>("PoswApi_network", ());
        mine_to(Alice, 12);
        let old = current_params().difficulty;
        let new = posw_primitives::DifficultyParams { block_time: 6_000, half_life: 144_000, max_gap: 144_000, ..old };
        assert_ok!(dispatched_as(Origin::ConsensusParameters, pallet_difficulty::Call::set_params { params: new }));
        mine_to(Alice, 18);
        let before = network().difficulty;
        mine_to(Alice, 19);
        let after = network().difficulty;
        // Twice the work for twice the time; the bits' precision apart.
        assert!(after.abs_diff(before * 2) < before / 1_000, "{before}, then {after}");
        // Blocks that come when they are due by the new time leave it so.
        let mut time = time_of(19);
        for _ in 0..25 {
            time += 6_000;
            execute(build_at(time, &claims(Alice), &[]));
            let now = network().difficulty;
            assert!(now.abs_diff(after) < after / 1_000, "{after}, then {now}");
        }
        // Clients that connect then find the new block time among the constants.
        let constant = <pallet_difficulty::Pallet<Runtime>>::pallet_constants_metadata()
            .into_iter()
            .find(|constant| constant.name == "TargetBlockTime")
            .expect("there is one");
        assert_eq!(constant.value, 6_000u64.encode());
    });
}

//! What governance asks for.

use super::{new_test_ext, run, Chain, RuntimeGenesisConfig, RuntimeOrigin, System, Test};
use crate::{
    track::{Track, TrackParams},
    Error, Event, GenesisConfig, Governance, GovernanceParams, PendingGovernance,
};
use frame_support::{assert_noop, assert_ok};
use sp_consensus_posw::EndOfBlock;
use sp_runtime::{BuildStorage, DispatchError};

/// Each of the fields differs from its default.
fn other() -> GovernanceParams {
    let track = TrackParams {
        max_deciding: 3,
        decision_deposit: 5,
        prepare_period: 7,
        decision_period: 13,
        confirm_period: 11,
        enactment_period: 17,
        min_approval: 510_000_000,
        min_support: 15_000_000,
    };
    GovernanceParams {
        root: track,
        whitelisted_caller: track,
        consensus_parameters: track,
        economic_parameters: track,
        treasurer: track,
        small_spender: track,
        referendum_canceller: track,
        referendum_killer: track,
        submission_deposit: 19,
        undeciding_timeout: 23,
        vote_locking: 29,
        motion_duration: 31,
        spend_period: 37,
        payout_period: 41,
        treasurer_limit: 43,
        small_spender_limit: 42,
    }
}

fn set(params: GovernanceParams) -> sp_runtime::DispatchResult {
    Chain::set_governance(RuntimeOrigin::root(), Box::new(params))
}

fn track_of(params: &mut GovernanceParams, track: Track) -> &mut TrackParams {
    match track {
        Track::Root => &mut params.root,
        Track::WhitelistedCaller => &mut params.whitelisted_caller,
        Track::ConsensusParameters => &mut params.consensus_parameters,
        Track::EconomicParameters => &mut params.economic_parameters,
        Track::Treasurer => &mut params.treasurer,
        Track::SmallSpender => &mut params.small_spender,
        Track::ReferendumCanceller => &mut params.referendum_canceller,
        Track::ReferendumKiller => &mut params.referendum_killer,
    }
}

/// Expects the call and genesis to refuse `params`, and the message to begin with this.
fn refused(params: GovernanceParams, error: Error<Test>, message: &str) {
    assert_noop!(set(params), error);
    let found = GenesisConfig::<Test> { governance: params, ..Default::default() }.check().unwrap_err();
    assert!(found.starts_with(message), "{found:?} does not begin with {message:?}");
}

#[test]
fn a_change_waits_for_the_epochs_end_and_is_announced() {
    run(|| {
        let (old, new) = (GovernanceParams::default(), other());
        let boxed = || (Box::new(old), Box::new(new));
        assert_ok!(set(GovernanceParams { spend_period: 1, ..new }));
        assert_ok!(set(new));
        System::assert_last_event(Event::GovernanceScheduled { old: boxed().0, new: boxed().1 }.into());
        Chain::end_of_block(1, false);
        assert_eq!(Chain::current_governance(), (old, Some(new)));
        Chain::end_of_block(2, true);
        System::assert_last_event(Event::GovernanceApplied { old: boxed().0, new: boxed().1 }.into());
        assert_eq!(Chain::current_governance(), (new, None));
        let events = System::events().len();
        Chain::end_of_block(3, true);
        assert_eq!(System::events().len(), events);
    });
}

#[test]
fn only_the_origin_may_change_them() {
    run(|| {
        let call = Chain::set_governance(RuntimeOrigin::signed(1), Box::new(other()));
        assert_eq!(call, Err(DispatchError::BadOrigin));
        assert_eq!(Chain::current_governance().1, None);
    });
}

#[test]
fn each_field_of_each_track_has_its_range() {
    type Change = fn(&mut TrackParams);
    type Wrong = (Change, fn(Track) -> Error<Test>, &'static str);
    let wrong: [Wrong; 14] = [
        (|t| t.max_deciding = 0, Error::MaxDecidingOutOfRange, "maxDeciding is 0, allowed is 1..=100"),
        (|t| t.max_deciding = 101, Error::MaxDecidingOutOfRange, "maxDeciding is 101, allowed is 1..=100"),
        (
            |t| t.decision_deposit = 10u128.pow(21) + 1,
            Error::DecisionDepositOutOfRange,
            "decisionDeposit is 1000000000000000000001, allowed is 0..=1000000000000000000000",
        ),
        (|t| t.prepare_period = 0, Error::PreparePeriodOutOfRange, "preparePeriod is 0, allowed is 1..=22"),
        (|t| t.prepare_period = 23, Error::PreparePeriodOutOfRange, "preparePeriod is 23, allowed is 1..=22"),
        (|t| t.decision_period = 0, Error::DecisionPeriodOutOfRange, "decisionPeriod is 0, allowed is 1..=5256000"),
        (
            |t| t.decision_period = 5_256_001,
            Error::DecisionPeriodOutOfRange,
            "decisionPeriod is 5256001, allowed is 1..=5256000",
        ),
        (|t| t.confirm_period = 0, Error::ConfirmPeriodOutOfRange, "confirmPeriod is 0, allowed is 1..=13"),
        (|t| t.confirm_period = 14, Error::ConfirmPeriodOutOfRange, "confirmPeriod is 14, allowed is 1..=13"),
        (|t| t.enactment_period = 0, Error::EnactmentPeriodOutOfRange, "enactmentPeriod is 0, allowed is 1..=29"),
        (|t| t.enactment_period = 30, Error::EnactmentPeriodOutOfRange, "enactmentPeriod is 30, allowed is 1..=29"),
        (
            |t| t.min_approval = 500_000_000,
            Error::MinApprovalOutOfRange,
            "minApproval is 500000000, allowed is 500000001..=1000000000",
        ),
        (
            |t| t.min_approval = 1_000_000_001,
            Error::MinApprovalOutOfRange,
            "minApproval is 1000000001, allowed is 500000001..=1000000000",
        ),
        (
            |t| t.min_support = 500_000_001,
            Error::MinSupportOutOfRange,
            "minSupport is 500000001, allowed is 0..=500000000",
        ),
    ];
    run(|| {
        for track in Track::ALL {
            for (change, error, message) in &wrong {
                let mut params = other();
                change(track_of(&mut params, track));
                refused(params, error(track), &format!("chain.governance.{}.{message}", track.name()));
            }
        }
    });
}

#[test]
fn each_field_beside_the_tracks_has_its_range() {
    let above = 10u128.pow(21) + 1;
    let too_long = 5_256_001;
    let amounts = "allowed is 0..=1000000000000000000000";
    let periods = "allowed is 1..=5256000";
    let wrong = [
        (
            GovernanceParams { submission_deposit: above, ..other() },
            Error::SubmissionDepositOutOfRange,
            format!("submissionDeposit is {above}, {amounts}"),
        ),
        (
            GovernanceParams { undeciding_timeout: 1, ..other() },
            Error::UndecidingTimeoutOutOfRange,
            "undecidingTimeout is 1, allowed is 2..=5256000".into(),
        ),
        (
            GovernanceParams { undeciding_timeout: too_long, ..other() },
            Error::UndecidingTimeoutOutOfRange,
            "undecidingTimeout is 5256001, allowed is 2..=5256000".into(),
        ),
        (
            GovernanceParams { vote_locking: 0, ..other() },
            Error::VoteLockingOutOfRange,
            format!("voteLocking is 0, {periods}"),
        ),
        (
            GovernanceParams { motion_duration: too_long, ..other() },
            Error::MotionDurationOutOfRange,
            format!("motionDuration is {too_long}, {periods}"),
        ),
        (
            GovernanceParams { spend_period: 0, ..other() },
            Error::SpendPeriodOutOfRange,
            format!("spendPeriod is 0, {periods}"),
        ),
        (
            GovernanceParams { payout_period: 0, ..other() },
            Error::PayoutPeriodOutOfRange,
            format!("payoutPeriod is 0, {periods}"),
        ),
        (
            GovernanceParams { treasurer_limit: above, ..other() },
            Error::TreasurerLimitOutOfRange,
            format!("treasurerLimit is {above}, {amounts}"),
        ),
        (
            GovernanceParams { small_spender_limit: 44, ..other() },
            Error::SmallSpenderLimitOutOfRange,
            "smallSpenderLimit is 44, allowed is 0..=43".into(),
        ),
    ];
    run(|| {
        for (params, error, message) in wrong {
            refused(params, error, &format!("chain.governance.{message}"));
        }
    });
}

#[test]
fn the_bounds_themselves_are_allowed() {
    let (mut least, mut most) = (other(), other());
    for track in Track::ALL {
        *track_of(&mut least, track) = TrackParams {
            max_deciding: 1,
            decision_deposit: 0,
            prepare_period: 1,
            decision_period: 1,
            confirm_period: 1,
            enactment_period: 1,
            min_approval: 500_000_001,
            min_support: 0,
        };
        *track_of(&mut most, track) = TrackParams {
            max_deciding: 100,
            decision_deposit: 10u128.pow(21),
            prepare_period: 22,
            decision_period: 5_256_000,
            confirm_period: 5_256_000,
            enactment_period: 29,
            min_approval: 1_000_000_000,
            min_support: 500_000_000,
        };
    }
    run(|| {
        assert_ok!(set(least));
        assert_ok!(set(most));
        assert_ok!(set(GovernanceParams::default()));
    });
}

#[test]
fn tracks_have_rising_numbers_and_names_of_their_own() {
    assert!(Track::ALL.windows(2).all(|pair| pair[0].id() < pair[1].id() && pair[0] < pair[1]));
    let json = serde_json::to_value(GovernanceParams::default()).unwrap();
    for track in Track::ALL {
        assert_eq!(Track::with_id(track.id()), Some(track));
        assert!(json[track.name()].is_object(), "{track:?}");
        let mut params = other();
        track_of(&mut params, track).max_deciding = 99;
        assert_eq!(params.track(track).max_deciding, 99);
    }
    assert_eq!(Track::with_id(2), None);
}

#[test]
fn genesis_names_what_it_changes() {
    let json = serde_json::json!({
        "params": crate::ChainParams::default(),
        "governance": { "spendPeriod": 5, "root": other().root },
    });
    let governance = GovernanceParams { spend_period: 5, root: other().root, ..Default::default() };
    let genesis: GenesisConfig<Test> = serde_json::from_value(json.clone()).unwrap();
    assert_ok!(genesis.check());
    let storage = RuntimeGenesisConfig { chain: genesis, ..Default::default() }.build_storage().unwrap();
    sp_io::TestExternalities::from(storage).execute_with(|| assert_eq!(Chain::governance(), governance));

    let mut absent = json.clone();
    absent.as_object_mut().unwrap().remove("governance");
    let genesis: GenesisConfig<Test> = serde_json::from_value(absent).unwrap();
    assert_eq!(genesis.governance, GovernanceParams::default());

    for pointer in ["/governance", "/governance/root"] {
        let mut unknown = json.clone();
        unknown.pointer_mut(pointer).unwrap()["spendPeriods"] = 1.into();
        let error = serde_json::from_value::<GenesisConfig<Test>>(unknown).err().unwrap();
        assert!(error.to_string().contains("spendPeriods"), "{error}");
    }
}

#[test]
fn state_with_governance_out_of_range_is_noticed() {
    let wrong = GovernanceParams { vote_locking: 0, ..other() };
    new_test_ext().execute_with(|| {
        Governance::<Test>::put(wrong);
        assert!(Chain::check_state().is_err());
    });
    new_test_ext().execute_with(|| {
        PendingGovernance::<Test>::put(wrong);
        assert!(Chain::check_state().is_err());
    });
}

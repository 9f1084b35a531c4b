//! The numbers of governance: what each track of referenda asks for, what the treasury may spend, and their bounds.
//!
//! Periods are in blocks, amounts in the smallest unit of the currency, shares in units of 10^-9.

// The derived codec casts the indices of variants.
#![allow(clippy::as_conversions)]

use crate::{
    params::{within, ParamError, COIN, MAX_AMOUNT},
    track::{Track, TrackParams},
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Longest period: two and a half years of blocks of 15 s, and at the shortest block time a month.
const MAX_PERIOD: u32 = 5_256_000;
/// Most referenda that a track decides at once.
const MAX_DECIDING: u32 = 100;
/// All of a whole, in units of 10^-9.
const ONE: u32 = 1_000_000_000;
/// Ayes among all votes when a decision begins.
pub const APPROVAL_CEILING: u32 = ONE;
/// Ayes among all coins when a decision begins: more than half of them cannot be asked for, or a chain with many idle holders
/// could decide nothing.
pub const SUPPORT_CEILING: u32 = ONE / 2;
/// Least ayes among all votes that a track may ask for in the end, more than half: nobody can vote away that a majority
/// decides.
const MAJORITY: u32 = ONE / 2 + 1;

/// Blocks of 15 s in a minute.
const MINUTE: u32 = 4;
/// Blocks of 15 s in an hour.
const HOUR: u32 = 60 * MINUTE;
/// Blocks of 15 s in a day.
const DAY: u32 = 24 * HOUR;

/// The defaults, for blocks of 15 s. Of a track these are:
/// referenda at once and the decision deposit in coins; to prepare, decide, confirm and enact; part of the votes and of the
/// coins.
const DEFAULT: GovernanceParams = GovernanceParams {
    root: track(1, 10_000, [2 * HOUR, 14 * DAY, DAY, DAY], [percent(60), percent(10)]),
    whitelisted_caller: track(10, 1_000, [10 * MINUTE, 3 * DAY, 10 * MINUTE, 10 * MINUTE], [percent(60), percent(5)]),
    consensus_parameters: track(5, 2_000, [2 * HOUR, 7 * DAY, DAY, DAY], [percent(55), percent(5)]),
    economic_parameters: track(5, 2_000, [2 * HOUR, 7 * DAY, DAY, DAY], [MAJORITY, percent(5)]),
    treasurer: track(10, 500, [2 * HOUR, 7 * DAY, DAY, DAY], [MAJORITY, percent(2)]),
    small_spender: track(20, 50, [HOUR, 2 * DAY, 12 * HOUR, HOUR], [MAJORITY, percent(1)]),
    referendum_canceller: track(20, 200, [HOUR, 2 * DAY, 3 * HOUR, 10 * MINUTE], [MAJORITY, percent(1)]),
    referendum_killer: track(20, 500, [HOUR, 2 * DAY, 3 * HOUR, 10 * MINUTE], [percent(60), percent(2)]),
    submission_deposit: COIN.saturating_mul(10),
    undeciding_timeout: 14 * DAY,
    vote_locking: 7 * DAY,
    motion_duration: 3 * DAY,
    spend_period: DAY,
    payout_period: 30 * DAY,
    treasurer_limit: COIN.saturating_mul(100_000),
    small_spender_limit: COIN.saturating_mul(1_000),
};

const fn track(
    max_deciding: u32,
    deposit: u128,
    [prepare_period, decision_period, confirm_period, enactment_period]: [u32; 4],
    [min_approval, min_support]: [u32; 2],
) -> TrackParams {
    TrackParams {
        max_deciding,
        decision_deposit: COIN.saturating_mul(deposit),
        prepare_period,
        decision_period,
        confirm_period,
        enactment_period,
        min_approval,
        min_support,
    }
}

const fn percent(part: u32) -> u32 {
    part.saturating_mul(ONE / 100)
}

/// What governance asks for, on all tracks and beside them.
///
/// In genesis each field has its default; a track is given whole.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct GovernanceParams {
    /// Any call: runtime upgrades, slashes, governance itself.
    pub root: TrackParams,
    /// Calls that the technical committee has whitelisted, with the power of root.
    pub whitelisted_caller: TrackParams,
    /// Stake, factor, epochs, finality and difficulty.
    pub consensus_parameters: TrackParams,
    /// Issuance, maturity and the treasury's shares; fees, deposits and prefix of the chain.
    pub economic_parameters: TrackParams,
    /// Spends from the treasury.
    pub treasurer: TrackParams,
    /// Small spends from the treasury.
    pub small_spender: TrackParams,
    /// Ending referenda; their deposits are given back.
    pub referendum_canceller: TrackParams,
    /// Ending referenda; their deposits go to the treasury.
    pub referendum_killer: TrackParams,
    /// Deposit for a referendum, lost where it is rejected or never decided.
    pub submission_deposit: u128,
    /// Blocks after which a referendum that nobody has put a decision deposit on ends.
    pub undeciding_timeout: u32,
    /// Blocks for which the coins of a vote with conviction 1 stay locked; up to 32 times as long with more.
    pub vote_locking: u32,
    /// Blocks after which the technical committee's motions end, and for which a decided call waits for its whitelisting.
    pub motion_duration: u32,
    /// Blocks between the treasury's reports.
    pub spend_period: u32,
    /// Blocks within which a spend has to be paid out.
    pub payout_period: u32,
    /// Most that a referendum on the treasurer's track may spend.
    pub treasurer_limit: u128,
    /// Most that a referendum on the small spender's track may spend.
    pub small_spender_limit: u128,
}

impl Default for GovernanceParams {
    /// For blocks of 15 s.
    fn default() -> Self {
        DEFAULT
    }
}

impl GovernanceParams {
    /// The parameters of a track.
    pub fn track(&self, track: Track) -> &TrackParams {
        match track {
            Track::Root => &self.root,
            Track::WhitelistedCaller => &self.whitelisted_caller,
            Track::ConsensusParameters => &self.consensus_parameters,
            Track::EconomicParameters => &self.economic_parameters,
            Track::Treasurer => &self.treasurer,
            Track::SmallSpender => &self.small_spender,
            Track::ReferendumCanceller => &self.referendum_canceller,
            Track::ReferendumKiller => &self.referendum_killer,
        }
    }

    /// Checks every bound.
    ///
    /// # Errors
    /// The first parameter that is out of range.
    pub fn check(&self) -> Result<(), ParamError<GovernanceField>> {
        within(GovernanceField::SubmissionDeposit, self.submission_deposit, 0_u128, MAX_AMOUNT)?;
        within(GovernanceField::UndecidingTimeout, self.undeciding_timeout, 2_u32, MAX_PERIOD)?;
        within(GovernanceField::VoteLocking, self.vote_locking, 1_u32, MAX_PERIOD)?;
        within(GovernanceField::MotionDuration, self.motion_duration, 1_u32, MAX_PERIOD)?;
        within(GovernanceField::SpendPeriod, self.spend_period, 1_u32, MAX_PERIOD)?;
        within(GovernanceField::PayoutPeriod, self.payout_period, 1_u32, MAX_PERIOD)?;
        within(GovernanceField::TreasurerLimit, self.treasurer_limit, 0_u128, MAX_AMOUNT)?;
        within(GovernanceField::SmallSpenderLimit, self.small_spender_limit, 0_u128, self.treasurer_limit)?;
        Track::ALL.into_iter().try_for_each(|track| self.check_track(track))
    }

    fn check_track(&self, track: Track) -> Result<(), ParamError<GovernanceField>> {
        use GovernanceField as Field;
        let params = self.track(track);
        within(Field::MaxDeciding(track), params.max_deciding, 1_u32, MAX_DECIDING)?;
        within(Field::DecisionDeposit(track), params.decision_deposit, 0_u128, MAX_AMOUNT)?;
        // Who prepares longer than anybody may wait could decide nothing.
        within(Field::PreparePeriod(track), params.prepare_period, 1_u32, self.undeciding_timeout.saturating_sub(1))?;
        within(Field::DecisionPeriod(track), params.decision_period, 1_u32, MAX_PERIOD)?;
        within(Field::ConfirmPeriod(track), params.confirm_period, 1_u32, params.decision_period)?;
        // Those who approved are still bound to what they approved when it happens.
        within(Field::EnactmentPeriod(track), params.enactment_period, 1_u32, self.vote_locking)?;
        within(Field::MinApproval(track), params.min_approval, MAJORITY, APPROVAL_CEILING)?;
        within(Field::MinSupport(track), params.min_support, 0_u32, SUPPORT_CEILING)
    }
}

/// The parameter that a [`ParamError`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names are those of the parameters.
pub enum GovernanceField {
    MaxDeciding(Track),
    DecisionDeposit(Track),
    PreparePeriod(Track),
    DecisionPeriod(Track),
    ConfirmPeriod(Track),
    EnactmentPeriod(Track),
    MinApproval(Track),
    MinSupport(Track),
    SubmissionDeposit,
    UndecidingTimeout,
    VoteLocking,
    MotionDuration,
    SpendPeriod,
    PayoutPeriod,
    TreasurerLimit,
    SmallSpenderLimit,
}

impl GovernanceField {
    /// The track, and the name of its parameter or of one beside the tracks.
    fn path(self) -> (Option<Track>, &'static str) {
        match self {
            Self::MaxDeciding(track) => (Some(track), "maxDeciding"),
            Self::DecisionDeposit(track) => (Some(track), "decisionDeposit"),
            Self::PreparePeriod(track) => (Some(track), "preparePeriod"),
            Self::DecisionPeriod(track) => (Some(track), "decisionPeriod"),
            Self::ConfirmPeriod(track) => (Some(track), "confirmPeriod"),
            Self::EnactmentPeriod(track) => (Some(track), "enactmentPeriod"),
            Self::MinApproval(track) => (Some(track), "minApproval"),
            Self::MinSupport(track) => (Some(track), "minSupport"),
            Self::SubmissionDeposit => (None, "submissionDeposit"),
            Self::UndecidingTimeout => (None, "undecidingTimeout"),
            Self::VoteLocking => (None, "voteLocking"),
            Self::MotionDuration => (None, "motionDuration"),
            Self::SpendPeriod => (None, "spendPeriod"),
            Self::PayoutPeriod => (None, "payoutPeriod"),
            Self::TreasurerLimit => (None, "treasurerLimit"),
            Self::SmallSpenderLimit => (None, "smallSpenderLimit"),
        }
    }
}

impl fmt::Display for GovernanceField {
    /// The name under which genesis knows the parameter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path() {
            (Some(track), name) => write!(f, "chain.governance.{}.{name}", track.name()),
            (None, name) => write!(f, "chain.governance.{name}"),
        }
    }
}

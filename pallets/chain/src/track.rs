//! The tracks of referenda: each has an origin of its own, and asks for other deposits, periods and majorities.

// The derived codec casts the indices of variants.
#![allow(clippy::as_conversions)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::PalletError;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// A track: referenda whose calls have one origin.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    PalletError,
)]
#[allow(missing_docs)] // The fields of [`GovernanceParams`] say what each is for.
pub enum Track {
    Root,
    WhitelistedCaller,
    ConsensusParameters,
    EconomicParameters,
    Treasurer,
    SmallSpender,
    ReferendumCanceller,
    ReferendumKiller,
}

impl Track {
    /// All tracks, by their numbers.
    pub const ALL: [Self; 8] = [
        Self::Root,
        Self::WhitelistedCaller,
        Self::ConsensusParameters,
        Self::EconomicParameters,
        Self::Treasurer,
        Self::SmallSpender,
        Self::ReferendumCanceller,
        Self::ReferendumKiller,
    ];

    /// The number under which referenda know the track. Those of one kind are near each other, with room for more.
    pub fn id(self) -> u16 {
        match self {
            Self::Root => 0,
            Self::WhitelistedCaller => 1,
            Self::ConsensusParameters => 10,
            Self::EconomicParameters => 11,
            Self::Treasurer => 20,
            Self::SmallSpender => 21,
            Self::ReferendumCanceller => 30,
            Self::ReferendumKiller => 31,
        }
    }

    /// The track with a number.
    pub fn with_id(id: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|track| track.id() == id)
    }

    /// The name under which genesis knows the track.
    pub fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::WhitelistedCaller => "whitelistedCaller",
            Self::ConsensusParameters => "consensusParameters",
            Self::EconomicParameters => "economicParameters",
            Self::Treasurer => "treasurer",
            Self::SmallSpender => "smallSpender",
            Self::ReferendumCanceller => "referendumCanceller",
            Self::ReferendumKiller => "referendumKiller",
        }
    }
}

/// What a track of referenda asks for.
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TrackParams {
    /// Referenda that are decided at once; others wait, those with more ayes first.
    pub max_deciding: u32,
    /// Deposit without which nothing is decided.
    pub decision_deposit: u128,
    /// Blocks from submission to the earliest decision.
    pub prepare_period: u32,
    /// Blocks within which a referendum has to pass.
    pub decision_period: u32,
    /// Blocks for which it has to pass without a break.
    pub confirm_period: u32,
    /// Blocks from approval to the earliest enactment.
    pub enactment_period: u32,
    /// Ayes among all votes, with conviction, that suffice at the decision's end; all at its beginning, linear in between.
    pub min_approval: u32,
    /// Coins of ayes among all coins that suffice at the decision's end; half at its beginning, linear in between.
    pub min_support: u32,
}

//! The names of parameters and the error that names one.

// The derived codec casts the indices of variants.
#![allow(clippy::as_conversions)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;

/// The parameter that a [`ParamError`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
#[allow(missing_docs)] // The names are those of the parameters.
pub enum Field {
    EpochLength,
    MinLock,
    MaxLock,
    LockBonus,
    Activation,
    Unbonding,
    MinWeight,
    MinTotalWeight,
    CurveBoost,
    CurveUnit,
    CurveCap,
    MaxBoost,
    Ration,
    Horizon,
    MaxLead,
    MaxReorg,
    BlockTime,
    HalfLife,
    MaxGap,
    Limit,
    Initial,
    Decay,
    Period,
    Tail,
    TreasuryShare,
    TreasuryFeeShare,
    Maturity,
}

impl Field {
    /// The name under which genesis and calls know the parameter.
    pub fn name(self) -> &'static str {
        match self {
            Self::EpochLength => "stake.epochLength",
            Self::MinLock => "stake.minLock",
            Self::MaxLock => "stake.maxLock",
            Self::LockBonus => "stake.lockBonus",
            Self::Activation => "stake.activation",
            Self::Unbonding => "stake.unbonding",
            Self::MinWeight => "stake.minWeight",
            Self::MinTotalWeight => "stake.minTotalWeight",
            Self::CurveBoost => "stake.curve.boost",
            Self::CurveUnit => "stake.curve.unit",
            Self::CurveCap => "stake.curve.cap",
            Self::MaxBoost => "stake.maxBoost",
            Self::Ration => "stake.ration",
            Self::Horizon => "stake.horizon",
            Self::MaxLead => "stake.maxLead",
            Self::MaxReorg => "stake.maxReorg",
            Self::BlockTime => "difficulty.blockTime",
            Self::HalfLife => "difficulty.halfLife",
            Self::MaxGap => "difficulty.maxGap",
            Self::Limit => "difficulty.limit",
            Self::Initial => "rewards.initial",
            Self::Decay => "rewards.decay",
            Self::Period => "rewards.period",
            Self::Tail => "rewards.tail",
            Self::TreasuryShare => "rewards.treasuryShare",
            Self::TreasuryFeeShare => "rewards.treasuryFeeShare",
            Self::Maturity => "rewards.maturity",
        }
    }
}

/// A parameter is out of its range; the range may come from a relation to other parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ParamError {
    /// Which parameter.
    pub field: Field,
    /// Its value.
    pub value: u128,
    /// Smallest allowed value.
    pub min: u128,
    /// Largest allowed value.
    pub max: u128,
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, value, min, max } = self;
        write!(f, "{} is {value}, allowed is {min}..={max}", field.name())
    }
}

impl core::error::Error for ParamError {}

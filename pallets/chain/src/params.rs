//! The parameters and their bounds.

// The derived codec casts the indices of variants.
#![allow(clippy::as_conversions)]

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::fmt;
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// One coin of 12 decimals, the unit that the defaults are stated in.
pub(crate) const COIN: u128 = 1_000_000_000_000;
/// Largest prefix that SS58 can write.
const MAX_SS58_PREFIX: u128 = 16_383;
/// Largest amount that a parameter may be: a billion coins.
pub const MAX_AMOUNT: u128 = COIN.saturating_mul(1_000_000_000);

/// What distinguishes chains of one runtime beside consensus.
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
pub struct ChainParams {
    /// Prefix of the chain's addresses.
    pub ss58_prefix: u16,
    /// Smallest balance that keeps an account alive.
    pub existential_deposit: u128,
    /// Fee of a second of execution on the reference machine (10^12 units of weight).
    pub fee_per_second: u128,
    /// Fee of a byte of an extrinsic.
    pub fee_per_byte: u128,
    /// Deposit for an item that an account keeps in storage.
    pub deposit_per_item: u128,
    /// Deposit for a byte that an account keeps in storage.
    pub deposit_per_byte: u128,
}

impl Default for ChainParams {
    /// A transfer costs some 0.002 coins.
    fn default() -> Self {
        Self {
            ss58_prefix: 42,
            existential_deposit: COIN / 1_000,
            fee_per_second: COIN.saturating_mul(5),
            fee_per_byte: COIN / 1_000_000,
            deposit_per_item: COIN / 10,
            deposit_per_byte: COIN / 1_000,
        }
    }
}

impl ChainParams {
    /// Checks every bound.
    ///
    /// # Errors
    /// The first parameter that is out of range.
    pub fn check(&self) -> Result<(), ParamError> {
        within(Field::Ss58Prefix, self.ss58_prefix, 0_u128, MAX_SS58_PREFIX)?;
        // Accounts would never be reaped at 0, and the currency refuses it.
        within(Field::ExistentialDeposit, self.existential_deposit, 1_u128, MAX_AMOUNT)?;
        within(Field::FeePerSecond, self.fee_per_second, 0_u128, MAX_AMOUNT)?;
        within(Field::FeePerByte, self.fee_per_byte, 0_u128, MAX_AMOUNT)?;
        within(Field::DepositPerItem, self.deposit_per_item, 0_u128, MAX_AMOUNT)?;
        within(Field::DepositPerByte, self.deposit_per_byte, 0_u128, MAX_AMOUNT)
    }
}

/// The parameter that a [`ParamError`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names are those of the parameters.
pub enum Field {
    Ss58Prefix,
    ExistentialDeposit,
    FeePerSecond,
    FeePerByte,
    DepositPerItem,
    DepositPerByte,
}

impl fmt::Display for Field {
    /// The name under which genesis knows the parameter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ss58Prefix => "chain.params.ss58Prefix",
            Self::ExistentialDeposit => "chain.params.existentialDeposit",
            Self::FeePerSecond => "chain.params.feePerSecond",
            Self::FeePerByte => "chain.params.feePerByte",
            Self::DepositPerItem => "chain.params.depositPerItem",
            Self::DepositPerByte => "chain.params.depositPerByte",
        })
    }
}

/// A parameter is out of its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParamError<F = Field> {
    /// Which parameter.
    pub field: F,
    /// Its value.
    pub value: u128,
    /// Smallest allowed value.
    pub min: u128,
    /// Largest allowed value.
    pub max: u128,
}

impl<F: fmt::Display> fmt::Display for ParamError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, value, min, max } = self;
        write!(f, "{field} is {value}, allowed is {min}..={max}")
    }
}

impl<F: fmt::Debug + fmt::Display> core::error::Error for ParamError<F> {}

pub(crate) fn within<F>(
    field: F,
    value: impl Into<u128>,
    min: impl Into<u128>,
    max: impl Into<u128>,
) -> Result<(), ParamError<F>> {
    let (value, min, max) = (value.into(), min.into(), max.into());
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(ParamError { field, value, min, max })
    }
}

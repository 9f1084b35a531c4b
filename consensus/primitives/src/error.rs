//! Why a number or a digest item is refused; one variant per rule, with what was found and what is allowed.

use core::fmt;

/// Why 32 bits are not compact bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BitsError {
    /// The value has a shorter or a positive form, or is zero (R1.2).
    NotCanonical {
        /// The bits as found.
        found: u32,
    },
    /// The target is above the easiest one (R1.2).
    AbovePowLimit {
        /// The bits as found.
        found: u32,
    },
}

impl fmt::Display for BitsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotCanonical { found } => {
                write!(f, "compact bits {found:#010x} are not canonical: positive, non-zero, smallest exponent")
            }
            Self::AbovePowLimit { found } => {
                write!(
                    f,
                    "compact bits {found:#010x} are above the proof-of-work limit {:#010x}",
                    crate::target::POW_LIMIT_BITS
                )
            }
        }
    }
}

impl core::error::Error for BitsError {}

/// The factor is outside `1.0..=MAX_FACTOR` (R1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactorError {
    /// The factor as found, in billionths.
    pub found: u64,
}

impl fmt::Display for FactorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (min, max) = (crate::factor::Factor::ONE.billionths(), crate::factor::Factor::MAX.billionths());
        write!(f, "factor of {} billionths is outside {min}..={max}", self.found)
    }
}

impl core::error::Error for FactorError {}

/// Why the payload of a digest item is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestError {
    /// The pre-runtime digest has the wrong length (R3.1).
    ClaimsLength {
        /// Bytes found; exactly [`crate::seal::CLAIMS_LEN`] are allowed.
        found: usize,
    },
    /// The seal has the wrong length (R3.2).
    SealLength {
        /// Bytes found; exactly [`crate::seal::SEAL_LEN`] are allowed.
        found: usize,
    },
    /// The claimed base bits are no compact bits (R1.2).
    Bits(BitsError),
    /// The claimed factor is out of range (R1.3).
    Factor(FactorError),
}

impl fmt::Display for DigestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClaimsLength { found } => {
                write!(f, "pre-runtime digest of {found} bytes, exactly {} expected", crate::seal::CLAIMS_LEN)
            }
            Self::SealLength { found } => {
                write!(f, "seal of {found} bytes, exactly {} expected", crate::seal::SEAL_LEN)
            }
            Self::Bits(error) => write!(f, "claimed base target: {error}"),
            Self::Factor(error) => write!(f, "claimed factor: {error}"),
        }
    }
}

impl core::error::Error for DigestError {}

impl From<BitsError> for DigestError {
    fn from(error: BitsError) -> Self {
        Self::Bits(error)
    }
}

impl From<FactorError> for DigestError {
    fn from(error: FactorError) -> Self {
        Self::Factor(error)
    }
}

//! The numbers of Proof-of-StakeWork: one pure function for each, called by the node, the pallets, the miner and the
//! simulator alike.
//!
//! Everything here is integer arithmetic with its rounding stated; nothing panics, reads a clock or touches state.
//! Rule numbers (`R7.3`) refer to `consensus/docs/SPEC.md`.
//!
//! | module | rules |
//! |---|---|
//! | [`target`] | R1.1, R1.2, R1.5, R3.3: targets, compact bits, work |
//! | [`factor`], [`curve`] | R1.3, R7.1, R7.3, R7.6: factors, boosts, the lead cap |
//! | [`credit`] | R7.2: the ration's index and an account's credit |
//! | [`retarget`] | R8.1, R8.3, R8.5: ASERT |
//! | [`header`], [`seal`] | R2.2 to R2.5, R3.1, R3.2, R5.2: what is hashed and what the block header carries |
//! | [`stake`] | R6.1, R6.8: weights and epochs |
//! | [`issuance`] | R9.1: subsidy |
//! | [`majority`] | section 0: what a majority attack needs |
//! | [`params`] | section 10: parameters, their bounds and their relations |
//!
//! From the state at a block's parent to the target that the block must meet:
//!
//! ```
//! use posw_primitives::{factor::factor, CompactBits, Credit, Curve, Factor};
//!
//! let base = CompactBits::try_from(0x1d00_ffff).expect("canonical");
//! let curve = Curve::Constant { boost: Factor::clamped(20_000_000_000) };
//! let boost = curve.boost(5_000, Factor::MAX);
//!
//! // A full credit makes a block twenty times cheaper, half a credit saves half as much work.
//! let full = base.target().effective(factor(boost, Credit::ONE));
//! assert_eq!(full.work(), base.work() / 20);
//! let half = factor(boost, Credit::from_units(Credit::ONE.units() / 2));
//! assert_eq!(half.inverse(), 525_000_000);
//! ```

#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::expect_used,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

pub mod credit;
pub mod curve;
pub mod error;
pub mod factor;
pub mod header;
pub mod issuance;
pub mod majority;
pub mod params;
pub mod retarget;
pub mod seal;
pub mod stake;
pub mod target;
mod wide;

pub use credit::{Credit, CreditAccount};
pub use curve::Curve;
pub use error::{BitsError, DigestError, FactorError};
pub use factor::Factor;
pub use header::WorkHeader;
pub use params::{DifficultyParams, Params, RewardParams, StakeParams};
pub use primitive_types::{U256, U512};
pub use seal::{Claims, Seal};
pub use stake::Epoch;
pub use target::{CompactBits, Target};

/// 1.0 as a fixed-point number of billionths: factors, boosts, shares, the ration and the lead (R1.3).
pub const BILLION: u64 = 1_000_000_000;

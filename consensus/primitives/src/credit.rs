//! The ration: an index that grows each block and the credit that weight earns by it (R7.2).

use crate::{
    wide::{narrow, narrow_128, TWO_POW_128},
    BILLION, U256, U512,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// What boosted blocks are paid with: 10^18 units pay for one block at the full boost (R1.3).
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub struct Credit(u128);

impl Credit {
    /// No credit.
    pub const ZERO: Self = Self(0);
    /// One block at the full boost.
    pub const ONE: Self = Self(1_000_000_000_000_000_000);

    /// A credit of so many units of 10^-18.
    pub const fn from_units(units: u128) -> Self {
        Self(units)
    }

    /// The credit in units of 10^-18.
    pub const fn units(self) -> u128 {
        self.0
    }
}

/// How far the index grows in one block: `floor(ration * 10^18 * 2^128 / W)`, `ration` in billionths.
///
/// Zero where nothing is staked.
///
/// # Consensus
/// R7.2. The index is scaled by 2^128.
pub fn index_step(ration: u64, total_weight: u128) -> U256 {
    // ration * 10^9 < 2^94, hence below 2^222 after the shift.
    let per_block = U256::from(ration).saturating_mul(U256::from(BILLION));
    per_block.saturating_mul(TWO_POW_128).checked_div(U256::from(total_weight)).unwrap_or_default()
}

/// The most credit that `weight` can hold: `floor(ration * 10^18 * horizon * w / W)`, `ration` in billionths.
///
/// # Consensus
/// R7.2.
pub fn credit_cap(ration: u64, horizon: u32, weight: u128, total_weight: u128) -> Credit {
    // 2^64 * 2^30 * 2^32 * 2^128 = 2^254.
    let share = U256::from(ration)
        .saturating_mul(U256::from(BILLION))
        .saturating_mul(U256::from(horizon))
        .saturating_mul(U256::from(weight))
        .checked_div(U256::from(total_weight))
        .unwrap_or_default();
    Credit(narrow_128(share))
}

/// An account's credit as of an index, with the fraction of a unit that was earned but not yet counted.
///
/// Keeping the fraction makes settling in many steps give exactly what settling in one gives.
///
/// ```
/// use posw_primitives::{credit::{credit_cap, index_step}, Credit, CreditAccount};
///
/// // A tenth of the stake under a ration of 2.0: a block's worth of credit every five blocks.
/// let (ration, weight, total) = (2_000_000_000, 3, 30);
/// let (step, cap) = (index_step(ration, total), credit_cap(ration, 360, weight, total));
/// let mut account = CreditAccount::default();
/// account.settle(weight, step * 5, cap);
/// // The index rounds down, and the account keeps what is left of the unit.
/// assert_eq!(account.spend().units(), Credit::ONE.units() - 1);
/// account.settle(weight, step * 1_000_000, cap);
/// assert_eq!(account.credit.units(), 72 * Credit::ONE.units());
/// ```
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct CreditAccount {
    /// Credit settled so far.
    pub credit: Credit,
    /// The index up to which it is settled.
    pub index: U256,
    /// Earned beyond `credit`, in units of 10^-18 * 2^-128.
    pub fraction: u128,
}

impl CreditAccount {
    /// An account whose weight begins to count at `index`: without credit (R7.2).
    pub fn empty(index: U256) -> Self {
        Self { credit: Credit::ZERO, index, fraction: 0 }
    }

    /// Credits what `weight` earned since the last settlement: `min(credit + floor(w * (I - I_last) / 2^128), cap)`.
    ///
    /// An index below the last one earns nothing. Settling at any indices in between changes nothing as long as the weight
    /// stays and the cap does not rise; what an earlier, lower cap cut off does not come back.
    ///
    /// # Consensus
    /// R7.2.
    pub fn settle(&mut self, weight: u128, index: U256, cap: Credit) {
        // 2^128 * 2^256 plus 2^128 plus 2^256 stays below 2^512.
        let earned = U256::from(weight)
            .full_mul(index.saturating_sub(self.index))
            .saturating_add(U512::from(self.fraction))
            .saturating_add(U256::from(self.credit.0).full_mul(TWO_POW_128));
        let limit = U256::from(cap.0).full_mul(TWO_POW_128);
        self.index = self.index.max(index);
        // Below 2^256, as the limit is.
        let [a, b, c, d] = narrow(earned.min(limit)).0;
        self.fraction = narrow_128(U256([a, b, 0, 0]));
        self.credit = Credit(narrow_128(U256([c, d, 0, 0])));
    }

    /// Lowers the credit to at most `cap`, as after a loss of weight (R7.2).
    pub fn clamp(&mut self, cap: Credit) {
        if self.credit >= cap {
            self.credit = cap;
            self.fraction = 0;
        }
    }

    /// Takes up to one block's credit and returns what was taken (R7.3).
    pub fn spend(&mut self) -> Credit {
        let spent = self.credit.min(Credit::ONE);
        self.credit = Credit(self.credit.0.saturating_sub(spent.0));
        spent
    }
}

//! Genesis: the check that a runtime makes before it builds, and what is built.

use crate::{BaseBits, Config, GenesisConfig, Pallet, Parameters};
use alloc::{format, string::String};
use posw_primitives::{CompactBits, DifficultyParams};

impl<T: Config> GenesisConfig<T> {
    /// Checks the starting difficulty; the parameters are checked with those of the other pallets, by
    /// [`Params::check`](posw_primitives::Params::check).
    ///
    /// # Errors
    /// Names the field, its value and what is allowed.
    ///
    /// # Consensus
    /// R8.4.
    pub fn check(&self) -> Result<(), String> {
        match self.starting_bits {
            Some(bits) => check_bits(bits, self.params.limit),
            None => Err("difficulty.startingBits is missing: how hard the first block is, in compact form".into()),
        }
    }

    pub(crate) fn build_storage(&self) {
        Parameters::<T>::put(self.params);
        BaseBits::<T>::put(self.starting());
    }

    /// Only tests of other pallets build what [`Self::check`] refuses.
    fn starting(&self) -> CompactBits {
        self.starting_bits.unwrap_or(self.params.limit)
    }
}

impl<T: Config> Pallet<T> {
    /// Checks the base target in storage, which a raw chain specification may have set.
    ///
    /// # Errors
    /// Names the field, its value and what is allowed.
    pub fn check_base_bits() -> Result<(), String> {
        check_bits(BaseBits::<T>::get(), Parameters::<T>::get().limit)
    }
}

/// No target is easier than the limit (R8.4).
fn check_bits(bits: CompactBits, limit: CompactBits) -> Result<(), String> {
    if bits.target() <= limit.target() {
        return Ok(());
    }
    let (found, allowed) = (bits.to_raw(), limit.to_raw());
    Err(format!("difficulty.startingBits is {found} ({bits}), allowed is at most the limit {allowed} ({limit})"))
}

/// The protocol's defaults (section 10): 15 s blocks, a half life and a longest gap of 72 of them.
pub(crate) fn default_params() -> DifficultyParams {
    const BLOCK_TIME: u64 = 15_000;
    const HALF_LIFE: u64 = BLOCK_TIME.saturating_mul(72);
    // Work 2^16: even a boost of 4,096 leaves 16 hashes.
    let limit = CompactBits::try_from(0x1f00_ffff).unwrap_or(CompactBits::POW_LIMIT);
    DifficultyParams { block_time: BLOCK_TIME, half_life: HALF_LIFE, max_gap: HALF_LIFE, limit }
}

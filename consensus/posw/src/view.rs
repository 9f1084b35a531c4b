//! What the node knows of the best chain's rules without asking the runtime: refreshed once per best block.

use crate::{error::ImportError, PoswBlock};
use parking_lot::RwLock;
use posw_primitives::{retarget::next_bits, Claims, Factor};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_posw::{Plausibility, PoswApi};
use sp_core::H256;
use std::sync::Arc;

/// How far ahead of the clock a block may be, in milliseconds (R8.2).
const MAX_AHEAD: u64 = 30_000;

/// The rules of the best chain, shared by the import, finality and authoring.
#[derive(Clone, Default)]
pub struct ChainView(Arc<RwLock<Option<View>>>);

/// The rules at one best block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// What the runtime says at the best block.
    pub best: Plausibility,
    /// Bound of boosts at the finalized block.
    pub finalized_max_boost: Factor,
    /// Number of the finalized block.
    pub finalized_number: u32,
}

impl ChainView {
    /// The latest view; `None` until somebody asks for one, and after each block of initial synchronisation.
    pub fn get(&self) -> Option<View> {
        *self.0.read()
    }

    /// The latest view, made now where there is none.
    ///
    /// # Errors
    /// Those of [`Self::refresh`].
    pub fn get_or_refresh<B, C>(&self, client: &C) -> Result<View, ImportError>
    where
        B: PoswBlock,
        C: ProvideRuntimeApi<B> + HeaderBackend<B>,
        C::Api: PoswApi<B>,
    {
        self.get().map_or_else(|| self.refresh::<B, C>(client), Ok)
    }

    /// Forgets the view, while blocks pass too quickly to ask about each.
    pub fn clear(&self) {
        *self.0.write() = None;
    }

    /// Asks the runtime at the best and at the finalized block.
    ///
    /// # Errors
    /// Where one of the two does not answer; the view is then forgotten.
    pub fn refresh<B, C>(&self, client: &C) -> Result<View, ImportError>
    where
        B: PoswBlock,
        C: ProvideRuntimeApi<B> + HeaderBackend<B>,
        C::Api: PoswApi<B>,
    {
        let info = client.info();
        let ask = |at: H256| {
            let answer = client.runtime_api().plausibility(at);
            answer.map_err(|error| ImportError::Runtime { at, reason: error.to_string() })
        };
        self.clear();
        let view = View {
            best: ask(info.best_hash)?,
            finalized_max_boost: ask(info.finalized_hash)?.max_boost,
            finalized_number: info.finalized_number,
        };
        *self.0.write() = Some(view);
        Ok(view)
    }
}

impl View {
    /// Why an announced block is not worth a runtime call yet; `now` in milliseconds since the Unix epoch.
    ///
    /// # Consensus
    /// Section 4, check 4: a node's policy, never validity.
    pub fn implausible(&self, number: u32, claims: &Claims, now: u64) -> Option<String> {
        if number <= self.finalized_number {
            return Some(format!("number {number} is not above the finalized one, {}", self.finalized_number));
        }
        let max_boost = self.best.max_boost.max(self.finalized_max_boost);
        if claims.factor > max_boost {
            return Some(format!("factor {} is above the largest boost, {max_boost}", claims.factor));
        }
        let anchor = &self.best.anchor;
        if number <= anchor.height || self.best.re_anchors_after.is_some_and(|last| number > last) {
            return None;
        }
        let numbers = &self.best.difficulty;
        let easiest = next_bits(
            anchor,
            number.saturating_sub(1),
            now.saturating_add(MAX_AHEAD),
            self.best.schedule_shift,
            numbers.block_time,
            numbers.half_life,
            numbers.limit,
        );
        (claims.bits.target() > easiest.target())
            .then(|| format!("base target {} is easier than the schedule allows now, {easiest}", claims.bits))
    }
}

//! What the node knows of the best chain's rules without asking the runtime: refreshed once per best block.

use crate::{error::ImportError, PoswBlock};
use parking_lot::RwLock;
use posw_primitives::{retarget::next_bits, Claims, CompactBits, Factor};
use sc_client_api::BlockBackend;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus::BlockStatus;
use sp_consensus_posw::{Plausibility, PoswApi};
use sp_core::H256;
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// How far ahead of the clock a block may be, in milliseconds (R8.2).
pub const MAX_AHEAD: u64 = 30_000;
/// How many times easier than the schedule allows an announced header may be and still be listened to.
const CHEAP: u64 = 16;

/// The rules of the best chain, shared by the import, finality and authoring.
#[derive(Clone, Default)]
pub struct ChainView(Arc<RwLock<Option<View>>>);

/// The rules at one best block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// What the runtime says at the best block.
    pub best: Plausibility,
    /// Bound of boosts at the finalized block, or at the best one where the state of the finalized one is gone.
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
        C: ProvideRuntimeApi<B> + HeaderBackend<B> + BlockBackend<B>,
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
    /// After a long synchronisation finality begins thousands of blocks below the best one, and the database has
    /// given up the states there. A view without the finalized state is no error, so that finality can begin all the same.
    ///
    /// # Errors
    /// Where one of the two does not answer; the view is then forgotten.
    pub fn refresh<B, C>(&self, client: &C) -> Result<View, ImportError>
    where
        B: PoswBlock,
        C: ProvideRuntimeApi<B> + HeaderBackend<B> + BlockBackend<B>,
        C::Api: PoswApi<B>,
    {
        let info = client.info();
        let ask = |at: H256| {
            let answer = client.runtime_api().plausibility(at);
            answer.map_err(|error| ImportError::Runtime { at, reason: error.to_string() })
        };
        let view = || {
            let best = ask(info.best_hash)?;
            let finalized_max_boost = match client.block_status(info.finalized_hash)? {
                BlockStatus::InChainPruned => best.max_boost,
                _ => ask(info.finalized_hash)?.max_boost,
            };
            Ok(View { best, finalized_max_boost, finalized_number: info.finalized_number })
        };
        // Announced headers are compared with the one before until there is an answer.
        let view = view();
        *self.0.write() = view.as_ref().ok().copied();
        view
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
        let max_boost = self.max_boost();
        if claims.factor > max_boost {
            return Some(format!("factor {} is above the largest boost, {max_boost}", claims.factor));
        }
        let easiest = self.easiest(number, now)?;
        (claims.bits.target() > easiest.target())
            .then(|| format!("base target {} is easier than the schedule allows now, {easiest}", claims.bits))
    }

    /// Whether a header takes so little work that whoever likes can announce any number of them; `now` as above.
    ///
    /// # Consensus
    /// Section 4: a node's policy, never validity.
    pub fn is_cheap(&self, number: u32, claims: &Claims, now: u64) -> bool {
        self.easiest(number, now).is_some_and(|easiest| {
            let honest = easiest.target().effective(self.max_boost());
            claims.effective_bits().target() > honest.target().scaled(CHEAP, 1)
        })
    }

    fn max_boost(&self) -> Factor {
        self.best.max_boost.max(self.finalized_max_boost)
    }

    /// The easiest base target at a height by the best chain's schedule; `None` where another one may be in force there.
    fn easiest(&self, number: u32, now: u64) -> Option<CompactBits> {
        let anchor = &self.best.anchor;
        if number <= anchor.height || self.best.re_anchors_after.is_some_and(|last| number > last) {
            return None;
        }
        let numbers = &self.best.difficulty;
        Some(next_bits(
            anchor,
            number.saturating_sub(1),
            now.saturating_add(MAX_AHEAD),
            self.best.schedule_shift,
            numbers.block_time,
            numbers.half_life,
            numbers.limit,
        ))
    }
}

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

//! Contextual checks, execution and fork choice (section 4, checks 4 to 6; section 5).
//!
//! Trusts the verifier for shape, work, signature and body: a block without its [`Verified`] is not imported. One import at a
//! time (R4.3): the lock is held from the first look at the best chain to the end of the write.

use crate::{
    aux_schema::{has_total_work, total_work},
    error::ImportError,
    fork_choice::{is_better, Head},
    hold::MiningHold,
    metrics::Metrics,
    notices::Notices,
    sync_state::SyncState,
    verifier::{work_hash, Verified, VERIFIED_KEY},
    view::{now, ChainView},
    PoswBlock,
};
use async_trait::async_trait;
use futures::lock::Mutex;
use posw_primitives::Claims;
use sc_client_api::{AuxStore, BlockBackend};
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ForkChoiceStrategy, ImportResult, StateAction};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus::{BlockOrigin, BlockStatus, Error as ConsensusError};
use sp_consensus_posw::PoswApi;
use sp_core::H256;
use sp_runtime::{
    traits::{Header, NumberFor},
    AccountId32,
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Held by whoever reads the best chain and then writes: imports and finality (R4.3).
pub type ImportLock = Arc<Mutex<()>>;

/// Our checks around the SDK's proof-of-work import.
pub struct PoswBlockImport<I, C> {
    inner: Arc<I>,
    client: Arc<C>,
    lock: ImportLock,
    view: ChainView,
    sync: SyncState,
    hold: MiningHold<C>,
    metrics: Metrics,
    notices: Arc<Notices>,
}

impl<I, C> Clone for PoswBlockImport<I, C> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            client: self.client.clone(),
            lock: self.lock.clone(),
            view: self.view.clone(),
            sync: self.sync.clone(),
            hold: self.hold.clone(),
            metrics: self.metrics.clone(),
            notices: self.notices.clone(),
        }
    }
}

impl<I, C> PoswBlockImport<I, C> {
    /// The import around `inner`, an `sc_consensus_pow::PowBlockImport` with [`crate::PoswAlgorithm`] around
    /// [`crate::BadBlocks`].
    pub fn new(
        inner: I,
        client: Arc<C>,
        view: ChainView,
        sync: SyncState,
        hold: MiningHold<C>,
        metrics: Metrics,
    ) -> Self {
        let (lock, notices) = (ImportLock::default(), Arc::default());
        Self { inner: Arc::new(inner), client, lock, view, sync, hold, metrics, notices }
    }

    /// The lock, for whoever else writes to the chain.
    pub fn lock(&self) -> ImportLock {
        self.lock.clone()
    }
}

impl<I, C> PoswBlockImport<I, C> {
    /// Judges a block and hands it on; the caller holds the lock.
    async fn import_locked<B>(&self, mut block: BlockImportParams<B>) -> Result<ImportResult, ConsensusError>
    where
        B: PoswBlock,
        I: BlockImport<B, Error = ConsensusError> + Send + Sync,
        C: ProvideRuntimeApi<B> + HeaderBackend<B> + BlockBackend<B> + AuxStore + Send + Sync,
        C::Api: PoswApi<B>,
    {
        let hash = block.post_hash();
        let (number, parent) = (*block.header.number(), *block.header.parent_hash());
        let origin = block.origin;
        let others = origin != BlockOrigin::Own;
        must_be_executed(hash, &block.state_action)?;
        let verified =
            block.remove_intermediate::<Verified>(VERIFIED_KEY).map_err(|_| ImportError::NotVerified(hash))?;
        let Some(parent_header) = self.client.header(parent).map_err(ImportError::from)? else {
            return Ok(ImportResult::UnknownParent);
        };
        // A block that is executed once more, to check it, has its place already.
        let cut_off = !block.import_existing && self.is_cut_off::<B>(parent, *parent_header.number())?;
        if cut_off || self.client.block_status(parent).map_err(ImportError::from)? != BlockStatus::InChainWithState {
            self.metrics.rejected("state");
            log::debug!(target: crate::LOG_TARGET, "block {number} ({hash:?}) is on a fork whose states are gone");
            if let Some(warning) = others.then(|| self.notices.cut_off(Instant::now())).flatten() {
                log::warn!(target: crate::LOG_TARGET, "🪓 {warning}");
            }
            return Ok(ImportResult::MissingState);
        }
        if origin == BlockOrigin::NetworkBroadcast && !self.is_plausible::<B>(number, &verified.claims) {
            return Ok(ImportResult::MissingState);
        }
        if !self.claims_are_true::<B>(parent, &verified.claims)? {
            return Ok(ImportResult::KnownBad);
        }
        let is_better = self.is_better::<B>(parent, &verified)?;
        block.fork_choice = Some(ForkChoiceStrategy::Custom(is_better));

        let result = match self.inner.import_block(block).await {
            Err(error) if is_from_network(origin) && is_of_inherents(&error) => {
                self.metrics.rejected("inherents");
                log::debug!(target: crate::LOG_TARGET, "block {number} ({hash:?}) set aside: {error}");
                return Ok(ImportResult::MissingState);
            }
            result => result?,
        };
        if matches!(result, ImportResult::Imported(_)) {
            if others {
                self.notices.imported();
            }
            if is_from_network(origin) {
                self.hold.release();
            }
            if origin == BlockOrigin::NetworkInitialSync {
                self.sync.imported(Instant::now());
            }
            if is_better {
                self.best_changed::<B>(origin, &verified.claims);
            }
        }
        Ok(result)
    }

    /// Whether children of a known block are on a fork that finality has cut off: its record of total work may be gone, which is
    /// no fault of this node's database.
    fn is_cut_off<B>(&self, hash: H256, number: u32) -> Result<bool, ImportError>
    where
        B: PoswBlock,
        C: HeaderBackend<B> + AuxStore,
    {
        let info = self.client.info();
        if number <= info.finalized_number {
            return Ok(hash != info.finalized_hash);
        }
        Ok(!has_total_work(self.client.as_ref(), hash)? && self.client.hash(number)? != Some(hash))
    }

    /// Check 4: whether announced claims are worth a runtime call on the block's parent. Not remembered, so that time can
    /// change the answer (R4.2).
    fn is_plausible<B>(&self, number: u32, claims: &Claims) -> bool
    where
        B: PoswBlock,
        C: ProvideRuntimeApi<B> + HeaderBackend<B> + BlockBackend<B>,
        C::Api: PoswApi<B>,
    {
        let view = match self.view.get_or_refresh::<B, C>(&self.client) {
            Ok(view) => view,
            Err(error) => {
                log::warn!(target: crate::LOG_TARGET, "Announced block {number} is not compared with the best chain: {error}");
                return true;
            }
        };
        let reason = view.implausible(number, claims, now());
        if let Some(reason) = &reason {
            self.metrics.rejected("plausibility");
            log::debug!(target: crate::LOG_TARGET, "announced block {number} set aside: {reason}");
            if let Some(notice) = self.notices.implausible(number, reason, Instant::now()) {
                log::info!(target: crate::LOG_TARGET, "{notice}");
            }
        }
        reason.is_none()
    }

    /// Check 5: the claims are what the parent's state gives. One runtime call.
    fn claims_are_true<B>(&self, parent: H256, claims: &Claims) -> Result<bool, ImportError>
    where
        B: PoswBlock,
        C: ProvideRuntimeApi<B>,
        C::Api: PoswApi<B>,
    {
        self.metrics.claims_computed();
        let answer = self.client.runtime_api().claims(parent, AccountId32::new(claims.miner));
        let expected = answer.map_err(|error| ImportError::Runtime { at: parent, reason: error.to_string() })?;
        if *claims == expected {
            return Ok(true);
        }
        self.metrics.rejected("claims");
        log::warn!(target: crate::LOG_TARGET, "❌ False claims on {parent:?}: found {claims:?}, expected {expected:?}");
        Ok(false)
    }

    /// Whether the chain that ends with a new block on `parent` is better than the best one (R5.1, R5.2).
    fn is_better<B>(&self, parent: H256, verified: &Verified) -> Result<bool, ImportError>
    where
        B: PoswBlock,
        C: HeaderBackend<B> + AuxStore,
    {
        let info = self.client.info();
        let work = |hash| total_work(self.client.as_ref(), hash, info.genesis_hash);
        let candidate = Head {
            total_work: work(parent)?.saturating_add(verified.claims.bits.work()),
            work_hash: Some(verified.work_hash),
        };
        let best_header = self.client.header(info.best_hash)?;
        let best = Head { total_work: work(info.best_hash)?, work_hash: best_header.and_then(work_hash) };
        Ok(is_better(&candidate, &best))
    }

    fn best_changed<B>(&self, origin: BlockOrigin, claims: &Claims)
    where
        B: PoswBlock,
        C: ProvideRuntimeApi<B> + HeaderBackend<B> + BlockBackend<B>,
        C::Api: PoswApi<B>,
    {
        self.metrics.base_difficulty(claims.bits.work());
        if matches!(origin, BlockOrigin::NetworkInitialSync | BlockOrigin::File) {
            return self.view.clear();
        }
        match self.view.refresh::<B, C>(&self.client) {
            Ok(view) => self.sync.set_block_time(Duration::from_millis(view.best.difficulty.block_time)),
            Err(error) => log::warn!(target: crate::LOG_TARGET, "The rules of the best chain are unknown: {error}"),
        }
    }
}

#[async_trait]
impl<B, I, C> BlockImport<B> for PoswBlockImport<I, C>
where
    B: PoswBlock,
    I: BlockImport<B, Error = ConsensusError> + Send + Sync,
    C: ProvideRuntimeApi<B> + HeaderBackend<B> + BlockBackend<B> + AuxStore + Send + Sync,
    C::Api: PoswApi<B>,
    NumberFor<B>: Send,
{
    type Error = ConsensusError;

    async fn check_block(&self, block: BlockCheckParams<B>) -> Result<ImportResult, ConsensusError> {
        self.inner.check_block(block).await
    }

    async fn import_block(&self, block: BlockImportParams<B>) -> Result<ImportResult, ConsensusError> {
        let _one_at_a_time = self.lock.lock().await;
        self.import_locked(block).await
    }
}

/// Whether peers have sent a block; nobody waits for the reason where it is refused.
fn is_from_network(origin: BlockOrigin) -> bool {
    matches!(origin, BlockOrigin::NetworkBroadcast | BlockOrigin::NetworkInitialSync | BlockOrigin::ConsensusBroadcast)
}

/// Whether a block's inherents were refused, of which time may mend some (R4.2). As an error it would restart synchronisation
/// each time that somebody sends it. The SDK's import passes its errors on as text.
fn is_of_inherents(error: &ConsensusError) -> bool {
    matches!(error, ConsensusError::ClientImport(text) if text.starts_with(INHERENTS))
}

/// How `sc_consensus_pow` begins to say that inherents were refused.
const INHERENTS: &str = "Checking inherents ";

/// Only blocks that are executed, or were when they were built, have a state in which their children can be judged.
fn must_be_executed<B: PoswBlock>(hash: H256, action: &StateAction<B>) -> Result<(), ImportError> {
    match action {
        StateAction::ApplyChanges(sc_consensus::StorageChanges::Import(_)) => Err(ImportError::WithState(hash)),
        StateAction::Skip => Err(ImportError::NotExecuted(hash)),
        StateAction::ApplyChanges(_) | StateAction::Execute | StateAction::ExecuteIfPossible => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sc_consensus_pow::Error;
    use sp_runtime::{generic, traits::BlakeTwo256, OpaqueExtrinsic};

    type Block = generic::Block<generic::Header<u32, BlakeTwo256>, OpaqueExtrinsic>;

    #[test]
    fn refused_inherents_are_told_from_other_failures() {
        let is_of_inherents = |error: Error<Block>| is_of_inherents(&error.into());
        assert!(is_of_inherents(Error::CheckInherents(sp_inherents::Error::FatalErrorReported)));
        assert!(is_of_inherents(Error::CheckInherentsUnknownError(*b"timstap0")));
        assert!(!is_of_inherents(Error::CreateInherents(sp_inherents::Error::FatalErrorReported)));
        assert!(!is_of_inherents(Error::Client(sp_blockchain::Error::InvalidStateRoot)));
    }
}

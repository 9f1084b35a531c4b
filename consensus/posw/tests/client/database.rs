//! The end of the import pipeline: stores what it is given in the fake client, and remembers it.

use crate::{
    chain::{Block, Header},
    fake::FakeClient,
};
use async_trait::async_trait;
use parking_lot::Mutex;
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ForkChoiceStrategy, ImportResult};
use sp_blockchain::{BlockStatus, HeaderBackend};
use sp_consensus::{BlockOrigin, Error, SelectChain};
use sp_core::H256;
use sp_inherents::CreateInherentDataProviders;
use sp_runtime::{generic::DigestItem, OpaqueExtrinsic};
use std::sync::{
    atomic::{AtomicUsize, Ordering::SeqCst},
    Arc,
};

/// A block as it reached the database.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) hash: H256,
    pub(crate) origin: BlockOrigin,
    pub(crate) is_best: bool,
    pub(crate) body: Option<Vec<OpaqueExtrinsic>>,
    pub(crate) post_digests: Vec<DigestItem>,
    /// The records that are written with it.
    pub(crate) records: Vec<(Vec<u8>, Option<Vec<u8>>)>,
}

#[derive(Default)]
struct State {
    received: Mutex<Vec<Received>>,
    failure: Mutex<Option<String>>,
    executed: AtomicUsize,
    turns: AtomicUsize,
    inside: AtomicUsize,
    most_inside: AtomicUsize,
}

/// Stores blocks.
#[derive(Clone)]
pub(crate) struct Database {
    client: Arc<FakeClient>,
    state: Arc<State>,
}

impl Database {
    pub(crate) fn new(client: Arc<FakeClient>) -> Self {
        Self { client, state: Arc::default() }
    }

    /// All blocks so far, in the order of their arrival.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.state.received.lock().clone()
    }

    /// Whether imports fail from now on.
    pub(crate) fn set_failing(&self, failing: bool) {
        self.fail_with(failing.then(|| "the disk is full".into()));
    }

    /// The text with which imports fail from now on, if any.
    pub(crate) fn fail_with(&self, failure: Option<String>) {
        *self.state.failure.lock() = failure;
    }

    /// How many blocks came as far as their execution.
    pub(crate) fn executed(&self) -> usize {
        self.state.executed.load(SeqCst)
    }

    /// Lets other tasks have so many turns during each import.
    pub(crate) fn set_slow(&self, turns: usize) {
        self.state.turns.store(turns, SeqCst);
    }

    /// The most imports that were in here at the same time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.state.most_inside.load(SeqCst)
    }

    fn store(&self, block: BlockImportParams<Block>) -> Result<ImportResult, Error> {
        self.state.executed.fetch_add(1, SeqCst);
        if let Some(failure) = self.state.failure.lock().clone() {
            return Err(Error::ClientImport(failure));
        }
        // As the SDK's client: it wants a decision, and everything that was left for others to be taken.
        let Some(ForkChoiceStrategy::Custom(is_best)) = block.fork_choice else {
            return Err(Error::ClientImport("no fork choice".into()));
        };
        if !block.intermediates.is_empty() {
            return Err(Error::ClientImport("intermediates are left".into()));
        }
        let header = block.post_header();
        let (hash, origin) = (block.post_hash(), block.origin);
        assert_eq!(header.hash(), hash);
        if !block.import_existing && matches!(self.client.status(hash), Ok(BlockStatus::InChain)) {
            return Ok(ImportResult::AlreadyInChain);
        }
        for (key, value) in &block.auxiliary {
            self.client.write_aux(key, value.as_deref());
        }
        let (body, post_digests, records) = (block.body, block.post_digests, block.auxiliary);
        self.state.received.lock().push(Received { hash, origin, is_best, body, post_digests, records });
        self.client.insert(&header, is_best, origin);
        Ok(ImportResult::imported(is_best))
    }
}

#[async_trait]
impl BlockImport<Block> for Database {
    type Error = Error;

    async fn check_block(&self, _: BlockCheckParams<Block>) -> Result<ImportResult, Error> {
        Ok(ImportResult::imported(false))
    }

    async fn import_block(&self, block: BlockImportParams<Block>) -> Result<ImportResult, Error> {
        let inside = self.state.inside.fetch_add(1, SeqCst) + 1;
        self.state.most_inside.fetch_max(inside, SeqCst);
        for _ in 0..self.state.turns.load(SeqCst) {
            tokio::task::yield_now().await;
        }
        let result = self.store(block);
        self.state.inside.fetch_sub(1, SeqCst);
        result
    }
}

/// The best chain, for the SDK's proof-of-work import.
#[derive(Clone)]
pub(crate) struct BestChain(pub(crate) Arc<FakeClient>);

#[async_trait]
impl SelectChain<Block> for BestChain {
    async fn leaves(&self) -> Result<Vec<H256>, Error> {
        Ok(vec![self.0.info().best_hash])
    }

    async fn best_chain(&self) -> Result<Header, Error> {
        Ok(self.0.best())
    }
}

/// Blocks without inherents.
pub(crate) struct NoInherents;

#[async_trait]
impl CreateInherentDataProviders<Block, ()> for NoInherents {
    type InherentDataProviders = ();

    async fn create_inherent_data_providers(
        &self,
        _: H256,
        (): (),
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        Ok(())
    }
}

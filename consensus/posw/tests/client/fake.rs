//! A client in memory around the fake runtime: keeps headers, heads and records.

use crate::{
    chain::{genesis, Block, Header},
    runtime::{FakeApi, Rules, Runtime},
};
use codec::Encode;
use parking_lot::Mutex;
use posw_primitives::U256;
use sc_client_api::{
    in_mem, AuxStore, BlockBackend, BlockImportNotification, BlockOf, BlockchainEvents, ClientImportOperation,
    FinalityNotification, FinalityNotifications, FinalizeSummary, Finalizer, ImportNotifications, OnFinalityAction,
    OnImportAction, PreCommitActions, StaleBlock, StorageEventStream, StorageKey, UnpinWorkerMessage,
};
use sc_consensus_pow::{PowAux, POW_AUX_PREFIX};
use sc_utils::mpsc::{tracing_unbounded, TracingUnboundedSender};
use sp_api::{ApiRef, ProvideRuntimeApi};
use sp_blockchain::{
    tree_route, BlockStatus, CachedHeaderMetadata, Error, HeaderBackend, HeaderMetadata, Info, Result, TreeRoute,
};
use sp_consensus::BlockOrigin;
use sp_core::H256;
use sp_runtime::{generic::SignedBlock, traits::Header as _, Justification, Justifications, OpaqueExtrinsic};
use std::{collections::HashMap, sync::Arc};

pub(crate) type Backend = in_mem::Backend<Block>;

/// Key of the record of a block's total work.
pub(crate) fn record_key(hash: H256) -> Vec<u8> {
    [&POW_AUX_PREFIX[..], hash.as_bytes()].concat()
}

/// A record of total work.
pub(crate) fn record(total: u64) -> Vec<u8> {
    PowAux { difficulty: U256::zero(), total_difficulty: U256::from(total) }.encode()
}

struct Chain {
    headers: HashMap<H256, Header>,
    /// The best chain, by number.
    best: Vec<H256>,
    finalized: u32,
}

/// The client.
pub(crate) struct FakeClient {
    runtime: Arc<Runtime>,
    chain: Mutex<Chain>,
    aux: Mutex<HashMap<Vec<u8>, Vec<u8>>>,
    listeners: Mutex<Vec<TracingUnboundedSender<BlockImportNotification<Block>>>>,
    finality_actions: Mutex<Vec<OnFinalityAction<Block>>>,
    /// Numbers of the blocks that were finalized by a call of their own.
    finalizations: Mutex<Vec<u32>>,
    unpin: TracingUnboundedSender<UnpinWorkerMessage<Block>>,
}

impl FakeClient {
    pub(crate) fn new() -> Self {
        let genesis = genesis();
        let hash = genesis.hash();
        Self {
            runtime: Arc::default(),
            chain: Mutex::new(Chain { headers: HashMap::from([(hash, genesis)]), best: vec![hash], finalized: 0 }),
            aux: Mutex::default(),
            listeners: Mutex::default(),
            finality_actions: Mutex::default(),
            finalizations: Mutex::default(),
            unpin: tracing_unbounded("unpin", 100_000).0,
        }
    }

    /// Changes what the runtime answers.
    pub(crate) fn rules(&self, change: impl FnOnce(&mut Rules)) {
        change(&mut self.runtime.rules.lock());
    }

    /// The runtime calls since the last time, by name.
    pub(crate) fn take_calls(&self) -> Vec<(&'static str, usize)> {
        self.runtime.take_calls()
    }

    pub(crate) fn best(&self) -> Header {
        self.header(self.info().best_hash).expect("in memory").expect("known")
    }

    /// Stores a block as an import does, and tells the listeners.
    pub(crate) fn insert(&self, header: &Header, is_best: bool, origin: BlockOrigin) {
        let route = tree_route(self, self.info().best_hash, header.parent_hash).expect("both are known");
        self.store(header, is_best);
        self.notify(header, is_best, origin, is_best.then(|| Arc::new(route)));
    }

    /// Lengthens the best chain by blocks that nobody looks into, and writes their records.
    pub(crate) fn grow(&self, blocks: u32) {
        for _ in 0..blocks {
            let best = self.best();
            let header = Header::new(best.number + 1, H256::zero(), H256::zero(), best.hash(), Default::default());
            self.store(&header, true);
            self.write_aux(&record_key(header.hash()), Some(&record(4_095 * u64::from(header.number))));
        }
    }

    /// Forgets the state of a block.
    pub(crate) fn prune(&self, hash: H256) {
        self.runtime.rules.lock().pruned.insert(hash);
    }

    /// Has the state of a block again.
    pub(crate) fn restore(&self, hash: H256) {
        self.runtime.rules.lock().pruned.remove(&hash);
    }

    /// Removes the last block of the best chain.
    pub(crate) fn revert(&self) {
        let mut chain = self.chain.lock();
        let hash = chain.best.pop().expect("not below genesis");
        chain.headers.remove(&hash);
    }

    /// Finalizes the block of the best chain with this number.
    pub(crate) fn finalize(&self, number: u32) {
        self.finalize_block(self.header_at(number).hash(), None, true).expect("in memory");
    }

    /// Tells the listeners of the best block once more.
    pub(crate) fn notify_best(&self) {
        self.notify(&self.best(), true, BlockOrigin::Own, None);
    }

    pub(crate) fn finalizations(&self) -> Vec<u32> {
        self.finalizations.lock().clone()
    }

    pub(crate) fn header_at(&self, number: u32) -> Header {
        let hash = self.hash(number).expect("in memory").expect("on the best chain");
        self.header(hash).expect("in memory").expect("known")
    }

    pub(crate) fn read_aux(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.aux.lock().get(key).cloned()
    }

    pub(crate) fn write_aux(&self, key: &[u8], value: Option<&[u8]>) {
        match value {
            Some(value) => self.aux.lock().insert(key.to_vec(), value.to_vec()),
            None => self.aux.lock().remove(key),
        };
    }

    fn store(&self, header: &Header, is_best: bool) {
        let mut chain = self.chain.lock();
        chain.headers.insert(header.hash(), header.clone());
        if is_best {
            let (mut at, mut path) = (header.clone(), Vec::new());
            while chain.best.get(at.number as usize) != Some(&at.hash()) {
                path.push(at.hash());
                at = chain.headers[&at.parent_hash].clone();
            }
            chain.best.truncate(at.number as usize + 1);
            chain.best.extend(path.into_iter().rev());
        }
    }

    fn notify(&self, header: &Header, is_best: bool, origin: BlockOrigin, route: Option<Arc<TreeRoute<Block>>>) {
        let unpin = || self.unpin.clone();
        self.listeners.lock().retain(|listener| {
            let (hash, route) = (header.hash(), route.clone());
            let news = BlockImportNotification::new(hash, origin, header.clone(), is_best, route, unpin());
            listener.unbounded_send(news).is_ok()
        });
    }
}

impl Chain {
    /// Whether a block is on a fork that branches off below the finalized block.
    fn is_stale(&self, header: &Header) -> bool {
        let mut at = header;
        while at.number > self.finalized {
            at = &self.headers[&at.parent_hash];
        }
        self.best[at.number as usize] != at.hash()
    }
}

impl HeaderBackend<Block> for FakeClient {
    fn header(&self, hash: H256) -> Result<Option<Header>> {
        Ok(self.chain.lock().headers.get(&hash).cloned())
    }

    fn info(&self) -> Info<Block> {
        let chain = self.chain.lock();
        let best_hash = *chain.best.last().expect("genesis");
        Info {
            best_hash,
            best_number: chain.headers[&best_hash].number,
            genesis_hash: chain.best[0],
            finalized_hash: chain.best[chain.finalized as usize],
            finalized_number: chain.finalized,
            finalized_state: None,
            number_leaves: 1,
            block_gap: None,
        }
    }

    fn status(&self, hash: H256) -> Result<BlockStatus> {
        let known = self.chain.lock().headers.contains_key(&hash);
        Ok(if known { BlockStatus::InChain } else { BlockStatus::Unknown })
    }

    fn number(&self, hash: H256) -> Result<Option<u32>> {
        Ok(self.chain.lock().headers.get(&hash).map(|header| header.number))
    }

    fn hash(&self, number: u32) -> Result<Option<H256>> {
        Ok(self.chain.lock().best.get(number as usize).copied())
    }
}

/// Only the status is asked for.
impl BlockBackend<Block> for FakeClient {
    fn block_status(&self, hash: H256) -> Result<sp_consensus::BlockStatus> {
        let chain = self.chain.lock();
        Ok(match chain.headers.contains_key(&hash) {
            false => sp_consensus::BlockStatus::Unknown,
            true if self.runtime.rules.lock().pruned.contains(&hash) => sp_consensus::BlockStatus::InChainPruned,
            true => sp_consensus::BlockStatus::InChainWithState,
        })
    }

    fn block_body(&self, _: H256) -> Result<Option<Vec<OpaqueExtrinsic>>> {
        unimplemented!()
    }

    fn block_indexed_body(&self, _: H256) -> Result<Option<Vec<Vec<u8>>>> {
        unimplemented!()
    }

    fn block_indexed_hashes(&self, _: H256) -> Result<Option<Vec<H256>>> {
        unimplemented!()
    }

    fn block(&self, _: H256) -> Result<Option<SignedBlock<Block>>> {
        unimplemented!()
    }

    fn justifications(&self, _: H256) -> Result<Option<Justifications>> {
        unimplemented!()
    }

    fn block_hash(&self, _: u32) -> Result<Option<H256>> {
        unimplemented!()
    }

    fn indexed_transaction(&self, _: H256) -> Result<Option<Vec<u8>>> {
        unimplemented!()
    }

    fn requires_full_sync(&self) -> bool {
        unimplemented!()
    }
}

impl HeaderMetadata<Block> for FakeClient {
    type Error = Error;

    fn header_metadata(&self, hash: H256) -> Result<CachedHeaderMetadata<Block>> {
        let header = self.header(hash)?.ok_or_else(|| Error::UnknownBlock(format!("{hash:?}")))?;
        Ok(CachedHeaderMetadata::from(&header))
    }

    fn insert_header_metadata(&self, _: H256, _: CachedHeaderMetadata<Block>) {}

    fn remove_header_metadata(&self, _: H256) {}
}

impl AuxStore for FakeClient {
    fn insert_aux<'a, 'b: 'a, 'c: 'a, I, D>(&self, insert: I, delete: D) -> Result<()>
    where
        I: IntoIterator<Item = &'a (&'c [u8], &'c [u8])>,
        D: IntoIterator<Item = &'a &'b [u8]>,
    {
        insert.into_iter().for_each(|(key, value)| self.write_aux(key, Some(value)));
        delete.into_iter().for_each(|key| self.write_aux(key, None));
        Ok(())
    }

    fn get_aux(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.read_aux(key))
    }
}

impl ProvideRuntimeApi<Block> for FakeClient {
    type Api = FakeApi;

    fn runtime_api(&self) -> ApiRef<'_, FakeApi> {
        FakeApi(self.runtime.clone()).into()
    }
}

impl BlockOf for FakeClient {
    type Type = Block;
}

impl BlockchainEvents<Block> for FakeClient {
    fn import_notification_stream(&self) -> ImportNotifications<Block> {
        let (sender, receiver) = tracing_unbounded("imports", 100_000);
        self.listeners.lock().push(sender);
        receiver
    }

    fn every_import_notification_stream(&self) -> ImportNotifications<Block> {
        self.import_notification_stream()
    }

    fn finality_notification_stream(&self) -> FinalityNotifications<Block> {
        unreachable!("nothing here listens to finality")
    }

    fn storage_changes_notification_stream(
        &self,
        _: Option<&[StorageKey]>,
        _: Option<&[(StorageKey, Option<Vec<StorageKey>>)]>,
    ) -> Result<StorageEventStream<H256>> {
        unreachable!("nothing here listens to storage")
    }
}

impl PreCommitActions<Block> for FakeClient {
    fn register_import_action(&self, _: OnImportAction<Block>) {
        unreachable!("nothing here acts on imports")
    }

    fn register_finality_action(&self, action: OnFinalityAction<Block>) {
        self.finality_actions.lock().push(action);
    }
}

impl Finalizer<Block, Backend> for FakeClient {
    fn apply_finality(
        &self,
        _: &mut ClientImportOperation<Block, Backend>,
        _: H256,
        _: Option<Justification>,
        _: bool,
    ) -> Result<()> {
        unreachable!("blocks are finalized by calls of their own")
    }

    /// Finalizes a block of the best chain; runs the registered actions as part of it.
    fn finalize_block(&self, hash: H256, _: Option<Justification>, _: bool) -> Result<()> {
        let header = self.header(hash)?.ok_or_else(|| Error::UnknownBlock(format!("{hash:?}")))?;
        let number = header.number;
        let summary = {
            let mut chain = self.chain.lock();
            assert_eq!(chain.best[number as usize], hash, "not on the best chain");
            let finalized = chain.best[chain.finalized as usize + 1..=number as usize].to_vec();
            chain.finalized = number;
            let stale = chain.headers.values().filter(|block| chain.is_stale(block));
            let stale_blocks = stale.map(|block| StaleBlock { hash: block.hash(), is_head: false }).collect();
            FinalizeSummary { header, finalized, stale_blocks }
        };
        self.finalizations.lock().push(number);
        let notification = FinalityNotification::from_summary(summary, self.unpin.clone());
        for (key, value) in self.finality_actions.lock().iter().flat_map(|action| action(&notification)) {
            self.write_aux(&key, value.as_deref());
        }
        Ok(())
    }
}

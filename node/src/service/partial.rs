//! The parts of a node that commands need too: database, client, keystore, consensus, import queue.

use super::{executor::executor, Backend, Block, Client, Import, Pool, ReplaceRules, Rules, RuntimeApi};
use crate::error::{Error, Result};
use async_trait::async_trait;
use futures::future::BoxFuture;
use sc_consensus::{BasicQueue, BlockImportParams, BoxBlockImport, LongestChain, Verifier};
use sc_consensus_posw::{
    aux_schema, BadBlocks, ChainView, Metrics, MiningHold, PoswAlgorithm, PoswBlockImport, PoswVerifier, SyncState,
};
use sc_consensus_pow::PowBlockImport;
use sc_service::{Configuration, KeystoreContainer, SpawnTaskHandle, TaskManager};
use sc_telemetry::{Telemetry, TelemetryWorker};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_posw::PoswApi;
use sp_core::traits::SpawnEssentialNamed;
use sp_timestamp::InherentDataProvider as Timestamp;
use std::{sync::Arc, time::Duration};

/// Messages to telemetry servers that wait to be sent.
const TELEMETRY_BUFFER: usize = 16;

/// What a node is made of before it joins a network.
pub struct Partial {
    /// Executes and stores blocks.
    pub client: Arc<Client>,
    /// The database.
    pub backend: Arc<Backend>,
    /// Runs the node's tasks.
    pub task_manager: TaskManager,
    /// Keys.
    pub keystore: KeystoreContainer,
    /// Imports this node's own blocks, and has the lock of R4.3.
    pub import: Import,
    /// Prepares this node's own blocks for the import.
    pub verifier: PoswVerifier,
    /// The rules of the best chain.
    pub view: ChainView,
    /// Whether the node is catching up.
    pub sync: SyncState,
    /// Whether mining waits until the node has met others.
    pub hold: MiningHold<Client>,
    /// Metrics of consensus and mining.
    pub metrics: Metrics,
    /// Reports to the servers that the operator named.
    pub telemetry: Option<Telemetry>,
}

/// Opens the database and makes what stands on it.
///
/// # Errors
/// Where the database, the keystore or the chain's parameters are not usable.
pub fn partial(config: &Configuration) -> Result<Partial> {
    let telemetry = telemetry(config)?;
    let telemetry_handle = telemetry.as_ref().map(Telemetry::handle);
    let (client, backend, keystore, task_manager) =
        sc_service::new_full_parts::<Block, RuntimeApi, _>(config, telemetry_handle, executor(config), Vec::new())?;
    let client = Arc::new(client);
    check_params(&client)?;
    aux_schema::check_version::<Block, _>(&*client)?;
    aux_schema::prune_with_finality::<Block, _>(&*client);

    let metrics = Metrics::new(config.prometheus_registry()).map_err(sc_service::Error::from)?;
    let (view, sync) = (ChainView::default(), SyncState::new(block_time(&client)?));
    let hold = MiningHold::load(client.clone())?;
    let inner = pow_import(&client, &backend, metrics.clone());
    let import = PoswBlockImport::new(inner, client.clone(), view.clone(), sync.clone(), hold.clone(), metrics.clone());
    let verifier = PoswVerifier::new(client.info().genesis_hash, metrics.clone());
    Ok(Partial { client, backend, task_manager, keystore, import, verifier, view, sync, hold, metrics, telemetry })
}

impl Partial {
    /// The queue of blocks that come from elsewhere; it lives as long as somebody holds it.
    pub fn import_queue(&self, config: &Configuration, replace_rules: Option<ReplaceRules>) -> BasicQueue<Block> {
        let rules = Rules { verifier: Box::new(self.verifier.clone()), import: Box::new(self.import.clone()) };
        let rules = match replace_rules {
            Some(replace) => replace(self.client.clone(), rules),
            None => rules,
        };
        let spawner = self.task_manager.spawn_essential_handle();
        BasicQueue::new(BoxedVerifier(rules.verifier), rules.import, None, &spawner, config.prometheus_registry())
    }

    /// A transaction pool; it lives as long as somebody holds it.
    pub(super) fn pool(&self, config: &Configuration) -> Arc<Pool> {
        let spawner = PoolSpawner(self.task_manager.spawn_handle());
        let pool = sc_transaction_pool::Builder::new(spawner, self.client.clone(), config.role.is_authority().into())
            .with_options(config.transaction_pool.clone())
            .with_prometheus(config.prometheus_registry())
            .build();
        Arc::new(pool)
    }
}

/// The SDK's import, with the checks of inherents at every height (R8.2).
fn pow_import(client: &Arc<Client>, backend: &Arc<Backend>, metrics: Metrics) -> BoxBlockImport<Block> {
    Box::new(PowBlockImport::new(
        BadBlocks::new(client.clone(), metrics),
        client.clone(),
        PoswAlgorithm::new(client.clone()),
        0,
        LongestChain::new(backend.clone()),
        |_, ()| async { Ok(Timestamp::from_system_time()) },
    ))
}

/// Refuses a chain whose specification brings parameters out of range. Later a new runtime may have narrower ranges than what
/// is in force; that is for governance to mend, on a running chain (section 10).
fn check_params(client: &Client) -> Result<()> {
    let info = client.info();
    match client.runtime_api().check_params(info.best_hash)? {
        Err(reason) if info.best_hash == info.genesis_hash => Err(Error::Params(reason)),
        Err(reason) => {
            log::warn!("The chain's parameters are out of the ranges that its runtime allows: {reason}");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

fn block_time(client: &Client) -> Result<Duration> {
    let rules = client.runtime_api().plausibility(client.info().best_hash)?;
    Ok(Duration::from_millis(rules.difficulty.block_time))
}

fn telemetry(config: &Configuration) -> Result<Option<Telemetry>> {
    let Some(endpoints) = config.telemetry_endpoints.clone().filter(|endpoints| !endpoints.is_empty()) else {
        return Ok(None);
    };
    let worker = TelemetryWorker::new(TELEMETRY_BUFFER).map_err(sc_service::Error::from)?;
    let telemetry = worker.handle().new_telemetry(endpoints);
    config.tokio_handle.spawn(worker.run());
    Ok(Some(telemetry))
}

/// Spawns the pool's tasks, which it wants to be essential, as ordinary ones.
///
/// They end with the pool, that is with the node, and the SDK would report the end of an essential task as a failure. A panic
/// of any task ends the node.
#[derive(Clone)]
struct PoolSpawner(SpawnTaskHandle);

impl SpawnEssentialNamed for PoolSpawner {
    fn spawn_essential_blocking(&self, name: &'static str, group: Option<&'static str>, task: BoxFuture<'static, ()>) {
        self.0.spawn_blocking(name, group, task);
    }

    fn spawn_essential(&self, name: &'static str, group: Option<&'static str>, task: BoxFuture<'static, ()>) {
        self.0.spawn(name, group, task);
    }
}

/// The import queue takes a verifier by its type.
struct BoxedVerifier(Box<dyn Verifier<Block>>);

#[async_trait]
impl Verifier<Block> for BoxedVerifier {
    async fn verify(&self, block: BlockImportParams<Block>) -> std::result::Result<BlockImportParams<Block>, String> {
        self.0.verify(block).await
    }
}

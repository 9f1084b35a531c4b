//! Between the job source, which makes blocks, and those who know only work headers: the sealing threads, and miners elsewhere
//! (R11.1).

mod info;
mod sealing;

use super::{partial::Partial, Block, Client, Pool};
use crate::{
    cli,
    error::{Error, Result},
    key::insert_command,
};
use futures::StreamExt;
use info::HashRate;
pub use info::{MiningInfo, Work};
use parking_lot::Mutex;
use posw_primitives::Claims;
use posw_sealer::Worker;
use sc_basic_authorship::ProposerFactory;
use sc_consensus_posw::{
    EmptyBlocks, Job, JobSource, Metrics, MiningConfig, MiningHandle, MiningHold, Outcome, Parts, Solution,
};
use sc_service::Configuration;
use sc_transaction_pool_api::TransactionPool;
use sealing::{Rates, Sealing};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_posw::{PoswApi, KEY_TYPE};
use sp_keystore::Keystore;
use sp_timestamp::InherentDataProvider as Timestamp;
use std::{io, sync::Arc};
use tokio::sync::watch;

/// A node's mining: where work comes from and goes to, and the threads that do it here.
pub struct Mining {
    miner: String,
    handle: MiningHandle,
    hold: MiningHold<Client>,
    worker: Arc<Worker>,
    kernel: &'static str,
    rates: Arc<Mutex<Rates>>,
    metrics: Metrics,
}

/// How the sealing threads are to run; what is `None` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whether they hash.
    pub enabled: Option<bool>,
    /// How many there are, at most [`posw_sealer::MAX_THREADS`].
    pub threads: Option<usize>,
    /// Percentage of the time in which they hash, at most 100.
    pub duty_cycle: Option<u8>,
}

impl Mining {
    /// The current job and its changes.
    pub fn jobs(&self) -> watch::Receiver<Option<Arc<Job>>> {
        self.handle.jobs()
    }

    /// The current job.
    pub fn job(&self) -> Option<Arc<Job>> {
        self.handle.jobs().borrow().clone()
    }

    /// Hands in a solution of a miner elsewhere; `None` where too many wait already.
    pub async fn submit(&self, solution: Solution) -> Option<Outcome> {
        self.handle.try_submit(solution).await
    }

    /// Steers the sealing threads. To switch them on is to mine, also alone after a recovery.
    ///
    /// # Errors
    /// Where the system gives no more threads; then there are as many as it gave, and the rest stays.
    pub fn set(&self, settings: Settings) -> io::Result<()> {
        let Settings { enabled, threads, duty_cycle } = settings;
        if let Some(threads) = threads {
            self.worker.set_threads(threads)?;
        }
        if let Some(duty_cycle) = duty_cycle {
            self.worker.set_duty_cycle(duty_cycle);
        }
        if let Some(enabled) = enabled {
            self.worker.set_enabled(enabled);
            if enabled {
                self.hold.release();
            }
        }
        let state = if self.worker.is_enabled() { "on" } else { "off" };
        let (threads, duty_cycle) = (self.worker.threads(), self.worker.duty_cycle());
        log::info!("⛏ Sealing is {state}: {threads} thread(s), {duty_cycle} % of the time");
        Ok(())
    }

    /// How mining stands.
    pub fn info(&self) -> MiningInfo {
        let counts = self.metrics.counts();
        MiningInfo {
            mining: true,
            miner: Some(self.miner.clone()),
            held: self.hold.is_set(),
            enabled: self.worker.is_enabled(),
            threads: self.worker.threads(),
            duty_cycle: self.worker.duty_cycle(),
            kernel: Some(self.kernel),
            hash_rate: self.hash_rate(),
            hashes: self.worker.statistics().hashes,
            accepted: counts.mined,
            stale: counts.stale,
            orphaned: counts.orphaned,
            job: self.job().as_deref().map(Work::from),
        }
    }

    fn hash_rate(&self) -> HashRate {
        self.rates.lock().read(self.worker.statistics().hashes)
    }
}

/// Starts to mine.
///
/// # Errors
/// Where there is no key to seal with, or no thread to be had.
pub(super) fn start(
    options: &cli::Mining,
    partial: &Partial,
    pool: Arc<Pool>,
    config: &Configuration,
) -> Result<Arc<Mining>> {
    let Partial { client, task_manager, keystore, import, verifier, sync, hold, metrics, telemetry, .. } = partial;
    let registry = config.prometheus_registry();
    let miner = options.miner.address(&*config.chain_spec);
    let claims = client.runtime_api().claims(client.info().best_hash, options.miner.account.clone())?;
    provide_key(options, &claims, partial, config)?;

    let telemetry = telemetry.as_ref().map(sc_telemetry::Telemetry::handle);
    let spawner = task_manager.spawn_handle();
    let parts = Parts {
        client: client.clone(),
        empty: EmptyBlocks::new(client.clone()),
        full: ProposerFactory::new(spawner, client.clone(), pool.clone(), registry, telemetry),
        inherents: |_, ()| async { Ok(Timestamp::from_system_time()) },
        keystore: keystore.local_keystore(),
        import: Box::new(import.clone()),
        verifier: verifier.clone(),
        transactions: pool.import_notification_stream().map(drop).boxed(),
        has_transactions: Box::new(move || pool.status().ready > 0),
        sync: sync.clone(),
        hold: hold.clone(),
        metrics: metrics.clone(),
    };
    let job_config =
        MiningConfig { refresh: options.template_refresh, ..MiningConfig::new(options.miner.account.clone()) };
    let (source, handle) = JobSource::<Block, Client, _, _, _>::new(parts, job_config);
    let sealing = Sealing::new(options, metrics)?;
    let (worker, kernel) = (sealing.worker.clone(), sealing.kernel);
    let (threads, factor) = (options.threads, claims.factor);
    log::info!("⛏ Mining as {miner} with {threads} thread(s) of kernel {kernel}, factor {factor}");

    // The SDK reports the end of an essential task as a failure, also when the node ends. A panic of any task ends the node.
    let spawner = task_manager.spawn_handle();
    spawner.spawn_blocking("job-source", Some("mining"), source.run());
    let rates = Arc::new(Mutex::new(Rates::new()));
    let sealing = sealing.run(handle.clone(), metrics.clone(), rates.clone());
    spawner.spawn("sealing", Some("mining"), sealing);
    let hold = hold.clone();
    Ok(Arc::new(Mining { miner, handle, hold, worker, kernel, rates, metrics: metrics.clone() }))
}

/// Puts a development account's key, which everybody knows, into memory; any other key has to be in the keystore.
///
/// A key that the chain expects at the best block may be another one than at the network's, which this node does not know
/// yet. So only a keystore without any sealing key keeps the node from starting.
fn provide_key(options: &cli::Mining, claims: &Claims, partial: &Partial, config: &Configuration) -> Result<()> {
    let keystore = partial.keystore.local_keystore();
    let failed = |error: sp_keystore::Error| Error::Keystore(error.to_string());
    if let Some(keyring) = options.miner.development {
        let seed = format!("//{}", <&str>::from(keyring));
        keystore.sr25519_generate_new(KEY_TYPE, Some(&seed)).map_err(failed)?;
    }
    if keystore.has_keys(&[(claims.sealing_key.to_vec(), KEY_TYPE)]) {
        return Ok(());
    }
    let miner = options.miner.address(&*config.chain_spec);
    let key = array_bytes::bytes2hex("0x", claims.sealing_key);
    if keystore.keys(KEY_TYPE).map_err(failed)?.is_empty() {
        return Err(Error::NoSealingKey { miner, key, command: insert_command(&config.keystore) });
    }
    log::warn!("⛏ The keystore lacks the sealing key {key} that the chain expects of {miner} at the best known block");
    Ok(())
}

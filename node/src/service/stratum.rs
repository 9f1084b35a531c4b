//! The Stratum server of a node that mines: jobs there, solutions back (R11.3), metrics.

use super::Mining;
use crate::{
    cli,
    error::{Error, Result},
};
use posw_stratum::{Access, Config, Job, JobFeed, Outcome, Pool, Server, Solution, Statistics};
use sc_consensus_posw as posw;
use sc_service::{Configuration, TaskManager};
use std::sync::Arc;
use substrate_prometheus_endpoint::{
    prometheus::core::Collector, MetricSource, Opts, PrometheusError, Registry, SourcedCounter, SourcedGauge,
};
use tokio::sync::watch;

/// File of the workers' accounts, beside the keystore and the database.
const ACCOUNTS: &str = "stratum-accounts.json";
/// Workers that have metrics of their own: those with the newest shares. RPC tells of all.
const WORKERS_WITH_METRICS: usize = 256;

/// Starts to serve.
///
/// # Errors
/// Where the address cannot be listened at, or one of the server's files cannot be read.
pub(super) async fn start(
    options: &cli::Stratum,
    mining: &Arc<Mining>,
    task_manager: &TaskManager,
    config: &Configuration,
) -> Result<Arc<Pool>> {
    let access = match &options.passwords {
        Some(path) => Access::from_file(path)
            .map_err(|source| Error::Io { context: format!("passwords in {}", path.display()), source })?,
        None => Access::Open,
    };
    let stratum = Config {
        access: Arc::new(access),
        difficulty: options.difficulty,
        limits: options.limits,
        accounts: Some(config.base_path.config_dir(config.chain_spec.id()).join(ACCOUNTS)),
        ..Config::new(options.address)
    };
    let (jobs, receiver) = watch::channel(mining.job().as_deref().map(stratum_job));
    let submitter = mining.clone();
    let feed = JobFeed::new(receiver, move |solution| submit(submitter.clone(), solution));
    let server = Server::bind(stratum, feed).await.map_err(Error::Stratum)?;
    let (pool, address) = (server.pool(), server.address());
    if let Some(registry) = config.prometheus_registry() {
        register_metrics(&pool, registry).map_err(sc_service::Error::from)?;
    }
    log::info!("⛏ Stratum server: addr={address}");
    let spawner = task_manager.spawn_handle();
    spawner.spawn("stratum-jobs", Some("mining"), forward(mining.jobs(), jobs));
    spawner.spawn("stratum", Some("mining"), server.run());
    Ok(pool)
}

/// Gives the server each job that the node makes.
async fn forward(mut from: watch::Receiver<Option<Arc<posw::Job>>>, to: watch::Sender<Option<Arc<Job>>>) {
    while from.changed().await.is_ok() {
        let job = from.borrow_and_update().as_deref().map(stratum_job);
        to.send_replace(job);
    }
}

fn stratum_job(job: &posw::Job) -> Arc<Job> {
    let posw::Job { id, number, parent, header, .. } = job;
    let (commitment, bits) = (header.commitment, header.bits);
    Arc::new(Job { id: *id, parent: parent.to_fixed_bytes(), number: *number, commitment, bits })
}

async fn submit(mining: Arc<Mining>, solution: Solution) -> Outcome {
    let posw_primitives::WorkHeader { version, root, time, nonce, .. } = solution.header;
    let solution = posw::Solution { job: solution.job, version, root, time, nonce };
    match mining.submit(solution).await {
        Some(posw::Outcome::Imported(_)) => Outcome::Imported,
        Some(posw::Outcome::Stale(_)) => Outcome::Stale,
        Some(outcome @ (posw::Outcome::Unsolved | posw::Outcome::Failed(_))) => Outcome::Failed(outcome.to_string()),
        None => Outcome::Failed("too many solutions wait".into()),
    }
}

/// A number of the server, read when it is asked for.
#[derive(Clone)]
struct Total {
    pool: Arc<Pool>,
    read: fn(&Statistics) -> u64,
}

impl MetricSource for Total {
    type N = u64;

    fn collect(&self, mut set: impl FnMut(&[&str], u64)) {
        set(&[], (self.read)(&self.pool.statistics()));
    }
}

/// A number of each worker.
#[derive(Clone)]
struct OfWorkers {
    pool: Arc<Pool>,
    read: fn(&posw_stratum::Worker) -> f64,
}

impl MetricSource for OfWorkers {
    type N = f64;

    fn collect(&self, mut set: impl FnMut(&[&str], f64)) {
        let mut workers = self.pool.workers();
        workers.sort_unstable_by_key(|worker| std::cmp::Reverse(worker.last_share));
        for worker in workers.iter().take(WORKERS_WITH_METRICS) {
            set(&[&worker.user], (self.read)(worker));
        }
    }
}

fn register_metrics(pool: &Arc<Pool>, registry: &Registry) -> std::result::Result<(), PrometheusError> {
    let add = |metric: Box<dyn Collector>| registry.register(metric);
    let total = |read: fn(&Statistics) -> u64| Total { pool: pool.clone(), read };
    let gauge = |name: &str, help: &str, read| add(Box::new(SourcedGauge::new(&Opts::new(name, help), total(read))?));
    let counter =
        |name: &str, help: &str, read| add(Box::new(SourcedCounter::new(&Opts::new(name, help), total(read))?));
    let worker_gauge = |name: &str, help: &str, read: fn(&posw_stratum::Worker) -> f64| {
        let opts = Opts::new(name, help).variable_label("worker");
        add(Box::new(SourcedGauge::new(&opts, OfWorkers { pool: pool.clone(), read })?))
    };
    gauge("posw_stratum_connections", "Stratum connections", |now| now.connections)?;
    gauge("posw_stratum_banned", "Addresses that are banned", |now| now.banned)?;
    gauge("posw_stratum_workers", "Workers with an account", |now| now.workers)?;
    counter("posw_stratum_admitted_total", "Connections let in", |now| now.admitted)?;
    counter("posw_stratum_turned_away_total", "Connections turned away", |now| now.turned_away)?;
    counter("posw_stratum_bans_total", "Bans", |now| now.bans)?;
    counter("posw_stratum_faults_total", "Requests refused that were no shares", |now| now.faults)?;
    counter("posw_stratum_shares_accepted_total", "Shares accepted", |now| now.accepted)?;
    counter("posw_stratum_shares_stale_total", "Shares that came too late", |now| now.stale)?;
    counter("posw_stratum_shares_rejected_total", "Shares refused for another reason", |now| now.rejected)?;
    counter("posw_stratum_blocks_total", "Blocks found by workers and imported", |now| now.blocks)?;
    counter("posw_stratum_blocks_stale_total", "Solutions that came too late", |now| now.blocks_stale)?;
    counter("posw_stratum_blocks_failed_total", "Solutions that were not imported", |now| now.blocks_failed)?;
    counter("posw_stratum_save_failures_total", "Times that accounts were not saved", |now| now.save_failures)?;
    worker_gauge("posw_stratum_worker_accepted", "Shares of a worker", |worker| worker.accepted as f64)?;
    worker_gauge("posw_stratum_worker_stale", "Late shares of a worker", |worker| worker.stale as f64)?;
    worker_gauge("posw_stratum_worker_rejected", "Refused shares of a worker", |worker| worker.rejected as f64)?;
    worker_gauge("posw_stratum_worker_hash_rate", "Hashes per second", |worker| worker.hash_rate as f64)?;
    worker_gauge("posw_stratum_worker_last_share", "Seconds since 1970", |worker| worker.last_share as f64)
}

//! The Stratum server of a node that mines: jobs there, solutions back (R11.3).

mod metrics;

use super::Mining;
use crate::{
    cli,
    error::{Error, Result},
};
use posw_stratum::{Access, Config, Job, JobFeed, Outcome, Pool, Server, Solution};
use sc_consensus_posw as posw;
use sc_service::{Configuration, TaskManager};
use std::sync::Arc;
use tokio::sync::watch;

/// File of the workers' accounts, beside the keystore and the database.
const ACCOUNTS: &str = "stratum-accounts.json";

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
        metrics::register(&pool, registry).map_err(sc_service::Error::from)?;
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

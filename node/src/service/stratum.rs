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
use std::{net::SocketAddr, sync::Arc};
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
    let access = Arc::new(access);
    let stratum = Config {
        access: access.clone(),
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
    if let Some(warning) = exposure(address, &access) {
        log::warn!("⚠️  {warning}");
    }
    let spawner = task_manager.spawn_handle();
    spawner.spawn("stratum-jobs", Some("mining"), forward(mining.jobs(), jobs));
    spawner.spawn("stratum", Some("mining"), server.run());
    Ok(pool)
}

/// What to tell the operator where others than this machine's users reach a server that lets in everybody.
fn exposure(address: SocketAddr, access: &Access) -> Option<String> {
    let is_local = address.ip().to_canonical().is_loopback();
    (!is_local && matches!(access, Access::Open)).then(|| {
        format!(
            "Whoever reaches {address} can mine by Stratum for this node's miner, and fill the record of shares with invented \
             users: give --stratum-passwords FILE"
        )
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn an_open_server_is_warned_of_where_others_reach_it() {
        let passwords = Access::Passwords(HashSet::new());
        for address in ["127.0.0.1:3333", "127.9.9.9:3333", "[::1]:3333", "[::ffff:127.0.0.1]:3333"] {
            assert_eq!(exposure(address.parse().unwrap(), &Access::Open), None, "{address}");
        }
        for address in ["0.0.0.0:3333", "192.168.1.7:3333", "[::]:3333", "[fe80::1]:3333", "[::ffff:10.0.0.1]:3333"] {
            let warning = exposure(address.parse().unwrap(), &Access::Open).unwrap();
            assert!(warning.contains(address) && warning.contains("--stratum-passwords"), "{warning}");
            assert!(!warning.contains('\n'));
            assert_eq!(exposure(address.parse().unwrap(), &passwords), None, "{address}");
        }
    }
}

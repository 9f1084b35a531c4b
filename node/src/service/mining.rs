//! Between the job source, which makes blocks, and the sealing threads, which know only work headers (R11.1).

use super::{partial::Partial, Block, Client, Pool};
use crate::{
    cli::Mining,
    error::{Error, Result},
    key::insert_command,
    rpc::{JobStatus, MiningStatus, StatusSource},
};
use futures::StreamExt;
use posw_primitives::{Claims, WorkHeader};
use posw_sealer::{Job as SealerJob, Portable, RootUse, Solution as SealerSolution, Worker};
use sc_basic_authorship::ProposerFactory;
use sc_consensus_posw::{Job, JobSource, Metrics, MiningConfig, MiningHandle, Parts, Solution};
use sc_service::Configuration;
use sc_transaction_pool_api::TransactionPool;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_posw::{PoswApi, KEY_TYPE};
use sp_keystore::Keystore;
use sp_timestamp::InherentDataProvider as Timestamp;
use std::{ops::ControlFlow, sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, watch},
    time::interval,
};

/// Solutions that may wait to be submitted; a job ends with its first, so there are few.
const WAITING_SOLUTIONS: usize = 64;
/// How often the hash rate is reported.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Starts to mine; returns who knows how it stands.
///
/// # Errors
/// Where there is no key to seal with, or no thread to be had.
pub(super) fn start(
    mining: &Mining,
    partial: &Partial,
    pool: Arc<Pool>,
    config: &Configuration,
) -> Result<StatusSource> {
    let Partial { client, task_manager, keystore, import, verifier, sync, metrics, telemetry, .. } = partial;
    let registry = config.prometheus_registry();
    let address = mining.miner.address(&*config.chain_spec);
    let claims = client.runtime_api().claims(client.info().best_hash, mining.miner.account.clone())?;
    provide_key(mining, &claims, partial, config)?;

    let telemetry = telemetry.as_ref().map(sc_telemetry::Telemetry::handle);
    let spawner = task_manager.spawn_handle();
    let parts = Parts {
        client: client.clone(),
        environment: ProposerFactory::new(spawner, client.clone(), pool.clone(), registry, telemetry),
        inherents: |_, ()| async { Ok(Timestamp::from_system_time()) },
        keystore: keystore.keystore(),
        import: Box::new(import.clone()),
        verifier: verifier.clone(),
        transactions: pool.import_notification_stream().map(drop).boxed(),
        sync: sync.clone(),
        metrics: metrics.clone(),
    };
    let (source, handle) =
        JobSource::<Block, Client, _, _>::new(parts, MiningConfig::new(mining.miner.account.clone()));
    let (worker, solutions) = sealing_worker(mining.threads)?;
    let threads = mining.threads;
    log::info!("⛏ Mining as {address} with {threads} thread(s), factor {}", claims.factor);

    // The SDK reports the end of an essential task as a failure, also when the node ends. A panic of any task ends the node.
    let spawner = task_manager.spawn_handle();
    spawner.spawn_blocking("job-source", Some("mining"), source.run());
    let (jobs, metrics) = (handle.jobs(), metrics.clone());
    spawner.spawn("sealing", Some("mining"), seal(worker.clone(), handle, solutions, metrics));
    Ok(Arc::new(move || status(&worker, address.clone(), &jobs)))
}

/// Puts a development account's key, which everybody knows, into memory; any other key has to be in the keystore.
///
/// A key that the chain expects at the best block may be another one than at the network's, which this node does not know
/// yet. So only a keystore without any sealing key keeps the node from starting.
fn provide_key(mining: &Mining, claims: &Claims, partial: &Partial, config: &Configuration) -> Result<()> {
    let keystore = partial.keystore.local_keystore();
    let failed = |error: sp_keystore::Error| Error::Keystore(error.to_string());
    if let Some(keyring) = mining.miner.development {
        let seed = format!("//{}", <&str>::from(keyring));
        keystore.sr25519_generate_new(KEY_TYPE, Some(&seed)).map_err(failed)?;
    }
    if keystore.has_keys(&[(claims.sealing_key.to_vec(), KEY_TYPE)]) {
        return Ok(());
    }
    let miner = mining.miner.address(&*config.chain_spec);
    let key = array_bytes::bytes2hex("0x", claims.sealing_key);
    if keystore.keys(KEY_TYPE).map_err(failed)?.is_empty() {
        return Err(Error::NoSealingKey { miner, key, command: insert_command(&config.keystore) });
    }
    log::warn!("⛏ The keystore lacks the sealing key {key} that the chain expects of {miner} at the best known block");
    Ok(())
}

/// Sealing threads whose solutions arrive in the channel. A job ends with its first solution: the next one would only be a
/// sibling of the same block.
fn sealing_worker(threads: usize) -> Result<(Arc<Worker>, mpsc::Receiver<SealerSolution>)> {
    let (sender, solutions) = mpsc::channel(WAITING_SOLUTIONS);
    let on_solution = Box::new(move |solution| {
        if let Err(error) = sender.try_send(solution) {
            log::warn!("⛏ A solution is lost: {error}");
        }
        ControlFlow::Break(())
    });
    let worker = Worker::new(Arc::new(Portable), threads, on_solution)
        .map_err(|source| Error::Io { context: "cannot start the sealing threads".into(), source })?;
    Ok((Arc::new(worker), solutions))
}

/// Hands jobs to the threads and solutions to the job source, as long as that lives.
async fn seal(
    worker: Arc<Worker>,
    handle: MiningHandle,
    mut solutions: mpsc::Receiver<SealerSolution>,
    metrics: Metrics,
) {
    let mut jobs = handle.jobs();
    let mut reports = interval(REPORT_INTERVAL);
    let mut reported = 0;
    loop {
        tokio::select! {
            changed = jobs.changed() => match changed {
                Ok(()) => worker.set_job(jobs.borrow_and_update().as_deref().map(sealer_job)),
                Err(_) => return worker.set_job(None),
            },
            Some(solution) = solutions.recv() => {
                // The job source reports what becomes of it, and follows with a new job.
                handle.submit(job_solution(&solution)).await;
            }
            _ = reports.tick() => {
                let hashes = worker.statistics().hashes;
                metrics.hashed(hashes.saturating_sub(reported), worker.hash_rate());
                reported = hashes;
            }
        }
    }
}

fn sealer_job(job: &Job) -> SealerJob {
    SealerJob { id: job.id, header: job.header, target: job.header.bits.target(), root: RootUse::Free }
}

fn job_solution(solution: &SealerSolution) -> Solution {
    let WorkHeader { version, root, time, nonce, .. } = solution.header;
    Solution { job: solution.job, version, root, time, nonce }
}

fn status(worker: &Worker, miner: String, jobs: &watch::Receiver<Option<Arc<Job>>>) -> MiningStatus {
    let statistics = worker.statistics();
    MiningStatus {
        mining: true,
        miner: Some(miner),
        threads: worker.threads(),
        hash_rate: worker.hash_rate(),
        hashes: statistics.hashes,
        solutions: statistics.solutions,
        job: jobs.borrow().as_deref().map(|job| JobStatus {
            number: job.number,
            age: u64::try_from(job.built.elapsed().as_millis()).unwrap_or(u64::MAX),
            factor: job.factor.billionths(),
            effective_bits: job.header.bits.to_raw(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use posw_primitives::CompactBits;

    #[tokio::test]
    async fn a_job_ends_with_its_first_solution() {
        let (worker, mut solutions) = sealing_worker(1).unwrap();
        let header = WorkHeader {
            version: 0,
            commitment: [7; 32],
            root: [0; 32],
            time: 9,
            bits: CompactBits::POW_LIMIT,
            nonce: 0,
        };
        let job = SealerJob { id: 3, header, target: header.bits.target(), root: RootUse::Free };
        worker.set_job(Some(job));
        let solution = solutions.recv().await.unwrap();
        let Solution { job, version, root, time, nonce } = job_solution(&solution);
        assert_eq!((job, version, time), (3, 0, 9));
        assert!(WorkHeader { root, nonce, ..header }.meets_target());
        // The thread is joined, so nothing is on its way.
        worker.set_threads(0).unwrap();
        assert!(solutions.try_recv().is_err());
    }
}

//! A running node: network, RPC, finality, mining.

use super::{
    disk::Disk,
    mining,
    partial::{partial, Partial},
    stall, stratum, Backend, Block, Client, NodeOptions,
};
use crate::{error::Result, rpc};
use sc_consensus_posw::{chain_watch, DepthFinality, PoswAnnounceValidator};
use sc_network::{
    config::{FullNetworkConfiguration, NetworkBackendType},
    Litep2pNetworkBackend, NetworkBackend, NetworkWorker,
};
use sc_service::{BuildNetworkParams, Configuration, SpawnTasksParams, TaskManager};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_posw::PoswApi;
use sp_core::H256;

/// Starts a node on the network backend of its configuration; it runs as long as the task manager.
///
/// # Errors
/// Whatever keeps it from starting.
pub async fn start(config: Configuration, options: NodeOptions) -> Result<TaskManager> {
    match config.network.network_backend {
        NetworkBackendType::Litep2p => start_on::<Litep2pNetworkBackend>(config, options).await,
        NetworkBackendType::Libp2p => start_on::<NetworkWorker<Block, H256>>(config, options).await,
    }
}

async fn start_on<N: NetworkBackend<Block, H256>>(config: Configuration, options: NodeOptions) -> Result<TaskManager> {
    let NodeOptions { mining, limits, replace_rules } = options;
    let disk = Disk::of(&config.database, limits.db_storage_threshold);
    disk.as_ref().map_or(Ok(()), Disk::check)?;
    let mut partial = partial(&config)?;
    limits.check_depth(max_reorg(&partial.client)?)?;
    let registry = config.prometheus_registry().cloned();
    let import_queue = partial.import_queue(&config, replace_rules);
    let pool = partial.pool(&config);
    let (mut sources, mut miner) = (rpc::Sources::new(partial.client.clone(), pool.clone()), None);
    if let Some(options) = mining {
        let mining = mining::start(&options, &partial, pool.clone(), &config)?;
        if let Some(options) = &options.stratum {
            sources.stratum = Some(stratum::start(options, &mining, &partial.task_manager, &config).await?);
        }
        sources.mining = Some(mining);
        miner = Some(options.miner.account);
    }
    spawn_consensus(&partial, limits.finality_depth, miner);
    if let Some(disk) = disk {
        // Its end ends the node.
        let spawner = partial.task_manager.spawn_essential_handle();
        spawner.spawn_blocking("disk-watch", None, disk.watch(partial.client.clone()));
    }

    let Partial { client, backend, keystore, view, sync, metrics, .. } = partial;
    let task_manager = &mut partial.task_manager;
    let validator = PoswAnnounceValidator::new(client.info().genesis_hash, view, metrics);
    let (network, system_rpc_tx, tx_handler_controller, sync_service, _) =
        sc_service::build_network(BuildNetworkParams {
            config: &config,
            net_config: FullNetworkConfiguration::<_, _, N>::new(&config.network, registry.clone()),
            client: client.clone(),
            transaction_pool: pool.clone(),
            spawn_handle: task_manager.spawn_handle(),
            spawn_essential_handle: task_manager.spawn_essential_handle(),
            import_queue,
            block_announce_validator_builder: Some(Box::new(|_| Box::new(validator))),
            warp_sync_config: None,
            block_relay: None,
            metrics: N::register_notification_metrics(registry.as_ref()),
            gap_sync_body_policy: None,
        })?;

    task_manager.spawn_handle().spawn("stall-watch", None, stall::watch(client.clone(), sync_service.clone(), sync));
    sc_service::spawn_tasks(SpawnTasksParams {
        config,
        client,
        backend,
        task_manager,
        keystore: keystore.keystore(),
        transaction_pool: pool,
        rpc_builder: Box::new(move |_| {
            rpc::module(sources.clone()).map_err(|error| sc_service::Error::Application(error.into()))
        }),
        network,
        system_rpc_tx,
        tx_handler_controller,
        sync_service,
        telemetry: partial.telemetry.as_mut(),
        tracing_execute_block: None,
    })?;
    Ok(partial.task_manager)
}

fn spawn_consensus(partial: &Partial, finality_depth: Option<u32>, miner: Option<sp_runtime::AccountId32>) {
    let Partial { client, import, view, sync, metrics, task_manager, .. } = partial;
    let (view, sync) = (view.clone(), sync.clone());
    let finality =
        DepthFinality::<Block, Client, Backend>::new(client.clone(), import.lock(), view, sync, finality_depth);
    let spawner = task_manager.spawn_handle();
    spawner.spawn_blocking("depth-finality", Some("consensus"), finality.run());
    spawner.spawn("chain-watch", Some("consensus"), chain_watch::watch(client.clone(), metrics.clone(), miner));
}

/// The chain's depth of finality, at the best block.
pub(crate) fn max_reorg(client: &Client) -> Result<u32> {
    Ok(client.runtime_api().network(client.info().best_hash)?.params.stake.max_reorg)
}

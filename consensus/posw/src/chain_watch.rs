//! Metrics of the best chain: reorganisations, blocks of ours that were lost, the network's mean factor.

use crate::{metrics::Metrics, PoswBlock};
use futures::StreamExt;
use sc_client_api::{BlockImportNotification, BlockchainEvents};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::{HeaderBackend, TreeRoute};
use sp_consensus_posw::{claims_of, PoswApi};
use sp_core::H256;
use sp_runtime::{traits::Header, AccountId32};
use std::{sync::Arc, time::Duration};
use tokio::time::{interval, MissedTickBehavior};

/// How often the state at the best block is read: calls of the runtime, which at each import would compete with the next
/// template and slow a synchronisation down.
const INTERVAL: Duration = Duration::from_secs(1);

/// Counts what happens to the best chain, as long as the node runs; `miner` is whose blocks are ours.
pub async fn watch<B, C>(client: Arc<C>, metrics: Metrics, miner: Option<AccountId32>)
where
    B: PoswBlock,
    C: BlockchainEvents<B> + HeaderBackend<B> + ProvideRuntimeApi<B>,
    C::Api: PoswApi<B>,
{
    // Also of blocks that the SDK takes for an initial synchronisation, because some peer claims to be far ahead.
    let mut imports = client.every_import_notification_stream();
    // What the best block says already; later ones are reported when they come.
    let best = client.info().best_hash;
    if let Some(Ok(claims)) = client.header(best).ok().flatten().map(|header| claims_of(header.digest())) {
        metrics.base_difficulty(claims.bits.work());
    }
    let mut timer = interval(INTERVAL);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut reported = None;
    loop {
        tokio::select! {
            import = imports.next() => match import {
                Some(import) => count(client.as_ref(), &metrics, miner.as_ref(), &import),
                None => return,
            },
            _ = timer.tick() => {
                let best = client.info().best_hash;
                if reported.replace(best) != Some(best) {
                    report_state(client.as_ref(), &metrics, miner.as_ref(), best);
                }
            }
        }
    }
}

/// Counts the blocks that an import took from the best chain.
fn count<B, C>(client: &C, metrics: &Metrics, miner: Option<&AccountId32>, import: &BlockImportNotification<B>)
where
    B: PoswBlock,
    C: HeaderBackend<B>,
{
    if let Some(route) = import.tree_route.as_ref().filter(|route| !route.retracted().is_empty()) {
        let own = own_retracted(client, route, miner);
        let depth = route.retracted().len();
        log::info!(target: crate::LOG_TARGET, "♻️  {depth} blocks left the best chain, {own} of them ours");
        metrics.reorganised(depth, own);
    }
}

/// Reports what the state at the best block says.
fn report_state<B, C>(client: &C, metrics: &Metrics, miner: Option<&AccountId32>, best: H256)
where
    B: PoswBlock,
    C: ProvideRuntimeApi<B>,
    C::Api: PoswApi<B>,
{
    let api = client.runtime_api();
    if let Ok(network) = api.network(best) {
        metrics.mean_inverse_factor(network.mean_inverse_factor);
    }
    if let Some(Ok(account)) = miner.map(|miner| api.account(best, miner.clone())) {
        metrics.credit(account.credit);
    }
}

fn own_retracted<B, C>(client: &C, route: &TreeRoute<B>, miner: Option<&AccountId32>) -> usize
where
    B: PoswBlock,
    C: HeaderBackend<B>,
{
    let Some(miner) = miner else { return 0 };
    let is_own = |header: B::Header| {
        claims_of(header.digest()).is_ok_and(|claims| claims.miner == *AsRef::<[u8; 32]>::as_ref(miner))
    };
    route
        .retracted()
        .iter()
        .filter_map(|block| client.header(block.hash).ok().flatten())
        .filter(|h| is_own(h.clone()))
        .count()
}

//! Work for miners outside of this process, and the control of those inside (R11.1).
//!
//! Reading is open to everybody; handing in and steering are for callers to whom the node serves unsafe methods. Their answers
//! and errors are described in `docs/rpc.md`.

use super::error::{self, invalid};
use crate::service::{Mining, MiningInfo, Settings, Work};
use jsonrpsee::{
    core::{RpcResult, SubscriptionResult},
    proc_macros::rpc,
    Extensions, PendingSubscriptionSink, SubscriptionMessage,
};
use posw_sealer::MAX_THREADS;
use sc_consensus_posw::{Outcome, Solution};
use sc_rpc_api::check_if_safe;
use serde::Serialize;
use sp_core::H256;
use std::sync::Arc;

/// What became of a solution that meets its target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "status")]
pub enum Submitted {
    /// The block was imported.
    Imported {
        /// Its hash.
        block: H256,
    },
    /// The work came too late, which is nobody's fault.
    Stale {
        /// Why.
        reason: String,
    },
}

/// Mining.
#[rpc(server, namespace = "posw")]
pub trait MiningApi {
    /// The current work; null while there is none.
    #[method(name = "getWork")]
    fn get_work(&self) -> RpcResult<Option<Work>>;

    /// The current work, and each that takes its place.
    #[subscription(name = "subscribeWork" => "work", unsubscribe = "unsubscribeWork", item = Option<Work>)]
    async fn subscribe_work(&self) -> SubscriptionResult;

    /// Hands in a solution: the free fields of the header.
    #[method(name = "submitWork", with_extensions)]
    async fn submit_work(
        &self,
        job_id: u64,
        version: u32,
        merkle_root: H256,
        time: u32,
        nonce: u32,
    ) -> RpcResult<Submitted>;

    /// How mining stands.
    #[method(name = "miningInfo")]
    fn mining_info(&self) -> RpcResult<MiningInfo>;

    /// Steers the sealing threads: on or off, how many, percentage of the time. What is left out stays.
    #[method(name = "setMining", blocking, with_extensions)]
    fn set_mining(
        &self,
        enabled: Option<bool>,
        threads: Option<usize>,
        duty_cycle: Option<u32>,
    ) -> RpcResult<MiningInfo>;
}

/// Serves them; `None` where the node makes no work.
pub(super) struct MiningRpc(pub(super) Option<Arc<Mining>>);

impl MiningRpc {
    fn mining(&self) -> RpcResult<&Mining> {
        self.0.as_deref().ok_or_else(error::not_mining)
    }
}

#[jsonrpsee::core::async_trait]
impl MiningApiServer for MiningRpc {
    fn get_work(&self) -> RpcResult<Option<Work>> {
        Ok(self.mining()?.job().as_deref().map(Work::from))
    }

    async fn subscribe_work(&self, pending: PendingSubscriptionSink) -> SubscriptionResult {
        let Some(mining) = &self.0 else {
            pending.reject(error::not_mining()).await;
            return Ok(());
        };
        let mut jobs = mining.jobs();
        let sink = pending.accept().await?;
        loop {
            // A slow reader misses what has been replaced meanwhile.
            let work = jobs.borrow_and_update().as_deref().map(Work::from);
            sink.send(SubscriptionMessage::from_json(&work)?).await?;
            tokio::select! {
                changed = jobs.changed() => changed?,
                () = sink.closed() => return Ok(()),
            }
        }
    }

    async fn submit_work(
        &self,
        extensions: &Extensions,
        job: u64,
        version: u32,
        root: H256,
        time: u32,
        nonce: u32,
    ) -> RpcResult<Submitted> {
        check_if_safe(extensions)?;
        let solution = Solution { job, version, root: root.to_fixed_bytes(), time, nonce };
        match self.mining()?.submit(solution).await {
            Some(Outcome::Imported(block)) => Ok(Submitted::Imported { block }),
            Some(Outcome::Stale(reason)) => Ok(Submitted::Stale { reason: reason.to_string() }),
            Some(outcome @ Outcome::Unsolved) => Err(error::unsolved(outcome)),
            Some(outcome @ Outcome::Failed(_)) => Err(error::not_imported(outcome)),
            None => Err(error::busy()),
        }
    }

    fn mining_info(&self) -> RpcResult<MiningInfo> {
        Ok(self.0.as_deref().map(Mining::info).unwrap_or_default())
    }

    fn set_mining(
        &self,
        extensions: &Extensions,
        enabled: Option<bool>,
        threads: Option<usize>,
        duty_cycle: Option<u32>,
    ) -> RpcResult<MiningInfo> {
        check_if_safe(extensions)?;
        if let Some(threads) = threads.filter(|threads| *threads > MAX_THREADS) {
            return Err(invalid("threads", threads, format_args!("0..={MAX_THREADS}")));
        }
        let percent = |found: u32| {
            let duty_cycle = u8::try_from(found).ok().filter(|percent| *percent <= 100);
            duty_cycle.ok_or_else(|| invalid("duty_cycle", found, "0..=100"))
        };
        let duty_cycle = duty_cycle.map(percent).transpose()?;
        let mining = self.mining()?;
        mining.set(Settings { enabled, threads, duty_cycle }).map_err(error::no_threads)?;
        Ok(mining.info())
    }
}

//! Who mines by Stratum, and how much.

use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use posw_stratum::{Pool, Shares, Statistics, Worker};
use std::sync::Arc;

/// The node's Stratum server.
#[rpc(server, namespace = "posw")]
pub trait StratumApi {
    /// All workers, by name.
    #[method(name = "stratumWorkers", blocking)]
    fn workers(&self) -> RpcResult<Vec<Worker>>;

    /// Shares of each worker towards blocks of `height` and higher, for a pool to pay by.
    #[method(name = "stratumShares", blocking)]
    fn shares(&self, height: u32) -> RpcResult<Shares>;

    /// Counters of the server.
    #[method(name = "stratumStatistics")]
    fn statistics(&self) -> RpcResult<Statistics>;
}

/// Serves them.
pub(super) struct StratumRpc(pub(super) Arc<Pool>);

impl StratumApiServer for StratumRpc {
    fn workers(&self) -> RpcResult<Vec<Worker>> {
        Ok(self.0.workers())
    }

    fn shares(&self, height: u32) -> RpcResult<Shares> {
        Ok(self.0.shares_since(height))
    }

    fn statistics(&self) -> RpcResult<Statistics> {
        Ok(self.0.statistics())
    }
}

//! RPC methods beyond the SDK's own.

use crate::service::{Client, Pool};
use jsonrpsee::{core::RpcResult, proc_macros::rpc, RpcModule};
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use serde::Serialize;
use std::sync::Arc;
use substrate_frame_rpc_system::{System, SystemApiServer};

/// What a node's mining stands at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MiningStatus {
    /// Whether the node mines.
    pub mining: bool,
    /// Address of the miner.
    pub miner: Option<String>,
    /// Sealing threads.
    pub threads: usize,
    /// Work hashes per second.
    pub hash_rate: u64,
    /// Work hashes since the start.
    pub hashes: u64,
    /// Solutions found since the start.
    pub solutions: u64,
    /// The job that is being searched.
    pub job: Option<JobStatus>,
}

/// A job that is being searched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JobStatus {
    /// Number of the block.
    pub number: u32,
    /// Milliseconds since its template was built.
    pub age: u64,
    /// Claimed factor, in billionths.
    pub factor: u64,
    /// Target to be met, compact.
    pub effective_bits: u32,
}

/// Whoever knows how mining stands.
pub type StatusSource = Arc<dyn Fn() -> MiningStatus + Send + Sync>;

/// Mining, for people and their dashboards; reads only.
#[rpc(server, namespace = "posw")]
pub trait Mining {
    /// How this node's mining stands.
    #[method(name = "miningStatus")]
    fn mining_status(&self) -> RpcResult<MiningStatus>;
}

struct Status(StatusSource);

impl MiningServer for Status {
    fn mining_status(&self) -> RpcResult<MiningStatus> {
        Ok(self.0())
    }
}

/// All of them.
///
/// # Errors
/// Where two have one name.
pub fn module(
    client: Arc<Client>,
    pool: Arc<Pool>,
    status: StatusSource,
) -> Result<RpcModule<()>, jsonrpsee::core::RegisterMethodError> {
    let mut module = RpcModule::new(());
    module.merge(System::new(client.clone(), pool).into_rpc())?;
    module.merge(TransactionPayment::new(client).into_rpc())?;
    module.merge(Status(status).into_rpc())?;
    Ok(module)
}

//! RPC methods beyond the SDK's own.

mod error;
pub mod mining;
pub mod network;
pub mod stratum;

use crate::service::{Client, Mining, Pool};
use jsonrpsee::{core::RegisterMethodError, RpcModule};
use mining::{MiningApiServer, MiningRpc};
use network::{NetworkApiServer, NetworkRpc};
use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
use std::sync::Arc;
use stratum::{StratumApiServer, StratumRpc};
use substrate_frame_rpc_system::{System, SystemApiServer};

/// What the methods answer from.
#[derive(Clone)]
pub struct Sources {
    /// The chain.
    pub client: Arc<Client>,
    /// Transactions that wait.
    pub pool: Arc<Pool>,
    /// The node's mining, where it mines.
    pub mining: Option<Arc<Mining>>,
    /// The node's Stratum server, where it has one.
    pub stratum: Option<Arc<posw_stratum::Pool>>,
}

impl Sources {
    /// Those of a node that does not mine.
    pub fn new(client: Arc<Client>, pool: Arc<Pool>) -> Self {
        Self { client, pool, mining: None, stratum: None }
    }
}

/// All of them.
///
/// # Errors
/// Where two have one name.
pub fn module(sources: Sources) -> Result<RpcModule<()>, RegisterMethodError> {
    let Sources { client, pool, mining, stratum } = sources;
    let mut module = RpcModule::new(());
    module.merge(System::new(client.clone(), pool).into_rpc())?;
    module.merge(TransactionPayment::new(client.clone()).into_rpc())?;
    module.merge(NetworkRpc(client).into_rpc())?;
    module.merge(MiningRpc(mining).into_rpc())?;
    if let Some(pool) = stratum {
        module.merge(StratumRpc(pool).into_rpc())?;
    }
    Ok(module)
}

//! How fast the network hashes.

use super::error::{internal, invalid, no_state};
use crate::service::Client;
use jsonrpsee::{core::RpcResult, proc_macros::rpc};
use posw_primitives::U256;
use serde::Serialize;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_posw::{claims_of, PoswApi};
use sp_core::H256;
use std::sync::Arc;

/// Blocks that are looked at where the caller does not say.
const DEFAULT_BLOCKS: u32 = 120;
/// Most blocks that are looked at.
const MAX_BLOCKS: u32 = 2_000;

/// An estimate of the network's hash rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkHashRate {
    /// Number of blocks that it is made from: the newest of the best chain.
    pub blocks: u32,
    /// Number of the last of them.
    pub number: u32,
    /// Milliseconds that they took.
    pub milliseconds: u64,
    /// Hashes that they take on average, given the factors that they claim: a decimal number.
    pub hashes: String,
    /// Hashes per second: a decimal number.
    pub hash_rate: String,
}

/// The network.
#[rpc(server, namespace = "posw")]
pub trait NetworkApi {
    /// Estimates the network's hash rate from its newest blocks.
    #[method(name = "networkHashrate", blocking)]
    fn network_hash_rate(&self, blocks: Option<u32>) -> RpcResult<NetworkHashRate>;
}

/// Serves them.
pub(super) struct NetworkRpc(pub(super) Arc<Client>);

impl NetworkRpc {
    fn time(&self, number: u32, hash: H256) -> RpcResult<u64> {
        let network = self.0.runtime_api().network(hash).map_err(|error| no_state(number, error))?;
        Ok(network.time)
    }
}

impl NetworkApiServer for NetworkRpc {
    fn network_hash_rate(&self, blocks: Option<u32>) -> RpcResult<NetworkHashRate> {
        let wanted = blocks.unwrap_or(DEFAULT_BLOCKS);
        if !(1..=MAX_BLOCKS).contains(&wanted) {
            return Err(invalid("blocks", wanted, format_args!("1..={MAX_BLOCKS}")));
        }
        let info = self.0.info();
        // The time from genesis to block 1 is the launch, not work.
        let blocks = wanted.min(info.best_number.saturating_sub(1));
        let (mut hash, mut hashes) = (info.best_hash, U256::zero());
        for _ in 0..blocks {
            let header = self.0.header(hash).map_err(internal)?;
            let header = header.ok_or_else(|| internal(format_args!("block {hash:?} is not there any more")))?;
            let claims = claims_of(&header.digest).map_err(internal)?;
            hashes = hashes.saturating_add(claims.effective_bits().work());
            hash = header.parent_hash;
        }
        let first = info.best_number.saturating_sub(blocks);
        let milliseconds = match blocks {
            0 => 0,
            _ => self.time(info.best_number, info.best_hash)?.saturating_sub(self.time(first, hash)?),
        };
        let rate = hashes.saturating_mul(1_000.into()).checked_div(milliseconds.into()).unwrap_or_default();
        Ok(NetworkHashRate {
            blocks,
            number: info.best_number,
            milliseconds,
            hashes: hashes.to_string(),
            hash_rate: rate.to_string(),
        })
    }
}

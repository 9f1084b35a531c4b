//! What the SDK's proof-of-work import asks us.

use crate::{verifier::check_work, PoswBlock};
use posw_primitives::{Claims, Seal, U256};
use sc_consensus_pow::{Error, PowAlgorithm};
use sp_api::ProvideRuntimeApi;
use sp_consensus_posw::PoswApi;
use sp_consensus_pow::Seal as RawSeal;
use sp_core::H256;
use sp_runtime::generic::BlockId;
use std::sync::Arc;

/// Base work of a block or of a chain, as the SDK's records hold it (R5.1).
pub type Work = U256;

/// Proof-of-StakeWork as the SDK's import sees it.
pub struct PoswAlgorithm<C> {
    client: Arc<C>,
}

impl<C> PoswAlgorithm<C> {
    /// The algorithm on a client, which is asked only where a block comes without its base work.
    pub fn new(client: Arc<C>) -> Self {
        Self { client }
    }
}

impl<C> Clone for PoswAlgorithm<C> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone() }
    }
}

impl<B, C> PowAlgorithm<B> for PoswAlgorithm<C>
where
    B: PoswBlock,
    C: ProvideRuntimeApi<B> + Send + Sync,
    C::Api: PoswApi<B>,
{
    type Difficulty = Work;

    fn difficulty(&self, parent: H256) -> Result<Work, Error<B>> {
        let network = self.client.runtime_api().network(parent);
        network.map(|network| network.difficulty).map_err(|error| Error::Runtime(error.to_string()))
    }

    /// The work against the claims, once more: the import believes no one who says that it was checked.
    fn verify(
        &self,
        _parent: &BlockId<B>,
        pre_hash: &H256,
        pre_digest: Option<&[u8]>,
        seal: &RawSeal,
        difficulty: Work,
    ) -> Result<bool, Error<B>> {
        let (Some(Ok(claims)), Ok(seal)) = (pre_digest.map(Claims::from_bytes), Seal::from_bytes(seal)) else {
            return Ok(false);
        };
        Ok(claims.bits.work() == difficulty && check_work(pre_hash, &claims, &seal).is_ok())
    }
}

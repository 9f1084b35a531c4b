//! Blocks without transactions, for the first template on a new best block (R11.2).
//!
//! Until there is a template all hashing is on the parent of the best block, and in vain. The SDK's proposer first waits for the
//! transaction pool to take notice of that block, and then executes transactions: tens to hundreds of milliseconds. This is one
//! call of the runtime, where the SDK's block builder needs four, and the claims another.

use crate::PoswBlock;
use sp_api::{ApiExt, CallApiAt, CallContext, ProvideRuntimeApi};
use sp_blockchain::{ApplyExtrinsicFailed, Error};
use sp_consensus::Proposal;
use sp_consensus_posw::PoswApi;
use sp_inherents::InherentData;
use sp_runtime::{generic::Digest, traits::Header, AccountId32};
use std::{future::Future, sync::Arc};

/// Builds blocks with nothing but claims and inherents.
pub trait BuildEmptyBlock<B: PoswBlock> {
    /// A child of `parent` for this miner.
    ///
    /// # Errors
    /// Those of the runtime.
    fn build(
        &mut self,
        parent: &B::Header,
        miner: AccountId32,
        inherents: InherentData,
    ) -> impl Future<Output = Result<Proposal<B>, Error>> + Send;
}

/// Has the runtime build them.
pub struct EmptyBlocks<C>(Arc<C>);

impl<C> EmptyBlocks<C> {
    /// Builds them with this client.
    pub fn new(client: Arc<C>) -> Self {
        Self(client)
    }
}

impl<B, C> BuildEmptyBlock<B> for EmptyBlocks<C>
where
    B: PoswBlock,
    C: CallApiAt<B> + ProvideRuntimeApi<B> + Send + Sync,
    C::Api: ApiExt<B> + PoswApi<B>,
{
    async fn build(
        &mut self,
        parent: &B::Header,
        miner: AccountId32,
        inherents: InherentData,
    ) -> Result<Proposal<B>, Error> {
        let (hash, number) = (parent.hash(), parent.number().saturating_add(1));
        let header = B::Header::new(number, Default::default(), Default::default(), hash, Digest::default());
        let mut api = self.0.runtime_api();
        api.set_call_context(CallContext::Onchain { import: false });
        let block = api.empty_block(hash, header, miner, inherents)?.map_err(ApplyExtrinsicFailed::Validity)?;
        let storage_changes = api.into_storage_changes(&self.0.state_at(hash)?, hash).map_err(Error::StorageChanges)?;
        Ok(Proposal { block, storage_changes })
    }
}

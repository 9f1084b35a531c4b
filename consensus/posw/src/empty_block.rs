//! Blocks without transactions, for the first template on a new best block (R11.2).
//!
//! Until there is a template all hashing is on the parent of the best block, and in vain. The SDK's proposer first waits for the
//! transaction pool to take notice of that block, and then executes transactions: tens to hundreds of milliseconds. This takes a few.

use crate::PoswBlock;
use futures::future::{ready, Ready};
use sc_block_builder::{BlockBuilderApi, BlockBuilderBuilder};
use sp_api::{ApiExt, CallApiAt, ProvideRuntimeApi};
use sp_blockchain::{Error, HeaderBackend};
use sp_consensus::{Environment, Proposal, ProposeArgs, Proposer};
use sp_runtime::traits::Header;
use std::{marker::PhantomData, sync::Arc};

/// Proposes blocks with nothing but inherents.
pub struct EmptyBlocks<C>(Arc<C>);

impl<C> EmptyBlocks<C> {
    /// Builds them with this client.
    pub fn new(client: Arc<C>) -> Self {
        Self(client)
    }
}

impl<B, C> Environment<B> for EmptyBlocks<C>
where
    B: PoswBlock,
    C: CallApiAt<B> + HeaderBackend<B> + ProvideRuntimeApi<B> + Send + Sync + 'static,
    C::Api: ApiExt<B> + BlockBuilderApi<B>,
{
    type Proposer = EmptyBlock<B, C>;
    type CreateProposer = Ready<Result<Self::Proposer, Error>>;
    type Error = Error;

    fn init(&mut self, parent: &B::Header) -> Self::CreateProposer {
        ready(Ok(EmptyBlock { client: self.0.clone(), parent: parent.clone(), block: PhantomData }))
    }
}

/// Proposes one block.
pub struct EmptyBlock<B: PoswBlock, C> {
    client: Arc<C>,
    parent: B::Header,
    block: PhantomData<B>,
}

impl<B, C> Proposer<B> for EmptyBlock<B, C>
where
    B: PoswBlock,
    C: CallApiAt<B> + HeaderBackend<B> + ProvideRuntimeApi<B> + Send + Sync + 'static,
    C::Api: ApiExt<B> + BlockBuilderApi<B>,
{
    type Error = Error;
    type Proposal = Ready<Result<Proposal<B>, Error>>;

    fn propose(self, args: ProposeArgs<B>) -> Self::Proposal {
        ready(self.build(args))
    }
}

impl<B, C> EmptyBlock<B, C>
where
    B: PoswBlock,
    C: CallApiAt<B> + HeaderBackend<B> + ProvideRuntimeApi<B>,
    C::Api: ApiExt<B> + BlockBuilderApi<B>,
{
    fn build(self, args: ProposeArgs<B>) -> Result<Proposal<B>, Error> {
        let mut builder = BlockBuilderBuilder::new(&*self.client)
            .on_parent_block(self.parent.hash())
            .with_parent_block_number(*self.parent.number())
            .with_proof_recorder(args.storage_proof_recorder)
            .with_inherent_digests(args.inherent_digests)
            .with_extra_extensions(args.extra_extensions)
            .build()?;
        for inherent in builder.create_inherents(args.inherent_data)? {
            builder.push(inherent)?;
        }
        let (block, storage_changes) = builder.build()?.into_inner();
        Ok(Proposal { block, storage_changes })
    }
}

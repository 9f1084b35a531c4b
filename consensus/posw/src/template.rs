//! Block templates: everything of a block but the work (section 2).

use crate::{
    authoring::MiningConfig,
    empty_block::BuildEmptyBlock,
    handle::{Job, Solution},
    hold::MiningHold,
    signer::Signer,
    sync_state::SyncState,
    PoswBlock,
};
use posw_primitives::{
    header::{commitment, seal_payload},
    Claims, Seal, WorkHeader,
};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus::{Environment, Proposal, ProposeArgs, Proposer};
use sp_consensus_posw::{claims_item, claims_of, seal_item, PoswApi};
use sp_core::H256;
use sp_inherents::{CreateInherentDataProviders, InherentDataProvider};
use sp_runtime::{
    generic::Digest,
    traits::{HashingFor, Header},
};
use sp_state_machine::StorageChanges;
use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

/// What a template's block is to hold (R11.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contents {
    /// Inherents alone: ready at once.
    Empty,
    /// Transactions, too.
    Full,
}

/// A block without its seal, and the job that stands for it.
pub(crate) struct Template<B: PoswBlock> {
    pub(crate) job: Arc<Job>,
    pub(crate) contents: Contents,
    pub(crate) claims: Claims,
    pub(crate) header: B::Header,
    pub(crate) body: Vec<B::Extrinsic>,
    pub(crate) changes: StorageChanges<HashingFor<B>>,
    signature: [u8; 64],
}

impl<B: PoswBlock> Template<B> {
    /// The header with its seal.
    pub(crate) fn sealed(&self, solution: &Solution) -> B::Header {
        let Solution { version, root, time, nonce, .. } = *solution;
        let mut header = self.header.clone();
        header.digest_mut().push(seal_item(&Seal { version, root, time, nonce, signature: self.signature }));
        header
    }
}

/// Why there is no template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The node is catching up.
    #[error("the node is synchronising")]
    Syncing,
    /// The node has met nobody since its recovery.
    #[error(
        "the chain was taken back by `posw-node recover`, and no block of another node has come since: what is mined now would \
         be a fork of its own again. It goes on with the first block of others; for a node that is to mine alone, call \
         `posw_setMining` with `[true]`"
    )]
    Held,
    /// The keystore has not the key that the chain wants for the miner.
    #[error(
        "the keystore has no sealing key {key} of type posw, which the chain expects of miner {miner}: insert it with \
         `posw-node key insert`, or set another key with `poswStake.setSealingKey`"
    )]
    NoKey {
        /// The key.
        key: String,
        /// The miner.
        miner: String,
    },
    /// A step failed that usually works the next time.
    #[error("{step}: {reason}")]
    Failed {
        /// The step.
        step: &'static str,
        /// What went wrong.
        reason: String,
    },
}

fn failed<E: ToString>(step: &'static str) -> impl FnOnce(E) -> TemplateError {
    move |error| TemplateError::Failed { step, reason: error.to_string() }
}

/// Builds templates on the best block.
pub(crate) struct Builder<C, E, F, CIDP> {
    pub(crate) client: Arc<C>,
    /// Makes proposers of blocks with transactions.
    pub(crate) full: F,
    /// Builds blocks without.
    pub(crate) empty: E,
    pub(crate) inherents: CIDP,
    pub(crate) signer: Signer,
    pub(crate) sync: SyncState,
    pub(crate) hold: MiningHold<C>,
    pub(crate) config: MiningConfig,
}

impl<C, E, F, CIDP> Builder<C, E, F, CIDP> {
    /// Builds on `parent`, claims and signs.
    ///
    /// # Consensus
    /// R2.2 to R2.4, R3.1. The time and version of the work header are free; they are what Bitcoin hardware expects.
    pub(crate) async fn build<B>(
        &mut self,
        id: u64,
        parent_hash: H256,
        parent_since: Instant,
        contents: Contents,
    ) -> Result<Template<B>, TemplateError>
    where
        B: PoswBlock,
        C: ProvideRuntimeApi<B> + HeaderBackend<B>,
        C::Api: PoswApi<B>,
        E: BuildEmptyBlock<B>,
        F: Environment<B>,
        CIDP: CreateInherentDataProviders<B, ()>,
    {
        if self.hold.is_set() {
            return Err(TemplateError::Held);
        }
        if self.sync.is_syncing(Instant::now()) {
            return Err(TemplateError::Syncing);
        }
        let started = Instant::now();
        let genesis = self.client.info().genesis_hash;
        let parent = self.client.header(parent_hash).map_err(failed("reading the best block"))?;
        let parent = parent.ok_or_else(|| failed("reading the best block")("it is unknown"))?;
        let miner = self.config.miner.clone();
        let providers = self.inherents.create_inherent_data_providers(parent_hash, ()).await;
        let providers = providers.map_err(failed("making inherents"))?;
        let inherents = providers.create_inherent_data().await.map_err(failed("making inherents"))?;
        let (claims, Proposal { block, storage_changes: changes }) = match contents {
            Contents::Empty => {
                let built = self.empty.build(&parent, miner, inherents).await.map_err(failed("building a block"))?;
                let claims = claims_of(built.block.header().digest()).map_err(failed("reading the claims"))?;
                (claims, built)
            }
            Contents::Full => {
                let claims = self.client.runtime_api().claims(parent_hash, miner);
                let claims = claims.map_err(failed("asking the runtime for claims"))?;
                let arguments = ProposeArgs {
                    inherent_data: inherents,
                    inherent_digests: Digest { logs: vec![claims_item(&claims)] },
                    max_duration: self.config.build_time,
                    ..Default::default()
                };
                let proposer = self.full.init(&parent).await.map_err(failed("starting a block"))?;
                (claims, proposer.propose(arguments).await.map_err(failed("building a block"))?)
            }
        };
        self.require_key(&claims)?;
        let (header, body) = block.deconstruct();
        log::debug!(
            target: crate::LOG_TARGET,
            "{contents:?} template #{} with {} extrinsics built in {} µs",
            header.number(),
            body.len(),
            started.elapsed().as_micros()
        );
        let pre_hash = header.hash();
        let signature = self.sign(&genesis, &pre_hash, &claims)?;
        let header_time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let work = WorkHeader {
            version: 0,
            commitment: commitment(pre_hash.as_fixed_bytes(), &signature),
            root: [0; 32],
            time: u32::try_from(header_time).unwrap_or_default(),
            bits: claims.effective_bits(),
            nonce: 0,
        };
        let job = Job {
            id,
            parent: parent_hash,
            number: *header.number(),
            header: work,
            factor: claims.factor,
            parent_since,
            built: Instant::now(),
        };
        Ok(Template { job: Arc::new(job), contents, claims, header, body, changes, signature })
    }

    fn require_key(&self, claims: &Claims) -> Result<(), TemplateError> {
        if self.signer.has(&claims.sealing_key) {
            return Ok(());
        }
        let key = array_bytes::bytes2hex("0x", claims.sealing_key);
        Err(TemplateError::NoKey { key, miner: self.config.miner.to_string() })
    }

    fn sign(&mut self, genesis: &H256, pre_hash: &H256, claims: &Claims) -> Result<[u8; 64], TemplateError> {
        let payload = seal_payload(genesis.as_fixed_bytes(), pre_hash.as_fixed_bytes());
        let signature = self.signer.sign(&claims.sealing_key, &payload).map_err(failed("signing"))?;
        signature.ok_or_else(|| failed("signing")("the sealing key is gone"))
    }
}

/// How long a template may take to build.
pub(crate) const BUILD_TIME: Duration = Duration::from_millis(500);

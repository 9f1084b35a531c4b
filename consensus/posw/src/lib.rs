//! The Proof-of-StakeWork client: checks blocks, chooses forks, builds templates, finalizes by depth.
//!
//! Names no pallet: everything about the chain's state comes through [`PoswApi`](sp_consensus_posw::PoswApi). It stands around
//! `sc-consensus-pow`, which is used as a library (`consensus/docs/adr/0001-wrap-sc-consensus-pow.md`).
//!
//! | module | section 4, 5 and 11 |
//! |---|---|
//! | [`verifier`] | checks 1 to 3: stateless, no runtime call |
//! | [`announce`] | the same on announced headers |
//! | [`import`] | checks 4 to 6: contextual, one import at a time |
//! | [`bad_blocks`] | check 6: a block whose execution failed is not executed again |
//! | [`fork_choice`] | R5.1, R5.2, pure |
//! | [`finality`] | R5.3 |
//! | [`authoring`] | R11.1, R11.2: jobs and solutions |
//! | [`hold`] | R5.3: no mining after a recovery before others are met |
//! | [`aux_schema`] | the records of total work |
//!
//! # Assembly
//!
//! ```text
//! let metrics = Metrics::new(registry)?;
//! let (view, sync) = (ChainView::default(), SyncState::new(block_time));
//! let genesis = client.info().genesis_hash;
//! aux_schema::check_version::<Block, _>(&*client)?;
//! aux_schema::prune_with_finality::<Block, _>(&*client);
//! let hold = MiningHold::load(client.clone())?;
//! let inner = sc_consensus_pow::PowBlockImport::new(
//!     BadBlocks::new(client.clone(), metrics.clone()), client.clone(), PoswAlgorithm::new(client.clone()), 0,
//!     select_chain, inherent_providers);
//! let import = PoswBlockImport::new(inner, client.clone(), view.clone(), sync.clone(), hold.clone(), metrics.clone());
//! let verifier = PoswVerifier::new(genesis, metrics.clone());
//! let queue = BasicQueue::new(verifier.clone(), Box::new(import.clone()), None, &spawner, registry);
//! // network: PoswAnnounceValidator::new(genesis, view.clone(), metrics.clone())
//! // finality: spawn DepthFinality::<_, _, Backend>::new(client, import.lock(), view, sync, own_depth).run()
//! // metrics of the chain: spawn chain_watch::watch(client, metrics, miner)
//! // mining: let (source, handle) = JobSource::new(Parts { .. }, MiningConfig::new(miner)); spawn source.run();
//! //         jobs from handle.jobs(), solutions to handle.submit()
//! ```

pub mod algorithm;
pub mod announce;
pub mod authoring;
pub mod aux_schema;
pub mod bad_blocks;
pub mod chain_watch;
pub mod empty_block;
pub mod error;
pub mod finality;
pub mod fork_choice;
pub mod handle;
pub mod hold;
pub mod import;
pub mod metrics;
mod notices;
mod signer;
pub mod sync_state;
pub mod template;
pub mod verifier;
pub mod view;

pub use algorithm::PoswAlgorithm;
pub use announce::PoswAnnounceValidator;
pub use authoring::{JobSource, MiningConfig, Parts};
pub use bad_blocks::BadBlocks;
pub use empty_block::{BuildEmptyBlock, EmptyBlocks};
pub use error::{ImportError, RuleError};
pub use finality::DepthFinality;
pub use handle::{Job, MiningHandle, Outcome, Solution, Stale};
pub use hold::MiningHold;
pub use import::{ImportLock, PoswBlockImport};
pub use metrics::Metrics;
pub use sync_state::SyncState;
pub use verifier::{PoswVerifier, MAX_TRANSACTIONS};
pub use view::ChainView;

use sp_core::H256;
use sp_runtime::traits::{Block, Header};

pub(crate) const LOG_TARGET: &str = "posw";

/// Blocks that this client can judge: 256-bit hashes, 32-bit numbers.
pub trait PoswBlock: Block<Hash = H256, Header: Header<Number = u32, Hash = H256>> {}

impl<B: Block<Hash = H256, Header: Header<Number = u32, Hash = H256>>> PoswBlock for B {}

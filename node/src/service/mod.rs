//! The parts of a node and how they are joined.
//!
//! | module | what |
//! |---|---|
//! | `partial` | database, client, keystore, consensus, import queue: what commands need too |
//! | `full` | network, RPC, finality: a running node |
//! | `executor` | executes runtimes, and keeps what it has compiled |
//! | `disk` | ends a node whose database cannot be written |
//! | `stall` | warns of a synchronisation that gets nowhere |
//! | `mining` | between the job source and those who hash |
//! | `stratum` | the Stratum server |

mod disk;
mod executor;
mod full;
mod mining;
mod partial;
mod stall;
mod stratum;

pub(crate) use disk::{free as free_mebibytes, MIB};
pub(crate) use full::max_reorg;
pub use full::start;
pub use mining::{Mining, MiningInfo, Settings, Work};
pub use partial::{partial, Partial};
pub use stakework_runtime::{opaque::Block, RuntimeApi};

use crate::cli;
use sc_consensus::{BoxBlockImport, Verifier};
use sc_consensus_posw::PoswBlockImport;
use std::sync::Arc;

/// Executes the runtime.
pub type Executor = sc_executor::WasmExecutor<sp_io::SubstrateHostFunctions>;
/// The database.
pub type Backend = sc_service::TFullBackend<Block>;
/// Executes and stores blocks.
pub type Client = sc_service::TFullClient<Block, RuntimeApi, Executor>;
/// Transactions that wait.
pub type Pool = sc_transaction_pool::TransactionPoolHandle<Block, Client>;
/// The import that every block passes, this node's own too.
pub type Import = PoswBlockImport<BoxBlockImport<Block>, Client>;

/// How a node judges blocks that come from elsewhere.
pub struct Rules {
    /// Checks that need no state (section 4, checks 1 to 3).
    pub verifier: Box<dyn Verifier<Block>>,
    /// Checks on the parent's state, execution, fork choice.
    pub import: BoxBlockImport<Block>,
}

/// Replaces the rules of a node, given its client and what they would be.
pub type ReplaceRules = Box<dyn FnOnce(Arc<Client>, Rules) -> Rules + Send>;

/// What a node is started with beside the SDK's configuration.
pub struct NodeOptions {
    /// What to mine with; `None`: the node does not mine.
    pub mining: Option<cli::Mining>,
    /// Of finality and of the database's disk.
    pub limits: cli::LimitArgs,
    /// The seam for nodes that break the rules on purpose, to test that others notice.
    pub replace_rules: Option<ReplaceRules>,
}

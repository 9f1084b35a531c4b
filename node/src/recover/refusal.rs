//! Why a chain is not recovered, and what to do instead.

use sp_core::H256;
use std::{io, path::PathBuf};

/// Why a chain is not recovered; the node's database has not changed then.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no database on a disk.
    #[error("there is no database in {}: give the --base-path and the --chain of the node", .0.display())]
    NoDatabase(PathBuf),
    /// A node runs.
    #[error(
        "the database is open by {}: stop the node",
        .0.map_or_else(|| "another process".into(), |id| format!("process {id}"))
    )]
    InUse(Option<u32>),
    /// The other node is of another chain.
    #[error("{url} is a node of another chain: its genesis block is {found:?}, this node's is {expected:?}")]
    OtherChain {
        /// The other node.
        url: String,
        /// Its genesis block; `None` where it has none.
        found: Option<H256>,
        /// This node's.
        expected: H256,
    },
    /// The other node has no block of another fork.
    #[error(
        "{url} has blocks up to #{highest}, all of them on this node's chain: it shows no fork. Give the address of a node \
         that has synchronised the other chain"
    )]
    NoFork {
        /// The other node.
        url: String,
        /// Number of its best block.
        highest: u32,
    },
    /// The database keeps all states, and the new one would not.
    #[error(
        "the database keeps the states of all blocks, and --state-pruning is not given: give it as the node has it, such as \
         --state-pruning archive, or a number of blocks to keep no more than their states from now on"
    )]
    Archive,
    /// `--fork` is not of this node's chain.
    #[error(
        "--fork {given} is not on the best chain of this node, which has blocks up to #{best}: give the last block that is \
         on both"
    )]
    NotOnChain {
        /// What was given.
        given: String,
        /// Number of the best block.
        best: u32,
    },
    /// The fork is not final: the node leaves it by itself.
    #[error(
        "nothing to recover: the last common block is #{fork}, and blocks are final here up to #{finalized} only. The node \
         follows the better chain by itself: start it with nodes of that chain as peers"
    )]
    NotCutOff {
        /// The last common block.
        fork: u32,
        /// The finalized block.
        finalized: u32,
    },
    /// Old blocks were pruned.
    #[error(
        "the database does not have the first blocks any more (--blocks-pruning): remove it with `posw-node purge-chain`, \
         and let the node synchronise from its peers"
    )]
    BlocksPruned,
    /// The disk has too little room for a second database.
    #[error(
        "{free} MiB are free on the disk of {}, and up to {needed} are needed for a second database and the blocks beyond \
         the fork: make room. Without it, remove the chain with `posw-node purge-chain`, and let the node synchronise from \
         its peers",
        path.display()
    )]
    Space {
        /// The database that is there.
        path: PathBuf,
        /// MiB that there are.
        free: u64,
        /// MiB that it takes.
        needed: u64,
    },
    /// It was stopped by a signal.
    #[error("interrupted: the chain is as it was; run the command again")]
    Interrupted,
    /// The new database is not what it should be.
    #[error("the copy ends with {found:?} instead of block #{number} {expected:?}: the chain is as it was")]
    Copy {
        /// Number of the last common block.
        number: u32,
        /// Its hash.
        expected: H256,
        /// Last block of the copy.
        found: H256,
    },
    /// The two databases cannot change places in one step.
    #[error(
        "the new database is complete in {staging}, but this file system cannot put it in the place of {current} in one \
         step ({reason}). Do it by hand: mv '{current}' '{current}.dead' && mv '{staging}' '{current}'"
    )]
    Exchange {
        /// Where the new one is.
        staging: String,
        /// Where the old one is.
        current: String,
        /// What the system answers.
        reason: io::Error,
    },
}

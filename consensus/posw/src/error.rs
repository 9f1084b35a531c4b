//! Why a block is refused or cannot be judged; one variant per rule, with what was found and what is allowed (R4.4).

use posw_primitives::CompactBits;
use sp_consensus_posw::ShapeError;
use sp_core::{sr25519, H256};

/// A rule of section 4, checks 1 to 3, that a header or a body breaks. Needs no state; whoever sent it is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// Check 1: the digest items (R3.1, R3.2).
    #[error("bad shape: {0}")]
    Shape(#[from] ShapeError),
    /// Check 2: the work hash is above the effective target (R2.5, R3.3).
    #[error("not enough work: work hash {found:?} (little-endian) is above the target of {allowed}")]
    Work {
        /// The work hash.
        found: H256,
        /// Compact form of the effective target.
        allowed: CompactBits,
    },
    /// Check 3: the signature is not the claimed sealing key's (R2.2).
    #[error("bad signature: not by the claimed sealing key {key}")]
    Signature {
        /// The key in the pre-runtime digest.
        key: sr25519::Public,
    },
    /// Check 3: the body has too many transactions (R3.4).
    #[error("bad body: {found} transactions, and {allowed} are allowed")]
    Transactions {
        /// Transactions of the body.
        found: usize,
        /// The most that a block may have.
        allowed: usize,
    },
    /// Check 3: the body is not the one that the header commits to.
    #[error("bad body: extrinsics root {found:?}, the header has {expected:?}")]
    Body {
        /// Root of the body, in the newer of the two forms.
        found: H256,
        /// Root in the header.
        expected: H256,
    },
}

impl RuleError {
    /// The check that failed, as metrics name it.
    pub fn stage(&self) -> &'static str {
        match self {
            Self::Shape(_) => "shape",
            Self::Work { .. } => "work",
            Self::Signature { .. } => "signature",
            Self::Transactions { .. } | Self::Body { .. } => "body",
        }
    }
}

/// Why a block could not be imported although nothing is known to be wrong with it; it may be tried again.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The block comes with a state instead of being executed.
    #[error("block {0:?} comes with its state: only full synchronisation is supported (--sync full)")]
    WithState(H256),
    /// The block is to be stored without being executed.
    #[error("block {0:?} is not to be executed: only full synchronisation is supported (--sync full)")]
    NotExecuted(H256),
    /// The block did not pass the verifier.
    #[error("block {0:?} reached the import without having been verified")]
    NotVerified(H256),
    /// The record of a known block's total work is missing (R5.1).
    #[error("no record of the total work of block {0:?}: the database is damaged or was written by another node")]
    MissingWeight(H256),
    /// A record of total work cannot be read.
    #[error("the record of the total work of block {hash:?} cannot be read: {reason}")]
    CorruptWeight {
        /// The block.
        hash: H256,
        /// What the decoder says.
        reason: String,
    },
    /// The database was written under another schema.
    #[error(
        "the database has version {found} of the consensus records, this node reads version {expected}: run the release that \
         wrote it, or remove the chain with `posw-node purge-chain` and synchronise again"
    )]
    SchemaVersion {
        /// Version found.
        found: u32,
        /// Version that this node reads.
        expected: u32,
    },
    /// The database has blocks, but does not say under which schema it was written.
    #[error(
        "the database has blocks up to #{best} and no version of the consensus records, this node reads version {expected}: \
         another program wrote it; choose another --base-path, or remove the chain with `posw-node purge-chain`"
    )]
    NoSchemaVersion {
        /// Number of its best block.
        best: u32,
        /// Version that this node reads.
        expected: u32,
    },
    /// The runtime could not be asked.
    #[error("the runtime at block {at:?} does not answer: {reason}")]
    Runtime {
        /// The block whose state was asked.
        at: H256,
        /// What went wrong.
        reason: String,
    },
    /// The database could not be read.
    #[error(transparent)]
    Client(#[from] sp_blockchain::Error),
}

impl From<ImportError> for sp_consensus::Error {
    fn from(error: ImportError) -> Self {
        Self::ClientImport(error.to_string())
    }
}

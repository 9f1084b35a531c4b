//! Check 6: a block whose execution fails is bad, and is not executed twice.
//!
//! Stands directly around the client, inside `sc_consensus_pow::PowBlockImport`. What that checks before, the inherents, stays
//! outside: a time too far ahead passes (R4.2).

use crate::{metrics::Metrics, PoswBlock};
use async_trait::async_trait;
use parking_lot::Mutex;
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ImportResult};
use sp_consensus::Error as ConsensusError;
use sp_core::H256;
use std::collections::VecDeque;

/// Hashes that are remembered. To have one forgotten takes the work of as many bad blocks, and as many peers that are dropped.
const REMEMBERED: usize = 256;

/// How the client reports that the runtime panicked or trapped while it executed a block. What the node itself is to blame for
/// reads otherwise: a state that cannot be read is `Runtime panicked`, and code that cannot be run was found out by check 5.
const ABORTED: &str = "Error at calling runtime api: Execution failed: Execution aborted due to ";

/// The client's import, which calls blocks bad whose execution fails, and remembers them.
///
/// Execution depends on nothing but the block and its parent's state, and check 5 has just run the same code on that state. So
/// a runtime that panics, or another state root, is the block's fault, already the first time: as an error it would restart
/// synchronisation and leave the sender where it is, again and again. Every other error is passed on and not remembered. A
/// restart of the node forgets everything.
///
/// # Consensus
/// Section 4, check 6; R4.2.
pub struct BadBlocks<I> {
    inner: I,
    metrics: Metrics,
    /// Newest last.
    hashes: Mutex<VecDeque<H256>>,
}

impl<I> BadBlocks<I> {
    /// No bad blocks yet; `inner` is the client.
    pub fn new(inner: I, metrics: Metrics) -> Self {
        Self { inner, metrics, hashes: Mutex::default() }
    }

    /// Whether the execution of a block has failed before; counts it as refused then.
    fn is_bad(&self, hash: &H256) -> bool {
        let is_bad = self.hashes.lock().contains(hash);
        if is_bad {
            self.metrics.rejected("execution");
        }
        is_bad
    }

    fn remember(&self, hash: H256) {
        self.metrics.rejected("execution");
        let mut hashes = self.hashes.lock();
        hashes.push_back(hash);
        if hashes.len() > REMEMBERED {
            hashes.pop_front();
        }
    }
}

#[async_trait]
impl<B, I> BlockImport<B> for BadBlocks<I>
where
    B: PoswBlock,
    I: BlockImport<B, Error = ConsensusError> + Send + Sync,
{
    type Error = ConsensusError;

    async fn check_block(&self, block: BlockCheckParams<B>) -> Result<ImportResult, ConsensusError> {
        if self.is_bad(&block.hash) {
            return Ok(ImportResult::KnownBad);
        }
        self.inner.check_block(block).await
    }

    async fn import_block(&self, block: BlockImportParams<B>) -> Result<ImportResult, ConsensusError> {
        let hash = block.post_hash();
        let result = self.inner.import_block(block).await;
        if let Some(reason) = result.as_ref().err().and_then(fault_of_block) {
            log::warn!(target: crate::LOG_TARGET, "❌ The execution of block {hash:?} failed: {reason}");
            self.remember(hash);
            return Ok(ImportResult::KnownBad);
        }
        result
    }
}

/// What the client says about a block whose execution failed by its own fault, without the trace behind it. The client's errors
/// come as text alone.
fn fault_of_block(error: &ConsensusError) -> Option<&str> {
    let ConsensusError::ClientImport(text) = error else { return None };
    let is_its_fault = text.starts_with(ABORTED) || *text == sp_blockchain::Error::InvalidStateRoot.to_string();
    text.lines().next().filter(|_| is_its_fault)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sc_executor::error::{Error as ExecutorError, MessageWithBacktrace, WasmError};
    use sp_api::ApiError;
    use sp_blockchain::Error;

    /// An error of the client as its import passes it on.
    fn passed_on(error: Error) -> ConsensusError {
        ConsensusError::ClientImport(error.to_string())
    }

    /// An error of the executor on its way through the client.
    fn executor(error: ExecutorError) -> ConsensusError {
        let error = Error::Execution(Box::new(error));
        passed_on(Error::RuntimeApiError(ApiError::Application(Box::new(error))))
    }

    fn message(text: &str) -> MessageWithBacktrace {
        MessageWithBacktrace { message: text.into(), backtrace: None }
    }

    #[test]
    fn what_execution_finds_is_the_blocks_fault() {
        for error in [
            passed_on(Error::InvalidStateRoot),
            executor(ExecutorError::AbortedDueToPanic(message("panicked at 'Storage root must match'"))),
            executor(ExecutorError::AbortedDueToTrap(message(
                "wasm `unreachable` instruction executed\nWASM backtrace:",
            ))),
        ] {
            let reason = fault_of_block(&error).unwrap_or_else(|| panic!("{error}"));
            assert!(error.to_string().contains(reason) && !reason.contains('\n'), "{reason}");
        }
    }

    #[test]
    fn what_the_node_cannot_do_is_not() {
        for error in [
            executor(ExecutorError::RuntimePanicked("Externalities not allowed to fail within runtime".into())),
            executor(ExecutorError::RuntimeConstruction(WasmError::Instantiation("out of memory".into()))),
            executor(ExecutorError::Other("Execution aborted due to nothing".into())),
            passed_on(Error::RuntimeApiError(ApiError::UnknownBlock("the state is gone".into()))),
            passed_on(Error::RuntimeCode("`:code` is gone")),
            passed_on(Error::StateDatabase("pruned".into())),
            passed_on(Error::Backend("the disk is full".into())),
            passed_on(Error::Storage("a trie node is missing".into())),
            passed_on(Error::NotInFinalizedChain),
            ConsensusError::ChainLookup(Error::InvalidStateRoot.to_string()),
        ] {
            assert!(fault_of_block(&error).is_none(), "{error}");
        }
    }

    #[test]
    fn the_memory_is_bounded_and_forgets_the_oldest() {
        let blocks = BadBlocks::new((), Metrics::new(None).unwrap());
        let hash = H256::from_low_u64_be;
        (0..300).for_each(|i| blocks.remember(hash(i)));
        assert_eq!(blocks.hashes.lock().len(), 256);
        assert!(!blocks.is_bad(&hash(43)) && blocks.is_bad(&hash(44)) && blocks.is_bad(&hash(299)));
    }
}

//! Checks of announced headers: no work, no attention (section 4).

use crate::{metrics::Metrics, verifier::check_header, PoswBlock};
use futures::{future, FutureExt};
use sp_consensus::block_validation::{BlockAnnounceValidator, Validation};
use sp_core::H256;
use std::{error::Error, future::Future, pin::Pin};

/// Disconnects peers that announce headers which break checks 1 to 3.
pub struct PoswAnnounceValidator {
    genesis: H256,
    metrics: Metrics,
}

impl PoswAnnounceValidator {
    /// A validator of the chain with this genesis block.
    pub fn new(genesis: H256, metrics: Metrics) -> Self {
        Self { genesis, metrics }
    }

    fn judge<B: PoswBlock>(&self, header: &B::Header, data: &[u8]) -> Validation {
        let checked = check_header(&self.genesis, &mut header.clone());
        if let Err(error) = &checked {
            self.metrics.rejected(error.stage());
            log::debug!(target: crate::LOG_TARGET, "announced header refused: {error}");
        }
        if checked.is_ok() && data.is_empty() {
            // Whether it is the best is decided when it is imported.
            Validation::Success { is_new_best: false }
        } else {
            Validation::Failure { disconnect: true }
        }
    }
}

impl<B: PoswBlock> BlockAnnounceValidator<B> for PoswAnnounceValidator {
    fn validate(
        &mut self,
        header: &B::Header,
        data: &[u8],
    ) -> Pin<Box<dyn Future<Output = Result<Validation, Box<dyn Error + Send>>> + Send>> {
        future::ready(Ok(self.judge::<B>(header, data))).boxed()
    }
}

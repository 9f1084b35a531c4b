//! Checks of announced headers: no work, no attention (section 4).

use crate::{
    metrics::Metrics,
    verifier::check_header,
    view::{now, ChainView},
    PoswBlock,
};
use futures::{future, FutureExt};
use sp_consensus::block_validation::{BlockAnnounceValidator, Validation};
use sp_core::H256;
use sp_runtime::traits::Header;
use std::{error::Error, future::Future, pin::Pin};

/// An announced header took next to no work, so that it is not worth remembering, nor its block asking for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the header of block {number} is far easier than the schedule allows")]
pub struct Cheap {
    /// Number of the block.
    pub number: u32,
}

/// Disconnects peers that announce headers which break checks 1 to 3, and ignores headers that took next to no work.
pub struct PoswAnnounceValidator {
    genesis: H256,
    view: ChainView,
    metrics: Metrics,
}

impl PoswAnnounceValidator {
    /// A validator of the chain with this genesis block.
    pub fn new(genesis: H256, view: ChainView, metrics: Metrics) -> Self {
        Self { genesis, view, metrics }
    }

    fn judge<B: PoswBlock>(&self, header: &B::Header, data: &[u8]) -> Result<Validation, Cheap> {
        let (verified, _) = match check_header(&self.genesis, &mut header.clone()) {
            Ok(verified) if data.is_empty() => verified,
            Ok(_) => return Ok(Validation::Failure { disconnect: true }),
            Err(error) => {
                self.metrics.rejected(error.stage());
                log::debug!(target: crate::LOG_TARGET, "announced header refused: {error}");
                return Ok(Validation::Failure { disconnect: true });
            }
        };
        // Without a view there is nothing to compare with: the node catches up, or has just begun.
        let number = *header.number();
        if self.view.get().is_some_and(|view| view.is_cheap(number, &verified.claims, now())) {
            self.metrics.rejected("plausibility");
            return Err(Cheap { number });
        }
        // Whether it is the best is decided when it is imported.
        Ok(Validation::Success { is_new_best: false })
    }
}

impl<B: PoswBlock> BlockAnnounceValidator<B> for PoswAnnounceValidator {
    fn validate(
        &mut self,
        header: &B::Header,
        data: &[u8],
    ) -> Pin<Box<dyn Future<Output = Result<Validation, Box<dyn Error + Send>>> + Send>> {
        future::ready(self.judge::<B>(header, data).map_err(|error| Box::new(error) as _)).boxed()
    }
}

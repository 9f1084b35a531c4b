//! From the units of a file to those of its chain.

use super::{
    check::Limits,
    document::{Document, Refusal},
    quantity::{Decimal, Span},
};
use crate::chain_spec::TOKEN_DECIMALS;
use posw_primitives::Factor;

/// What the chain counts in.
pub(super) struct Units<'a> {
    pub(super) document: &'a Document,
    /// Decimals of the token.
    pub(super) decimals: u32,
    /// Milliseconds between blocks.
    pub(super) block_time: u64,
    /// The same where a chain has the defaults.
    pub(super) default_block_time: u64,
}

impl Units<'_> {
    /// A span in blocks.
    pub(super) fn blocks(&self, given: Option<Span>, default: u32) -> u32 {
        given.map_or(default, |span| span.blocks(self.block_time))
    }

    /// As many blocks as take the time of so many by default, rounded up.
    pub(super) fn as_long(&self, blocks: u32) -> u32 {
        Span::Millis(self.default_block_time.saturating_mul(blocks.into())).blocks(self.block_time)
    }

    /// An amount in the smallest unit; the default is in that of a token with the default decimals.
    pub(super) fn amount(&self, path: &str, given: Option<Decimal>, default: u128) -> Result<u128, Refusal> {
        let Some(given) = given else { return Ok(self.coins(default)) };
        given.scaled(self.decimals).map_err(|expected| self.document.refuse_value(path, expected))
    }

    /// An amount of a token with the default decimals as one of this token.
    pub(super) fn coins(&self, amount: u128) -> u128 {
        match self.decimals.checked_sub(TOKEN_DECIMALS) {
            Some(more) => amount.saturating_mul(10_u128.saturating_pow(more)),
            None => amount / 10_u128.saturating_pow(TOKEN_DECIMALS.saturating_sub(self.decimals)),
        }
    }

    /// A number in billionths.
    pub(super) fn billionths(&self, path: &str, given: Option<Decimal>, default: u64) -> Result<u64, Refusal> {
        let Some(given) = given else { return Ok(default) };
        given.billionths().map_err(|expected| self.document.refuse_value(path, expected))
    }

    /// A boost, which is in range by its type.
    pub(super) fn boost(&self, path: &str, given: Decimal) -> Result<Factor, Refusal> {
        let billionths = self.billionths(path, Some(given), 0)?;
        Factor::try_from(billionths).map_err(|_| {
            let range = [Factor::ONE, Factor::MAX].map(|factor| factor.billionths().into());
            Limits { value: billionths.into(), range }.refuse(self.document, path, self.decimals)
        })
    }
}

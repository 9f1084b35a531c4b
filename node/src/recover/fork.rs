//! The last block that a node has in common with the chain that it is to follow.

use super::Refusal;
use crate::{
    error::Result,
    rpc_client::RpcClient,
    service::{Block, Client},
};
use sc_cli::BlockNumberOrHash;
use sp_blockchain::HeaderBackend;
use sp_core::H256;
use sp_runtime::generic::BlockId;
use std::fmt::Display;

/// How the last common block is told.
#[derive(Clone, Debug)]
pub enum Fork {
    /// By its number or its hash.
    Block(BlockId<Block>),
    /// By the RPC address of a node of the chain to follow.
    Rpc(String),
}

impl Fork {
    /// Reads it from the command line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        if text.contains("://") {
            return RpcClient::new(text).map(|rpc| Self::Rpc(rpc.url().into())).map_err(|error| error.to_string());
        }
        let block = text.parse().ok().and_then(|block: BlockNumberOrHash| block.parse::<Block>().ok());
        block.map(Self::Block).ok_or_else(|| "allowed is a block's number, its hash, or http://ADDRESS:PORT".into())
    }

    /// Number and hash of the block, which is on the best chain of this node.
    pub(super) fn find(&self, client: &Client) -> Result<(u32, H256)> {
        match self {
            Self::Block(BlockId::Number(number)) => on_chain(Some(*number), None, number, client),
            Self::Block(BlockId::Hash(hash)) => {
                on_chain(client.number(*hash)?, Some(*hash), &format!("{hash:?}"), client)
            }
            Self::Rpc(url) => {
                let number = by_rpc(url, client)?;
                on_chain(Some(number), None, &number, client)
            }
        }
    }
}

/// The block of the best chain with this number, and with this hash where one was given.
fn on_chain(number: Option<u32>, expected: Option<H256>, given: &dyn Display, client: &Client) -> Result<(u32, H256)> {
    let hash = number.map(|number| client.hash(number)).transpose()?.flatten();
    let hash = hash.filter(|hash| expected.is_none_or(|expected| expected == *hash));
    let not_on_chain = || Refusal::NotOnChain { given: given.to_string(), best: client.info().best_number };
    number.zip(hash).ok_or_else(|| not_on_chain().into())
}

/// The last block that is on the best chains of both this node and the one at `url`.
fn by_rpc(url: &str, client: &Client) -> Result<u32> {
    let rpc = RpcClient::new(url)?;
    let info = client.info();
    let found = rpc.block_hash(0)?;
    if found != Some(info.genesis_hash) {
        return Err(Refusal::OtherChain { url: rpc.url().into(), found, expected: info.genesis_hash }.into());
    }
    let highest = rpc.header(None)?.map_or(0, |header| header.number);
    let common = last_common(info.best_number.min(highest), |number| {
        let theirs = rpc.block_hash(number)?;
        Ok(theirs.is_some() && theirs == client.hash(number)?)
    })?;
    // A node that is only behind shows no fork, and would take this one back to where it stands itself.
    if common == highest {
        return Err(Refusal::NoFork { url: rpc.url().into(), highest }.into());
    }
    Ok(common)
}

/// The last number up to `highest` at which two chains are the same, which they are at 0.
fn last_common(highest: u32, mut is_common: impl FnMut(u32) -> Result<bool>) -> Result<u32> {
    let (mut common, mut above) = (0, highest.saturating_add(1));
    while above.saturating_sub(common) > 1 {
        let middle = common.midpoint(above);
        if is_common(middle)? {
            common = middle;
        } else {
            above = middle;
        }
    }
    Ok(common)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fork_is_told_by_number_hash_or_address() {
        let hash = format!("0x{}", "7".repeat(64));
        for block in ["0", "1234", &hash] {
            assert!(matches!(Fork::parse(block), Ok(Fork::Block(_))), "{block}");
        }
        assert!(matches!(Fork::parse("ws://127.0.0.1:9944"), Ok(Fork::Rpc(url)) if url == "http://127.0.0.1:9944"));
        for nonsense in ["", "-1", "0x12", "fork", "4294967296", "https://node.example"] {
            let error = Fork::parse(nonsense).unwrap_err();
            assert!(error.contains("allowed is"), "{nonsense}: {error}");
        }
    }

    #[test]
    fn the_last_common_block_is_found_in_few_questions() {
        for highest in [0, 1, 2, 7, 1_000_000] {
            for fork in [0, 1, 2, 6, 7, 500_000, 999_999, 1_000_000].into_iter().filter(|fork| *fork <= highest) {
                let mut questions = 0;
                let found = last_common(highest, |number| {
                    questions += 1;
                    assert!((1..=highest).contains(&number), "#{number} is asked for");
                    Ok(number <= fork)
                });
                assert_eq!(found.unwrap(), fork, "of {highest}");
                assert!(questions <= 20, "{questions} questions");
            }
        }
    }
}

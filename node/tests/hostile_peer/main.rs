//! The hostile peer of the tests: a node that serves one tampered block.
//!
//! It takes the arguments of `posw-node`, and follows the chain honestly up to a height. The block that it gets at that height
//! it stores with one part changed, as its best one, so that it announces it and serves it to whoever syncs from it. Later
//! blocks it stores unseen.
//!
//! | variable | meaning |
//! |---|---|
//! | `HOSTILE_PART` | the part that is changed: `seal`, `digest` or `body` |
//! | `HOSTILE_HEIGHT` | the height |

mod tamper;

use async_trait::async_trait;
use sc_consensus::{
    BlockCheckParams, BlockImport, BlockImportParams, BoxBlockImport, ForkChoiceStrategy, ImportResult, StateAction,
};
use sp_consensus::{BlockOrigin, Error as ConsensusError};
use stakework_node::{
    command,
    service::{Block, Client, Rules},
};
use std::{env, error::Error, str::FromStr, sync::Arc};
use tamper::Part;

fn main() -> Result<(), Box<dyn Error>> {
    let (part, height) = (variable("HOSTILE_PART")?, variable("HOSTILE_HEIGHT")?);
    let replace = move |client, honest: Rules| Rules {
        verifier: honest.verifier,
        import: Box::new(HostileImport { client, honest: honest.import, part, height }),
    };
    Ok(command::run_with(Some(Box::new(replace)))?)
}

fn variable<T: FromStr<Err: Error + 'static>>(name: &str) -> Result<T, Box<dyn Error>> {
    let value = env::var(name).map_err(|error| format!("{name}: {error}"))?;
    Ok(value.parse()?)
}

/// Honest below a height; tampers with the block at it; above it, stores what comes.
struct HostileImport {
    client: Arc<Client>,
    honest: BoxBlockImport<Block>,
    part: Part,
    height: u32,
}

impl HostileImport {
    /// Stores a block without a look at it: no rule, no execution, so no state.
    async fn store(&self, mut block: BlockImportParams<Block>, is_best: bool) -> Result<ImportResult, ConsensusError> {
        block.intermediates.clear();
        block.post_hash = None;
        block.state_action = StateAction::Skip;
        block.fork_choice = Some(ForkChoiceStrategy::Custom(is_best));
        // By its origin the network is told of a block, or not.
        block.origin = if is_best { BlockOrigin::NetworkBroadcast } else { BlockOrigin::NetworkInitialSync };
        self.client.import_block(block).await
    }
}

#[async_trait]
impl BlockImport<Block> for HostileImport {
    type Error = ConsensusError;

    async fn check_block(&self, block: BlockCheckParams<Block>) -> Result<ImportResult, ConsensusError> {
        self.honest.check_block(block).await
    }

    async fn import_block(&self, block: BlockImportParams<Block>) -> Result<ImportResult, ConsensusError> {
        if block.header.number < self.height {
            return self.honest.import_block(block).await;
        }
        if block.header.number == self.height {
            self.store(self.part.tampered(&block), true).await?;
        }
        self.store(block, false).await
    }
}

//! Our verifier and import beside those of `sc-consensus-pow`, whose algorithm here finds every block valid, and what lies between
//! the two, step by step: in turns, in this process, each into a new database.

use crate::{
    chain::Chain,
    opened::Opened,
    turns::{processor_time, Rounds, BLOCKS},
};
use async_trait::async_trait;
use posw_primitives::U256;
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, BoxBlockImport, ImportResult, LongestChain};
use sc_consensus_posw::verifier::{Verified, VERIFIED_KEY};
use sc_consensus_pow::{Error, PowAlgorithm, PowBlockImport, PowVerifier};
use sp_api::ProvideRuntimeApi;
use sp_consensus::{BlockOrigin, Error as ConsensusError};
use sp_consensus_posw::PoswApi;
use sp_core::H256;
use sp_runtime::{generic::BlockId, AccountId32};
use sp_timestamp::InherentDataProvider as Timestamp;
use stakework_node::service::{Block, Client, Rules};
use std::sync::Arc;

/// How a node gets its rules.
type MakeRules = fn(&Opened) -> Rules;

/// From the SDK's import to ours.
const STEPS: [(&str, MakeRules); 4] = [
    ("sc-consensus-pow alone", stock_rules),
    ("with our verifier", |opened| half_way(opened, false)),
    ("and the claims", |opened| half_way(opened, true)),
    ("ours", Opened::rules),
];

/// Prints the processor time of a block with each, on the thread that imports; the database writes on others.
pub(crate) fn run(chain: &Chain) {
    let blocks = chain.blocks(BLOCKS);
    let time = |rules: MakeRules| {
        let opened = Opened::new(chain);
        let rules = rules(&opened);
        let blocks = blocks.clone();
        let (number, start) = (u32::try_from(blocks.len()).expect("few"), processor_time());
        for block in blocks {
            let result = opened.receive(&rules, block, BlockOrigin::File);
            assert!(matches!(result, Ok(ImportResult::Imported(_))), "{result:?}");
        }
        (processor_time() - start) / number
    };
    let [a, b, c, d] = STEPS.map(|(_, rules)| move || time(rules));
    let rounds = Rounds::of([&a, &b, &c, &d]);
    println!("import of a block");
    for (which, (step, _)) in STEPS.iter().enumerate() {
        let (time, ratio) = (rounds.time(which).as_micros(), rounds.ratio(which, 0));
        println!("  {step:<23} {time:>6} µs, {ratio:.2} times");
    }
}

/// The SDK's verifier and import.
fn stock_rules(opened: &Opened) -> Rules {
    Rules { verifier: Box::new(PowVerifier::<Block, _>::new(AlwaysValid)), import: stock_import(opened) }
}

/// The SDK's import, with the same checks of inherents.
fn stock_import(opened: &Opened) -> BoxBlockImport<Block> {
    let (client, backend) = (opened.parts.client.clone(), opened.parts.backend.clone());
    let inherents = |_, ()| async { Ok(Timestamp::from_system_time()) };
    Box::new(PowBlockImport::new(client.clone(), client, AlwaysValid, 0, LongestChain::new(backend), inherents))
}

/// Our verifier before the SDK's import, and of our import the question for the claims, or not.
fn half_way(opened: &Opened, asks: bool) -> Rules {
    let (client, inner) = (opened.parts.client.clone(), stock_import(opened));
    Rules { verifier: Box::new(opened.parts.verifier.clone()), import: Box::new(HalfWay { client, inner, asks }) }
}

/// An algorithm that asks for nothing.
#[derive(Clone)]
struct AlwaysValid;

impl PowAlgorithm<Block> for AlwaysValid {
    type Difficulty = U256;

    fn difficulty(&self, _: H256) -> Result<U256, Error<Block>> {
        Ok(U256::one())
    }

    fn verify(
        &self,
        _: &BlockId<Block>,
        _: &H256,
        _: Option<&[u8]>,
        _: &Vec<u8>,
        _: U256,
    ) -> Result<bool, Error<Block>> {
        Ok(true)
    }
}

/// Hands on what our verifier has verified.
struct HalfWay {
    client: Arc<Client>,
    inner: BoxBlockImport<Block>,
    /// Whether the parent's state is asked for the claims before.
    asks: bool,
}

#[async_trait]
impl BlockImport<Block> for HalfWay {
    type Error = ConsensusError;

    async fn check_block(&self, block: BlockCheckParams<Block>) -> Result<ImportResult, ConsensusError> {
        self.inner.check_block(block).await
    }

    async fn import_block(&self, mut block: BlockImportParams<Block>) -> Result<ImportResult, ConsensusError> {
        let Verified { claims, .. } = block.remove_intermediate(VERIFIED_KEY)?;
        if self.asks {
            let expected = self.client.runtime_api().claims(block.header.parent_hash, AccountId32::new(claims.miner));
            assert_eq!(claims, expected.expect("the parent's state is there"));
        }
        self.inner.import_block(block).await
    }
}

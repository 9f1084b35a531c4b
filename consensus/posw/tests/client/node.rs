//! The pieces of a node, put together as in production around the fake client.

use crate::{
    chain::{genesis, Block, Draft, Header, Sealed},
    database::{BestChain, Database, NoInherents},
    fake::FakeClient,
    state::BLOCK_TIME,
};
use futures::executor::block_on;
use sc_consensus::{BlockCheckParams, BlockImport, BlockImportParams, ImportResult, Verifier};
use sc_consensus_posw::{
    announce::PoswAnnounceValidator, BadBlocks, ChainView, Metrics, MiningHold, PoswAlgorithm, PoswBlockImport,
    PoswVerifier, RuleError, SyncState,
};
use sc_consensus_pow::PowBlockImport;
use sp_consensus::{
    block_validation::{BlockAnnounceValidator, Validation},
    BlockOrigin,
};
use std::{sync::Arc, time::Duration};
use substrate_prometheus_endpoint::{prometheus::TextEncoder, Registry};

type Inner = PowBlockImport<Block, BadBlocks<Database>, FakeClient, BestChain, PoswAlgorithm<FakeClient>, NoInherents>;

/// A node at genesis that knows the rules of its chain.
pub(crate) struct Node {
    pub(crate) client: Arc<FakeClient>,
    pub(crate) database: Database,
    pub(crate) import: PoswBlockImport<Inner, FakeClient>,
    pub(crate) verifier: PoswVerifier,
    pub(crate) view: ChainView,
    pub(crate) sync: SyncState,
    pub(crate) hold: MiningHold<FakeClient>,
    pub(crate) metrics: Metrics,
    registry: Registry,
}

impl Node {
    pub(crate) fn new() -> Self {
        let registry = Registry::new();
        let metrics = Metrics::new(Some(&registry)).expect("all names are free");
        let client = Arc::new(FakeClient::new());
        let database = Database::new(client.clone());
        let (view, sync) = (ChainView::default(), SyncState::new(Duration::from_millis(BLOCK_TIME)));
        let hold = MiningHold::load(client.clone()).expect("the records can be read");
        let algorithm = PoswAlgorithm::new(client.clone());
        let best_chain = BestChain(client.clone());
        let executing = BadBlocks::new(database.clone(), metrics.clone());
        let inner = PowBlockImport::new(executing, client.clone(), algorithm, 0, best_chain, NoInherents);
        let import =
            PoswBlockImport::new(inner, client.clone(), view.clone(), sync.clone(), hold.clone(), metrics.clone());
        let verifier = PoswVerifier::new(genesis().hash(), metrics.clone());
        let node = Self { client, database, import, verifier, view, sync, hold, metrics, registry };
        node.refresh_view();
        node
    }

    /// Makes the node look at the chain's rules as they are now; these calls are not counted.
    pub(crate) fn refresh_view(&self) {
        self.view.refresh::<Block, _>(&*self.client).expect("the runtime answers");
        self.client.take_calls();
    }

    /// Takes a block in as the import queue does.
    ///
    /// # Errors
    /// The text of the verifier's or the import's error.
    pub(crate) async fn receive(&self, origin: BlockOrigin, block: &Sealed) -> Result<ImportResult, String> {
        let checked = self.import.check_block(known_of(block)).await.map_err(|error| error.to_string())?;
        if !matches!(checked, ImportResult::Imported(_)) {
            return Ok(checked);
        }
        let verified = self.verifier.verify(params(origin, block)).await?;
        self.import.import_block(verified).await.map_err(|error| error.to_string())
    }

    /// [`Self::receive`] where nothing waits.
    pub(crate) fn import(&self, origin: BlockOrigin, block: &Sealed) -> Result<ImportResult, String> {
        block_on(self.receive(origin, block))
    }

    /// Imports a block that must be good; returns its header.
    pub(crate) fn accept(&self, draft: Draft) -> Header {
        let block = draft.seal();
        let result = self.import(BlockOrigin::Own, &block).expect("a good block");
        assert!(matches!(result, ImportResult::Imported(_)), "{result:?}");
        self.client.take_calls();
        block.header
    }

    /// What becomes of an announcement; `None` where it is ignored.
    pub(crate) fn announce(&self, header: &Header, data: &[u8]) -> Option<Validation> {
        let mut validator = PoswAnnounceValidator::new(genesis().hash(), self.view.clone(), self.metrics.clone());
        let validation = BlockAnnounceValidator::<Block>::validate(&mut validator, header, data);
        block_on(validation).ok()
    }

    /// The rule that a block breaks. Nobody asked the runtime, and nothing reached the import.
    pub(crate) fn refused(&self, block: &Sealed) -> RuleError {
        let before = self.database.received().len();
        let prepared = self.verifier.prepare::<Block>(params(BlockOrigin::NetworkBroadcast, block));
        let Err(error) = prepared else { panic!("accepted: {block:?}") };
        assert_eq!(self.import(BlockOrigin::NetworkBroadcast, block), Err(error.to_string()));
        assert_eq!(self.client.take_calls(), []);
        assert_eq!(self.database.received().len(), before);
        error
    }

    /// Value of a metric, named with its labels; 0 where it was never counted.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let text = TextEncoder::new().encode_to_string(&self.registry.gather()).expect("plain text");
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.map_or(0.0, |value| value.parse().expect("a number"))
    }
}

/// What the import queue asks about first.
fn known_of(block: &Sealed) -> BlockCheckParams<Block> {
    BlockCheckParams {
        hash: block.hash(),
        number: block.header.number,
        parent_hash: block.header.parent_hash,
        allow_missing_state: false,
        allow_missing_parent: false,
        import_existing: false,
    }
}

/// What the network hands to the verifier.
pub(crate) fn params(origin: BlockOrigin, block: &Sealed) -> BlockImportParams<Block> {
    let mut params = BlockImportParams::new(origin, block.header.clone());
    params.body = Some(block.body.clone());
    params
}

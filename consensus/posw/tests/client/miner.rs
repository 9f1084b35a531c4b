//! A node that mines on blocks which a fake proposer builds.

use crate::{
    chain::{body_root, extrinsic, factor, id, Block, Header},
    database::NoInherents,
    fake::FakeClient,
    node::Node,
};
use futures::{
    channel::mpsc::{unbounded, UnboundedSender},
    future::{ready, BoxFuture, Ready},
    FutureExt, StreamExt,
};
use posw_primitives::WorkHeader;
use sc_consensus_posw::{BuildEmptyBlock, Job, JobSource, MiningConfig, MiningHandle, Outcome, Parts, Solution};
use sc_keystore::LocalKeystore;
use sp_api::ProvideRuntimeApi;
use sp_consensus::{Environment, Error, Proposal, ProposeArgs, Proposer};
use sp_consensus_posw::{claims_item, PoswApi, KEY_TYPE};
use sp_core::{storage::StateVersion, H256};
use sp_inherents::InherentData;
use sp_keyring::Sr25519Keyring as Key;
use sp_keystore::Keystore;
use sp_runtime::{
    generic::Digest,
    traits::{Block as _, Header as _},
    AccountId32,
};
use std::{
    future::Future,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
        Arc,
    },
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

/// As good as at once.
const SHORT: Duration = Duration::from_millis(5);
/// Longer than any test.
const LONG: Duration = Duration::from_secs(3_600);

/// Builds blocks none of which is like another.
#[derive(Clone)]
struct Builds {
    begun: Arc<AtomicU64>,
    /// How many of them may hold transactions.
    filled: Arc<AtomicU64>,
    pace: watch::Receiver<Pace>,
    /// Transactions that blocks hold.
    pool: Arc<AtomicU64>,
}

impl Builds {
    fn begin(&self, parent: &Header, transactions: Option<u64>) -> Build {
        let (mark, pace) = (self.begun.fetch_add(1, SeqCst), self.pace.clone());
        Build { parent: parent.clone(), mark, transactions, pace }
    }
}

/// Builds blocks without transactions.
struct EmptyBuilds {
    builds: Builds,
    client: Arc<FakeClient>,
}

impl BuildEmptyBlock<Block> for EmptyBuilds {
    async fn build(
        &mut self,
        parent: &Header,
        miner: AccountId32,
        _: InherentData,
    ) -> Result<Proposal<Block>, sp_blockchain::Error> {
        let claims = self.client.runtime_api().claims(parent.hash(), miner)?;
        let inherent_digests = Digest { logs: vec![claims_item(&claims)] };
        let build = self.builds.begin(parent, None);
        Ok(build.propose(ProposeArgs { inherent_digests, ..Default::default() }).await?)
    }
}

/// What becomes of blocks that are begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pace {
    /// They are done at once.
    Ready,
    /// They take their time, until that changes.
    Slow,
    /// Those with transactions take their time.
    SlowPool,
    /// They fail.
    Failing,
}

struct Build {
    parent: Header,
    mark: u64,
    /// Transactions, where there may be any.
    transactions: Option<u64>,
    pace: watch::Receiver<Pace>,
}

impl Environment<Block> for Builds {
    type Proposer = Build;
    type CreateProposer = Ready<Result<Build, Error>>;
    type Error = Error;

    fn init(&mut self, parent: &Header) -> Self::CreateProposer {
        self.filled.fetch_add(1, SeqCst);
        ready(Ok(self.begin(parent, Some(self.pool.load(SeqCst)))))
    }
}

impl Proposer<Block> for Build {
    type Error = Error;
    type Proposal = BoxFuture<'static, Result<Proposal<Block>, Error>>;

    fn propose(mut self, args: ProposeArgs<Block>) -> Self::Proposal {
        let transactions =
            (0..self.transactions.unwrap_or(0)).map(|index| [b"transaction", &index.to_le_bytes()[..]].concat());
        let inherent = self.mark.to_le_bytes().to_vec();
        let body: Vec<_> = [inherent].into_iter().chain(transactions).map(|content| extrinsic(&content)).collect();
        let root = body_root(&body, StateVersion::V1);
        let (number, digest) = (self.parent.number + 1, args.inherent_digests);
        let header = Header::new(number, root, H256::repeat_byte(9), self.parent.hash(), digest);
        let proposal = Proposal { block: Block::new(header, body), storage_changes: Default::default() };
        async move {
            let is_slow = |pace: &Pace| match pace {
                Pace::Ready | Pace::Failing => false,
                Pace::Slow => true,
                Pace::SlowPool => self.transactions.is_some(),
            };
            let pace = *self.pace.wait_for(|pace| !is_slow(pace)).await.expect("the test has it");
            match pace {
                Pace::Failing => Err(Error::Other("the test says so".into())),
                _ => Ok(proposal),
            }
        }
        .boxed()
    }
}

/// A node that mines for Alice, whose factor is 20.
pub(crate) struct Miner {
    pub(crate) node: Node,
    handle: MiningHandle,
    pub(crate) jobs: watch::Receiver<Option<Arc<Job>>>,
    keystore: Arc<LocalKeystore>,
    builds: Builds,
    pace: watch::Sender<Pace>,
    pool: Arc<AtomicU64>,
    /// Whether the pool has transactions that no block takes.
    misfits: Arc<AtomicBool>,
    /// Says that transactions have arrived.
    arrivals: UnboundedSender<()>,
}

impl Miner {
    /// Mines, and looks for a reason to rebuild the template every few milliseconds.
    pub(crate) fn new() -> Self {
        Self::at_pace(SHORT, LONG)
    }

    /// Mines, and rebuilds the template at once or not at all.
    pub(crate) fn prompt() -> Self {
        Self::at_pace(LONG, LONG)
    }

    /// Mines with a template that is rebuilt at most once in `refresh`, and when it is as old as `max_age`.
    pub(crate) fn at_pace(refresh: Duration, max_age: Duration) -> Self {
        let miner = Self::on(Node::new(), refresh, max_age);
        miner.insert_key(Key::Alice);
        miner
    }

    /// Starts to mine once it has its key.
    pub(crate) fn without_key(node: Node) -> Self {
        Self::on(node, SHORT, LONG)
    }

    fn on(node: Node, refresh: Duration, max_age: Duration) -> Self {
        node.client.rules(|rules| {
            rules.factors.insert(id(Key::Alice), factor(20));
        });
        let (keystore, (pace, receiver)) = (Arc::new(LocalKeystore::in_memory()), watch::channel(Pace::Ready));
        let (pool, misfits) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let has_transactions = {
            let (pool, misfits) = (pool.clone(), misfits.clone());
            move || pool.load(SeqCst) > 0 || misfits.load(SeqCst)
        };
        let builds = Builds { begun: Arc::default(), filled: Arc::default(), pace: receiver, pool: pool.clone() };
        let empty = EmptyBuilds { builds: builds.clone(), client: node.client.clone() };
        let (arrivals, transactions) = unbounded();
        let parts = Parts {
            client: node.client.clone(),
            full: builds.clone(),
            empty,
            inherents: NoInherents,
            keystore: keystore.clone(),
            import: Box::new(node.import.clone()),
            verifier: node.verifier.clone(),
            transactions: transactions.boxed(),
            has_transactions: Box::new(has_transactions),
            sync: node.sync.clone(),
            hold: node.hold.clone(),
            metrics: node.metrics.clone(),
        };
        let config = MiningConfig { refresh, max_age, ..MiningConfig::new(id(Key::Alice).into()) };
        let (source, handle) = JobSource::new(parts, config);
        tokio::spawn(source.run());
        Self { node, jobs: handle.jobs(), handle, keystore, builds, pace, pool, misfits, arrivals }
    }

    pub(crate) fn insert_key(&self, key: Key) {
        self.keystore.sr25519_generate_new(KEY_TYPE, Some(&key.to_seed())).expect("a good seed");
    }

    /// Has a transaction arrive, which stays in the pool.
    pub(crate) fn add_transaction(&self) {
        self.add_transaction_silently();
        self.arrivals.unbounded_send(()).expect("the source runs");
    }

    /// Has a transaction return to the pool.
    pub(crate) fn add_transaction_silently(&self) {
        self.pool.fetch_add(1, SeqCst);
    }

    /// Has a transaction return to the pool that no block takes.
    pub(crate) fn add_misfit(&self) {
        self.misfits.store(true, SeqCst);
    }

    /// How many blocks were begun.
    pub(crate) fn builds(&self) -> u64 {
        self.builds.begun.load(SeqCst)
    }

    /// How many of them may hold transactions.
    pub(crate) fn filled_builds(&self) -> u64 {
        self.builds.filled.load(SeqCst)
    }

    /// Waits until another block is begun than the `known` ones.
    pub(crate) async fn build_after(&self, known: u64) -> u64 {
        in_time(async {
            while self.builds() == known {
                sleep(SHORT).await;
            }
        })
        .await;
        self.builds()
    }

    /// Sets what becomes of blocks, those that take their time included.
    pub(crate) fn set_pace(&self, pace: Pace) {
        self.pace.send_replace(pace);
    }

    /// The first job after the one with this number.
    pub(crate) async fn job_after(&mut self, id: u64) -> Arc<Job> {
        let newer = self.jobs.wait_for(|job| job.as_ref().is_some_and(|job| job.id > id));
        in_time(newer).await.expect("the source runs").clone().expect("a job")
    }

    pub(crate) async fn submit(&self, solution: Solution) -> Outcome {
        in_time(self.handle.submit(solution)).await
    }

    /// Has the template rebuilt on the same parent.
    pub(crate) async fn rebuilt(&mut self, job: &Job) -> Arc<Job> {
        self.add_transaction();
        let rebuilt = self.job_after(job.id).await;
        assert_eq!(rebuilt.parent, job.parent);
        rebuilt
    }

    /// Solves a job and expects its block to be imported.
    pub(crate) async fn mine(&self, job: &Job) -> H256 {
        match self.submit(solution(job)).await {
            Outcome::Imported(hash) => hash,
            other => panic!("{other:?}"),
        }
    }
}

/// What is waited for comes within seconds, or never.
pub(crate) async fn in_time<F: Future>(future: F) -> F::Output {
    timeout(Duration::from_secs(20), future).await.expect("nothing came")
}

pub(crate) fn solution(job: &Job) -> Solution {
    find(job, true)
}

/// The first nonce that solves a job, or the first that does not.
pub(crate) fn find(job: &Job, solved: bool) -> Solution {
    let header = |nonce| WorkHeader { version: 0x1000, root: [8; 32], time: 1, nonce, ..job.header };
    let nonce = (0..u32::MAX).find(|nonce| header(*nonce).meets_target() == solved).expect("the target is easy");
    let WorkHeader { version, root, time, .. } = header(nonce);
    Solution { job: job.id, version, root, time, nonce }
}

//! The job source: keeps a template of the next block, hands out its job, imports what is solved (R11.1, R11.2).

use crate::{
    handle::{link, Job, MiningHandle, Outcome, Solution, Source, Stale},
    metrics::Metrics,
    sync_state::SyncState,
    template::{Builder, Template, TemplateError, BUILD_TIME},
    verifier::PoswVerifier,
    PoswBlock,
};
use futures::{stream::BoxStream, StreamExt};
use sc_client_api::{BlockchainEvents, ImportNotifications};
use sc_consensus::{BlockImportParams, BoxBlockImport, ImportResult, StateAction, StorageChanges};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus::{BlockOrigin, Environment};
use sp_consensus_posw::PoswApi;
use sp_core::H256;
use sp_inherents::CreateInherentDataProviders;
use sp_keystore::KeystorePtr;
use sp_runtime::{traits::Header, AccountId32};
use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

/// How a node mines.
#[derive(Clone, Debug)]
pub struct MiningConfig {
    /// Account that owns the stake and earns the rewards.
    pub miner: AccountId32,
    /// How soon transactions get into the template; also how often it is rebuilt at most while the best block stays.
    pub refresh: Duration,
    /// How old a template gets without transactions.
    pub max_age: Duration,
    /// How long building one may take.
    pub build_time: Duration,
}

impl MiningConfig {
    /// The defaults: transactions within a second, the time within five.
    pub fn new(miner: AccountId32) -> Self {
        let (refresh, max_age) = (Duration::from_secs(1), Duration::from_secs(5));
        Self { miner, refresh, max_age, build_time: BUILD_TIME }
    }
}

/// What a job source works with.
pub struct Parts<B: PoswBlock, C, E, CIDP> {
    /// The client.
    pub client: Arc<C>,
    /// Makes proposers.
    pub environment: E,
    /// Makes inherents.
    pub inherents: CIDP,
    /// Has the sealing key.
    pub keystore: KeystorePtr,
    /// Imports what is solved.
    pub import: BoxBlockImport<B>,
    /// Prepares it for the import.
    pub verifier: PoswVerifier,
    /// Says that transactions have arrived.
    pub transactions: BoxStream<'static, ()>,
    /// Whether the node is catching up.
    pub sync: SyncState,
    /// Counts.
    pub metrics: Metrics,
}

/// Templates that are kept for late solutions: with one a second, those of the last half minute. As many solved jobs are known.
const KEPT: usize = 32;
/// Identity of the first job.
const FIRST_JOB: u64 = 1;

/// Keeps a template of the next block.
pub struct JobSource<B: PoswBlock, C, E, CIDP> {
    builder: Builder<C, E, CIDP>,
    import: BoxBlockImport<B>,
    verifier: PoswVerifier,
    transactions: BoxStream<'static, ()>,
    metrics: Metrics,
    source: Source,
    /// Newest first; those whose parent is neither the best block nor its parent are dropped.
    templates: VecDeque<Template<B>>,
    /// Jobs that were solved, newest first.
    solved: VecDeque<u64>,
    next_id: u64,
    /// When the last template was built, or mining began.
    last_built: Instant,
    /// Transactions have arrived since the template was built.
    outdated: bool,
    /// Since when the best block is the best.
    parent_since: (H256, Instant),
    /// The last complaint, so that it is not repeated each second.
    complaint: Option<TemplateError>,
}

impl<B, C, E, CIDP> JobSource<B, C, E, CIDP>
where
    B: PoswBlock,
    C: ProvideRuntimeApi<B> + HeaderBackend<B> + BlockchainEvents<B>,
    C::Api: PoswApi<B>,
    E: Environment<B>,
    CIDP: CreateInherentDataProviders<B, ()>,
{
    /// A job source and the handle to it.
    pub fn new(parts: Parts<B, C, E, CIDP>, config: MiningConfig) -> (Self, MiningHandle) {
        let (handle, source) = link();
        let Parts { client, environment, inherents, keystore, import, verifier, transactions, sync, metrics } = parts;
        let parent_since = (client.info().best_hash, Instant::now());
        let builder = Builder { client, environment, inherents, keystore, sync, config };
        let job_source = Self {
            builder,
            import,
            verifier,
            transactions,
            metrics,
            source,
            templates: VecDeque::new(),
            solved: VecDeque::new(),
            next_id: FIRST_JOB,
            last_built: Instant::now(),
            outdated: false,
            parent_since,
            complaint: None,
        };
        (job_source, handle)
    }

    /// Runs as long as the node.
    pub async fn run(mut self) {
        // Also of blocks that the SDK takes for an initial synchronisation, because some peer claims to be far ahead.
        let mut imports: ImportNotifications<B> = self.builder.client.every_import_notification_stream();
        let mut timer = tokio::time::interval(self.builder.config.refresh);
        timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                submission = self.source.submissions.recv() => {
                    let Some((solution, reply)) = submission else { return };
                    // Nobody may be waiting for the outcome any more.
                    let _ = reply.send(self.submit(solution).await);
                }
                import = imports.next() => {
                    if import.is_none() { return }
                    if self.parent_is_outdated() { self.rebuild().await }
                }
                _ = timer.tick() => self.tick().await,
                Some(()) = self.transactions.next() => self.outdated = true,
            }
        }
    }

    /// Rebuilds where the template is missing, transactions have arrived or time has passed.
    async fn tick(&mut self) {
        let age = self.current().map(|job| job.built.elapsed());
        self.metrics.template_age(self.last_built.elapsed().as_secs_f64());
        let old = age.is_none_or(|age| age >= self.builder.config.max_age);
        if old || self.outdated || self.parent_is_outdated() {
            self.rebuild().await;
        }
    }

    async fn rebuild(&mut self) {
        let best = self.builder.client.info().best_hash;
        if self.parent_since.0 != best {
            self.parent_since = (best, Instant::now());
        }
        self.outdated = false;
        match self.builder.build::<B>(self.next_id, self.parent_since.1).await {
            Ok(template) => self.publish(template),
            Err(error) => self.pause(error),
        }
    }

    fn publish(&mut self, template: Template<B>) {
        if self.complaint.take().is_some() {
            log::info!(target: crate::LOG_TARGET, "⛏ Mining goes on");
        }
        self.next_id = self.next_id.saturating_add(1);
        self.last_built = template.job.built;
        let grandparent = self.builder.client.header(template.job.parent).ok().flatten().map(|h| *h.parent_hash());
        let parents = [Some(template.job.parent), grandparent];
        self.templates.retain(|old| parents.contains(&Some(old.job.parent)));
        self.templates.truncate(KEPT.saturating_sub(1));
        self.source.jobs.send_replace(Some(template.job.clone()));
        self.templates.push_front(template);
    }

    fn pause(&mut self, error: TemplateError) {
        if self.complaint.as_ref() != Some(&error) {
            log::warn!(target: crate::LOG_TARGET, "⏸ Not mining: {error}");
        }
        self.complaint = Some(error);
        self.source.jobs.send_replace(None);
    }

    fn current(&self) -> Option<Arc<Job>> {
        self.source.jobs.borrow().clone()
    }

    fn parent_is_outdated(&self) -> bool {
        self.current().is_some_and(|job| job.parent != self.builder.client.info().best_hash)
    }

    /// Imports the block that a solution completes, unless it is stale; then builds on.
    ///
    /// A solution for an older template of the same height is not stale: it may win the tie with the best block.
    async fn submit(&mut self, solution: Solution) -> Outcome {
        let position = self.templates.iter().position(|template| template.job.id == solution.job);
        let Some((position, template)) = position.and_then(|at| Some((at, self.templates.remove(at)?))) else {
            return Outcome::Stale(self.stale(solution.job));
        };
        let sealed = template.sealed(&solution);
        let block = match self.verifier.prepare::<B>(BlockImportParams::new(BlockOrigin::Own, sealed)) {
            Ok(block) => block,
            Err(error) => {
                log::debug!(target: crate::LOG_TARGET, "solution of job {} refused: {error}", solution.job);
                self.templates.insert(position, template);
                return Outcome::Unsolved;
            }
        };
        self.solved.push_front(solution.job);
        self.solved.truncate(KEPT);
        let outcome = self.import(template, block).await;
        self.rebuild().await;
        outcome
    }

    /// Why a job has no template. A second solution of a job is not counted: no block is lost.
    fn stale(&self, job: u64) -> Stale {
        if self.solved.contains(&job) {
            return Stale::Solved;
        }
        self.metrics.stale();
        if (FIRST_JOB..self.next_id).contains(&job) {
            Stale::Outdated
        } else {
            Stale::Unknown
        }
    }

    async fn import(&mut self, template: Template<B>, mut block: BlockImportParams<B>) -> Outcome {
        let Template { job, claims, body, changes, .. } = template;
        let hash = block.post_hash();
        block.body = Some(body);
        block.state_action = StateAction::ApplyChanges(StorageChanges::Changes(changes));
        let reason = match self.import.import_block(block).await {
            Ok(ImportResult::Imported(imported)) => {
                self.metrics.mined(claims.factor, imported.is_new_best);
                let beside = if imported.is_new_best { "" } else { ", beside the best chain" };
                let since = job.parent_since.elapsed().as_secs_f64();
                let (number, factor, work) = (job.number, claims.factor, claims.bits.work());
                log::info!(
                    target: crate::LOG_TARGET,
                    "⛏ Mined block #{number}: factor {factor}, work {work}, {since:.1} s after its parent{beside}, {hash:?}"
                );
                return Outcome::Imported(hash);
            }
            Ok(other) => format!("{other:?}"),
            Err(error) => error.to_string(),
        };
        log::warn!(target: crate::LOG_TARGET, "Mined block #{} ({hash:?}) was not imported: {reason}", job.number);
        Outcome::Failed(reason)
    }
}

//! The job source: keeps a template of the next block, hands out its job, imports what is solved (R11.1, R11.2).

use crate::{
    empty_block::BuildEmptyBlock,
    handle::{link, Job, MiningHandle, Outcome, Solution, Source, Stale},
    hold::MiningHold,
    metrics::Metrics,
    signer::Signer,
    sync_state::SyncState,
    template::{Builder, Contents, Template, TemplateError, BUILD_TIME},
    verifier::PoswVerifier,
    PoswBlock,
};
use futures::{
    future::{BoxFuture, Fuse, FusedFuture},
    lock::Mutex,
    stream::BoxStream,
    FutureExt, StreamExt,
};
use sc_client_api::{BlockchainEvents, ImportNotifications};
use sc_consensus::{BlockImportParams, BoxBlockImport, ImportResult, StateAction, StorageChanges};
use sc_keystore::LocalKeystore;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus::{BlockOrigin, Environment};
use sp_consensus_posw::PoswApi;
use sp_core::H256;
use sp_inherents::CreateInherentDataProviders;
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
pub struct Parts<B: PoswBlock, C, E, F, CIDP> {
    /// The client.
    pub client: Arc<C>,
    /// Makes proposers of blocks with transactions.
    pub full: F,
    /// Builds blocks without, as [`EmptyBlocks`](crate::EmptyBlocks).
    pub empty: E,
    /// Makes inherents.
    pub inherents: CIDP,
    /// Has the sealing key.
    pub keystore: Arc<LocalKeystore>,
    /// Imports what is solved.
    pub import: BoxBlockImport<B>,
    /// Prepares it for the import.
    pub verifier: PoswVerifier,
    /// Says that transactions have arrived.
    pub transactions: BoxStream<'static, ()>,
    /// Whether there are transactions that a block could hold.
    pub has_transactions: Box<dyn Fn() -> bool + Send>,
    /// Whether the node is catching up.
    pub sync: SyncState,
    /// Whether it has to meet others first.
    pub hold: MiningHold<C>,
    /// Counts.
    pub metrics: Metrics,
}

/// Templates that are kept for late solutions: with one a second, those of the last half minute. As many solved jobs are known.
const KEPT: usize = 32;
/// Identity of the first job.
const FIRST_JOB: u64 = 1;

/// A template that is being built; dropped where it is of no use any more.
type Building<B> = Fuse<BoxFuture<'static, Result<Template<B>, TemplateError>>>;

/// Keeps a template of the next block.
pub struct JobSource<B: PoswBlock, C, E, F, CIDP> {
    client: Arc<C>,
    config: MiningConfig,
    /// Locked while it builds.
    builder: Arc<Mutex<Builder<C, E, F, CIDP>>>,
    import: BoxBlockImport<B>,
    verifier: PoswVerifier,
    transactions: BoxStream<'static, ()>,
    has_transactions: Box<dyn Fn() -> bool + Send>,
    metrics: Metrics,
    source: Source,
    /// Newest first; those whose parent is neither the best block nor its parent are dropped.
    templates: VecDeque<Template<B>>,
    /// Jobs that were solved, newest first.
    solved: VecDeque<u64>,
    next_id: u64,
    /// When the last template was built, or mining began.
    last_built: Instant,
    /// Transactions have arrived since the last build began, or it failed.
    outdated: bool,
    /// The parent of the last build, and since when it is the best block.
    parent_since: (H256, Instant),
    /// The parent of the last build with transactions.
    filled: Option<H256>,
    /// The last complaint, so that it is not repeated each second.
    complaint: Option<TemplateError>,
}

impl<B, C, E, F, CIDP> JobSource<B, C, E, F, CIDP>
where
    B: PoswBlock,
    C: ProvideRuntimeApi<B> + HeaderBackend<B> + BlockchainEvents<B> + Send + Sync + 'static,
    C::Api: PoswApi<B>,
    E: BuildEmptyBlock<B> + Send + 'static,
    F: Environment<B> + Send + 'static,
    F::Error: Send,
    CIDP: CreateInherentDataProviders<B, ()> + Send + Sync + 'static,
{
    /// A job source and the handle to it.
    pub fn new(parts: Parts<B, C, E, F, CIDP>, config: MiningConfig) -> (Self, MiningHandle) {
        let (handle, source) = link();
        let Parts { client, full, empty, inherents, keystore, import, verifier, .. } = parts;
        let Parts { transactions, has_transactions, sync, hold, metrics, .. } = parts;
        let parent_since = (client.info().best_hash, Instant::now());
        let signer = Signer::new(keystore);
        let builder =
            Builder { client: client.clone(), full, empty, inherents, signer, sync, hold, config: config.clone() };
        let job_source = Self {
            client,
            config,
            builder: Arc::new(Mutex::new(builder)),
            import,
            verifier,
            transactions,
            has_transactions,
            metrics,
            source,
            templates: VecDeque::new(),
            solved: VecDeque::new(),
            next_id: FIRST_JOB,
            last_built: Instant::now(),
            outdated: false,
            parent_since,
            filled: None,
            complaint: None,
        };
        (job_source, handle)
    }

    /// Runs as long as the node. While a template is built, solutions are imported and new best blocks are noticed.
    pub async fn run(mut self) {
        // Also of blocks that the SDK takes for an initial synchronisation, because some peer claims to be far ahead.
        let mut imports: ImportNotifications<B> = self.client.every_import_notification_stream();
        let mut timer = tokio::time::interval(self.config.refresh.min(self.config.max_age));
        timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut building: Building<B> = Fuse::terminated();
        loop {
            tokio::select! {
                submission = self.source.submissions.recv() => {
                    let Some((solution, reply)) = submission else { return };
                    let outcome = self.submit(solution).await;
                    if matches!(outcome, Outcome::Imported(_) | Outcome::Failed(_)) {
                        building = self.build();
                    }
                    // Nobody may be waiting for the outcome any more.
                    let _ = reply.send(outcome);
                }
                import = imports.next() => {
                    if import.is_none() { return }
                    if self.parent_is_outdated() || building.is_terminated() && self.current().is_none() {
                        building = self.build();
                    }
                }
                built = &mut building, if !building.is_terminated() => match built {
                    Ok(template) if template.job.parent != self.client.info().best_hash => building = self.build(),
                    Ok(template) => {
                        if self.brings_something(&template) {
                            self.publish(template);
                        }
                        if self.is_unfilled() {
                            building = self.build();
                        }
                    }
                    Err(error) => self.pause(error),
                },
                _ = timer.tick() => {
                    self.metrics.template_age(self.last_built.elapsed().as_secs_f64());
                    if building.is_terminated() && self.is_due() {
                        building = self.build();
                    }
                }
                Some(()) = self.transactions.next() => self.outdated = true,
            }
        }
    }

    /// Whether the template is missing or old, or lacks transactions.
    fn is_due(&self) -> bool {
        self.is_old() || self.outdated || self.parent_is_outdated() || self.is_unfilled()
    }

    /// Whether there are transactions, and none were tried on the best block yet. Those of blocks that left the best chain arrive
    /// without notice.
    fn is_unfilled(&self) -> bool {
        self.filled != Some(self.client.info().best_hash) && (self.has_transactions)()
    }

    fn is_old(&self) -> bool {
        self.current().is_none_or(|job| job.built.elapsed() >= self.config.max_age)
    }

    /// Whether a template is better than the one that there is: not where both are empty and that one is not old.
    fn brings_something(&self, template: &Template<B>) -> bool {
        let is_as_empty = |old: &Template<B>| old.contents == Contents::Empty && old.body.len() == template.body.len();
        self.is_old() || !self.work_on(template.job.parent).is_some_and(is_as_empty)
    }

    /// The template of the current job, unless that is solved or on another parent.
    fn work_on(&self, parent: H256) -> Option<&Template<B>> {
        let job = self.current()?;
        self.templates.front().filter(|template| template.job.id == job.id && job.parent == parent)
    }

    /// Begins a template on the best block, the first one without transactions.
    fn build(&mut self) -> Building<B> {
        let best = self.client.info().best_hash;
        if self.parent_since.0 != best {
            self.parent_since = (best, Instant::now());
        }
        self.outdated = false;
        let contents = if self.work_on(best).is_some() { Contents::Full } else { Contents::Empty };
        if contents == Contents::Full {
            self.filled = Some(best);
        }
        let (builder, id, (parent, since)) = (self.builder.clone(), self.next_id, self.parent_since);
        async move { builder.lock().await.build::<B>(id, parent, since, contents).await }.boxed().fuse()
    }

    fn publish(&mut self, template: Template<B>) {
        if self.complaint.take().is_some() {
            log::info!(target: crate::LOG_TARGET, "⛏ Mining goes on");
        }
        self.next_id = self.next_id.saturating_add(1);
        self.last_built = template.job.built;
        let grandparent = self.client.header(template.job.parent).ok().flatten().map(|h| *h.parent_hash());
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
        // What went wrong goes better the next time, and until then the work at hand is still good.
        let passes = matches!(error, TemplateError::Failed { .. });
        self.complaint = Some(error);
        self.outdated = true;
        let best = self.client.info().best_hash;
        if !passes || self.current().is_none_or(|job| job.parent != best) {
            self.source.jobs.send_replace(None);
        }
    }

    fn current(&self) -> Option<Arc<Job>> {
        self.source.jobs.borrow().clone()
    }

    fn parent_is_outdated(&self) -> bool {
        self.parent_since.0 != self.client.info().best_hash
    }

    /// Imports the block that a solution completes, unless it is stale.
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
        self.import(template, block).await
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

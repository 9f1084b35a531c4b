//! Prometheus metrics of consensus and mining, beside the SDK's own.

use posw_primitives::{Credit, Factor, U256};
use std::{sync::Arc, time::Duration};
use substrate_prometheus_endpoint::{
    prometheus::{core::Collector, IntCounter},
    register, Counter, CounterVec, Gauge, Histogram, HistogramOpts, Opts, PrometheusError, Registry, F64, U64,
};

/// The metrics, which count also where the node has no registry to show them in.
#[derive(Clone)]
pub struct Metrics(Arc<Recorded>);

/// What has become of a node's work since it was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Blocks imported.
    pub mined: u64,
    /// Solutions that came too late.
    pub stale: u64,
    /// Blocks of ours that left the best chain.
    pub orphaned: u64,
}

struct Recorded {
    hashes: Counter<U64>,
    hash_rate: Gauge<F64>,
    mined: Counter<U64>,
    stale: Counter<U64>,
    orphaned: Counter<U64>,
    reorgs: Counter<U64>,
    reorg_depth: Histogram,
    template_age: Gauge<F64>,
    work_delay: Histogram,
    base_difficulty: Gauge<F64>,
    own_factor: Gauge<F64>,
    credit: Gauge<F64>,
    mean_inverse_factor: Gauge<F64>,
    claims_computed: Counter<U64>,
    rejected: CounterVec<U64>,
}

impl Metrics {
    /// Makes all metrics, and registers them where there is a registry.
    ///
    /// # Errors
    /// Where a name is taken.
    pub fn new(registry: Option<&Registry>) -> Result<Self, PrometheusError> {
        Recorded::new(registry).map(Arc::new).map(Self)
    }

    /// What has become of this node's work.
    pub fn counts(&self) -> Counts {
        let Recorded { mined, stale, orphaned, .. } = &*self.0;
        Counts { mined: mined.get(), stale: stale.get(), orphaned: orphaned.get() }
    }

    /// So many hashes more were computed, at `rate` hashes per second.
    pub fn hashed(&self, hashes: u64, rate: u64) {
        self.0.hashes.inc_by(hashes);
        self.0.hash_rate.set(rate as f64);
    }

    /// A block of ours was imported; where another one is better, it is an orphan from the start.
    pub fn mined(&self, factor: Factor, is_best: bool) {
        self.0.mined.inc();
        self.0.orphaned.inc_by(u64::from(!is_best));
        self.0.own_factor.set(factor.billionths() as f64 / 1e9);
    }

    /// The block of a solution is lost, because it came too late.
    pub fn stale(&self) {
        self.0.stale.inc();
    }

    /// The best chain changed: so many blocks left it, so many of them ours.
    pub fn reorganised(&self, depth: usize, own: usize) {
        self.0.reorgs.inc();
        self.0.reorg_depth.observe(depth as f64);
        self.0.orphaned.inc_by(own as u64);
    }

    /// The last template was built so many seconds ago.
    pub fn template_age(&self, seconds: f64) {
        self.0.template_age.set(seconds);
    }

    /// A sealing thread has begun to work on a new best block, so long after that came.
    pub fn work_delay(&self, delay: Duration) {
        self.0.work_delay.observe(delay.as_secs_f64());
    }

    /// Base work of the best block.
    pub fn base_difficulty(&self, work: U256) {
        self.0.base_difficulty.set(to_f64(work));
    }

    /// Credit of the miner for its next block.
    pub fn credit(&self, credit: Credit) {
        self.0.credit.set(credit.units() as f64 / 1e18);
    }

    /// Mean of `1 / factor` over the network's blocks of the last epochs, in billionths (section 0).
    pub fn mean_inverse_factor(&self, billionths: u64) {
        self.0.mean_inverse_factor.set(billionths as f64 / 1e9);
    }

    /// The runtime was asked for claims, to judge a block.
    pub fn claims_computed(&self) {
        self.0.claims_computed.inc();
    }

    /// A block or an announcement failed a check of section 4.
    pub fn rejected(&self, stage: &str) {
        self.0.rejected.with_label_values(&[stage]).inc();
    }
}

/// Registers a metric where there is a registry.
fn shown<M: Collector + Clone + 'static>(metric: M, registry: Option<&Registry>) -> Result<M, PrometheusError> {
    match registry {
        Some(registry) => register(metric, registry),
        None => Ok(metric),
    }
}

impl Recorded {
    fn new(registry: Option<&Registry>) -> Result<Self, PrometheusError> {
        let counter = |name, help| shown(IntCounter::new(name, help)?, registry);
        let gauge = |name, help| shown(Gauge::<F64>::new(name, help)?, registry);
        let depths = HistogramOpts::new("posw_reorg_depth", "Blocks that left the best chain in a reorganisation")
            .buckets(vec![1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 64.0, 100.0]);
        let delays = HistogramOpts::new("posw_work_delay_seconds", WORK_DELAY)
            .buckets(vec![0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1.0]);
        let rejected = Opts::new("posw_rejected_total", "Blocks and announcements refused, by the check that failed");
        let rejected = CounterVec::new(rejected, &["stage"])?;
        // Shown from the start, so that the first one is an increase.
        for stage in STAGES {
            rejected.with_label_values(&[stage]);
        }
        Ok(Self {
            hashes: counter("posw_hashes_total", "Work headers hashed by this node")?,
            hash_rate: gauge("posw_hash_rate", "Work headers hashed per second")?,
            mined: counter("posw_blocks_mined_total", "Blocks of this node's miner that were imported")?,
            stale: counter("posw_blocks_stale_total", STALE)?,
            orphaned: counter("posw_blocks_orphaned_total", ORPHANED)?,
            reorgs: counter("posw_reorgs_total", "Reorganisations of the best chain")?,
            reorg_depth: shown(Histogram::with_opts(depths)?, registry)?,
            template_age: gauge("posw_template_age_seconds", TEMPLATE_AGE)?,
            work_delay: shown(Histogram::with_opts(delays)?, registry)?,
            base_difficulty: gauge("posw_base_difficulty", "Base work of the best block, in expected hashes")?,
            own_factor: gauge("posw_last_own_factor", "Factor of the last block of this node's miner")?,
            credit: gauge("posw_credit", "Credit of this node's miner, in blocks at the full boost")?,
            mean_inverse_factor: gauge("posw_mean_inverse_factor", "Mean of 1 / factor over the last epochs' blocks")?,
            claims_computed: counter("posw_claims_computed_total", "Runtime calls to judge the claims of blocks")?,
            rejected: shown(rejected, registry)?,
        })
    }
}

/// The checks of section 4, in their order, and what comes before and after them.
const STAGES: [&str; 9] =
    ["shape", "work", "signature", "body", "state", "plausibility", "claims", "inherents", "execution"];
const WORK_DELAY: &str = "From a new best block to each sealing thread's first hash on it";
const STALE: &str = "Solutions that came too late to be imported, second ones of a solved job apart";
const ORPHANED: &str =
    "Blocks of this node's miner that left the best chain, or were mined when a better one was there";
const TEMPLATE_AGE: &str =
    "Time since the last block template was built. Grows where none can be built, as without a key or \
                            during synchronisation; 0 where the node does not mine";

/// The nearest floating-point number.
fn to_f64(value: U256) -> f64 {
    value.0.iter().rev().fold(0.0, |sum, word| sum * 2f64.powi(64) + *word as f64)
}

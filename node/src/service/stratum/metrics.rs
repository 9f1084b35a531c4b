//! What Prometheus reads of the Stratum server.

use posw_stratum::{Pool, Statistics, Worker};
use std::sync::Arc;
use substrate_prometheus_endpoint::{
    prometheus::{
        core::{Collector, Desc, Describer},
        proto::{Gauge, LabelPair, Metric, MetricFamily, MetricType},
    },
    MetricSource, Opts, PrometheusError, Registry, SourcedCounter, SourcedGauge,
};

/// Workers that have metrics of their own: those with the newest shares. RPC tells of all.
const WORKERS_WITH_METRICS: usize = 256;
/// Label of these metrics.
const WORKER: &str = "worker";

/// Registers all metrics of the server.
///
/// # Errors
/// Where one of them is registered already.
pub(super) fn register(pool: &Arc<Pool>, registry: &Registry) -> Result<(), PrometheusError> {
    let add = |metric: Box<dyn Collector>| registry.register(metric);
    let total = |read: fn(&Statistics) -> u64| Total { pool: pool.clone(), read };
    let gauge = |name: &str, help: &str, read| add(Box::new(SourcedGauge::new(&Opts::new(name, help), total(read))?));
    let counter =
        |name: &str, help: &str, read| add(Box::new(SourcedCounter::new(&Opts::new(name, help), total(read))?));
    gauge("posw_stratum_connections", "Stratum connections", |now| now.connections)?;
    gauge("posw_stratum_banned", "Addresses that are banned", |now| now.banned)?;
    gauge("posw_stratum_workers", "Workers with an account", |now| now.workers)?;
    counter("posw_stratum_admitted_total", "Connections let in", |now| now.admitted)?;
    counter("posw_stratum_turned_away_total", "Connections turned away", |now| now.turned_away)?;
    counter("posw_stratum_bans_total", "Bans", |now| now.bans)?;
    counter("posw_stratum_faults_total", "Requests refused that were no shares", |now| now.faults)?;
    counter("posw_stratum_shares_accepted_total", "Shares accepted", |now| now.accepted)?;
    counter("posw_stratum_shares_stale_total", "Shares that came too late", |now| now.stale)?;
    counter("posw_stratum_shares_rejected_total", "Shares refused for another reason", |now| now.rejected)?;
    counter("posw_stratum_blocks_total", "Blocks found by workers and imported", |now| now.blocks)?;
    counter("posw_stratum_blocks_stale_total", "Solutions that came too late", |now| now.blocks_stale)?;
    counter("posw_stratum_blocks_failed_total", "Solutions that were not imported", |now| now.blocks_failed)?;
    counter("posw_stratum_save_failures_total", "Times that accounts were not saved", |now| now.save_failures)?;
    add(Box::new(Workers::new(pool.clone())?))
}

/// A number of the server, read when it is asked for.
#[derive(Clone)]
struct Total {
    pool: Arc<Pool>,
    read: fn(&Statistics) -> u64,
}

impl MetricSource for Total {
    type N = u64;

    fn collect(&self, mut set: impl FnMut(&[&str], u64)) {
        set(&[], (self.read)(&self.pool.statistics()));
    }
}

/// The numbers of each worker, all of the same moment.
struct Workers {
    pool: Arc<Pool>,
    gauges: Vec<WorkerGauge>,
}

/// One of them.
struct WorkerGauge {
    desc: Desc,
    read: fn(&Worker) -> f64,
}

impl Workers {
    fn new(pool: Arc<Pool>) -> Result<Self, PrometheusError> {
        let gauge = |name: &str, help: &str, read: fn(&Worker) -> f64| {
            Opts::new(name, help).variable_label(WORKER).describe().map(|desc| WorkerGauge { desc, read })
        };
        let gauges = vec![
            gauge("posw_stratum_worker_accepted", "Shares of a worker", |worker| worker.accepted as f64)?,
            gauge("posw_stratum_worker_stale", "Late shares of a worker", |worker| worker.stale as f64)?,
            gauge("posw_stratum_worker_rejected", "Refused shares of a worker", |worker| worker.rejected as f64)?,
            gauge("posw_stratum_worker_hash_rate", "Hashes per second", |worker| worker.hash_rate as f64)?,
            gauge("posw_stratum_worker_last_share", "Seconds since 1970", |worker| worker.last_share as f64)?,
        ];
        Ok(Self { pool, gauges })
    }
}

impl Collector for Workers {
    fn desc(&self) -> Vec<&Desc> {
        self.gauges.iter().map(|gauge| &gauge.desc).collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        let workers = self.pool.newest_workers(WORKERS_WITH_METRICS);
        let family = |WorkerGauge { desc, read }: &WorkerGauge| {
            let mut family = MetricFamily::default();
            family.set_name(desc.fq_name.clone());
            family.set_help(desc.help.clone());
            family.set_field_type(MetricType::GAUGE);
            family.set_metric(workers.iter().map(|worker| labelled(&worker.user, read(worker))).collect());
            family
        };
        self.gauges.iter().map(family).collect()
    }
}

fn labelled(worker: &str, value: f64) -> Metric {
    let (mut label, mut gauge, mut metric) = (LabelPair::default(), Gauge::default(), Metric::default());
    label.set_name(WORKER.into());
    label.set_value(worker.into());
    gauge.set_value(value);
    metric.set_label(vec![label]);
    metric.set_gauge(gauge);
    metric
}

#[cfg(test)]
mod tests {
    use super::*;
    use posw_stratum::{Config, JobFeed, Outcome, Server};
    use std::fs;
    use tokio::sync::watch;

    #[tokio::test]
    async fn each_worker_has_its_numbers() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = folder.path().join("accounts.json");
        let account = |accepted: u32, last_share: u32| {
            format!(
                r#"{{"accepted":{{"shares":{accepted},"hashes":"9"}},"stale":2,"rejected":3,"last_share":{last_share}}}"#
            )
        };
        let workers = (0..300).map(|index| format!(r#""rig{index}":{}"#, account(index, 1_000 + index)));
        let workers = workers.collect::<Vec<_>>().join(",");
        let ledger = format!(r#"{{"accounts":{{{workers}}},"heights":{{}},"known_from":0}}"#);
        fs::write(&accounts, format!(r#"{{"version":1,"ledger":{ledger}}}"#)).unwrap();

        let config = Config { accounts: Some(accounts), ..Config::new(([127, 0, 0, 1], 0).into()) };
        let feed = JobFeed::new(watch::channel(None).1, |_| async { Outcome::Stale });
        let server = Server::bind(config, feed).await.unwrap();
        let registry = Registry::new();
        register(&server.pool(), &registry).unwrap();

        let families = registry.gather();
        let family = |name: &str| families.iter().find(|family| family.get_name() == name).unwrap().get_metric();
        assert_eq!(family("posw_stratum_workers")[0].get_gauge().get_value(), 300.0);
        for (name, value) in [
            ("posw_stratum_worker_accepted", 299.0),
            ("posw_stratum_worker_stale", 2.0),
            ("posw_stratum_worker_rejected", 3.0),
            ("posw_stratum_worker_hash_rate", 0.0),
            ("posw_stratum_worker_last_share", 1_299.0),
        ] {
            let metrics = family(name);
            assert_eq!(metrics.len(), WORKERS_WITH_METRICS, "{name}");
            let of = |user: &str| {
                let mut metrics = metrics.iter();
                metrics
                    .find(|metric| metric.get_label()[0].get_value() == user)
                    .map(|metric| metric.get_gauge().get_value())
            };
            assert_eq!((of("rig299"), of("rig0")), (Some(value), None), "{name}");
            assert_eq!(metrics[0].get_label()[0].get_name(), "worker");
        }
    }
}

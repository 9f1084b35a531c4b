//! The metrics of a mining node, compared with what its chain, its RPC and the documents say.

use crate::common::{
    process::{turn, Node},
    spec::Spec,
    stratum::Client,
    wait::until,
};
use serde_json::{json, Value};
use sp_runtime::AccountId32;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// How long each metric may take to become what it should be.
const SOON: Duration = Duration::from_secs(30);
/// Metrics are floating-point numbers made of integers.
const PRECISION: f64 = 1e-9;

/// Checks the metrics of a node that has mined all of its chain, of at least 40 blocks, as `miner`.
///
/// What the best block says changes with each block: it is read before and after the metrics, until it was the same.
pub(super) fn assert_plausible(node: &Node, miner: &AccountId32) {
    let rpc = node.rpc();
    let mut seen = Vec::new();
    let agreed = |seen: &mut Vec<_>| {
        let (best, header) = rpc.best();
        let (claims, network, account) = (rpc.claims(header.number), rpc.network(best), rpc.account(miner, best));
        *seen = [
            ("posw_blocks_mined_total", f64::from(header.number)),
            ("posw_base_difficulty", claims.bits.work().low_u128() as f64),
            ("posw_last_own_factor", claims.factor.billionths() as f64 / 1e9),
            ("posw_mean_inverse_factor", network.mean_inverse_factor as f64 / 1e9),
            ("posw_credit", account.credit.units() as f64 / 1e18),
        ]
        .map(|(name, expected)| (name, node.metric(name), expected))
        .to_vec();
        let close = seen.iter().all(|(_, found, expected)| (found - expected).abs() <= expected * PRECISION);
        // Nothing is compared with a default.
        let telling = seen.iter().all(|(_, _, expected)| *expected > 0.0) && seen[3].2 < 1.0 && seen[2].2 > 1.0;
        (close && telling && rpc.best().0 == best).then_some(())
    };
    let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        until("the metrics are what the best block's state says", SOON, || agreed(&mut seen));
    }));
    assert!(found.is_ok(), "metric, found, expected: {seen:?}");

    until("the template has an age", SOON, || {
        let age = node.metric("posw_template_age_seconds");
        // It is built anew after five seconds, and looked at each second.
        assert!((0.0..10.0).contains(&age), "the template is {age} s old");
        (age > 0.0).then_some(())
    });
    until("the hash rate is what RPC says", SOON, || {
        let info: Value = rpc.call("posw_miningInfo", &[]);
        let (expected, found) = (info["hashRate"]["tenSeconds"].as_f64()?, node.metric("posw_hash_rate"));
        (expected > 0.0 && (found / expected - 1.0).abs() < 0.2).then_some(())
    });

    // A block takes as many hashes as its effective target says, on average. The sum over 40 blocks and more is within a factor
    // of 2.5 but for one run in a million; sealing threads that end a job late add less than a block's.
    let last = rpc.best_number();
    assert!(last >= 40, "{last} blocks are too few");
    let hashes = node.metric("posw_hashes_total");
    let expected: f64 = (1..=last).map(|n| rpc.claims(n).effective_bits().work().low_u128() as f64).sum();
    assert!((0.4..2.5).contains(&(hashes / expected)), "{hashes} hashes for blocks that take {expected}");
}

/// A node that does all that has methods and metrics of its own: it mines, serves Stratum, and a worker has sent a share.
#[test]
fn every_method_and_metric_that_the_documents_name_is_there() {
    let _turn = turn();
    let documents = documents();
    let named: BTreeSet<&str> = documents.iter().flat_map(|text| names("posw_", text)).collect();
    for known in ["posw_getWork", "posw_stratumShares", "posw_hash_rate", "posw_stratum_worker_"] {
        assert!(named.contains(known), "{known} is not found in the documents");
    }

    let spec = Spec::fast().with("/difficulty/startingBits", 0x1f03_ffff);
    let chain = spec.chain();
    let node = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "0", "--stratum", "0"]);
    let address = node.address_logged("Stratum server: addr=").expect("the server listens before the node is started");
    let mut client = Client::mining_as(&address, "rig");
    let job = client.job_after(0);
    let share = client.block(&job, 0);
    assert_eq!(client.submit("rig", &share), Ok(json!(true)));
    until("the worker has metrics", SOON, || (node.metric("posw_stratum_worker_accepted") > 0.0).then_some(()));

    let methods = node.rpc().call("rpc_methods", &[]);
    let methods = methods["methods"].as_array().expect("a list").iter().filter_map(Value::as_str);
    let page = ureq::get(node.metrics_url()).call().expect("metrics are served");
    let page = page.into_string().expect("metrics are text");
    let metrics = page.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    let there: BTreeSet<&str> = methods.chain(metrics).collect();
    // What ends in an underscore stands for all that begin so.
    let begins_one = |name: &str| name.ends_with('_') && there.iter().any(|one| one.starts_with(name));
    let is_there = |name: &str| there.contains(name) || begins_one(name);
    let missing: Vec<_> = named.into_iter().filter(|name| !is_there(name)).collect();
    assert!(missing.is_empty(), "the documents name what is not there: {missing:?}");
}

/// The SDK's metrics; `scripts/test.sh` compares those of ours with the code, for some are there only once they have counted.
#[test]
fn every_metric_of_the_sdk_that_is_monitored_is_there() {
    let _turn = turn();
    let monitored = ["alerts.yml", "dashboard.json"].map(|name| read(&root().join("scripts/monitoring").join(name)));
    let named: BTreeSet<&str> = monitored.iter().flat_map(|text| names("substrate_", text)).collect();
    assert!(named.contains("substrate_block_height"), "no metric of the SDK is found: {named:?}");

    let spec = Spec::fast();
    let node = Node::start(&["--chain", &spec.chain(), "--alice", "--mine", "--threads", "0"]);
    let mut missing = named.clone();
    let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        until("all metrics are there", SOON, || {
            let page = ureq::get(node.metrics_url()).call().expect("metrics are served");
            let page = page.into_string().expect("metrics are text");
            missing = named.iter().copied().filter(|name| !page.contains(&format!("\n# TYPE {name} "))).collect();
            missing.is_empty().then_some(())
        });
    }));
    assert!(found.is_ok(), "monitored and not there: {missing:?}");
}

/// The README and what lies in `docs/`.
fn documents() -> Vec<String> {
    let folder = fs::read_dir(root().join("docs")).expect("the folder can be read");
    let in_folder = folder.map(|entry| entry.expect("the folder can be read").path());
    let paths = in_folder.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.chain([root().join("README.md")]).map(|path| read(&path)).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The node's names in a text that begin so; those of `posw-miner` are its own.
fn names<'a>(prefix: &'static str, text: &'a str) -> impl Iterator<Item = &'a str> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words.filter(move |word| word.starts_with(prefix) && !word.starts_with("posw_miner_"))
}

//! `posw-node doctor` beside nodes that are well, and beside others.

use crate::common::{
    process::{run, turn, Node},
    spec::Spec,
    wait::until,
};
use sc_cli::SubstrateCli;
use sc_client_api::AuxStore;
use serde_json::Value;
use sp_keyring::Sr25519Keyring::Dave;
use stakework_node::{
    cli::{Cli, Subcommand},
    service,
};
use std::{fs, net::TcpListener, path::Path, time::Duration};

/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(120);
/// Ports that are not checked.
pub(super) const NO_PORTS: [&str; 5] = ["--port", "0", "--rpc-port", "0", "--no-prometheus"];

/// What the doctor says.
pub(super) struct Report {
    healthy: bool,
    findings: Vec<Value>,
}

impl Report {
    /// Of a node with these flags.
    pub(super) fn of(args: &[&str]) -> Self {
        let (status, out, err) = run(&[&["doctor", "--json"], args].concat());
        let findings = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{args:?}: {error}\n{out}\n{err}"));
        Self { healthy: status.success(), findings }
    }

    /// What mends the finding of a check that fails.
    pub(super) fn remedy(&self, check: &str) -> Option<&str> {
        let failed = |finding: &&Value| finding["check"] == check && finding["status"] == "fail";
        self.findings.iter().find(failed)?["remedy"].as_str()
    }

    /// Expects one finding of a check, with this status and these words; what mends it.
    pub(super) fn expect(&self, check: &str, status: &str, words: &str) -> String {
        let is_it = |finding: &&Value| {
            let found = finding["found"].as_str().expect("what was found is text");
            finding["check"] == check && finding["status"] == status && found.contains(words)
        };
        let finding = self.findings.iter().find(is_it);
        let finding =
            finding.unwrap_or_else(|| panic!("no {status} of {check} with {words:?} in {:#?}", self.findings));
        finding["remedy"].as_str().unwrap_or_default().to_owned()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders are text")
}

/// The port of `http://ADDRESS:PORT/…` or `/ip4/ADDRESS/tcp/PORT/…`.
fn port(address: &str) -> &str {
    let part = if address.starts_with('/') { address.split('/').nth(4) } else { address.split([':', '/']).nth(4) };
    part.expect("there is a port")
}

#[test]
fn a_mining_node_is_healthy_and_so_is_a_stopped_one() {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    let mut node = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
    let base = node.base_path();
    let flags = ["--chain", &chain, "--base-path", text(&base), "--alice", "--mine", "--db-storage-threshold", "1"];
    let (peers, rpc, metrics) = (node.multiaddr(), node.rpc().url().to_owned(), node.metrics_url().to_owned());
    let ports = ["--port", port(&peers), "--rpc-port", port(&rpc), "--prometheus-port", port(&metrics)];
    until("blocks are final", SOON, || (node.rpc().finalized_number() > 2).then_some(()));
    let report = until("the node is well", SOON, || {
        Some(Report::of(&[&flags[..], &ports].concat())).filter(|report| report.healthy)
    });
    let pid = format!("process {}", node.pid());
    report.expect("database", "ok", &pid);
    for (number, purpose) in [(ports[1], "peer-to-peer"), (ports[3], "RPC"), (ports[5], "Prometheus")] {
        let is_it = |finding: &&Value| finding["found"].as_str().is_some_and(|found| found.contains(purpose));
        let of_port = report.findings.iter().find(is_it).expect("each port is checked");
        let found = of_port["found"].as_str().unwrap_or_default();
        assert!(found.starts_with(number) && found.contains(&pid) && of_port["status"] == "ok", "{of_port}");
    }
    report.expect("node", "ok", &rpc);
    report.expect("peers", "ok", "needs none");
    report.expect("finality", "ok", "the depth is 8");
    report.expect("mining", "ok", "1 threads");
    report.expect("flags", "ok", "accepts");
    report.expect("sealing key", "ok", "everybody knows");
    report.expect("stake", "ok", "% of all weight");
    let (_, out, _) = run(&[&["doctor"], &flags[..], &ports].concat());
    println!("{out}");
    assert!(out.lines().any(|line| line.starts_with("ok    mining ")), "{out}");

    assert!(node.interrupt().success());
    let report = Report::of(&[&flags[..], &ports].concat());
    assert!(report.healthy, "{:#?}", report.findings);
    report.expect("database", "ok", "blocks up to #");
    report.expect("port", "ok", "is free");
    report.expect("node", "unchecked", "none answers at http://127.0.0.1:");
    report.expect("stake", "ok", "% of all weight");
    let report = Report::of(&[&flags[..], &NO_PORTS, &["--rpc-url", &rpc]].concat());
    report.expect("node", "fail", "none answers");
    assert!(!report.healthy);
}

#[test]
fn what_keeps_a_node_from_starting_is_named() {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    let mut node = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
    until("there are blocks", SOON, || (node.rpc().best_number() > 1).then_some(()));
    assert!(node.interrupt().success());
    let base = node.base_path();
    let flags = ["--chain", &chain, "--base-path", text(&base), "--db-storage-threshold", "1"];

    let dave = Dave.to_account_id().to_string();
    let report = Report::of(&[&flags[..], &NO_PORTS, &["--miner", &dave]].concat());
    let remedy = report.expect("sealing key", "fail", &dave);
    assert!(remedy.contains("key insert --keystore-path"), "{remedy}");
    report.expect("stake", "warn", "none");
    assert!(!report.healthy);

    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let number = taken.local_addr().expect("it has an address").port().to_string();
    let report = Report::of(&[&flags[..], &["--port", "0", "--rpc-port", &number, "--no-prometheus"]].concat());
    let remedy = report.expect("port", "fail", &format!("{number} (RPC) is in use by process {}", std::process::id()));
    assert!(remedy.contains("--rpc-port") && !report.healthy, "{remedy}");

    let stratum = ["--sync", "warp", "--finality-depth", "9", "--alice", "--mine", "--stratum", &number];
    let report = Report::of(&[&flags[..], &NO_PORTS, &stratum].concat());
    report.expect("flags", "fail", "--sync warp is not supported");
    report.expect("flags", "fail", "--finality-depth 9 is above the chain's max_reorg of 8");
    let remedy =
        report.expect("port", "fail", &format!("{number} (Stratum) is in use by process {}", std::process::id()));
    assert!(remedy.ends_with("choose another port with --stratum"), "{remedy}");
    let (status, _, err) = run(&[&flags[..], &NO_PORTS, &stratum[4..]].concat());
    assert!(!status.success() && err.contains(&format!("port {number} (Stratum) is in use")), "{err}");

    let report = Report::of(&[&flags[..4], &NO_PORTS, &["--db-storage-threshold", "1000000000000"]].concat());
    report.expect("disk", "fail", "a node ends");

    let elsewhere = tempfile::tempdir().expect("a temporary folder can be made");
    let report = Report::of(&[&["--chain", &chain, "--base-path", text(elsewhere.path())], &NO_PORTS[..]].concat());
    report.expect("database", "warn", "there is none yet");
    let left: Vec<_> = fs::read_dir(elsewhere.path()).expect("the folder is there").collect();
    assert!(left.is_empty(), "the doctor leaves {left:?}");

    write_version(&chain, &base, 7);
    let report = Report::of(&[&flags[..], &NO_PORTS].concat());
    let remedy = report.expect("database", "fail", "version 7 of the consensus records, this node reads version 1");
    assert!(remedy.contains("purge-chain") && !report.healthy, "{remedy}");
}

#[test]
fn what_is_wrong_with_a_running_node_is_named() {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    let node = Node::start(&["--chain", &chain, "--ferdie", "--mine", "--threads", "1", "--finality-depth", "0"]);
    let base = node.base_path();
    let flags = ["--chain", &chain, "--base-path", text(&base), "--db-storage-threshold", "1"];
    let flags = [&flags[..], &NO_PORTS, &["--rpc-url", node.rpc().url()]].concat();
    let report = until("finality is missed", SOON, || Some(Report::of(&flags)).filter(|report| !report.healthy));
    let remedy = report.expect("finality", "fail", "#0 is final");
    assert!(remedy.contains("--finality-depth 0") && !report.healthy, "{remedy}");
    report.expect("stake", "warn", "factor 1.000");
    let report = Report::of(&[&flags[..], &["--finality-depth", "0"]].concat());
    report.expect("finality", "warn", "switched off");
    assert!(report.healthy, "{:#?}", report.findings);

    let report = Report::of(&[&flags[..], &["--miner", "bob"]].concat());
    let remedy = report.expect("mining", "fail", "the node mines for");
    assert!(remedy.contains("--mine --miner"), "{remedy}");

    let report = Report::of(&[&["--chain", "local", "--rpc-url", node.rpc().url()], &NO_PORTS[..]].concat());
    report.expect("node", "fail", "is of another chain");
    assert!(!report.healthy);
}

/// Marks the consensus records of a database as those of another version.
fn write_version(chain: &str, base: &Path, version: u32) {
    let args = ["posw-node", "export-blocks", "--chain", chain, "--base-path", text(base)];
    let mut cli = Cli::from_iter(args);
    let Some(Subcommand::ExportBlocks(command)) = cli.subcommand.take() else { panic!("{args:?} is another command") };
    let runtime = sc_cli::build_runtime().expect("there are threads");
    let config = cli.create_configuration(&command, runtime.handle().clone()).expect("the arguments are right");
    let partial = service::partial(&config).expect("the database is sound");
    let version = codec::Encode::encode(&version);
    partial.client.insert_aux(&[(&b"posw:version"[..], &version[..])], &[]).expect("it can be written");
}

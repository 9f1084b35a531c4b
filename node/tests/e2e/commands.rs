//! The commands that work on a node's database while it does not run.

use crate::common::{
    process::{run, turn, Node},
    spec::Spec,
    wait::until,
};
use serde_json::Value;
use std::{path::Path, time::Duration};

/// Runs a command on a database and gives what it prints.
fn command(name: &str, chain: &str, base: &Path, args: &[&str]) -> String {
    let base = base.to_str().expect("temporary folders are text");
    let (status, out, err) = run(&[&[name, "--chain", chain, "--base-path", base][..], args].concat());
    assert!(status.success(), "{name} {args:?} failed with {status}:\n{out}\n{err}");
    out
}

/// Numbers of the best and of the finalized block.
fn heads(chain: &str, base: &Path) -> (u64, u64) {
    let info: Value = serde_json::from_str(&command("chain-info", chain, base, &[])).expect("chain-info prints JSON");
    let number = |name: &str| info[name].as_u64().unwrap_or_else(|| panic!("{info} has no {name}"));
    (number("best_number"), number("finalized_number"))
}

#[test]
fn an_exported_spec_is_the_same_chain() {
    let genesis = |chain: &str| Node::start(&["--chain", chain]).rpc().genesis_hash();
    let dev = genesis("dev");
    assert_ne!(genesis("local"), dev, "the presets are told apart");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for form in [&[][..], &["--raw"]] {
        let file = folder.path().join("exported.json");
        let file = file.to_str().expect("temporary folders are text");
        let (status, out, err) = run(&[&["export-chain-spec", "--chain", "dev", "--output", file][..], form].concat());
        assert!(status.success(), "export-chain-spec {form:?} failed with {status}:\n{out}\n{err}");
        assert_eq!(genesis(file), dev, "{form:?}");
    }
}

#[test]
fn a_chain_survives_export_import_revert_and_goes_on() {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    // All states are kept, so that any block can be executed again.
    let args = ["--chain", &chain, "--alice", "--mine", "--threads", "1", "--state-pruning", "archive"];
    let mut node = Node::start(&args);
    until("finality passes block 12", Duration::from_secs(120), || (node.rpc().finalized_number() > 12).then_some(()));
    assert!(node.interrupt().success());
    let base = node.base_path();
    let (best, finalized) = heads(&chain, &base);
    let archive = ["--state-pruning", "archive"];

    // A block far below the finalized one.
    command("check-block", &chain, &base, &[&archive[..], &["3"]].concat());

    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (file, copy) = (folder.path().join("blocks"), folder.path().join("copy"));
    let file = file.to_str().expect("temporary folders are text");
    command("export-blocks", &chain, &base, &[&archive[..], &["--binary", file]].concat());
    command("import-blocks", &chain, &copy, &["--binary", file]);
    assert_eq!(heads(&chain, &copy).0, best, "the copy is as long as the original");

    command("revert", &chain, &base, &[&archive[..], &["2"]].concat());
    assert_eq!(heads(&chain, &base), (best - 2, finalized));
    command("revert", &chain, &base, &[&archive[..], &["1000"]].concat());
    assert_eq!(heads(&chain, &base), (finalized, finalized), "what is final is not reverted");
    command("import-blocks", &chain, &base, &[&archive[..], &["--binary", file]].concat());
    assert_eq!(heads(&chain, &base).0, best);

    node.restart();
    let goal = u32::try_from(best).expect("the chain is short") + 2;
    until("the chain goes on", Duration::from_secs(60), || (node.rpc().best_number() >= goal).then_some(()));
    assert!(node.interrupt().success());

    command("purge-chain", &chain, &base, &["-y"]);
    assert_eq!(heads(&chain, &base), (0, 0));
}

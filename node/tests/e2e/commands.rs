//! The commands that work on a node's database while it does not run.

use crate::common::{
    process::{run, turn, Node, POSW_NODE},
    spec::Spec,
    wait::until,
};
use serde_json::{json, Value};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// Runs a command on a database and gives what it prints.
fn command(name: &str, chain: &str, base: &Path, args: &[&str]) -> String {
    let base = base.to_str().expect("temporary folders are text");
    let (status, out, err) = run(&[&[name, "--chain", chain, "--base-path", base][..], args].concat());
    assert!(status.success(), "{name} {args:?} failed with {status}:\n{out}\n{err}");
    out
}

/// Numbers of the best and of the finalized block.
fn heads(chain: &str, base: &Path) -> (u64, u64) {
    let info = info(chain, base);
    let number = |name: &str| info[name].as_u64().unwrap_or_else(|| panic!("{info} has no {name}"));
    (number("best_number"), number("finalized_number"))
}

/// Hash of the best block, which stands for all blocks and for the state.
fn best_hash(chain: &str, base: &Path) -> Value {
    info(chain, base)["best_hash"].take()
}

fn info(chain: &str, base: &Path) -> Value {
    serde_json::from_str(&command("chain-info", chain, base, &[])).expect("chain-info prints JSON")
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
    let original = best_hash(&chain, &base);
    let archive = ["--state-pruning", "archive"];

    // A block far below the finalized one.
    command("check-block", &chain, &base, &[&archive[..], &["3"]].concat());

    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (file, copy) = (folder.path().join("blocks"), folder.path().join("copy"));
    let file = file.to_str().expect("temporary folders are text");
    let part = (best - 3).to_string();
    command("export-blocks", &chain, &base, &[&archive[..], &["--to", &part, "--binary", file]].concat());
    command("import-blocks", &chain, &copy, &["--binary", file]);
    assert_eq!(heads(&chain, &copy).0, best - 3, "the copy has what was exported");
    command("export-blocks", &chain, &base, &[&archive[..], &["--binary", file]].concat());
    // Most of these it has.
    command("import-blocks", &chain, &copy, &["--binary", file]);
    assert_eq!(best_hash(&chain, &copy), original, "the copy is another chain");

    command("revert", &chain, &base, &[&archive[..], &["1000"]].concat());
    assert_eq!(heads(&chain, &base), (finalized, finalized), "what is final is not reverted");
    command("import-blocks", &chain, &base, &[&archive[..], &["--binary", file]].concat());
    assert_eq!(best_hash(&chain, &base), original);

    command("revert", &chain, &base, &[&archive[..], &["2"]].concat());
    assert_eq!(heads(&chain, &base), (best - 2, finalized));
    node.restart();
    let best = u32::try_from(best).expect("the chain is short");
    until("the chain goes on", Duration::from_secs(180), || (node.rpc().best_number() >= best + 2).then_some(()));
    assert_ne!(json!(node.rpc().block_hash(best)), original, "a reverted block is back");
    assert!(node.interrupt().success());

    command("purge-chain", &chain, &base, &["-y"]);
    assert_eq!(heads(&chain, &base), (0, 0));
}

#[test]
fn a_runtime_is_compiled_once() {
    let _turn = turn();
    let cache = tempfile::tempdir().expect("a temporary folder can be made");
    let environment = [("XDG_CACHE_HOME", cache.path().to_str().expect("temporary folders are text"))];
    let compiled = || {
        let files = walk(cache.path()).into_iter().filter(|path| path.extension().is_none());
        files.map(|path| (path.metadata().and_then(|data| data.modified()).expect("a file has a time"), path)).collect()
    };
    let start = || {
        let node = Node::start_binary(Path::new(POSW_NODE), &["--chain", "dev"], &environment);
        until("the runtime is kept", Duration::from_secs(180), || {
            let compiled: BTreeSet<_> = compiled();
            (node.rpc().best().1.number == 0 && !compiled.is_empty()).then_some(compiled)
        })
    };
    assert_eq!(start(), start(), "it was compiled again");
}

/// The files below a folder.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("the entry can be read").path());
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

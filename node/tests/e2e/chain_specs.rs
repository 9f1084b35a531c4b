//! Chains of one's own: `new-chain`, and the examples in `chain-specs/`.

use crate::common::{
    process::{run, turn, Node},
    wait::until,
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;

/// The examples, and the factor that Alice has in the fourth block: without stake, at the lead cap, and by the curve.
const EXAMPLES: [(&str, u64); 4] =
    [("smallest.toml", 1), ("rationed.toml", 2), ("quadratic.toml", 100), ("proof-of-work.toml", 1)];

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../chain-specs")
}

/// A folder with a file of a chain in it.
fn folder_with(text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("chain.toml");
    fs::write(&file, text).expect("the file can be written");
    let file = path(&file);
    (folder, file)
}

fn path(path: &Path) -> String {
    path.to_str().expect("the path is text").to_owned()
}

/// Runs `new-chain`, which must succeed, and gives the genesis hash that it tells and what it prints.
fn new_chain(args: &[&str]) -> (String, String) {
    let (status, out, err) = run(&[&["new-chain"], args].concat());
    assert!(status.success(), "new-chain {args:?} failed with {status}:\n{out}\n{err}");
    let hash = err.lines().find_map(|line| line.strip_prefix("Genesis hash: "));
    (hash.unwrap_or_else(|| panic!("new-chain {args:?} tells no hash:\n{err}")).to_owned(), out)
}

/// Fewer hashes than the example has per block, so that a test can mine them; all else is as it is.
fn easier(example: &str) -> String {
    const EASY: &str = "hash_rate = \"100 kH/s\"";
    let text = fs::read_to_string(examples().join(example)).expect("the example can be read");
    match text.matches("hash_rate = \"10 MH/s\"").count() {
        0 => format!("{text}\n[difficulty]\n{EASY}\n"),
        _ => text.replace("hash_rate = \"10 MH/s\"", EASY),
    }
}

#[test]
fn every_example_is_a_chain_that_is_mined() {
    let _turn = turn();
    let mut found: Vec<_> = fs::read_dir(examples())
        .expect("there are examples")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    let mut known = EXAMPLES.map(|(name, _)| name.to_owned());
    found.sort();
    known.sort();
    assert_eq!(found, known, "each example is mined here");

    for (example, factor) in EXAMPLES {
        let (folder, file) = folder_with(&easier(example));
        let spec = path(&folder.path().join("spec.json"));
        let (hash, _) = new_chain(&[&file, "-o", &spec]);
        let node = Node::start(&["--chain", &spec, "--alice", "--mine", "--threads", "1"]);
        assert_eq!(format!("{:?}", node.rpc().genesis_hash()), hash, "{example}");
        until(&format!("{example}: 4 blocks are mined"), Duration::from_secs(180), || {
            (node.rpc().best_number() >= 4).then_some(())
        });
        assert_eq!(node.rpc().claims(4).factor.billionths(), factor * 1_000_000_000, "{example}");
    }
}

#[test]
fn a_file_gives_the_same_chain_in_every_form() {
    let file = path(&examples().join("rationed.toml"));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let place = |name: &str| path(&folder.path().join(name));
    let (plain, raw, exported) = (place("plain.json"), place("raw.json"), place("exported.json"));
    let (hash, printed) = new_chain(&[&file, "--output", &plain]);
    assert_eq!(printed, "", "what goes to a file is not printed");
    let (again, printed) = new_chain(&[&file]);
    assert_eq!(printed.trim_end(), fs::read_to_string(&plain).expect("it was written"));
    let (of_raw, _) = new_chain(&[&file, "--raw", "--output", &raw]);
    assert_eq!((&again, &of_raw), (&hash, &hash));
    let (status, out, err) = run(&["export-chain-spec", "--chain", &plain, "--raw", "--output", &exported]);
    assert!(status.success(), "export-chain-spec failed with {status}:\n{out}\n{err}");
    for spec in [plain, raw, exported] {
        let node = Node::start(&["--chain", &spec]);
        assert_eq!(format!("{:?}", node.rpc().genesis_hash()), hash, "{spec}");
        let properties = node.rpc().call("system_properties", &[]);
        assert_eq!(properties["tokenSymbol"], "RAT", "{spec}");
    }
}

#[test]
fn a_wrong_file_is_refused_with_its_line() {
    let smallest = fs::read_to_string(examples().join("smallest.toml")).expect("the example can be read");
    let line = smallest.lines().count() + 2;
    let (_folder, file) = folder_with(&format!("{smallest}[stake]\nmax_reorg = \"101 blocks\"\n"));
    let (status, out, err) = run(&["new-chain", &file]);
    assert!(!status.success() && out.is_empty(), "it is accepted:\n{out}");
    let refusal =
        format!("Error: {file}:{line}: stake.max_reorg is \"101 blocks\", allowed is \"2 blocks\" to \"100 blocks\"");
    assert!(err.starts_with(&refusal), "{err}");

    let (status, _, err) = run(&["new-chain", "nowhere.toml"]);
    assert!(!status.success() && err.starts_with("Error: cannot read nowhere.toml: "), "{err}");
}

#[test]
fn a_measured_chain_can_be_made_again() {
    let _turn = turn();
    let smallest = fs::read_to_string(examples().join("smallest.toml")).expect("the example can be read");
    let with = |rate: &str| folder_with(&format!("{smallest}[difficulty]\nhash_rate = \"{rate}\"\n"));
    let (_folder, file) = with("measured");
    let (status, out, err) = run(&["new-chain", &file]);
    assert!(status.success(), "{out}\n{err}");
    let rate = err.split("hash_rate = \"").nth(1).and_then(|rest| rest.split('"').next());
    let (_folder, file) = with(rate.unwrap_or_else(|| panic!("no speed is told:\n{err}")));
    assert_eq!(new_chain(&[&file]).1, out);
}

#[test]
fn a_chain_is_explained_instead_of_printed() {
    let file = path(&examples().join("rationed.toml"));
    let (status, out, err) = run(&["new-chain", &file, "--explain"]);
    assert!(status.success() && err.is_empty(), "{err}");
    assert!(out.starts_with("Rationed (rationed)\n") && !out.contains('{'), "{out}");
    assert!(out.contains("in the long run            20.00     16.20     10.50"), "{out}");
}

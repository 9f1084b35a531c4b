//! The clients that people use, against a real node: Polkadot.js, polkadot-api, substrate-interface.

use crate::common::{
    process::{run_command, turn, Node},
    spec::Spec,
};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/clients")
}

/// Runs a client's script and prints its evidence.
pub(super) fn run(name: &str, node: &Node, args: &[&str], limit: Duration) {
    let mut command = Command::new(clients().join("run.sh"));
    command.arg(name).arg(node.ws_url()).args(args).stdin(Stdio::null());
    let (status, out, err) = run_command(&mut command, limit);
    println!("{out}");
    assert!(status.success(), "{name} failed with {status}:\n{out}\n{err}\n--- node\n{}", node.log());
}

fn miner(spec: &Spec) -> Node {
    Node::start(&["--chain", &spec.chain(), "--alice", "--mine", "--threads", "1", "--rpc-methods", "unsafe"])
}

#[test]
fn polkadot_js_sees_the_author_and_stakes() {
    let _turn = turn();
    let spec = Spec::fast();
    run("polkadot-js", &miner(&spec), &[], Duration::from_secs(180));
}

#[test]
fn polkadot_js_mines() {
    let _turn = turn();
    let spec = Spec::fast().with("/difficulty/startingBits", 0x1f03_ffff);
    let args = ["--chain", &spec.chain(), "--alice", "--mine", "--threads", "0", "--rpc-methods", "unsafe"];
    run("polkadot-js-mining", &Node::start(&args), &[], Duration::from_secs(120));
}

#[test]
fn polkadot_api_follows_the_chain_past_block_150() {
    let _turn = turn();
    // Blocks at their pace from the first one on, so that finality keeps up with them. Its depth is the default one, at which
    // the SDK stops a subscription once in a while (R5.3).
    let spec = Spec::fast().with_max_reorg(24).with("/difficulty/startingBits", 0x1e01_ffff_u32);
    let args = ["--after", "40", "--past", "150", "--settled", "26", "--blocks-per-stop", "24"];
    run("polkadot-api", &miner(&spec), &args, Duration::from_secs(300));
}

#[test]
fn substrate_interface_transfers() {
    let _turn = turn();
    let spec = Spec::fast();
    run("substrate-interface", &miner(&spec), &[], Duration::from_secs(120));
}

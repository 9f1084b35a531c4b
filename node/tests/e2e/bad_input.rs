//! Bad input: a clear message, a non-zero exit, nothing lost.

use crate::common::{
    extrinsic,
    process::{run, turn, Node},
    spec::Spec,
    wait::until,
};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Dave};
use stakework_runtime::Runtime;
use std::{fs, time::Duration};

/// Runs the node, which must refuse and say every one of `words`.
fn refused(args: &[&str], words: &[&str]) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let base = folder.path().to_str().expect("temporary folders are text");
    let defaults = ["--base-path", base, "--no-mdns", "--rpc-port", "0", "--port", "0", "--no-prometheus"];
    let args: Vec<&str> = args.iter().chain(&defaults).copied().collect();
    let (status, out, err) = run(&args);
    assert!(!status.success(), "{args:?} is accepted");
    for word in words {
        assert!(err.contains(word), "{args:?} does not say {word:?}:\n{out}\n{err}");
    }
    assert!(!err.contains("panicked"), "{args:?} panics:\n{err}");
}

#[test]
fn an_unknown_chain_is_refused() {
    refused(&["--chain", "nowhere"], &["nowhere", "dev", "local"]);
}

#[test]
fn a_malformed_spec_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("broken.json");
    fs::write(&path, "{ \"name\": \"Broken\",\n  \"id\": }").expect("the file can be written");
    let path = path.to_str().expect("temporary folders are text");
    refused(&["--chain", path], &["broken.json", "line 2"]);
}

#[test]
fn a_spec_with_a_parameter_out_of_range_is_refused() {
    let spec = Spec::of("dev").with("/poswStake/params/maxReorg", 200);
    refused(&["--chain", &spec.plain()], &["stake.maxReorg", "200", "2..=100"]);
}

#[test]
fn a_raw_spec_with_a_parameter_out_of_range_is_refused() {
    let spec = Spec::of("dev");
    let raw = fs::read_to_string(spec.chain()).expect("the spec can be read");
    let mut raw: serde_json::Value = serde_json::from_str(&raw).expect("a spec is JSON");
    let key = frame_support::storage::storage_prefix(b"PoswStake", b"Parameters");
    let key = array_bytes::bytes2hex("0x", key);
    let place = &mut raw["genesis"]["raw"]["top"][&key];
    let value = array_bytes::hex2bytes(place.as_str().expect("the parameters are in genesis")).expect("hex");
    let mut params: posw_primitives::StakeParams = codec::Decode::decode(&mut &value[..]).expect("parameters");
    params.epoch_length = 1;
    *place = array_bytes::bytes2hex("0x", codec::Encode::encode(&params)).into();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("raw.json");
    fs::write(&path, raw.to_string()).expect("the file can be written");
    let path = path.to_str().expect("temporary folders are text");
    refused(&["--chain", path], &["stake.epochLength", "is 1,", "4..=100000"]);
}

#[test]
fn an_unknown_miner_is_refused() {
    refused(&["--chain", "local", "--mine", "--miner", "nobody"], &["nobody", "--miner"]);
}

#[test]
fn mining_without_a_miner_is_refused() {
    refused(&["--chain", "local", "--mine"], &["--miner"]);
}

#[test]
fn a_miner_without_its_key_is_refused() {
    let dave = Dave.to_account_id().to_string();
    refused(&["--chain", "local", "--mine", "--miner", &dave], &["sealing key", "key insert"]);
}

#[test]
fn a_synchronisation_without_every_state_is_refused() {
    for mode in ["warp", "fast", "fast-unsafe"] {
        let message = format!("--sync {mode} is not supported");
        refused(&["--chain", "local", "--sync", mode], &[&message, "--sync full"]);
    }
}

#[test]
fn a_finality_depth_above_the_chains_is_refused() {
    let spec = Spec::of("local").with_max_reorg(12);
    let message = "--finality-depth 13 is above the chain's max_reorg of 12: allowed is 0..=12";
    refused(&["--chain", &spec.chain(), "--finality-depth", "13"], &[message]);
}

/// Another node has the ports, as where somebody starts a second one.
#[test]
fn a_port_in_use_is_refused() {
    let node = Node::start(&["--chain", "local"]);
    let peers = node.multiaddr();
    let peers = peers.split('/').nth(4).expect("/ip4/ADDRESS/tcp/PORT/...");
    let port = |url: &'static str, address: &str| {
        let port = address.trim_start_matches(url).split('/').next().and_then(|address| address.split(':').nth(1));
        port.expect("ADDRESS:PORT").to_owned()
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let base = folder.path().to_str().expect("temporary folders are text");
    for (option, purpose, port) in [
        ("--port", "peer-to-peer", peers.to_owned()),
        ("--rpc-port", "RPC", port("http://", node.rpc().url())),
        ("--prometheus-port", "Prometheus", port("http://", node.metrics_url())),
    ] {
        let ports = ["--port", "--rpc-port", "--prometheus-port"];
        let ports = ports.map(|other| [other, if other == option { &port } else { "0" }]);
        let args = [&["--chain", "local", "--base-path", base, "--no-mdns"][..], ports.as_flattened()].concat();
        let (status, _, err) = run(&args);
        assert!(!status.success(), "{option} in use is accepted");
        for words in [&format!("port {port} ({purpose}) is in use"), option] {
            assert!(err.contains(words), "{option} in use: no {words:?} in\n{err}");
        }
    }
}

#[test]
fn a_corrupted_database_is_refused() {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    let mut node = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
    until("3 blocks are mined", Duration::from_secs(180), || (node.rpc().best_number() >= 3).then_some(()));
    assert!(node.interrupt().success());
    let database = fs::read_dir(node.base_path().join("chains")).expect("the chain has a folder");
    let database = database.flatten().next().expect("the chain has a folder").path().join("paritydb/full/metadata");
    assert!(database.exists(), "{} is not where the database is", database.display());
    let intact = fs::read(&database).expect("it can be read");
    fs::write(&database, b"not a database").expect("it can be written");
    let base = node.base_path();
    let args = ["--chain", &chain, "--base-path", base.to_str().expect("temporary folders are text"), "--port", "0"];
    let (status, _, err) = run(&[&args[..], &["--rpc-port", "0", "--no-prometheus", "--no-mdns"]].concat());
    assert!(!status.success(), "a corrupted database is accepted");
    assert!(err.to_lowercase().contains("database"), "{err}");
    // Nothing else was touched: with the file back, the chain is there.
    fs::write(&database, intact).expect("it can be written");
    node.restart();
    assert!(node.rpc().best_number() >= 3, "the chain is lost");
}

#[test]
fn an_amount_above_the_balance_and_an_early_unlock_are_refused() {
    let _turn = turn();
    let spec = Spec::fast();
    let node = Node::start(&["--chain", &spec.chain(), "--alice", "--mine", "--threads", "1"]);
    let failed = |from, call: pallet_posw_stake::Call<Runtime>| {
        let extrinsic = extrinsic::signed(node.rpc(), from, call.into());
        extrinsic::submit(node.rpc(), &extrinsic).expect("the transaction is accepted by the pool");
        until("the call is in a block", Duration::from_secs(180), || extrinsic::outcome(node.rpc(), &extrinsic))
    };
    let before = node.rpc().account(&Bob.to_account_id(), node.rpc().best().0).deposits.len();
    let lock = node.rpc().network(node.rpc().best().0).params.stake.min_lock;
    let error =
        failed(Bob, pallet_posw_stake::Call::stake { amount: u128::MAX / 2, lock }).expect_err("it is too much");
    assert!(error.contains("FundsUnavailable") || error.contains("InsufficientBalance"), "{error}");
    let deposits = node.rpc().account(&Bob.to_account_id(), node.rpc().best().0).deposits.len();
    assert_eq!(deposits, before, "a refused stake leaves a deposit");

    let deposit = node.rpc().account(&Alice.to_account_id(), node.rpc().best().0).deposits[0].id;
    let error = failed(Alice, pallet_posw_stake::Call::unlock { deposit }).expect_err("it is too early");
    assert!(error.contains("Locked"), "{error}");
}

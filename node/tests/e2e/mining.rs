//! Miners outside of the node by RPC, and the control of those inside.

use crate::common::{
    extrinsic::{outcome, submit, transfer},
    process::{turn, Node},
    rpc::Rpc,
    spec::Spec,
    wait::until,
    work::{sha256d, solve, value},
};
use posw_primitives::U256;
use serde_json::{json, Value};
use sp_core::H256;
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use std::time::Duration;

/// The development preset with work for a single test.
fn easy() -> Spec {
    Spec::fast().with("/difficulty/startingBits", 0x1f03_ffff)
}

fn node(spec: &Spec, args: &[&str]) -> Node {
    Node::start(&[&["--chain", &spec.chain(), "--alice", "--mine"], args].concat())
}

/// A node's work on its best block: its identity, header and target.
fn work(rpc: &Rpc) -> (Value, [u8; 80], U256) {
    let work = until("the node has work", Duration::from_secs(30), || {
        Some(rpc.call("posw_getWork", &[])).filter(|work| work["parent"] == json!(rpc.best().0))
    });
    let header = array_bytes::hex2bytes(work["header"].as_str().expect("hex")).expect("hex");
    let target = array_bytes::hex2bytes(work["target"].as_str().expect("hex")).expect("hex");
    (work["jobId"].clone(), header.try_into().expect("80 bytes"), U256::from_big_endian(&target))
}

/// The parameters of `posw_submitWork` for a header.
fn solution(job: &Value, header: &[u8; 80], nonce: u32) -> Vec<Value> {
    let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().expect("four bytes"));
    let root = array_bytes::bytes2hex("0x", &header[36..68]);
    vec![job.clone(), json!(number(&header[..4])), json!(root), json!(number(&header[68..72])), json!(nonce)]
}

#[test]
fn work_is_taken_and_handed_in_by_rpc() {
    let _turn = turn();
    let spec = easy();
    let node = node(&spec, &["--threads", "0"]);
    let rpc = node.rpc();
    assert_eq!(rpc.call("posw_miningInfo", &[])["threads"], 0);

    // All four free fields are varied.
    let (job, mut header, target) = work(rpc);
    header[..4].copy_from_slice(&0x1fff_e000_u32.to_le_bytes());
    header[36..68].copy_from_slice(&[0xab; 32]);
    header[68..72].copy_from_slice(&7_u32.to_le_bytes());
    let nonce = solve(header, target);
    let answer = rpc.call("posw_submitWork", &solution(&job, &header, nonce));
    assert_eq!(answer["status"], "imported");
    let (best, block) = rpc.best();
    assert_eq!(answer["block"], json!(best));
    assert_eq!(block.number, 1);

    // Late work is an answer, work below the target an error, and both name the reason.
    let late = rpc.call("posw_submitWork", &solution(&job, &header, nonce));
    assert_eq!(late["status"], "stale");
    assert!(late["reason"].as_str().is_some_and(|reason| reason.contains("job")), "{late}");
    let (job, header, target) = work(rpc);
    let unsolved = (0..).find(|nonce: &u32| {
        let header = [&header[..76], &nonce.to_le_bytes()].concat();
        value(sha256d(&header)) > target
    });
    let error = rpc.try_call("posw_submitWork", &solution(&job, &header, unsolved.unwrap())).unwrap_err();
    assert_eq!(error["code"], 7002, "{error}");
    let names = |message: &str| message.contains("target") && message.contains("R3.3");
    assert!(error["message"].as_str().is_some_and(names), "{error}");
    for (params, named) in [
        (vec![json!("one"), json!(0), json!(H256::zero()), json!(0), json!(0)], "job_id"),
        (vec![json!(1), json!(0), json!("0x00"), json!(0), json!(0)], "merkle_root"),
        (vec![json!(1), json!(0), json!(H256::zero()), json!(0), json!(1_u64 << 32)], "nonce"),
    ] {
        let error = rpc.try_call("posw_submitWork", &params).unwrap_err();
        assert_eq!(error["code"], -32602, "{named}: {error}");
    }
    let info = rpc.call("posw_miningInfo", &[]);
    // A second solution of a job costs nobody a block.
    assert_eq!((&info["accepted"], &info["stale"], &info["orphaned"]), (&json!(1), &json!(0), &json!(0)));
    assert_eq!((&info["job"]["parent"], &info["job"]["number"]), (&json!(best), &json!(2)));
    // A template without transactions gets five seconds old, or not much older.
    let age = || rpc.call("posw_miningInfo", &[])["job"]["age"].as_u64().expect("milliseconds");
    let young = until("the work is made anew", Duration::from_secs(30), || Some(age()).filter(|age| *age < 1_000));
    until("the work ages", Duration::from_secs(30), || (age() > young).then_some(()));
}

#[test]
fn strangers_may_read_and_not_steer() {
    let _turn = turn();
    let spec = easy();
    let node = node(&spec, &["--threads", "0", "--rpc-methods", "safe"]);
    let rpc = node.rpc();
    let (job, header, target) = work(rpc);
    assert_eq!(rpc.call("posw_miningInfo", &[])["mining"], true);
    let solution = solution(&job, &header, solve(header, target));
    for (method, params) in [("posw_submitWork", solution), ("posw_setMining", vec![json!(true)])] {
        let error = rpc.try_call(method, &params).unwrap_err();
        assert!(error["message"].as_str().is_some_and(|message| message.contains("unsafe")), "{method}: {error}");
    }
    assert_eq!(rpc.best_number(), 0);

    let idle = Node::start(&["--chain", &spec.chain()]);
    assert_eq!(idle.rpc().call("posw_miningInfo", &[])["mining"], false);
    let error = idle.rpc().try_call("posw_getWork", &[]).unwrap_err();
    assert!(error["message"].as_str().is_some_and(|message| message.contains("--mine")), "{error}");
}

#[test]
fn sealing_is_steered_while_the_node_runs() {
    let _turn = turn();
    // Too hard to be solved, so that only the threads change anything.
    let spec = Spec::fast().with("/difficulty/startingBits", 0x1a00_ffff);
    let node = node(&spec, &["--threads", "1", "--duty-cycle", "50"]);
    let rpc = node.rpc();
    let hashes = || rpc.call("posw_miningInfo", &[])["hashes"].as_u64().expect("a number");
    let grow = |what: &str| {
        let before = hashes();
        until(what, Duration::from_secs(30), || (hashes() > before).then_some(()));
    };
    grow("one thread hashes");
    let info = rpc.call("posw_miningInfo", &[]);
    assert_eq!((&info["threads"], &info["dutyCycle"], &info["kernel"]), (&json!(1), &json!(50), &json!("portable")));
    until("the rate is known", Duration::from_secs(30), || {
        let rate = &rpc.call("posw_miningInfo", &[])["hashRate"];
        let known = |span: &str| rate[span].as_u64().is_some_and(|rate| rate > 0);
        (known("tenSeconds") && known("minute") && known("tenMinutes")).then_some(())
    });

    // By name or by position; what is left out stays.
    let set = |params: Value| {
        let params: Vec<Value> = params.as_array().expect("a list").clone();
        rpc.call("posw_setMining", &params)
    };
    for (params, threads, duty_cycle) in
        [(json!([false]), 1, 50), (json!([true, 0]), 0, 50), (json!([true, 2, 0]), 2, 0)]
    {
        let info = set(params.clone());
        assert_eq!((&info["threads"], &info["dutyCycle"]), (&json!(threads), &json!(duty_cycle)), "{params}");
        // A thread may be in the middle of its last batch.
        until("nothing is hashed", Duration::from_secs(30), || {
            let before = hashes();
            std::thread::sleep(Duration::from_millis(100));
            (hashes() == before).then_some(())
        });
    }
    let info = rpc.try_call_with("posw_setMining", json!({ "dutyCycle": 100 })).expect("names do as well");
    assert_eq!((&info["enabled"], &info["threads"]), (&json!(true), &json!(2)));
    grow("two threads hash");

    for (params, message) in [
        (json!([true, 1025]), "threads is 1025, allowed is 0..=1024"),
        (json!([true, 1, 101]), "duty_cycle is 101, allowed is 0..=100"),
    ] {
        let error = rpc.try_call("posw_setMining", params.as_array().unwrap()).unwrap_err();
        assert_eq!(error["message"], message);
    }
    assert_eq!(rpc.call("posw_miningInfo", &[])["threads"], 2);
}

/// A transaction that is sent to an idle chain is in the work within the refresh time, and a solution of that work has it in
/// its block.
#[test]
fn templates_follow_the_transaction_pool() {
    let _turn = turn();
    let spec = easy();
    let node = node(&spec, &["--threads", "0", "--template-refresh", "300ms"]);
    let rpc = node.rpc();
    let other_than = |known: Value, limit| {
        until("there is other work", limit, || {
            let (job, ..) = work(rpc);
            (job != known).then_some(job)
        })
    };
    // Without transactions the work is made anew when it is five seconds old: this one has just been made.
    let fresh = other_than(work(rpc).0, Duration::from_secs(20));
    let extrinsic = transfer(rpc, Alice, Bob, 1_000_000_000_000);
    submit(rpc, &extrinsic).expect("the transaction is valid");
    other_than(fresh, Duration::from_secs(4));
    let (job, header, target) = work(rpc);
    let answer = rpc.call("posw_submitWork", &solution(&job, &header, solve(header, target)));
    assert_eq!(answer["status"], "imported");
    assert_eq!(outcome(rpc, &extrinsic), Some(Ok(())));
}

#[test]
fn the_networks_hash_rate_is_that_of_its_headers() {
    let _turn = turn();
    let spec = easy();
    let node = node(&spec, &["--threads", "1"]);
    let rpc = node.rpc();
    until("there are blocks", Duration::from_secs(180), || (rpc.best_number() > 8).then_some(()));
    rpc.call("posw_setMining", &[json!(false)]);
    until("mining has stopped", Duration::from_secs(30), || {
        let before = rpc.best_number();
        std::thread::sleep(Duration::from_millis(300));
        (rpc.best_number() == before).then_some(())
    });
    let answer = rpc.call("posw_networkHashrate", &[json!(6)]);
    let best = rpc.best_number();
    let time = |number| rpc.network(rpc.block_hash(number).expect("it is known")).time;
    // What a block takes on average, from its base target and factor alone.
    let work = |number| {
        let claims = rpc.claims(number);
        let target = claims.bits.target().value().full_mul(claims.factor.billionths().into()) / 1_000_000_000_u64;
        let target = U256::try_from(target).expect("the targets are hard");
        (U256::MAX - target) / (target + 1) + 1
    };
    let hashes = (best - 5..=best).map(work).fold(U256::zero(), |sum, work| sum + work);
    let found = U256::from_dec_str(answer["hashes"].as_str().expect("a decimal number")).expect("a decimal number");
    // The header's target is rounded to three bytes, and each of the six works to a whole number.
    assert!(found >= hashes && found - hashes <= (hashes >> 15) + 6, "{found} of {hashes}");
    assert_eq!(answer["milliseconds"], time(best) - time(best - 6));
    assert_eq!((&answer["blocks"], &answer["number"]), (&json!(6), &json!(best)));
    let rate = found * U256::from(1_000) / U256::from(time(best) - time(best - 6));
    assert_eq!(answer["hashRate"], rate.to_string());

    // A young chain has fewer blocks than are asked for, but where it has grown a lot until mining stopped.
    assert_eq!(rpc.call("posw_networkHashrate", &[])["blocks"], (best - 1).min(120));
    for blocks in [0, 2_001] {
        let error = rpc.try_call("posw_networkHashrate", &[json!(blocks)]).unwrap_err();
        assert_eq!(error["message"], format!("blocks is {blocks}, allowed is 1..=2000"));
    }
}

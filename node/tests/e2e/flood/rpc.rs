//! Clients that take more of the RPC server than they should: its limits, and what is left for others.

use super::{
    observe::{memory, Observed},
    spec,
    websocket::{status_of_post, WebSocket},
};
use crate::common::{
    process::{turn, Node},
    wait::until,
};
use serde_json::{json, Value};
use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(180);
/// Blocks that the node mines under a flood.
const BLOCKS: u32 = 10;
/// Mebibytes that a flood may have the node use more than before.
const MEMORY: u64 = 256;
/// Status of HTTP: too many connections.
const TOO_MANY: u16 = 429;
/// Status of HTTP: too long a request.
const TOO_LONG: u16 = 413;

/// A node that mines.
fn miner(args: &[&str]) -> Node {
    let spec = spec();
    let node = Node::start(&[&["--chain", &spec.chain(), "--alice", "--mine", "--threads", "1"], args].concat());
    until("the node mines", SOON, || (node.metric("posw_blocks_mined_total") > 0.0).then_some(()));
    node
}

/// Where its RPC servers listen, in the order of its arguments.
fn addresses(node: &Node) -> Vec<String> {
    let log = node.log();
    let line = log.split("JSON-RPC server: addr=").nth(1).and_then(|rest| rest.lines().next()).expect("it has started");
    line.split(',').map(|address| address.trim().to_owned()).filter(|address| !address.is_empty()).collect()
}

/// The code of the error in the answer to a body over HTTP.
fn refused(node: &Node, body: &Value) -> Value {
    let answer = ureq::post(node.rpc().url()).send_json(body).expect("the server answers");
    let answer: Value = answer.into_json().expect("the answer is JSON");
    answer["error"]["code"].clone()
}

#[test]
fn limits_of_the_rpc_server_hold() {
    let _turn = turn();
    let connections = 4;
    let node = miner(&[
        "--rpc-max-connections",
        &connections.to_string(),
        "--rpc-max-subscriptions-per-connection",
        "2",
        "--rpc-max-request-size",
        "1",
        "--rpc-max-batch-request-len",
        "3",
    ]);
    let (call, megabyte) = (json!({ "jsonrpc": "2.0", "id": 1, "method": "system_name" }), 1 << 20);
    let long = |length| json!({ "jsonrpc": "2.0", "id": 1, "method": "system_name", "params": ["x".repeat(length)] });

    assert_eq!(refused(&node, &json!([call, call, call])), Value::Null);
    assert_eq!(refused(&node, &json!([call, call, call, call])), -32010, "a batch of four");
    let address = &addresses(&node)[0];
    assert_eq!(refused(&node, &long(megabyte / 2)), Value::Null);
    assert_eq!(status_of_post(address, megabyte + 1), TOO_LONG, "a request of more than a megabyte");

    let connect = || WebSocket::connect(address);
    let mut sockets: Vec<_> = (0..connections).map(|_| connect().expect("it is not more than may")).collect();
    assert_eq!(connect().err(), Some(TOO_MANY), "a connection more than may");
    for socket in &mut sockets[..2] {
        for _ in 0..2 {
            socket.call("posw_subscribeWork", &json!([])).expect("it is not more than may");
        }
        let error = socket.call("posw_subscribeWork", &json!([])).expect_err("a third subscription");
        assert_eq!(error["code"], -32006, "{error}");
    }
    sockets[2].send(&long(megabyte / 2).to_string()).expect("the server reads");
    assert_eq!(sockets[2].receive().expect("an answer")["error"], Value::Null);
    sockets[2].send(&long(megabyte).to_string()).expect("the server reads");
    assert_eq!(sockets[2].receive().expect("an answer")["error"]["code"], -32007, "more than a megabyte by WebSocket");

    // Those of HTTP count, too, while they are answered.
    let status =
        ureq::post(node.rpc().url()).send_json(&call).err().and_then(|error| Some(error.into_response()?.status()));
    assert_eq!(status, Some(TOO_MANY), "a call beside {connections} connections");
    drop(sockets.pop());
    until("there is room again", SOON, || connect().ok());
    drop(sockets);
    until("the node answers", SOON, || ureq::post(node.rpc().url()).send_json(&call).ok());
    let best = node.rpc().best_number();
    until("the node mines on", SOON, || (node.rpc().best_number() >= best + 2).then_some(()));
}

/// Calls at full speed, cheap and costly, over both transports, of clients that read their answers.
#[test]
fn calls_at_full_speed_stop_nobody() {
    let _turn = turn();
    let node = miner(&[]);
    let quiet = Observed::during(&node, BLOCKS);
    println!("no flood: {quiet}");
    let (address, rpc) = (&addresses(&node)[0], node.rpc());
    let (stop, answers) = (AtomicBool::new(false), AtomicU64::new(0));
    let observed = thread::scope(|scope| {
        for (method, params) in [
            ("system_health", json!([])),
            ("state_getMetadata", json!([])),
            ("posw_networkHashrate", json!([2_000])),
            ("state_getPairs", json!(["0x"])),
            ("state_getKeysPaged", json!(["0x", 1_000])),
            ("posw_getWork", json!([])),
        ] {
            for over_http in [true, false] {
                let (stop, answers, params) = (&stop, &answers, params.clone());
                scope.spawn(move || {
                    let mut socket = WebSocket::connect(address).expect("there is room");
                    while !stop.load(Relaxed) {
                        // Some are refused, such as the unsafe `state_getPairs`.
                        let _ = if over_http {
                            rpc.try_call_with(method, params.clone())
                        } else {
                            socket.call(method, &params)
                        };
                        answers.fetch_add(1, Relaxed);
                    }
                });
            }
        }
        let observed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| Observed::during(&node, BLOCKS)));
        stop.store(true, Relaxed);
        observed.unwrap_or_else(|cause| std::panic::resume_unwind(cause))
    });
    println!("{:.0} answers/s: {observed}", answers.load(Relaxed) as f64 / observed.seconds());
    assert!(observed.memory < quiet.memory + MEMORY, "from {} to {} MiB", quiet.memory, observed.memory);
}

/// Strangers take all the connections of the public server and read none of the answers to thousands of costly calls. The
/// rate limit bounds what the server keeps for them, and the operator has a server of its own.
#[test]
fn strangers_leave_the_operator_a_way_in() {
    let _turn = turn();
    let node = miner(&[
        "--experimental-rpc-endpoint",
        "listen-addr=127.0.0.1:0,methods=unsafe",
        "listen-addr=127.0.0.1:0,methods=safe,max-connections=2,rate-limit=60",
    ]);
    let quiet = Observed::during(&node, BLOCKS);
    println!("no strangers: {quiet}");
    let public = &addresses(&node)[1];
    let mut strangers: Vec<_> = (0..2).map(|_| WebSocket::connect(public).expect("there is room")).collect();
    for stranger in &mut strangers {
        for _ in 0..2_000 {
            stranger.ask("state_getMetadata", &json!([])).expect("the server reads");
        }
    }
    assert_eq!(WebSocket::connect(public).err(), Some(TOO_MANY));
    let observed = Observed::during(&node, BLOCKS);
    println!("4,000 calls of strangers that read nothing: {observed}");
    assert!(observed.memory < quiet.memory + MEMORY, "from {} to {} MiB", quiet.memory, observed.memory);
    node.rpc().call("posw_setMining", &[json!(true)]);
    drop(strangers);
    let mut stranger = until("the public server has room", SOON, || WebSocket::connect(public).ok());
    let error = stranger.call("posw_setMining", &json!([false])).expect_err("this is not for strangers");
    assert!(error["message"].as_str().is_some_and(|message| message.contains("unsafe")), "{error}");
}

/// A client has as many subscriptions as a connection may have, and reads nothing for forty blocks. Nothing piles up for it: it
/// misses what was replaced meanwhile, and then goes on with the newest work.
#[test]
fn a_slow_reader_of_work_misses_what_has_been_replaced() {
    const SUBSCRIPTIONS: u64 = 1_024;
    let _turn = turn();
    let node = miner(&[]);
    let address = &addresses(&node)[0];
    let mut slow = WebSocket::connect(address).expect("there is room");
    for _ in 0..SUBSCRIPTIONS {
        slow.ask("posw_subscribeWork", &json!([])).expect("the server reads");
    }
    let mut reader = WebSocket::connect(address).expect("there is room");
    reader.call("posw_subscribeWork", &json!([])).expect("there is room");
    let job = |message: &Value| message["params"]["result"]["jobId"].as_u64();
    let before = memory(&node);
    let (start, first) = (Instant::now(), node.rpc().best_number());
    let mut seen = Vec::new();
    while node.rpc().best_number() < first + 4 * BLOCKS {
        assert!(start.elapsed() < 2 * SOON, "block {} after {:?}", node.rpc().best_number(), start.elapsed());
        seen.extend(job(&reader.receive().expect("work comes")));
    }
    assert!(seen.is_sorted(), "a reader gets work in its order: {seen:?}");
    let after = memory(&node);
    println!("{} works, {SUBSCRIPTIONS} subscriptions unread: from {before} to {after} MiB", seen.len());
    assert!(after < before + MEMORY, "from {before} to {after} MiB");

    let newest = *seen.last().expect("there was work");
    let (mut subscription, mut got) = (Value::Null, Vec::new());
    while got.last() < Some(&newest) {
        let message = slow.receive().expect("the server goes on");
        if let Some(job) = job(&message) {
            let its = &message["params"]["subscription"];
            if subscription.is_null() {
                subscription = its.clone();
            }
            if *its == subscription {
                got.push(job);
            }
        }
    }
    let missed = seen.iter().filter(|job| !got.contains(job)).count();
    println!("a slow reader got {} works and missed {missed}", got.len());
    assert!(missed > 0, "all of {seen:?} were kept for it");
}

//! Miners by Stratum V1: a client written from the protocol's description against a real node.

use crate::common::{
    process::{turn, Node},
    spec::Spec,
    stratum::{Client, Share},
    wait::until,
};
use posw_stratum::accounting::MAX_TALLIES;
use serde_json::{json, Value};
use sp_consensus_posw::split_seal;
use std::time::Duration;

const USER: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY.rig1";

/// A node without threads of its own, and work for a test.
fn server(spec: &Spec, args: &[&str]) -> Node {
    let chain = spec.chain();
    Node::start(&[&["--chain", &chain, "--alice", "--mine", "--threads", "0", "--stratum", "0"], args].concat())
}

fn easy() -> Spec {
    Spec::fast().with("/difficulty/startingBits", 0x1f03_ffff)
}

/// Where the Stratum server of a node listens.
fn address(node: &Node) -> String {
    node.address_logged("Stratum server: addr=").expect("the server listens before the node is started")
}

#[test]
fn a_client_by_the_book_mines_and_a_second_node_follows() {
    let _turn = turn();
    let spec = easy();
    let node = server(&spec, &[]);
    let follower = Node::start(&["--chain", &spec.chain(), "--bootnodes", &node.multiaddr()]);
    let mut client = Client::connect(&address(&node));
    let configured =
        client.call("mining.configure", json!([["version-rolling"], { "version-rolling.mask": "ffffffff" }]));
    assert_eq!(configured, Ok(json!({ "version-rolling": true, "version-rolling.mask": "1fffe000" })));
    client.subscribe();
    assert_eq!(client.call("mining.suggest_difficulty", json!([0.001])), Ok(json!(true)));
    assert_eq!(client.call("mining.extranonce.subscribe", json!([])), Ok(json!(true)));
    assert_eq!(client.call("mining.authorize", json!([USER, ""])), Ok(json!(true)));

    let mut shares = Vec::new();
    for number in 1..=5 {
        // Each block makes the shares of earlier jobs stale.
        let job = client.job_after(number - 1);
        assert!(client.difficulty > 0.0, "the difficulty comes before the job that it is for");
        let share = client.block(&job, number.into());
        let other = client.block(&job, 100);
        assert_eq!(client.submit(USER, &share), Ok(json!(true)));
        let imported = until("the block is imported", Duration::from_secs(20), || {
            (node.rpc().best_number() >= number).then_some(node.rpc().best().1)
        });
        let mut header = imported;
        let seal = split_seal(&mut header).expect("a seal");
        assert_eq!((seal.root, seal.time, seal.nonce), (share.root, share.time, share.nonce), "block {number}");
        shares.push((share, other));
    }
    client.job_after(5);
    let best = node.rpc().best().0;

    // Shares for earlier blocks: the job is forgotten; it was counted; it is a block, which comes too late.
    let error = client.submit(USER, &shares[0].1).unwrap_err();
    assert_eq!(error.0, 21, "{error:?}");
    let (counted, late) = shares.last().expect("there was one");
    let error = client.submit(USER, counted).unwrap_err();
    assert_eq!(error.0, 22, "{error:?}");
    assert_eq!(client.submit(USER, late), Ok(json!(true)));
    until("the node has answered", Duration::from_secs(20), || {
        (node.metric("posw_stratum_blocks_stale_total") == 1.0).then_some(())
    });

    let job = client.job_after(5);
    let share = client.block(&job, 0);
    let mut others = (share.nonce + 1..).map(|nonce| Share { nonce, ..share.clone() });
    for (change, code) in [
        (Share { job: "ffffffff".into(), ..share.clone() }, 21),
        (Share { extranonce2: "00".into(), ..share.clone() }, 20),
        (others.find(|other| !client.is_share(&job, other)).expect("most nonces are none"), 23),
    ] {
        let error = client.submit(USER, &change).unwrap_err();
        assert_eq!(error.0, code, "{error:?}");
    }
    let error = client.submit("stranger", &share).unwrap_err();
    assert_eq!(error.0, 24, "{error:?}");
    assert_eq!(node.rpc().best().0, best, "nothing of this became a block");
    until("the other node follows", Duration::from_secs(120), || (follower.rpc().best().0 == best).then_some(()));
}

#[test]
fn two_connections_never_do_the_same_work() {
    let _turn = turn();
    let spec = easy();
    let node = server(&spec, &[]);
    let mut clients = [0, 1].map(|index| Client::mining_as(&address(&node), &format!("rig{index}")));
    assert_ne!(clients[0].extranonce1, clients[1].extranonce1);
    let [job, _] = clients.each_mut().map(|client| client.job_after(0));
    let mut shares = (0..).map(|extranonce2| clients[0].block(&job, extranonce2));
    let share = shares.find(|share| !clients[1].is_share(&job, share)).expect("hardly any is one of both by chance");
    drop(shares);
    assert_ne!(share.root, clients[1].block(&job, 0).root);
    // A share is bound to its connection, and counts once.
    assert!(clients[1].submit("rig1", &share).is_err());
    assert_eq!(clients[0].submit("rig0", &share), Ok(json!(true)));
    assert!(clients[0].submit("rig0", &share).is_err());
}

#[test]
fn accounts_outlast_the_node() {
    let _turn = turn();
    let spec = easy();
    let mut node = server(&spec, &[]);
    let mine = |node: &Node, number: u32| {
        let mut client = Client::mining_as(&address(node), USER);
        let job = client.job_after(0);
        let share = client.block(&job, 0);
        assert_eq!(client.submit(USER, &share), Ok(json!(true)));
        assert_eq!(client.submit(USER, &share).unwrap_err().0, 22);
        // The worker is shown as it was up to a second ago, and its block counts once it is imported.
        let worker = until("block and duplicate are accounted", Duration::from_secs(20), || {
            let worker = node.rpc().call("posw_stratumWorkers", &[])[0].clone();
            (worker["blocks"] == number && worker["rejected"] == number).then_some(worker)
        });
        assert!(node.rpc().best_number() >= number);
        worker
    };
    let worker = mine(&node, 1);
    assert_eq!(
        (&worker["user"], &worker["accepted"], &worker["stale"]),
        (&json!(USER), &json!(1), &json!(0)),
        "{worker}"
    );
    assert_eq!(node.labelled_metric("posw_stratum_worker_accepted", "worker", USER), 1.0);
    assert_eq!(node.metric("posw_stratum_blocks_total"), 1.0);

    assert!(node.interrupt().success());
    node.restart();
    let again = node.rpc().call("posw_stratumWorkers", &[]);
    for field in ["user", "accepted", "stale", "rejected", "blocks", "hashes", "lastShare"] {
        assert_eq!(again[0][field], worker[field], "{field}");
    }
    mine(&node, 2);
    let shares = |height: u32| node.rpc().call("posw_stratumShares", &[json!(height)]);
    assert_eq!(shares(1)["workers"][USER]["shares"], 2);
    assert_eq!(shares(2)["workers"][USER]["shares"], 1);
    assert_eq!(shares(3)["total"]["shares"], 0);
}

/// The record of shares is as full as it gets, so that the next share costs its lowest height.
#[test]
fn shares_are_answered_with_the_height_from_which_they_are_known() {
    const WORKERS: usize = 100;
    let _turn = turn();
    let spec = easy();
    let mut node = server(&spec, &[]);
    assert!(node.interrupt().success());
    let tallies = |name: &str| -> Value {
        (0..WORKERS).map(|index| (format!("{name}{index}"), json!({ "shares": 1, "hashes": "7" }))).collect()
    };
    let later = (1..MAX_TALLIES / WORKERS).map(|height| (height.to_string(), tallies("rig")));
    let heights: Value = later.chain([("0".into(), tallies("old"))]).collect();
    let ledger = json!({ "accounts": {}, "heights": heights, "known_from": 0 });
    let chains = std::fs::read_dir(node.base_path().join("chains")).expect("the node has a folder of chains");
    let [chain] = &chains.map(|chain| chain.expect("it can be read").path()).collect::<Vec<_>>()[..] else {
        panic!("the node has one chain")
    };
    let accounts = json!({ "version": 1, "ledger": ledger }).to_string();
    std::fs::write(chain.join("stratum-accounts.json"), accounts).expect("it can be written");

    node.restart();
    let shares = |height: u32| node.rpc().call("posw_stratumShares", &[json!(height)]);
    let before = shares(0);
    assert_eq!((&before["from"], &before["total"]["shares"]), (&json!(0), &json!(MAX_TALLIES)));
    assert_eq!(before["workers"]["old0"]["shares"], 1);

    let mut client = Client::mining_as(&address(&node), USER);
    let job = client.job_after(0);
    let share = client.block(&job, 0);
    assert_eq!(client.submit(USER, &share), Ok(json!(true)));
    let after = shares(0);
    assert_eq!((&after["from"], &after["total"]["shares"]), (&json!(1), &json!(MAX_TALLIES - WORKERS + 1)));
    assert_eq!((&after["workers"]["old0"], &after["workers"][USER]["shares"]), (&Value::Null, &json!(1)));
    assert_eq!(shares(2)["from"], 2);
}

/// Garbage, half a line, a line without end, a flood: each costs its sender the connection or the address, and nobody else
/// anything.
#[test]
fn hostile_clients_do_not_keep_the_node_from_its_work() {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    let mut node = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1", "--stratum", "0"]);
    let goes_on = |node: &Node, what: &str| {
        let before = node.rpc().best_number();
        until(what, Duration::from_secs(180), || (node.rpc().best_number() > before + 2).then_some(()));
    };

    // Half a line, and then nothing.
    let mut stalled = Client::connect(&address(&node));
    stalled.send(b"{\"id\":1,\"method\":\"mining.subsc").expect("the server reads");

    let mut garbage = Client::connect(&address(&node));
    for line in [&b"\n"[..], b"\0\xff\xfe\n", b"[]\n", b"{}\n", b"{\"id\":[1],\"method\":7}\n", &[b'['; 2_000], b"\n"] {
        garbage.send(line).expect("a fault or two are forgiven");
    }
    goes_on(&node, "mining goes on beside garbage");
    assert!(garbage.line().expect("garbage is answered")["error"].is_array());

    // The server waits for the rest of a line for half a minute, which began some blocks ago.
    assert!(stalled.line().is_none(), "half a line is answered");
    assert_eq!(node.metric("posw_stratum_bans_total"), 0.0, "slowness bans nobody");

    let mut flood = Client::connect(&address(&node));
    let line = b"{\"id\":1,\"method\":\"mining.submit\",\"params\":[\"x\",\"1\",\"00\",\"00\",\"00\"]}\n";
    for _ in 0..10 {
        flood.send(line).expect("some faults are forgiven");
        assert!(flood.line().expect("they are answered")["error"].is_array());
    }
    // Refused as soon as the server hangs up.
    let _ = flood.send(&line.repeat(1_000));
    let answers = (0..1_000).take_while(|_| flood.line().is_some()).count();
    assert!(answers < 1_000, "the flood is not cut off");
    assert_eq!(node.metric("posw_stratum_bans_total"), 1.0);
    let turned_away = node.metric("posw_stratum_turned_away_total");
    assert!(Client::connect(&address(&node)).line().is_none(), "the address is banned");
    assert!(node.metric("posw_stratum_turned_away_total") > turned_away);
    goes_on(&node, "mining goes on beside a flood");

    // Bans end with the node.
    assert!(node.interrupt().success());
    node.restart();
    let mut endless = Client::connect(&address(&node));
    let chunk = [b'x'; 64 * 1024];
    // More than lies between the two unread.
    let cut_off = (0..1_024).any(|_| endless.send(&chunk).is_err());
    assert!(cut_off, "the server has read 64 megabytes of one line");
    assert_eq!(node.metric("posw_stratum_bans_total"), 1.0);
    goes_on(&node, "mining goes on beside a line without end");
}

#[test]
fn a_password_is_asked_for_where_there_is_a_file_of_them() {
    let _turn = turn();
    let spec = easy();
    let passwords = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(passwords.path(), "# rigs\nlet me in\n").expect("it can be written");
    let path = passwords.path().to_str().expect("temporary files are text");
    let node = server(&spec, &["--stratum-passwords", path]);
    let mut client = Client::connect(&address(&node));
    client.subscribe();
    assert_eq!(client.call("mining.authorize", json!(["rig", "x"])).unwrap_err().0, 24);
    assert_eq!(client.call("mining.authorize", json!(["rig", "let me in"])), Ok(json!(true)));
    client.job_after(0);
    assert!(!node.log().contains("let me in"));
}

#[test]
fn a_server_that_lets_in_everybody_from_everywhere_is_warned_of() {
    let _turn = turn();
    let spec = easy();
    let chain = spec.chain();
    let node = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "0", "--stratum", "0.0.0.0:0"]);
    let warning = format!("Whoever reaches {}", address(&node));
    assert!(node.log().lines().any(|line| line.contains(&warning) && line.contains("--stratum-passwords")));
}

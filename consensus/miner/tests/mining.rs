//! The miner against servers made of raw JSON lines.

mod common;

use common::{bytes, config, hex, mine, mine_with, patiently, server, Fake, Job, EASY, HARD};
use core::time::Duration;
use posw_miner::{connection::Patience, event::Event, miner::Refused};
use posw_sealer::Kernel;
use serde_json::{json, Value};
use std::collections::HashSet;
use tokio::time::sleep;

#[tokio::test]
async fn every_kernel_finds_shares_that_are_shares() {
    for kernel in Kernel::available() {
        for version_mask in [0, 0x1fff_e000, 0x0000_e000] {
            let fake = Fake::start().await;
            let setup = mine_with(kernel, config(vec![fake.server()]));
            let job = Job { version_mask, ..Job::new("1f", EASY, true) };
            let mut peer = fake.accept().await;
            if version_mask != 0 {
                let mask = format!("{version_mask:08x}");
                let result = json!({ "version-rolling": true, "version-rolling.mask": mask });
                peer.answers.configure = json!({ "result": result, "error": null });
            }
            peer.handshake(&job).await;
            peer.issue(&job).await;
            let mut seen = HashSet::new();
            for _ in 0..20 {
                assert!(seen.insert(peer.share_of(&job).await.to_string()), "{kernel}: a share twice");
            }
            let snapshot = setup.eventually("20 accepted shares", |now| now.counts.accepted >= 20).await;
            assert_eq!((snapshot.counts.rejected, snapshot.counts.stale, snapshot.faults), (0, 0, 0), "{kernel}");
            assert!(snapshot.counts.best_difficulty.is_some());
        }
    }
}

#[tokio::test]
async fn the_conversation_is_as_the_protocol_has_it() {
    let fake = Fake::start().await;
    let setup = mine(config(vec![fake.server()]));
    let job = Job::new("a", EASY, true);
    let mut peer = fake.accept().await;
    let requests = peer.handshake(&job).await;
    let methods: Vec<_> = requests.iter().map(|request| request["method"].as_str().unwrap()).collect();
    assert_eq!(methods, ["mining.configure", "mining.subscribe", "mining.authorize", "mining.extranonce.subscribe"]);
    let ids: HashSet<_> = requests.iter().map(|request| request["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), requests.len());
    assert_eq!(requests[1]["params"], json!([posw_miner::AGENT]));
    assert_eq!(requests[2]["params"], json!(["address.rig", "x"]));

    // What may come at any time, and what nobody knows.
    peer.send(json!({ "id": 77, "method": "client.get_version", "params": [] })).await;
    assert_eq!(peer.read().await.unwrap(), json!({ "id": 77, "result": posw_miner::AGENT, "error": null }));
    peer.send(json!({ "id": "p", "method": "mining.ping" })).await;
    assert_eq!(peer.read().await.unwrap(), json!({ "id": "p", "result": "pong", "error": null }));
    peer.send(json!({ "id": 5, "method": "mining.dance", "params": {} })).await;
    assert_eq!(peer.read().await.unwrap()["error"][0], 20);
    peer.write(b"\r\n  \n").await;
    for strange in [json!({ "id": null, "method": "mining.dance" }), json!({ "id": 999, "result": true }), json!({})] {
        peer.send(strange).await;
    }
    peer.notify("client.show_message", json!(["read \u{1b}[31mthis"])).await;
    let event = setup.event("the message", |event| matches!(event, Event::Message { .. })).await;
    assert_eq!(event, Event::Message { text: "read ?[31mthis".into() });
    peer.notify("client.reconnect", json!(["elsewhere.example", 3333, 0])).await;
    setup.event("the refusal", |event| matches!(event, Event::Ignored { .. })).await;

    peer.issue(&job).await;
    peer.share_of(&job).await;
    let connected = setup.event("the beginning", |event| matches!(event, Event::Connected { .. })).await;
    let server = format!("127.0.0.1:{}", fake.port());
    assert_eq!(connected, Event::Connected { server, user: "address.rig".into() });
}

#[tokio::test]
async fn extranonces_and_difficulty_change_with_the_next_job() {
    let fake = Fake::start().await;
    let setup = mine(config(vec![fake.server()]));
    let first = Job::new("1", EASY, true);
    let mut peer = fake.begin(&first).await;
    peer.share_of(&first).await;
    // Still of the first job: its difficulty and extranonce.
    peer.notify("mining.set_extranonce", json!(["0badcafe0102", 3])).await;
    peer.notify("mining.set_difficulty", json!([EASY * 4.0])).await;
    for _ in 0..5 {
        peer.share_of(&first).await;
    }
    let second = Job { extranonce1: "0badcafe0102".into(), extranonce2_len: 3, ..Job::new("2", EASY * 4.0, true) };
    peer.notify("mining.notify", second.params.clone()).await;
    peer.first_share_of(&second).await;
    for _ in 0..5 {
        peer.share_of(&second).await;
    }
    assert_eq!(setup.rig.snapshot().counts.rejected, 0);
}

#[tokio::test]
async fn after_a_clean_job_nothing_of_earlier_ones_is_sent() {
    let fake = Fake::start().await;
    let setup = mine(config(vec![fake.server()]));
    let mut job = Job::new("0", EASY, true);
    let mut peer = fake.begin(&job).await;
    for number in 1..20 {
        peer.share_of(&job).await;
        job = Job::new(&number.to_string(), EASY, true);
        peer.issue(&job).await;
        let name = Value::from(number.to_string());
        // What was on its way when the job came is sent late; what follows the first share of the new job is of that job.
        setup.event("the job", |event| matches!(event, Event::Job { job, .. } if name == *job)).await;
        peer.first_share_of(&job).await;
    }
    // A job that is not clean replaces the one before, whose last shares still count.
    let next = Job::new("next", EASY, false);
    peer.issue(&next).await;
    for _ in 0..5 {
        peer.first_share_of(&next).await;
    }
    let counts = setup.eventually("answers", |now| now.counts.accepted > 40).await.counts;
    assert_eq!(counts.rejected, 0);
}

#[tokio::test]
async fn short_extranonces_are_rolled_through() {
    let fake = Fake::start().await;
    let setup = mine(config(vec![fake.server()]));
    for length in [1, 2, 16] {
        let job = Job { extranonce2_len: length, ..Job::new("short", EASY, true) };
        let mut peer = fake.begin(&job).await;
        peer.share_of(&job).await;
        drop(peer);
        setup.disconnected().await;
    }
}

#[tokio::test]
async fn what_the_server_says_of_shares_is_counted() {
    let fake = Fake::start().await;
    let setup = mine(config(vec![fake.server()]));
    let job = Job::new("1", EASY, true);
    let mut peer = fake.begin(&job).await;
    for response in [
        json!({ "result": true, "error": null }),
        json!({ "result": true }),
        json!({ "result": null, "error": [23, "Low difficulty share", null] }),
        json!({ "result": null, "error": { "code": -1, "message": "no" } }),
        json!({ "result": null, "error": "never" }),
        json!({ "result": false, "error": null }),
        json!({ "result": null, "error": [21, "Job not found", null] }),
        json!({ "result": null, "error": [-2, "Stale-prevblk", null] }),
    ] {
        let share = peer.share().await;
        assert!(job.is_met_by(&share["params"]), "{share}");
        peer.answer(&share, response).await;
    }
    let snapshot = setup.eventually("all answers", |now| now.counts.stale == 2 && now.counts.rejected == 4).await;
    assert_eq!(snapshot.counts.accepted, 2);
    let event = setup.event("a refusal", |event| matches!(event, Event::Rejected { .. })).await;
    assert!(event.to_string().contains("rejected: Low difficulty share (23) (job 1)"), "{event}");
}

#[tokio::test]
async fn a_server_that_takes_no_shares_fills_no_memory_and_is_left() {
    let fake = Fake::start().await;
    let patience = Patience { share: Duration::from_secs(1), ..Patience::default() };
    let setup = mine(posw_miner::miner::Config { patience, ..config(vec![fake.server()]) });
    let mut peer = fake.begin(&Job::new("1", 1e-9, true)).await;
    for _ in 0..posw_miner::session::MAX_OPEN_SHARES {
        peer.share().await;
    }
    assert_eq!(setup.disconnected().await, "no answer to a share within 1 s");
    assert!(peer.read().await.is_none(), "no more than may be unanswered");
    assert!(setup.rig.snapshot().counts.dropped >= 64);
}

#[tokio::test]
async fn without_a_connection_nothing_is_searched() {
    let fake = Fake::start().await;
    let setup = mine(config(vec![fake.server()]));
    let job = Job::new("1", EASY, true);
    let mut peer = fake.begin(&job).await;
    peer.share_of(&job).await;
    drop((peer, fake));
    setup.eventually("the end", |now| now.counts.disconnections == 1).await;
    // Threads follow within a millisecond, if the system lets them.
    let mut before = setup.rig.snapshot().hashes;
    patiently("rest", async {
        loop {
            sleep(Duration::from_millis(200)).await;
            let now = setup.rig.snapshot().hashes;
            if now == before {
                return;
            }
            before = now;
        }
    })
    .await;
    assert_eq!(setup.rig.snapshot().counts.server, None);
}

#[tokio::test]
async fn the_miner_comes_back_to_a_server_that_was_away() {
    let port = Fake::start().await.port();
    let setup = mine(config(vec![server(port)]));
    let job = Job::new("1", EASY, true);
    for round in 1..=2 {
        let fake = Fake::restart(port).await;
        let mut peer = fake.begin(&job).await;
        peer.share_of(&job).await;
        drop((peer, fake));
        setup.eventually("the end", |now| now.counts.disconnections == round).await;
        setup.unavailable().await;
    }
}

#[tokio::test]
async fn the_next_server_steps_in_and_the_first_is_returned_to() {
    let (first, second) = (Fake::start().await, Fake::start().await);
    let port = first.port();
    let setup = mine(config(vec![first.server(), second.server()]));
    let (one, two) = (Job::new("one", EASY, true), Job::new("two", EASY, true));
    let mut peer = first.begin(&one).await;
    peer.share_of(&one).await;
    drop((peer, first));

    let mut peer = second.begin(&two).await;
    peer.share_of(&two).await;
    // The first one listens again, but has no work: the second is not left for it.
    let first = Fake::restart(port).await;
    let mut waiting = first.accept().await;
    waiting.handshake(&one).await;
    for _ in 0..5 {
        peer.share_of(&two).await;
    }
    waiting.issue(&one).await;
    waiting.share_of(&one).await;
    peer.left().await;
    let reason = "a preferred server is back";
    setup.event(reason, |event| matches!(event, Event::Disconnected { reason: why, .. } if why == reason)).await;
}

#[tokio::test]
async fn silent_servers_are_left() {
    let fake = Fake::start().await;
    let short = Duration::from_secs(1);
    let patience = Patience { answer: short, first_job: short, job: short, ..Patience::default() };
    let setup = mine(posw_miner::miner::Config { patience, ..config(vec![fake.server()]) });
    let job = Job::new("1", HARD, true);

    let peer = fake.accept().await;
    assert_eq!(setup.unavailable().await, "no answer to mining.subscribe within 1 s");
    peer.left().await;

    let mut peer = fake.accept().await;
    peer.read().await;
    let request = peer.read().await.unwrap();
    peer.answer(&request, json!({ "result": [[], "00", 4], "error": null })).await;
    assert_eq!(setup.unavailable().await, "no answer to mining.authorize within 1 s");
    peer.left().await;

    let mut peer = fake.accept().await;
    peer.handshake(&job).await;
    assert_eq!(setup.unavailable().await, "no job within 1 s");
    peer.left().await;

    let peer = fake.begin(&job).await;
    assert_eq!(setup.disconnected().await, "no new job within 1 s");
    peer.left().await;
}

#[tokio::test]
async fn servers_that_send_nonsense_are_left() {
    let fake = Fake::start().await;
    let good = Job::new("1", HARD, true);
    let broken = |at: usize, value: Value| {
        let mut job = good.clone();
        job.params[at] = value;
        format!("{}\n", json!({ "id": null, "method": "mining.notify", "params": job.params })).into_bytes()
    };
    let line =
        |method: &str, params: Value| format!("{}\n", json!({ "method": method, "params": params })).into_bytes();
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (b"HTTP/1.1 400 Bad Request\r\n".into(), "no JSON object: HTTP/1.1 400 Bad Request"),
        (vec![b'['; 100_000], "a line is too long"),
        ([&[b'x'; 200_000][..], b"\n"].concat(), "a line is too long"),
        ([&[b'['; 100_000][..], b"\n"].concat(), "no JSON object"),
        (vec![0xff, 0, 0x1b, b'\n'], "no JSON object"),
        (broken(0, json!("")), "job is "),
        (broken(1, json!("00")), "previous hash is 00"),
        (broken(2, json!("0")), "coinb1 is 0"),
        (broken(4, json!(vec![hex(&[0; 32]); 33])), "branch is "),
        (broken(4, json!(["00"])), "branch is "),
        (broken(6, json!("00000000")), "nbits is 00000000"),
        (broken(6, json!("ffffffff")), "nbits is ffffffff"),
        (broken(7, json!("123456789")), "ntime is 123456789"),
        (broken(8, json!(1)), "clean_jobs is 1"),
        (line("mining.set_difficulty", json!([0])), "difficulty is 0, it must be a number above 0"),
        (line("mining.set_difficulty", json!([-1])), "difficulty is -1"),
        (line("mining.set_difficulty", json!([])), "difficulty is missing"),
        (line("mining.set_extranonce", json!(["00", 0])), "extranonce2 size is 0, it must be a number from 1 to 16"),
        (line("mining.set_extranonce", json!(["00", 100])), "extranonce2 size is 100"),
        (line("mining.set_extranonce", json!([hex(&[0; 65]), 4])), "extranonce1 is "),
        (line("client.show_message", json!(["spam"])).repeat(2_000), "the server floods the connection"),
    ];
    for (bytes, reason) in cases {
        // Pauses between attempts grow: each case has a miner of its own.
        let setup = mine(config(vec![fake.server()]));
        let mut peer = fake.accept().await;
        peer.read().await;
        let request = peer.read().await.unwrap();
        peer.answer(&request, json!({ "result": [[], "00", 4], "error": null })).await;
        let request = peer.read().await.unwrap();
        peer.answer(&request, json!({ "result": true, "error": null })).await;
        peer.issue(&good).await;
        setup.event("the beginning", |event| matches!(event, Event::Connected { .. })).await;
        peer.write(&bytes).await;
        if bytes.ends_with(b"[") {
            peer.write(&bytes).await;
        }
        let found = setup.disconnected().await;
        assert!(found.contains(reason), "{found} instead of {reason}");
        peer.left().await;
    }
}

#[tokio::test]
async fn subscriptions_without_room_for_work_are_refused() {
    let fake = Fake::start().await;
    for (result, reason) in [
        (json!([[], "00", 0]), "mining.subscribe: extranonce2 size is 0, it must be a number from 1 to 16"),
        (json!([[], "00", 100]), "mining.subscribe: extranonce2 size is 100, it must be a number from 1 to 16"),
        (json!([[], 7, 4]), "mining.subscribe: extranonce1 is 7, it must be the hex digits of at most 64 bytes"),
        (json!(true), "mining.subscribe: extranonce1 is missing, it must be the hex digits of at most 64 bytes"),
    ] {
        let setup = mine(config(vec![fake.server()]));
        let mut peer = fake.accept().await;
        peer.read().await;
        let request = peer.read().await.unwrap();
        peer.answer(&request, json!({ "result": result })).await;
        assert_eq!(setup.unavailable().await, reason);
    }
}

#[tokio::test]
async fn a_reconnect_to_the_same_place_is_done() {
    let fake = Fake::start().await;
    let setup = mine(config(vec![fake.server()]));
    let job = Job::new("1", EASY, true);
    for params in [json!([]), json!(["127.0.0.1", fake.port().to_string(), 0]), json!(["", fake.port(), "1"])] {
        let mut peer = fake.begin(&job).await;
        peer.share_of(&job).await;
        peer.notify("client.reconnect", params).await;
        assert_eq!(setup.disconnected().await, "the server asks to reconnect in 1 s");
        peer.left().await;
    }
}

#[tokio::test]
async fn the_miner_ends_when_every_server_refuses_the_user() {
    let (first, second) = (Fake::start().await, Fake::start().await);
    let mut setup = mine(config(vec![first.server(), second.server()]));
    for (fake, authorize) in [
        (&first, json!({ "result": false, "error": null })),
        (&second, json!({ "result": null, "error": [24, "Unauthorized worker", null] })),
    ] {
        let mut peer = fake.accept().await;
        peer.answers.authorize = authorize;
        peer.handshake(&Job::new("1", HARD, true)).await;
    }
    assert_eq!(patiently("the end", &mut setup.task).await.unwrap(), Err(Refused));
    assert!(setup.unavailable().await.starts_with("authorization refused: "));
}

#[test]
fn the_tests_own_arithmetic_agrees_with_the_worked_example() {
    let mut job = Job::new("1", EASY, true);
    let before = format!("01000000{}", "11".repeat(38));
    let previous = "03020100070605040b0a09080f0e0d0c13121110171615141b1a19181f1e1d1c";
    let branch = ["33".repeat(32)];
    job.params = json!(["1", previous, before, "22".repeat(8), branch, "20000000", "1d00ffff", "6b00fac7", true]);
    let root = "a268ce8487b8e83caf80d31741bbd43eab078cd2066f428767f0ab27a97e5a3f";
    assert_eq!(job.root("0000000000000001").to_vec(), bytes(root));
    let share = json!(["address.rig", "1", "0000000000000001", "6b00fac7", "6b5c4101"]);
    let mut value = job.hash(&share);
    value.reverse();
    assert_eq!(hex(&value), "38dd61a0a222e2a70a1c950eba33c90dc7d3dc3efc0824f6c2ceb0f7289bbbb9");
    assert!(!job.is_met_by(&share));
}

#[tokio::test]
async fn a_server_with_too_low_a_difficulty_gets_only_some_of_the_shares() {
    let fake = Fake::start().await;
    let setup = mine(config(vec![fake.server()]));
    let job = Job::new("1", 1e-9, true);
    let mut peer = fake.begin(&job).await;
    let begun = std::time::Instant::now();
    for _ in 0..1_200 {
        peer.share_of(&job).await;
    }
    // A thousand at once and a hundred a second.
    assert!(begun.elapsed() > Duration::from_millis(1_900), "{:?}", begun.elapsed());
    assert!(setup.rig.snapshot().counts.dropped > 1_000);
}

//! The program as its users see it: command line, output, metrics, signals and exit status.

mod common;

use common::{patiently, Fake, Job, EASY, HARD};
use core::time::Duration;
use serde_json::{json, Value};
use std::{
    process::{ExitStatus, Stdio},
    time::Instant,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdout, Command},
    sync::Mutex,
};

/// Held while the machine's cores are measured, or how soon the program ends: its threads give way to others.
static CORES: Mutex<()> = Mutex::const_new(());

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_posw-miner"));
    command.args(arguments).env_remove("POSW_MINER_PASSWORD").kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs it to its end; returns exit status, standard output and standard error.
async fn output(command: &mut Command) -> (Option<i32>, String, String) {
    let output = patiently("the end", command.output()).await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A program that runs with `--json`.
struct Running {
    child: Child,
    lines: tokio::io::Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    async fn event(&mut self, name: &str) -> Value {
        loop {
            let line = patiently(name, self.lines.next_line()).await.unwrap();
            let event: Value = serde_json::from_str(&line.expect(name)).unwrap();
            assert!(event["time"].as_f64().unwrap() > 1.6e9);
            if event["event"] == name {
                return event;
            }
        }
    }

    /// Sends a signal; returns the exit status, and how long it took.
    async fn end(&mut self, signal: &str) -> (ExitStatus, Duration) {
        let begun = Instant::now();
        let pid = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().await.unwrap().success());
        (patiently("the end", self.child.wait()).await.unwrap(), begun.elapsed())
    }
}

#[tokio::test]
async fn it_tells_programs_everything_and_ends_when_told_to() {
    let _cores = CORES.lock().await;
    let fake = Fake::start().await;
    let address = format!("stratum+tcp://127.0.0.1:{}", fake.port());
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "open sesame\n").unwrap();
    for signal in ["-INT", "-TERM"] {
        let path = file.path().to_str().unwrap();
        let mut arguments = vec!["--server", &address, "--user", "address.rig", "--json", "--report", "1"];
        arguments.extend(["--threads", "2", "--kernel", "portable", "--duty-cycle", "90", "--password-file", path]);
        let mut running = Running::start(program(&arguments));
        let started = running.event("started").await;
        assert_eq!((&started["kernel"], &started["threads"]), (&json!("portable"), &json!(2)));
        assert_eq!(started["servers"], json!([address.trim_start_matches("stratum+tcp://")]));

        let job = Job::new("1", EASY, true);
        let mut peer = fake.accept().await;
        let requests = peer.handshake(&job).await;
        assert_eq!(requests[2]["params"], json!(["address.rig", "open sesame"]));
        peer.issue(&job).await;
        let connected = running.event("connected").await;
        assert_eq!(connected["user"], "address.rig");
        assert_eq!(running.event("difficulty").await["difficulty"], EASY);
        assert_eq!(running.event("job").await["job"], "1");
        peer.share_of(&job).await;
        let accepted = running.event("accepted").await;
        assert!(accepted["difficulty"].as_f64().unwrap() >= EASY && accepted["block"] == false);
        let statistics = running.event("statistics").await;
        assert!(statistics["hashes"].as_u64().unwrap() > 0 && statistics["accepted"].as_u64().unwrap() >= 1);
        assert_eq!(statistics["server"], connected["server"]);

        let (status, time) = running.end(signal).await;
        assert!(status.success() && time < Duration::from_secs(1), "{status} after {time:?}");
        let stopped = running.event("stopped").await;
        assert!(stopped["best_difficulty"].as_f64().unwrap() >= EASY);
        assert_eq!(running.lines.next_line().await.unwrap(), None);
        let mut errors = String::new();
        running.child.stderr.take().unwrap().read_to_string(&mut errors).await.unwrap();
        assert_eq!(errors, "");
    }
}

#[tokio::test]
async fn it_tells_people_what_matters() {
    let fake = Fake::start().await;
    let address = format!("127.0.0.1:{}", fake.port());
    let mut command = program(&["-o", &address, "-u", "address.rig", "-t", "1", "--kernel", "portable"]);
    let mut child = command.env("POSW_MINER_PASSWORD", "from the environment").spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let job = Job::new("1", EASY, true);
    let mut peer = fake.accept().await;
    let requests = peer.handshake(&job).await;
    assert_eq!(requests[2]["params"][1], "from the environment");
    peer.issue(&job).await;
    peer.share_of(&job).await;
    for expected in [
        "posw-miner ",
        &format!("connected to {address}, authorized as address.rig"),
        "difficulty 0.00001",
        "share of difficulty 0.",
    ] {
        let line = patiently(expected, lines.next_line()).await.unwrap().unwrap();
        assert!(line[9..].starts_with(expected), "{line} instead of {expected}");
    }
    drop((peer, fake));
    let line = patiently("the end", lines.next_line()).await.unwrap().unwrap();
    assert!(line.contains(&format!("disconnected from {address}: ")), "{line}");
    child.kill().await.unwrap();
    let mut out = String::new();
    child.stdout.take().unwrap().read_to_string(&mut out).await.unwrap();
    assert_eq!(out, "");
}

#[tokio::test]
async fn prometheus_is_served() {
    let fake = Fake::start().await;
    // Free a moment ago.
    let metrics = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (address, place) = (format!("127.0.0.1:{}", fake.port()), metrics.to_string());
    let arguments = ["-o", &address, "-u", "rig", "-t", "1", "--kernel", "portable", "--json", "--metrics", &place];
    let mut running = Running::start(program(&arguments));
    let _peer = fake.begin(&Job::new("1", HARD, true)).await;
    running.event("job").await;
    let ask = |request: &'static str| async move {
        let mut stream = TcpStream::connect(metrics).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        patiently("metrics", stream.read_to_string(&mut answer)).await.unwrap();
        answer
    };
    let answer = ask("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("text/plain; version=0.0.4"), "{answer}");
    assert!(
        answer.contains("\nposw_miner_connected 1\n") && answer.contains("\nposw_miner_jobs_total 1\n"),
        "{answer}"
    );
    assert!(ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.starts_with("HTTP/1.1 404 "));
    assert!(ask("POST /metrics HTTP/1.1\r\nHost: a\r\n\r\n").await.starts_with("HTTP/1.1 405 "));
    assert!(ask("nonsense\r\n\r\n").await.starts_with("HTTP/1.1 400 "));

    let mut second = program(&["-o", &address, "-u", "rig", "--kernel", "portable", "--metrics", &place]);
    let (status, _, errors) = output(&mut second).await;
    assert_eq!(status, Some(2));
    assert!(errors.contains(&format!("--metrics {place}: cannot listen there")), "{errors}");
}

#[tokio::test]
async fn what_is_wrong_with_the_configuration_is_said() {
    for (arguments, expected) in [
        (&["--user", "a"][..], "--server <URL>"),
        (&["--server", "a:1"], "--user <USER>"),
        (&["--server", "a", "--user", "a"], "port \"\" is not a number from 1 to 65535"),
        (&["--server", "stratum+ssl://a:1", "--user", "a"], "scheme \"stratum+ssl\" is not supported"),
        (&["--server", "a:1", "--user", "a b"], "a user is NAME or ADDRESS.WORKER"),
        (&["--server", "a:1", "--user", "a", "--threads", "0"], "it must be a number from 1 to 1024"),
        (&["--server", "a:1", "--user", "a", "--kernel", "abacus"], "there is no kernel \"abacus\"; available here: "),
        (&["--server", "a:1", "--user", "a", "--duty-cycle", "101"], "101 is not in 0..=100"),
        (&["--server", "a:1", "--user", "a", "--metrics", "9100"], "--metrics <ADDRESS>"),
        (&["--server", "a:1", "--user", "a", "--password", "secret"], "unexpected argument '--password'"),
        (&["--server", "a:1", "--user", "a", "--password-file", "/nowhere"], "--password-file"),
        (&["bench", "--kernel", "abacus"], "there is no kernel \"abacus\""),
        (&["bench", "--kernel", "portable", "--all"], "cannot be used with"),
    ] {
        let (status, out, errors) = output(&mut program(arguments)).await;
        assert_eq!((status, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(errors.contains(expected), "{errors} instead of {expected}");
    }
}

#[tokio::test]
async fn it_fails_when_every_server_refuses_the_user() {
    let fake = Fake::start().await;
    let address = format!("127.0.0.1:{}", fake.port());
    let mut command = program(&["-o", &address, "-u", "rig", "--kernel", "portable"]);
    let server = async {
        let mut peer = fake.accept().await;
        peer.answers.authorize = json!({ "result": null, "error": [24, "Unauthorized worker", null] });
        peer.handshake(&Job::new("1", HARD, true)).await;
        peer
    };
    let ((status, _, errors), _peer) = tokio::join!(output(&mut command), server);
    assert_eq!(status, Some(1));
    assert!(errors.contains("authorization refused: Unauthorized worker (24)"), "{errors}");
    assert!(errors.ends_with("error: every server has refused to authorize the user\n"), "{errors}");
}

#[tokio::test]
async fn it_measures() {
    let _cores = CORES.lock().await;
    let arguments = ["bench", "--kernel", "portable", "--threads", "2", "--seconds", "1"];
    let (status, out, errors) = output(&mut program(&[&arguments[..], &["--json"]].concat())).await;
    assert_eq!((status, errors.as_str()), (Some(0), ""));
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&report["threads"], &report["kernels"][0]["kernel"]), (&json!(2), &json!("portable")));
    for rate in [&report["naive"], &report["kernels"][0]["fixed_root"], &report["kernels"][0]["free_root"]] {
        assert!(rate.as_u64().unwrap() > 0, "{report}");
    }
    let (status, out, _) = output(&mut program(&arguments)).await;
    assert_eq!(status, Some(0));
    assert!(out.contains("naive loop over sha2") && out.contains("portable, nonce only"), "{out}");
}

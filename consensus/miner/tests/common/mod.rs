//! A Stratum server made of raw JSON lines, which recomputes every share from its fields.

#![allow(dead_code, reason = "each test uses what it needs")]

use core::{future::Future, time::Duration};
use posw_miner::{
    connection::Patience,
    event::Event,
    miner::{Config, Miner, Refused},
    password::Password,
    reporter::{Reporter, Told},
    rig::Rig,
    server::Server,
    statistics::{Snapshot, Statistics},
};
use posw_sealer::{Kernel, Priority};
use serde_json::{json, Value};
use sha2::{Digest, Sha256};
use std::sync::{mpsc::Receiver, Arc};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{
        tcp::{OwnedReadHalf, OwnedWriteHalf},
        TcpListener,
    },
    task::JoinHandle,
    time::{sleep, timeout},
};

/// How long a test waits for something that normally takes milliseconds.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// About 40,000 hashes a share.
pub(crate) const EASY: f64 = 1e-5;
/// Nobody finds such a share.
pub(crate) const HARD: f64 = 1e9;

pub(crate) async fn patiently<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

pub(crate) fn bytes(hex: &str) -> Vec<u8> {
    assert!(hex.len().is_multiple_of(2), "{hex}");
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

pub(crate) fn sha256d(data: &[u8]) -> [u8; 32] {
    Sha256::digest(Sha256::digest(data)).into()
}

/// A little-endian number, about.
fn number(hash: &[u8; 32]) -> f64 {
    hash.iter().rev().fold(0.0, |number, byte| number * 256.0 + f64::from(*byte))
}

/// A job as it is sent, and what holds for it.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) params: Value,
    pub(crate) extranonce1: String,
    pub(crate) extranonce2_len: usize,
    pub(crate) difficulty: f64,
    pub(crate) version_mask: u32,
}

impl Job {
    /// With a coinbase transaction, a branch and a previous hash of its own.
    pub(crate) fn new(name: &str, difficulty: f64, clean: bool) -> Self {
        let hash = |tag: &str| hex(&sha256d(format!("{name} {tag}").as_bytes()));
        let (before, after) = (format!("01000000{}", hash("before")), format!("{}00000000", hash("after")));
        let branch = [hash("branch 1"), hash("branch 2")];
        let params = json!([name, hash("previous"), before, after, branch, "20000000", "1d00ffff", "6b00fac7", clean]);
        Self { params, extranonce1: "a1b2c3d4".into(), extranonce2_len: 8, difficulty, version_mask: 0 }
    }

    /// The root that an extranonce leads to.
    pub(crate) fn root(&self, extranonce2: &str) -> [u8; 32] {
        let text = |at: usize| self.params[at].as_str().unwrap();
        let mut root = sha256d(&bytes(&[text(2), &self.extranonce1, extranonce2, text(3)].concat()));
        for hash in self.params[4].as_array().unwrap() {
            root = sha256d(&[&root[..], &bytes(hash.as_str().unwrap())].concat());
        }
        root
    }

    /// The hash of a share, from the fields of `mining.submit`.
    pub(crate) fn hash(&self, share: &Value) -> [u8; 32] {
        let field = |at: usize| share[at].as_str().unwrap();
        let word = |hex: &str| {
            assert_eq!(hex.len(), 8, "{share}");
            u32::from_str_radix(hex, 16).unwrap()
        };
        assert_eq!(field(1), self.params[0].as_str().unwrap(), "job");
        assert_eq!(field(2).len(), self.extranonce2_len * 2, "{share}");
        let bits = if self.version_mask == 0 { 0 } else { word(field(5)) };
        assert_eq!(share.as_array().unwrap().len(), if self.version_mask == 0 { 5 } else { 6 }, "{share}");
        assert_eq!(bits & !self.version_mask, 0, "{share}");
        let version = word(self.params[5].as_str().unwrap()) & !self.version_mask | bits;
        let mut header = version.to_le_bytes().to_vec();
        for group in bytes(self.params[1].as_str().unwrap()).chunks(4) {
            header.extend(group.iter().rev());
        }
        header.extend(self.root(field(2)));
        header.extend(word(field(3)).to_le_bytes());
        header.extend(word(self.params[6].as_str().unwrap()).to_le_bytes());
        header.extend(word(field(4)).to_le_bytes());
        assert_eq!(header.len(), 80);
        sha256d(&header)
    }

    /// Whether a share meets the difficulty that it was asked to have.
    pub(crate) fn is_met_by(&self, share: &Value) -> bool {
        number(&self.hash(share)) <= 65_535.0 * 2_f64.powi(208) / self.difficulty
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A server that does what the test says.
pub(crate) struct Fake {
    listener: TcpListener,
}

impl Fake {
    pub(crate) async fn start() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    /// Again at the place of one that was dropped.
    pub(crate) async fn restart(port: u16) -> Self {
        Self { listener: TcpListener::bind(("127.0.0.1", port)).await.unwrap() }
    }

    pub(crate) fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }

    pub(crate) fn server(&self) -> Server {
        server(self.port())
    }

    pub(crate) async fn accept(&self) -> Peer {
        let (stream, _) = patiently("a connection", self.listener.accept()).await.unwrap();
        let (reader, writer) = stream.into_split();
        Peer { reader: BufReader::new(reader), writer, answers: Answers::default() }
    }

    /// Accepts a client and gives it a job.
    pub(crate) async fn begin(&self, job: &Job) -> Peer {
        let mut peer = self.accept().await;
        peer.handshake(job).await;
        peer.issue(job).await;
        peer
    }
}

pub(crate) fn server(port: u16) -> Server {
    Server {
        address: format!("127.0.0.1:{port}").parse().unwrap(),
        user: "address.rig".into(),
        password: Password::default(),
        version_rolling: true,
    }
}

/// How a fake server answers what it is asked.
#[derive(Clone, Debug)]
pub(crate) struct Answers {
    pub(crate) configure: Value,
    pub(crate) authorize: Value,
}

impl Default for Answers {
    fn default() -> Self {
        // What a server says that knows nothing of version rolling.
        let configure = json!({ "result": null, "error": [20, "Method not found", null] });
        Self { configure, authorize: json!({ "result": true, "error": null }) }
    }
}

/// The server's end of a connection.
pub(crate) struct Peer {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    pub(crate) answers: Answers,
}

impl Peer {
    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        // A client that has left takes nothing.
        let _ = self.writer.write_all(bytes).await;
    }

    pub(crate) async fn send(&mut self, line: Value) {
        self.write(format!("{line}\n").as_bytes()).await;
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({ "id": null, "method": method, "params": params })).await;
    }

    /// The next line; `None` where the client has left.
    pub(crate) async fn read(&mut self) -> Option<Value> {
        let mut line = String::new();
        let read = patiently("a line", self.reader.read_line(&mut line)).await.unwrap_or(0);
        (read > 0).then(|| serde_json::from_str(&line).unwrap())
    }

    pub(crate) async fn answer(&mut self, request: &Value, mut response: Value) {
        response["id"] = request["id"].clone();
        self.send(response).await;
    }

    /// Answers until the client has subscribed and asked to be authorized; returns what it asked.
    pub(crate) async fn handshake(&mut self, job: &Job) -> Vec<Value> {
        let mut requests = Vec::new();
        loop {
            let request = self.read().await.expect("a request");
            let Answers { configure, authorize } = self.answers.clone();
            match request["method"].as_str().unwrap() {
                "mining.configure" => self.answer(&request, configure).await,
                "mining.subscribe" => {
                    let topics = json!([["mining.set_difficulty", "1"], ["mining.notify", "1"]]);
                    let result = json!([topics, job.extranonce1, job.extranonce2_len]);
                    self.answer(&request, json!({ "result": result, "error": null })).await;
                }
                "mining.authorize" => self.answer(&request, authorize).await,
                "mining.extranonce.subscribe" => {
                    self.answer(&request, json!({ "result": true, "error": null })).await;
                    requests.push(request);
                    return requests;
                }
                other => panic!("{other} was not expected"),
            }
            requests.push(request);
        }
    }

    /// Sends a job with its difficulty.
    pub(crate) async fn issue(&mut self, job: &Job) {
        self.notify("mining.set_difficulty", json!([job.difficulty])).await;
        self.notify("mining.notify", job.params.clone()).await;
    }

    /// The next share, not yet answered.
    pub(crate) async fn share(&mut self) -> Value {
        loop {
            let request = self.read().await.expect("a share");
            if request["method"] == "mining.submit" {
                assert_eq!(request["params"][0], "address.rig");
                return request;
            }
        }
    }

    /// The next share, which must be one of the job; accepts it.
    pub(crate) async fn share_of(&mut self, job: &Job) -> Value {
        let request = self.share().await;
        assert!(job.is_met_by(&request["params"]), "{request}");
        self.answer(&request, json!({ "result": true, "error": null })).await;
        request["params"].clone()
    }

    /// Takes shares, accepting all of them, until one is of the job.
    pub(crate) async fn first_share_of(&mut self, job: &Job) {
        loop {
            let request = self.share().await;
            self.answer(&request, json!({ "result": true, "error": null })).await;
            if request["params"][1] == job.params[0] {
                assert!(job.is_met_by(&request["params"]), "{request}");
                return;
            }
        }
    }

    /// Waits until the client has left.
    pub(crate) async fn left(mut self) {
        while self.read().await.is_some() {}
    }
}

/// A miner, and what it tells.
pub(crate) struct Setup {
    pub(crate) rig: Arc<Rig>,
    events: Receiver<Told>,
    pub(crate) task: JoinHandle<Result<(), Refused>>,
}

impl Drop for Setup {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn config(servers: Vec<Server>) -> Config {
    Config { servers, patience: Patience::default(), return_after: Duration::from_millis(200) }
}

pub(crate) fn mine(config: Config) -> Setup {
    mine_with(Kernel::Portable, config)
}

pub(crate) fn mine_with(kernel: Kernel, config: Config) -> Setup {
    let statistics = Arc::<Statistics>::default();
    let (reporter, events) = Reporter::channel();
    let (rig, shares) = Rig::new(kernel.engine().unwrap(), 2, Priority::Low, 100, statistics.clone()).unwrap();
    let rig = Arc::new(rig);
    let miner = Miner::new(config, rig.clone(), statistics, reporter);
    Setup { rig, events, task: tokio::spawn(miner.run(shares)) }
}

impl Setup {
    /// Waits for an event.
    pub(crate) async fn event(&self, what: &str, is_it: impl Fn(&Event) -> bool) -> Event {
        patiently(what, async {
            loop {
                while let Ok(told) = self.events.try_recv() {
                    if is_it(&told.event) {
                        return told.event;
                    }
                }
                sleep(Duration::from_millis(2)).await;
            }
        })
        .await
    }

    /// Why a connection has ended.
    pub(crate) async fn disconnected(&self) -> String {
        match self.event("the end of a connection", |event| matches!(event, Event::Disconnected { .. })).await {
            Event::Disconnected { reason, .. } => reason,
            other => panic!("{other:?}"),
        }
    }

    /// Why a server has given no work.
    pub(crate) async fn unavailable(&self) -> String {
        match self.event("a failed attempt", |event| matches!(event, Event::Unavailable { .. })).await {
            Event::Unavailable { reason, .. } => reason,
            other => panic!("{other:?}"),
        }
    }

    /// Waits until the statistics are as they should be.
    pub(crate) async fn eventually(&self, what: &str, condition: impl Fn(&Snapshot) -> bool) -> Snapshot {
        patiently(what, async {
            loop {
                let snapshot = self.rig.snapshot();
                if condition(&snapshot) {
                    return snapshot;
                }
                sleep(Duration::from_millis(2)).await;
            }
        })
        .await
    }
}

//! A Stratum V1 client written from the public description of the protocol, with none of the server's code.

use super::work::{sha256d, solve, value};
use posw_primitives::U256;
use serde_json::{json, Value};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

/// How long an answer may take on a busy machine.
const ANSWER: Duration = Duration::from_secs(30);

/// A connection.
pub(crate) struct Client {
    lines: BufReader<TcpStream>,
    requests: u64,
    /// Bytes that the server puts into the coinbase transaction for this connection.
    pub(crate) extranonce1: Vec<u8>,
    /// Length of what the client puts there.
    pub(crate) extranonce2_len: usize,
    /// The difficulty last set.
    pub(crate) difficulty: f64,
    /// The job last sent.
    pub(crate) job: Option<Job>,
    /// Jobs that made all earlier ones stale, as one for a new best block does; the first among them.
    pub(crate) clean_jobs: u32,
}

/// The parameters of `mining.notify`.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) commitment: Vec<u8>,
    coinbase: [Vec<u8>; 2],
    branch: Vec<Vec<u8>>,
    version: u32,
    pub(crate) bits: u32,
    pub(crate) time: u32,
    clean: bool,
}

/// A share and the header that it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Share {
    pub(crate) job: String,
    pub(crate) extranonce2: String,
    pub(crate) root: [u8; 32],
    pub(crate) time: u32,
    pub(crate) nonce: u32,
}

impl Client {
    /// Connects, and says nothing.
    pub(crate) fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(ANSWER)).expect("the system has time-outs");
        Self {
            lines: BufReader::new(stream),
            requests: 0,
            extranonce1: Vec::new(),
            extranonce2_len: 0,
            difficulty: 0.0,
            job: None,
            clean_jobs: 0,
        }
    }

    /// Connects, subscribes and authorizes.
    pub(crate) fn mining_as(address: &str, user: &str) -> Self {
        let mut client = Self::connect(address);
        client.subscribe();
        assert_eq!(client.call("mining.authorize", json!([user, "x"])), Ok(json!(true)));
        client
    }

    /// `mining.subscribe`.
    pub(crate) fn subscribe(&mut self) {
        let answer = self.call("mining.subscribe", json!(["test/1.0"])).expect("subscriptions are granted");
        let subscriptions: Vec<_> = answer[0].as_array().expect("a list").iter().map(|pair| pair[0].clone()).collect();
        assert_eq!(subscriptions, ["mining.set_difficulty", "mining.notify"]);
        self.extranonce1 = bytes(&answer[1]);
        self.extranonce2_len = answer[2].as_u64().expect("a length").try_into().expect("a small one");
    }

    /// Sends bytes as they are.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.lines.get_mut().write_all(bytes)
    }

    /// Calls a method; what the server sends in between is taken in.
    ///
    /// # Errors
    /// Code and text of the server's error.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Result<Value, (i64, String)> {
        self.requests += 1;
        let request = json!({ "id": self.requests, "method": method, "params": params });
        self.send(format!("{request}\n").as_bytes()).unwrap_or_else(|error| panic!("{method}: {error}"));
        loop {
            let line = self.line().unwrap_or_else(|| panic!("{method}: the server has closed the connection"));
            if line["id"] == json!(self.requests) && line.get("method").is_none() {
                let (result, error) = (&line["result"], &line["error"]);
                return match (error[0].as_i64(), error[1].as_str()) {
                    (Some(code), Some(text)) => Err((code, text.into())),
                    _ if error.is_null() => Ok(result.clone()),
                    _ => panic!("{method}: {error} is no error of Stratum's"),
                };
            }
            self.take_in(&line);
        }
    }

    /// Waits for a job after the first `clean` ones that made others stale; the newest.
    pub(crate) fn job_after(&mut self, clean: u32) -> Job {
        loop {
            if let Some(job) = self.job.clone().filter(|_| self.clean_jobs > clean) {
                return job;
            }
            let line = self.line().expect("the server goes on");
            self.take_in(&line);
        }
    }

    /// The next line; `None` where the server has closed the connection.
    pub(crate) fn line(&mut self) -> Option<Value> {
        let mut line = String::new();
        match self.lines.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(serde_json::from_str(&line).expect("the server sends JSON")),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => None,
            Err(error) => panic!("the server is silent: {error}"),
        }
    }

    fn take_in(&mut self, line: &Value) {
        let params = &line["params"];
        match line["method"].as_str() {
            Some("mining.set_difficulty") => self.difficulty = params[0].as_f64().expect("a number"),
            Some("mining.notify") => {
                let job = Job::of(params);
                self.clean_jobs += u32::from(job.clean);
                self.job = Some(job);
            }
            _ => panic!("unexpected: {line}"),
        }
    }

    /// Finds a share that is a block as well. The difficulty of shares has nine digits after the point, so where it is the block's it
    /// may be a little below.
    pub(crate) fn block(&self, job: &Job, extranonce2: u64) -> Share {
        let extranonce2 = format!("{extranonce2:0width$x}", width = 2 * self.extranonce2_len);
        let (root, header) = self.header(job, &extranonce2);
        let nonce = solve(header, share_target(self.difficulty).min(block_target(job.bits)));
        Share { job: job.id.clone(), extranonce2, root, time: job.time, nonce }
    }

    /// Whether this connection's coinbase transaction makes a share for `job` of what another's makes one of, or of another nonce.
    pub(crate) fn is_share(&self, job: &Job, share: &Share) -> bool {
        let (_, mut header) = self.header(job, &share.extranonce2);
        header[76..].copy_from_slice(&share.nonce.to_le_bytes());
        value(sha256d(&header)) <= share_target(self.difficulty)
    }

    /// The root of the transactions, and the header without a nonce.
    fn header(&self, job: &Job, extranonce2: &str) -> ([u8; 32], [u8; 80]) {
        let own = array_bytes::hex2bytes(extranonce2).expect("hex");
        let coinbase = [&job.coinbase[0][..], &self.extranonce1, &own, &job.coinbase[1]].concat();
        let root = job.branch.iter().fold(sha256d(&coinbase), |root, hash| sha256d(&[&root[..], hash].concat()));
        let header = [
            &job.version.to_le_bytes()[..],
            &job.commitment,
            &root,
            &job.time.to_le_bytes(),
            &job.bits.to_le_bytes(),
            &[0; 4],
        ];
        (root, header.concat().try_into().expect("80 bytes"))
    }

    /// Hands in a share.
    ///
    /// # Errors
    /// As [`Self::call`].
    pub(crate) fn submit(&mut self, user: &str, share: &Share) -> Result<Value, (i64, String)> {
        let Share { job, extranonce2, time, nonce, .. } = share;
        let params = json!([user, job, extranonce2, format!("{time:08x}"), format!("{nonce:08x}")]);
        self.call("mining.submit", params)
    }
}

impl Job {
    fn of(params: &Value) -> Self {
        let hex = |index: usize| bytes(&params[index]);
        let number = |index: usize| {
            let text = params[index].as_str().expect("a number in hex");
            u32::from_str_radix(text, 16).expect("eight digits")
        };
        Self {
            id: params[0].as_str().expect("a text").into(),
            // The bytes of each group of four come in reverse.
            commitment: hex(1).chunks(4).flat_map(|group| group.iter().rev().copied()).collect(),
            coinbase: [hex(2), hex(3)],
            branch: params[4].as_array().expect("a list").iter().map(bytes).collect(),
            version: number(5),
            bits: number(6),
            time: number(7),
            clean: params[8].as_bool().expect("true or false"),
        }
    }
}

/// Bitcoin's target of difficulty 1, divided.
#[allow(clippy::cast_possible_truncation, reason = "difficulties of tests are small")]
fn share_target(difficulty: f64) -> U256 {
    let one = U256::from(0xffff) << 208;
    if difficulty >= 1.0 {
        return one / U256::from(difficulty as u128);
    }
    // The server sends at most nine digits after the point.
    one / U256::from((difficulty * 1e9).round() as u128) * U256::from(1_000_000_000)
}

/// The target that a header's bits stand for: 256 to the power of the first byte, three less, times the others.
fn block_target(bits: u32) -> U256 {
    U256::from(bits & 0x00ff_ffff) << (8 * ((bits >> 24) - 3))
}

fn bytes(hex: &Value) -> Vec<u8> {
    array_bytes::hex2bytes(hex.as_str().expect("a text")).expect("hex")
}

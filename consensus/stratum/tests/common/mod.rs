//! A miner that follows the public description of the protocol: it knows nothing of the server but the lines it sends.

#![allow(dead_code, reason = "each test uses what it needs")]

use posw_primitives::{header::sha256d, CompactBits, Target, U256};
use posw_stratum::{wire::Share, Difficulty, DifficultyRange, Job};
use serde_json::{json, Value};
use std::sync::Arc;

/// Shares of about 4,000 hashes.
pub(crate) const EASY: Difficulty = Difficulty::from_billionths(1_000);

/// Connections start with [`EASY`], and may go anywhere.
pub(crate) fn range() -> DifficultyRange {
    DifficultyRange { start: EASY, minimum: Difficulty::MIN, maximum: Difficulty::MAX }
}

/// Bits of a target that no test meets.
pub(crate) fn hard() -> CompactBits {
    bits(Difficulty::ONE.times(1_000_000))
}

/// Bits of a block that is as hard as a share of the difficulty.
pub(crate) fn bits(difficulty: Difficulty) -> CompactBits {
    difficulty.target().to_compact()
}

pub(crate) fn job(id: u64, parent: u8, bits: CompactBits) -> Arc<Job> {
    let commitment = sha256d(&id.to_le_bytes());
    Arc::new(Job { id, parent: [parent; 32], number: 100 + u32::from(parent), commitment, bits })
}

/// A line as JSON.
pub(crate) fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// The parameter of `mining.set_difficulty` as a target.
pub(crate) fn target_of(line: &Value) -> Target {
    assert_eq!(line["method"], "mining.set_difficulty", "{line}");
    Difficulty::from_number(line["params"][0].as_f64().unwrap()).unwrap().target()
}

fn bytes(value: &Value) -> Vec<u8> {
    array_bytes::hex2bytes(value.as_str().unwrap()).unwrap()
}

fn word(value: &Value) -> u32 {
    let text = value.as_str().unwrap();
    assert_eq!(text.len(), 8);
    u32::from_str_radix(text, 16).unwrap()
}

/// What `mining.notify` tells.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub(crate) job: String,
    previous: Vec<u8>,
    coinbase: [Vec<u8>; 2],
    branch: Vec<Vec<u8>>,
    version: u32,
    bits: u32,
    pub(crate) time: u32,
    pub(crate) clean: bool,
}

impl Work {
    pub(crate) fn new(line: &Value) -> Self {
        assert_eq!(line["method"], "mining.notify", "{line}");
        let params = &line["params"];
        Self {
            job: params[0].as_str().unwrap().into(),
            previous: bytes(&params[1]),
            coinbase: [bytes(&params[2]), bytes(&params[3])],
            branch: params[4].as_array().unwrap().iter().map(bytes).collect(),
            version: word(&params[5]),
            bits: word(&params[6]),
            time: word(&params[7]),
            clean: params[8].as_bool().unwrap(),
        }
    }

    /// The first 76 bytes of the header.
    fn header(&self, extranonce1: &[u8], extranonce2: &[u8], version_bits: u32, time: u32) -> Vec<u8> {
        let mut root = sha256d(&[&self.coinbase[0], extranonce1, extranonce2, &self.coinbase[1]].concat());
        for hash in &self.branch {
            root = sha256d(&[&root, &hash[..]].concat());
        }
        let mut header = (self.version | version_bits).to_le_bytes().to_vec();
        for group in self.previous.chunks(4) {
            header.extend(group.iter().rev());
        }
        header.extend(root);
        header.extend(time.to_le_bytes());
        header.extend(self.bits.to_le_bytes());
        header
    }

    /// The hash of the header that a share stands for.
    pub(crate) fn hash(&self, miner: &Miner, share: &Share) -> [u8; 32] {
        let header = self.header(&miner.extranonce1, &share.extranonce2, share.version_bits, share.time);
        sha256d(&[&header[..], &share.nonce.to_le_bytes()].concat())
    }

    /// Nonces whose headers meet the target, or do not.
    pub(crate) fn nonces<'a>(
        &self,
        miner: &'a Miner,
        extranonce2: u64,
        version_bits: u32,
        target: Target,
        meets: bool,
    ) -> impl Iterator<Item = u32> + 'a {
        let header = self.header(&miner.extranonce1, &extranonce2.to_be_bytes(), version_bits, self.time);
        (0..u32::MAX).filter(move |nonce| {
            let hash = sha256d(&[&header[..], &nonce.to_le_bytes()].concat());
            (U256::from_little_endian(&hash) <= target.value()) == meets
        })
    }
}

/// What a miner knows of its connection.
#[derive(Clone, Debug)]
pub(crate) struct Miner {
    pub(crate) user: String,
    pub(crate) extranonce1: Vec<u8>,
}

impl Miner {
    /// From the result of `mining.subscribe`.
    pub(crate) fn new(user: &str, subscription: &Value) -> Self {
        assert_eq!(subscription[2], 8, "{subscription}");
        Self { user: user.into(), extranonce1: bytes(&subscription[1]) }
    }

    /// The line of a share.
    pub(crate) fn share(&self, work: &Work, extranonce2: u64, nonce: u32) -> String {
        let time = format!("{:08x}", work.time);
        let params = json!([self.user, work.job, format!("{extranonce2:016x}"), time, format!("{nonce:08x}")]);
        line("mining.submit", params)
    }

    /// The line of the first share that meets the target.
    pub(crate) fn solve(&self, work: &Work, extranonce2: u64, target: Target) -> String {
        let nonce = work.nonces(self, extranonce2, 0, target, true).next().unwrap();
        self.share(work, extranonce2, nonce)
    }
}

/// A request, without the end of its line.
pub(crate) fn line(method: &str, params: Value) -> String {
    json!({ "id": 1, "method": method, "params": params }).to_string()
}

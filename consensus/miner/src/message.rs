//! What servers send: responses, notifications and questions.
//!
//! What is understood is the public description of Stratum V1. Lines come bounded; what parsing takes out of them is bounded again,
//! and texts lose whatever could play tricks on a terminal.

use core::fmt;
use posw_primitives::CompactBits;
use posw_stratum::{
    coinbase::{commitment, Coinbase},
    wire::hex_number,
    Difficulty,
};
use serde_json::Value;
use thiserror::Error;

/// Longest line of a server, in bytes. Coinbase transactions that pay hundreds of people fit.
pub const MAX_LINE: usize = 128 * 1_024;
/// Longest name of a job, in bytes.
pub const MAX_JOB_LEN: usize = 128;
/// Most hashes in a branch: there are no larger trees.
pub const MAX_BRANCH: usize = 32;
/// Longest first extranonce, in bytes.
pub const MAX_EXTRANONCE1_LEN: usize = 64;
/// Longest second extranonce, in bytes.
pub const MAX_EXTRANONCE2_LEN: usize = 16;
/// Longest text that is taken over into the log, in characters.
pub const MAX_TEXT_LEN: usize = 200;

/// What a server sends.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// The answer to one of our requests.
    Response {
        /// Number of the request.
        id: u64,
        /// The result, or why there is none.
        outcome: Result<Value, Fault>,
    },
    /// `mining.set_difficulty`: holds for the jobs that follow.
    SetDifficulty(Difficulty),
    /// `mining.set_extranonce`: holds for the jobs that follow.
    SetExtranonce(Extranonce),
    /// `mining.set_version_mask` (BIP 310): holds for the jobs that follow.
    SetVersionMask(u32),
    /// `mining.notify`.
    Notify(Box<Notify>),
    /// `client.reconnect`.
    Reconnect(Reconnect),
    /// `client.show_message`.
    Show(String),
    /// `client.get_version`, to be answered under this name.
    GetVersion(Value),
    /// `mining.ping`, to be answered under this name.
    Ping(Value),
    /// A request that is not known here, to be refused under this name; `None` where no answer is expected.
    Unknown(Option<Value>),
}

/// Why a server refuses something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The protocol's number of the error, where there is one.
    pub code: Option<i64>,
    /// For people.
    pub text: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "{} ({code})", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// What tells connections apart, and how much a client may add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extranonce {
    /// The server's part.
    pub first: Vec<u8>,
    /// Length of the client's part in bytes, 1 to [`MAX_EXTRANONCE2_LEN`].
    pub second_len: usize,
}

/// The parameters of `mining.notify`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notify {
    /// The server's name for the job.
    pub job: String,
    /// The previous hash, as it stands in the header.
    pub commitment: [u8; 32],
    /// What surrounds the extranonces.
    pub coinbase: Coinbase,
    /// What the transaction's hash is joined with to become the root.
    pub branch: Vec<[u8; 32]>,
    /// Version field of the header.
    pub version: u32,
    /// Bits field of the header.
    pub bits: CompactBits,
    /// Time field of the header.
    pub time: u32,
    /// Whether work on earlier jobs is in vain.
    pub clean: bool,
}

/// The parameters of `client.reconnect`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reconnect {
    /// Where to; `None` for the same host.
    pub host: Option<String>,
    /// Where to; `None` for the same port.
    pub port: Option<u64>,
    /// Seconds to wait.
    pub wait: u64,
}

/// A line that a client cannot work with; says what of it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Malformed {
    /// The line is no object in JSON.
    #[error("a line is no JSON object: {0}")]
    Line(String),
    /// A parameter is missing, or is not what it should be.
    #[error("{method}: {field} is {found}, it must be {allowed}")]
    Field {
        /// The method, or the request that was answered.
        method: &'static str,
        /// Which parameter.
        field: &'static str,
        /// What stands there.
        found: String,
        /// What may stand there.
        allowed: &'static str,
    },
}

/// Understands a line, without its end.
///
/// # Errors
/// Where the line is no message, or is one that a client has to understand and cannot.
pub fn parse(line: &[u8]) -> Result<Message, Malformed> {
    let value: Value =
        serde_json::from_slice(line).map_err(|_| Malformed::Line(text(&String::from_utf8_lossy(line))))?;
    if !value.is_object() {
        return Err(Malformed::Line(shown(Some(&value))));
    }
    match value.get("method").and_then(Value::as_str) {
        Some(method) => request(method, value.get("id"), value.get("params")),
        None => Ok(response(&value)),
    }
}

fn request(method: &str, id: Option<&Value>, params: Option<&Value>) -> Result<Message, Malformed> {
    let id = id.filter(|id| is_echoed(id)).cloned();
    let params = Params { values: params.and_then(Value::as_array).map_or(&[], Vec::as_slice), method: "" };
    match method {
        "mining.notify" => notify(params.of("mining.notify")).map(|notify| Message::Notify(Box::new(notify))),
        "mining.set_difficulty" => {
            let params = params.of("mining.set_difficulty");
            let difficulty = params.get(0).and_then(Value::as_f64).and_then(Difficulty::from_number);
            params.need(0, difficulty, "difficulty", "a number above 0").map(Message::SetDifficulty)
        }
        "mining.set_extranonce" => extranonce(params.of("mining.set_extranonce"), 0).map(Message::SetExtranonce),
        "mining.set_version_mask" => {
            let params = params.of("mining.set_version_mask");
            params.need(0, params.word(0), "mask", "at most 8 hex digits").map(Message::SetVersionMask)
        }
        "client.reconnect" => Ok(Message::Reconnect(reconnect(params))),
        "client.show_message" => Ok(Message::Show(shown(params.get(0)))),
        "client.get_version" => Ok(id.map_or(Message::Unknown(None), Message::GetVersion)),
        "mining.ping" => Ok(id.map_or(Message::Unknown(None), Message::Ping)),
        _ => Ok(Message::Unknown(id)),
    }
}

/// Whether a request's name asks for an answer, and is of a kind and size to be sent back.
fn is_echoed(id: &Value) -> bool {
    id.is_number() || id.as_str().is_some_and(|text| text.len() <= MAX_JOB_LEN)
}

/// A response under a name that cannot be ours is as good as none.
fn response(value: &Value) -> Message {
    let id = match value.get("id") {
        Some(Value::Number(id)) => id.as_u64(),
        // Some servers write numbers as text.
        Some(Value::String(id)) => id.parse().ok(),
        _ => None,
    };
    let Some(id) = id else { return Message::Unknown(None) };
    let outcome = match value.get("error") {
        None | Some(Value::Null | Value::Bool(false)) => Ok(value.get("result").cloned().unwrap_or_default()),
        Some(error) => Err(fault(error)),
    };
    Message::Response { id, outcome }
}

/// Servers write errors as `[code, text, details]`, as an object of JSON-RPC, or as a text.
fn fault(error: &Value) -> Fault {
    let (code, message) = match error {
        Value::Array(parts) => (parts.first(), parts.get(1)),
        Value::Object(parts) => (parts.get("code"), parts.get("message")),
        other => (None, Some(other)),
    };
    Fault { code: code.and_then(Value::as_i64), text: shown(message.or(Some(error))) }
}

/// What `mining.subscribe` is answered with.
///
/// # Errors
/// Where it lacks the extranonces.
pub fn subscription(result: &Value) -> Result<Extranonce, Malformed> {
    let values = result.as_array().map_or(&[][..], Vec::as_slice);
    extranonce(Params { values, method: "mining.subscribe" }, 1)
}

/// The version bits that the answer to `mining.configure` leaves to the client: none where it is not understood, since servers
/// that know nothing of it answer with whatever they like.
pub fn version_mask(result: &Value) -> u32 {
    let granted = result.get("version-rolling").and_then(Value::as_bool) == Some(true);
    let mask = hex_number(result.get("version-rolling.mask").filter(|_| granted), 8);
    mask.and_then(|mask| u32::try_from(mask).ok()).unwrap_or(0)
}

fn extranonce(params: Params<'_>, at: usize) -> Result<Extranonce, Malformed> {
    let first = params.bytes(at).filter(|first| first.len() <= MAX_EXTRANONCE1_LEN);
    let second_len = params.get(at + 1).and_then(Value::as_u64).and_then(|length| usize::try_from(length).ok());
    let second_len = second_len.filter(|length| (1..=MAX_EXTRANONCE2_LEN).contains(length));
    Ok(Extranonce {
        first: params.need(at, first, "extranonce1", "the hex digits of at most 64 bytes")?,
        second_len: params.need(at + 1, second_len, "extranonce2 size", "a number from 1 to 16")?,
    })
}

fn notify(params: Params<'_>) -> Result<Notify, Malformed> {
    let job = match params.get(0) {
        Some(Value::String(job)) if (1..=MAX_JOB_LEN).contains(&job.len()) => Some(job.clone()),
        Some(Value::Number(job)) => Some(job.to_string()),
        _ => None,
    };
    let branch = params.get(4).and_then(Value::as_array).filter(|branch| branch.len() <= MAX_BRANCH);
    let branch = branch.and_then(|branch| branch.iter().map(hash).collect::<Option<_>>());
    let bits = params.word(6).and_then(|bits| CompactBits::try_from(bits).ok());
    Ok(Notify {
        job: params.need(0, job, "job", "a text of 1 to 128 bytes")?,
        commitment: params.need(
            1,
            params.get(1).and_then(Value::as_str).and_then(commitment),
            "previous hash",
            "64 hex digits",
        )?,
        coinbase: Coinbase {
            before: params.need(2, params.bytes(2), "coinb1", "hex digits")?,
            after: params.need(3, params.bytes(3), "coinb2", "hex digits")?,
        },
        branch: params.need(4, branch, "branch", "a list of at most 32 times 64 hex digits")?,
        version: params.need(5, params.word(5), "version", "at most 8 hex digits")?,
        bits: params.need(6, bits, "nbits", "the canonical compact form of a target, in hex")?,
        time: params.need(7, params.word(7), "ntime", "at most 8 hex digits")?,
        clean: params.need(8, params.get(8).and_then(Value::as_bool), "clean_jobs", "true or false")?,
    })
}

fn hash(value: &Value) -> Option<[u8; 32]> {
    array_bytes::hex2array(value.as_str()?).ok()
}

/// Servers write numbers as text at times; what is not understood counts as left out.
fn reconnect(params: Params<'_>) -> Reconnect {
    let number = |at| match params.get(at) {
        Some(Value::String(number)) => number.parse().ok(),
        number => number.and_then(Value::as_u64),
    };
    let host = params.get(0).and_then(Value::as_str).filter(|host| !host.is_empty());
    Reconnect { host: host.map(text), port: number(1), wait: number(2).unwrap_or(0) }
}

/// Positional parameters, and whose.
#[derive(Clone, Copy)]
struct Params<'a> {
    values: &'a [Value],
    method: &'static str,
}

impl<'a> Params<'a> {
    fn of(self, method: &'static str) -> Self {
        Self { method, ..self }
    }

    fn get(self, at: usize) -> Option<&'a Value> {
        self.values.get(at)
    }

    fn bytes(self, at: usize) -> Option<Vec<u8>> {
        array_bytes::hex2bytes(self.get(at)?.as_str()?).ok()
    }

    fn word(self, at: usize) -> Option<u32> {
        u32::try_from(hex_number(self.get(at), 8)?).ok()
    }

    /// The parameter, if it was understood.
    fn need<T>(self, at: usize, value: Option<T>, field: &'static str, allowed: &'static str) -> Result<T, Malformed> {
        let method = self.method;
        value.ok_or_else(|| Malformed::Field { method, field, found: shown(self.get(at)), allowed })
    }
}

/// A value for people: texts as they are, everything else as JSON.
fn shown(value: Option<&Value>) -> String {
    match value {
        None => "missing".into(),
        Some(Value::String(value)) => text(value),
        Some(value) => text(&value.to_string()),
    }
}

/// A server's text, shortened, with anything but visible characters and spaces replaced.
pub(crate) fn text(text: &str) -> String {
    let is_shown = |character: char| character == ' ' || character.is_alphanumeric() || character.is_ascii_graphic();
    let shown = |character| if is_shown(character) { character } else { '?' };
    text.chars().take(MAX_TEXT_LEN).map(shown).collect()
}

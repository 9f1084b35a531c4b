//! Lines of the protocol: requests in, responses and notifications out.
//!
//! The public description of Stratum V1 (newline-terminated JSON-RPC, positional parameters) with BIP 310 for
//! `mining.configure`. Lines are bounded by whoever reads them; whatever they hold, parsing ends in a request or a refusal.

use crate::{
    coinbase::{previous_hash, Coinbase, EXTRANONCE1_LEN, EXTRANONCE2_LEN},
    difficulty::Difficulty,
    user::{Password, User},
};
use serde::Deserialize;
use serde_json::{json, Value};
use thiserror::Error;

/// Version bits that clients may vary (BIP 320).
pub const VERSION_MASK: u32 = 0x1fff_e000;

/// Longest text that a request may be identified by.
const MAX_ID_LEN: usize = 64;
/// Most extensions that a client may ask for at a time.
const MAX_EXTENSIONS: usize = 16;

/// A request and the name by which its response refers to it.
#[derive(Debug)]
pub struct Call {
    /// A number, a short text or null.
    pub id: Value,
    /// What is asked for, if it can be understood.
    pub request: Result<Request, Refusal>,
}

/// What a client asks for.
#[derive(Debug, PartialEq)]
pub enum Request {
    /// `mining.subscribe`; its parameters (user agent, former session) are not used.
    Subscribe,
    /// `mining.authorize`.
    Authorize {
        /// Whose shares the client will send.
        user: User,
        /// Empty where there is none.
        password: Password,
    },
    /// `mining.configure` (BIP 310).
    Configure(Vec<Extension>),
    /// `mining.extranonce.subscribe`.
    ExtranonceSubscribe,
    /// `mining.suggest_difficulty`.
    SuggestDifficulty(Difficulty),
    /// `mining.submit`.
    Submit(Share),
}

/// An extension of `mining.configure`.
#[derive(Debug, PartialEq)]
pub enum Extension {
    /// `version-rolling`: the bits that the client would like to vary.
    VersionRolling(u32),
    /// `minimum-difficulty`: shares easier than this are of no use to the client.
    MinimumDifficulty(Difficulty),
    /// `subscribe-extranonce`.
    SubscribeExtranonce,
    /// Another one, by its name.
    Unknown(String),
}

/// The parameters of `mining.submit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Whose share it is.
    pub user: User,
    /// The connection's number of the job.
    pub job: u64,
    /// The part of the coinbase transaction that the client chose.
    pub extranonce2: [u8; EXTRANONCE2_LEN],
    /// Time field of the header.
    pub time: u32,
    /// Nonce field of the header.
    pub nonce: u32,
    /// Version bits that the client chose (BIP 310); zero where it sends none.
    pub version_bits: u32,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The line is no request of this protocol; says what was expected.
    #[error("Malformed: {0}")]
    Malformed(&'static str),
    /// There is no such method.
    #[error("Method not found")]
    UnknownMethod,
    /// The connection has had as many of something as it may.
    #[error("Too many {0}")]
    TooMany(&'static str),
    /// The job was replaced.
    #[error("Stale job")]
    Stale,
    /// The connection was never given the job.
    #[error("Job not found")]
    UnknownJob,
    /// The share was sent before.
    #[error("Duplicate share")]
    Duplicate,
    /// The share does not meet the job's share target.
    #[error("Low difficulty share")]
    LowDifficulty,
    /// The user is not authorized, or the password is wrong.
    #[error("Unauthorized worker")]
    Unauthorized,
    /// The connection has not subscribed.
    #[error("Not subscribed")]
    NotSubscribed,
}

impl Refusal {
    /// The protocol's number of the error.
    pub fn code(self) -> u8 {
        match self {
            Self::Malformed(_) | Self::UnknownMethod | Self::TooMany(_) => 20,
            Self::Stale | Self::UnknownJob => 21,
            Self::Duplicate => 22,
            Self::LowDifficulty => 23,
            Self::Unauthorized => 24,
            Self::NotSubscribed => 25,
        }
    }

    /// Whether a client that works as it should hardly ever causes it; who causes many is shut out.
    pub fn is_fault(self) -> bool {
        !matches!(self, Self::Stale | Self::TooMany(_))
    }
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    id: Value,
    method: String,
    #[serde(default)]
    params: Value,
}

/// Understands a line, without its end.
pub fn parse(line: &[u8]) -> Call {
    let malformed = |what| Call { id: Value::Null, request: Err(Refusal::Malformed(what)) };
    let Ok(envelope) = serde_json::from_slice::<Envelope>(line) else {
        return malformed("not a request");
    };
    match &envelope.id {
        Value::Null | Value::Number(_) => {}
        Value::String(id) if id.len() <= MAX_ID_LEN => {}
        _ => return malformed("id"),
    }
    let params = match &envelope.params {
        Value::Null => Ok(&[][..]),
        Value::Array(params) => Ok(&params[..]),
        _ => Err(Refusal::Malformed("parameters are not a list")),
    };
    let request = params.and_then(|params| request(&envelope.method, params));
    Call { id: envelope.id, request }
}

fn request(method: &str, params: &[Value]) -> Result<Request, Refusal> {
    match method {
        "mining.subscribe" => Ok(Request::Subscribe),
        "mining.authorize" => authorize(params),
        "mining.configure" => configure(params).map(Request::Configure),
        "mining.extranonce.subscribe" => Ok(Request::ExtranonceSubscribe),
        "mining.suggest_difficulty" => {
            params.first().and_then(difficulty).map(Request::SuggestDifficulty).ok_or(Refusal::Malformed("difficulty"))
        }
        "mining.submit" => submit(params).map(Request::Submit),
        _ => Err(Refusal::UnknownMethod),
    }
}

fn authorize(params: &[Value]) -> Result<Request, Refusal> {
    let password = match params.get(1) {
        None | Some(Value::Null) => "",
        Some(password) => password.as_str().ok_or(Refusal::Malformed("password"))?,
    };
    Ok(Request::Authorize { user: user(params)?, password: Password::new(password) })
}

fn configure(params: &[Value]) -> Result<Vec<Extension>, Refusal> {
    let names = params.first().and_then(Value::as_array).ok_or(Refusal::Malformed("extensions"))?;
    if names.len() > MAX_EXTENSIONS {
        return Err(Refusal::TooMany("extensions"));
    }
    let option = |key: &str| params.get(1).and_then(|options| options.get(key));
    let extension = |name: &Value| match name.as_str().ok_or(Refusal::Malformed("extension"))? {
        "version-rolling" => Ok(Extension::VersionRolling(match option("version-rolling.mask") {
            None => VERSION_MASK,
            mask => hex_number(mask, 8).and_then(|mask| u32::try_from(mask).ok()).ok_or(Refusal::Malformed("mask"))?,
        })),
        "minimum-difficulty" => option("minimum-difficulty.value")
            .and_then(difficulty)
            .map(Extension::MinimumDifficulty)
            .ok_or(Refusal::Malformed("difficulty")),
        "subscribe-extranonce" => Ok(Extension::SubscribeExtranonce),
        name => Ok(Extension::Unknown(name.into())),
    };
    names.iter().map(extension).collect()
}

fn submit(params: &[Value]) -> Result<Share, Refusal> {
    let word = |index, what| {
        let number = hex_number(params.get(index), 8).and_then(|number| u32::try_from(number).ok());
        number.ok_or(Refusal::Malformed(what))
    };
    let extranonce2 = params.get(2).and_then(Value::as_str).filter(|text| text.len() == EXTRANONCE2_LEN * 2);
    Ok(Share {
        user: user(params)?,
        job: hex_number(params.get(1), 16).ok_or(Refusal::Malformed("job"))?,
        extranonce2: extranonce2
            .and_then(|text| array_bytes::hex2array(text).ok())
            .ok_or(Refusal::Malformed("extranonce2"))?,
        time: word(3, "time")?,
        nonce: word(4, "nonce")?,
        version_bits: if params.len() > 5 { word(5, "version bits")? } else { 0 },
    })
}

fn user(params: &[Value]) -> Result<User, Refusal> {
    params.first().and_then(Value::as_str).and_then(User::new).ok_or(Refusal::Malformed("user"))
}

fn difficulty(value: &Value) -> Option<Difficulty> {
    value.as_f64().and_then(Difficulty::from_number)
}

/// An integer of at most so many hex digits; `None` where the value is anything else.
pub fn hex_number(value: Option<&Value>, digits: usize) -> Option<u64> {
    let text = value.and_then(Value::as_str).filter(|text| text.len() <= digits)?;
    // The conversion would take a sign.
    let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u64::from_str_radix(text, 16).ok()).flatten()
}

/// The response to a request that was granted.
pub fn granted(id: &Value, result: Value) -> String {
    json!({ "id": id, "result": result, "error": null }).to_string()
}

/// The response to a request that was refused.
pub fn refused(id: &Value, refusal: Refusal) -> String {
    json!({ "id": id, "result": null, "error": [refusal.code(), refusal.to_string(), null] }).to_string()
}

/// The result of `mining.subscribe`.
pub fn subscription(extranonce1: [u8; EXTRANONCE1_LEN]) -> Value {
    let topics = [["mining.set_difficulty", "1"], ["mining.notify", "1"]];
    json!([topics, array_bytes::bytes2hex("", extranonce1), EXTRANONCE2_LEN])
}

/// `mining.set_difficulty`: holds for the jobs that follow.
pub fn set_difficulty(difficulty: Difficulty) -> String {
    // Written as text, since a floating-point number would round.
    format!(r#"{{"id":null,"method":"mining.set_difficulty","params":[{difficulty}]}}"#)
}

/// The parameters of `mining.notify`, without branch.
#[derive(Clone, Debug)]
pub struct Notify<'a> {
    /// The connection's number of the job.
    pub job: u64,
    /// The place of the previous hash.
    pub commitment: &'a [u8; 32],
    /// What surrounds the extranonces.
    pub coinbase: &'a Coinbase,
    /// Version field of the header, with the bits of [`VERSION_MASK`] zero.
    pub version: u32,
    /// Bits field of the header.
    pub bits: u32,
    /// Time field of the header, which clients may advance.
    pub time: u32,
    /// Whether work on earlier jobs is in vain.
    pub clean: bool,
}

impl Notify<'_> {
    /// The notification.
    pub fn line(&self) -> String {
        let params = json!([
            format!("{:x}", self.job),
            previous_hash(self.commitment),
            array_bytes::bytes2hex("", &self.coinbase.before),
            array_bytes::bytes2hex("", &self.coinbase.after),
            [],
            format!("{:08x}", self.version),
            format!("{:08x}", self.bits),
            format!("{:08x}", self.time),
            self.clean,
        ]);
        json!({ "id": null, "method": "mining.notify", "params": params }).to_string()
    }
}

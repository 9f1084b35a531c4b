//! Whatever a client sends, mines and waits for, a session keeps to its bounds and to the rules of `model`.

#![no_main]

#[path = "../../../tests/common/mod.rs"]
mod common;
mod model;

use arbitrary::{Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use model::{Guess, Model};
use posw_stratum::{user::Password, wire::VERSION_MASK, Access, Difficulty, DifficultyRange};
use serde_json::{json, Value};
use std::collections::HashSet;

#[derive(Arbitrary, Debug)]
struct Input {
    /// Exponents of the difficulties of the range.
    range: [u8; 3],
    /// Whether a password is asked for.
    closed: bool,
    unix: u32,
    /// Whether the first steps are those of most connections: a job, and a client that is ready for it.
    begun: bool,
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    /// What a client begins with.
    Begin,
    /// Bytes as they are.
    Line(Vec<u8>),
    /// A request with such parameters.
    Request { id: Json, method: Method, params: Vec<Json> },
    /// Shares of a job that was sent, this many back.
    Mine { back: u8, extranonce2: u8, version: u8, user: u8, count: u8 },
    /// A share of such a job as it happens to be.
    Guess { back: u8, guess: Guess },
    /// A share that was accepted, written in another way.
    Repeat { back: u8, other_bits: u32 },
    /// A job of the node, with the exponent of its difficulty.
    Job { id: u8, parent: u8, exponent: u8 },
    /// The node has no job.
    NoJob,
    /// The client wishes for a difficulty of so many billionths.
    Suggest(u16),
    /// Seconds go by.
    Wait(u16),
}

/// In few bytes, so that a short input is a long life.
impl<'a> Arbitrary<'a> for Step {
    fn arbitrary(input: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        Ok(match u8::arbitrary(input)? {
            0..=19 => Self::Begin,
            20..=39 => Self::Line(input.arbitrary()?),
            40..=79 => Self::Request { id: input.arbitrary()?, method: input.arbitrary()?, params: input.arbitrary()? },
            80..=139 => {
                let [back, extranonce2, version, user, count] = input.arbitrary()?;
                Self::Mine { back, extranonce2, version, user, count }
            }
            140..=159 => Self::Guess { back: input.arbitrary()?, guess: input.arbitrary()? },
            160..=189 => Self::Repeat { back: input.arbitrary()?, other_bits: input.arbitrary()? },
            190..=229 => {
                let [id, parent, exponent] = input.arbitrary()?;
                Self::Job { id, parent, exponent }
            }
            230..=234 => Self::NoJob,
            235..=244 => Self::Suggest(input.arbitrary()?),
            _ => Self::Wait(input.arbitrary()?),
        })
    }
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Method {
    Subscribe,
    Authorize,
    Configure,
    ExtranonceSubscribe,
    SuggestDifficulty,
    Submit,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Subscribe => "mining.subscribe",
            Self::Authorize => "mining.authorize",
            Self::Configure => "mining.configure",
            Self::ExtranonceSubscribe => "mining.extranonce.subscribe",
            Self::SuggestDifficulty => "mining.suggest_difficulty",
            Self::Submit => "mining.submit",
        }
    }
}

/// Values that a request may be right with.
#[derive(Arbitrary, Debug)]
enum Json {
    Null,
    Flag(bool),
    Integer(i64),
    Number(f64),
    /// A difficulty, in billionths.
    Billionths(u16),
    Text(String),
    Hex(u64, u8),
    User(u8),
    Password,
    Extension(u8),
    Options(Box<Json>, Box<Json>),
    List(Vec<Json>),
}

impl From<Json> for Value {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Value::Null,
            Json::Flag(flag) => flag.into(),
            Json::Integer(integer) => integer.into(),
            Json::Number(number) => number.into(),
            Json::Billionths(billionths) => (f64::from(billionths) / 1e9).into(),
            Json::Text(text) => text.into(),
            Json::Hex(number, digits) => format!("{number:0width$x}", width = usize::from(digits % 18)).into(),
            Json::User(user) => format!("rig{user}").into(),
            Json::Password => PASSWORD.into(),
            Json::Extension(index) => EXTENSIONS[usize::from(index) % EXTENSIONS.len()].into(),
            Json::Options(mask, minimum) => json!({
                "version-rolling.mask": Value::from(*mask),
                "minimum-difficulty.value": Value::from(*minimum),
            }),
            Json::List(members) => members.into_iter().map(Value::from).collect::<Vec<_>>().into(),
        }
    }
}

const PASSWORD: &str = "secret";
const EXTENSIONS: [&str; 4] = ["version-rolling", "minimum-difficulty", "subscribe-extranonce", "info"];

/// A power of two in billionths: most miners and blocks are so easy that shares are found.
fn difficulty(exponent: u8, most: u8) -> Difficulty {
    Difficulty::from_billionths(1 << (exponent % most))
}

fuzz_target!(|input: Input| {
    let [start, minimum, maximum] = input.range;
    let range = DifficultyRange {
        start: difficulty(start, 16),
        minimum: difficulty(minimum, 12),
        maximum: difficulty(maximum, 64),
    };
    let access = match input.closed {
        true => Access::Passwords(HashSet::from([Password::new(PASSWORD)])),
        false => Access::Open,
    };
    let mut model = Model::new(access, range, input.unix);
    let beginning = [Step::Job { id: 0, parent: 0, exponent: 10 }, Step::Begin];
    for step in beginning.into_iter().filter(|_| input.begun).chain(input.steps) {
        take(&mut model, step);
        model.check_bounds();
    }
});

fn take(model: &mut Model, step: Step) {
    match step {
        Step::Begin => {
            model.ask("mining.subscribe", json!([]));
            model.ask("mining.authorize", json!(["rig", PASSWORD]));
        }
        Step::Line(line) => model.receive(&line),
        Step::Request { id, method, params } => {
            let [id, params] = [id, Json::List(params)].map(Value::from);
            let line = json!({ "id": id, "method": method.name(), "params": params }).to_string();
            model.receive(line.as_bytes());
        }
        Step::Mine { back, extranonce2, version, user, count } => {
            let version_bits = u32::from(version) << VERSION_MASK.trailing_zeros();
            model.mine(back.into(), extranonce2.into(), version_bits, user.into(), usize::from(count % 16) + 1);
        }
        Step::Guess { back, guess } => model.guess(back.into(), guess),
        Step::Repeat { back, other_bits } => model.repeat(back.into(), other_bits),
        Step::Job { id, parent, exponent } => {
            let bits = common::bits(difficulty(exponent, 40));
            model.set_job(Some(common::job(id.into(), parent % 4, bits)));
        }
        Step::NoJob => model.set_job(None),
        Step::Suggest(billionths) => {
            model.ask("mining.suggest_difficulty", json!([f64::from(billionths) / 1e9]));
        }
        Step::Wait(seconds) => model.wait(seconds),
    }
}

//! Whatever a line holds, it is answered under its own name; and a request means the same when it is written anew.

#![no_main]

use libfuzzer_sys::fuzz_target;
use posw_stratum::{
    wire::{granted, parse, refused, Extension, Refusal, Request, Share},
    Difficulty,
};
use serde_json::{json, Number, Value};

/// Numbers below have so few digits that a floating-point number holds them all.
const EXACT: u64 = 1 << 48;

fuzz_target!(|line: &[u8]| {
    let call = parse(line);
    for answer in [granted(&call.id, true.into()), refused(&call.id, Refusal::Stale)] {
        let read: Value = serde_json::from_str(&answer).expect("answers are JSON");
        assert!(!answer.contains('\n'));
        // Fractions are read less exactly than they are written.
        assert!(read["id"] == call.id || call.id.is_f64() && answer.contains(&format!("\"id\":{}", call.id)));
    }
    let Ok(request) = call.request else { return };
    let (method, params) = written(&request);
    let line = json!({ "id": call.id, "method": method, "params": params }).to_string();
    let again = parse(line.as_bytes()).request.expect("what was understood is understood again");
    match (request, again) {
        // A password is known by its hash only.
        (Request::Authorize { user, .. }, Request::Authorize { user: again, .. }) => assert_eq!(user, again),
        (request, again) if is_exact(&request) => assert_eq!(request, again),
        (request, again) => assert_eq!(written(&request).0, written(&again).0),
    }
});

fn is_exact(request: &Request) -> bool {
    let is_small = |difficulty: &Difficulty| difficulty.billionths() < EXACT;
    match request {
        Request::SuggestDifficulty(difficulty) => is_small(difficulty),
        Request::Configure(extensions) => extensions.iter().all(|extension| match extension {
            Extension::MinimumDifficulty(difficulty) => is_small(difficulty),
            _ => true,
        }),
        _ => true,
    }
}

/// A request's method and parameters.
fn written(request: &Request) -> (&'static str, Value) {
    match request {
        Request::Subscribe => ("mining.subscribe", json!([])),
        Request::Authorize { user, .. } => ("mining.authorize", json!([user.as_str()])),
        Request::Configure(extensions) => ("mining.configure", configuration(extensions)),
        Request::ExtranonceSubscribe => ("mining.extranonce.subscribe", Value::Null),
        Request::SuggestDifficulty(difficulty) => ("mining.suggest_difficulty", json!([number(*difficulty)])),
        Request::Submit(Share { user, job, extranonce2, time, nonce, version_bits }) => {
            let extranonce2 = array_bytes::bytes2hex("", extranonce2);
            let [time, nonce, version_bits] = [time, nonce, version_bits].map(|word| format!("{word:08x}"));
            ("mining.submit", json!([user.as_str(), format!("{job:x}"), extranonce2, time, nonce, version_bits]))
        }
    }
}

fn configuration(extensions: &[Extension]) -> Value {
    let (mut names, mut options) = (Vec::new(), json!({}));
    for extension in extensions {
        names.push(match extension {
            Extension::VersionRolling(mask) => {
                options["version-rolling.mask"] = format!("{mask:x}").into();
                "version-rolling"
            }
            Extension::MinimumDifficulty(difficulty) => {
                options["minimum-difficulty.value"] = number(*difficulty).into();
                "minimum-difficulty"
            }
            Extension::SubscribeExtranonce => "subscribe-extranonce",
            Extension::Unknown(name) => name,
        });
    }
    json!([names, options])
}

/// As it is written in messages.
fn number(difficulty: Difficulty) -> Number {
    difficulty.to_string().parse().expect("difficulties are JSON numbers")
}

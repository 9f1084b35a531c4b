//! Whatever a client sends, it is answered in few and short lines, and nothing panics.

mod common;

use common::{hard, job, range};
use core::time::Duration;
use posw_stratum::{
    session::{Event, Moment, Reaction, Session},
    user::Access,
    wire::parse,
};
use proptest::{collection::vec, prelude::*};
use serde_json::{json, Value};
use std::sync::Arc;

/// Lines that the server bounds elsewhere are no longer than this.
const LONGEST_LINE: usize = 4_096;

fn methods() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "mining.subscribe",
        "mining.authorize",
        "mining.configure",
        "mining.extranonce.subscribe",
        "mining.suggest_difficulty",
        "mining.submit",
    ]);
    prop_oneof![8 => known.prop_map(String::from), 1 => ".{0,40}"]
}

/// Values that are nearly right, or not at all.
fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "[0-9a-fA-F]{0,20}".prop_map(Value::from),
        "[0-9a-f]{8}".prop_map(Value::from),
        "[0-9a-f]{16}".prop_map(Value::from),
        prop::sample::select(vec!["rig", "a.b", "1", "2", "version-rolling", "minimum-difficulty"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 8, |inner| {
        let key = prop_oneof![
            Just("version-rolling.mask".to_string()),
            Just("minimum-difficulty.value".to_string()),
            ".{0,10}",
        ];
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Value::from),
            vec((key, inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Requests with such parameters; some are cut off, some have a byte changed.
fn requests() -> impl Strategy<Value = Vec<u8>> {
    let whole = (methods(), prop_oneof![4 => vec(values(), 0..8).prop_map(Value::from), 1 => values()], values())
        .prop_map(|(method, params, id)| {
            json!({ "id": id, "method": method, "params": params }).to_string().into_bytes()
        });
    let damage = prop_oneof![
        4 => Just(None),
        1 => (any::<prop::sample::Index>(), any::<Option<u8>>()).prop_map(Some),
    ];
    (whole, damage).prop_map(|(mut line, damage)| {
        if let Some((index, byte)) = damage {
            let index = index.index(line.len());
            match byte {
                Some(byte) => line[index] = byte,
                None => line.truncate(index),
            }
        }
        line
    })
}

/// Requests that a working client sends, with a share that may be any.
fn plausible() -> impl Strategy<Value = Vec<u8>> {
    let share = (0_u64..40, any::<u64>(), any::<u32>(), any::<u32>(), any::<Option<u32>>()).prop_map(
        |(job, extranonce2, time, nonce, version)| {
            let mut params = vec![
                "rig".to_string(),
                format!("{job:x}"),
                format!("{extranonce2:016x}"),
                format!("{time:08x}"),
                format!("{nonce:08x}"),
            ];
            params.extend(version.map(|bits| format!("{bits:08x}")));
            json!({ "id": 4, "method": "mining.submit", "params": params })
        },
    );
    let fixed = prop::sample::select(vec![
        json!({ "id": 1, "method": "mining.subscribe", "params": [] }),
        json!({ "id": 2, "method": "mining.authorize", "params": ["rig", "x"] }),
        json!({ "id": 3, "method": "mining.suggest_difficulty", "params": [0.000_000_001] }),
    ]);
    prop_oneof![fixed, share].prop_map(|line| line.to_string().into_bytes())
}

#[derive(Debug, Clone)]
enum Step {
    Line(Vec<u8>),
    Job(Option<(u64, u8)>),
    Tick,
}

fn steps() -> impl Strategy<Value = Vec<(Step, u32)>> {
    let step = prop_oneof![
        4 => requests().prop_map(Step::Line),
        4 => plausible().prop_map(Step::Line),
        1 => vec(any::<u8>(), 0..LONGEST_LINE).prop_map(Step::Line),
        1 => any::<Option<(u64, u8)>>().prop_map(Step::Job),
        1 => Just(Step::Tick),
    ];
    vec((step, 0_u32..200), 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..Default::default() })]

    #[test]
    fn any_bytes_are_a_request_or_refused(line in vec(any::<u8>(), 0..LONGEST_LINE)) {
        let _ = parse(&line);
    }

    #[test]
    fn nearly_right_requests_are_requests_or_refused(line in requests()) {
        let _ = parse(&line);
    }

    #[test]
    fn nesting_and_length_of_numbers_do_no_harm(depth in 0_usize..4_000, digits in 0_usize..4_000, open in "[\\[{\"]") {
        let _ = parse(format!(r#"{{"id":1,"method":"mining.submit","params":{}"#, open.repeat(depth)).as_bytes());
        let _ = parse(format!(r#"{{"id":{0},"method":"x","params":[-{0}.{0}e{0}]}}"#, "9".repeat(digits)).as_bytes());
    }

    #[test]
    fn sessions_answer_in_few_short_lines(steps in steps()) {
        let mut session = Session::new(Arc::new(Access::Open), range(), [1, 2, 3, 4], Moment {
            monotonic: Duration::ZERO,
            unix: 0,
        });
        let mut seconds = 0;
        for (step, pause) in steps {
            seconds += pause;
            let now = Moment { monotonic: Duration::from_secs(seconds.into()), unix: seconds };
            let (lines, most) = match step {
                Step::Line(line) => {
                    let Reaction { lines, event } = session.receive(&line, now);
                    let answer: Value = serde_json::from_str(&lines[0]).unwrap();
                    let refused = matches!(event, Some(Event::Refused { .. } | Event::Fault(_)));
                    prop_assert_eq!(answer["error"].is_null(), !refused);
                    prop_assert_eq!(answer["result"].is_null(), refused);
                    (lines, 3)
                }
                Step::Job(job_and_parent) => {
                    let next = job_and_parent.map(|(id, parent)| job(id, parent, hard()));
                    (session.set_job(next, now), 2)
                }
                Step::Tick => (session.tick(now), 2),
            };
            prop_assert!(lines.len() <= most);
            prop_assert!(session.kept().is_within_bounds());
            for line in lines {
                prop_assert!(serde_json::from_str::<Value>(&line).is_ok());
                // Names of requests and unknown extensions come back; all else is short.
                prop_assert!(line.len() <= LONGEST_LINE + 1_024 && !line.contains('\n'));
            }
        }
    }
}

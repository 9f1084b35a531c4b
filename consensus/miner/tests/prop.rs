//! Whatever a server sends, a session ends in a reason or goes on within its bounds.

use core::time::Duration;
use posw_miner::{
    message::{parse, Message, MAX_BRANCH, MAX_EXTRANONCE1_LEN, MAX_JOB_LEN, MAX_TEXT_LEN},
    password::Password,
    server::Server,
    session::{Action, Session, MAX_OPEN_SHARES},
    work::{Roll, Share},
};
use proptest::{collection::vec, prelude::*};
use serde_json::{json, Value};
use std::{collections::HashSet, sync::Arc};

/// JSON of any shape, with the words of the protocol in it more often than chance would have it.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (0..20_u64).prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        "[0-9a-f]{8}".prop_map(Value::from),
        "[0-9a-f]{64}".prop_map(Value::from),
        "1d00ffff|207fffff|[a-z\u{1b}\\n]{0,300}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..10).prop_map(Value::from),
            proptest::collection::btree_map("code|message|[a-z]{0,4}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn notify() -> impl Strategy<Value = Value> {
    let word = || "[0-9a-f]{8}".prop_map(Value::from);
    let hash = || "[0-9a-f]{64}".prop_map(Value::from);
    let bytes = || "([0-9a-f]{2}){0,80}".prop_map(Value::from);
    let branch = vec(hash(), 0..40).prop_map(Value::from);
    let bits = prop_oneof![Just(json!("1d00ffff")), word()];
    let clean = any::<bool>().prop_map(Value::from);
    let params = (".{0,140}".prop_map(Value::from), hash(), bytes(), bytes(), branch, word(), bits, word(), clean);
    params.prop_map(|(job, previous, before, after, branch, version, bits, time, clean)| {
        json!([job, previous, before, after, branch, version, bits, time, clean])
    })
}

const METHODS: [&str; 8] = [
    "mining.set_difficulty",
    "mining.set_extranonce",
    "mining.set_version_mask",
    "client.reconnect",
    "client.show_message",
    "client.get_version",
    "mining.ping",
    "mining.other",
];

/// A line that is a message more often than not.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let method = proptest::sample::select(METHODS.as_slice());
    let line = prop_oneof![
        (method, value(), value())
            .prop_map(|(method, id, params)| json!({ "method": method, "id": id, "params": params })),
        notify().prop_map(|params| json!({ "method": "mining.notify", "params": params })),
        (0..12_u64, value(), value())
            .prop_map(|(id, result, error)| json!({ "id": id, "result": result, "error": error })),
        (0..12_u64).prop_map(|id| json!({ "id": id, "result": true })),
        (0..12_u64, "([0-9a-f]{2}){0,70}", 0..20_u64)
            .prop_map(|(id, first, length)| json!({ "id": id, "result": [[], first, length] })),
        value(),
    ];
    prop_oneof![6 => line.prop_map(|line| line.to_string().into_bytes()), 1 => vec(any::<u8>(), 0..200)]
}

fn is_clean(text: &str) -> bool {
    text.chars().count() <= MAX_TEXT_LEN && !text.chars().any(char::is_control)
}

fn session() -> Session {
    let server = Server {
        address: "localhost:3333".parse().unwrap(),
        user: "rig".into(),
        password: Password::default(),
        version_rolling: true,
    };
    Session::new(Arc::new(server), 1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_parsed_is_bounded(line in line()) {
        match parse(&line) {
            Ok(Message::Notify(notify)) => {
                prop_assert!(notify.branch.len() <= MAX_BRANCH && notify.job.len() <= MAX_JOB_LEN);
            }
            Ok(Message::SetExtranonce(extranonce)) => {
                prop_assert!(extranonce.first.len() <= MAX_EXTRANONCE1_LEN);
                prop_assert!((1..=16).contains(&extranonce.second_len));
            }
            Ok(Message::Show(text)) => prop_assert!(is_clean(&text)),
            Ok(Message::Response { outcome: Err(fault), .. }) => prop_assert!(is_clean(&fault.text)),
            Ok(Message::Reconnect(reconnect)) => prop_assert!(reconnect.host.is_none_or(|host| is_clean(&host))),
            Ok(Message::GetVersion(id) | Message::Ping(id) | Message::Unknown(Some(id))) => {
                prop_assert!(id.is_number() || id.as_str().is_some_and(|id| id.len() <= MAX_JOB_LEN));
            }
            Ok(_) => {}
            Err(error) => prop_assert!(!error.to_string().chars().any(char::is_control)),
        }
    }

    #[test]
    fn sessions_keep_their_bounds(lines in vec(line(), 0..60), good_start: bool) {
        let mut session = session();
        let mut asked = session.begin().len();
        let mut time = Duration::ZERO;
        let start = [
            json!({ "id": 2, "result": [[], "00", 4] }),
            json!({ "id": 3, "result": true }),
        ];
        let start = start.iter().filter(|_| good_start).map(|line| line.to_string().into_bytes());
        for line in start.chain(lines) {
            time += Duration::from_millis(7);
            let Ok(actions) = session.receive(&line, time) else { return Ok(()) };
            prop_assert!(actions.len() <= 2);
            for action in actions {
                match action {
                    Action::Send(line) => {
                        prop_assert!(line.len() < 1_000 && !line.contains('\n'));
                        asked += 1;
                    }
                    Action::Search(work) => {
                        prop_assert!(session.is_authorized() && session.is_subscribed());
                        let roll = work.roll(time.as_nanos(), 3);
                        let share = Share { header: work.header(roll), roll, work };
                        while session.has_room() {
                            let line = session.submit(share.clone(), time);
                            prop_assert!(line.is_some_and(|line| !line.contains('\n')), "current work");
                        }
                        prop_assert_eq!(session.open_shares(), MAX_OPEN_SHARES);
                        prop_assert!(session.unanswered().is_some());
                    }
                    Action::Tell(event) => {
                        prop_assert!(!event.to_string().chars().any(char::is_control));
                    }
                }
            }
        }
        prop_assert!(asked < 200);
    }

    #[test]
    fn no_two_rolls_of_a_job_are_the_same(start: u128, length in 1..=16_usize, indices in vec(any::<u16>(), 2..50)) {
        let mut session = session();
        session.begin();
        let subscription = json!({ "id": 2, "result": [[], "a1b2", length] }).to_string();
        session.receive(subscription.as_bytes(), Duration::ZERO).unwrap();
        session.receive(br#"{"id":3,"result":true}"#, Duration::ZERO).unwrap();
        let hash = "00".repeat(32);
        let params = json!(["1", hash, "00", "00", [], "20000000", "1d00ffff", "6b00fac7", true]);
        let line = json!({ "method": "mining.notify", "params": params }).to_string();
        let actions = session.receive(line.as_bytes(), Duration::ZERO).unwrap();
        let [Action::Search(work)] = &actions[..] else { panic!("{actions:?}") };
        let indices: HashSet<_> = indices.into_iter().collect();
        let headers: HashSet<_> =
            indices.iter().map(|index| work.header(work.roll(start, u64::from(*index))).to_bytes()).collect();
        prop_assert_eq!(headers.len(), indices.len());
        let Roll { extranonce2, .. } = work.roll(start, 0);
        prop_assert!(length == 16 || extranonce2 >> (length * 8) == 0);
    }
}

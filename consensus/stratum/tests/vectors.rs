//! Known answers: the worked example of the recipe, and what each message looks like.

use posw_primitives::{CompactBits, WorkHeader};
use posw_stratum::{
    coinbase::{commitment, merkle_root, previous_hash, Coinbase},
    issued::IssuedJobs,
    user::User,
    wire::{self, parse, Call, Extension, Notify, Refusal, Request, Share},
    Difficulty, Job,
};
use serde_json::{json, Value};
use std::sync::Arc;

fn hex(bytes: impl AsRef<[u8]>) -> String {
    array_bytes::bytes2hex("", bytes)
}

fn bytes(hex: &str) -> Vec<u8> {
    array_bytes::hex2bytes(hex).unwrap()
}

/// 00 01 02 .. 1f.
fn counting() -> [u8; 32] {
    core::array::from_fn(|index| u8::try_from(index).unwrap())
}

#[test]
fn worked_example() {
    assert_eq!(previous_hash(&counting()), "03020100070605040b0a09080f0e0d0c13121110171615141b1a19181f1e1d1c");
    assert_eq!(commitment(&previous_hash(&counting())), Some(counting()));
    for text in ["", "00", &"0".repeat(63), &"0".repeat(66), &"x".repeat(64)] {
        assert_eq!(commitment(text), None, "{text}");
    }

    let before = [&bytes("01000000")[..], &[0x11; 38]].concat();
    let coinbase = Coinbase { before, after: vec![0x22; 8] };
    let transaction = coinbase.transaction(&bytes("a1b2c3d4"), &bytes("0000000000000001"));
    let root = merkle_root(&transaction, &[[0x33; 32]]);
    assert_eq!(hex(root), "a268ce8487b8e83caf80d31741bbd43eab078cd2066f428767f0ab27a97e5a3f");

    let line = r#"{"id":4,"method":"mining.submit","params":["rig","1","0000000000000001","6b00fac7","6b5c4101"]}"#;
    let Ok(Request::Submit(Share { time, nonce, .. })) = parse(line.as_bytes()).request else {
        panic!("no submission")
    };
    let bits = CompactBits::try_from(0x1d00_ffff).unwrap();
    let header = WorkHeader { version: 0x2000_0000, commitment: counting(), root, time, bits, nonce };
    let expected = "00000020000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\
                    a268ce8487b8e83caf80d31741bbd43eab078cd2066f428767f0ab27a97e5a3fc7fa006bffff001d01415c6b";
    assert_eq!(hex(header.to_bytes()), expected);

    // The value is the hash read as a little-endian number, written from its highest digit on.
    let mut value = header.hash();
    value.reverse();
    assert_eq!(hex(value), "38dd61a0a222e2a70a1c950eba33c90dc7d3dc3efc0824f6c2ceb0f7289bbbb9");
    // So it is a share of a difficulty of about 2^-30, and no block.
    assert!(!header.meets_target());
    assert!(Difficulty::from_billionths(1).target().is_met_by(&header.hash()));
    assert!(!Difficulty::from_billionths(2).loosest_target().is_met_by(&header.hash()));
}

#[test]
fn shares_of_a_current_and_of_a_void_job() {
    let (worse, mere_share, block, other_block) = (0, 1, 17, 41);
    let mut jobs = IssuedJobs::new([0xa1, 0xb2, 0xc3, 0xd4]);
    let bits = CompactBits::try_from(0x2000_ffff).unwrap();
    let job = Job { id: 9, parent: [1; 32], number: 0x0001_e240, commitment: counting(), bits };
    jobs.issue(Arc::new(job), Difficulty::MIN, 0x6b00_fac7, true);
    let judge = |jobs: &mut IssuedJobs, nonce| {
        jobs.judge(&Share {
            user: User::new("rig").unwrap(),
            job: 1,
            extranonce2: [0, 0, 0, 0, 0, 0, 0, 1],
            time: 0x6b00_fac7,
            nonce,
            version_bits: 0,
        })
    };
    assert_eq!(judge(&mut jobs, worse), Err(Refusal::LowDifficulty));
    assert_eq!(judge(&mut jobs, mere_share).unwrap().solution, None);
    let solution = judge(&mut jobs, block).unwrap().solution.unwrap();
    let expected = "00000020000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\
                    1df6f16bd072b61cf710886e669204b234865bffe2ce8e82b88497ae3d960600c7fa006bffff002011000000";
    assert_eq!((solution.job, hex(solution.header.to_bytes())), (9, expected.into()));

    jobs.retire();
    for nonce in [worse, mere_share, mere_share + 2] {
        assert_eq!(judge(&mut jobs, nonce), Err(Refusal::Stale));
    }
    assert_eq!(judge(&mut jobs, block), Err(Refusal::Duplicate));
    let late = judge(&mut jobs, other_block).unwrap();
    assert_eq!((late.height, late.difficulty), (0x0001_e240, Difficulty::MIN));
    assert_eq!(late.solution.unwrap().header.nonce, other_block);
}

#[test]
fn notification_byte_by_byte() {
    let coinbase = Coinbase::new(0x0001_e240, 0x2a);
    let notify = Notify {
        job: 0x2a,
        commitment: &counting(),
        coinbase: &coinbase,
        version: 0x2000_0000,
        bits: 0x1d00_ffff,
        time: 0x006b_00fa,
        clean: true,
    };
    let sent: Value = serde_json::from_str(&notify.line()).unwrap();
    let before = concat!(
        "01000000",
        "01",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ffffffff",
        "1c",
        "0540e2010000",
        "082a00000000000000",
        "0c",
    );
    let after = concat!("ffffffff", "01", "0000000000000000", "016a", "00000000");
    let previous = "03020100070605040b0a09080f0e0d0c13121110171615141b1a19181f1e1d1c";
    let params = json!(["2a", previous, before, after, [], "20000000", "1d00ffff", "006b00fa", true]);
    assert_eq!(sent, json!({ "id": null, "method": "mining.notify", "params": params }));
}

#[test]
fn answers_byte_by_byte() {
    let lines = [
        (wire::granted(&json!(7), true.into()), r#"{"error":null,"id":7,"result":true}"#),
        (
            wire::granted(&json!("a"), wire::subscription([0, 0, 1, 0xff])),
            r#"{"error":null,"id":"a","result":[[["mining.set_difficulty","1"],["mining.notify","1"]],"000001ff",8]}"#,
        ),
        (
            wire::set_difficulty(Difficulty::from_billionths(15_625_000)),
            r#"{"id":null,"method":"mining.set_difficulty","params":[0.015625]}"#,
        ),
    ];
    for (line, expected) in lines {
        // Members have no order.
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(value(&line), value(expected));
        assert!(!line.contains('\n'));
    }
    for (refusal, code, text) in [
        (Refusal::Malformed("nonce"), 20, "Malformed: nonce"),
        (Refusal::UnknownMethod, 20, "Method not found"),
        (Refusal::TooMany("users"), 20, "Too many users"),
        (Refusal::Stale, 21, "Stale job"),
        (Refusal::UnknownJob, 21, "Job not found"),
        (Refusal::Duplicate, 22, "Duplicate share"),
        (Refusal::LowDifficulty, 23, "Low difficulty share"),
        (Refusal::Unauthorized, 24, "Unauthorized worker"),
        (Refusal::NotSubscribed, 25, "Not subscribed"),
    ] {
        let line: Value = serde_json::from_str(&wire::refused(&json!(1), refusal)).unwrap();
        assert_eq!(line, json!({ "id": 1, "result": null, "error": [code, text, null] }));
    }
}

fn parsed(line: &str) -> Call {
    parse(line.as_bytes())
}

fn request(method: &str, params: Value) -> Result<Request, Refusal> {
    parsed(&json!({ "id": 1, "method": method, "params": params }).to_string()).request
}

#[test]
fn requests_are_understood_as_clients_send_them() {
    assert_eq!(request("mining.subscribe", json!([])), Ok(Request::Subscribe));
    assert_eq!(request("mining.subscribe", json!(["miner/1.0", null, "host", 3333])), Ok(Request::Subscribe));
    assert_eq!(parsed(r#"{"method":"mining.subscribe"}"#).request, Ok(Request::Subscribe));
    assert_eq!(request("mining.extranonce.subscribe", json!([])), Ok(Request::ExtranonceSubscribe));
    for password in [json!(["rig"]), json!(["rig", null]), json!(["rig", "x"])] {
        assert!(matches!(request("mining.authorize", password), Ok(Request::Authorize { .. })));
    }
    let wish = request("mining.suggest_difficulty", json!([1024]));
    assert_eq!(wish, Ok(Request::SuggestDifficulty(Difficulty::ONE.times(1_024))));

    let submit = request("mining.submit", json!(["a.b", "ff", "0102030405060708", "6b00FAC7", "1", "00c0e000"]));
    let Ok(Request::Submit(share)) = submit else { panic!("no submission") };
    assert_eq!((share.user.as_str(), share.job, share.extranonce2), ("a.b", 255, [1, 2, 3, 4, 5, 6, 7, 8]));
    assert_eq!((share.time, share.nonce, share.version_bits), (0x6b00_fac7, 1, 0x00c0_e000));

    let extensions = json!(["version-rolling", "minimum-difficulty", "subscribe-extranonce", "info"]);
    let options = json!({ "version-rolling.mask": "ffffffff", "minimum-difficulty.value": 2048 });
    let expected = vec![
        Extension::VersionRolling(u32::MAX),
        Extension::MinimumDifficulty(Difficulty::ONE.times(2_048)),
        Extension::SubscribeExtranonce,
        Extension::Unknown("info".into()),
    ];
    assert_eq!(request("mining.configure", json!([extensions, options])), Ok(Request::Configure(expected)));
}

#[test]
fn requests_that_are_not_understood_are_refused_by_name() {
    let good = json!(["rig", "1", "0102030405060708", "6b00fac7", "6b5c4101", "00000000"]);
    for (index, what) in ["user", "job", "extranonce2", "time", "nonce", "version bits"].into_iter().enumerate() {
        for bad in
            [json!(null), json!(1), json!(""), json!("+1"), json!("-1"), json!("xyz"), json!("11111111111111111")]
        {
            let is_good_user = index == 0 && bad.as_str().is_some_and(|text| !text.is_empty());
            let mut params = good.clone();
            params[index] = bad;
            let expected = if is_good_user { None } else { Some(Refusal::Malformed(what)) };
            assert_eq!(request("mining.submit", params.clone()).err(), expected, "{params}");
        }
    }
    for extranonce2 in ["01020304050607", "010203040506070809", "0x01020304050607", "01020304050607zz"] {
        let mut params = good.clone();
        params[2] = extranonce2.into();
        assert_eq!(request("mining.submit", params), Err(Refusal::Malformed("extranonce2")), "{extranonce2}");
    }
    assert_eq!(request("mining.submit", json!([])), Err(Refusal::Malformed("user")));
    assert_eq!(request("mining.submit", json!({})), Err(Refusal::Malformed("parameters are not a list")));
    assert_eq!(request("mining.authorize", json!(["rig", 5])), Err(Refusal::Malformed("password")));
    assert_eq!(request("mining.get_transactions", json!(["1"])), Err(Refusal::UnknownMethod));
    for wish in [json!([]), json!([0]), json!([-5]), json!(["8"])] {
        assert_eq!(request("mining.suggest_difficulty", wish), Err(Refusal::Malformed("difficulty")));
    }
    assert_eq!(request("mining.configure", json!([])), Err(Refusal::Malformed("extensions")));
    assert_eq!(request("mining.configure", json!([[1]])), Err(Refusal::Malformed("extension")));
    assert_eq!(request("mining.configure", json!([vec!["x"; 17]])), Err(Refusal::TooMany("extensions")));
    let mask = json!([["version-rolling"], { "version-rolling.mask": "1ffffffff" }]);
    assert_eq!(request("mining.configure", mask), Err(Refusal::Malformed("mask")));
    assert_eq!(request("mining.configure", json!([["minimum-difficulty"]])), Err(Refusal::Malformed("difficulty")));
}

#[test]
fn names_of_requests_come_back_if_they_are_short() {
    for id in [json!(null), json!(0), json!(u64::MAX), json!(-1.5), json!("text"), json!("x".repeat(64))] {
        let call = parsed(&json!({ "id": id, "method": "mining.subscribe" }).to_string());
        assert_eq!((call.id, call.request), (id, Ok(Request::Subscribe)));
    }
    for id in [json!([]), json!({}), json!(true), json!("x".repeat(65))] {
        let call = parsed(&json!({ "id": id, "method": "mining.subscribe" }).to_string());
        assert_eq!((call.id, call.request), (Value::Null, Err(Refusal::Malformed("id"))));
    }
    let deep = format!(r#"{{"id":1,"method":"x","params":{}"#, "[".repeat(2_000));
    let other = [r#"{"id":1,"result":true}"#, "[]", "null", "{", "\u{0}", r#"{"method":5}"#, &deep, r#"{"id":1e999}"#];
    for line in other {
        assert_eq!(parsed(line).request, Err(Refusal::Malformed("not a request")), "{line}");
    }
}

//! Known answers: the worked example of the recipe, and what each line means.

use posw_miner::{
    message::{self, parse, Extranonce, Fault, Malformed, Message, Reconnect},
    work::{Epoch, Roll, Work},
};
use posw_primitives::CompactBits;
use posw_stratum::Difficulty;
use serde_json::{json, Value};

fn parsed(line: Value) -> Result<Message, Malformed> {
    parse(line.to_string().as_bytes())
}

fn notification() -> Value {
    let before = format!("01000000{}", "11".repeat(38));
    let previous = "03020100070605040b0a09080f0e0d0c13121110171615141b1a19181f1e1d1c";
    let branch = ["33".repeat(32)];
    json!(["b1", previous, before, "22".repeat(8), branch, "20000000", "1d00ffff", "6b00fac7", true])
}

fn work(second_len: usize) -> Work {
    let message = parsed(json!({ "id": null, "method": "mining.notify", "params": notification() }));
    let Ok(Message::Notify(notify)) = message else { panic!("{message:?}") };
    Work {
        notify: *notify,
        extranonce: Extranonce { first: vec![0xa1, 0xb2, 0xc3, 0xd4], second_len },
        difficulty: Difficulty::ONE,
        version_mask: 0,
        epoch: Epoch { connection: 0, voided: 1 },
    }
}

#[test]
fn worked_example() {
    let work = work(8);
    assert_eq!((work.notify.job.as_str(), work.notify.clean), ("b1", true));
    let roll = work.roll(0, 1);
    assert_eq!(work.extranonce2(roll), [0, 0, 0, 0, 0, 0, 0, 1]);
    let mut header = work.header(roll);
    header.nonce = 0x6b5c_4101;
    let expected = "00000020000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\
                    a268ce8487b8e83caf80d31741bbd43eab078cd2066f428767f0ab27a97e5a3fc7fa006bffff001d01415c6b";
    assert_eq!(array_bytes::bytes2hex("", header.to_bytes()), expected);
}

#[test]
fn rolls_count_through_the_second_extranonce_and_then_the_time() {
    let work_1 = work(1);
    assert_eq!(work_1.roll(250, 5), Roll { extranonce2: 255, ahead: 0 });
    assert_eq!(work_1.roll(250, 6), Roll { extranonce2: 0, ahead: 0 });
    assert_eq!(work_1.roll(250, 256), Roll { extranonce2: 250, ahead: 1 });
    assert_eq!(work_1.roll(u128::MAX, 0), Roll { extranonce2: 255, ahead: 0 });
    assert_eq!(work_1.header(work_1.roll(0, 513)).time, 0x6b00_fac7 + 2);
    assert_eq!(work_1.header(work_1.roll(0, u64::MAX)).time, 0x6b00_fac6, "wraps around");
    let work_2 = work(2);
    assert_eq!(work_2.extranonce2(work_2.roll(0x1234_5678, 0)), [0x56, 0x78]);
    for length in [8, 15, 16] {
        let work = work(length);
        let roll = work.roll(u128::MAX, u64::MAX);
        assert_eq!(roll.ahead, 0);
        assert_eq!(work.extranonce2(roll).len(), length);
    }
    assert_eq!(work(16).roll(u128::MAX, 1).extranonce2, 0);
}

#[test]
fn answers_are_understood_in_all_their_forms() {
    let fault = |code, text: &str| Err(Fault { code, text: text.into() });
    for (line, id, outcome) in [
        (json!({ "id": 1, "result": true, "error": null }), 1, Ok(json!(true))),
        (json!({ "id": "7", "result": 5 }), 7, Ok(json!(5))),
        (json!({ "id": 2, "result": true, "error": false }), 2, Ok(json!(true))),
        (json!({ "id": 3, "error": [21, "Job not found", null] }), 3, fault(Some(21), "Job not found")),
        (json!({ "id": 3, "error": { "code": -32, "message": "no" } }), 3, fault(Some(-32), "no")),
        (json!({ "id": 3, "error": "no\nwork" }), 3, fault(None, "no?work")),
        (json!({ "id": 3, "error": [] }), 3, fault(None, "[]")),
        (json!({ "id": 3, "error": 24 }), 3, fault(None, "24")),
        (json!({ "id": 3, "error": { "reason": "x" } }), 3, fault(None, r#"{"reason":"x"}"#)),
        (json!({ "id": 3, "error": [20, "x".repeat(500)] }), 3, fault(Some(20), &"x".repeat(message::MAX_TEXT_LEN))),
    ] {
        assert_eq!(parsed(line), Ok(Message::Response { id, outcome }));
    }
    for strange in [json!({ "id": null, "result": 1 }), json!({ "id": -1 }), json!({ "id": [] }), json!({ "id": 1.5 })]
    {
        assert_eq!(parsed(strange), Ok(Message::Unknown(None)));
    }
    let subscription = json!([[["mining.notify", "x"]], "08000002", 4]);
    let expected = Extranonce { first: vec![8, 0, 0, 2], second_len: 4 };
    assert_eq!(message::subscription(&subscription), Ok(expected));
    for (result, mask) in [
        (json!({ "version-rolling": true, "version-rolling.mask": "1fffe000" }), 0x1fff_e000),
        (json!({ "version-rolling": false, "version-rolling.mask": "1fffe000" }), 0),
        (json!({ "version-rolling": true, "version-rolling.mask": "x" }), 0),
        (json!({ "version-rolling": true }), 0),
        (json!(true), 0),
    ] {
        assert_eq!(message::version_mask(&result), mask, "{result}");
    }
}

#[test]
fn notifications_are_understood() {
    let message = |method: &str, params: Value| parsed(json!({ "id": null, "method": method, "params": params }));
    for (number, billionths) in [
        (json!(1), 1_000_000_000),
        (json!(0.015_625), 15_625_000),
        (json!(1e-300), 1),
        (json!(1e300), u64::MAX),
        (json!(65_536.5), 65_536_500_000_000),
    ] {
        let difficulty = Difficulty::from_billionths(billionths);
        assert_eq!(message("mining.set_difficulty", json!([number])), Ok(Message::SetDifficulty(difficulty)));
    }
    let extranonce = Extranonce { first: vec![], second_len: 16 };
    assert_eq!(message("mining.set_extranonce", json!(["", 16])), Ok(Message::SetExtranonce(extranonce)));
    let mask = message("mining.set_version_mask", json!(["00c0e000"]));
    assert_eq!(mask, Ok(Message::SetVersionMask(0x00c0_e000)));
    for (params, host, port, wait) in [
        (json!([]), None, None, 0),
        (json!(["a", 1, 2]), Some("a"), Some(1), 2),
        (json!(["", "1", "2"]), None, Some(1), 2),
        (json!([null, {}, -1]), None, None, 0),
    ] {
        let expected = Reconnect { host: host.map(Into::into), port, wait };
        assert_eq!(message("client.reconnect", params), Ok(Message::Reconnect(expected)));
    }
    let message = message("mining.notify", notification());
    let Ok(Message::Notify(notify)) = message else { panic!("{message:?}") };
    assert_eq!(notify.bits, CompactBits::try_from(0x1d00_ffff).unwrap());
    assert_eq!((notify.version, notify.time, notify.branch), (0x2000_0000, 0x6b00_fac7, vec![[0x33; 32]]));
}

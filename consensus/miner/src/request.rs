//! What is sent to servers: requests, and answers to their questions. Each is a line without its end.

use crate::{password::Password, work::Share};
use posw_stratum::wire::VERSION_MASK;
use serde_json::{json, Value};

/// Version bits that the fastest kernels make use of: they try 48 versions at each nonce.
const USEFUL_VERSION_BITS: u32 = 6;

/// `mining.configure` (BIP 310): the client would like to vary bits of the version.
pub(crate) fn configure(id: u64) -> String {
    let options = json!({
        "version-rolling.mask": format!("{VERSION_MASK:08x}"),
        "version-rolling.min-bit-count": USEFUL_VERSION_BITS,
    });
    call(id, "mining.configure", json!([["version-rolling"], options]))
}

/// `mining.subscribe`.
pub(crate) fn subscribe(id: u64) -> String {
    call(id, "mining.subscribe", json!([crate::AGENT]))
}

/// `mining.authorize`.
pub(crate) fn authorize(id: u64, user: &str, password: &Password) -> String {
    call(id, "mining.authorize", json!([user, password.reveal()]))
}

/// `mining.extranonce.subscribe`: the client takes new extranonces while it is connected.
pub(crate) fn subscribe_extranonce(id: u64) -> String {
    call(id, "mining.extranonce.subscribe", json!([]))
}

/// `mining.submit`, with the version bits where the client may vary some.
pub(crate) fn submit(id: u64, user: &str, share: &Share) -> String {
    let Share { work, roll, header } = share;
    let extranonce2 = array_bytes::bytes2hex("", work.extranonce2(*roll));
    let [time, nonce] = [header.time, header.nonce].map(|word| format!("{word:08x}"));
    let params = match work.version_mask {
        0 => json!([user, work.notify.job, extranonce2, time, nonce]),
        mask => json!([user, work.notify.job, extranonce2, time, nonce, format!("{:08x}", header.version & mask)]),
    };
    call(id, "mining.submit", params)
}

fn call(id: u64, method: &str, params: Value) -> String {
    json!({ "id": id, "method": method, "params": params }).to_string()
}

/// The answer to a server's question.
pub(crate) fn answer(id: &Value, result: &str) -> String {
    json!({ "id": id, "result": result, "error": null }).to_string()
}

/// The answer to a question that is not known here.
pub(crate) fn refuse(id: &Value) -> String {
    json!({ "id": id, "result": null, "error": [20, "Method not found", null] }).to_string()
}

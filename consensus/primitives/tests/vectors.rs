//! Known answers from sources other than this crate.
//!
//! - Bitcoin's own headers, and the worked example of the Stratum documentation;
//! - `vectors/*.json`, written by `vectors/generate.py` from the specification with Python's integers and hashlib;
//! - the public vectors of `aserti3-2d`, where `POSW_ASERT_VECTORS` names the folder that holds them.

use posw_primitives::{
    credit::{credit_cap, index_step},
    factor::{factor, lead_cap},
    header::{commitment, key_payload, seal_payload, tie_break},
    issuance::{share, subsidy},
    retarget::{asert, excess_gap, next_bits, re_anchor, Anchor},
    stake::deposit_weight,
    BitsError, Claims, CompactBits, Credit, CreditAccount, Curve, Factor, RewardParams, Seal, Target, WorkHeader, U256,
};
use serde_json::Value;

fn cases(json: &str, key: &str) -> Vec<Value> {
    let file: Value = serde_json::from_str(json).expect("valid JSON");
    let cases = file[key].as_array().unwrap_or_else(|| panic!("no list {key}")).clone();
    assert!(!cases.is_empty(), "{key} has no cases");
    cases
}

/// Cases of `vectors/<file>.json` under a key.
macro_rules! vectors {
    ($file:literal, $key:literal) => {
        cases(include_str!(concat!("vectors/", $file, ".json")), $key)
    };
}

fn u64_of(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is no u64"))
}

fn u32_of(value: &Value) -> u32 {
    u64_of(value).try_into().expect("fits 32 bits")
}

fn u128_of(value: &Value) -> u128 {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string")).parse().expect("fits 128 bits")
}

fn u256_of(value: &Value) -> U256 {
    U256::from_dec_str(value.as_str().expect("a string")).expect("fits 256 bits")
}

fn bits_of(value: &Value) -> CompactBits {
    CompactBits::try_from(u32_of(value)).expect("canonical bits")
}

fn factor_of(value: &Value) -> Factor {
    Factor::try_from(u64_of(value)).expect("factor in range")
}

fn bytes_of<const N: usize>(value: &Value) -> [u8; N] {
    array_bytes::hex2array(value.as_str().expect("a string")).expect("hex of the right length")
}

fn raw(bits: u32) -> CompactBits {
    CompactBits::try_from(bits).expect("canonical bits")
}

#[test]
fn compact_bits() {
    for case in vectors!("target", "decode") {
        let decoded = CompactBits::try_from(u32_of(&case["bits"]));
        match case["target"].is_null() {
            true => assert!(decoded.is_err(), "{case}"),
            false => assert_eq!(decoded.map(|bits| bits.target().value()), Ok(u256_of(&case["target"])), "{case}"),
        }
    }
    for case in vectors!("target", "encode") {
        let target = Target::clamped(u256_of(&case["target"]));
        assert_eq!(target.to_compact().to_raw(), u32_of(&case["bits"]), "{case}");
    }
}

#[test]
fn what_is_wrong_with_bits() {
    for found in
        [0, 0x0100_0000, 0x0180_0000, 0x0492_3456, 0x1dff_ffff, 0xff80_0001, 0xff00_0000, 0x0100_3456, 0x2200_0001]
    {
        assert_eq!(CompactBits::try_from(found), Err(BitsError::NotCanonical { found }));
    }
    for found in [0x2101_0000, 0x2200_ffff, 0x2300_0001, 0xff00_0001, 0xff7f_ffff] {
        assert_eq!(CompactBits::try_from(found), Err(BitsError::AbovePowLimit { found }));
    }
}

#[test]
fn work_and_effective_target() {
    for case in vectors!("target", "work") {
        assert_eq!(bits_of(&case["bits"]).work(), u256_of(&case["work"]), "{case}");
    }
    // Bitcoin's chain work per block at its easiest target.
    assert_eq!(raw(0x1d00_ffff).work(), U256::from(0x1_0001_0001u64));
    for case in vectors!("target", "effective") {
        let effective = bits_of(&case["bits"]).target().effective(factor_of(&case["factor"]));
        assert_eq!(effective.to_raw(), u32_of(&case["effective"]), "{case}");
    }
}

#[test]
fn hashes_meet_targets_as_little_endian_numbers() {
    for case in vectors!("target", "met") {
        let met = bits_of(&case["bits"]).target().is_met_by(&bytes_of(&case["hash"]));
        assert_eq!(Some(met), case["met"].as_bool(), "{case}");
    }
}

#[test]
fn factors() {
    for case in vectors!("factor", "factor") {
        let found = factor(factor_of(&case["boost"]), Credit::from_units(u128_of(&case["credit"])));
        assert_eq!(found, factor_of(&case["factor"]), "{case}");
    }
    for case in vectors!("factor", "inverse") {
        assert_eq!(factor_of(&case["factor"]).inverse(), u64_of(&case["inverse"]), "{case}");
    }
    for case in vectors!("factor", "leadCap") {
        let cap = lead_cap(u64_of(&case["maxLead"]), u128_of(&case["sum"]), u64_of(&case["blocks"]));
        assert_eq!(cap, factor_of(&case["cap"]), "{case}");
    }
}

/// The file gives large numbers as strings, genesis gives them as numbers.
fn curve_of(value: &Value) -> Curve {
    let mut text = value.to_string();
    if let Some(unit) = value.as_object().and_then(|form| form.values().next()).and_then(|p| p["unit"].as_str()) {
        text = text.replace(&format!("\"{unit}\""), unit);
    }
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn curves() {
    for case in vectors!("curve", "boost") {
        let boost = curve_of(&case["curve"]).boost(u128_of(&case["weight"]), factor_of(&case["maxBoost"]));
        assert_eq!(boost, factor_of(&case["boost"]), "{case}");
    }
}

#[test]
fn credit() {
    for case in vectors!("credit", "indexStep") {
        let step = index_step(u64_of(&case["ration"]), u128_of(&case["total"]));
        assert_eq!(step, u256_of(&case["step"]), "{case}");
    }
    for case in vectors!("credit", "cap") {
        let horizon = u32_of(&case["horizon"]);
        let cap = credit_cap(u64_of(&case["ration"]), horizon, u128_of(&case["weight"]), u128_of(&case["total"]));
        assert_eq!(cap.units(), u128_of(&case["cap"]), "{case}");
    }
    for case in vectors!("credit", "settle") {
        let (weight, cap) = (u128_of(&case["weight"]), Credit::from_units(u128_of(&case["cap"])));
        let mut account = CreditAccount::empty(u256_of(&case["start"]));
        for event in case["events"].as_array().expect("a list") {
            account.settle(weight, u256_of(&event["index"]), cap);
            assert_eq!(account.credit.units(), u128_of(&event["credit"]), "{event} of {case}");
            assert_eq!(account.fraction, u128_of(&event["fraction"]), "{event} of {case}");
            if event["spend"] == true {
                assert_eq!(account.spend().units(), u128_of(&event["credit"]).min(Credit::ONE.units()), "{event}");
            }
        }
    }
}

#[test]
fn asert_in_milliseconds_with_gaps() {
    for case in vectors!("retarget", "chains") {
        let anchor = Anchor {
            bits: bits_of(&case["anchor"]),
            height: u32_of(&case["height"]),
            parent_time: u64_of(&case["parentTime"]),
        };
        let (block_time, half_life) = (u64_of(&case["blockTime"]), u64_of(&case["halfLife"]));
        let (mut shift, mut previous) = (0, None);
        for block in case["blocks"].as_array().expect("a list") {
            let (height, time) = (u32_of(&block["height"]), u64_of(&block["time"]));
            shift += previous.map_or(0, |previous| excess_gap(previous, time, u64_of(&case["maxGap"])));
            assert_eq!(shift, u64_of(&block["shift"]), "{block} of {case}");
            let next = next_bits(&anchor, height, time, shift, block_time, half_life, bits_of(&case["limit"]));
            assert_eq!(next.to_raw(), u32_of(&block["next"]), "{block} of {case}");
            previous = Some(time);
        }
    }
}

#[test]
fn re_anchoring() {
    for case in vectors!("retarget", "reAnchor") {
        let (bits, limit, height) = (bits_of(&case["bits"]), bits_of(&case["limit"]), u32_of(&case["height"]));
        let found = re_anchor(bits, height, u64_of(&case["time"]), u64_of(&case["old"]), u64_of(&case["new"]), limit);
        let expected = &case["anchor"];
        let (bits, parent_time) = (bits_of(&expected["bits"]), u64_of(&expected["parentTime"]));
        assert_eq!(found, Anchor { bits, height, parent_time }, "{case}");
    }
}

/// One public vector file: `## key: value` lines and then `iteration height time target`.
fn public_asert_file(text: &str) -> usize {
    let header = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix("##")?.trim().strip_prefix(key));
        line.map(|line| line.trim_start_matches(':').trim())
    };
    let number = |text: &str| text.parse::<i128>().expect("a number");
    let compact = |text: &str| u32::from_str_radix(text.trim_start_matches("0x"), 16).map(raw).expect("hex");
    let bits = compact(header("anchor nBits").expect("anchor nBits"));
    let height = number(header("anchor height").expect("anchor height"));
    let parent_time = header("anchor ancestor time").or_else(|| header("anchor parent time"));
    let parent_time = number(parent_time.expect("time of the anchor's parent"));
    let rows = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut count = 0;
    for row in rows {
        let [_, row_height, time, target] = row.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{row}") };
        let heights = u32::try_from(number(row_height) - height).expect("above the anchor");
        let elapsed = number(time) - parent_time;
        for unit in [1, 1_000] {
            let elapsed = elapsed * i128::from(unit);
            let found = asert(bits, elapsed, heights, 600 * unit, 172_800 * unit, raw(0x1d00_ffff));
            assert_eq!(found, compact(target), "{row}");
        }
        count += 1;
    }
    assert_eq!(Some(count), header("iterations").and_then(|count| count.parse().ok()));
    count
}

#[test]
fn public_asert_vectors() {
    let Some(folder) = std::env::var_os("POSW_ASERT_VECTORS") else {
        eprintln!("POSW_ASERT_VECTORS is not set: public ASERT vectors skipped");
        return;
    };
    let folder = std::fs::read_dir(folder).expect("POSW_ASERT_VECTORS names a folder");
    let files = folder.map(|file| std::fs::read_to_string(file.expect("an entry").path()).expect("a text file"));
    let count: usize = files.map(|text| public_asert_file(&text)).sum();
    assert!(count >= 14_000, "only {count} vectors");
}

#[test]
fn issuance() {
    for case in vectors!("issuance", "subsidy") {
        let params = RewardParams {
            initial: u128_of(&case["initial"]),
            decay: u32_of(&case["decay"]),
            period: u32_of(&case["period"]),
            tail: u128_of(&case["tail"]),
            treasury_share: 0,
            treasury_fee_share: 0,
            maturity: 100,
        };
        assert_eq!(subsidy(u32_of(&case["height"]), &params), u128_of(&case["subsidy"]), "{case}");
    }
    for case in vectors!("issuance", "share") {
        assert_eq!(share(u128_of(&case["amount"]), u32_of(&case["share"])), u128_of(&case["part"]), "{case}");
    }
}

#[test]
fn deposit_weights() {
    for case in vectors!("stake", "weight") {
        let (lock, min_lock, max_lock) = (u32_of(&case["lock"]), u32_of(&case["minLock"]), u32_of(&case["maxLock"]));
        let weight = deposit_weight(u128_of(&case["amount"]), lock, min_lock, max_lock, u64_of(&case["lockBonus"]));
        assert_eq!(weight, u128_of(&case["weight"]), "{case}");
    }
}

#[test]
fn what_is_hashed_and_what_the_header_carries() {
    for case in vectors!("header", "blocks") {
        let (pre_hash, signature) = (bytes_of(&case["preHash"]), bytes_of(&case["signature"]));
        let (genesis, miner, key) = (bytes_of(&case["genesis"]), bytes_of(&case["miner"]), bytes_of(&case["key"]));
        let claims =
            Claims { miner, sealing_key: key, bits: bits_of(&case["bits"]), factor: factor_of(&case["factor"]) };
        let seal = Seal {
            version: u32_of(&case["version"]),
            root: bytes_of(&case["root"]),
            time: u32_of(&case["time"]),
            nonce: u32_of(&case["nonce"]),
            signature,
        };
        assert_eq!(claims.to_bytes(), bytes_of(&case["claims"]), "{case}");
        assert_eq!(seal.to_bytes(), bytes_of(&case["seal"]), "{case}");
        assert_eq!(seal_payload(&genesis, &pre_hash), bytes_of(&case["sealPayload"]), "{case}");
        assert_eq!(key_payload(&genesis, &miner, &key), bytes_of(&case["keyPayload"]), "{case}");
        assert_eq!(commitment(&pre_hash, &signature), bytes_of::<32>(&case["commitment"]), "{case}");
        let header = seal.work_header(&pre_hash, &claims);
        assert_eq!(header.to_bytes(), bytes_of(&case["header"]), "{case}");
        assert_eq!(header.hash(), bytes_of(&case["workHash"]), "{case}");
        assert_eq!(Some(header.meets_target()), case["met"].as_bool(), "{case}");
        assert_eq!(tie_break(&header.hash()), bytes_of::<32>(&case["tieBreak"]), "{case}");
    }
}

/// A hash as block explorers show it: the bytes from last to first.
fn shown(hash: &str) -> [u8; 32] {
    let mut bytes: [u8; 32] = array_bytes::hex2array(hash).expect("64 hex digits");
    bytes.reverse();
    bytes
}

#[test]
fn bitcoin_headers() {
    let blocks = [
        (
            "0000000000000000000000000000000000000000000000000000000000000000",
            "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b",
            (1_231_006_505, 0x1d00_ffff, 2_083_236_893),
            "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
        ),
        (
            "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
            "0e3e2357e806b6cdb1f70b54c3a3a17b6714ee1f0e68bebb44a74b1efd512098",
            (1_231_469_665, 0x1d00_ffff, 2_573_394_689),
            "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048",
        ),
        (
            "00000000000008a3a41b85b8b29ad444def299fee21793cd8b9e567eab02cd81",
            "2b12fcf1b09288fcaff797d71e950e71ae42b91e8bdb2304758dfcffc2b620e3",
            (1_305_998_791, 0x1a44_b9f2, 2_504_433_986),
            "00000000000000001e8d6829a8a21adc5d38d0a473b144b6765798e61f98bd1d",
        ),
    ];
    for (previous, root, (time, bits, nonce), hash) in blocks {
        let (commitment, root) = (shown(previous), shown(root));
        let header = WorkHeader { version: 1, commitment, root, time, bits: raw(bits), nonce };
        assert_eq!(header.hash(), shown(hash));
        assert!(header.meets_target());
        let harder = raw(bits - 0x0100_0000 * 4);
        assert!(!WorkHeader { bits: harder, ..header }.meets_target());
    }
}

#[test]
fn stratum_example() {
    let root = "a268ce8487b8e83caf80d31741bbd43eab078cd2066f428767f0ab27a97e5a3f";
    let header = WorkHeader {
        version: 0x2000_0000,
        commitment: core::array::from_fn(|i| u8::try_from(i).expect("below 32")),
        root: array_bytes::hex2array(root).expect("64 hex digits"),
        time: 0x6b00_fac7,
        bits: raw(0x1d00_ffff),
        nonce: 0x6b5c_4101,
    };
    let bytes = "00000020000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\
                 a268ce8487b8e83caf80d31741bbd43eab078cd2066f428767f0ab27a97e5a3fc7fa006bffff001d01415c6b";
    assert_eq!(header.to_bytes(), array_bytes::hex2array::<_, 80>(bytes).expect("160 hex digits"));
    let value = "38dd61a0a222e2a70a1c950eba33c90dc7d3dc3efc0824f6c2ceb0f7289bbbb9";
    assert_eq!(U256::from_little_endian(&header.hash()), U256::from_str_radix(value, 16).expect("64 hex digits"));
}

//! Genesis: the presets, and wrong configurations (SPEC section 10).

use super::chain::*;
use crate::{
    apis::api,
    genesis::build_state,
    genesis_config_presets::{get_preset, preset_names},
};
use serde_json::{json, Value};

/// What building says about the development genesis with one value changed.
fn refused(pointer: &str, value: Value) -> String {
    let mut config: Value = serde_json::from_slice(&development_json()).unwrap();
    *config.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is not in genesis")) = value;
    let mut answer = Ok(());
    sp_io::TestExternalities::default()
        .execute_with(|| answer = build_state(&serde_json::to_vec(&config).expect("JSON can be written")));
    answer.expect_err("the value is accepted")
}

#[test]
fn every_preset_builds() {
    for name in preset_names() {
        assert!(get_preset(&name).is_some(), "{name:?}");
    }
    assert!(get_preset(&"nowhere".into()).is_none());
    run(|| {
        let checked: Result<(), String> = call("PoswApi_check_params", ());
        assert_eq!(checked, Ok(()));
    });
}

#[test]
fn a_value_out_of_range_is_an_error_that_names_field_value_and_range() {
    let names = |error: String, parts: &[&str]| {
        for part in parts {
            assert!(error.contains(part), "{part:?} is not in {error:?}");
        }
    };
    names(refused("/poswStake/params/maxReorg", json!(101)), &["stake.maxReorg", "101", "2..=100"]);
    names(refused("/difficulty/params/blockTime", json!(499)), &["difficulty.blockTime", "499", "500..=3600000"]);
    names(refused("/rewards/params/maturity", json!(7)), &["rewards.maturity", "7", "8..="]);
    names(refused("/difficulty/startingBits", json!(0x2100ffffu32)), &["difficulty.startingBits", "0x2100ffff"]);
    names(refused("/poswStake/stakes/0/1", json!(1)), &["poswStake.stakes[0]", "amount is 1"]);
    names(refused("/balances/balances/0/1", json!(1)), &["balances.balances[0]", "existential deposit"]);
    names(refused("/poswStake/params/activation", json!("two")), &["malformed"]);
}

#[test]
fn the_api_gives_the_same_error() {
    let mut config: Value = serde_json::from_slice(&development_json()).unwrap();
    config["poswStake"]["params"]["horizon"] = json!(0);
    let config = serde_json::to_vec(&config).unwrap();
    sp_io::TestExternalities::default().execute_with(|| {
        let answer = api::dispatch("GenesisBuilder_build_state", &codec::Encode::encode(&config)).unwrap();
        let answer: Result<(), String> = codec::Decode::decode(&mut &answer[..]).unwrap();
        assert!(answer.unwrap_err().contains("stake.horizon is 0, allowed is 1..=100000"));
    });
}

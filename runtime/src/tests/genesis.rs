//! Genesis: the presets, and wrong configurations (SPEC section 10).

use super::chain::*;
use crate::{
    apis::api,
    constants::COIN,
    genesis::build_state,
    genesis_config_presets::{get_preset, preset_names},
    Balances, Runtime,
};
use frame_support::traits::{fungible::Inspect, Get};
use posw_primitives::Factor;
use serde_json::{json, Value};
use sp_consensus_posw::{AccountState, NetworkState};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring::{Alice, Bob};

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
fn every_preset_builds_with_sound_parameters_and_stakes() {
    for name in preset_names() {
        sp_io::TestExternalities::default().execute_with(|| {
            build_state(&preset_json(&name)).unwrap();
            let checked: Result<(), String> = call("PoswApi_check_params", ());
            assert_eq!(checked, Ok(()), "{name:?}");
            assert_eq!(pallet_sudo::Key::<Runtime>::get(), Some(Alice.to_account_id()));
            for staked in [Alice, Bob] {
                let state: AccountState = call("PoswApi_account", staked.to_account_id());
                assert!(state.weight > 0 && state.boost > Factor::ONE, "{name:?}: {state:?}");
            }
            check_state();
        });
    }
    assert!(get_preset(&"nowhere".into()).is_none());
}

#[test]
fn without_a_preset_genesis_has_the_protocols_defaults_and_no_sudo_key() {
    let answer = sp_io::TestExternalities::default()
        .execute_with(|| call::<Option<Vec<u8>>>("GenesisBuilder_get_preset", None::<PresetId>));
    let json = answer.expect("there are defaults");
    sp_io::TestExternalities::default().execute_with(|| {
        build_state(&json).unwrap();
        let network: NetworkState = call("PoswApi_network", ());
        let params = network.params;
        assert_eq!((params.difficulty.block_time, params.difficulty.half_life), (15_000, 72 * 15_000));
        assert_eq!((params.stake.epoch_length, params.stake.max_reorg, params.rewards.maturity), (240, 24, 100));
        assert_eq!(pallet_sudo::Key::<Runtime>::get(), None);
        check_state();
    });
}

#[test]
fn one_runtime_serves_chains_with_other_prefixes_and_fees() {
    let mut config: Value = serde_json::from_slice(&development_json()).unwrap();
    config["chain"]["params"]["ss58Prefix"] = json!(7);
    config["chain"]["params"]["existentialDeposit"] = json!(COIN);
    config["chain"]["params"]["feePerByte"] = json!(0);
    config["chain"]["params"]["feePerSecond"] = json!(0);
    sp_io::TestExternalities::default().execute_with(|| {
        build_state(&serde_json::to_vec(&config).unwrap()).unwrap();
        assert_eq!(<Runtime as frame_system::Config>::SS58Prefix::get(), 7);
        assert_eq!(<Balances as Inspect<_>>::minimum_balance(), COIN);
        let fee: u128 = call("TransactionPaymentApi_query_length_to_fee", 1_000u32);
        assert_eq!(fee, 0);
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
    names(refused("/balances/balances/0/1", json!(COIN)), &["poswStake", "balance of 1000000000000"]);
    names(refused("/balances/balances/0/0", json!(Bob.to_account_id())), &["in the list twice"]);
    names(refused("/chain/params/existentialDeposit", json!(0)), &["chain.params.existentialDeposit is 0", "1..="]);
    names(refused("/chain/params/ss58Prefix", json!(16_384)), &["chain.params.ss58Prefix is 16384", "0..=16383"]);
    names(refused("/poswStake/params", json!({ "epochLength": 10 })), &["malformed", "missing field"]);
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

//! Genesis: the presets, and wrong configurations (SPEC section 10).

use super::chain::*;
use crate::{
    apis::api,
    configs::governance::TechnicalCollective,
    constants::COIN,
    genesis::{build_state, MAX_COINS},
    genesis_config_presets::{development_governance_params, get_preset, preset_names},
    Balances, Chain, Runtime, TechnicalCommittee,
};
use frame_support::traits::{fungible::Inspect, Get};
use pallet_chain::{GovernanceParams, TrackParams};
use posw_primitives::{CompactBits, Curve, DifficultyParams, Factor, Params, RewardParams, StakeParams};
use serde_json::{json, Value};
use sp_consensus_posw::{AccountState, NetworkState};
use sp_genesis_builder::PresetId;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie};

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
            for member in [Alice, Bob, Charlie] {
                assert!(TechnicalCommittee::is_member(&member.to_account_id()));
            }
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
    let mut config: Value = serde_json::from_slice(&answer.expect("there are defaults")).unwrap();
    let mut missing = Ok(());
    sp_io::TestExternalities::default()
        .execute_with(|| missing = build_state(&serde_json::to_vec(&config).expect("JSON can be written")));
    assert!(missing.unwrap_err().contains("difficulty.startingBits is missing"), "only this has no default");

    config["difficulty"]["startingBits"] = json!(0x1d00ffffu32);
    sp_io::TestExternalities::default().execute_with(|| {
        build_state(&serde_json::to_vec(&config).unwrap()).unwrap();
        let network: NetworkState = call("PoswApi_network", ());
        assert_eq!(network.params, section_10());
        assert_eq!(pallet_sudo::Key::<Runtime>::get(), None);
        assert_eq!(Chain::governance(), GovernanceParams::default());
        assert!(pallet_collective::Members::<Runtime, TechnicalCollective>::get().is_empty());
        check_state();
    });
}

/// The column of defaults in section 10 of the specification.
fn section_10() -> Params {
    let billionths = |tenths: u64| Factor::try_from(tenths * 100_000_000).unwrap();
    let days = |days: u32| days * 24 * 3600 / 15;
    Params {
        stake: StakeParams {
            epoch_length: 240,
            min_lock: days(7),
            max_lock: days(365),
            lock_bonus: 1_000_000_000,
            activation: 2,
            unbonding: days(7),
            min_weight: COIN,
            min_total_weight: 1_000 * COIN,
            curve: Curve::Constant { boost: billionths(200) },
            max_boost: billionths(200),
            ration: 2_000_000_000,
            horizon: 360,
            max_lead: 2_000_000_000,
            max_reorg: 24,
        },
        difficulty: DifficultyParams {
            block_time: 15_000,
            half_life: 72 * 15_000,
            max_gap: 72 * 15_000,
            limit: CompactBits::try_from(0x1f00_ffff).unwrap(),
        },
        rewards: RewardParams {
            initial: 50 * COIN,
            decay: 500_000_000,
            period: 8_400_000,
            tail: COIN / 2,
            treasury_share: 100_000_000,
            treasury_fee_share: 200_000_000,
            maturity: 100,
        },
    }
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
    names(
        refused("/chain/governance/root/minApproval", json!(500_000_000)),
        &["chain.governance.root.minApproval is 500000000", "500000001..=1000000000"],
    );
    names(
        refused("/chain/governance/smallSpender/confirmPeriod", json!(21)),
        &["chain.governance.smallSpender.confirmPeriod is 21", "1..=20"],
    );
    names(refused("/technicalCommittee/members/1", json!(Alice.to_account_id())), &["members[1]", "in the list twice"]);
    let crowd: Vec<_> = (0..101u8).map(|byte| sp_runtime::AccountId32::new([byte; 32])).collect();
    names(refused("/technicalCommittee/members", json!(crowd)), &["has 101 members", "100 or fewer"]);
    names(refused("/poswStake/params", json!({ "epochLength": 10 })), &["malformed", "missing field"]);
    names(refused("/poswStake/params/activation", json!("two")), &["malformed"]);
}

#[test]
fn a_chain_specification_names_only_the_numbers_of_governance_that_it_changes() {
    let mut config: Value = serde_json::from_slice(&development_json()).unwrap();
    let whole = config["chain"]["governance"].as_object_mut().unwrap();
    // What a patch leaves out has the preset's value, as everywhere; what a complete configuration leaves out the default.
    whole.retain(|name, _| name == "root" || name == "spendPeriod");
    config["chain"]["governance"]["root"]["maxDeciding"] = json!(4);
    sp_io::TestExternalities::default().execute_with(|| {
        build_state(&serde_json::to_vec(&config).unwrap()).unwrap();
        let (preset, default) = (development_governance_params(), GovernanceParams::default());
        let root = TrackParams { max_deciding: 4, ..preset.root };
        assert_eq!(Chain::governance(), GovernanceParams { root, spend_period: preset.spend_period, ..default });
    });
}

/// JSON of serde_json has numbers of 64 bits; larger ones are put into the text.
fn with_coins(replaced: &[(&str, u128)]) -> Vec<u8> {
    let mut config: Value = serde_json::from_slice(&development_json()).unwrap();
    for (position, (pointer, _)) in replaced.iter().enumerate() {
        let value = config.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} is not in genesis"));
        *value = json!(format!("#{position}#"));
    }
    let mut text = config.to_string();
    for (position, (_, coins)) in replaced.iter().enumerate() {
        text = text.replace(&format!("\"#{position}#\""), &coins.to_string());
    }
    text.into_bytes()
}

#[test]
fn more_coins_than_can_be_counted_are_an_error_and_do_not_wrap() {
    let build = |replaced: &[(&str, u128)]| {
        let mut answer = Ok(());
        sp_io::TestExternalities::default().execute_with(|| answer = build_state(&with_coins(replaced)));
        answer
    };
    let refused = |replaced: &[(&str, u128)], field: &str| {
        let error = build(replaced).expect_err("it is accepted");
        let allowed = format!("allowed are {MAX_COINS} for all accounts together");
        assert!(error.contains(field) && error.ends_with(&allowed), "{error:?}");
    };
    let (first, second) = ("/balances/balances/0/1", "/balances/balances/1/1");
    refused(&[(first, u128::MAX)], "balances.balances[0]");
    refused(&[(first, MAX_COINS + 1)], "balances.balances[0]");
    refused(&[(first, MAX_COINS / 2 + 1), (second, MAX_COINS / 2)], "balances.balances[1]");
    // Two sums that wrap to a few coins.
    refused(&[(first, 1 << 127), (second, 1 << 127)], "balances.balances[0]");
    refused(&[(second, u128::MAX - COIN)], "balances.balances[1]");

    // Stakes of more than anybody has, whose sum would wrap.
    for stakes in [[u128::MAX, u128::MAX], [1 << 127, 1 << 127], [MAX_COINS, COIN]] {
        let [alice, bob] = stakes;
        let error = build(&[("/poswStake/stakes/0/1", alice), ("/poswStake/stakes/1/1", bob)]).unwrap_err();
        assert!(error.starts_with("poswStake: "), "{error:?}");
        assert!(error.contains("has a balance of 1000000000000000000, its stakes and key need"), "{error:?}");
    }
}

#[test]
fn the_most_coins_at_the_largest_bonus_are_counted_exactly() {
    let mut config: Value = serde_json::from_slice(&development_json()).unwrap();
    config["poswStake"]["params"]["lockBonus"] = json!(10_000_000_000u64);
    config["poswStake"]["stakes"].as_array_mut().unwrap().truncate(1);
    config["balances"]["balances"].as_array_mut().unwrap().truncate(1);
    config["balances"]["balances"][0][1] = json!("#balance#");
    config["poswStake"]["stakes"][0][1] = json!("#stake#");
    let stake = MAX_COINS - COIN;
    let text = config.to_string().replace("\"#balance#\"", &MAX_COINS.to_string());
    let text = text.replace("\"#stake#\"", &stake.to_string());
    sp_io::TestExternalities::default().execute_with(|| {
        build_state(text.as_bytes()).unwrap();
        let network: NetworkState = call("PoswApi_network", ());
        assert_eq!((network.staked, network.total_weight), (stake, 11 * stake));
        check_state();
    });
    // With all rewards that a chain of 2^32 blocks can have.
    let most =
        MAX_COINS.checked_add(posw_primitives::params::MAX_SUBSIDY << 32).and_then(|coins| coins.checked_mul(11));
    assert!(most.is_some());
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

//! Genesis: stakes and keys from the first block on, and the checks before.

use crate::{mock::*, GenesisConfig, Parameters};
use frame_support::traits::StorageVersion;
use sp_core::sr25519;

fn genesis() -> GenesisConfig<Test> {
    GenesisConfig { params: params(), stakes: vec![(account(1), 1_000, 30)], keys: vec![] }
}

#[test]
fn genesis_stakes_count_from_the_first_block_on() {
    Chain::new().staked(1, 1_000, 80).staked(1, 500, 30).staked(2, 700, 30).run(|| {
        assert_eq!((weight(&account(1)), weight(&account(2)), PoswStake::total_weight()), (2_000, 700, 2_700));
        assert_eq!(PoswStake::staked(), 2_200);
        // Their locks run from block 0.
        run_to(89);
        assert_eq!(PoswStake::total_weight(), 2_200);
    });
}

#[test]
fn genesis_keys_seal_the_first_block() {
    Chain::new().key(1, sr25519::Public::from_raw([7; 32])).run(|| {
        assert_eq!(PoswStake::claims_for(&account(1)).sealing_key, [7; 32]);
        block(&account(1));
    });
}

#[test]
fn nothing_panics_on_empty_storage() {
    sp_io::TestExternalities::default().execute_with(|| {
        assert_eq!(Parameters::<Test>::get(), crate::types::default_params());
        start(&NOBODY);
        finish();
        assert_eq!(PoswStake::claims_for(&account(1)).factor, posw_primitives::Factor::ONE);
    });
}

#[test]
fn the_defaults_are_in_range() {
    let candidate = posw_primitives::Params { stake: crate::types::default_params(), ..all_params() };
    assert_eq!(candidate.check(), Ok(()));
    fn all_params() -> posw_primitives::Params {
        let mut params = Chain::new().build().execute_with(<AllParams as sp_core::Get<_>>::get);
        params.rewards.maturity = 100;
        params
    }
}

#[test]
fn checks_name_the_field_the_value_and_what_is_allowed() {
    assert_eq!(genesis().check(), Ok(()));
    let error = |change: fn(&mut GenesisConfig<Test>)| {
        let mut genesis = genesis();
        change(&mut genesis);
        genesis.check().unwrap_err()
    };
    let small = error(|genesis| genesis.stakes[0].1 = 99);
    assert!(small.starts_with("poswStake.stakes[0] of "), "{small}");
    assert!(small.ends_with("the amount is 99, allowed is at least 100"), "{small}");
    assert!(error(|genesis| genesis.stakes[0].2 = 29).ends_with("the lock is 29, allowed is 30..=130"));
    assert!(error(|genesis| genesis.stakes[0].2 = 131).ends_with("the lock is 131, allowed is 30..=130"));
    let many = error(|genesis| genesis.stakes = vec![(account(1), 100, 30); 5]);
    assert!(many.ends_with("the number of deposits is 5, allowed is at most 4"), "{many}");
    let key = sr25519::Public::from_raw([7; 32]);
    assert!(error(|genesis| genesis.keys = vec![(account(1), sr25519::Public::from_raw([7; 32])); 2])
        .contains("there are two keys of"));
    let one_each = GenesisConfig::<Test> { keys: vec![(account(1), key), (account(2), key)], ..genesis() };
    assert_eq!(one_each.check(), Ok(()));
}

#[test]
fn stakes_and_keys_must_be_funded() {
    let genesis = genesis();
    assert_eq!(genesis.check_funded(|_| 1_010, 10), Ok(()));
    let error = genesis.check_funded(|_| 1_009, 10).unwrap_err();
    assert!(error.ends_with("has a balance of 1009, its stakes and key need 1010"), "{error}");
    let keys = vec![(account(1), sr25519::Public::from_raw([7; 32]))];
    let both = GenesisConfig::<Test> { keys, ..genesis };
    assert_eq!(both.check_funded(|_| 1_010, 10), Ok(()));
    let only_key = GenesisConfig::<Test> { stakes: vec![], ..both };
    assert_eq!(only_key.check_funded(|_| 10, 10), Ok(()));
    assert!(only_key.check_funded(|_| 0, 10).is_err());
}

#[test]
#[should_panic(expected = "poswStake: cannot hold the stake of 1000000")]
fn a_stake_without_coins_does_not_build() {
    Chain::new().staked(1, FUNDS, 30).build();
}

#[test]
fn unknown_fields_are_refused() {
    type Genesis = GenesisConfig<Test>;
    let json = serde_json::to_string(&genesis()).unwrap();
    assert!(serde_json::from_str::<Genesis>(&json).is_ok());
    let unknown = json.replacen("{\"params\"", "{\"parms\":1,\"params\"", 1);
    let error = serde_json::from_str::<Genesis>(&unknown).err().unwrap().to_string();
    assert!(error.contains("unknown field `parms`"), "{error}");
    assert!(json.contains("\"epochLength\":10"), "{json}");
}

#[test]
fn the_storage_version_is_1() {
    Chain::new().run(|| assert_eq!(StorageVersion::get::<PoswStake>(), 1));
}

#[test]
fn constants_fit_together() {
    Chain::new().run(<PoswStake as frame_support::traits::Hooks<u64>>::integrity_test);
}

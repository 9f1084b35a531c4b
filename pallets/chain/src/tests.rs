mod governance;

use crate::{self as pallet_chain, *};
use frame_support::{
    assert_noop, assert_ok, derive_impl,
    traits::Get,
    weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight, WeightToFee},
};
use frame_system::EnsureRoot;
use sp_consensus_posw::EndOfBlock;
use sp_runtime::{BuildStorage, DispatchError};

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(RuntimeCall, RuntimeEvent, RuntimeError, RuntimeOrigin, RuntimeTask, RuntimeViewFunction)]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;

    #[runtime::pallet_index(1)]
    pub type Chain = pallet_chain;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlock<Self>;
}

impl Config for Test {
    type ParamsOrigin = EnsureRoot<u64>;
    type GovernanceOrigin = EnsureRoot<u64>;
    type WeightInfo = ();
}

pub(crate) fn new_test_ext() -> sp_io::TestExternalities {
    let mut ext: sp_io::TestExternalities = RuntimeGenesisConfig::default().build_storage().unwrap().into();
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Runs a test, then checks the invariants.
fn run(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        assert_ok!(Chain::check_state());
    });
}

fn other() -> ChainParams {
    ChainParams {
        ss58_prefix: 7,
        existential_deposit: 11,
        fee_per_second: 13,
        fee_per_byte: 17,
        deposit_per_item: 19,
        deposit_per_byte: 23,
    }
}

#[test]
fn a_change_waits_for_the_epochs_end_and_is_announced() {
    run(|| {
        let old = ChainParams::default();
        assert_ok!(Chain::set_params(RuntimeOrigin::root(), other()));
        System::assert_last_event(Event::ParamsScheduled { old, new: other() }.into());
        Chain::end_of_block(1, false);
        assert_eq!(Chain::current_parameters(), (old, Some(other())));
        Chain::end_of_block(2, true);
        System::assert_last_event(Event::ParamsApplied { old, new: other() }.into());
        assert_eq!(Chain::current_parameters(), (other(), None));
        let events = System::events().len();
        Chain::end_of_block(3, true);
        assert_eq!(System::events().len(), events);
    });
}

#[test]
fn the_last_call_in_an_epoch_wins() {
    run(|| {
        assert_ok!(Chain::set_params(RuntimeOrigin::root(), ChainParams { fee_per_byte: 1, ..other() }));
        assert_ok!(Chain::set_params(RuntimeOrigin::root(), other()));
        Chain::end_of_block(1, true);
        assert_eq!(Parameters::<Test>::get(), other());
    });
}

#[test]
fn only_the_origin_may_change_them() {
    run(|| {
        assert_noop!(Chain::set_params(RuntimeOrigin::signed(1), other()), DispatchError::BadOrigin);
    });
}

#[test]
fn each_field_out_of_range_has_its_error() {
    let above = 10u128.pow(21) + 1;
    let wrong = [
        (ChainParams { ss58_prefix: 16_384, ..other() }, Error::<Test>::Ss58PrefixOutOfRange, "ss58Prefix is 16384"),
        (
            ChainParams { existential_deposit: 0, ..other() },
            Error::ExistentialDepositOutOfRange,
            "is 0, allowed is 1..=",
        ),
        (
            ChainParams { existential_deposit: above, ..other() },
            Error::ExistentialDepositOutOfRange,
            "existentialDeposit",
        ),
        (ChainParams { fee_per_second: above, ..other() }, Error::FeePerSecondOutOfRange, "feePerSecond"),
        (ChainParams { fee_per_byte: above, ..other() }, Error::FeePerByteOutOfRange, "feePerByte"),
        (ChainParams { deposit_per_item: above, ..other() }, Error::DepositPerItemOutOfRange, "depositPerItem"),
        (ChainParams { deposit_per_byte: above, ..other() }, Error::DepositPerByteOutOfRange, "depositPerByte"),
    ];
    run(|| {
        for (params, error, message) in wrong {
            assert_noop!(Chain::set_params(RuntimeOrigin::root(), params), error);
            let refused = GenesisConfig::<Test> { params, ..Default::default() }.check().unwrap_err();
            assert!(refused.contains(message), "{refused}");
        }
    });
}

#[test]
fn genesis_sets_them_and_refuses_unknown_fields() {
    let json = serde_json::json!({ "params": other() });
    let genesis: GenesisConfig<Test> = serde_json::from_value(json.clone()).unwrap();
    assert_ok!(genesis.check());
    let storage = RuntimeGenesisConfig { chain: genesis, ..Default::default() }.build_storage().unwrap();
    sp_io::TestExternalities::from(storage).execute_with(|| assert_eq!(Parameters::<Test>::get(), other()));
    let mut unknown = json;
    unknown["params"]["feePerBit"] = 1.into();
    let error = serde_json::from_value::<GenesisConfig<Test>>(unknown).err().unwrap();
    assert!(error.to_string().contains("feePerBit"), "{error}");
}

#[test]
fn other_pallets_read_them() {
    run(|| {
        Parameters::<Test>::put(other());
        assert_eq!(Ss58Prefix::<Test>::get(), 7);
        assert_eq!(ExistentialDeposit::<Test>::get(), 11);
        assert_eq!(Deposit::<Test, 2, 3>::get(), 2 * 19 + 3 * 23);
        assert_eq!(WeightFee::<Test>::weight_to_fee(&Weight::from_parts(3 * WEIGHT_REF_TIME_PER_SECOND, 5)), 39);
        assert_eq!(ByteFee::<Test>::weight_to_fee(&Weight::from_parts(100, 0)), 1_700);
    });
}

#[test]
fn state_with_parameters_out_of_range_is_noticed() {
    let wrong = ChainParams { existential_deposit: 0, ..other() };
    new_test_ext().execute_with(|| {
        Parameters::<Test>::put(wrong);
        assert!(Chain::check_state().is_err());
    });
    new_test_ext().execute_with(|| {
        PendingParams::<Test>::put(wrong);
        assert!(Chain::check_state().is_err());
    });
}

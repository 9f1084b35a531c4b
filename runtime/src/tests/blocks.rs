//! Blocks: claims, stakes, parameters, fees and rewards (SPEC section 4, check 6; sections 6 to 10).

use super::chain::*;
use crate::{constants::COIN, AllPalletsWithSystem, PoswStake, Rewards, Runtime, RuntimeCall, TxExtension};
use codec::Encode;
use frame_support::{
    traits::{OnInitialize, PalletInfoAccess, PalletsInfoAccess},
    weights::Weight,
};
use pallet_transaction_payment::RuntimeDispatchInfo;
use posw_primitives::{CompactBits, Factor, StakeParams};
use sp_consensus_posw::{AccountState, NetworkState, Plausibility};
use sp_keyring::Sr25519Keyring::{Alice, Charlie, Ferdie};
use sp_runtime::traits::TransactionExtension;
use std::panic::{catch_unwind, AssertUnwindSafe};

#[test]
fn the_claims_are_checked_before_anything_else() {
    // Hooks run in this order.
    let names: Vec<_> = AllPalletsWithSystem::infos().iter().map(|pallet| pallet.name).collect();
    assert_eq!(names[..4], ["System", "Chain", "Balances", PoswStake::name()]);
    // Those before it have nothing to do when a block starts.
    run(|| {
        let before = sp_io::storage::root(sp_runtime::StateVersion::V1);
        assert_eq!(<(crate::Chain, crate::Balances)>::on_initialize(1), Weight::zero());
        assert_eq!(sp_io::storage::root(sp_runtime::StateVersion::V1), before);
    });
}

#[test]
fn a_block_with_any_false_claim_is_refused_by_the_runtime() {
    run(|| {
        mine_to(Alice, 3);
        let honest = claims(Alice);
        let mut false_claims = vec![honest; 4];
        false_claims[0].bits = CompactBits::POW_LIMIT;
        false_claims[1].factor = Factor::clamped(u128::from(honest.factor.billionths()) + 1);
        false_claims[2].sealing_key = [7; 32];
        false_claims[3].miner = Ferdie.to_account_id().into();
        for claims in &false_claims {
            assert!(catch_unwind(AssertUnwindSafe(|| build(claims, &[]))).is_err(), "{claims:?} is built on");
        }
        // A modified client can build what it likes; the block does not execute.
        let block = build(&honest, &[]);
        for claims in &false_claims {
            let mut block = block.clone();
            block.header.digest.logs[0] = sp_consensus_posw::claims_item(claims);
            assert!(catch_unwind(AssertUnwindSafe(|| execute(block))).is_err(), "{claims:?} is executed");
        }
    });
}

#[test]
fn an_empty_block_is_the_one_that_is_built_in_steps() {
    run(|| {
        for miner in [Alice, Ferdie, Alice] {
            let block = empty_block(miner);
            assert_eq!(block, build(&claims(miner), &[]));
            execute(block);
        }
    });
}

#[test]
fn all_pallets_work_together_over_epochs() {
    run(|| {
        let mut boosted = 0;
        for number in 1..=65 {
            let miner = [Alice, Ferdie][number % 2];
            boosted += u32::from(claims(miner).factor > Factor::ONE);
            mine(miner);
            check_state();
        }
        assert!(boosted > 20, "a genesis stake boosts blocks: {boosted}");
        let network: NetworkState = call("PoswApi_network", ());
        assert_eq!((network.epoch.index, network.epoch.start), (6, 60));
        assert_eq!(network.difficulty, network.base_bits.work());
        assert!(network.lead_cap > Factor::clamped(2_000_000_000), "the lead cap climbs: {}", network.lead_cap);
        let plausibility: Plausibility = call("PoswApi_plausibility", ());
        assert_eq!(plausibility.anchor.height, 1);
    });
}

#[test]
fn a_stake_counts_after_its_activation() {
    run(|| {
        mine_to(Alice, 12);
        let lock = PoswStake::parameters().min_lock;
        let stake = pallet_posw_stake::Call::<Runtime>::stake { amount: 500 * COIN, lock };
        mine_with(Alice, &[signed(Charlie, 0, 0, stake)]);
        let state = || call::<AccountState>("PoswApi_account", Charlie.to_account_id());
        let deposit = state().deposits.remove(0);
        assert_eq!((deposit.amount, deposit.active_from, deposit.lock_end), (500 * COIN, 3, 13 + lock));
        mine_to(Alice, 28);
        assert_eq!(state().weight, 0);
        mine_to(Alice, 29);
        assert_eq!(state().weight, 500 * COIN, "for block 30, the first of epoch 3");
        mine_to(Alice, 34);
        assert!(claims(Charlie).factor > Factor::ONE);
        mine(Charlie);
    });
}

#[test]
fn parameters_change_at_the_end_of_an_epoch() {
    run(|| {
        mine_to(Alice, 12);
        let old = PoswStake::parameters();
        let new = StakeParams { horizon: 50, ..old };
        let call: RuntimeCall = pallet_posw_stake::Call::<Runtime>::set_params { params: new }.into();
        mine_with(Alice, &[signed(Alice, 0, 0, pallet_sudo::Call::sudo { call: call.into() })]);
        let network = || self::call::<NetworkState>("PoswApi_network", ());
        assert_eq!(network().pending.map(|params| params.stake), Some(new));
        mine_to(Alice, 18);
        assert_eq!(network().params.stake, old);
        mine_to(Alice, 19);
        assert_eq!((network().params.stake, network().pending), (new, None));
    });
}

#[test]
fn fees_and_tips_reach_the_miner_at_maturity() {
    run(|| {
        let dest = Charlie.to_account_id().into();
        let transfer = pallet_balances::Call::<Runtime>::transfer_keep_alive { dest, value: COIN };
        let before = balance(&Ferdie.to_account_id());
        mine_with(Ferdie, &[signed(Alice, 0, 5 * COIN, transfer)]);
        let maturity = Rewards::parameters().maturity;
        mine_to(Alice, maturity);
        assert_eq!(balance(&Ferdie.to_account_id()), before);
        mine(Alice);
        let earned = balance(&Ferdie.to_account_id()) - before;
        // 45 of 50 coins of subsidy, the tip of 5, and four fifths of a fee of some thousandths.
        assert!(earned > 50 * COIN && earned < 50 * COIN + COIN / 10, "{earned}");
    });
}

#[test]
fn a_transfer_costs_thousandths_of_a_coin() {
    run(|| {
        let dest = Charlie.to_account_id().into();
        let transfer = signed(Alice, 0, 0, pallet_balances::Call::<Runtime>::transfer_keep_alive { dest, value: COIN });
        let length = u32::try_from(transfer.encoded_size()).unwrap();
        let info: RuntimeDispatchInfo<u128> = call("TransactionPaymentApi_query_info", (transfer, length));
        assert!((COIN / 1_000..COIN / 100).contains(&info.partial_fee), "{}", info.partial_fee);
    });
}

#[test]
fn clients_can_read_the_metadata_they_know() {
    run(|| {
        assert_eq!(call::<Vec<u32>>("Metadata_metadata_versions", ()), [14, 15, 16]);
        let extensions: Vec<_> = TxExtension::metadata().iter().map(|extension| extension.identifier).collect();
        // What @polkadot/api, polkadot-api and substrate-interface know; one that they do not know would end signing.
        let known = [
            "CheckNonZeroSender",
            "CheckSpecVersion",
            "CheckTxVersion",
            "CheckGenesis",
            "CheckMortality",
            "CheckNonce",
            "CheckWeight",
            "ChargeTransactionPayment",
            "CheckMetadataHash",
        ];
        assert_eq!(extensions, known);
    });
}

//! Calls of our pallets need an origin: nobody can fill the pool with extrinsics that no account pays for.

use super::chain::*;
use crate::{Executive, Runtime, RuntimeCall, UncheckedExtrinsic};
use frame_support::traits::GetCallMetadata;
use sp_core::{sr25519, H256};
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use sp_runtime::{
    transaction_validity::{
        InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError, UnknownTransaction,
    },
    ApplyExtrinsicResult, DispatchError,
};

/// One of each of our pallets' calls; most would succeed for the right origin.
fn calls() -> Vec<RuntimeCall> {
    type Chain = pallet_chain::Call<Runtime>;
    type Difficulty = pallet_difficulty::Call<Runtime>;
    type Rewards = pallet_rewards::Call<Runtime>;
    type Stake = pallet_posw_stake::Call<Runtime>;
    let stake = crate::PoswStake::parameters();
    let (account, lock, amount) = (Alice.to_account_id(), stake.min_lock, stake.min_weight);
    vec![
        Chain::set_params { params: crate::Chain::parameters() }.into(),
        Chain::set_governance { params: Box::new(crate::Chain::governance()) }.into(),
        Difficulty::set_params { params: crate::Difficulty::parameters() }.into(),
        Rewards::set_params { params: crate::Rewards::parameters() }.into(),
        Stake::stake { amount, lock }.into(),
        Stake::relock { deposit: 0, lock }.into(),
        Stake::unlock { deposit: 0 }.into(),
        Stake::withdraw { account: account.clone(), deposit: 0 }.into(),
        Stake::set_sealing_key { key: Bob.public(), proof: sr25519::Signature::from_raw([1; 64]) }.into(),
        Stake::clear_sealing_key {}.into(),
        Stake::set_params { params: stake }.into(),
        Stake::slash { account, deposit: 0, amount }.into(),
    ]
}

/// What the pool says to an extrinsic.
fn pool(extrinsic: &UncheckedExtrinsic) -> Vec<TransactionValidity> {
    let sources = [TransactionSource::External, TransactionSource::Local, TransactionSource::InBlock];
    let ask = |source| call("TaggedTransactionQueue_validate_transaction", (source, extrinsic, H256::zero()));
    sources.into_iter().map(ask).collect()
}

/// What a block says to an extrinsic, and what that changes beside the System pallet's notes on the block.
fn in_block(extrinsic: &UncheckedExtrinsic) -> (ApplyExtrinsicResult, bool) {
    let header = build(&claims(Alice), &[]).header;
    in_transaction(false, || {
        Executive::initialize_block(&header);
        let before = state();
        let result = Executive::apply_extrinsic(extrinsic.clone());
        (result, state() != before)
    })
}

/// All keys and values of pallets, System apart.
fn state() -> Vec<(Vec<u8>, Vec<u8>)> {
    let next = |key: &Vec<u8>| sp_io::storage::next_key(key);
    std::iter::successors(next(&Vec::new()), next)
        .filter(|key| !key.starts_with(b":") && !key.starts_with(&sp_io::hashing::twox_128(b"System")))
        .map(|key| (key.clone(), sp_io::storage::get(&key).expect("the key exists").to_vec()))
        .collect()
}

#[test]
fn the_list_of_calls_is_complete() {
    run(|| {
        for pallet in ["Chain", "PoswStake", "Difficulty", "Rewards"] {
            let mut listed: Vec<_> = calls()
                .iter()
                .map(GetCallMetadata::get_call_metadata)
                .filter(|call| call.pallet_name == pallet)
                .map(|call| call.function_name)
                .collect();
            let mut names = RuntimeCall::get_call_names(pallet).to_vec();
            listed.sort();
            names.sort();
            assert_eq!(listed, names, "{pallet}");
        }
    });
}

#[test]
fn bare_extrinsics_of_our_pallets_are_refused() {
    run(|| {
        mine(Alice);
        for call in calls() {
            let extrinsic = UncheckedExtrinsic::new_bare(call.clone());
            let unknown = TransactionValidityError::Unknown(UnknownTransaction::NoUnsignedValidator);
            assert_eq!(pool(&extrinsic), vec![Err(unknown); 3], "{call:?}");
            // The SDK leaves it to a block's miner to include extrinsics without an origin; they fail and change nothing.
            assert_eq!(in_block(&extrinsic), (Ok(Err(DispatchError::BadOrigin)), false), "{call:?}");
        }
    });
}

#[test]
fn extrinsics_with_extensions_but_no_signature_are_refused() {
    run(|| {
        mine(Alice);
        for call in calls() {
            let extrinsic = UncheckedExtrinsic::new_transaction(call.clone(), extension(Alice, 0, 0));
            let unknown = TransactionValidityError::Invalid(InvalidTransaction::UnknownOrigin);
            assert_eq!(pool(&extrinsic), vec![Err(unknown); 3], "{call:?}");
            assert_eq!(in_block(&extrinsic), (Err(unknown), false), "{call:?}");
        }
    });
}

#[test]
fn a_signature_is_what_makes_the_difference() {
    run(|| {
        mine(Alice);
        let stake = signed(Alice, 0, 0, calls().swap_remove(4));
        assert!(pool(&stake)[..2].iter().all(Result::is_ok));
        assert_eq!(in_block(&stake), (Ok(Ok(())), true));
    });
}

//! Signed transactions of the development accounts.

use super::rpc::Rpc;
use codec::{Decode, Encode};
use frame_support::traits::PalletInfoAccess;
use frame_system::Phase;
use serde_json::json;
use sp_core::H256;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{generic::Era, DispatchError, MultiAddress, MultiSignature};
use stakework_runtime::{
    Runtime, RuntimeCall, RuntimeEvent, SignedPayload, System, TxExtension, UncheckedExtrinsic, VERSION,
};

/// A transfer, signed and in hex.
pub(crate) fn transfer(rpc: &Rpc, from: Sr25519Keyring, to: Sr25519Keyring, value: u128) -> String {
    let dest = MultiAddress::Id(to.to_account_id());
    signed(rpc, from, pallet_balances::Call::<Runtime>::transfer_keep_alive { dest, value }.into())
}

/// A call, signed with the account's next nonce and in hex.
pub(crate) fn signed(rpc: &Rpc, from: Sr25519Keyring, call: RuntimeCall) -> String {
    let nonce = rpc.call("system_accountNextIndex", &[json!(from.to_account_id())]);
    let nonce = u32::try_from(nonce.as_u64().expect("a nonce is a number")).expect("a nonce has 32 bits");
    signed_with_nonce(rpc, from, call, nonce)
}

/// A call, signed with a nonce and in hex.
pub(crate) fn signed_with_nonce(rpc: &Rpc, from: Sr25519Keyring, call: RuntimeCall, nonce: u32) -> String {
    let account = from.to_account_id();
    let genesis = rpc.genesis_hash();
    let extension: TxExtension = (
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckEra::from(Era::Immortal),
        frame_system::CheckNonce::from(nonce),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(0),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
    );
    let implicit = ((), VERSION.spec_version, VERSION.transaction_version, genesis, genesis, (), (), (), None);
    let payload = SignedPayload::from_raw(call.clone(), extension.clone(), implicit);
    let signature = payload.using_encoded(|payload| from.sign(payload));
    let extrinsic =
        UncheckedExtrinsic::new_signed(call, MultiAddress::Id(account), MultiSignature::Sr25519(signature), extension);
    array_bytes::bytes2hex("0x", extrinsic.encode())
}

/// Submits a transaction.
///
/// # Errors
/// What the node answers.
pub(crate) fn submit(rpc: &Rpc, extrinsic: &str) -> Result<serde_json::Value, serde_json::Value> {
    rpc.try_call("author_submitExtrinsic", &[json!(extrinsic)])
}

/// What became of a transaction: `None` until it is in a block of the best chain, then success or the error's name.
pub(crate) fn outcome(rpc: &Rpc, extrinsic: &str) -> Option<Result<(), String>> {
    let best = rpc.best_number();
    (best.saturating_sub(64).max(1)..=best).rev().find_map(|number| {
        let hash = rpc.block_hash(number)?;
        let block = rpc.call("chain_getBlock", &[json!(hash)]);
        let index = block["block"]["extrinsics"].as_array()?.iter().position(|found| found == extrinsic)?;
        outcome_at(rpc, hash, u32::try_from(index).ok()?)
    })
}

fn outcome_at(rpc: &Rpc, block: H256, index: u32) -> Option<Result<(), String>> {
    type Records = Vec<frame_system::EventRecord<RuntimeEvent, H256>>;
    let key = frame_support::storage::storage_prefix(System::name().as_bytes(), b"Events");
    let records: Records = rpc.storage_at(&key, block)?;
    records.into_iter().filter(|record| record.phase == Phase::ApplyExtrinsic(index)).find_map(|record| {
        match record.event {
            RuntimeEvent::System(frame_system::Event::ExtrinsicSuccess { .. }) => Some(Ok(())),
            RuntimeEvent::System(frame_system::Event::ExtrinsicFailed { dispatch_error, .. }) => {
                Some(Err(error_name(dispatch_error)))
            }
            _ => None,
        }
    })
}

/// A pallet's error by its name.
fn error_name(error: DispatchError) -> String {
    match error {
        DispatchError::Module(module) => {
            let bytes = [&[module.index][..], &module.error].concat();
            let named = stakework_runtime::RuntimeError::decode(&mut &bytes[..]);
            named.map_or_else(|_| format!("{module:?}"), |named| format!("{named:?}"))
        }
        other => format!("{other:?}"),
    }
}

//! Signed transactions of the development accounts.

use super::rpc::Rpc;
use codec::{Decode, Encode};
use frame_support::traits::PalletInfoAccess;
use frame_system::Phase;
use serde_json::json;
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    generic::{self, Era},
    traits::TransactionExtension,
    DispatchError, MultiAddress,
};
use stakework_runtime::{Address, Runtime, RuntimeCall, RuntimeEvent, Signature, System, TxExtension};

/// A transaction with a call of any runtime.
type Signed<Call> = generic::UncheckedExtrinsic<Address, Call, Signature, TxExtension>;

/// A transfer, signed and in hex.
pub(crate) fn transfer(rpc: &Rpc, from: Sr25519Keyring, to: Sr25519Keyring, value: u128) -> String {
    let dest = MultiAddress::Id(to.to_account_id());
    signed(rpc, from, pallet_balances::Call::<Runtime>::transfer_keep_alive { dest, value }.into())
}

/// A call, signed with the account's next nonce and in hex.
pub(crate) fn signed(rpc: &Rpc, from: Sr25519Keyring, call: RuntimeCall) -> String {
    signed_encoded(rpc, from, call)
}

/// As [`signed`], for calls that the runtime of this build need not know.
pub(crate) fn signed_encoded(rpc: &Rpc, from: Sr25519Keyring, call: impl Encode) -> String {
    let nonce = rpc.call("system_accountNextIndex", &[json!(from.to_account_id())]);
    let nonce = u32::try_from(nonce.as_u64().expect("a nonce is a number")).expect("a nonce has 32 bits");
    signed_with_nonce(rpc, from, call, nonce)
}

/// As [`signed_encoded`], with this nonce.
pub(crate) fn signed_with_nonce(rpc: &Rpc, from: Sr25519Keyring, call: impl Encode, nonce: u32) -> String {
    let genesis = rpc.genesis_hash();
    let version = rpc.version();
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
    let implicit: <TxExtension as TransactionExtension<RuntimeCall>>::Implicit =
        ((), version.spec, version.transaction, genesis, genesis, (), (), (), None);
    // What is longer is hashed before it is signed.
    let signature = (&call, &extension, implicit).using_encoded(|payload| match payload.len() {
        ..=256 => from.sign(payload),
        _ => from.sign(&blake2_256(payload)),
    });
    let (address, signature) = (Address::Id(from.to_account_id()), Signature::Sr25519(signature));
    let extrinsic = Signed::new_signed(call, address, signature, extension);
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
    events(rpc, extrinsic)?.into_iter().find_map(|event| match event {
        RuntimeEvent::System(frame_system::Event::ExtrinsicSuccess { .. }) => Some(Ok(())),
        RuntimeEvent::System(frame_system::Event::ExtrinsicFailed { dispatch_error, .. }) => {
            Some(Err(error_name(dispatch_error)))
        }
        _ => None,
    })
}

/// The events of a transaction: `None` until it is in a block of the best chain.
pub(crate) fn events(rpc: &Rpc, extrinsic: &str) -> Option<Vec<RuntimeEvent>> {
    let best = rpc.best_number();
    (best.saturating_sub(64).max(1)..=best).rev().find_map(|number| {
        let hash = rpc.block_hash(number)?;
        let block = rpc.call("chain_getBlock", &[json!(hash)]);
        let index = block["block"]["extrinsics"].as_array()?.iter().position(|found| found == extrinsic)?;
        events_at(rpc, hash, u32::try_from(index).ok()?)
    })
}

fn events_at(rpc: &Rpc, block: H256, index: u32) -> Option<Vec<RuntimeEvent>> {
    type Records = Vec<frame_system::EventRecord<RuntimeEvent, H256>>;
    let key = frame_support::storage::storage_prefix(System::name().as_bytes(), b"Events");
    let records: Records = rpc.storage_at(&key, block)?;
    let of_it = records.into_iter().filter(|record| record.phase == Phase::ApplyExtrinsic(index));
    Some(of_it.map(|record| record.event).collect())
}

/// A pallet's error by its name.
pub(crate) fn error_name(error: DispatchError) -> String {
    match error {
        DispatchError::Module(module) => {
            let bytes = [&[module.index][..], &module.error].concat();
            let named = stakework_runtime::RuntimeError::decode(&mut &bytes[..]);
            named.map_or_else(|_| format!("{module:?}"), |named| format!("{named:?}"))
        }
        other => format!("{other:?}"),
    }
}

//! Runtime upgrades on running chains: followed by all, or refused.

use crate::common::{
    extrinsic,
    network::Three,
    process::{turn, Node},
    rpc::Rpc,
    spec::{factor, Spec, BOOST},
    wait::until,
};
use frame_support::traits::{PalletInfoAccess, StorageVersion};
use posw_primitives::{Curve, Factor, StakeParams};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_keyring::Sr25519Keyring::{Alice, Eve};
use sp_version::{embed::embed_runtime_version, RuntimeVersion};
use stakework_next_runtime::{SPEC_VERSION, WASM};
use stakework_runtime::{PoswStake, Runtime, RuntimeCall, RuntimeEvent, Sudo, VERSION};
use std::time::Duration;

/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(180);
/// Blocks of an epoch that outlasts the test, so that changes of the parameters stay pending.
pub(super) const EPOCH: u32 = 1_000;

type SystemCall = frame_system::Call<Runtime>;

/// Submits a transaction and waits until it is in a block.
///
/// # Errors
/// The name of the error that the call ended with.
fn executed(rpc: &Rpc, extrinsic: &str) -> Result<(), String> {
    extrinsic::submit(rpc, extrinsic).unwrap_or_else(|error| panic!("the pool refuses the transaction: {error}"));
    until("the transaction is in a block", SOON, || extrinsic::outcome(rpc, extrinsic))
}

/// Alice has `call` executed as root.
pub(super) fn as_root(rpc: &Rpc, call: impl Into<RuntimeCall>) {
    let sudo = pallet_sudo::Call::<Runtime>::sudo { call: Box::new(call.into()) };
    assert_eq!(executed(rpc, &extrinsic::signed(rpc, Alice, sudo.into())), Ok(()));
}

fn authorize(rpc: &Rpc, code: &[u8]) {
    as_root(rpc, SystemCall::authorize_upgrade { code_hash: blake2_256(code).into() });
}

/// An account that has nothing to do with it brings the code: the transaction, in hex.
fn apply(rpc: &Rpc, code: &[u8]) -> String {
    extrinsic::signed(rpc, Eve, SystemCall::apply_authorized_upgrade { code: code.to_vec() }.into())
}

/// Boost of the constant curve.
pub(super) fn boost(params: &StakeParams) -> Factor {
    match params.curve {
        Curve::Constant { boost } => boost,
        other => panic!("the curve is {other:?}"),
    }
}

#[test]
fn an_upgrade_that_changes_the_claims_is_followed_by_all_at_the_right_block() {
    let _turn = turn();
    let spec = Spec::boosted(EPOCH);
    let network = Three::start(&spec);
    let rpc = network.follower.rpc();
    let cancel = cancel_params();
    let unknown = extrinsic::submit(rpc, &extrinsic::signed_encoded(rpc, Alice, cancel));
    assert!(unknown.is_err(), "the call is known before the upgrade: {unknown:?}");

    authorize(rpc, WASM);
    let authorized = network.await_authorization();
    assert_eq!(executed(rpc, &apply(rpc, WASM)), Ok(()));
    let upgraded = network.follow_upgrade(authorized);

    let [parent, child] = [upgraded, upgraded + 1].map(|number| rpc.block_hash(number).expect("it is on the chain"));
    let key = pallet_posw_stake::Parameters::<Runtime>::hashed_key();
    let stored = |at| boost(&rpc.storage_at(&key, at).expect("there are parameters"));
    assert_eq!([stored(parent), stored(child)], [BOOST, 2 * BOOST].map(factor));
    assert_eq!(boost(&rpc.network(parent).params.stake), factor(2 * BOOST));
    let version = |at| rpc.storage_at::<u16>(&StorageVersion::storage_key::<PoswStake>(), at);
    assert_eq!([version(parent), version(child)], [Some(1), Some(2)]);

    let params = StakeParams { horizon: 30, ..rpc.network(child).params.stake };
    as_root(rpc, pallet_posw_stake::Call::set_params { params });
    let pending = || rpc.network(rpc.best().0).pending;
    until("a change is pending", SOON, || pending().filter(|pending| pending.stake == params));
    let cancelled = extrinsic::submit(rpc, &extrinsic::signed_encoded(rpc, Alice, cancel));
    cancelled.expect("the call is known after the upgrade");
    until("nothing is pending", SOON, || pending().is_none().then_some(()));
    assert_eq!(rpc.network(rpc.best().0).epoch.index, 0, "an epoch has ended");
}

/// `Sudo.sudo(PoswStake.cancel_params())`, which the next runtime has.
fn cancel_params() -> [u8; 4] {
    [Sudo::index(), 0, PoswStake::index(), 8].map(|index| index.try_into().expect("an index is a byte"))
}

#[test]
fn an_upgrade_to_another_code_than_authorized_fails_and_one_to_a_wrong_code_says_why() {
    let _turn = turn();
    let spec = Spec::boosted(EPOCH);
    let node = Node::start(&["--chain", &spec.chain(), "--alice", "--mine", "--threads", "1"]);
    let rpc = node.rpc();
    let no_code = vec![0; 100];
    assert_eq!(executed(rpc, &apply(rpc, WASM)), Err("System(NothingAuthorized)".into()));
    authorize(rpc, WASM);
    assert_eq!(executed(rpc, &apply(rpc, &no_code)), Err("System(Unauthorized)".into()));
    assert_eq!(
        rpc.authorized_code(rpc.best().0),
        Some(blake2_256(WASM).into()),
        "the authorization outlasts other code"
    );

    let same = stakework_runtime::WASM_BINARY.expect("the tests are built with the runtime's blob");
    let other_chain = RuntimeVersion { spec_name: "other".into(), spec_version: SPEC_VERSION, ..VERSION };
    let downgrade = RuntimeVersion { spec_version: VERSION.spec_version - 1, ..VERSION };
    let refused = [
        ("the same version", same.to_vec(), "SpecVersionNeedsToIncrease"),
        ("an older version", with_version(same, downgrade), "SpecVersionNeedsToIncrease"),
        ("another chain's", with_version(same, other_chain), "InvalidSpecName"),
        ("no code", no_code, "FailedToExtractRuntimeVersion"),
    ];
    for (what, code, error) in refused {
        authorize(rpc, &code);
        let transaction = apply(rpc, &code);
        // The call succeeds, and an event says that it changed nothing.
        assert_eq!(executed(rpc, &transaction), Ok(()), "{what}");
        let events = extrinsic::events(rpc, &transaction).expect("it is in a block");
        let reasons: Vec<_> = events.into_iter().filter_map(rejection).collect();
        assert_eq!(reasons, [(blake2_256(&code).into(), format!("System({error})"))], "{what}");
        assert_eq!(rpc.authorized_code(rpc.best().0), None, "{what}: the authorization is used up");
    }

    let last = rpc.best_number();
    until("the chain goes on", SOON, || (rpc.finalized_number() > last).then_some(()));
    assert_eq!(rpc.version().spec, VERSION.spec_version);
    assert!(!(1..=last).any(|number| rpc.has_new_code(number)), "the code has changed");
}

/// The code's hash and the error of an upgrade that was refused.
fn rejection(event: RuntimeEvent) -> Option<(H256, String)> {
    match event {
        RuntimeEvent::System(frame_system::Event::RejectedInvalidAuthorizedUpgrade { code_hash, error }) => {
            Some((code_hash, extrinsic::error_name(error)))
        }
        _ => None,
    }
}

/// The code with another version written into it.
fn with_version(code: &[u8], version: RuntimeVersion) -> Vec<u8> {
    use sp_maybe_compressed_blob::{compress_weakly, decompress, CODE_BLOB_BOMB_LIMIT};
    let code = decompress(code, CODE_BLOB_BOMB_LIMIT).expect("the blob can be decompressed");
    let code = embed_runtime_version(&code, version).expect("it is WASM");
    compress_weakly(&code, CODE_BLOB_BOMB_LIMIT).expect("it is not too large")
}

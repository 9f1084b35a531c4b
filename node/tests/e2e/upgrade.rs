//! Runtime upgrades on running chains: followed by all, or refused.

use crate::common::{
    extrinsic,
    process::{turn, Node},
    rpc::Rpc,
    spec::Spec,
    wait::until,
};
use frame_support::traits::{PalletInfoAccess, StorageVersion};
use posw_primitives::{Curve, Factor, StakeParams};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Eve};
use sp_runtime::DigestItem;
use sp_version::{embed::embed_runtime_version, RuntimeVersion};
use stakework_next_runtime::{SPEC_VERSION, WASM};
use stakework_runtime::{PoswStake, Runtime, RuntimeCall, RuntimeEvent, Sudo, System, VERSION};
use std::time::Duration;

/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(60);
/// Blocks that are looked at after an upgrade.
const AFTER: u32 = 12;

type SystemCall = frame_system::Call<Runtime>;

/// The boost before the upgrade of `stakework-next-runtime`, which doubles it.
pub(super) const BOOST: u64 = 5;

/// Staked miners have the factor that is the boost. Epochs are long, so that changes of the parameters stay pending.
pub(super) fn spec() -> Spec {
    let (epoch, longest) = (1_000, 10_000);
    let stake = 10_000_000_000_000_000;
    Spec::fast()
        .with_boost(BOOST)
        .with("/poswStake/params/ration", 0)
        .with("/poswStake/params/maxLead", 0)
        .with("/poswStake/params/epochLength", epoch)
        .with("/poswStake/params/minLock", 3 * epoch)
        .with("/poswStake/params/maxLock", longest)
        .with_stakes(&[(Alice, stake, longest), (Bob, stake, longest)])
}

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

fn is_authorized(rpc: &Rpc) -> bool {
    let key = frame_support::storage::storage_prefix(System::name().as_bytes(), b"AuthorizedUpgrade");
    rpc.storage_at::<(H256, bool)>(&key, rpc.best().0).is_some()
}

/// Boost of the constant curve.
pub(super) fn boost(params: &StakeParams) -> Factor {
    match params.curve {
        Curve::Constant { boost } => boost,
        other => panic!("the curve is {other:?}"),
    }
}

pub(super) fn factor(times: u64) -> Factor {
    Factor::clamped(u128::from(times) * 1_000_000_000)
}

#[test]
fn an_upgrade_that_changes_the_claims_is_followed_by_all_at_the_right_block() {
    let _turn = turn();
    let spec = spec();
    let chain = spec.chain();
    let alice = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
    let bootnode = alice.multiaddr();
    let bob = Node::start(&["--chain", &chain, "--bob", "--mine", "--threads", "1", "--bootnodes", &bootnode]);
    let follower = Node::start(&["--chain", &chain, "--bootnodes", &bootnode]);
    let nodes = [&alice, &bob, &follower];
    let rpc = follower.rpc();
    until("all nodes are on one chain", SOON, || {
        let common = nodes.iter().map(|node| node.rpc().best_number()).min().filter(|number| *number > 5)?;
        nodes.iter().all(|node| node.rpc().block_hash(common) == rpc.block_hash(common)).then_some(())
    });
    let cancel = cancel_params();
    let unknown = extrinsic::submit(rpc, &extrinsic::signed_encoded(rpc, Alice, cancel));
    assert!(unknown.is_err(), "the call is known before the upgrade: {unknown:?}");

    authorize(rpc, WASM);
    let authorized = rpc.best_number();
    until("the authorization is final", SOON, || (rpc.finalized_number() >= authorized).then_some(()));
    assert_eq!(executed(rpc, &apply(rpc, WASM)), Ok(()));
    let upgraded = until("a final block has new code", SOON, || {
        (authorized..=rpc.finalized_number()).find(|number| has_new_code(rpc, *number))
    });
    let miners = [Alice, Bob].map(|who| <[u8; 32]>::from(who.to_account_id()));
    let last = until("both miners go on", SOON * 3, || {
        let last = rpc.best_number();
        let mined: Vec<_> = (upgraded + 1..=last).map(|number| rpc.claims(number).miner).collect();
        (last >= upgraded + AFTER && miners.iter().all(|miner| mined.contains(miner))).then_some(last)
    });
    until("all nodes finalize the blocks after the upgrade", SOON * 2, || {
        nodes.iter().all(|node| node.rpc().finalized_number() >= last).then_some(())
    });
    for (node, who) in nodes.into_iter().zip(["Alice", "Bob", "the follower"]) {
        assert_eq!(node.rpc().block_hash(last), rpc.block_hash(last), "{who} is on another chain");
        assert_eq!(node.rpc().version().spec, SPEC_VERSION, "{who} runs another version");
        assert_eq!(node.metric("posw_rejected_total"), 0.0, "{who} refused a block");
    }
    assert_eq!(alice.rpc().peers(), 2, "nobody is dropped");

    // The boost doubles with the first block that the new code runs, whose parent's state does not show it yet (SPEC R4.1).
    for number in 1..=last {
        let times = if number <= upgraded { BOOST } else { 2 * BOOST };
        assert_eq!(rpc.claims(number).factor, factor(times), "block {number}; the code is in block {upgraded}");
    }
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

fn has_new_code(rpc: &Rpc, number: u32) -> bool {
    let header = rpc.block_hash(number).and_then(|hash| rpc.header(hash)).expect("it is on the best chain");
    header.digest.logs.contains(&DigestItem::RuntimeEnvironmentUpdated)
}

#[test]
fn an_upgrade_to_another_code_than_authorized_fails_and_one_to_a_wrong_code_says_why() {
    let _turn = turn();
    let spec = spec();
    let chain = spec.chain();
    let node = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
    let rpc = node.rpc();
    let no_code = vec![0; 100];
    assert_eq!(executed(rpc, &apply(rpc, WASM)), Err("System(NothingAuthorized)".into()));
    authorize(rpc, WASM);
    assert_eq!(executed(rpc, &apply(rpc, &no_code)), Err("System(Unauthorized)".into()));
    assert!(is_authorized(rpc), "the authorization outlasts other code");

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
        assert!(!is_authorized(rpc), "{what}: the authorization is used up");
    }

    let last = rpc.best_number();
    until("the chain goes on", SOON, || (rpc.finalized_number() > last).then_some(()));
    assert_eq!(rpc.version().spec, VERSION.spec_version);
    assert!(!(1..=last).any(|number| has_new_code(rpc, number)), "the code has changed");
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

//! A runtime upgrade on a running chain.

use crate::common::{
    extrinsic,
    process::{turn, Node},
    spec::Spec,
    wait::until,
};
use serde_json::json;
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::{DigestItem, Weight};
use stakework_runtime::{Runtime, RuntimeCall};
use std::time::Duration;

/// The code replaces itself: its version is the same, so no migration runs, but the block announces new code in its digest, beside
/// the items of consensus, and both nodes have to load it.
#[test]
fn a_block_with_new_code_is_imported_and_the_chain_goes_on() {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    let miner = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
    let follower = Node::start(&["--chain", &chain, "--bootnodes", &miner.multiaddr()]);
    let rpc = miner.rpc();

    let code = rpc.call("state_getStorage", &[json!(array_bytes::bytes2hex("0x", b":code"))]);
    let code = array_bytes::hex2bytes(code.as_str().expect("there is code")).expect("hex");
    let call: RuntimeCall = frame_system::Call::<Runtime>::set_code_without_checks { code }.into();
    let sudo = pallet_sudo::Call::<Runtime>::sudo_unchecked_weight { call: Box::new(call), weight: Weight::zero() };
    let extrinsic = extrinsic::signed(rpc, Alice, sudo.into());
    extrinsic::submit(rpc, &extrinsic).expect("the transaction is accepted by the pool");
    let outcome = until("the call is in a block", Duration::from_secs(60), || extrinsic::outcome(rpc, &extrinsic));
    assert_eq!(outcome, Ok(()));

    let has_new_code = |number: &u32| {
        let header = rpc.block_hash(*number).and_then(|hash| rpc.header(hash)).expect("it is on the best chain");
        header.digest.logs.contains(&DigestItem::RuntimeEnvironmentUpdated)
    };
    let upgraded = until("a block on the best chain has new code", Duration::from_secs(30), || {
        (1..=rpc.best_number()).find(&has_new_code)
    });
    let beyond = upgraded + 5;
    for (node, who) in [(&miner, "the miner"), (&follower, "the follower")] {
        until(&format!("{who} finalizes blocks beyond the new code"), Duration::from_secs(120), || {
            (node.rpc().finalized_number() > beyond).then_some(())
        });
    }
    assert_eq!(follower.rpc().block_hash(upgraded), rpc.block_hash(upgraded));
    assert_eq!(follower.rpc().block_hash(beyond), rpc.block_hash(beyond));
}

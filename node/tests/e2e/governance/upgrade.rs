//! The runtime is upgraded: the second story of `docs/governance.md`, on three nodes.

use super::{
    proposed, spec,
    tool::{file, governance, governed},
    voted, SOON,
};
use crate::common::{network::Three, process::turn, wait::until};
use sp_keyring::Sr25519Keyring::Eve;
use stakework_next_runtime::{SPEC_VERSION, WASM};

#[test]
fn the_runtime_is_upgraded_by_vote_on_three_nodes() {
    let _turn = turn();
    let spec = spec(1_000);
    let network = Three::start(&spec);
    let follower = &network.follower;
    let rpc = follower.rpc();
    // `PoswStake.cancel_params`, which the next runtime has.
    let new_call = ["propose", "call", "0x0308", "--track", "consensusParameters", "--dry-run"];
    let unknown = governance(&follower.ws_url(), &new_call);
    assert!(unknown.err.contains("no encoded call of this chain"), "{}", unknown.err);

    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let code = file(&folder, "next.wasm", WASM);
    let proposed = proposed(follower, &["upgrade", &code]);
    assert_eq!(proposed.told("proposal")["specVersion"], SPEC_VERSION);
    // The tool goes on when a transaction is in a block, which a reorganisation may still replace.
    until("the referendum and its deposit are final", SOON, || {
        (rpc.nonce(&Eve.to_account_id(), rpc.finalized()) == 2).then_some(())
    });
    voted(follower, &proposed);
    let authorized = network.await_authorization();
    let applied = governed(follower, &["enact", "0", &code, "--from", "//Dave"]).told("upgraded");
    assert_eq!(applied["specVersion"], SPEC_VERSION);
    network.follow_upgrade(authorized);

    let known = governance(&follower.ws_url(), &new_call);
    assert!(known.err.contains("poswStake.NothingPending"), "{}", known.err);
    let again = governance(&follower.ws_url(), &["enact", "0", &code, "--from", "//Dave"]);
    assert!(again.err.contains("no upgrade is authorized any more"), "{}", again.err);
}

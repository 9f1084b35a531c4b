//! What the tool refuses, and what it says then.

use super::{
    miner, spec,
    tool::{address, file, governed, refused},
};
use crate::common::process::turn;
use serde_json::json;
use sp_keyring::Sr25519Keyring::One;

#[test]
fn governance_tool_says_why() {
    let _turn = turn();
    let spec = spec(10).with("/chain/governance/smallSpender/decisionPeriod", 4);
    let node = miner(&spec);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let same = file(&folder, "same.wasm", stakework_runtime::WASM_BINARY.expect("the tests are built with the blob"));
    let garbage = file(&folder, "garbage.wasm", b"no code at all");
    let change = |assignment| ["propose", "set-parameter", assignment, "--dry-run"];

    refused(&node, &change("stake.boost=2"), 1, "stake.boost is no parameter; allowed are stake.epochLength, ");
    refused(
        &node,
        &change("stake.horizon=0"),
        1,
        "stake.horizon is 0 blocks, which the chain refuses: poswStake.HorizonOutOfRange",
    );
    refused(&node, &change("stake.maxBoost=10000.1"), 1, "stake.maxBoost is 10000.1, allowed is 1.0 to 10000.0");
    refused(&node, &change("stake.horizon=many"), 1, "stake.horizon is 'many', allowed is a number");
    refused(
        &node,
        &change("chain.governance.root.minApproval=0.4"),
        1,
        "chain.governance.root.minApproval is 0.4, which the chain refuses: chain.MinApprovalOutOfRange (Root)",
    );
    let deeper =
        ["propose", "set-parameter", "stake.maxReorg=11", "stake.activation=3", "stake.minLock=60", "--dry-run"];
    refused(&node, &deeper, 1, "To change rewards.maturity first, use the track economicParameters");
    let tracks = ["propose", "set-parameter", "stake.horizon=9", "rewards.tail=0", "--dry-run"];
    refused(&node, &tracks, 1, "one referendum has one track");
    refused(&node, &["propose", "upgrade", &same, "--dry-run"], 1, "allowed is more than the chain's 100");
    refused(&node, &["propose", "upgrade", &garbage, "--dry-run"], 1, "holds no valid WebAssembly");
    // A call that only root may make: `System.remark` is for everybody, `System.set_heap_pages(0)` is not.
    let call = ["propose", "call", "0x00010000000000000000", "--track", "consensusParameters", "--dry-run"];
    refused(&node, &call, 1, "calls of the track consensusParameters may not do that (BadOrigin)");
    refused(&node, &["watch", "7"], 1, "REF is 7, allowed is none: there are no referenda yet");
    refused(
        &node,
        &["propose", "spend", &address(One), "1"],
        2,
        "propose is signed: give --from //NAME or --key-file FILE",
    );
    refused(&node, &["parameters", "--from", "bottom drive obey"], 2, "--from is for development accounts");
    refused(
        &node,
        &["support", "0", "--amount", "1", "--conviction", "7", "--from", "//Bob"],
        2,
        "--conviction is '7', allowed is 0 to 6",
    );

    // One that nobody votes on.
    let proposed = governed(&node, &["propose", "spend", &address(One), "1", "--no-deposit", "--from", "//Eve"]);
    assert!(proposed.all_told("deposited").is_empty());
    refused(&node, &["enact", "0", "--from", "//Eve"], 1, "referendum 0 is under way");
    refused(&node, &["return", "0", "--from", "//Eve"], 1, "referendum 0 is under way");
    refused(&node, &["watch", "1"], 1, "REF is 1, allowed is 0 to 0");
    let all = ["support", "0", "--amount", "4000000", "--from", "//Bob"];
    refused(&node, &all, 1, "have to stay free for fees");
    governed(&node, &["deposit", "0", "--from", "//Dave"]);
    refused(&node, &["watch", "0"], 1, "referendum 0 is Rejected since block ");
    refused(
        &node,
        &["enact", "0", "--from", "//Eve"],
        1,
        "it did not have enough votes or support when its time was over",
    );
    refused(
        &node,
        &["support", "0", "--amount", "1", "--from", "//Bob"],
        1,
        "referendum 0 is over: Rejected in block ",
    );
    let returned = governed(&node, &["return", "0", "--from", "//Eve"]);
    let refunded: Vec<_> =
        returned.all_told("refunded").into_iter().map(|deposit| deposit["deposit"].clone()).collect();
    assert_eq!(refunded, [json!("decision")], "the submission deposit of a rejected referendum stays");
}

//! Referenda that others end.

use super::{
    miner, passed, spec,
    tool::{address, amount, governed, refused},
    treasury, SOON,
};
use crate::common::{
    process::{turn, Node},
    wait::until,
};
use serde_json::{json, Value};
use sp_keyring::Sr25519Keyring::{Dave, One};

#[test]
fn referenda_are_cancelled_and_killed_by_vote() {
    let _turn = turn();
    // Decisions outlast the test, and the treasury gets nothing but deposits.
    let spec = spec(10)
        .with("/chain/governance/smallSpender/decisionPeriod", 10_000)
        .with("/rewards/params/treasuryShare", 0)
        .with("/rewards/params/treasuryFeeShare", 0);
    let node = miner(&spec);
    let (rpc, dave) = (node.rpc(), Dave.to_account_id());
    let pot = || rpc.balances(&treasury()).free;
    let at_first = pot();
    // What is deposited for a referendum, and for its preimage.
    let [cancelled, killed] = ["1", "2"].map(|coins| {
        let proposed = governed(&node, &["propose", "spend", &address(One), coins, "--from", "//Dave"]);
        let [told, deposited] = ["proposal", "deposited"].map(|event| proposed.told(event));
        let [submission, preimage] = ["submissionDeposit", "preimageDeposit"].map(|name| amount(&told[name]));
        (submission + amount(&deposited["amount"]), preimage)
    });
    assert_eq!(rpc.balances(&dave).reserved, cancelled.0 + cancelled.1 + killed.0 + killed.1);
    until("both are being decided", SOON, || {
        let listed = governed(&node, &["list"]).all_told("referendum");
        let stages: Vec<_> = listed.iter().map(|referendum| &referendum["stage"]).collect();
        (stages == [&json!("deciding"); 2]).then_some(())
    });

    let proposed = passed(&node, &["cancel", "0"]);
    assert_eq!(proposed.told("proposal")["track"], "referendumCanceller");
    refused(&node, &["watch", "0"], 1, "referendum 0 is Cancelled since block ");
    assert_eq!(returned(&node, "0"), [json!("decision"), json!("submission")]);
    assert_eq!(rpc.balances(&dave).reserved, killed.0 + killed.1, "all deposits of the cancelled one are back");

    let proposed = passed(&node, &["kill", "1"]);
    assert_eq!(proposed.told("proposal")["track"], "referendumKiller");
    refused(&node, &["watch", "1"], 1, "referendum 1 is Killed since block ");
    assert_eq!(rpc.balances(&dave).reserved, killed.1);
    assert_eq!(pot(), at_first + killed.0, "the treasury has the deposits for the killed one");
    assert!(returned(&node, "1").is_empty());
    assert_eq!(rpc.balances(&dave).reserved, 0);
}

/// Takes back what a referendum has bound of Dave's coins, its preimage with it; the deposits for the referendum among them.
fn returned(node: &Node, reference: &str) -> Vec<Value> {
    let returned = governed(node, &["return", reference, "--from", "//Dave"]);
    returned.told("unnoted");
    returned.all_told("refunded").into_iter().map(|mut deposit| deposit["deposit"].take()).collect()
}

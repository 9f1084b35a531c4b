//! A parameter changes: the first story of `docs/governance.md`.

use super::{
    miner, passed, spec,
    tool::{amount, governed, number},
    SOON,
};
use crate::common::{
    process::{turn, Node},
    spec::{factor, BOOST},
    wait::until,
};
use serde_json::{json, Value};
use sp_keyring::Sr25519Keyring::{Alice, Eve};

#[test]
fn the_boost_changes_by_vote() {
    const NEW: u64 = 3;
    let _turn = turn();
    let spec = spec(10);
    let node = miner(&spec);
    let (rpc, eve) = (node.rpc(), Eve.to_account_id());
    assert_eq!(parameter(&node, "stake.curve.boost"), json!("5000000000"));

    let change = ["set-parameter", "stake.curve.boost=3", "stake.horizon=50"];
    let plan = governed(&node, &[&["propose"], &change[..], &["--dry-run"]].concat()).told("proposal");
    assert_eq!(plan["track"], "consensusParameters");
    let changes = json!([["stake.curve.boost", "5.0", "3.0"], ["stake.horizon", "20 blocks", "50 blocks"]]);
    assert_eq!(sorted(&plan["changes"]), sorted(&changes));
    let earliest = &plan["earliest"];
    let [decision, enactment] = ["decision", "enactment"].map(|stage| number(&earliest[stage]));
    assert_eq!([decision, enactment], [3, 3 + 3 + 2].map(|blocks| number(&plan["head"]) + blocks));
    assert!(number(&earliest["inForce"]) > enactment && number(&earliest["inForce"]).is_multiple_of(10), "{earliest}");
    assert_eq!(governed(&node, &["list"]).all_told("none").len(), 1, "a dry run sends nothing");
    assert_eq!(rpc.balances(&eve).reserved, 0);

    let told = passed(&node, &change).told("proposal");
    assert_eq!(told["hash"], plan["hash"]);
    let deposits = ["submissionDeposit", "decisionDeposit", "preimageDeposit"].map(|name| amount(&told[name]));
    assert_eq!(rpc.balances(&eve).reserved, deposits.iter().sum::<u128>(), "{deposits:?}");

    let enacted = governed(&node, &["enact", "0"]).told("parameters");
    let from = number(&enacted["fromBlock"]);
    assert_eq!((from % 10, &enacted["replaced"]), (0, &json!(false)));
    assert!((1..=10).contains(&(from - number(&enacted["enacted"]))), "{enacted}");
    until("blocks of the next epoch are mined", SOON, || (rpc.best_number() > from + 5).then_some(()));
    // A block's state is about its child: the change is announced from its enactment on, and in force for the epoch's first
    // block.
    let network = |number| rpc.network(rpc.block_hash(number).expect("the block is known"));
    for block in number(&enacted["enacted"])..from - 1 {
        let pending = network(block).pending.expect("the change is announced");
        assert_eq!((pending.stake.horizon, network(block).params.stake.horizon), (50, 20), "block {block}");
    }
    assert_eq!((network(from - 1).params.stake.horizon, network(from - 1).pending), (50, None));
    for block in from - 3..from + 5 {
        let times = if block < from { BOOST } else { NEW };
        assert_eq!(rpc.claims(block).factor, factor(times), "block {block}; the epoch begins with {from}");
    }
    let account = rpc.account(&Alice.to_account_id(), rpc.best().0);
    assert_eq!((account.boost, account.factor), (factor(NEW), factor(NEW)));
    assert_eq!(parameter(&node, "stake.curve.boost"), json!("3000000000"));

    let returned = governed(&node, &["return", "0", "--from", "//Eve"]);
    assert_eq!((returned.all_told("refunded").len(), returned.all_told("unnoted").len()), (2, 1));
    assert_eq!(rpc.balances(&eve).reserved, 0, "all deposits are back");
    let returned = governed(&node, &["return", "0", "--from", "//Bob"]).told("unvoted");
    assert_eq!(returned["track"], 10);
}

/// The value of a parameter in force, in the smallest unit.
fn parameter(node: &Node, name: &str) -> Value {
    let all = governed(node, &["parameters"]).all_told("parameter");
    all.into_iter().find(|parameter| parameter["name"] == name).expect("the parameter is told")["value"].take()
}

/// A list in JSON by its texts, for comparison without its order.
fn sorted(list: &Value) -> Vec<String> {
    let mut texts: Vec<_> = list.as_array().expect("a list").iter().map(Value::to_string).collect();
    texts.sort();
    texts
}

//! Two groups of nodes that do not see each other, and then do.

use crate::common::{
    extrinsic,
    process::{turn, Node},
    rpc::Rpc,
    spec::Spec,
    wait::until,
};
use posw_primitives::U256;
use serde_json::json;
use sp_keyring::Sr25519Keyring::{Bob, Dave};
use std::time::Duration;

/// Sum of the base work of the blocks above `fork`.
fn work_above(rpc: &Rpc, fork: u32) -> U256 {
    let blocks = fork + 1..=rpc.best_number();
    blocks.map(|number| rpc.claims(number).bits.work()).fold(U256::zero(), |sum, work| sum + work)
}

fn connect(one: &Node, other: &Node) {
    one.rpc().call("system_addReservedPeer", &[json!(other.multiaddr())]);
}

#[test]
fn a_healed_partition_converges_on_the_chain_with_more_base_work() {
    let _turn = turn();
    // Finality is deeper than the partition is long; Alice's factor lets her side run ahead. Nodes started with
    // `--reserved-only` know nobody until they are told, so the sides are apart from genesis on.
    let spec = Spec::fast()
        .with("/poswStake/params/maxReorg", 60)
        .with("/poswStake/params/activation", 7)
        .with("/poswStake/params/minLock", 80)
        .with("/poswStake/params/ration", 0)
        .with("/poswStake/params/maxLead", 0)
        .with("/rewards/params/maturity", 60)
        .with("/poswStake/params/unbonding", 60);
    let chain = spec.chain();
    let side = |miner: &str| {
        let common = ["--chain", &chain, "--reserved-only", "--rpc-methods", "unsafe"];
        Node::start(&[&common[..], &[miner, "--mine", "--threads", "1"]].concat())
    };
    let (a, b) = (side("--alice"), side("--ferdie"));
    // A transfer that only the losing side sees.
    let transfer = extrinsic::transfer(b.rpc(), Bob, Dave, 7_000_000_000_000);
    let before = b.rpc().free_balance(&Dave.to_account_id());
    b.rpc().call("author_submitExtrinsic", &[json!(transfer)]);
    until("the transfer is in a block of the losing side", Duration::from_secs(60), || {
        (b.rpc().free_balance(&Dave.to_account_id()) > before).then_some(())
    });
    assert_eq!(a.rpc().free_balance(&Dave.to_account_id()), before, "the sides are not cut apart");

    let common = |a: &Node, b: &Node| {
        let mut number = a.rpc().best_number().min(b.rpc().best_number());
        while a.rpc().block_hash(number) != b.rpc().block_hash(number) {
            number -= 1;
        }
        number
    };
    let fork = common(&a, &b);
    until("Alice's side leads by the work of three blocks", Duration::from_secs(120), || {
        let margin = a.rpc().claims(fork + 1).bits.work() * 3;
        (b.rpc().best_number() > fork && work_above(a.rpc(), fork) > work_above(b.rpc(), fork) + margin).then_some(())
    });
    let winner = a.rpc().best();

    connect(&a, &b);
    connect(&b, &a);
    until("both sides are on the heavier chain", Duration::from_secs(60), || {
        (b.rpc().block_hash(winner.1.number) == Some(winner.0)).then_some(())
    });
    until("the loser's transaction is on the winner's chain", Duration::from_secs(60), || {
        (a.rpc().free_balance(&Dave.to_account_id()) > before).then_some(())
    });
    assert!(b.metric("posw_reorgs_total") >= 1.0, "the reorganisation is not counted");
}

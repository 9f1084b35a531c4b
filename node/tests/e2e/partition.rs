//! Five nodes that are cut apart into three and two, mine on, and meet again.

use crate::common::{
    extrinsic,
    nodes::{await_shared_block, start_alike},
    process::{turn, Node},
    rpc::Rpc,
    spec::Spec,
    wait::until,
};
use posw_primitives::U256;
use serde_json::json;
use sp_keyring::Sr25519Keyring::{Bob, Dave};
use std::time::Duration;

/// A side of three and one of two: a miner, and who follows it.
fn start_sides(chain: &str) -> [Vec<Node>; 2] {
    // Only peers that the test names.
    let common = ["--chain", chain, "--reserved-only", "--rpc-methods", "unsafe"];
    let mut followers = start_alike(3, &common);
    let rest = followers.split_off(2);
    // Last, so that they do not mine for long before they meet.
    [("--alice", followers), ("--ferdie", rest)].map(|(miner, followers)| {
        let miner = Node::start(&[&common[..], &[miner, "--mine", "--threads", "1"]].concat());
        [vec![miner], followers].into_iter().flatten().collect()
    })
}

/// Every pair of a node of `one` and a node of `other`, both ways.
fn pairs<'a>(one: &'a [Node], other: &'a [Node]) -> impl Iterator<Item = (&'a Node, &'a Node)> {
    one.iter().flat_map(move |a| other.iter().flat_map(move |b| [(a, b), (b, a)]))
}

/// Every pair of nodes, both ways.
fn pairs_among(nodes: &[Node]) -> impl Iterator<Item = (&Node, &Node)> {
    (1..nodes.len()).flat_map(|index| pairs(&nodes[index - 1..index], &nodes[index..]))
}

fn connect_all<'a>(pairs: impl Iterator<Item = (&'a Node, &'a Node)>) {
    pairs.for_each(|(one, other)| one.connect_to(other));
}

/// Number of the last block that both have on their best chains.
fn last_common(a: &Rpc, b: &Rpc) -> u32 {
    let mut number = a.best_number().min(b.best_number());
    while a.block_hash(number) != b.block_hash(number) {
        number -= 1;
    }
    number
}

/// Sum of the base work of the blocks above `fork`.
fn work_above(rpc: &Rpc, fork: u32) -> U256 {
    let blocks = fork + 1..=rpc.best_number();
    blocks.map(|number| rpc.claims(number).bits.work()).fold(U256::zero(), |sum, work| sum + work)
}

#[test]
fn a_healed_partition_converges_on_the_chain_with_more_base_work() {
    let _turn = turn();
    // Finality is deeper than the partition is long; Alice's factor lets her side run ahead.
    let spec = Spec::fast()
        .with_boost(5)
        .with_max_reorg(100)
        .with("/poswStake/params/ration", 0)
        .with("/poswStake/params/maxLead", 0);
    let chain = spec.chain();
    let [one, mut other] = start_sides(&chain);
    let (a, b) = (one[0].rpc(), &other[0].rpc().clone());
    connect_all(pairs_among(&one).chain(pairs_among(&other)).chain(pairs(&one, &other)));
    let have_peers = |nodes: &[Node], number| nodes.iter().all(|node| node.rpc().peers() == number);
    until("everybody knows everybody", Duration::from_secs(180), || {
        (have_peers(&one, 4) && have_peers(&other, 4)).then_some(())
    });
    await_shared_block(one.iter().chain(&other), 5, Duration::from_secs(180));

    pairs(&one, &other).for_each(|(node, peer)| node.disconnect_from(peer));
    until("the sides are cut apart", Duration::from_secs(30), || {
        (have_peers(&one, 2) && have_peers(&other, 1)).then_some(())
    });
    // A transfer that only the losing side sees.
    let before = b.balances(&Dave.to_account_id()).free;
    let transfer = extrinsic::transfer(b, Bob, Dave, 7_000_000_000_000);
    b.call("author_submitExtrinsic", &[json!(transfer)]);
    until("the transfer is in a block of the losing side", Duration::from_secs(120), || {
        (other[1].rpc().balances(&Dave.to_account_id()).free > before).then_some(())
    });
    assert_eq!(a.balances(&Dave.to_account_id()).free, before, "the sides are not cut apart");

    let fork = last_common(a, b);
    until("Alice's side leads by the work of three blocks", Duration::from_secs(120), || {
        if a.best_number() == fork {
            return None;
        }
        let margin = a.claims(fork + 1).bits.work() * 3;
        (work_above(a, fork) > work_above(b, fork) + margin).then_some(())
    });
    let winner = a.best();

    connect_all(pairs(&one, &other));
    until("all nodes are on the heavier chain", Duration::from_secs(180), || {
        let switched = |node: &Node| node.rpc().block_hash(winner.1.number) == Some(winner.0);
        one.iter().chain(&other).all(switched).then_some(())
    });
    until("the loser's transaction is on the winner's chain", Duration::from_secs(180), || {
        (one[2].rpc().balances(&Dave.to_account_id()).free > before).then_some(())
    });
    assert!(other[0].metric("posw_reorgs_total") >= 1.0, "the reorganisation is not counted");

    // With finality just behind the best block, the losing fork is cut off, and what the node keeps about it goes.
    other[0].restart_with(&["--finality-depth", "1", "-lposw=debug"]);
    connect_all(pairs(&one[..1], &other[..1]));
    until("the losing fork is forgotten", Duration::from_secs(180), || {
        let forgotten = other[0].log().contains("blocks that finality cuts off");
        (forgotten && other[0].rpc().finalized_number() > fork).then_some(())
    });
}

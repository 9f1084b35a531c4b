//! Several nodes on one chain.

use crate::common::{
    process::{turn, Node},
    spec::Spec,
    wait::until,
};
use sp_keyring::Sr25519Keyring::Bob;
use std::time::Duration;

#[test]
fn a_fresh_node_syncs_from_genesis_and_mines() {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    let miner = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
    let boot = miner.multiaddr();
    let followers = [(); 2].map(|()| Node::start(&["--chain", &chain, "--bootnodes", &boot]));
    until("20 blocks are mined", Duration::from_secs(120), || (miner.rpc().best_number() >= 20).then_some(()));
    until("the followers follow", Duration::from_secs(180), || {
        followers.iter().all(|node| node.rpc().best_number() >= 20).then_some(())
    });

    let fresh = Node::start(&["--chain", &chain, "--bob", "--mine", "--threads", "1", "--bootnodes", &boot]);
    until("a fresh node has the others' chain", Duration::from_secs(180), || {
        let (hash, header) = fresh.rpc().best();
        let agreed = followers.iter().chain([&miner]).all(|node| node.rpc().block_hash(header.number) == Some(hash));
        (header.number >= 20 && agreed).then_some(())
    });
    let bob = <[u8; 32]>::from(Bob.to_account_id());
    until("a block of the fresh node is on the others' chain", Duration::from_secs(180), || {
        let rpc = miner.rpc();
        (1..=rpc.best_number()).rev().find(|number| rpc.claims(*number).miner == bob)
    });
    until("a fresh node finalizes", Duration::from_secs(180), || {
        let finalized = fresh.rpc().finalized_number();
        (finalized >= 10 && fresh.rpc().block_hash(finalized) == miner.rpc().block_hash(finalized)).then_some(())
    });
}

//! A chain of thousands of blocks: synchronised while it is mined; with pruned states, and with all of them.

use crate::common::{
    process::{turn, Node},
    spec::Spec,
    wait::until,
};
use serde_json::{json, Value};
use std::{fs, time::Duration};

/// States that the pruning nodes keep below the finalized block.
const KEPT: u32 = 64;
/// So many blocks behind the best one the database gives up states although they are not final.
const GIVEN_UP: u32 = 4_096;
/// Blocks of the chain: to a node that has fetched all of them at once, the state of the block that is final by then, genesis, is
/// gone.
const BLOCKS: u32 = GIVEN_UP + KEPT + 240;
/// How long thousands of blocks may take on a busy machine.
const LONG: Duration = Duration::from_secs(300);

#[test]
fn a_long_chain_is_synchronised_while_it_is_mined_and_its_states_are_pruned() {
    let _turn = turn();
    let spec = Spec::rapid();
    let (chain, kept) = (spec.chain(), KEPT.to_string());
    let mining = ["--chain", &chain, "--alice", "--mine", "--threads", "1", "--rpc-methods", "unsafe"];
    let mut miner = Node::start(&[&mining[..], &["--state-pruning", &kept]].concat());
    let boot = miner.multiaddr();
    until("there is something to fetch", LONG, || (miner.rpc().best_number() >= BLOCKS / 4).then_some(()));
    let fetch = |states: &str| Node::start(&["--chain", &chain, "--bootnodes", &boot, "--state-pruning", states]);
    let (mut archive, pruning) = (fetch("archive"), fetch(&kept));
    let then = until("the others synchronise", LONG, || {
        let have_begun = [&archive, &pruning].iter().all(|node| node.rpc().best_number() > 0);
        have_begun.then(|| miner.rpc().best_number())
    });
    let goal = BLOCKS.max(then + BLOCKS / 4);
    until("mining goes on meanwhile, and the chain is long", LONG, || {
        (miner.rpc().best_number() >= goal).then_some(())
    });
    miner.rpc().call("posw_setMining", &[json!(false)]);
    let depth = miner.rpc().network(miner.rpc().best().0).params.stake.max_reorg;
    until("all have the same chain, and it is final", LONG, || {
        let (best, header) = miner.rpc().best();
        let is_final = |node: &Node| node.rpc().finalized_number() + depth == header.number;
        [&miner, &archive, &pruning].iter().all(|node| node.rpc().best().0 == best && is_final(node)).then_some(())
    });

    let finalized = miner.rpc().finalized_number();
    for number in [1, 100, finalized - KEPT / 2, finalized] {
        let (answer, expected) = number_in_state(&archive, number);
        assert_eq!(answer, Ok(expected), "the state of block {number}");
    }
    for node in [&miner, &pruning] {
        for number in [finalized - KEPT / 2, finalized] {
            let (answer, expected) = number_in_state(node, number);
            assert_eq!(answer, Ok(expected), "the state of block {number}");
        }
        // Those above may still be there: nothing is pruned beyond a state that somebody looks at until the next block is final.
        for number in [1, finalized / 2] {
            let error = number_in_state(node, number).0.expect_err("a state that should be gone");
            assert!(error.to_string().contains("State already discarded"), "block {number}: {error}");
        }
    }

    // The database writes its tables at the latest when it is closed. That of a node which has fetched the chain has had room for
    // the states that were not final then.
    let [all, pruned] = [&mut archive, &mut miner].map(|node| {
        assert!(node.interrupt().success());
        size_of_states(node)
    });
    let sizes = format!("bytes of states: {all} where all are kept to {finalized}, {pruned} where {KEPT} are");
    println!("{sizes}");
    // Much of what is left after pruning is genesis, with the code of the runtime, and room in the tables.
    assert!(all > 2 * pruned, "{sizes}");
}

/// What a node answers when it is asked for the number of a block in the state of that block, and what it should.
fn number_in_state(node: &Node, number: u32) -> (Result<Value, Value>, Value) {
    let hash = node.rpc().block_hash(number).expect("it is on the best chain");
    let key = frame_support::storage::storage_prefix(b"System", b"Number");
    let answer = node.rpc().try_call("state_getStorage", &[json!(array_bytes::bytes2hex("0x", key)), json!(hash)]);
    (answer, json!(array_bytes::bytes2hex("0x", number.to_le_bytes())))
}

/// Bytes of the files in which the database has the states: the tables of its column 1.
fn size_of_states(node: &Node) -> u64 {
    let chains = fs::read_dir(node.base_path().join("chains")).expect("the chain has a folder");
    let tables = chains.flatten().next().expect("the chain has a folder").path().join("paritydb/full");
    let files = fs::read_dir(tables).expect("the database has a folder").flatten();
    let states = files.filter(|file| file.file_name().to_string_lossy().starts_with("table_01_"));
    states.map(|file| file.metadata().expect("it can be read").len()).sum()
}

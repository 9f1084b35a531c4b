//! The miner among five nodes is killed again and again, at moments that nobody chooses: its database stays whole.

use crate::common::{
    extrinsic,
    nodes::{await_shared_block, knowing, start_alike},
    process::{turn, Node},
    rpc::Rpc,
    spec::Spec,
    wait::until,
};
use sp_io::hashing::blake2_256;
use sp_keyring::Sr25519Keyring::{Bob, Dave};
use stakework_runtime::RuntimeCall;
use std::{
    env, fs,
    time::{Duration, Instant, SystemTime},
};

/// Kills, unless the environment variable `POSW_CRASHES` asks for another number.
const KILLS: u32 = 5;
/// The node is killed within this time of its start.
const LIFE: Duration = Duration::from_secs(4);
/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(120);
/// Transfers between two kills.
const TRANSFERS: u32 = 10;

#[test]
fn a_node_that_is_killed_at_random_moments_loses_no_database() {
    let _turn = turn();
    let kills = env::var("POSW_CRASHES").map_or(KILLS, |kills| kills.parse().expect("POSW_CRASHES is a number"));
    let seed = env::var("POSW_SEED").map_or_else(|_| random(), |seed| seed.parse().expect("POSW_SEED is a number"));
    eprintln!("POSW_SEED={seed}");

    let spec = Spec::fast();
    let chain = spec.chain();
    let first = Node::start(&["--chain", &chain]);
    let mut peers = start_alike(3, &["--chain", &chain, "--bootnodes", &first.multiaddr()]);
    peers.push(first);
    let mine = ["--chain", &chain, "--alice", "--mine", "--threads", "1"];
    let mut node = Node::start(&knowing(&peers, &mine));
    until("the first block is final", SOON, || (node.rpc().finalized_number() > 0).then_some(()));

    let (mut lost, mut away) = (Vec::new(), Vec::new());
    for kill in 0..kills {
        // From the peers they come again to a node that has lost them.
        (0..TRANSFERS).for_each(|index| transfer(peers[0].rpc(), kill * TRANSFERS + index));
        std::thread::sleep(moment(seed, kill));
        let (finalized, best) = (node.rpc().finalized_number(), node.rpc().best_number());
        node.kill();
        let killed = Instant::now();
        become_somebody_else(&node);
        node.restart();
        away.push(killed.elapsed());

        let kept = best_at_start(&node.log());
        lost.push(best.saturating_sub(kept));
        eprintln!("kill {kill}: block {best}, {finalized} final; back after {:?} with block {kept}", killed.elapsed());
        assert!(kept >= finalized, "{kept} is all that is left of {best} blocks, of which {finalized} were final");
        goes_on(&node, &peers);
    }
    until("every transfer is in a block", SOON, || {
        let rpc = node.rpc();
        (rpc.nonce(&Bob.to_account_id(), rpc.best().0) == kills * TRANSFERS).then_some(())
    });
    eprintln!(
        "{kills} kills; blocks lost {lost:?}; seconds until RPC {:.1?}",
        away.iter().map(Duration::as_secs_f32).collect::<Vec<_>>()
    );
}

/// Expects a node that was killed to have a state, to mine, and to be on its peers' chain.
fn goes_on(node: &Node, peers: &[Node]) {
    let (rpc, start) = (node.rpc(), node.rpc().best());
    assert!(rpc.network(start.0).params.stake.max_reorg > 0, "the state of the best block cannot be read");
    until("the node mines", SOON, || (node.metric("posw_blocks_mined_total") >= 1.0).then_some(()));
    await_shared_block(peers.iter().chain([node]), start.1.number, SOON);
    let finalized = rpc.finalized_number();
    until("the peers have finalized as much", SOON, || {
        peers.iter().all(|peer| peer.rpc().finalized_number() >= finalized).then_some(())
    });
    for peer in peers {
        assert_eq!(rpc.block_hash(finalized), peer.rpc().block_hash(finalized), "a peer has another block {finalized}");
    }
    let log = node.log();
    let complaint = log.lines().find(|line| {
        let line = line.to_lowercase();
        ["corrupt", "panicked", "essential task", "finality is stuck"].iter().any(|sign| line.contains(sign))
    });
    assert_eq!(complaint, None, "the node complains after a crash");
}

/// Gives a node another name in the network. The SDK asks a node that went away in the middle of an answer for nothing during a
/// minute, then two, and bans it for the third time. Here all blocks come from this node.
fn become_somebody_else(node: &Node) {
    let key = node.base_path().join("chains/dev/network/secret_ed25519");
    fs::remove_file(&key).unwrap_or_else(|error| panic!("{}: {error}", key.display()));
}

/// Sends Bob's transfer with this nonce.
fn transfer(rpc: &Rpc, nonce: u32) {
    let dest = Dave.to_account_id().into();
    let call = RuntimeCall::from(pallet_balances::Call::transfer_keep_alive { dest, value: 1_000_000_000_000 });
    let transfer = extrinsic::signed_with_nonce(rpc, Bob, call, nonce);
    extrinsic::submit(rpc, &transfer).expect("the peer takes the transfer");
}

/// Number of the best block in the database when the node started.
fn best_at_start(log: &str) -> u32 {
    let rest = log.split("Highest known block at #").nth(1).expect("the node says which block it starts with");
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().expect("a number")
}

/// When, after its start, the node is killed.
fn moment(seed: u64, kill: u32) -> Duration {
    let hash = blake2_256(&[&seed.to_le_bytes()[..], &kill.to_le_bytes()].concat());
    LIFE.mul_f64(f64::from(u16::from_le_bytes([hash[0], hash[1]])) / f64::from(u16::MAX))
}

fn random() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
    u64::from(now.subsec_nanos())
}

//! The way back from a fork that finality has made a dead end.

use super::doctor::{Report, NO_PORTS};
use crate::common::{
    process::{run, turn, Node, POSW_NODE},
    rpc::Rpc,
    spec::Spec,
    wait::until,
};
use serde_json::{json, Value};
use sp_core::H256;
use sp_keyring::Sr25519Keyring::Bob;
use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(120);
/// Depth of finality.
const DEPTH: u32 = 4;
/// So many recoveries are killed after the one that is killed as soon as it copies.
const KILLS: u32 = 3;

/// Two miners that were on one chain, and have each finalized another one since.
struct Split {
    _spec: Spec,
    chain: String,
    winner: Node,
    loser: Node,
    /// Number of the last common block.
    fork: u32,
}

impl Split {
    fn new() -> Self {
        let spec = Spec::fast().with_max_reorg(DEPTH);
        let chain = spec.chain();
        // Only peers that the test names, as in a partition.
        let args = ["--chain", &chain, "--reserved-only", "--rpc-methods", "unsafe"];
        let miner = |who| Node::start(&[&args[..], &[who, "--mine", "--threads", "1"]].concat());
        let (winner, loser) = (miner("--alice"), miner("--bob"));
        let (a, b) = (winner.rpc(), loser.rpc());
        // They have to meet before both have finalized a block of their own.
        loser.rpc().call("posw_setMining", &[json!(false)]);
        connect(&winner, &loser);
        until("one has the other's blocks", SOON, || {
            (b.best_number() > 0 && a.block_hash(b.best_number()) == Some(b.best().0)).then_some(())
        });
        loser.rpc().call("posw_setMining", &[json!(true)]);
        until("both have the same block 5", SOON, || {
            (a.block_hash(5).is_some() && a.block_hash(5) == b.block_hash(5)).then_some(())
        });
        winner.disconnect_from(&loser);
        loser.disconnect_from(&winner);
        let fork = until("both sides finalize blocks of their own", SOON, || {
            let final_on_both = a.finalized_number().min(b.finalized_number());
            let common = (0..=final_on_both).rev().find(|number| a.block_hash(*number) == b.block_hash(*number));
            common.filter(|common| *common < final_on_both)
        });
        // The other side runs ahead: a node asks for no blocks of a chain that is shorter than its own.
        loser.rpc().call("posw_setMining", &[json!(false)]);
        Self { _spec: spec, chain, winner, loser, fork }
    }
}

fn connect(one: &Node, other: &Node) {
    one.connect_to(other);
    other.connect_to(one);
}

fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders are text")
}

/// Number and hash of the best block, and number of the finalized one, of a database that nobody has open.
fn heads(chain: &str, base: &Path) -> (u32, H256, u32) {
    let (status, out, err) = run(&["chain-info", "--chain", chain, "--base-path", text(base)]);
    assert!(status.success(), "{err}");
    let info: Value = serde_json::from_str(&out).expect("chain-info prints JSON");
    let number = |name: &str| u32::try_from(info[name].as_u64().expect("a number")).expect("the chain is short");
    let hash = serde_json::from_value(info["best_hash"].clone()).expect("a hash");
    (number("best_number"), hash, number("finalized_number"))
}

/// Runs `recover`, which has to refuse with these words.
fn refused(chain: &str, base: &Path, fork: &str, words: &str) {
    let (status, out, err) = run(&["recover", "--chain", chain, "--base-path", text(base), "--fork", fork]);
    assert!(!status.success() && err.contains(words), "no {words:?} in\n{out}\n{err}");
}

/// What the doctor says of a node that runs.
fn examined(chain: &str, node: &Node) -> Report {
    let (base, flags) = (node.base_path(), ["--chain", chain, "--rpc-url", node.rpc().url()]);
    Report::of(&[&flags[..], &["--base-path", text(&base)], &NO_PORTS].concat())
}

/// The folder of the chain below a base folder.
fn chain_folder(base: &Path) -> PathBuf {
    let mut chains = fs::read_dir(base.join("chains")).expect("there are chains");
    chains.next().expect("there is one").expect("it can be read").path()
}

fn copied(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-a").args([from, to]).status().expect("cp can be run");
    assert!(status.success(), "{} is not copied", from.display());
}

#[test]
fn a_node_that_has_finalized_a_dead_fork_comes_back() {
    let _turn = turn();
    let Split { _spec, chain, winner, mut loser, fork } = Split::new();
    let (base, url) = (loser.base_path(), winner.rpc().url().to_owned());
    refused(&chain, &base, &url, &format!("the database is open by process {}", loser.pid()));

    // They meet again, and cannot follow each other.
    connect(&winner, &loser);
    // Of another chain, and behind on this one.
    let foreign = Node::start(&["--chain", "local"]);
    let mut behind = Node::start(&["--chain", &chain, "--state-pruning", "archive"]);
    until("the loser warns of a split", SOON * 2, || {
        loser.log().contains("the way back is `posw-node recover --fork URL`").then_some(())
    });
    // That peers are ahead is no excuse for a chain that stands still, once it has for long.
    let report = until("the doctor calls the fork and the old block failures", SOON, || {
        let fails = |report: &Report| ["fork", "blocks"].iter().all(|check| report.remedy(check).is_some());
        Some(examined(&chain, &loser)).filter(fails)
    });
    let remedy = report.expect("fork", "fail", "the best blocks of 0 of 1 peers are known here");
    assert!(remedy.contains("`posw-node recover --fork URL`"), "{remedy}");
    report.expect("blocks", "fail", "no block of others came");
    let peer_id = loser.rpc().peer_id();
    assert!(loser.interrupt().success());
    let (best, best_hash, finalized) = heads(&chain, &base);
    refused(&chain, &base, &(best + 1).to_string(), "not on the best chain of this node");
    let theirs = winner.rpc().block_hash(finalized).expect("the winner is ahead");
    refused(&chain, &base, &format!("{theirs:?}"), "not on the best chain of this node");
    refused(&chain, &base, &finalized.to_string(), "nothing to recover");
    refused(&chain, &base, foreign.rpc().url(), "is a node of another chain");
    drop(foreign);
    refused(&chain, &base, behind.rpc().url(), "all of them on this node's chain: it shows no fork");
    assert!(behind.interrupt().success());
    refused(&chain, &behind.base_path(), "0", "--state-pruning is not given");
    assert_eq!(heads(&chain, &base), (best, best_hash, finalized), "a refusal changes something");

    let (status, out, err) = run(&["recover", "--chain", &chain, "--base-path", text(&base), "--fork", &url]);
    assert!(status.success(), "{out}\n{err}");
    println!("{out}");
    let fork_hash = winner.rpc().block_hash(fork).expect("the fork is known");
    assert!(out.contains(&format!("#{fork} {fork_hash:?}")), "{out}");
    assert_eq!(heads(&chain, &base), (fork, fork_hash, 0));
    refused(&chain, &base, &url, "nothing to recover");

    // Nothing is lost: what was beyond the fork can be imported again.
    let dead = chain_folder(&base).join(format!("dead-fork-{}-{best}.blocks", fork + 1));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let copy = folder.path().join("copy");
    copied(&base, &copy);
    let import = ["import-blocks", "--chain", &chain, "--base-path", text(&copy), "--binary", text(&dead)];
    let (status, _, err) = run(&import);
    assert!(status.success(), "{err}");
    assert_eq!(heads(&chain, &copy).1, best_hash, "the dead fork is another one");

    // It is started to mine, and what it mined before it meets the others would be a fork of its own again.
    loser.restart();
    assert_eq!(loser.rpc().peer_id(), peer_id, "the network key is another one");
    until("the loser waits for others", SOON, || {
        loser.log().contains("Not mining: the chain was taken back by `posw-node recover`").then_some(())
    });
    let waits = "as soon as a block of another node has come since the recovery";
    examined(&chain, &loser).expect("mining", "warn", waits);
    let info = loser.rpc().call("posw_miningInfo", &[]);
    assert_eq!((&info["held"], &info["job"], loser.rpc().best().0), (&json!(true), &Value::Null, fork_hash));
    connect(&winner, &loser);
    let rpc: &Rpc = winner.rpc();
    until("both are one network again", SOON, || {
        let finalized = loser.rpc().finalized_number();
        (finalized > fork && loser.rpc().block_hash(finalized) == rpc.block_hash(finalized)).then_some(())
    });
    until("the loser has a block on the chain of both", SOON, || {
        let best = rpc.best_number();
        let is_losers = |number: &u32| rpc.claims(*number).miner == <[u8; 32]>::from(Bob.to_account_id());
        (fork + 1..=best).rev().find(is_losers)
    });
    assert_eq!(loser.rpc().call("posw_miningInfo", &[])["held"], json!(false));
}

/// Whenever a recovery is killed, there is the old database or the new one, and the next recovery completes what it began.
#[test]
fn a_recovery_that_is_killed_loses_nothing() {
    let _turn = turn();
    let Split { _spec, chain, winner, mut loser, fork } = Split::new();
    let fork_hash = winner.rpc().block_hash(fork).expect("the fork is known");
    assert!(loser.interrupt().success());
    drop(winner);
    let base = loser.base_path();
    let (old, new) = (heads(&chain, &base), (fork, fork_hash, 0));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hash = format!("{fork_hash:?}");
    // It copies blocks when this returns. What it prints has to go somewhere.
    let recovering = |base: &Path| {
        let mut command = Command::new(POSW_NODE);
        command.args(["recover", "--chain", &chain, "--base-path", text(base), "--fork", &hash]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("it can be started");
        let mut lines = BufReader::new(process.stdout.take().expect("it is piped")).lines().map_while(Result::ok);
        let begun = lines.any(|line| line.starts_with("Blocks beyond it:"));
        assert!(begun, "recover ends early: {:?}", process.wait());
        (process, lines)
    };

    let whole = folder.path().join("whole");
    copied(&base, &whole);
    let ((mut process, mut lines), start) = (recovering(&whole), Instant::now());
    assert!(lines.any(|line| line.starts_with("Recovered:")), "it does not say what it did");
    assert!(process.wait().expect("it ends").success());
    let time = start.elapsed();
    assert_eq!(heads(&chain, &whole), new);

    // Each finds what the one before has left.
    let mut found = old;
    for kill in 0..=KILLS {
        let (mut process, _lines) = recovering(&base);
        sleep(time * kill / KILLS);
        let _ = process.kill();
        process.wait().expect("it ends");
        found = heads(&chain, &base);
        assert!(found == old || found == new, "kill {kill} left {found:?}, expected {old:?} or {new:?}");
        println!("killed after {kill}/{KILLS} of {time:?}: block {} is the best one", found.0);
        if found == new {
            break;
        }
    }
    // What is complete is not recovered again.
    let (last, out, err) = run(&["recover", "--chain", &chain, "--base-path", text(&base), "--fork", &hash]);
    assert_eq!(last.success(), found == old, "{out}\n{err}");
    assert_eq!(heads(&chain, &base), new);
    let is_known =
        |name: &String| ["keystore", "network", "paritydb"].contains(&name.as_str()) || name.ends_with(".blocks");
    let names = fs::read_dir(chain_folder(&base)).expect("the chain has a folder").flatten();
    let names = names.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let left: Vec<_> = names.filter(|name| !is_known(name)).collect();
    assert!(left.is_empty(), "{left:?} is left");

    // Whoever is alone with the chain says so.
    loser.restart();
    assert_eq!(loser.rpc().call("posw_miningInfo", &[])["held"], json!(true));
    loser.rpc().call("posw_setMining", &[json!(true)]);
    until("the chain goes on", SOON, || (loser.rpc().best_number() > fork).then_some(()));
}

#[test]
fn what_cannot_be_recovered_is_left_alone() {
    let _turn = turn();
    let spec = Spec::fast().with_max_reorg(DEPTH);
    let chain = spec.chain();
    let empty = tempfile::tempdir().expect("a temporary folder can be made");
    refused(&chain, empty.path(), "1", &format!("there is no database in {}", empty.path().display()));

    let pruning = ["--chain", &chain, "--alice", "--mine", "--threads", "1", "--blocks-pruning", "2"];
    let mut node = Node::start(&pruning);
    let first = until("the first block is mined", SOON, || node.rpc().block_hash(1));
    until("the first block is pruned", SOON, || {
        (node.rpc().finalized_number() > 4 && node.rpc().block(first).is_none()).then_some(())
    });
    assert!(node.interrupt().success());
    refused(&chain, &node.base_path(), "1", "does not have the first blocks any more (--blocks-pruning)");
}

//! `posw-miner`, as a program, at a real node.

use crate::common::{
    process::{turn, Node, POSW_NODE},
    rpc::Rpc,
    spec::Spec,
    wait::until,
};
use serde_json::{json, Value};
use sp_keyring::Sr25519Keyring::Alice;
use std::{
    collections::BTreeMap,
    net::TcpListener,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

const SOON: Duration = Duration::from_secs(90);

/// A running `posw-miner`, killed when dropped.
struct Miner(Child);

impl Miner {
    fn start(server: &str, user: &str) -> Self {
        let miner = Path::new(POSW_NODE).with_file_name("posw-miner");
        assert!(miner.exists(), "{} is built with the workspace", miner.display());
        let arguments = ["--server", server, "--user", user, "--threads", "1", "--kernel", "portable", "--json"];
        let child = Command::new(miner).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        Self(child.expect("it can be started"))
    }

    /// Asks it to end.
    fn terminate(&mut self) -> ExitStatus {
        let pid = self.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill can be run").success());
        until("the miner ends", SOON, || self.0.try_wait().expect("the child can be asked"))
    }
}

impl Drop for Miner {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Accepted shares and blocks.
#[derive(Clone, Copy, Debug, Default)]
struct Account {
    shares: u64,
    blocks: u64,
}

/// The accounts by user.
fn accounts(rpc: &Rpc) -> BTreeMap<String, Account> {
    let workers = rpc.call("posw_stratumWorkers", &[]);
    let account = |worker: &Value| {
        let number = |field: &str| worker[field].as_u64().expect("a number");
        let user = worker["user"].as_str().expect("a name");
        (user.to_string(), Account { shares: number("accepted"), blocks: number("blocks") })
    };
    workers.as_array().expect("a list").iter().map(account).collect()
}

/// Waits until both have more accepted shares and more blocks than `before`.
fn both_mine(node: &Node, before: &BTreeMap<String, Account>) -> BTreeMap<String, Account> {
    until("both miners find shares and blocks", SOON, || {
        let now = accounts(node.rpc());
        let of = |accounts: &BTreeMap<String, Account>, user: &str| accounts.get(user).copied().unwrap_or_default();
        let both = ["rig.a", "rig.b"].iter().all(|user| {
            let (before, now) = (of(before, user), of(&now, user));
            now.shares > before.shares && now.blocks > before.blocks
        });
        both.then_some(now)
    })
}

#[test]
fn two_miners_work_for_a_staked_node() {
    let _turn = turn();
    let spec = Spec::fast();
    let chain = spec.chain();
    // The node listens there again when it is restarted.
    let address =
        TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port is free").to_string();
    let args = ["--chain", &chain, "--alice", "--mine", "--threads", "0", "--stratum", &address];
    let mut node = Node::start(&[&args[..], &["--stratum-difficulty", "0.0001", "--rpc-methods", "unsafe"]].concat());
    let follower = Node::start(&["--chain", &chain, "--bootnodes", &node.multiaddr()]);

    let mut a = Miner::start(&address, "rig.a");
    let mut b = Miner::start(&format!("stratum+tcp://{address}"), "rig.b");
    let first = both_mine(&node, &BTreeMap::new());

    // Killed and started again, a miner goes on where it was.
    let pid_of_first = a.0.id();
    drop(a);
    a = Miner::start(&address, "rig.a");
    assert_ne!(a.0.id(), pid_of_first);
    until("the new miner's shares are added", SOON, || {
        (accounts(node.rpc())["rig.a"].shares > first["rig.a"].shares).then_some(())
    });

    // The node is restarted: both miners come back by themselves, and nothing of their accounts is lost.
    let before = accounts(node.rpc());
    assert!(node.interrupt().success());
    node.restart();
    // It listens at another port for its peers.
    node.connect_to(&follower);
    let after = accounts(node.rpc());
    let kept = |user: &str, then: &Account| after[user].shares >= then.shares && after[user].blocks >= then.blocks;
    assert!(before.iter().all(|(user, then)| kept(user, then)), "before {before:?}, after {after:?}");
    both_mine(&node, &after);
    assert_eq!(node.metric("posw_stratum_shares_rejected_total"), 0.0);

    assert!(a.terminate().success());
    assert!(b.terminate().success());
    let (best, header) = node.rpc().best();
    until("the other node has the chain that they have mined", SOON, || {
        (follower.rpc().block_hash(header.number) == Some(best)).then_some(())
    });
    // The stake of the node's miner boosts what they find, and the node has not hashed itself.
    let boosted = (1..=header.number).filter(|number| {
        let claims = node.rpc().claims(*number);
        assert_eq!(claims.miner, <[u8; 32]>::from(Alice.to_account_id()));
        claims.factor.billionths() > 1_000_000_000
    });
    assert!(boosted.count() > 0, "no block of {} has a boost", header.number);
    assert_eq!(node.rpc().call("posw_miningInfo", &[])["hashes"], json!(0));
}

//! `posw-miner`, as a program, at a real node.

use crate::common::{
    process::{turn, Node, POSW_NODE},
    rpc::Rpc,
    spec::Spec,
    wait::until,
};
use serde_json::json;
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

/// Accepted shares by user.
fn accepted(rpc: &Rpc) -> BTreeMap<String, u64> {
    let workers = rpc.call("posw_stratumWorkers", &[]);
    let workers = workers.as_array().expect("a list").iter();
    workers.map(|w| (w["user"].as_str().expect("a name").into(), w["accepted"].as_u64().expect("a number"))).collect()
}

/// Waits until both have more accepted shares than `before`, and both have found a block since the node was last started.
fn both_mine(node: &Node, before: &BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    until("both miners find shares and blocks", SOON, || {
        let now = accepted(node.rpc());
        let both = ["rig.a", "rig.b"].iter().all(|user| {
            now.get(*user) > before.get(*user).or(Some(&0))
                && node.log().contains(&format!("{user} has solved a block"))
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
    let mut node = Node::start(&[&args[..], &["--stratum-difficulty", "0.0001"]].concat());
    let follower = Node::start(&["--chain", &chain, "--bootnodes", &node.multiaddr()]);

    let mut a = Miner::start(&address, "rig.a");
    let mut b = Miner::start(&format!("stratum+tcp://{address}"), "rig.b");
    let shares = both_mine(&node, &BTreeMap::new());

    // Killed and started again, a miner goes on where it was.
    let pid_of_first = a.0.id();
    drop(a);
    a = Miner::start(&address, "rig.a");
    assert_ne!(a.0.id(), pid_of_first);
    until("the new miner's shares are added", SOON, || (accepted(node.rpc())["rig.a"] > shares["rig.a"]).then_some(()));

    // The node is restarted: both miners come back by themselves, and nothing of their accounts is lost.
    let shares = accepted(node.rpc());
    assert!(node.interrupt().success());
    node.restart();
    let after = accepted(node.rpc());
    assert!(shares.iter().all(|(user, shares)| after[user] >= *shares), "before {shares:?}, after {after:?}");
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

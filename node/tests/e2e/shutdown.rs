//! A node that is asked to end leaves a database that is closed.

use crate::common::{
    process::{turn, Node},
    spec::Spec,
    wait::until,
};
use serde_json::json;
use std::{
    fs,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

/// Ends of a node: in one of ten that do not wait for RPC its threads happen to be the faster ones.
const ENDS: u32 = 4;
/// Clients that call all the time.
const CLIENTS: u32 = 4;

#[test]
fn a_node_that_is_busy_with_calls_closes_its_database_before_it_ends() {
    let _turn = turn();
    let spec = Spec::fast();
    let mut node = Node::start(&["--chain", &spec.chain(), "--alice", "--mine", "--threads", "1"]);
    for end in 0..ENDS {
        let (url, answers) = (node.rpc().url().to_owned(), AtomicU32::new(0));
        let best = node.rpc().best_number();
        until("a block is mined", Duration::from_secs(180), || (node.rpc().best_number() > best).then_some(()));
        thread::scope(|scope| {
            for _ in 0..CLIENTS {
                scope.spawn(|| {
                    while is_answered(&url) {
                        answers.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            until("the node answers", Duration::from_secs(180), || {
                (answers.load(Ordering::Relaxed) > CLIENTS).then_some(())
            });
            assert!(node.interrupt().success());
        });
        assert_eq!(database_logs(&node), Vec::<String>::new(), "end {end}: what is not in the tables yet");
        node.restart();
    }
}

/// Whether a node answers a call that keeps it busy.
fn is_answered(url: &str) -> bool {
    let answer = ureq::post(url).send_json(json!({ "jsonrpc": "2.0", "id": 1, "method": "state_getMetadata" }));
    answer.is_ok_and(|answer| answer.into_string().is_ok())
}

/// The files in which the database has what it has not written to its tables yet. It removes them when it is closed.
fn database_logs(node: &Node) -> Vec<String> {
    let files = fs::read_dir(node.base_path().join("chains/dev/paritydb/full")).expect("the database has a folder");
    let names = files.flatten().map(|file| file.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("log")).collect()
}

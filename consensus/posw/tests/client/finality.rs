//! Depth finality (R5.3): the block `max_reorg` below the best one, once it was held long enough, under the import's lock.

use crate::{
    chain::Block,
    fake::{Backend, FakeClient},
    node::Node,
};
use sc_consensus_posw::DepthFinality;
use sp_blockchain::HeaderBackend;
use std::{
    future::Future,
    time::{Duration, Instant},
};
use tokio::time::{sleep, timeout};

/// A node with so many blocks on a chain whose finality is 4 deep and whose blocks are held for `hold`.
fn node(blocks: u32, hold: Duration) -> Node {
    let node = Node::new();
    node.client.grow(blocks);
    node.client.rules(|rules| {
        let max_reorg = u64::from(rules.plausibility.max_reorg);
        rules.plausibility.difficulty.block_time = 2 * u64::try_from(hold.as_millis()).unwrap() / max_reorg;
    });
    node.refresh_view();
    node
}

fn task(node: &Node, own_depth: Option<u32>) -> impl Future<Output = ()> {
    let (client, view, sync) = (node.client.clone(), node.view.clone(), node.sync.clone());
    DepthFinality::<Block, FakeClient, Backend>::new(client, node.import.lock(), view, sync, own_depth).run()
}

fn finalized(node: &Node) -> u32 {
    node.client.info().finalized_number
}

/// Gives the task many turns, with news of imports in between.
async fn turns(node: &Node) {
    for _ in 0..100 {
        node.client.notify_best();
        tokio::task::yield_now().await;
    }
}

/// Waits until block `number` is final, with news of imports all the while.
async fn until_final(node: &Node, number: u32) {
    wait_until_final(node, number, || node.client.notify_best()).await;
}

/// Waits until block `number` is final; calls `meanwhile` each millisecond.
async fn wait_until_final(node: &Node, number: u32, meanwhile: impl Fn()) {
    let wait = async {
        while finalized(node) < number {
            meanwhile();
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(20), wait).await.expect("it becomes final");
}

/// The block that is final after many turns, where blocks need not be held.
async fn final_after_turns(blocks: u32, own_depth: Option<u32>) -> (u32, Vec<u32>) {
    let node = node(blocks, Duration::ZERO);
    let task = tokio::spawn(task(&node, own_depth));
    turns(&node).await;
    task.abort();
    (finalized(&node), node.client.finalizations())
}

#[tokio::test]
async fn the_depth_is_the_chains_or_a_smaller_one_of_the_nodes_own() {
    assert_eq!(final_after_turns(10, None).await, (6, vec![6]));
    assert_eq!(final_after_turns(10, Some(2)).await, (8, vec![8]));
    assert_eq!(final_after_turns(10, Some(100)).await, (6, vec![6]), "deeper than the chain's");
    assert_eq!(final_after_turns(4, None).await, (0, vec![]), "nothing is deep enough");
    assert_eq!(final_after_turns(5, None).await, (1, vec![1]));
}

#[tokio::test]
async fn a_depth_of_zero_switches_finality_off() {
    let node = node(10, Duration::ZERO);
    timeout(Duration::from_secs(20), task(&node, Some(0))).await.expect("the task ends");
    assert!(node.client.finalizations().is_empty());
}

#[tokio::test]
async fn a_block_is_held_before_it_is_final() {
    let hold = Duration::from_millis(200);
    let node = node(10, hold);
    let start = Instant::now();
    let task = tokio::spawn(task(&node, None));
    until_final(&node, 6).await;
    assert!(start.elapsed() >= hold, "final after {:?}", start.elapsed());
    assert_eq!(node.client.finalizations(), [6]);

    // New blocks make the next ones deep enough, which were held already.
    node.client.grow(2);
    until_final(&node, 8).await;
    assert_eq!(node.client.finalizations(), [6, 8]);
    task.abort();
}

#[tokio::test]
async fn nothing_is_final_while_somebody_holds_the_lock() {
    let node = node(10, Duration::ZERO);
    let lock = node.import.lock();
    let held = lock.lock().await;
    let task = tokio::spawn(task(&node, None));
    turns(&node).await;
    assert_eq!(finalized(&node), 0);
    drop(held);
    until_final(&node, 6).await;
    task.abort();
}

#[tokio::test]
async fn nothing_is_final_while_the_node_catches_up() {
    let node = node(10, Duration::ZERO);
    (0..100).for_each(|_| node.sync.imported(Instant::now()));
    let task = tokio::spawn(task(&node, None));
    turns(&node).await;
    assert_eq!(finalized(&node), 0);
    // At a block time of a millisecond, these imports are no hurry.
    node.sync.set_block_time(Duration::from_millis(1));
    until_final(&node, 6).await;
    task.abort();
}

#[tokio::test]
async fn much_becomes_final_in_steps() {
    let node = node(1_300, Duration::ZERO);
    let task = tokio::spawn(task(&node, None));
    // One look is enough for all of them.
    wait_until_final(&node, 1, || {}).await;
    assert_eq!(node.client.finalizations(), [512, 1_024, 1_296]);
    task.abort();
}

/// After a long synchronisation the best chain is longer than the states that a database keeps below it.
#[tokio::test]
async fn finality_begins_where_the_finalized_state_is_gone() {
    let node = node(10, Duration::ZERO);
    node.client.prune(node.client.info().finalized_hash);
    node.view.clear();
    let task = tokio::spawn(task(&node, None));
    until_final(&node, 6).await;
    task.abort();
}

/// Without imports, and hence without notifications, the timer looks.
#[tokio::test]
async fn the_timer_looks_where_nobody_tells_of_imports() {
    let node = node(10, Duration::from_millis(1));
    let task = tokio::spawn(task(&node, None));
    wait_until_final(&node, 6, || {}).await;
    assert_eq!(node.client.finalizations(), [6]);
    task.abort();
}

/// The rules are those of the best block: a chain that shortens its depth is final sooner.
#[tokio::test]
async fn a_changed_depth_holds_from_the_next_look_at_the_rules() {
    let node = node(10, Duration::ZERO);
    let task = tokio::spawn(task(&node, None));
    until_final(&node, 6).await;
    node.client.rules(|rules| rules.plausibility.max_reorg = 2);
    turns(&node).await;
    assert_eq!(finalized(&node), 6, "the rules are not looked up for each block");
    node.refresh_view();
    until_final(&node, 8).await;
    task.abort();
}

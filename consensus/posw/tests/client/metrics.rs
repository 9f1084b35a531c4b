//! What an operator reads of mining: hashes, the age of the template, the credit.

use crate::{
    chain::id,
    miner::{in_time, Miner},
    node::Node,
};
use posw_primitives::{Credit, U256};
use sc_consensus_posw::{chain_watch::watch, Job};
use sp_keyring::Sr25519Keyring as Key;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

const TEMPLATE_AGE: &str = "posw_template_age_seconds";

/// Waits until a metric is as wanted.
async fn until(node: &Node, metric: &str, wanted: impl Fn(f64) -> bool) {
    let wait = async {
        while !wanted(node.metric(metric)) {
            sleep(Duration::from_millis(1)).await;
        }
    };
    in_time(wait).await;
}

#[test]
fn hashes_add_up_and_the_rate_is_the_last_one() {
    let node = Node::new();
    node.metrics.hashed(1_000, 50);
    node.metrics.hashed(200, 40);
    assert_eq!(["posw_hashes_total", "posw_hash_rate"].map(|name| node.metric(name)), [1_200.0, 40.0]);
}

#[test]
fn the_difficulty_is_shown_over_all_of_its_range() {
    let node = Node::new();
    for bits in [0, 63, 64, 128, 200, 255] {
        node.metrics.base_difficulty(U256::one() << bits);
        assert_eq!(node.metric("posw_base_difficulty"), 2_f64.powi(bits), "2^{bits}");
    }
}

#[tokio::test]
async fn the_template_grows_older_until_it_is_rebuilt() {
    let mut miner = Miner::new();
    let job = miner.job_after(0).await;
    until(&miner.node, TEMPLATE_AGE, |age| age >= 0.2).await;
    let oldest = job.built.elapsed().as_secs_f64();
    assert!(miner.node.metric(TEMPLATE_AGE) <= oldest);
    becomes_younger(&mut miner, job, 0.2).await;
}

/// Rebuilds until the template was seen younger than so many seconds, which a busy machine may miss.
async fn becomes_younger(miner: &mut Miner, mut job: Arc<Job>, seconds: f64) {
    let wait = async {
        while miner.node.metric(TEMPLATE_AGE) >= seconds {
            job = miner.rebuilt(&job).await;
            sleep(Duration::from_millis(20)).await;
        }
    };
    in_time(wait).await;
}

/// An alert on old templates is to go off where there are none.
#[tokio::test]
async fn where_no_template_can_be_built_its_age_grows_all_the_same() {
    let mut miner = Miner::without_key(Node::new());
    until(&miner.node, TEMPLATE_AGE, |age| age >= 0.2).await;
    assert!(miner.jobs.borrow().is_none());
    miner.insert_key(Key::Alice);
    let job = miner.job_after(0).await;
    becomes_younger(&mut miner, job, 0.2).await;
}

#[tokio::test]
async fn the_credit_is_the_miners_at_the_best_block() {
    for (units, blocks) in [(0, 0.0), (250_000_000_000_000_000, 0.25), (7_000_000_000_000_000_000, 7.0)] {
        let node = Node::new();
        node.client.rules(|rules| {
            rules.credits.insert(id(Key::Alice), Credit::from_units(units));
        });
        // What is not reported yet is not to pass for no credit.
        node.metrics.credit(Credit::from_units(1));
        tokio::spawn(watch(node.client.clone(), node.metrics.clone(), Some(id(Key::Alice).into())));
        until(&node, "posw_credit", |credit| credit == blocks).await;
    }
}

//! The job source (R11.1, R11.2): jobs out, solutions in.

use crate::{
    chain::{body_root, draft, factor, genesis, id},
    logs,
    miner::{find, in_time, solution, Miner, Pace},
    node::Node,
};
use futures::{FutureExt, StreamExt};
use sc_client_api::BlockchainEvents;
use sc_consensus::ImportResult;
use sc_consensus_posw::{Job, Outcome, Solution, Stale};
use sp_blockchain::HeaderBackend;
use sp_consensus::BlockOrigin;
use sp_core::storage::StateVersion;
use sp_keyring::Sr25519Keyring as Key;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::sleep;

#[tokio::test]
async fn a_job_appears_and_its_solution_becomes_the_best_block() {
    let before = Instant::now();
    let mut miner = Miner::prompt();
    let job = miner.job_after(0).await;
    assert_eq!((job.parent, job.number, job.factor), (genesis().hash(), 1, factor(20)));
    assert_eq!(job.header.bits, draft(&genesis()).factor(20).claims.effective_bits());
    assert!(job.parent_since >= before && job.built >= job.parent_since);
    // Hardware rolls these bits of the version.
    assert_eq!(job.header.version & 0x1fff_e000, 0);

    let hash = miner.mine(&job).await;
    assert_eq!(miner.node.client.info().best_hash, hash);
    let [received] = &miner.node.database.received()[..] else { panic!("one block") };
    assert_eq!((received.hash, received.origin), (hash, BlockOrigin::Own));
    let root = body_root(received.body.as_ref().unwrap(), StateVersion::V1);
    assert_eq!(root, miner.node.client.best().extrinsics_root);
    assert_eq!(miner.node.metric("posw_blocks_mined_total"), 1.0);
    assert_eq!(miner.node.metric("posw_last_own_factor"), 20.0);
    let next = miner.job_after(job.id).await;
    assert_eq!((next.parent, next.number), (hash, 2));
}

#[tokio::test]
async fn the_best_block_of_another_node_gives_a_new_job_at_once() {
    let mut miner = Miner::prompt();
    let job = miner.job_after(0).await;
    let block = draft(&miner.node.client.best()).by(Key::Bob).seal();
    let result = miner.node.receive(BlockOrigin::NetworkBroadcast, &block).await;
    assert_eq!(result, Ok(ImportResult::imported(true)));
    let next = miner.job_after(job.id).await;
    assert_eq!((next.parent, next.number), (block.hash(), 2));
}

/// A miner that has a job and has begun to build another template at this pace, the job, and how many were begun.
async fn building(pace: Pace) -> (Miner, Arc<Job>, u64) {
    let mut miner = Miner::new();
    let job = miner.job_after(0).await;
    let builds = miner.builds();
    miner.set_pace(pace);
    miner.add_transaction();
    let builds = miner.build_after(builds).await;
    (miner, job, builds)
}

#[tokio::test]
async fn a_solution_is_imported_while_a_template_is_built() {
    let (mut miner, job, builds) = building(Pace::Slow).await;
    // Nor is whoever has solved it kept waiting for the next template.
    let hash = miner.mine(&job).await;
    assert_eq!(miner.node.client.info().best_hash, hash);
    miner.build_after(builds).await;
    miner.set_pace(Pace::Ready);
    assert_eq!(miner.job_after(job.id).await.parent, hash);
}

#[tokio::test]
async fn a_solved_block_is_there_to_be_announced_before_the_next_template() {
    let mut miner = Miner::prompt();
    let job = miner.job_after(0).await;
    // The SDK's network announces what it is told here.
    let mut imported = miner.node.client.import_notification_stream();
    miner.set_pace(Pace::Slow);
    let builds = miner.builds();
    let hash = miner.mine(&job).await;
    assert_eq!(miner.build_after(builds).await, builds + 1, "the next template is being built");
    let told = imported.next().now_or_never().flatten().expect("the network is told while that takes its time");
    assert_eq!((told.hash, told.origin), (hash, BlockOrigin::Own));
    assert_eq!(miner.jobs.borrow().as_ref().map(|job| job.id), Some(job.id));
    miner.set_pace(Pace::Ready);
    assert_eq!(miner.job_after(job.id).await.parent, hash);
}

#[tokio::test]
async fn a_template_is_abandoned_where_the_best_block_changes() {
    let (mut miner, job, builds) = building(Pace::Slow).await;
    let block = draft(&miner.node.client.best()).by(Key::Bob).seal();
    let result = miner.node.receive(BlockOrigin::NetworkBroadcast, &block).await;
    assert_eq!(result, Ok(ImportResult::imported(true)));
    // The one that was begun before never ends.
    assert_eq!(miner.build_after(builds).await, builds + 1);
    miner.set_pace(Pace::Ready);
    assert_eq!(miner.job_after(job.id).await.parent, block.hash());
}

#[tokio::test]
async fn a_template_that_fails_leaves_the_work_on_its_parent() {
    let (mut miner, job, builds) = building(Pace::Failing).await;
    miner.build_after(builds).await;
    assert_eq!(miner.jobs.borrow().as_ref().map(|job| job.id), Some(job.id), "tried again, and the job is still there");
    miner.set_pace(Pace::Ready);
    assert_eq!(miner.job_after(job.id).await.parent, job.parent);

    // On another parent the old work is in vain.
    miner.set_pace(Pace::Failing);
    let block = draft(&miner.node.client.best()).by(Key::Bob).seal();
    let result = miner.node.receive(BlockOrigin::NetworkBroadcast, &block).await;
    assert_eq!(result, Ok(ImportResult::imported(true)));
    in_time(miner.jobs.wait_for(Option::is_none)).await.unwrap();
    miner.set_pace(Pace::Ready);
    assert_eq!(miner.job_after(job.id).await.parent, block.hash());
}

#[tokio::test]
async fn the_first_job_on_a_block_has_no_transactions_and_the_next_one_has() {
    let mut miner = Miner::prompt();
    let job = miner.job_after(0).await;
    (0..3).for_each(|_| miner.add_transaction());
    miner.set_pace(Pace::SlowPool);
    let block = draft(&miner.node.client.best()).by(Key::Bob).seal();
    let result = miner.node.receive(BlockOrigin::NetworkBroadcast, &block).await;
    assert_eq!(result, Ok(ImportResult::imported(true)));
    let empty = miner.job_after(job.id).await;
    miner.set_pace(Pace::Ready);
    let full = miner.job_after(empty.id).await;
    assert_eq!((empty.parent, full.parent), (block.hash(), block.hash()));
    assert_eq!(full.parent_since, empty.parent_since);
    for (job, extrinsics) in [(empty, 1), (full, 4)] {
        miner.mine(&job).await;
        let received = miner.node.database.received();
        assert_eq!(received.last().unwrap().body.as_ref().unwrap().len(), extrinsics);
    }
}

#[tokio::test]
async fn without_transactions_one_job_on_a_block_is_enough() {
    let mut miner = Miner::prompt();
    let job = miner.job_after(0).await;
    miner.mine(&job).await;
    assert_eq!((miner.job_after(job.id).await.id, miner.builds()), (job.id + 1, 2));
}

#[tokio::test]
async fn transactions_of_which_there_was_no_notice_are_found() {
    let mut miner = Miner::new();
    let job = miner.job_after(0).await;
    miner.add_transaction_silently();
    assert_eq!(miner.job_after(job.id).await.parent, job.parent);
}

#[tokio::test]
async fn transactions_that_no_block_takes_are_tried_once_on_a_block() {
    let mut miner = Miner::new();
    let job = miner.job_after(0).await;
    miner.add_misfit();
    assert_eq!(miner.build_after(1).await, 2);
    // The source looks for reasons to build a few times.
    sleep(Duration::from_millis(50)).await;
    assert_eq!(miner.builds(), 2);
    assert_eq!(miner.rebuilt(&job).await.id, job.id + 1);
}

#[tokio::test]
async fn transactions_give_a_new_job_on_the_same_parent() {
    let mut miner = Miner::new();
    let job = miner.job_after(0).await;
    let rebuilt = miner.rebuilt(&job).await;
    assert_eq!((rebuilt.number, rebuilt.parent_since), (1, job.parent_since));
    assert!(rebuilt.built > job.built);
    assert_ne!(rebuilt.header.commitment, job.header.commitment);
}

#[tokio::test]
async fn an_old_template_is_rebuilt() {
    let max_age = Duration::from_millis(30);
    let mut miner = Miner::at_pace(Duration::from_millis(5), max_age);
    let job = miner.job_after(0).await;
    let next = miner.job_after(job.id).await;
    assert_eq!((next.id, next.parent), (job.id + 1, job.parent));
    assert!(next.built - job.built >= max_age);
}

#[tokio::test]
async fn transactions_rebuild_at_a_limited_rate() {
    let refresh = Duration::from_millis(20);
    let start = Instant::now();
    let mut miner = Miner::at_pace(refresh, Duration::from_secs(3_600));
    let first = miner.job_after(0).await;
    let mut last = first.clone();
    while last.id < first.id + 5 {
        // Another one whenever the source has a turn.
        miner.add_transaction();
        tokio::task::yield_now().await;
        last = miner.jobs.borrow().clone().unwrap();
    }
    assert!(last.built - start >= 4 * refresh);
}

#[tokio::test]
async fn a_solution_of_an_older_job_on_the_same_parent_is_imported() {
    let mut miner = Miner::new();
    let old = miner.job_after(0).await;
    let new = miner.rebuilt(&old).await;
    let first = miner.mine(&old).await;
    assert_eq!(miner.node.client.info().best_hash, first);
    // And one for the newer job when its parent is no longer the best block: it may win the tie.
    let second = miner.mine(&new).await;
    assert_ne!(first, second);
    assert_eq!(miner.node.database.received().len(), 2);
}

#[tokio::test]
async fn a_solution_of_a_job_two_heights_back_is_stale() {
    let mut miner = Miner::new();
    let old = miner.job_after(0).await;
    let mut job = miner.rebuilt(&old).await;
    for _ in 0..2 {
        miner.mine(&job).await;
        job = miner.job_after(job.id).await;
    }
    assert_eq!(job.number, 3);
    assert_eq!(miner.submit(solution(&old)).await, Outcome::Stale(Stale::Outdated));
    assert_eq!(miner.node.metric("posw_blocks_stale_total"), 1.0);
    assert_eq!(miner.node.database.received().len(), 2);
}

#[tokio::test]
async fn an_unknown_job_is_stale() {
    let mut miner = Miner::prompt();
    let job = miner.job_after(0).await;
    for id in [0, job.id + 1] {
        let unknown = Solution { job: id, ..solution(&job) };
        assert_eq!(miner.submit(unknown).await, Outcome::Stale(Stale::Unknown));
    }
    assert_eq!(miner.node.metric("posw_blocks_stale_total"), 2.0);
}

#[tokio::test]
async fn what_does_not_solve_a_job_leaves_it_as_it_was() {
    let mut miner = Miner::prompt();
    let job = miner.job_after(0).await;
    assert_eq!(miner.submit(find(&job, false)).await, Outcome::Unsolved);
    assert!(miner.node.database.received().is_empty());
    assert_eq!(miner.jobs.borrow().as_ref().map(|job| job.id), Some(job.id));
    miner.mine(&job).await;
}

#[tokio::test]
async fn a_failed_import_gives_a_new_job_on_the_same_parent() {
    let mut miner = Miner::prompt();
    let job = miner.job_after(0).await;
    miner.node.database.set_failing(true);
    let outcome = miner.submit(solution(&job)).await;
    assert!(matches!(&outcome, Outcome::Failed(reason) if reason.contains("the disk is full")), "{outcome:?}");
    assert_eq!(miner.node.metric("posw_blocks_mined_total"), 0.0);
    let next = miner.job_after(job.id).await;
    assert_eq!(next.parent, job.parent);
    miner.node.database.set_failing(false);
    miner.mine(&next).await;
}

#[tokio::test]
async fn claims_that_changed_under_a_job_make_it_fail_and_the_next_one_true() {
    let mut miner = Miner::prompt();
    let job = miner.job_after(0).await;
    miner.node.client.rules(|rules| {
        rules.factors.insert(id(Key::Alice), factor(10));
    });
    assert_eq!(miner.submit(solution(&job)).await, Outcome::Failed("KnownBad".into()));
    let next = miner.job_after(job.id).await;
    assert_eq!(next.factor, factor(10));
    miner.mine(&next).await;
}

#[tokio::test]
async fn a_second_solution_of_a_job_is_stale_and_no_block_is_lost() {
    let mut miner = Miner::prompt();
    let job = miner.job_after(0).await;
    miner.mine(&job).await;
    assert_eq!(miner.submit(solution(&job)).await, Outcome::Stale(Stale::Solved));
    assert_eq!(miner.node.database.received().len(), 1);
    assert_eq!(miner.node.metric("posw_blocks_stale_total"), 0.0);
}

/// A late sibling wins the tie or is an orphan from the start; either is bound to come.
#[tokio::test]
async fn a_block_beside_the_best_chain_is_mined_and_orphaned() {
    // Of the base target, not of the effective one.
    let work = draft(&genesis()).claims.bits.work();
    let mut seen = [false; 2];
    while seen != [true; 2] {
        let start = Instant::now();
        let mut miner = Miner::new();
        let old = miner.job_after(0).await;
        let new = miner.rebuilt(&old).await;
        logs::listen();
        sleep(Duration::from_millis(150)).await;
        let first = miner.mine(&old).await;
        let second = miner.mine(&new).await;
        let lines: Vec<String> = logs::take().into_iter().filter(|line| line.contains("Mined block")).collect();
        let is_orphan = miner.node.client.info().best_hash == first;
        let counted = ["posw_blocks_mined_total", "posw_blocks_orphaned_total"].map(|name| miner.node.metric(name));
        assert_eq!(counted, [2.0, f64::from(u8::from(is_orphan))]);
        assert_eq!(lines.len(), 2, "{lines:?}");
        for (line, hash, beside) in [(&lines[0], first, false), (&lines[1], second, is_orphan)] {
            let beside = if beside { ", beside the best chain" } else { "" };
            let (before, after) = (
                format!("INFO ⛏ Mined block #1: factor 20.000, work {work}, "),
                format!(" s after its parent{beside}, {hash:?}"),
            );
            let seconds = line.strip_prefix(&before).and_then(|rest| rest.strip_suffix(&after));
            let seconds: Option<f64> = seconds.and_then(|seconds| seconds.parse().ok());
            // After the parent of both, not after the first of the two; shown to a tenth.
            let possible = 0.1..start.elapsed().as_secs_f64() + 0.1;
            assert!(seconds.is_some_and(|seconds| possible.contains(&seconds)), "{line} is not {before}…{after}");
        }
        seen[usize::from(is_orphan)] = true;
    }
}

/// Each answer is for people, too.
#[test]
fn outcomes_say_what_happened() {
    let said = [
        (Outcome::Imported(genesis().hash()), "was imported"),
        (Outcome::Stale(Stale::Unknown), "stale: the job is unknown"),
        (
            Outcome::Stale(Stale::Outdated),
            "stale: the chain has grown beyond the job, or many newer ones have taken its place",
        ),
        (Outcome::Stale(Stale::Solved), "stale: the job was solved before"),
        (Outcome::Unsolved, "does not meet the target"),
        (Outcome::Failed("because".into()), "not imported: because"),
    ];
    for (outcome, words) in said {
        assert!(outcome.to_string().contains(words), "{outcome}");
    }
    assert!(Outcome::Imported(genesis().hash()).to_string().contains(&format!("{:?}", genesis().hash())));
}

#[tokio::test]
async fn without_its_key_a_node_does_not_mine_until_it_is_inserted() {
    let mut miner = Miner::without_key(Node::new());
    miner.add_transaction();
    in_time(miner.jobs.changed()).await.unwrap();
    assert!(miner.jobs.borrow().is_none());
    // It is tried again and again, and no transaction is executed in vain.
    miner.build_after(miner.builds()).await;
    assert_eq!(miner.filled_builds(), 0);
    miner.insert_key(Key::Alice);
    let job = miner.job_after(0).await;
    miner.mine(&job).await;
}

/// The key that counts is the one that the chain's state gives.
#[tokio::test]
async fn the_key_of_the_account_is_of_no_use_where_the_chain_knows_another() {
    let node = Node::new();
    node.client.rules(|rules| {
        rules.keys.insert(id(Key::Alice), id(Key::Dave));
    });
    let mut miner = Miner::without_key(node);
    miner.insert_key(Key::Alice);
    in_time(miner.jobs.changed()).await.unwrap();
    assert!(miner.jobs.borrow().is_none());
    miner.insert_key(Key::Dave);
    let job = miner.job_after(0).await;
    miner.mine(&job).await;
}

#[tokio::test]
async fn a_node_that_catches_up_does_not_mine() {
    let node = Node::new();
    (0..100).for_each(|_| node.sync.imported(Instant::now()));
    let mut miner = Miner::without_key(node);
    miner.insert_key(Key::Alice);
    in_time(miner.jobs.changed()).await.unwrap();
    assert!(miner.jobs.borrow().is_none());
    assert_eq!(miner.node.client.take_calls(), []);
    // At a block time of a millisecond, these imports are no hurry.
    miner.node.sync.set_block_time(Duration::from_millis(1));
    miner.job_after(0).await;
}

#[tokio::test]
async fn a_node_that_begins_to_catch_up_takes_its_job_back() {
    let mut miner = Miner::new();
    let job = miner.job_after(0).await;
    (0..100).for_each(|_| miner.node.sync.imported(Instant::now()));
    miner.add_transaction();
    in_time(miner.jobs.wait_for(Option::is_none)).await.unwrap();
    // A solution that comes in all the same is not lost.
    miner.mine(&job).await;
}

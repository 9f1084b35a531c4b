//! The miner against the server of this chain.

mod common;

use common::{config, mine_with, patiently, server};
use core::time::Duration;
use posw_primitives::header::sha256d;
use posw_sealer::Kernel;
use posw_stratum::{Access, Config, Difficulty, DifficultyRange, Job, JobFeed, Outcome, Server, Solution};
use std::{collections::HashSet, sync::Arc};
use tokio::sync::{mpsc, watch};

/// About four million hashes a share: some a second.
const DIFFICULTY: Difficulty = Difficulty::from_billionths(1_000_000);

fn job(id: u64, difficulty: Difficulty) -> Arc<Job> {
    let (number, commitment) = (100 + u32::try_from(id).unwrap(), sha256d(&id.to_le_bytes()));
    Arc::new(Job { id, parent: [1; 32], number, commitment, bits: difficulty.target().to_compact() })
}

struct Setup {
    jobs: watch::Sender<Option<Arc<Job>>>,
    solutions: mpsc::UnboundedReceiver<Solution>,
    port: u16,
    pool: Arc<posw_stratum::Pool>,
}

async fn start(access: Access, first: Option<Arc<Job>>) -> Setup {
    let (jobs, receiver) = watch::channel(first);
    let (sender, solutions) = mpsc::unbounded_channel();
    let feed = JobFeed::new(receiver, move |solution| {
        sender.send(solution).unwrap();
        async { Outcome::Imported }
    });
    let range = DifficultyRange { start: DIFFICULTY, minimum: DIFFICULTY, maximum: Difficulty::MAX };
    let config = Config { difficulty: range, access: Arc::new(access), ..Config::new(([127, 0, 0, 1], 0).into()) };
    let server = Server::bind(config, feed).await.unwrap();
    let (port, pool) = (server.address().port(), server.pool());
    tokio::spawn(server.run());
    Setup { jobs, solutions, port, pool }
}

#[tokio::test]
async fn shares_are_accepted_and_blocks_solved() {
    let mut chain = start(Access::Open, Some(job(1, Difficulty::ONE.times(1_000_000)))).await;
    let miner = mine_with(Kernel::best(posw_sealer::RootUse::Fixed), config(vec![server(chain.port)]));
    miner.eventually("accepted shares", |now| now.counts.accepted >= 5).await;
    assert_eq!(miner.rig.snapshot().counts.blocks, 0);

    // From now on every share is a block.
    let mut solved = HashSet::new();
    for id in 2..6 {
        chain.jobs.send_replace(Some(job(id, DIFFICULTY)));
        let solution = loop {
            let solution = patiently("a block", chain.solutions.recv()).await.unwrap();
            assert!(solution.header.meets_target());
            assert!(solved.insert(solution.header.hash()), "a block twice");
            if solution.job == id {
                break solution;
            }
        };
        assert_eq!(solution.header.commitment, sha256d(&id.to_le_bytes()));
    }
    let now = miner.eventually("solved blocks", |now| now.counts.blocks >= 4).await;
    assert_eq!((now.counts.rejected, now.counts.stale, now.counts.dropped, now.faults), (0, 0, 0, 0));
    let statistics = chain.pool.statistics();
    assert_eq!((statistics.rejected, statistics.stale, statistics.faults), (0, 0, 0));
    assert!(statistics.accepted >= now.counts.accepted);
    let workers = chain.pool.workers();
    assert_eq!(workers.iter().map(|worker| worker.user.as_str()).collect::<Vec<_>>(), ["address.rig"]);
}

#[tokio::test]
async fn a_password_opens_and_a_wrong_one_does_not() {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "sesame\n").unwrap();
    let access = Access::from_file(file.path()).unwrap();
    let chain = start(access, Some(job(1, Difficulty::ONE.times(1_000_000)))).await;

    let mut refused = mine_with(Kernel::Portable, config(vec![server(chain.port)]));
    assert!(patiently("the end", &mut refused.task).await.unwrap().is_err());
    assert_eq!(refused.unavailable().await, "authorization refused: Unauthorized worker (24)");

    let password = posw_miner::password::Password::load(Some(file.path())).unwrap();
    let server = posw_miner::server::Server { password, ..server(chain.port) };
    let miner = mine_with(Kernel::Portable, config(vec![server]));
    miner.eventually("a job", |now| now.counts.jobs == 1).await;
}

#[tokio::test]
async fn a_server_whose_node_has_no_job_is_waited_for() {
    let chain = start(Access::Open, None).await;
    let miner = mine_with(Kernel::Portable, config(vec![server(chain.port)]));
    patiently("the subscription", async {
        while chain.pool.statistics().connections == 0 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
    assert_eq!(miner.rig.snapshot().hashes, 0);
    chain.jobs.send_replace(Some(job(1, Difficulty::ONE)));
    miner.eventually("hashes", |now| now.hashes > 0 && now.counts.connections == 1).await;
    chain.jobs.send_replace(Some(job(2, Difficulty::ONE)));
    miner.eventually("another job", |now| now.counts.jobs == 2).await;
    assert_eq!(miner.rig.snapshot().counts.disconnections, 0);
}

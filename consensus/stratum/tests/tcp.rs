//! The server over TCP: miners that really hash, and clients that behave badly.

mod common;

use common::{bits, hard, job, json, line, target_of, Miner, Work, EASY};
use core::{future::Future, net::SocketAddr, time::Duration};
use posw_primitives::{CompactBits, Target};
use posw_stratum::{
    wire::{parse, Request},
    Config, DifficultyRange, Job, JobFeed, Limits, Outcome, Pool, Quota, Server, Solution, StartError,
};
use serde_json::{json, Value};
use std::sync::Arc;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{tcp::OwnedReadHalf, tcp::OwnedWriteHalf, TcpSocket},
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
    time::timeout,
};

/// How long a test waits for something that normally takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

async fn patiently<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

type Jobs = watch::Sender<Option<Arc<Job>>>;
type Solutions = mpsc::UnboundedReceiver<(Solution, oneshot::Sender<Outcome>)>;

/// A server, and the node's ends of its feed.
struct Setup {
    address: SocketAddr,
    pool: Arc<Pool>,
    jobs: Jobs,
    solutions: Solutions,
    task: JoinHandle<()>,
}

/// Shares stay as easy as they are: how many a test needs is chance, and a dozen in a moment would make them harder.
fn config() -> Config {
    let difficulty = DifficultyRange { start: EASY, minimum: EASY, maximum: EASY };
    Config { difficulty, ..Config::new(([127, 0, 0, 1], 0).into()) }
}

fn feed(job: Option<Arc<Job>>) -> (JobFeed, Jobs, Solutions) {
    let (jobs, receiver) = watch::channel(job);
    let (sender, solutions) = mpsc::unbounded_channel();
    let feed = JobFeed::new(receiver, move |solution| {
        let (reply, outcome) = oneshot::channel();
        sender.send((solution, reply)).unwrap();
        async { outcome.await.unwrap() }
    });
    (feed, jobs, solutions)
}

async fn setup(config: Config, bits: CompactBits) -> Setup {
    let (feed, jobs, solutions) = feed(Some(job(1, 1, bits)));
    let server = Server::bind(config, feed).await.unwrap();
    let (address, pool) = (server.address(), server.pool());
    Setup { address, pool, jobs, solutions, task: tokio::spawn(server.run()) }
}

impl Setup {
    /// Waits until the statistics are as they should be.
    async fn eventually(&self, what: &str, condition: impl Fn(&Pool) -> bool) {
        patiently(what, async {
            while !condition(&self.pool) {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// Ends the server as the node does.
    async fn stop(self) -> Arc<Pool> {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
        self.pool
    }
}

/// A connection of a miner.
struct Client {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    target: Target,
    work: Option<Work>,
}

impl Client {
    async fn connect(setup: &Setup) -> Self {
        Self::connect_from(setup, [127, 0, 0, 1]).await
    }

    async fn connect_from(setup: &Setup, from: [u8; 4]) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((from, 0).into()).unwrap();
        let (reader, writer) = socket.connect(setup.address).await.unwrap().into_split();
        Self { reader: BufReader::new(reader), writer, target: Target::MIN, work: None }
    }

    async fn send(&mut self, line: &str) {
        self.writer.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }

    /// The next line; `None` where the server has hung up.
    async fn read(&mut self) -> Option<Value> {
        let mut line = String::new();
        // A server that hangs up with something unread resets the connection.
        let read = patiently("a line", self.reader.read_line(&mut line)).await.unwrap_or(0);
        let line = (read > 0).then(|| json(&line))?;
        match line["method"].as_str() {
            Some("mining.set_difficulty") => self.target = target_of(&line),
            Some(_) => self.work = Some(Work::new(&line)),
            None => {}
        }
        Some(line)
    }

    /// The answer to a line.
    async fn ask(&mut self, line: &str) -> Value {
        self.send(line).await;
        loop {
            let answer = self.read().await.expect("an answer");
            if answer["method"].is_null() {
                return answer;
            }
        }
    }

    /// Waits for a job that makes all others worthless.
    async fn clean_job(&mut self) -> Work {
        loop {
            self.read().await.expect("a job");
            if let Some(work) = self.work.take_if(|work| work.clean) {
                return work;
            }
        }
    }

    async fn begin(&mut self, user: &str) -> (Miner, Work) {
        let subscription = self.ask(&line("mining.subscribe", json!(["test/1", null]))).await;
        let miner = Miner::new(user, &subscription["result"]);
        assert_eq!(self.ask(&line("mining.authorize", json!([user, "x"]))).await["result"], true);
        let work = self.clean_job().await;
        assert_eq!(self.target, EASY.target());
        (miner, work)
    }
}

#[tokio::test]
async fn two_miners_find_shares_and_a_block() {
    let easy_block = EASY.times(4);
    let mut setup = setup(config(), bits(easy_block)).await;
    let (mut one, mut two) = (Client::connect(&setup).await, Client::connect(&setup).await);
    let (first, work) = one.begin("5Grw.one").await;
    let (second, _) = two.begin("5Grw.two").await;
    assert_ne!(first.extranonce1, second.extranonce1);

    // Hashes until there is a block; what is a share only on the way to it is one.
    let (mut shares, mut extranonce2) = (0_u64, 0);
    let (solution, reply) = loop {
        assert_eq!(one.ask(&first.solve(&work, extranonce2, one.target)).await["result"], true);
        (shares, extranonce2) = (shares + 1, extranonce2 + 1);
        if let Ok(solved) = setup.solutions.try_recv() {
            break solved;
        }
    };
    assert!(solution.job == 1 && solution.header.meets_target());
    reply.send(Outcome::Imported).unwrap();
    setup.jobs.send_replace(Some(job(2, 2, hard())));
    // A connection counts its own jobs.
    let (next, theirs) = (one.clean_job().await, two.clean_job().await);
    setup.eventually("the block", |pool| pool.statistics().blocks == 1).await;

    // Of the former parent only blocks count, and nobody can send another's.
    let blocks: Vec<_> = work.nonces(&first, extranonce2, 0, bits(easy_block).target(), true).take(20).collect();
    let share = work.nonces(&first, extranonce2, 0, EASY.target(), true).find(|nonce| !blocks.contains(nonce)).unwrap();
    assert_eq!(one.ask(&first.share(&work, extranonce2, share)).await["error"][0], 21);
    assert_eq!(one.ask(&first.share(&work, extranonce2, blocks[0])).await["result"], true);
    let (solution, reply) = patiently("the late solution", setup.solutions.recv()).await.unwrap();
    assert!(solution.job == 1 && solution.header.meets_target());
    reply.send(Outcome::Stale).unwrap();
    setup.eventually("the late block", |pool| pool.statistics().blocks_stale == 1).await;
    let own: Vec<_> = theirs.nonces(&second, 0, 0, two.target, true).take(20).collect();
    let nonce = next.nonces(&first, 0, 0, one.target, true).find(|nonce| !own.contains(nonce)).unwrap();
    assert_eq!(two.ask(&second.share(&theirs, 0, nonce)).await["error"][0], 23);
    let share = first.share(&next, 0, nonce);
    assert_eq!(one.ask(&share).await["result"], true);
    assert_eq!(one.ask(&share).await["error"][0], 22);

    let statistics = setup.pool.statistics();
    assert_eq!((statistics.connections, statistics.admitted, statistics.workers), (2, 2, 1));
    assert_eq!((statistics.accepted, statistics.stale, statistics.rejected), (shares + 2, 1, 2));
    let [worker] = &setup.pool.workers()[..] else { panic!("one worker has shares") };
    assert_eq!((&worker.user[..], worker.accepted, worker.stale, worker.rejected), ("5Grw.one", shares + 2, 1, 1));
    assert_eq!(worker.blocks, 1, "one was imported, and one was late");
    assert!(worker.hash_rate > 0 && worker.last_share > 1_700_000_000);
    let paid = setup.pool.shares_since(102);
    assert_eq!((paid.total.shares, paid.total.hashes), (1, EASY.hashes()));
}

#[tokio::test]
async fn a_miner_cannot_be_paid_twice_by_coming_again() {
    let setup = setup(config(), hard()).await;
    let mut client = Client::connect(&setup).await;
    let (miner, work) = client.begin("rig").await;
    let shares = [0, 1].map(|extranonce2| miner.solve(&work, extranonce2, client.target));
    for share in &shares {
        assert_eq!(client.ask(share).await["result"], true);
    }
    drop(client);
    setup.eventually("the end", |pool| pool.statistics().connections == 0).await;
    let mut client = Client::connect(&setup).await;
    let (miner, work) = client.begin("rig").await;
    // One in thousands is by chance a share of the new connection as well.
    let is_its_own = |share: &str| {
        let Ok(Request::Submit(share)) = parse(share.as_bytes()).request else { panic!("{share} is no share") };
        client.target.is_met_by(&work.hash(&miner, &share))
    };
    let share = shares.iter().find(|share| !is_its_own(share)).unwrap();
    assert_eq!(client.ask(share).await["error"][0], 23);
}

#[tokio::test]
async fn a_block_is_handed_in_although_its_miner_has_left_and_jobs_go_on() {
    let mut setup = setup(config(), bits(EASY)).await;
    let mut client = Client::connect(&setup).await;
    let (miner, work) = client.begin("rig").await;
    assert_eq!(client.ask(&miner.solve(&work, 0, bits(EASY).target())).await["result"], true);
    let (_, reply) = patiently("the solution", setup.solutions.recv()).await.unwrap();
    // The node is busy; a new job goes out all the same.
    setup.jobs.send_replace(Some(job(2, 2, bits(EASY))));
    client.clean_job().await;
    drop(client);
    reply.send(Outcome::Imported).unwrap();
    setup.eventually("the block", |pool| pool.statistics().blocks == 1).await;
    setup.eventually("the end", |pool| pool.statistics().connections == 0).await;
}

#[tokio::test]
async fn what_the_node_makes_of_solutions_is_counted() {
    let mut setup = setup(config(), bits(EASY)).await;
    let mut client = Client::connect(&setup).await;
    let (miner, work) = client.begin("rig").await;
    for (extranonce2, outcome) in [(0, Outcome::Stale), (1, Outcome::Failed("no reason".into()))] {
        let answer = client.ask(&miner.solve(&work, extranonce2, bits(EASY).target())).await;
        assert_eq!(answer["result"], true, "a share counts whatever becomes of the block");
        patiently("the solution", setup.solutions.recv()).await.unwrap().1.send(outcome).unwrap();
    }
    setup.eventually("both", |pool| pool.statistics().blocks_failed == 1).await;
    assert_eq!(setup.pool.statistics().blocks_stale, 1);
    let [worker] = &setup.pool.workers()[..] else { panic!("one worker") };
    assert_eq!((worker.accepted, worker.blocks), (2, 0));
}

#[tokio::test]
async fn connections_are_limited_by_address_and_in_all() {
    let limits = Limits { connections: 3, per_address: 2, ..Default::default() };
    let setup = setup(Config { limits, ..config() }, hard()).await;
    let mut first = Client::connect(&setup).await;
    first.begin("one").await;
    Client::connect(&setup).await.begin("two").await;
    setup.eventually("the end", |pool| pool.statistics().connections == 1).await;

    let mut second = Client::connect(&setup).await;
    second.begin("two").await;
    assert_eq!(Client::connect(&setup).await.read().await, None, "a third of the address");
    let mut third = Client::connect_from(&setup, [127, 0, 0, 2]).await;
    third.begin("three").await;
    assert_eq!(Client::connect_from(&setup, [127, 0, 0, 3]).await.read().await, None, "a fourth in all");
    assert_eq!(setup.pool.statistics().turned_away, 2);
    drop(first);
    setup.eventually("the end", |pool| pool.statistics().connections == 2).await;
    Client::connect_from(&setup, [127, 0, 0, 3]).await.begin("four").await;
}

#[tokio::test]
async fn a_flood_does_not_hinder_others_and_ends_in_a_ban() {
    let limits = Limits { faults: Quota { burst: 300, interval: Duration::from_secs(6) }, ..Default::default() };
    let setup = setup(Config { limits, ..config() }, hard()).await;
    let mut honest = Client::connect(&setup).await;
    let (miner, work) = honest.begin("rig").await;

    let mut flooder = Client::connect_from(&setup, [127, 0, 0, 2]).await;
    flooder.begin("bad").await;
    let garbage =
        "garbage\n{\"id\":1}\n[[[[[[\n{\"method\":\"mining.submit\",\"params\":[\"bad\",\"1\"]}\n".repeat(10_000);
    let flood = tokio::spawn(async move {
        // Refused as soon as the server hangs up.
        let _ = flooder.writer.write_all(garbage.as_bytes()).await;
        while flooder.read().await.is_some() {}
    });
    assert_eq!(honest.ask(&miner.solve(&work, 0, honest.target)).await["result"], true);
    patiently("the ban", flood).await.unwrap();
    setup.eventually("the ban", |pool| pool.statistics().bans == 1).await;
    assert_eq!(Client::connect_from(&setup, [127, 0, 0, 2]).await.read().await, None);
    assert_eq!(setup.pool.statistics().faults, 301);
    assert_eq!(honest.ask(&miner.solve(&work, 1, honest.target)).await["result"], true);
}

#[tokio::test]
async fn accounts_outlast_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let accounts = Some(folder.path().join("stratum.json"));
    let mut before = setup(Config { accounts: accounts.clone(), ..config() }, bits(EASY)).await;
    let mut client = Client::connect(&before).await;
    let (miner, work) = client.begin("5Grw.rig").await;
    for extranonce2 in 0..3 {
        assert_eq!(client.ask(&miner.solve(&work, extranonce2, bits(EASY).target())).await["result"], true);
        let (_, reply) = patiently("the solution", before.solutions.recv()).await.unwrap();
        reply.send(Outcome::Imported).unwrap();
    }
    before.eventually("the blocks", |pool| pool.statistics().blocks == 3).await;
    let before = before.stop().await;
    assert_eq!(client.read().await, None, "connections end with the server");

    let after = setup(Config { accounts: accounts.clone(), ..config() }, hard()).await;
    assert_eq!(after.pool.shares_since(0), before.shares_since(0));
    let mut client = Client::connect(&after).await;
    let (miner, work) = client.begin("5Grw.rig").await;
    assert_eq!(client.ask(&miner.solve(&work, 0, client.target)).await["result"], true);
    let [worker] = &after.pool.workers()[..] else { panic!("one worker") };
    assert_eq!((worker.accepted, worker.hashes, worker.blocks), (4, EASY.hashes() * 4, 3));
    assert_eq!(after.pool.shares_since(101).workers["5Grw.rig"].shares, 4);
    after.stop().await;

    std::fs::write(accounts.as_ref().unwrap(), "{}").unwrap();
    let refusal = Server::bind(Config { accounts, ..config() }, feed(None).0).await.err().unwrap();
    assert!(matches!(refusal, StartError::Accounts(_)), "{refusal}");
}

#[tokio::test]
async fn an_address_that_is_taken_is_an_error() {
    let setup = setup(config(), hard()).await;
    let refusal = Server::bind(Config::new(setup.address), feed(None).0).await.err().unwrap();
    assert!(refusal.to_string().starts_with(&format!("cannot listen at {}", setup.address)), "{refusal}");
}

#[tokio::test]
async fn accounts_that_cannot_be_saved_are_kept_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("not-yet");
    let setup = setup(Config { accounts: Some(place.join("stratum.json")), ..config() }, hard()).await;
    let mut client = Client::connect(&setup).await;
    let (miner, work) = client.begin("rig").await;
    assert_eq!(client.ask(&miner.solve(&work, 0, client.target)).await["result"], true);
    assert!(setup.pool.save().is_err());
    assert_eq!(setup.pool.statistics().save_failures, 1);
    std::fs::create_dir(&place).unwrap();
    setup.pool.save().unwrap();
    assert!(place.join("stratum.json").exists());
}

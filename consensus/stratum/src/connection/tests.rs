//! Time limits and quotas, on streams in memory and a clock that only moves while nobody has anything to do.

use super::*;
use crate::{
    feed::{JobFeed, Outcome},
    limits::{Limits, Quota},
    server::Config,
};
use core::net::Ipv4Addr;
use posw_primitives::CompactBits;
use tokio::{
    io::{duplex, AsyncBufReadExt, BufReader, DuplexStream},
    task::JoinHandle,
};

const CLIENT: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const SUBSCRIBE: &[u8] = b"{\"id\":1,\"method\":\"mining.subscribe\"}\n";
const NOTIFY: &str = "\"method\":\"mining.notify\"";
const AUTHORIZE: &[u8] = b"{\"id\":2,\"method\":\"mining.authorize\",\"params\":[\"rig\"]}\n";

/// A connection in memory, and what it needs to go on.
struct Setup {
    pool: Arc<Pool>,
    jobs: watch::Sender<Option<Arc<Job>>>,
    task: JoinHandle<()>,
    client: BufReader<DuplexStream>,
}

fn setup(limits: Limits, buffer: usize) -> Setup {
    setup_with(limits, buffer, CompactBits::try_from(0x1b00_ffff).unwrap())
}

fn setup_with(limits: Limits, buffer: usize, bits: CompactBits) -> Setup {
    let job = Job { id: 1, parent: [1; 32], number: 7, commitment: [2; 32], bits };
    let (jobs, receiver) = watch::channel(Some(Arc::new(job)));
    let feed = JobFeed::new(receiver, |_| async { Outcome::Imported });
    let pool = Pool::new(Config { limits, ..Config::new(([127, 0, 0, 1], 0).into()) }, feed).unwrap();
    let permit = pool.gate.admit(CLIENT.into(), pool.now()).unwrap_or_else(|refusal| panic!("{refusal}"));
    let (client, server) = duplex(buffer);
    let task = tokio::spawn(serve(server, pool.clone(), permit));
    Setup { pool, jobs, task, client: BufReader::new(client) }
}

impl Setup {
    async fn send(&mut self, bytes: &[u8]) {
        self.client.get_mut().write_all(bytes).await.unwrap();
    }

    /// The next line; `None` where the server has hung up.
    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        (self.client.read_line(&mut line).await.unwrap() > 0).then_some(line)
    }

    /// Subscribes and authorizes, up to the first job.
    async fn begin(&mut self) {
        self.send(SUBSCRIBE).await;
        self.line().await.unwrap();
        self.send(AUTHORIZE).await;
        while !self.line().await.unwrap().contains(NOTIFY) {}
    }

    /// Reads up to the end; returns how long it took.
    async fn end(&mut self) -> Duration {
        let before = Instant::now();
        while self.line().await.is_some() {}
        before.elapsed()
    }

    fn is_banned(&self) -> bool {
        self.pool.gate.admit(CLIENT.into(), self.pool.now()).is_err()
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_says_nothing_is_left() {
    let mut setup = setup(Limits::default(), 4_096);
    assert_eq!(setup.end().await, Limits::default().handshake);
    setup.task.await.unwrap();
    assert_eq!(setup.pool.statistics().connections, 0);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_authorize_is_left() {
    let mut setup = setup(Limits::default(), 4_096);
    for _ in 0..5 {
        setup.send(SUBSCRIBE).await;
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
    assert_eq!(setup.end().await, Limits::default().handshake - Duration::from_secs(50));
    assert!(!setup.is_banned());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_stops_within_a_line_is_left() {
    let mut setup = setup(Limits::default(), 4_096);
    setup.begin().await;
    setup.send(b"{\"id\":3,\"method\":\"mining.sub").await;
    assert_eq!(setup.end().await, Limits::default().line_time);
    assert!(!setup.is_banned());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_sends_a_byte_at_a_time_is_left() {
    let mut setup = setup(Limits::default(), 4_096);
    setup.begin().await;
    let before = Instant::now();
    while setup.client.get_mut().write_all(b"x").await.is_ok() {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert_eq!(before.elapsed().as_secs(), Limits::default().line_time.as_secs() + 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_hears_something_every_minute_and_is_left_when_it_never_speaks() {
    let mut setup = setup(Limits::default(), 4_096);
    setup.begin().await;
    let (begun, mut last) = (Instant::now(), Instant::now());
    while let Some(line) = setup.line().await {
        if line.contains(NOTIFY) {
            assert!(last.elapsed() < Duration::from_secs(60));
            last = Instant::now();
        }
    }
    assert_eq!(begun.elapsed(), Limits::default().idle);
    assert!(last.elapsed() < Duration::from_secs(60));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_is_left() {
    let mut setup = setup(Limits::default(), 64);
    let before = Instant::now();
    setup.send(SUBSCRIBE).await;
    (&mut setup.task).await.unwrap();
    assert_eq!(before.elapsed(), Limits::default().write_time);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_sends_garbage_is_banned() {
    let limits = Limits { faults: Quota { burst: 5, interval: Duration::from_secs(6) }, ..Default::default() };
    let mut setup = setup(limits, 65_536);
    setup.begin().await;
    for _ in 0..5 {
        setup.send(b"garbage\n").await;
        assert!(setup.line().await.unwrap().contains("[20,\"Malformed: not a request\",null]"));
    }
    assert!(!setup.is_banned());
    setup.send(b"garbage\n").await;
    assert_eq!(setup.end().await, Duration::ZERO);
    setup.task.await.unwrap();
    let statistics = setup.pool.statistics();
    assert_eq!((statistics.faults, statistics.bans, statistics.banned), (6, 1, 1));
    assert!(setup.pool.gate.admit(CLIENT.into(), setup.pool.now()).is_err());
    tokio::time::sleep(limits.ban).await;
    assert!(setup.pool.gate.admit(CLIENT.into(), setup.pool.now()).is_ok());
}

#[tokio::test(start_paused = true)]
async fn faults_at_a_low_rate_are_forgiven() {
    let limits = Limits { faults: Quota { burst: 2, interval: Duration::from_secs(6) }, ..Default::default() };
    let mut setup = setup(limits, 65_536);
    setup.begin().await;
    for _ in 0..100 {
        setup.send(b"garbage\n").await;
        while !setup.line().await.unwrap().contains("Malformed") {}
        tokio::time::sleep(limits.faults.interval).await;
    }
    assert_eq!(setup.pool.statistics().faults, 100);
}

#[tokio::test(start_paused = true)]
async fn a_line_that_never_ends_is_not_waited_for() {
    let mut setup = setup(Limits::default(), 65_536);
    setup.send(&[b'x'; 10_000]).await;
    assert_eq!(setup.end().await, Duration::ZERO);
    setup.task.await.unwrap();
    assert_eq!(setup.pool.statistics().bans, 1);
}

#[tokio::test(start_paused = true)]
async fn a_fast_client_is_read_slowly_and_not_shut_out() {
    let limits = Limits { lines: Quota { burst: 10, interval: Duration::from_secs(1) }, ..Default::default() };
    let mut setup = setup(limits, 65_536);
    setup.begin().await;
    let before = Instant::now();
    for _ in 0..28 {
        setup.send(SUBSCRIBE).await;
    }
    for _ in 0..28 {
        while !setup.line().await.unwrap().contains("result") {}
    }
    // With the two before, ten of thirty lines came at once and one more each second, the first of these at once, too.
    assert_eq!(before.elapsed().as_secs(), 19);
    assert!(!setup.is_banned());
}

#[tokio::test(start_paused = true)]
async fn a_connection_ends_with_the_node() {
    let mut setup = setup(Limits::default(), 4_096);
    setup.begin().await;
    let Setup { jobs, client, .. } = &mut setup;
    drop(core::mem::replace(jobs, watch::channel(None).0));
    let mut rest = String::new();
    assert_eq!(client.read_line(&mut rest).await.unwrap(), 0, "{rest}");
}

#[tokio::test(start_paused = true)]
async fn workers_are_read_at_most_once_a_second() {
    let mut setup = setup_with(Limits::default(), 4_096, CompactBits::POW_LIMIT);
    setup.begin().await;
    assert!(setup.pool.workers().is_empty());
    setup
        .send(b"{\"id\":3,\"method\":\"mining.submit\",\"params\":[\"rig\",\"1\",\"0000000000000000\",\"0\",\"0\"]}\n")
        .await;
    while !setup.line().await.unwrap().contains("\"result\":true") {}
    assert!(setup.pool.statistics().workers == 1 && setup.pool.workers().is_empty());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(setup.pool.workers()[0].accepted, 1);
}

#[tokio::test(start_paused = true)]
async fn a_block_does_not_wait_for_its_miner_to_read() {
    // Whatever the nonce, it is a block.
    let mut setup = setup_with(Limits::default(), 16, CompactBits::POW_LIMIT);
    setup.begin().await;
    setup
        .send(b"{\"id\":3,\"method\":\"mining.submit\",\"params\":[\"rig\",\"1\",\"0000000000000000\",\"0\",\"0\"]}\n")
        .await;
    let before = Instant::now();
    while setup.pool.statistics().blocks == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert!(setup.line().await.unwrap().contains("\"result\":true"));
}

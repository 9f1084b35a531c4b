//! Many miners at once: how a Stratum server bears them.
//!
//! `load MINERS SECONDS [ADDRESS]`: each miner sends a share every ten seconds. Without an address, a server without a node runs in
//! the same process, with a new block every three seconds. With one, the server must allow so many connections of an address and
//! shares of difficulty 0.0000001.

#[path = "../tests/common/mod.rs"]
mod common;

use common::{hard, job, json, line, range, target_of, Miner, Work};
use posw_stratum::{Config, JobFeed, Limits, Outcome, Server};
use serde_json::json;
use std::{
    collections::HashMap,
    error::Error,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    sync::watch,
    task::JoinSet,
    time::{interval_at, sleep},
};

const SHARE_INTERVAL: Duration = Duration::from_secs(10);
const BLOCK_TIME: Duration = Duration::from_secs(3);

type Failure = Box<dyn Error + Send + Sync>;

/// What all miners have seen.
#[derive(Default)]
struct Seen {
    /// From sending a share to its answer.
    answers: Vec<Duration>,
    /// Answers by what they say.
    verdicts: HashMap<String, u64>,
    /// When the first and the last miner were given each clean job, by its previous hash, and how many were.
    jobs: HashMap<String, (Instant, Instant, usize)>,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [miners, seconds, address @ ..] = &arguments[..] else { return Err("load MINERS SECONDS [ADDRESS]".into()) };
    let (miners, seconds): (u32, u64) = (miners.parse()?, seconds.parse()?);
    let address = match address.first() {
        Some(address) => address.parse()?,
        None => server().await?,
    };
    let seen = Arc::new(Mutex::new(Seen::default()));
    let mut tasks = JoinSet::new();
    for index in 0..miners {
        let (seen, delay) = (seen.clone(), SHARE_INTERVAL * index / miners);
        tasks.spawn(async move {
            sleep(delay).await;
            if let Err(error) = mine(address, &format!("load.{index}"), &seen).await {
                *seen.lock().unwrap().verdicts.entry(format!("connection: {error}")).or_default() += 1;
            }
        });
    }
    sleep(SHARE_INTERVAL).await;
    *seen.lock().unwrap() = Seen::default();
    sleep(Duration::from_secs(seconds)).await;
    report(&mut seen.lock().unwrap(), miners);
    Ok(())
}

/// A server whose node imports everything.
async fn server() -> Result<SocketAddr, Failure> {
    let (jobs, receiver) = watch::channel(Some(job(0, 0, hard())));
    let feed = JobFeed::new(receiver, |_| async { Outcome::Imported });
    let limits = Limits { connections: 100_000, per_address: 100_000, ..Default::default() };
    let config = Config { difficulty: range(), limits, ..Config::new(([127, 0, 0, 1], 0).into()) };
    let server = Server::bind(config, feed).await?;
    let address = server.address();
    tokio::spawn(server.run());
    tokio::spawn(async move {
        for id in 1.. {
            sleep(BLOCK_TIME).await;
            jobs.send_replace(Some(job(id, id.to_le_bytes()[0], hard())));
        }
    });
    Ok(address)
}

/// One miner, until the server hangs up.
async fn mine(address: SocketAddr, user: &str, seen: &Mutex<Seen>) -> Result<(), Failure> {
    let (reader, mut writer) = TcpStream::connect(address).await?.into_split();
    let mut lines = BufReader::new(reader).lines();
    for request in [
        line("mining.suggest_difficulty", json!([0.000_000_1])),
        line("mining.subscribe", json!(["load/1"])),
        line("mining.authorize", json!([user, "x"])),
    ] {
        writer.write_all(format!("{request}\n").as_bytes()).await?;
    }
    lines.next_line().await?.ok_or("closed")?;
    let subscription = json(&lines.next_line().await?.ok_or("closed")?);
    let miner = Miner::new(user, &subscription["result"]);
    lines.next_line().await?.ok_or("closed")?;

    let (mut target, mut work, mut extranonce2, mut sent) = (None, None, 0, None);
    let mut shares = interval_at(tokio::time::Instant::now() + SHARE_INTERVAL, SHARE_INTERVAL);
    loop {
        tokio::select! {
            received = lines.next_line() => {
                let now = Instant::now();
                let message = json(&received?.ok_or("closed")?);
                match message["method"].as_str() {
                    Some("mining.set_difficulty") => target = Some(target_of(&message)),
                    Some(_) => {
                        let received = Work::new(&message);
                        if received.clean {
                            let mut seen = seen.lock().unwrap();
                            let previous = message["params"][1].as_str().unwrap_or_default().to_string();
                            let (_, last, count) = seen.jobs.entry(previous).or_insert((now, now, 0));
                            (*last, *count) = (now, *count + 1);
                        }
                        work = Some(received);
                    }
                    None => {
                        let mut seen = seen.lock().unwrap();
                        let verdict = if message["error"].is_null() { "accepted".into() } else { message["error"].to_string() };
                        *seen.verdicts.entry(verdict).or_default() += 1;
                        seen.answers.extend(sent.take().map(|sent| now - sent));
                    }
                }
            }
            _ = shares.tick() => {
                if let (Some(work), Some(target)) = (&work, target) {
                    let share = miner.solve(work, extranonce2, target);
                    extranonce2 += 1;
                    sent = Some(Instant::now());
                    writer.write_all(format!("{share}\n").as_bytes()).await?;
                }
            }
        }
    }
}

fn report(seen: &mut Seen, miners: u32) {
    println!("{miners} miners, answers: {:?}", seen.verdicts);
    seen.answers.sort_unstable();
    let at = |percent: usize| seen.answers.get((seen.answers.len() * percent / 100).min(seen.answers.len().max(1) - 1));
    println!("time to an answer: median {:?}, 99 % {:?}, longest {:?}", at(50), at(99), at(100));
    let mut spreads: Vec<_> = seen.jobs.values().map(|(first, last, count)| (*last - *first, *count)).collect();
    spreads.sort_unstable();
    println!("new blocks: {}; from the first miner to the last, and how many: {spreads:?}", spreads.len());
}

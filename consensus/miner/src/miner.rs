//! The miner as a whole: one server after the other, until it is told to end.

use crate::{
    connection::{Connection, Patience, Tools},
    event::Event,
    reporter::Reporter,
    rig::{Rig, Shares},
    server::{Next, Server, Servers},
    session::End,
    statistics::Statistics,
};
use core::time::Duration;
use std::sync::Arc;
use thiserror::Error;
use tokio::time::{interval_at, sleep, sleep_until, Instant};

/// Every server has refused the user: to go on would be in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("every server has refused to authorize the user")]
pub struct Refused;

/// How servers are dealt with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The servers, the preferred ones first.
    pub servers: Vec<Server>,
    /// When a server is left.
    pub patience: Patience,
    /// How often the servers that are preferred to the current one are tried again.
    pub return_after: Duration,
}

/// Mines for the first of several servers that has work.
pub struct Miner {
    servers: Servers,
    tools: Tools,
    return_after: Duration,
    started: Instant,
    /// Connections that were begun.
    connections: u64,
}

impl Miner {
    /// Not begun yet.
    pub fn new(config: Config, rig: Arc<Rig>, statistics: Arc<Statistics>, reporter: Reporter) -> Self {
        Self {
            servers: Servers::new(config.servers),
            tools: Tools { rig, statistics, reporter, patience: config.patience },
            return_after: config.return_after,
            started: Instant::now(),
            connections: 0,
        }
    }

    /// Mines until the future is dropped; `shares` are those of the rig.
    ///
    /// # Errors
    /// Where there is nobody to mine for.
    pub async fn run(mut self, mut shares: Shares) -> Result<(), Refused> {
        loop {
            match self.servers.next(self.started.elapsed()) {
                Next::Refused => return Err(Refused),
                Next::Wait(until) => sleep_until(self.started + until).await,
                Next::Server(index) => {
                    let mut current = self.establish(index).await.map(|connection| (index, connection));
                    while let Some((index, connection)) = current {
                        current = self.mine(index, connection, &mut shares).await;
                    }
                }
            }
        }
    }

    /// A connection to a server with work; `None` where it has none.
    async fn establish(&mut self, index: usize) -> Option<Connection> {
        let server = self.servers.get(index)?.clone();
        let (number, begun) = (self.connections, Instant::now());
        self.connections += 1;
        match Connection::establish(server.clone(), number, self.tools.clone()).await {
            Ok(connection) => {
                self.servers.succeeded(index);
                Some(connection)
            }
            Err(end) => {
                let pause = self.failed(index, &end, begun.elapsed());
                let (server, reason) = (server.address.to_string(), end.to_string());
                // Rounded up: nobody is told of an attempt in 0 s.
                let retry = pause.as_secs() + u64::from(pause.subsec_nanos() > 0);
                self.tools.reporter.tell(Event::Unavailable { server, reason, retry });
                None
            }
        }
    }

    /// Mines on a connection until it ends, or a preferred one is there, which is returned.
    async fn mine(
        &mut self,
        index: usize,
        mut connection: Connection,
        shares: &mut Shares,
    ) -> Option<(usize, Connection)> {
        let (end, preferred) = tokio::select! {
            end = connection.mine(shares) => (end, None),
            preferred = self.preferred(index) => (End::Preferred, Some(preferred)),
        };
        let begun = connection.begun();
        connection.leave(&end, shares);
        if preferred.is_none() {
            self.failed(index, &end, begun.elapsed());
        }
        preferred
    }

    /// Waits until a server that is preferred to the current one has work.
    async fn preferred(&mut self, current: usize) -> (usize, Connection) {
        loop {
            sleep(self.return_after).await;
            while let Some(index) = self.servers.before(current, self.started.elapsed()) {
                if let Some(connection) = self.establish(index).await {
                    return (index, connection);
                }
            }
        }
    }

    fn failed(&mut self, index: usize, end: &End, lasted: Duration) -> Duration {
        self.servers.failed(index, end, lasted, self.started.elapsed(), fastrand::f64())
    }
}

/// Tells of the statistics every now and then.
pub async fn report(every: Duration, rig: Arc<Rig>, reporter: Reporter) {
    let mut ticks = interval_at(Instant::now() + every, every);
    loop {
        ticks.tick().await;
        reporter.tell(Event::Statistics(rig.snapshot()));
    }
}

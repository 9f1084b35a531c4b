//! The listening socket, and a task for each connection.

use crate::{
    connection::serve, feed::JobFeed, limits::Limits, pool::Pool, store::LoadError, user::Access,
    vardiff::DifficultyRange,
};
use core::{net::SocketAddr, time::Duration};
use std::{io, path::PathBuf, sync::Arc};
use thiserror::Error;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{spawn_blocking, JoinSet},
    time::{interval, sleep},
};

/// How often the accounts are saved.
const SAVE_INTERVAL: Duration = Duration::from_secs(30);
/// Pause after the system has refused a connection, which it does where it has no more files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How a server is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; port 0 is any free one.
    pub address: SocketAddr,
    /// Difficulty of shares.
    pub difficulty: DifficultyRange,
    /// Bounds.
    pub limits: Limits,
    /// Who may mine.
    pub access: Arc<Access>,
    /// File of the accounts; without it they are lost with the process.
    pub accounts: Option<PathBuf>,
}

impl Config {
    /// Listens at an address, with the defaults of everything else.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            difficulty: DifficultyRange::default(),
            limits: Limits::default(),
            access: Arc::default(),
            accounts: None,
        }
    }
}

/// Why a server could not be started.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address cannot be listened at.
    #[error("cannot listen at {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        error: io::Error,
    },
    /// The accounts cannot be read.
    #[error(transparent)]
    Accounts(#[from] LoadError),
}

/// A server that listens and does not yet serve.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    pool: Arc<Pool>,
}

impl Server {
    /// Reads the accounts and begins to listen.
    ///
    /// # Errors
    /// Where one of them fails.
    pub async fn bind(config: Config, feed: JobFeed) -> Result<Self, StartError> {
        let address = config.address;
        let pool = Pool::new(config, feed)?;
        let refused = |error| StartError::Listen { address, error };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        Ok(Self { listener, address, pool })
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// For questions about the server, while it runs and after.
    pub fn pool(&self) -> Arc<Pool> {
        self.pool.clone()
    }

    /// Serves until the future is dropped; then all connections end and the accounts are saved.
    pub async fn run(self) {
        let saved_at_the_end = SavedAtTheEnd(self.pool);
        let pool = &saved_at_the_end.0;
        let mut connections = JoinSet::new();
        let mut save = interval(SAVE_INTERVAL);
        // Its first tick would come at once.
        save.reset();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => match accepted {
                    Ok((stream, peer)) => admit(pool, stream, peer, &mut connections),
                    Err(error) => {
                        log::warn!("A Stratum connection could not be accepted: {error}");
                        sleep(ACCEPT_PAUSE).await;
                    }
                },
                Some(ended) = connections.join_next() => {
                    if let Err(error) = ended {
                        log::error!("A Stratum connection has failed: {error}");
                    }
                }
                _ = save.tick() => {
                    let pool = pool.clone();
                    spawn_blocking(move || pool.save_or_log());
                }
            }
        }
    }
}

/// Serves a new connection, or closes it.
fn admit(pool: &Arc<Pool>, stream: TcpStream, peer: SocketAddr, connections: &mut JoinSet<()>) {
    match pool.gate.admit(peer.ip(), pool.now()) {
        Ok(permit) => {
            pool.counters.admitted.add();
            // Jobs are small and urgent; without the option they are only slower.
            let _ = stream.set_nodelay(true);
            connections.spawn(serve(stream, pool.clone(), permit));
        }
        Err(reason) => {
            pool.counters.turned_away.add();
            log::debug!("A Stratum connection of {peer} was turned away: {reason}");
        }
    }
}

/// Saves the accounts when it is dropped.
struct SavedAtTheEnd(Arc<Pool>);

impl Drop for SavedAtTheEnd {
    fn drop(&mut self) {
        self.0.save_or_log();
    }
}

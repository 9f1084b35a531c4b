//! The statistics for Prometheus, over HTTP.

use crate::{
    rig::Rig,
    statistics::{Counts, Snapshot},
};
use core::{convert::Infallible, fmt::Display, net::SocketAddr, time::Duration};
use http_body_util::Full;
use hyper::{
    body::{Bytes, Incoming},
    header::CONTENT_TYPE,
    server::conn::http1,
    service::service_fn,
    Method, Request, Response, StatusCode,
};
use hyper_util::rt::TokioIo;
use posw_stratum::Difficulty;
use std::{io, sync::Arc};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};

/// Prometheus' text format.
const TEXT_FORMAT: &str = "text/plain; version=0.0.4";
/// Connections served at a time; more wait.
const CONNECTIONS: usize = 8;
/// How long a connection may last: there is one question and one answer.
const CONNECTION_TIME: Duration = Duration::from_secs(10);
/// Pause after the system has refused a connection, which it does where it has no more files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Listens for questions.
///
/// # Errors
/// Where the system does not let it.
pub async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

/// Answers `GET /metrics` until the future is dropped.
pub async fn serve(listener: TcpListener, rig: Arc<Rig>) -> Infallible {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { continue };
        match listener.accept().await {
            Ok((stream, _)) => {
                let rig = rig.clone();
                tokio::spawn(async move {
                    // Who asks and leaves, or is too slow, gets no answer.
                    let _ = timeout(CONNECTION_TIME, converse(stream, &rig)).await;
                    drop(place);
                });
            }
            Err(_) => sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn converse(stream: TcpStream, rig: &Rig) -> hyper::Result<()> {
    let service = service_fn(|request| async move { Ok::<_, Infallible>(answer(&request, rig)) });
    http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), service).await
}

fn answer(request: &Request<Incoming>, rig: &Rig) -> Response<Full<Bytes>> {
    let (status, kind, body) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/metrics") => (StatusCode::OK, TEXT_FORMAT, render(&rig.snapshot())),
        (_, "/metrics") => (StatusCode::METHOD_NOT_ALLOWED, "text/plain", "GET is allowed\n".into()),
        _ => (StatusCode::NOT_FOUND, "text/plain", "there is only /metrics\n".into()),
    };
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(kind));
    response
}

/// The statistics in the text format.
fn render(snapshot: &Snapshot) -> String {
    let Snapshot { uptime_seconds, threads, hash_rate, hashes, faults, counts, mean_hash_rate: _ } = snapshot;
    let Counts { server, difficulty, best_difficulty, .. } = counts;
    let connected = u8::from(server.is_some());
    let shown = |difficulty: &Option<Difficulty>| difficulty.map_or("0".into(), |difficulty| difficulty.to_string());
    let families: [(&str, &str, &str, &dyn Display); 16] = [
        ("counter", "hashes_total", "Hashes computed", hashes),
        ("counter", "hash_faults_total", "Hashes that the kernel wrongly took for shares", faults),
        ("counter", "shares_accepted_total", "Shares accepted", &counts.accepted),
        ("counter", "shares_rejected_total", "Shares rejected other than for lateness", &counts.rejected),
        ("counter", "shares_stale_total", "Shares too late, or not sent because they were", &counts.stale),
        ("counter", "shares_dropped_total", "Shares not sent to a slow server, or not answered", &counts.dropped),
        ("counter", "blocks_total", "Accepted shares that solve a block", &counts.blocks),
        ("counter", "jobs_total", "Jobs searched", &counts.jobs),
        ("counter", "connections_total", "Times that a server's work was begun", &counts.connections),
        ("counter", "disconnections_total", "Times that such a connection has ended", &counts.disconnections),
        ("gauge", "hash_rate", "Hashes per second over the last ten seconds", hash_rate),
        ("gauge", "threads", "Threads that hash", threads),
        ("gauge", "uptime_seconds", "Seconds since the miner was started", uptime_seconds),
        ("gauge", "connected", "1 while a server's work is searched, else 0", &connected),
        ("gauge", "difficulty", "Difficulty of shares, 0 while not connected", &shown(difficulty)),
        ("gauge", "best_difficulty", "Highest difficulty of an accepted share", &shown(best_difficulty)),
    ];
    let mut text = String::new();
    for (kind, name, help, value) in families {
        let name = format!("posw_miner_{name}");
        text += &format!("# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_has_its_line() {
        let counts = Counts {
            server: Some("pool.example:3333".into()),
            difficulty: Some(Difficulty::from_billionths(1_500_000_000)),
            accepted: 3,
            rejected: 4,
            stale: 5,
            dropped: 6,
            blocks: 7,
            jobs: 8,
            connections: 9,
            disconnections: 10,
            best_difficulty: Some(Difficulty::ONE.times(2)),
        };
        let snapshot = Snapshot {
            uptime_seconds: 11,
            threads: 12,
            hash_rate: 13,
            mean_hash_rate: 13,
            hashes: 1 << 40,
            faults: 0,
            counts,
        };
        let text = render(&snapshot);
        for line in [
            "# TYPE posw_miner_hashes_total counter",
            "posw_miner_hashes_total 1099511627776",
            "posw_miner_hash_faults_total 0",
            "posw_miner_shares_accepted_total 3",
            "posw_miner_shares_rejected_total 4",
            "posw_miner_shares_stale_total 5",
            "posw_miner_shares_dropped_total 6",
            "posw_miner_blocks_total 7",
            "posw_miner_jobs_total 8",
            "posw_miner_connections_total 9",
            "posw_miner_disconnections_total 10",
            "# TYPE posw_miner_hash_rate gauge",
            "posw_miner_hash_rate 13",
            "posw_miner_threads 12",
            "posw_miner_uptime_seconds 11",
            "posw_miner_connected 1",
            "posw_miner_difficulty 1.5",
            "posw_miner_best_difficulty 2",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
    }
}

//! A peer below the SDK's manners: it announces false blocks as fast as the connection takes them, serves them to who asks,
//! and comes back under another name when it is dropped.
//!
//! Written from the messages on the wire, with none of the SDK's code for synchronisation.

use super::{
    forger::{Forger, Lie},
    relay,
};
use crate::common::process::Node;
use codec::{Decode, Encode};
use futures::StreamExt;
use litep2p::{
    config::ConfigBuilder,
    protocol::{
        notification::{
            ConfigBuilder as Notifications, NotificationEvent, NotificationHandle, NotificationSink, ValidationResult,
        },
        request_response::{ConfigBuilder as Requests, RequestResponseEvent, RequestResponseHandle},
    },
    transport::tcp::config::Config as Tcp,
    types::{multiaddr::Multiaddr, protocol::ProtocolName, RequestId},
    Litep2p, Litep2pEvent,
};
use parking_lot::Mutex;
use stakework_runtime::opaque::Header;
use std::{
    sync::{
        atomic::{AtomicU64, Ordering::Relaxed},
        Arc,
    },
    time::Duration,
};
use tokio::{
    runtime::{Builder, Runtime},
    time::sleep,
};

/// Longest announcement.
const MAX_SIZE: usize = 1 << 20;
/// Before a connection is tried again that did not come about.
const PAUSE: Duration = Duration::from_millis(100);
/// How long somebody waits for a block that is not there.
const WAIT: Duration = Duration::from_millis(200);
/// Role of a full node in the handshake.
const FULL: u8 = 1;
/// State of an announced block: not the best of whoever announces it, which has nobody search for a common ancestor.
const NORMAL: u8 = 0;

/// What came of a flood.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Headers handed to the connection.
    pub(super) announced: AtomicU64,
    /// Requests that were answered with what was asked for.
    pub(super) served: AtomicU64,
    /// Times that the victim let the peer in.
    pub(super) admitted: AtomicU64,
    /// Times that it dropped the peer.
    pub(super) dropped: AtomicU64,
}

/// The peer, until dropped.
pub(super) struct Liar {
    tally: Arc<Tally>,
    runtime: Option<Runtime>,
}

impl Liar {
    /// Begins to lie to a node.
    pub(super) fn start(victim: &Node, lie: Lie) -> Self {
        let tally = Arc::<Tally>::default();
        let session = Session {
            victim: victim.multiaddr().parse().expect("the node knows its address"),
            forger: Arc::new(Mutex::new(Forger::new(lie, victim.rpc()))),
            tally: tally.clone(),
        };
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads can be had");
        runtime.spawn(async move {
            loop {
                if session.run().await.is_none() {
                    sleep(PAUSE).await;
                }
            }
        });
        Self { tally, runtime: Some(runtime) }
    }

    /// What came of it so far.
    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }
}

impl Drop for Liar {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// One connection after the other.
struct Session {
    victim: Multiaddr,
    forger: Arc<Mutex<Forger>>,
    tally: Arc<Tally>,
}

impl Session {
    /// From the connection to its end; `None` where the victim did not let the peer in.
    async fn run(&self) -> Option<()> {
        let (mut litep2p, mut announcements, mut requests) = self.peer()?;
        litep2p.dial_address(self.victim.clone()).await.ok()?;
        let mut admitted = None;
        loop {
            tokio::select! {
                event = litep2p.next_event() => match event? {
                    Litep2pEvent::ConnectionEstablished { peer, .. } => announcements.open_substream(peer).await.ok()?,
                    Litep2pEvent::DialFailure { .. } => return None,
                    _ => (),
                },
                event = announcements.next() => match event? {
                    NotificationEvent::ValidateSubstream { peer, .. } => {
                        announcements.send_validation_result(peer, ValidationResult::Accept);
                    }
                    NotificationEvent::NotificationStreamOpened { peer, .. } => {
                        self.tally.admitted.fetch_add(1, Relaxed);
                        let sink = announcements.notification_sink(peer)?;
                        if self.forger.lock().announces() {
                            tokio::spawn(announce(sink, self.forger.clone(), self.tally.clone()));
                        }
                        admitted = Some(());
                    }
                    NotificationEvent::NotificationReceived { notification, .. } => {
                        if let Ok(best) = Header::decode(&mut &notification[..]) {
                            self.forger.lock().follow(best);
                        }
                    }
                    NotificationEvent::NotificationStreamClosed { .. } => {
                        self.tally.dropped.fetch_add(1, Relaxed);
                        return admitted;
                    }
                    NotificationEvent::NotificationStreamOpenFailure { .. } => return None,
                },
                event = requests.next() => {
                    if let RequestResponseEvent::RequestReceived { request_id, request, .. } = event? {
                        self.serve(&mut requests, request_id, &request).await;
                    }
                }
            }
        }
    }

    /// Answers a request for what there is; has whoever asks for something else wait, and then refuses.
    async fn serve(&self, requests: &mut RequestResponseHandle, id: RequestId, request: &[u8]) {
        let answer = self.forger.lock().answer(request);
        match answer {
            Some(answer) => {
                requests.send_response(id, answer);
                self.tally.served.fetch_add(1, Relaxed);
            }
            None => {
                sleep(WAIT).await;
                requests.reject_request(id);
            }
        }
    }

    /// A peer with a name that nobody has heard of.
    fn peer(&self) -> Option<(Litep2p, NotificationHandle, RequestResponseHandle)> {
        let mut forger = self.forger.lock();
        forger.forget();
        let genesis = forger.genesis();
        let handshake = (FULL, forger.best(), genesis).encode();
        let announcing = format!("/{}/block-announces/1", array_bytes::bytes2hex("", genesis));
        let (announcing, announcements) = Notifications::new(ProtocolName::from(announcing))
            .with_max_size(MAX_SIZE)
            .with_handshake(handshake)
            .with_auto_accept_inbound(true)
            .build();
        let serving = Requests::new(ProtocolName::from(relay::protocol(genesis)));
        let (serving, requests) = serving.with_max_size(relay::MAX_SIZE).build();
        let tcp = Tcp { listen_addresses: Vec::new(), ..Default::default() };
        let config = ConfigBuilder::new().with_tcp(tcp).with_notification_protocol(announcing);
        let litep2p = Litep2p::new(config.with_request_response_protocol(serving).build()).ok()?;
        Some((litep2p, announcements, requests))
    }
}

/// Announces until the connection ends.
async fn announce(sink: NotificationSink, forger: Arc<Mutex<Forger>>, tally: Arc<Tally>) {
    loop {
        let message = (forger.lock().forge(), NORMAL, Vec::<u8>::new()).encode();
        if sink.send_async_notification(message).await.is_err() {
            return;
        }
        tally.announced.fetch_add(1, Relaxed);
    }
}

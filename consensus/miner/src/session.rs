//! What a client knows of its connection: which requests are open, which work is current.
//!
//! Pure: lines, shares and the time go in; what is to be done comes out.

use crate::{
    event::Event,
    message::{self, Extranonce, Fault, Malformed, Message, Notify, Reconnect},
    request,
    server::Server,
    work::{Epoch, Share, Work},
};
use core::time::Duration;
use posw_stratum::{
    limits::{Meter, Quota},
    wire::VERSION_MASK,
    Difficulty,
};
use serde_json::Value;
use std::{collections::BTreeMap, sync::Arc};
use thiserror::Error;

/// Shares that may be unanswered; further ones wait.
pub const MAX_OPEN_SHARES: usize = 64;
/// Shortest and longest time, in seconds, that a server can have its clients wait before they come back.
const RECONNECT_WAIT: (u64, u64) = (1, 60);
/// Lines that no request of ours asked for.
const UNASKED: Quota = Quota { burst: 500, interval: Duration::from_millis(20) };

/// Why a connection is given up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum End {
    /// There is no connection.
    #[error("{0}")]
    Broken(String),
    /// Something that a server has to do was not done in time.
    #[error("no {what} within {} s", .after.as_secs())]
    Silent {
        /// What was waited for.
        what: &'static str,
        /// For how long.
        after: Duration,
    },
    /// The server sends what a client cannot work with.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The server sends more than a client should have to read.
    #[error("the server floods the connection")]
    Flood,
    /// The server does not take the client's subscription.
    #[error("subscription refused: {0}")]
    NotSubscribed(Fault),
    /// The server does not know the user, or not with this password.
    #[error("authorization refused: {0}")]
    Unauthorized(Fault),
    /// The server wants its clients to come back after so many seconds.
    #[error("the server asks to reconnect in {0} s")]
    Reconnect(u64),
    /// A server that is preferred to this one has work again.
    #[error("a preferred server is back")]
    Preferred,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Send a line.
    Send(String),
    /// Search this work instead of any other.
    Search(Arc<Work>),
    /// Tell of an event, and count it.
    Tell(Event),
}

/// What was asked.
enum Open {
    Configure,
    Subscribe,
    Authorize,
    SubscribeExtranonce,
    Submit { share: Share, since: Duration },
}

/// One connection, from its first line on. Times are since any fixed moment.
pub struct Session {
    server: Arc<Server>,
    open: BTreeMap<u64, Open>,
    open_shares: usize,
    next_id: u64,
    epoch: Epoch,
    unasked: Meter,
    /// For the jobs that follow.
    extranonce: Option<Extranonce>,
    /// For the jobs that follow.
    difficulty: Difficulty,
    /// For the jobs that follow.
    version_mask: u32,
    authorized: bool,
    /// When the last job came.
    notified: Option<Duration>,
    work: Option<Arc<Work>>,
}

impl Session {
    /// Nothing is sent yet. `connection` tells this connection from all others.
    pub fn new(server: Arc<Server>, connection: u64) -> Self {
        Self {
            server,
            open: BTreeMap::new(),
            open_shares: 0,
            next_id: 1,
            epoch: Epoch { connection, voided: 0 },
            unasked: Meter::new(UNASKED),
            extranonce: None,
            difficulty: Difficulty::ONE,
            version_mask: 0,
            authorized: false,
            notified: None,
            work: None,
        }
    }

    /// The lines to begin with.
    pub fn begin(&mut self) -> Vec<String> {
        // It is to come first (BIP 310), but some servers never answer it.
        let configure = self.server.version_rolling.then(|| request::configure(self.ask(Open::Configure)));
        configure.into_iter().chain([request::subscribe(self.ask(Open::Subscribe))]).collect()
    }

    /// Whether the server has answered the subscription.
    pub fn is_subscribed(&self) -> bool {
        self.extranonce.is_some()
    }

    /// Whether the server has authorized the user.
    pub fn is_authorized(&self) -> bool {
        self.authorized
    }

    /// The work to be searched; only once the server has authorized the user.
    pub fn work(&self) -> Option<&Arc<Work>> {
        self.work.as_ref().filter(|_| self.authorized)
    }

    /// When the last job came.
    pub fn notified(&self) -> Option<Duration> {
        self.notified
    }

    /// Since when the share that waits longest for its answer does.
    pub fn unanswered(&self) -> Option<Duration> {
        self.open.values().find_map(|open| match open {
            Open::Submit { since, .. } => Some(*since),
            _ => None,
        })
    }

    /// Whether one more share may be sent.
    pub fn has_room(&self) -> bool {
        self.open_shares < MAX_OPEN_SHARES
    }

    /// Shares that were not answered.
    pub fn open_shares(&self) -> usize {
        self.open_shares
    }

    /// Takes a line of the server, without its end.
    ///
    /// # Errors
    /// Where the connection is to be given up.
    pub fn receive(&mut self, line: &[u8], now: Duration) -> Result<Vec<Action>, End> {
        let message = message::parse(line)?;
        if let Message::Response { id, outcome } = message {
            if let Some(open) = self.open.remove(&id) {
                return self.answered(open, outcome, now);
            }
            self.spend(now)?;
            return Ok(Vec::new());
        }
        self.spend(now)?;
        Ok(match message {
            Message::Response { .. } | Message::Unknown(None) => Vec::new(),
            Message::SetDifficulty(difficulty) => {
                self.difficulty = difficulty;
                Vec::new()
            }
            Message::SetExtranonce(extranonce) => {
                self.extranonce = Some(extranonce);
                Vec::new()
            }
            Message::SetVersionMask(mask) => {
                self.set_version_mask(mask);
                Vec::new()
            }
            Message::Notify(notify) => self.notify(*notify, now)?,
            Message::Reconnect(reconnect) => vec![self.reconnect(reconnect)?],
            Message::Show(text) => vec![Action::Tell(Event::Message { text })],
            Message::GetVersion(id) => vec![Action::Send(request::answer(&id, crate::AGENT))],
            Message::Ping(id) => vec![Action::Send(request::answer(&id, "pong"))],
            Message::Unknown(Some(id)) => vec![Action::Send(request::refuse(&id))],
        })
    }

    /// Sends a share, unless it is known that it would come too late.
    pub fn submit(&mut self, share: Share, now: Duration) -> Option<String> {
        if share.work.epoch != self.epoch {
            return None;
        }
        self.open_shares += 1;
        let id = self.ask(Open::Submit { share: share.clone(), since: now });
        Some(request::submit(id, &self.server.user, &share))
    }

    fn ask(&mut self, open: Open) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        self.open.insert(id, open);
        id
    }

    fn spend(&mut self, now: Duration) -> Result<(), End> {
        match self.unasked.spend(now) {
            Duration::ZERO => Ok(()),
            _ => Err(End::Flood),
        }
    }

    fn answered(&mut self, open: Open, outcome: Result<Value, Fault>, now: Duration) -> Result<Vec<Action>, End> {
        match open {
            Open::Configure => {
                self.set_version_mask(outcome.map_or(0, |result| message::version_mask(&result)));
                Ok(Vec::new())
            }
            Open::Subscribe => {
                let result = outcome.map_err(End::NotSubscribed)?;
                // What the server set in the meantime is newer.
                if self.extranonce.is_none() {
                    self.extranonce = Some(message::subscription(&result)?);
                }
                let Server { user, password, .. } = &*self.server.clone();
                let authorize = request::authorize(self.ask(Open::Authorize), user, password);
                let extranonces = request::subscribe_extranonce(self.ask(Open::SubscribeExtranonce));
                Ok(vec![Action::Send(authorize), Action::Send(extranonces)])
            }
            Open::Authorize => {
                granted(outcome).map_err(End::Unauthorized)?;
                self.authorized = true;
                Ok(self.search())
            }
            // Servers that know nothing of it send no new extranonces either.
            Open::SubscribeExtranonce => Ok(Vec::new()),
            Open::Submit { share, since } => {
                self.open_shares -= 1;
                Ok(vec![Action::Tell(judged(&share, granted(outcome), now.saturating_sub(since)))])
            }
        }
    }

    /// No more bits than were asked for: others are not free in every chain.
    fn set_version_mask(&mut self, mask: u32) {
        let wanted = if self.server.version_rolling { VERSION_MASK } else { 0 };
        self.version_mask = mask & wanted;
    }

    fn notify(&mut self, notify: Notify, now: Duration) -> Result<Vec<Action>, End> {
        let extranonce = self.extranonce.clone().ok_or(Malformed::Field {
            method: "mining.notify",
            field: "extranonce",
            found: "unknown".into(),
            allowed: "known from the answer to mining.subscribe",
        })?;
        if notify.clean {
            self.epoch.voided += 1;
        }
        self.notified = Some(now);
        let Self { difficulty, version_mask, epoch, .. } = *self;
        self.work = Some(Arc::new(Work { notify, extranonce, difficulty, version_mask, epoch }));
        Ok(self.search())
    }

    fn search(&self) -> Vec<Action> {
        self.work().cloned().map(Action::Search).into_iter().collect()
    }

    /// To another place than the configured one nobody is followed: a connection is not authenticated, so that whoever can
    /// write into it once could lead all the hashing away for good.
    fn reconnect(&self, Reconnect { host, port, wait }: Reconnect) -> Result<Action, End> {
        let address = &self.server.address;
        let same_host = host.as_deref().is_none_or(|host| host.eq_ignore_ascii_case(address.host()));
        let same_port = port.is_none_or(|port| port == u64::from(address.port()));
        if same_host && same_port {
            return Err(End::Reconnect(wait.clamp(RECONNECT_WAIT.0, RECONNECT_WAIT.1)));
        }
        let (host, port) = (host.as_deref().unwrap_or("the same host"), port.unwrap_or(address.port().into()));
        let what = format!(
            "client.reconnect to {host}, port {port}: connections are not authenticated, so only a server of the configuration \
             is mined for"
        );
        Ok(Action::Tell(Event::Ignored { what }))
    }
}

/// Whether a request was granted; some servers refuse by a result of `false`.
fn granted(outcome: Result<Value, Fault>) -> Result<(), Fault> {
    match outcome? {
        Value::Bool(false) => Err(Fault { code: None, text: "refused without a reason".into() }),
        _ => Ok(()),
    }
}

/// What became of a share.
fn judged(share: &Share, outcome: Result<(), Fault>, took: Duration) -> Event {
    let (job, difficulty, block) = (message::text(&share.work.notify.job), share.difficulty(), share.is_block());
    match outcome {
        Ok(()) => {
            Event::Accepted { job, difficulty, block, millis: u64::try_from(took.as_millis()).unwrap_or(u64::MAX) }
        }
        Err(fault) => Event::Rejected { job, difficulty, block, stale: is_stale(&fault), reason: fault.to_string() },
    }
}

/// Whether a share was refused because its job was replaced: by the protocol's number for it, or by the word where a server has
/// numbers of its own.
fn is_stale(fault: &Fault) -> bool {
    fault.code == Some(21) || fault.text.to_ascii_lowercase().contains("stale")
}

//! The state of one connection: what it may do, which jobs it has, and what is answered.
//!
//! Pure: lines, jobs and the time go in, lines and an event come out. Requests are taken in any order.

use crate::{
    coinbase::EXTRANONCE1_LEN,
    difficulty::Difficulty,
    feed::{Job, Solution},
    issued::{Accepted, IssuedJobs, MAX_JOBS, MAX_SHARES_WITH_BLOCKS},
    user::{Access, Password, User},
    vardiff::{DifficultyRange, VariableDifficulty},
    wire::{self, Extension, Refusal, Request, Share, VERSION_MASK},
};
use core::time::Duration;
use serde_json::{json, Map, Value};
use std::sync::Arc;

/// Users that one connection may send shares for.
pub const MAX_USERS: usize = 64;
/// Clients leave a server that is silent for minutes, so that a job is sent again after this time.
pub const RENOTIFY: Duration = Duration::from_secs(45);

/// What a session keeps of what the client has sent, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Users authorized.
    pub users: usize,
    /// Jobs issued.
    pub jobs: usize,
    /// Shares accepted.
    pub shares: usize,
}

impl Kept {
    /// More than this is never kept, whatever the client sends.
    pub const MOST: Self = Self { users: MAX_USERS, jobs: 2 * MAX_JOBS, shares: 2 * MAX_SHARES_WITH_BLOCKS };

    /// Whether nothing is above its bound.
    pub fn is_within_bounds(&self) -> bool {
        let Self { users, jobs, shares } = Self::MOST;
        self.users <= users && self.jobs <= jobs && self.shares <= shares
    }
}

/// The time, as a session sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Since any fixed moment; never goes back.
    pub monotonic: Duration,
    /// Seconds since 1970, for the headers' time fields.
    pub unix: u32,
}

/// What a line led to.
#[derive(Debug, PartialEq)]
pub struct Reaction {
    /// Lines to send.
    pub lines: Vec<String>,
    /// Something to be accounted.
    pub event: Option<Event>,
}

/// Something that concerns more than the connection.
#[derive(Debug, PartialEq)]
pub enum Event {
    /// A share of an authorized user was accepted.
    Accepted {
        /// Whose.
        user: User,
        /// Number of the block that it was for.
        height: u32,
        /// Expected hashes of such a share.
        hashes: u128,
        /// The share is a block, which the node must get.
        solution: Option<Solution>,
    },
    /// A share of an authorized user was refused.
    Refused {
        /// Whose.
        user: User,
        /// Why.
        refusal: Refusal,
    },
    /// Another request was refused.
    Fault(Refusal),
}

impl Event {
    /// Whether a client that works as it should hardly ever causes it.
    pub fn is_fault(&self) -> bool {
        match self {
            Self::Accepted { .. } => false,
            Self::Refused { refusal, .. } | Self::Fault(refusal) => refusal.is_fault(),
        }
    }
}

/// One connection.
pub struct Session {
    access: Arc<Access>,
    extranonce1: [u8; EXTRANONCE1_LEN],
    subscribed: bool,
    users: Vec<User>,
    difficulty: VariableDifficulty,
    /// The difficulty last sent.
    announced: Option<Difficulty>,
    /// When a job was last sent.
    notified: Duration,
    job: Option<Arc<Job>>,
    issued: IssuedJobs,
}

impl Session {
    /// A connection that has said nothing yet. `extranonce1` must be no other connection's.
    pub fn new(access: Arc<Access>, range: DifficultyRange, extranonce1: [u8; EXTRANONCE1_LEN], now: Moment) -> Self {
        Self {
            access,
            extranonce1,
            subscribed: false,
            users: Vec::new(),
            difficulty: VariableDifficulty::new(range, now.monotonic),
            announced: None,
            notified: now.monotonic,
            job: None,
            issued: IssuedJobs::new(extranonce1),
        }
    }

    /// Whether the client has both subscribed and authorized a user, and so is given jobs.
    pub fn is_ready(&self) -> bool {
        self.subscribed && !self.users.is_empty()
    }

    /// How much is kept for the client.
    pub fn kept(&self) -> Kept {
        Kept { users: self.users.len(), jobs: self.issued.jobs(), shares: self.issued.shares() }
    }

    /// Takes a line of the client, without its end.
    pub fn receive(&mut self, line: &[u8], now: Moment) -> Reaction {
        let call = wire::parse(line);
        let was_ready = self.is_ready();
        let (response, event) = match call.request {
            Ok(request) => self.handle(request, now),
            Err(refusal) => answered(Err(refusal)),
        };
        let response = match response {
            Ok(result) => wire::granted(&call.id, result),
            Err(refusal) => wire::refused(&call.id, refusal),
        };
        let mut lines = vec![response];
        if was_ready {
            lines.extend(self.follow_speed(now));
        } else if self.is_ready() {
            self.difficulty.restart(now.monotonic);
            lines.extend(self.notify(true, now));
        }
        Reaction { lines, event }
    }

    /// Takes a new job, or that there is none; returns the lines to send.
    pub fn set_job(&mut self, job: Option<Arc<Job>>, now: Moment) -> Vec<String> {
        let parent = |job: &Option<Arc<Job>>| job.as_ref().map(|job| job.parent);
        let clean = parent(&self.job) != parent(&job);
        if clean {
            self.issued.retire();
        }
        if self.job.is_none() {
            self.difficulty.restart(now.monotonic);
        }
        self.job = job;
        self.notify(clean, now)
    }

    /// To be called every few seconds: sends a job again before the client gives up, and follows its speed.
    pub fn tick(&mut self, now: Moment) -> Vec<String> {
        let lines = self.follow_speed(now);
        let silent = now.monotonic.saturating_sub(self.notified);
        if lines.is_empty() && silent >= RENOTIFY {
            return self.notify(false, now);
        }
        lines
    }

    fn handle(&mut self, request: Request, now: Moment) -> (Result<Value, Refusal>, Option<Event>) {
        answered(match request {
            Request::Subscribe => {
                self.subscribed = true;
                Ok(wire::subscription(self.extranonce1))
            }
            Request::Authorize { user, password } => self.authorize(user, &password).map(Value::from),
            Request::Configure(extensions) => Ok(self.configure(extensions)),
            // Granted, and never made use of.
            Request::ExtranonceSubscribe => Ok(true.into()),
            Request::SuggestDifficulty(difficulty) => {
                self.difficulty.suggest(difficulty, now.monotonic);
                Ok(true.into())
            }
            Request::Submit(share) => return self.submit(share),
        })
    }

    fn authorize(&mut self, user: User, password: &Password) -> Result<bool, Refusal> {
        if !self.access.permits(password) {
            return Err(Refusal::Unauthorized);
        }
        if !self.users.contains(&user) {
            if self.users.len() >= MAX_USERS {
                return Err(Refusal::TooMany("users"));
            }
            self.users.push(user);
        }
        Ok(true)
    }

    fn configure(&mut self, extensions: Vec<Extension>) -> Value {
        let mut result = Map::new();
        for extension in extensions {
            match extension {
                Extension::VersionRolling(mask) => {
                    result.insert("version-rolling".into(), true.into());
                    let mask = format!("{:08x}", mask & VERSION_MASK);
                    result.insert("version-rolling.mask".into(), mask.into());
                }
                Extension::MinimumDifficulty(minimum) => {
                    self.difficulty.raise_minimum(minimum);
                    result.insert("minimum-difficulty".into(), true.into());
                }
                Extension::SubscribeExtranonce => {
                    result.insert("subscribe-extranonce".into(), true.into());
                }
                Extension::Unknown(name) => {
                    result.insert(name, false.into());
                }
            }
        }
        json!(result)
    }

    fn submit(&mut self, share: Share) -> (Result<Value, Refusal>, Option<Event>) {
        if !self.subscribed {
            return answered(Err(Refusal::NotSubscribed));
        }
        if !self.users.contains(&share.user) {
            return answered(Err(Refusal::Unauthorized));
        }
        match self.issued.judge(&share) {
            Ok(Accepted { height, difficulty, solution }) => {
                self.difficulty.share(difficulty);
                let event = Event::Accepted { user: share.user, height, hashes: difficulty.hashes(), solution };
                (Ok(true.into()), Some(event))
            }
            Err(refusal) => (Err(refusal), Some(Event::Refused { user: share.user, refusal })),
        }
    }

    /// Where the difficulty has changed, sends it at once, with a job that it is for.
    fn follow_speed(&mut self, now: Moment) -> Vec<String> {
        if self.job.is_none() || !self.is_ready() {
            return Vec::new();
        }
        self.difficulty.adjust(now.monotonic);
        if self.announced == self.job.as_deref().map(|job| self.difficulty_of(job)) {
            return Vec::new();
        }
        self.notify(false, now)
    }

    /// Sends the job under a new number, so that its transactions differ from those of all earlier ones.
    fn notify(&mut self, clean: bool, now: Moment) -> Vec<String> {
        let Some(job) = self.job.clone().filter(|_| self.is_ready()) else {
            return Vec::new();
        };
        let difficulty = self.difficulty_of(&job);
        let announcement = (self.announced != Some(difficulty)).then(|| wire::set_difficulty(difficulty));
        self.announced = Some(difficulty);
        self.notified = now.monotonic;
        let notification = self.issued.issue(job, difficulty, now.unix, clean);
        announcement.into_iter().chain([notification]).collect()
    }

    /// The difficulty of shares: never harder than the block's, since a client is silent about what is no share, also where it
    /// reads whole numbers only.
    fn difficulty_of(&self, job: &Job) -> Difficulty {
        self.difficulty.current().min(Difficulty::of_target(job.bits.target()).rounded())
    }
}

/// What a request other than a submission of an authorized user leads to.
fn answered(result: Result<Value, Refusal>) -> (Result<Value, Refusal>, Option<Event>) {
    let event = result.as_ref().err().copied().map(Event::Fault);
    (result, event)
}

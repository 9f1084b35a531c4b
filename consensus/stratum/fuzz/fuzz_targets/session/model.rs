//! What a client may rely on, computed from the lines alone.

use crate::common::{json, Miner, Work};
use arbitrary::Arbitrary;
use core::time::Duration;
use posw_stratum::{
    issued::MAX_SHARES,
    session::{Event, Moment, Reaction, Session, MAX_USERS},
    user::User,
    wire::{parse, subscription, Extension, Refusal, Request, Share, VERSION_MASK},
    Access, Difficulty, DifficultyRange, Job,
};
use serde_json::{json, Value};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

/// The connection's, from its beginning to its end.
const EXTRANONCE1: [u8; 4] = [1, 2, 3, 4];
/// Hashes that an input may cost, about. So many shares as a session remembers are left to `tests/session.rs`.
const HASHES: u128 = 1_000;

/// A job as it was sent.
struct Sent {
    work: Work,
    job: Arc<Job>,
    difficulty: Difficulty,
    /// Its parent is no longer the current one.
    void: bool,
}

/// What a share that is not mined is made of.
#[derive(Arbitrary, Debug)]
pub(crate) struct Guess {
    extranonce2: [u8; 8],
    time: u32,
    nonce: u32,
    version_bits: u32,
}

/// A session, its client, and what the one owes the other.
pub(crate) struct Model {
    session: Session,
    access: Arc<Access>,
    range: DifficultyRange,
    now: Moment,
    miner: Miner,
    subscribed: bool,
    users: BTreeSet<User>,
    job: Option<Arc<Job>>,
    difficulty: Option<Difficulty>,
    sent: BTreeMap<u64, Sent>,
    accepted: Vec<Share>,
    counted: HashSet<[u8; 32]>,
    hashes_left: u128,
}

impl Model {
    pub(crate) fn new(access: Access, range: DifficultyRange, unix: u32) -> Self {
        let (access, now) = (Arc::new(access), Moment { monotonic: Duration::ZERO, unix });
        Self {
            session: Session::new(access.clone(), range, EXTRANONCE1, now),
            access,
            range,
            now,
            miner: Miner { user: "rig".into(), extranonce1: EXTRANONCE1.into() },
            subscribed: false,
            users: BTreeSet::new(),
            job: None,
            difficulty: None,
            sent: BTreeMap::new(),
            accepted: Vec::new(),
            counted: HashSet::new(),
            hashes_left: HASHES,
        }
    }

    pub(crate) fn check_bounds(&self) {
        let kept = self.session.kept();
        assert!(kept.is_within_bounds(), "{kept:?}");
        assert_eq!(kept.users, self.users.len());
        assert_eq!(self.session.is_ready(), self.subscribed && !self.users.is_empty());
    }

    pub(crate) fn wait(&mut self, seconds: u16) {
        self.now.monotonic += Duration::from_secs(seconds.into());
        self.now.unix = self.now.unix.saturating_add(seconds.into());
        let lines = self.session.tick(self.now);
        self.take_in(&lines, false);
    }

    pub(crate) fn set_job(&mut self, job: Option<Arc<Job>>) {
        let parent = |job: &Option<Arc<Job>>| job.as_ref().map(|job| job.parent);
        let clean = parent(&self.job) != parent(&job);
        if clean {
            self.sent.values_mut().for_each(|sent| sent.void = true);
        }
        self.job = job.clone();
        let lines = self.session.set_job(job, self.now);
        assert_eq!(lines.is_empty(), self.job.is_none() || !self.session.is_ready());
        self.take_in(&lines, clean);
    }

    /// Sends a request.
    pub(crate) fn ask(&mut self, method: &str, params: Value) {
        self.receive(json!({ "id": 1, "method": method, "params": params }).to_string().as_bytes());
    }

    /// Finds shares and hands them in.
    pub(crate) fn mine(&mut self, back: usize, extranonce2: u64, version_bits: u32, user: usize, count: usize) {
        let Some((job, sent)) = self.sent_back(back) else { return };
        let (work, hashes, target) = (sent.work.clone(), sent.difficulty.hashes(), sent.difficulty.loosest_target());
        let count = count.min(usize::try_from(self.hashes_left / hashes).expect("few are left"));
        self.hashes_left -= hashes * count as u128;
        let version_bits = version_bits & VERSION_MASK;
        let nonces = work.nonces(&self.miner, extranonce2, version_bits, target, true);
        let nonces: Vec<u32> = nonces.take(count).collect();
        let user = self.users.iter().cycle().nth(user).cloned().expect("no job is sent before there is a user");
        for nonce in nonces {
            let (user, extranonce2) = (user.clone(), extranonce2.to_be_bytes());
            self.submit(&Share { user, job, extranonce2, time: work.time, nonce, version_bits });
        }
    }

    pub(crate) fn guess(&mut self, back: usize, guess: Guess) {
        let Some((job, _)) = self.sent_back(back) else { return };
        let Guess { extranonce2, time, nonce, version_bits } = guess;
        let user = self.users.first().cloned().expect("no job is sent before there is a user");
        self.submit(&Share { user, job, extranonce2, time, nonce, version_bits });
    }

    pub(crate) fn repeat(&mut self, back: usize, other_bits: u32) {
        let Some(back) = back.checked_rem(self.accepted.len()) else { return };
        let share = self.accepted.iter().nth_back(back).cloned().expect("it is in range");
        let before = self.counted.len();
        self.submit(&Share { version_bits: share.version_bits ^ other_bits & !VERSION_MASK, ..share });
        assert_eq!(self.counted.len(), before, "a share counts once");
    }

    /// The job that was sent so many ago, with its number.
    fn sent_back(&self, back: usize) -> Option<(u64, &Sent)> {
        let back = back.checked_rem(self.sent.len())?;
        self.sent.iter().nth_back(back).map(|(number, sent)| (*number, sent))
    }

    fn submit(&mut self, share: &Share) {
        let Share { user, job, extranonce2, time, nonce, version_bits } = share;
        let extranonce2 = array_bytes::bytes2hex("", extranonce2);
        // Digits may be of either case, and zeros be left out.
        let [time, nonce, version_bits] = [format!("{time:x}"), format!("{nonce:08X}"), format!("{version_bits:08x}")];
        let params = json!([user.as_str(), format!("{job:06X}"), extranonce2, time, nonce, version_bits]);
        self.ask("mining.submit", params);
    }

    /// Hands the session a line, and checks what it makes of it.
    pub(crate) fn receive(&mut self, line: &[u8]) {
        let call = parse(line);
        let (was_ready, kept) = (self.session.is_ready(), self.session.kept());
        let Reaction { lines, event } = self.session.receive(line, self.now);
        let [answer, further @ ..] = &lines[..] else { panic!("no answer") };
        assert!(answer.len() <= line.len() + 1_024, "{answer}");
        let answered = json(answer);
        // Fractions are read less exactly than they are written.
        assert!(answered["id"] == call.id || call.id.is_f64() && answer.contains(&call.id.to_string()));

        let refusal = match &event {
            Some(Event::Refused { refusal, .. } | Event::Fault(refusal)) => Some(*refusal),
            Some(Event::Accepted { .. }) | None => None,
        };
        let error = refusal.map(|refusal| json!([refusal.code(), refusal.to_string(), null]));
        assert_eq!(answered["error"], error.unwrap_or_default());
        assert_eq!(answered["result"].is_null(), refusal.is_some());
        match call.request {
            Err(expected) => assert_eq!(event, Some(Event::Fault(expected))),
            Ok(Request::Submit(share)) => self.check_share(&share, refusal, event, kept.shares),
            Ok(request) => {
                let expected = self.check_request(request, &answered["result"]);
                assert_eq!(event, expected.map(Event::Fault));
            }
        }
        self.take_in(further, !was_ready);
    }

    /// Checks what a request was granted; returns why it had to be refused.
    fn check_request(&mut self, request: Request, result: &Value) -> Option<Refusal> {
        match request {
            Request::Subscribe => {
                self.subscribed = true;
                assert_eq!(*result, subscription(EXTRANONCE1));
            }
            Request::Authorize { password, .. } if !self.access.permits(&password) => {
                return Some(Refusal::Unauthorized);
            }
            Request::Authorize { user, .. } => {
                if !self.users.contains(&user) && self.users.len() == MAX_USERS {
                    return Some(Refusal::TooMany("users"));
                }
                self.users.insert(user);
                assert_eq!(*result, true);
            }
            Request::Configure(extensions) => {
                for extension in extensions {
                    let (name, granted) = match &extension {
                        Extension::VersionRolling(_) => ("version-rolling", true),
                        Extension::MinimumDifficulty(_) => ("minimum-difficulty", true),
                        Extension::SubscribeExtranonce => ("subscribe-extranonce", true),
                        Extension::Unknown(name) => (name.as_str(), false),
                    };
                    // The mask is answered under a name of its own.
                    assert!(result[name] == granted || name == "version-rolling.mask");
                }
            }
            Request::ExtranonceSubscribe | Request::SuggestDifficulty(_) => assert_eq!(*result, true),
            Request::Submit(_) => unreachable!("shares are checked elsewhere"),
        }
        None
    }

    fn check_share(&mut self, share: &Share, refusal: Option<Refusal>, event: Option<Event>, kept: usize) {
        let forbidden = match (self.subscribed, self.users.contains(&share.user)) {
            (false, _) => Some(Refusal::NotSubscribed),
            (true, false) => Some(Refusal::Unauthorized),
            (true, true) => None,
        };
        if forbidden.is_some() {
            return assert_eq!(event, forbidden.map(Event::Fault));
        }
        let Some(sent) = self.sent.get(&share.job) else {
            return assert_eq!(refusal, Some(Refusal::UnknownJob));
        };
        let version_bits = share.version_bits & VERSION_MASK;
        let hash = sent.work.hash(&self.miner, &Share { version_bits, ..share.clone() });
        let is_block = sent.job.bits.target().is_met_by(&hash);
        let is_share = is_block || sent.difficulty.loosest_target().is_met_by(&hash);
        let newest = self.sent.last_key_value().map(|(number, _)| *number);
        match refusal {
            None => {
                assert!(is_block || is_share && !sent.void);
                assert!(self.counted.insert(hash), "counted twice: {share:?}");
                let Some(Event::Accepted { user, height, hashes, solution }) = event else { panic!("{event:?}") };
                let expected = (&share.user, sent.job.number, sent.difficulty.hashes(), is_block);
                assert_eq!((&user, height, hashes, solution.is_some()), expected);
                if let Some(solution) = solution {
                    assert_eq!((solution.job, solution.header.hash()), (sent.job.id, hash));
                    assert!(solution.header.meets_target());
                }
                self.accepted.push(share.clone());
            }
            Some(Refusal::Duplicate) => assert!(self.counted.contains(&hash)),
            Some(Refusal::LowDifficulty) => assert!(!is_share),
            Some(Refusal::Stale) => assert!(sent.void || newest != Some(share.job)),
            Some(Refusal::TooMany(_)) => assert!(kept >= MAX_SHARES),
            Some(other) => panic!("{other} for {share:?}"),
        }
    }

    /// Checks and notes what the session has sent by itself.
    fn take_in(&mut self, lines: &[String], clean: bool) {
        let (difficulty, notification) = match lines {
            [] => return,
            [notification] => (None, notification),
            [difficulty, notification] => (Some(billionths(difficulty)), notification),
            more => panic!("{more:?}"),
        };
        assert!(self.session.is_ready());
        let job = self.job.clone().expect("there is a job");
        if let Some(difficulty) = difficulty {
            assert_ne!(self.difficulty.replace(difficulty), Some(difficulty), "it is sent when it changes");
        }
        let difficulty = self.difficulty.expect("it is sent with the first job");
        let block = Difficulty::of_target(job.bits.target()).rounded();
        let maximum = self.range.maximum.max(self.range.minimum);
        assert!((self.range.minimum.min(block)..=maximum.min(block)).contains(&difficulty), "{difficulty}");

        let work = Work::new(&json(notification));
        assert_eq!((work.clean, work.time), (clean, self.now.unix));
        let number = u64::from_str_radix(&work.job, 16).expect("it is in hex");
        assert!(self.sent.last_key_value().is_none_or(|(last, _)| *last < number), "jobs have numbers of their own");
        self.sent.insert(number, Sent { work, job, difficulty, void: false });
    }
}

/// The difficulty in `mining.set_difficulty`, exactly.
fn billionths(line: &str) -> Difficulty {
    let text = line.strip_prefix(r#"{"id":null,"method":"mining.set_difficulty","params":["#);
    let text = text.and_then(|text| text.strip_suffix("]}")).unwrap_or_else(|| panic!("{line}"));
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    Difficulty::from_billionths(format!("{whole}{fraction:0<9}").parse().expect("it is a number"))
}

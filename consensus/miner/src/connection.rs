//! A session joined to a stream, to the time and to the threads that hash.

use crate::{
    event::Event,
    message::MAX_LINE,
    reporter::Reporter,
    rig::{Rig, Shares},
    server::Server,
    session::{Action, End, Session},
    statistics::Statistics,
    work::Work,
};
use core::{convert::Infallible, time::Duration};
use posw_stratum::{
    limits::{Meter, Quota},
    lines::Lines,
    Difficulty,
};
use std::sync::Arc;
use tokio::{
    io::AsyncWriteExt,
    net::{
        tcp::{OwnedReadHalf, OwnedWriteHalf},
        TcpStream,
    },
    time::{sleep_until, timeout, timeout_at, Instant},
};

/// Shares that are sent at the speed at which they are found; a server whose difficulty is so low that there are more gets only
/// some of them, and neither it nor the log is flooded.
const SHARES: Quota = Quota { burst: 1_000, interval: Duration::from_millis(10) };

/// How long to wait for a server before it is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For its name to be looked up and a connection to be made.
    pub connect: Duration,
    /// For the answers to `mining.subscribe` and `mining.authorize`, each.
    pub answer: Duration,
    /// For the first job.
    pub first_job: Duration,
    /// For each further one.
    pub job: Duration,
    /// For the answer to a share.
    pub share: Duration,
    /// For it to take what is sent to it.
    pub write: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            first_job: Duration::from_secs(60),
            job: Duration::from_secs(300),
            share: Duration::from_secs(120),
            write: Duration::from_secs(10),
        }
    }
}

/// What connections do their work with.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) rig: Arc<Rig>,
    pub(crate) statistics: Arc<Statistics>,
    pub(crate) reporter: Reporter,
    pub(crate) patience: Patience,
}

/// A connection whose server has given work.
pub(crate) struct Connection {
    tools: Tools,
    server: Arc<Server>,
    session: Session,
    lines: Lines<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    /// What the session calls zero.
    begun: Instant,
    /// Difficulty that was last told of.
    difficulty: Option<Difficulty>,
}

impl Connection {
    /// Connects to a server, and waits until it has authorized the user and given work. Nothing is searched yet.
    pub(crate) async fn establish(server: Arc<Server>, number: u64, tools: Tools) -> Result<Self, End> {
        let (patience, begun) = (tools.patience, Instant::now());
        let place = (server.address.host(), server.address.port());
        let stream = match timeout(patience.connect, TcpStream::connect(place)).await {
            Ok(stream) => stream.map_err(|error| End::Broken(error.to_string()))?,
            Err(_) => return Err(End::Silent { what: "connection", after: patience.connect }),
        };
        // Shares are small and urgent; without the option they are only slower.
        let _ = stream.set_nodelay(true);
        let (reader, writer) = stream.into_split();
        let session = Session::new(server.clone(), number);
        let lines = Lines::new(reader, MAX_LINE);
        let mut connection = Self { tools, server, session, lines, writer, begun, difficulty: None };
        connection.handshake().await?;
        Ok(connection)
    }

    /// Since when it is there.
    pub(crate) fn begun(&self) -> Instant {
        self.begun
    }

    /// Searches the server's work until there is a reason not to.
    pub(crate) async fn mine(&mut self, shares: &mut Shares) -> End {
        let Server { address, user, .. } = &*self.server;
        let (server, user) = (address.to_string(), user.clone());
        self.tools.reporter.tell(Event::Connected { server: server.clone(), user });
        self.tools.statistics.count(|counts| {
            counts.connections += 1;
            counts.server = Some(server);
        });
        let Err(end) = self.exchange(shares).await;
        end
    }

    /// Ends the search, and counts what is left.
    pub(crate) fn leave(self, end: &End, shares: &mut Shares) {
        self.tools.rig.set_work(None);
        let mut stale = 0;
        while shares.try_recv().is_ok() {
            stale += 1;
        }
        let dropped = u64::try_from(self.session.open_shares()).unwrap_or(u64::MAX);
        self.tools.statistics.count(|counts| {
            counts.disconnections += 1;
            counts.stale += stale;
            counts.dropped += dropped;
            (counts.server, counts.difficulty) = (None, None);
        });
        let server = self.server.address.to_string();
        self.tools.reporter.tell(Event::Disconnected { server, reason: end.to_string() });
    }

    async fn handshake(&mut self) -> Result<(), End> {
        for line in self.session.begin() {
            self.send(&line).await?;
        }
        let Patience { answer, first_job, .. } = self.tools.patience;
        let subscription = Session::is_subscribed as fn(&Session) -> bool;
        for (what, is_there, after) in [
            ("answer to mining.subscribe", subscription, answer),
            ("answer to mining.authorize", Session::is_authorized, answer),
            ("job", |session| session.work().is_some(), first_job),
        ] {
            let deadline = Instant::now() + after;
            while !is_there(&self.session) {
                let line = timeout_at(deadline, self.lines.next()).await.map_err(|_| End::Silent { what, after })?;
                self.receive(&line.map_err(|error| End::Broken(error.to_string()))?, false).await?;
            }
        }
        Ok(())
    }

    async fn exchange(&mut self, shares: &mut Shares) -> Result<Infallible, End> {
        if let Some(work) = self.session.work().cloned() {
            self.search(work);
        }
        let mut sent = Meter::new(SHARES);
        let mut resume = self.begun;
        loop {
            let (deadline, silent) = self.deadline();
            let share = async {
                sleep_until(resume).await;
                shares.recv().await
            };
            tokio::select! {
                biased;
                line = self.lines.next() => {
                    self.receive(&line.map_err(|error| End::Broken(error.to_string()))?, true).await?;
                }
                () = sleep_until(deadline) => return Err(silent),
                share = share, if self.session.has_room() => {
                    // The rig holds the other end as long as this connection does.
                    let Some(share) = share else { continue };
                    match self.session.submit(share, self.begun.elapsed()) {
                        Some(line) => {
                            resume = Instant::now() + sent.spend(self.begun.elapsed());
                            self.send(&line).await?;
                        }
                        None => self.tools.statistics.count(|counts| counts.stale += 1),
                    }
                }
            }
        }
    }

    /// Until when the server must have been heard of, and what it means if it was not.
    fn deadline(&self) -> (Instant, End) {
        let Patience { job, share, .. } = self.tools.patience;
        let silent = |what, since: Duration, after| (self.begun + since + after, End::Silent { what, after });
        let job = silent("new job", self.session.notified().unwrap_or_default(), job);
        let share = self.session.unanswered().map(|since| silent("answer to a share", since, share));
        match share {
            Some(share) if share.0 < job.0 => share,
            _ => job,
        }
    }

    /// Takes a line, and does what follows from it; work is searched where `searching`.
    async fn receive(&mut self, line: &[u8], searching: bool) -> Result<(), End> {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        for action in self.session.receive(line, self.begun.elapsed())? {
            match action {
                Action::Send(line) => self.send(&line).await?,
                Action::Search(work) if searching => self.search(work),
                Action::Search(_) => {}
                Action::Tell(event) => {
                    self.tools.statistics.record(&event);
                    self.tools.reporter.tell(event);
                }
            }
        }
        Ok(())
    }

    fn search(&mut self, work: Arc<Work>) {
        let (difficulty, job) = (work.difficulty, Event::job(&work));
        self.tools.rig.set_work(Some(work));
        self.tools.statistics.count(|counts| {
            counts.jobs += 1;
            counts.difficulty = Some(difficulty);
        });
        if self.difficulty.replace(difficulty) != Some(difficulty) {
            self.tools.reporter.tell(Event::Difficulty { difficulty });
        }
        self.tools.reporter.tell(job);
    }

    async fn send(&mut self, line: &str) -> Result<(), End> {
        let (bytes, after) = ([line.as_bytes(), b"\n"].concat(), self.tools.patience.write);
        match timeout(after, self.writer.write_all(&bytes)).await {
            Ok(sent) => sent.map_err(|error| End::Broken(error.to_string())),
            Err(_) => Err(End::Silent { what: "acceptance of what was sent", after }),
        }
    }
}

//! One connection from its beginning to its end: a session joined to a stream and to the time.

use crate::{
    feed::Job,
    gate::Permit,
    limits::Meter,
    lines::{Lines, NoLine},
    pool::Pool,
    session::{Event, Session},
};
use core::{convert::Infallible, future::Future, time::Duration};
use std::sync::Arc;
use thiserror::Error;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf},
    sync::watch,
    task::JoinHandle,
    time::{interval, sleep_until, timeout, Instant, MissedTickBehavior},
};

/// How often a session looks at the time.
const TICK: Duration = Duration::from_secs(5);

/// Why a connection has ended.
#[derive(Debug, Error)]
enum End {
    #[error(transparent)]
    NoLine(#[from] NoLine),
    #[error("does not take what is sent to it")]
    Unread,
    #[error("silent for too long")]
    Silent,
    #[error("too many faults")]
    Faulty,
    #[error("the node is shutting down")]
    Shutdown,
}

impl End {
    /// Whether the address is shut out: no client that works as it should comes to this end.
    fn is_banned(&self) -> bool {
        matches!(self, Self::Faulty | Self::NoLine(NoLine::TooLong))
    }
}

/// Serves a client until it leaves or is made to.
pub(crate) async fn serve<S: AsyncRead + AsyncWrite>(stream: S, pool: Arc<Pool>, permit: Permit) {
    let mut connection = Connection::new(stream, pool.clone(), &permit);
    let Err(end) = connection.run().await;
    // The address is banned before the client can know, and come again.
    let banned = end.is_banned() && permit.ban(pool.now());
    if banned {
        pool.counters.bans.add();
    }
    log::debug!("A Stratum connection has ended: {end}{}", if banned { "; its address is banned" } else { "" });
}

struct Connection<S> {
    pool: Arc<Pool>,
    session: Session,
    lines: Lines<ReadHalf<S>>,
    writer: WriteHalf<S>,
    jobs: watch::Receiver<Option<Arc<Job>>>,
    /// Hands in a block that was found; until it is done, no further lines are read.
    pending: Option<JoinHandle<()>>,
    faults: Meter,
    received: Meter,
    /// When the connection was made.
    begun: Instant,
    /// When the last line came.
    heard: Instant,
    /// When the next line may be read.
    resume: Instant,
}

impl<S: AsyncRead + AsyncWrite> Connection<S> {
    fn new(stream: S, pool: Arc<Pool>, permit: &Permit) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        let (limits, now) = (pool.config.limits, Instant::now());
        let mut jobs = pool.feed.jobs.clone();
        jobs.mark_changed();
        Self {
            session: Session::new(
                pool.config.access.clone(),
                pool.config.difficulty,
                permit.extranonce(),
                pool.moment(),
            ),
            lines: Lines::new(reader, limits.line),
            writer,
            jobs,
            pending: None,
            faults: Meter::new(limits.faults),
            received: Meter::new(limits.lines),
            begun: now,
            heard: now,
            resume: now,
            pool,
        }
    }

    async fn run(&mut self) -> Result<Infallible, End> {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let (deadline, resume, idle) = (self.deadline(), self.resume, self.pending.is_none());
            let line = async {
                sleep_until(resume).await;
                self.lines.next().await
            };
            tokio::select! {
                biased;
                changed = self.jobs.changed() => {
                    changed.map_err(|_| End::Shutdown)?;
                    let job = self.jobs.borrow_and_update().clone();
                    let lines = self.session.set_job(job, self.pool.moment());
                    self.send(lines).await?;
                }
                // A failure of the task was reported by its panic.
                _ = if_any(self.pending.as_mut()) => self.pending = None,
                _ = ticks.tick() => {
                    let lines = self.session.tick(self.pool.moment());
                    self.send(lines).await?;
                }
                () = if_any(deadline.map(sleep_until)), if idle => return Err(End::Silent),
                line = line, if idle => self.receive(line?).await?,
            }
        }
    }

    /// Until when the client must have finished its first words, or its line, or said anything; `None` where no clock gets that
    /// far.
    fn deadline(&self) -> Option<Instant> {
        let limits = &self.pool.config.limits;
        let handshake = (!self.session.is_ready()).then_some((self.begun, limits.handshake));
        let line = self.lines.begun().map(|begun| (begun, limits.line_time));
        let deadlines = [handshake, line, Some((self.heard, limits.idle))].into_iter().flatten();
        deadlines.filter_map(|(from, time)| from.checked_add(time)).min()
    }

    async fn receive(&mut self, line: Vec<u8>) -> Result<(), End> {
        let moment = self.pool.moment();
        self.heard = Instant::now();
        let overdrawn = self.received.spend(moment.monotonic);
        self.resume = self.heard.checked_add(overdrawn).unwrap_or(self.heard);
        if line.is_empty() {
            return Ok(());
        }
        let reaction = self.session.receive(&line, moment);
        let is_fault = reaction.event.as_ref().is_some_and(Event::is_fault);
        self.pending = reaction.event.and_then(|event| self.pool.account(event));
        self.send(reaction.lines).await?;
        if is_fault && !self.faults.spend(moment.monotonic).is_zero() {
            return Err(End::Faulty);
        }
        Ok(())
    }

    async fn send(&mut self, lines: Vec<String>) -> Result<(), End> {
        if lines.is_empty() {
            return Ok(());
        }
        let mut text = lines.join("\n");
        text.push('\n');
        let written = timeout(self.pool.config.limits.write_time, self.writer.write_all(text.as_bytes())).await;
        written.map_err(|_| End::Unread)?.map_err(|error| End::NoLine(error.into()))
    }
}

/// Waits for a future, or for ever where there is none.
async fn if_any<F: Future>(future: Option<F>) -> F::Output {
    match future {
        Some(future) => future.await,
        None => core::future::pending().await,
    }
}

#[cfg(test)]
mod tests;

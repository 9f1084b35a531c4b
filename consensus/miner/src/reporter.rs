//! Where events are told: lines for people on the standard error, or JSON on the standard output.

use crate::event::Event;
use core::time::Duration;
use serde::{Serialize, Serializer};
use std::{
    io::{self, Write},
    sync::mpsc::{sync_channel, Receiver, RecvTimeoutError, SyncSender},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

/// Events that wait to be written; more are lost, so that a terminal that stands still does not hold up the mining.
const WAITING_EVENTS: usize = 1_024;
/// How long the end waits for events to be written.
const FAREWELL: Duration = Duration::from_millis(300);

/// What is written where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For people: what matters.
    #[default]
    Brief,
    /// For people: everything.
    Verbose,
    /// For programs: everything, an object a line.
    Json,
}

/// Tells of events without making anybody wait.
#[derive(Clone, Debug)]
pub struct Reporter {
    events: SyncSender<Told>,
}

/// An event and when it happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// Since 1970; as JSON in seconds.
    #[serde(serialize_with = "seconds")]
    pub time: Duration,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Until it is dropped the last events are written.
pub struct Farewell {
    done: Receiver<()>,
}

impl Reporter {
    /// Events come out of the second part.
    pub fn channel() -> (Self, Receiver<Told>) {
        let (events, receiver) = sync_channel(WAITING_EVENTS);
        (Self { events }, receiver)
    }

    /// Events are written; the second part ends it.
    pub fn start(format: Format) -> (Self, Farewell) {
        let (reporter, events) = Self::channel();
        let (finished, done) = sync_channel(0);
        thread::spawn(move || {
            for told in events {
                // Nobody listens any more: that is no reason to stop mining.
                let _ = write(format, &told);
            }
            drop(finished);
        });
        (reporter, Farewell { done })
    }

    /// Tells of an event.
    pub fn tell(&self, event: Event) {
        let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let _ = self.events.try_send(Told { time, event });
    }
}

impl Farewell {
    /// Waits until all events are written, but not long. All reporters must be dropped before.
    pub fn wait(self) -> bool {
        self.done.recv_timeout(FAREWELL) == Err(RecvTimeoutError::Disconnected)
    }
}

fn write(format: Format, told: &Told) -> io::Result<()> {
    match format {
        Format::Brief if told.event.is_detail() => Ok(()),
        Format::Brief | Format::Verbose => {
            let line = format!("{} {}\n", clock(told.time), told.event);
            io::stderr().write_all(line.as_bytes())
        }
        Format::Json => {
            let line = serde_json::to_string(told)? + "\n";
            let mut out = io::stdout().lock();
            out.write_all(line.as_bytes())?;
            out.flush()
        }
    }
}

fn seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(time.as_secs_f64())
}

/// The time of day in UTC.
fn clock(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs() % 86_400;
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_shows_the_time_of_day() {
        assert_eq!(clock(Duration::ZERO), "00:00:00");
        assert_eq!(clock(Duration::from_secs(1_795_267_199)), "13:19:59");
        assert_eq!(clock(Duration::from_secs(86_399)), "23:59:59");
    }
}

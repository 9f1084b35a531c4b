//! Where events are told: lines for people on the standard error, or JSON on the standard output.

use crate::event::Event;
use core::time::Duration;
use serde::Serialize;
use std::{
    io::{self, Write},
    sync::mpsc::{sync_channel, Receiver, RecvTimeoutError, SyncSender},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

/// Lines that wait to be written; more are lost, so that a terminal that stands still does not hold up the mining.
const WAITING_LINES: usize = 1_024;
/// How long the end waits for lines to be written.
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

/// Writes events without making anybody wait.
#[derive(Clone)]
pub struct Reporter {
    format: Format,
    lines: SyncSender<String>,
}

/// Until it is dropped the last events are written.
pub struct Farewell {
    done: Receiver<()>,
}

#[derive(Serialize)]
struct Timed<'a> {
    /// Seconds since 1970.
    time: f64,
    #[serde(flatten)]
    event: &'a Event,
}

impl Reporter {
    /// Begins to write; the second part ends it.
    pub fn start(format: Format) -> (Self, Farewell) {
        let (lines, receiver) = sync_channel::<String>(WAITING_LINES);
        let (finished, done) = sync_channel(1);
        thread::spawn(move || {
            for line in receiver {
                // Nobody listens any more: that is no reason to stop mining.
                let _ = write(format, &line);
            }
            drop(finished);
        });
        (Self { format, lines }, Farewell { done })
    }

    /// Tells of an event.
    pub fn tell(&self, event: Event) {
        if self.format == Format::Brief && event.is_detail() {
            return;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let line = match self.format {
            Format::Brief | Format::Verbose => format!("{} {event}\n", clock(now)),
            Format::Json => match serde_json::to_string(&Timed { time: now.as_secs_f64(), event: &event }) {
                Ok(json) => json + "\n",
                Err(_) => return,
            },
        };
        let _ = self.lines.try_send(line);
    }
}

impl Farewell {
    /// Waits until all events are written, but not long. All reporters must be dropped before.
    pub fn wait(self) -> bool {
        self.done.recv_timeout(FAREWELL) == Err(RecvTimeoutError::Disconnected)
    }
}

fn write(format: Format, line: &str) -> io::Result<()> {
    match format {
        Format::Brief | Format::Verbose => io::stderr().write_all(line.as_bytes()),
        Format::Json => {
            let mut out = io::stdout().lock();
            out.write_all(line.as_bytes())?;
            out.flush()
        }
    }
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

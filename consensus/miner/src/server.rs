//! The servers of the configuration, and which of them to turn to.

use crate::{address::ServerAddress, password::Password, session::End};
use core::time::Duration;
use std::sync::Arc;

/// A pause after the first failure in a row; each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// A connection that has lasted so long makes up for failures before it.
pub const STABLE: Duration = Duration::from_secs(60);

/// A server, and who mines there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Where it is.
    pub address: ServerAddress,
    /// `address.worker`, as the server wants it.
    pub user: String,
    /// The user's password.
    pub password: Password,
    /// Whether it is asked to let the client vary bits of the version, which is the fastest way to hash.
    pub version_rolling: bool,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Turn to the server of this place in the configuration.
    Server(usize),
    /// Wait until then: each server has failed lately.
    Wait(Duration),
    /// Give up: every server has refused the user.
    Refused,
}

/// All servers, the preferred ones first. Times are since any fixed moment.
#[derive(Debug)]
pub struct Servers {
    entries: Vec<Entry>,
}

#[derive(Debug)]
struct Entry {
    server: Arc<Server>,
    /// In a row.
    failures: u32,
    /// Not to be turned to before.
    pause: Duration,
    /// Whether its last word was that it does not know the user.
    refused: bool,
}

impl Servers {
    /// None has failed yet.
    pub fn new(servers: impl IntoIterator<Item = Server>) -> Self {
        let entry = |server| Entry { server: Arc::new(server), failures: 0, pause: Duration::ZERO, refused: false };
        Self { entries: servers.into_iter().map(entry).collect() }
    }

    /// The server of a place.
    pub fn get(&self, index: usize) -> Option<&Arc<Server>> {
        self.entries.get(index).map(|entry| &entry.server)
    }

    /// The first server that is not in its pause.
    pub fn next(&self, now: Duration) -> Next {
        if self.entries.iter().all(|entry| entry.refused) {
            return Next::Refused;
        }
        match self.before(self.entries.len(), now) {
            Some(index) => Next::Server(index),
            None => Next::Wait(self.entries.iter().map(|entry| entry.pause).min().unwrap_or(now)),
        }
    }

    /// The first server that is not in its pause and preferred to the one of a place.
    pub fn before(&self, index: usize, now: Duration) -> Option<usize> {
        self.entries.iter().take(index).position(|entry| entry.pause <= now)
    }

    /// A server has given work.
    pub fn succeeded(&mut self, index: usize) {
        if let Some(entry) = self.entries.get_mut(index) {
            entry.refused = false;
        }
    }

    /// A server has ended the connection, or the attempt to make one, that has lasted for `lasted`. Returns the pause.
    ///
    /// Of a pause half is left to `chance`, from 0 to 1, so that the clients of a server that was restarted do not come back
    /// all at once.
    pub fn failed(&mut self, index: usize, end: &End, lasted: Duration, now: Duration, chance: f64) -> Duration {
        let Some(entry) = self.entries.get_mut(index) else { return Duration::ZERO };
        entry.refused = matches!(end, End::Unauthorized(_));
        if lasted >= STABLE {
            entry.failures = 0;
        }
        let pause = match end {
            End::Reconnect(seconds) => Duration::from_secs(*seconds),
            _ => {
                let doubled = FIRST_PAUSE.saturating_mul(1_u32.checked_shl(entry.failures).unwrap_or(u32::MAX));
                entry.failures = entry.failures.saturating_add(1);
                let longest = doubled.min(LONGEST_PAUSE);
                longest / 2 + (longest / 2).mul_f64(chance.clamp(0.0, 1.0))
            }
        };
        entry.pause = now.saturating_add(pause);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Fault;

    const SECOND: Duration = Duration::from_secs(1);

    fn servers(count: usize) -> Servers {
        Servers::new((0..count).map(|_| Server {
            address: "localhost:3333".parse().unwrap(),
            user: "rig".into(),
            password: Password::default(),
            version_rolling: true,
        }))
    }

    fn broken() -> End {
        End::Broken("gone".into())
    }

    fn refused() -> End {
        End::Unauthorized(Fault { code: None, text: "who?".into() })
    }

    #[test]
    fn the_first_server_that_is_not_in_its_pause_is_next() {
        let mut servers = servers(3);
        let now = SECOND * 100;
        assert_eq!(servers.next(now), Next::Server(0));
        assert_eq!(servers.failed(0, &broken(), SECOND, now, 1.0), SECOND);
        assert_eq!(servers.next(now), Next::Server(1));
        assert_eq!(servers.failed(1, &broken(), SECOND, now, 0.0), SECOND / 2);
        assert_eq!(servers.next(now), Next::Server(2));
        servers.failed(2, &broken(), SECOND, now, 1.0);
        assert_eq!(servers.next(now), Next::Wait(now + SECOND / 2));
        assert_eq!(servers.next(now + SECOND / 2), Next::Server(1));
        assert_eq!(servers.before(1, now + SECOND / 2), None);
        assert_eq!(servers.before(2, now + SECOND), Some(0));
        assert_eq!(servers.before(0, now + SECOND), None);
    }

    #[test]
    fn pauses_double_up_to_the_longest_until_a_connection_lasts() {
        let mut servers = servers(1);
        let mut pauses = (0..40).map(|_| servers.failed(0, &broken(), SECOND, SECOND, 1.0).as_secs());
        assert_eq!(pauses.by_ref().take(8).collect::<Vec<_>>(), [1, 2, 4, 8, 16, 32, 60, 60]);
        assert!(pauses.all(|pause| pause == 60));
        assert_eq!(servers.failed(0, &broken(), STABLE, SECOND, 1.0), SECOND);
        // Who asks for a pause gets that one, and has not failed.
        assert_eq!(servers.failed(0, &End::Reconnect(7), SECOND, SECOND, 1.0), SECOND * 7);
        assert_eq!(servers.failed(0, &broken(), SECOND, SECOND, 1.0), SECOND * 2);
    }

    #[test]
    fn only_when_all_servers_refuse_the_user_it_is_given_up() {
        let mut servers = servers(2);
        servers.failed(0, &refused(), SECOND, SECOND, 1.0);
        assert_eq!(servers.next(SECOND), Next::Server(1));
        servers.failed(1, &broken(), SECOND, SECOND, 1.0);
        assert_eq!(servers.next(SECOND), Next::Wait(SECOND * 2));
        servers.failed(1, &refused(), SECOND, SECOND, 1.0);
        assert_eq!(servers.next(SECOND), Next::Refused);
        servers.succeeded(0);
        assert_ne!(servers.next(SECOND), Next::Refused);
        servers.failed(0, &refused(), SECOND, SECOND, 1.0);
        servers.failed(1, &broken(), SECOND, SECOND, 1.0);
        assert_ne!(servers.next(SECOND), Next::Refused, "what broke may come back and accept");
    }
}

//! What one client, one address and all of them together may take.

use core::time::Duration;

/// Bounds of the server. A connection takes some ten kilobytes; one that sends shares as fast as it may, some hundred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest line, in bytes, without its end; a longer one ends the connection.
    pub line: usize,
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address; all of IPv6's /64 count as one. Behind a proxy every client has the proxy's address.
    pub per_address: usize,
    /// Time to subscribe and authorize.
    pub handshake: Duration,
    /// Time from the first to the last byte of a line.
    pub line_time: Duration,
    /// Time without a line.
    pub idle: Duration,
    /// Time for a client to take what is sent to it.
    pub write_time: Duration,
    /// Lines that are read at the speed at which they come; who sends more is read more slowly, not shut out.
    pub lines: Quota,
    /// Requests of one connection that are refused, other than for lateness; who makes more is banned.
    pub faults: Quota,
    /// How long an address is banned; zero bans nobody and only ends the connection.
    pub ban: Duration,
}

/// So many at once, and one more each time an interval has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// At once.
    pub burst: u32,
    /// Time after which there is one more.
    pub interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            line: 4_096,
            connections: 4_096,
            per_address: 256,
            handshake: Duration::from_secs(60),
            line_time: Duration::from_secs(30),
            idle: Duration::from_secs(900),
            write_time: Duration::from_secs(10),
            lines: Quota { burst: 500, interval: Duration::from_millis(20) },
            faults: Quota { burst: 50, interval: Duration::from_secs(6) },
            ban: Duration::from_secs(600),
        }
    }
}

/// Holds a quota. Times are since any fixed moment.
#[derive(Clone, Copy, Debug)]
pub struct Meter {
    quota: Quota,
    /// When all of the quota is there again.
    full: Duration,
}

impl Meter {
    /// A quota of which nothing is used.
    pub fn new(quota: Quota) -> Self {
        Self { quota, full: Duration::ZERO }
    }

    /// Uses one, whether or not it is there; returns the time until the quota is no longer overdrawn.
    pub fn spend(&mut self, now: Duration) -> Duration {
        self.full = self.full.max(now).saturating_add(self.quota.interval);
        let whole = self.quota.interval.saturating_mul(self.quota.burst);
        self.full.saturating_sub(now).saturating_sub(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_quota_is_a_burst_and_a_rate() {
        let mut meter = Meter::new(Quota { burst: 3, interval: SECOND });
        let now = SECOND * 100;
        let mut spend = |now| meter.spend(now);
        assert_eq!([spend(now), spend(now), spend(now)], [Duration::ZERO; 3]);
        assert_eq!(spend(now), SECOND);
        assert_eq!(spend(now + SECOND / 4), SECOND * 7 / 4);
        // Who waits as long as told goes on at the rate.
        assert_eq!(spend(now + SECOND * 2), SECOND);
        assert_eq!(spend(now + SECOND * 3), SECOND);
        // All of it is back, and no more.
        assert_eq!([spend(now * 2), spend(now * 2), spend(now * 2)], [Duration::ZERO; 3]);
        assert_eq!(spend(now * 2), SECOND);
    }

    #[test]
    fn a_quota_of_nothing_is_overdrawn_at_once() {
        assert_eq!(Meter::new(Quota { burst: 0, interval: SECOND }).spend(SECOND), SECOND);
    }
}

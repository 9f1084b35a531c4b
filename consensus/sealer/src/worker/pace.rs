//! How much a thread does before it looks up, and how long it rests.

use std::time::Duration;

/// Within this time a thread searches a batch and rests for it, so that it soon sees a change of job.
const PERIOD: Duration = Duration::from_micros(500);
/// Hashes of a thread's first batch, before its speed is known.
const FIRST_BATCH: u32 = 512;
/// A rest that is shorter is put off, and a longer one than the last is not made up for: sleeping is not exact.
const LEAST_REST: i64 = 100_000;
const MOST_REST: i64 = 1_000_000_000;

/// A thread's batches and rests.
pub(super) struct Pace {
    /// Nonces of a batch.
    size: u32,
    /// Nanoseconds to be rested for what was searched, negative after too long a rest.
    owed: i64,
}

impl Pace {
    /// For an engine that tries `roots` headers at each nonce.
    pub(super) fn new(roots: u32) -> Self {
        Self { size: FIRST_BATCH.checked_div(roots).unwrap_or(0).max(1), owed: 0 }
    }

    /// Nonces of the next batch, at least 1.
    pub(super) fn batch(&self) -> u32 {
        self.size
    }

    /// Takes note of a batch of `nonces` that took `time`, at a duty cycle of `percent`, from 1 to 100.
    ///
    /// The next batch is to take that part of a period. It has at most twice as many nonces, and at least a quarter: it may
    /// only have been the system that kept the thread waiting.
    pub(super) fn searched(&mut self, nonces: u64, time: Duration, percent: u8) {
        let percent = u128::from(percent.clamp(1, 100));
        let wanted = u128::from(nonces) * PERIOD.as_nanos() * percent / 100 / time.as_nanos().max(1);
        let most = self.size.saturating_mul(2);
        self.size = u32::try_from(wanted).unwrap_or(u32::MAX).clamp((self.size / 4).max(1), most);
        let owed = time.as_nanos() * (100 - percent) / percent;
        self.owed = i64::try_from(owed).unwrap_or(i64::MAX).saturating_add(self.owed).min(MOST_REST);
    }

    /// How long to rest now.
    pub(super) fn rest(&self) -> Option<Duration> {
        (self.owed >= LEAST_REST).then(|| Duration::from_nanos(self.owed.unsigned_abs()))
    }

    /// Takes note of a rest of `time`.
    pub(super) fn rested(&mut self, time: Duration) {
        let time = i64::try_from(time.as_nanos()).unwrap_or(i64::MAX);
        self.owed = self.owed.saturating_sub(time).max(-MOST_REST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_approach_their_time() {
        let mut pace = Pace { size: 1_000, owed: 0 };
        pace.searched(1_000, PERIOD * 3, 100);
        assert_eq!(pace.batch(), 333);
        pace.searched(333, PERIOD / 100, 100);
        assert_eq!(pace.batch(), 666, "grows at most twofold");
        pace.searched(666, PERIOD * 10_000, 100);
        assert_eq!(pace.batch(), 166, "falls at most to a quarter");
        pace.searched(166, PERIOD, 50);
        assert_eq!(pace.batch(), 83, "half the time, half the nonces");
        assert_eq!(Pace { size: 1, owed: 0 }.batch(), 1);
    }

    #[test]
    fn batches_are_never_empty() {
        let mut pace = Pace::new(1_024);
        assert_eq!(pace.batch(), 1);
        for _ in 0..10 {
            pace.searched(1, PERIOD * 10_000, 1);
            assert_eq!(pace.batch(), 1);
        }
        for _ in 0..100 {
            pace.searched(u64::from(pace.batch()), Duration::ZERO, 100);
        }
        assert_eq!(pace.batch(), u32::MAX);
    }

    #[test]
    fn rest_makes_up_the_duty_cycle() {
        let mut pace = Pace::new(1);
        pace.searched(1, Duration::from_micros(500), 100);
        assert_eq!(pace.rest(), None);
        pace.searched(1, Duration::from_micros(500), 50);
        assert_eq!(pace.rest(), Some(Duration::from_micros(500)));
        pace.rested(Duration::from_micros(600));
        assert_eq!(pace.rest(), None);
        pace.searched(1, Duration::from_micros(100), 20);
        assert_eq!(pace.rest(), Some(Duration::from_micros(300)), "400 less what was rested too long");
        pace.rested(Duration::from_micros(50));
        assert_eq!(pace.rest(), Some(Duration::from_micros(250)), "a rest broken off is taken up again");
        pace.searched(1, Duration::from_secs(100), 1);
        assert_eq!(pace.rest(), Some(Duration::from_secs(1)), "the system kept the thread waiting");
    }
}

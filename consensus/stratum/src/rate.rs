//! A worker's hash rate, estimated from its shares.

use core::time::Duration;
use std::collections::VecDeque;

/// Time over which shares are counted: about 60 of them, so that the estimate varies by 13 %.
const SPAN: Duration = Duration::from_secs(600);
/// Shares this close together are counted as one, which bounds what is remembered.
const SLOT: Duration = Duration::from_secs(10);

/// Work of the last minutes. Times are since any fixed moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct ShareRate {
    /// When the first share came that any estimate can rest on.
    since: Option<Duration>,
    /// Beginnings of slots, and the work in them.
    slots: VecDeque<(Duration, u128)>,
}

impl ShareRate {
    /// Counts the expected hashes of a share.
    pub(crate) fn add(&mut self, now: Duration, hashes: u128) {
        self.expire(now);
        self.since.get_or_insert(now);
        match self.slots.back_mut().filter(|(from, _)| now.saturating_sub(*from) < SLOT) {
            Some((_, sum)) => *sum = sum.saturating_add(hashes),
            None => self.slots.push_back((now, hashes)),
        }
    }

    /// Hashes per second over the last ten minutes, or since the first share where that is later.
    pub(crate) fn read(&mut self, now: Duration) -> u128 {
        self.expire(now);
        let Some(since) = self.since else { return 0 };
        // What is left was added within the span; a rate over less than a slot would be chance.
        let elapsed = now.saturating_sub(since).clamp(SLOT, SPAN);
        let hashes = self.slots.iter().fold(0_u128, |sum, (_, hashes)| sum.saturating_add(*hashes));
        hashes.checked_div(elapsed.as_secs().into()).unwrap_or_default()
    }

    /// Forgets what is older than the span; after a silence of that length all.
    fn expire(&mut self, now: Duration) {
        while self.slots.front().is_some_and(|(from, _)| now.saturating_sub(*from) > SPAN) {
            self.slots.pop_front();
        }
        if self.slots.is_empty() {
            self.since = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_steady_worker_is_measured() {
        let mut rate = ShareRate::default();
        assert_eq!(rate.read(at(0)), 0);
        for second in 1_000..3_000 {
            rate.add(at(second), 500);
            let read = rate.read(at(second));
            assert!(second < 1_010 || (490..=550).contains(&read), "{second}: {read}");
            assert!(rate.slots.len() <= 61);
        }
    }

    #[test]
    fn a_single_share_is_not_taken_for_speed() {
        let mut rate = ShareRate::default();
        rate.add(at(50), 1_000);
        assert_eq!(rate.read(at(50)), 100);
        assert_eq!(rate.read(at(150)), 10);
    }

    #[test]
    fn a_silent_worker_has_no_speed_and_starts_anew() {
        let mut rate = ShareRate::default();
        (0..600).for_each(|second| rate.add(at(second), 10));
        assert_eq!(rate.read(at(2_000)), 0);
        rate.add(at(2_000), 1_000);
        assert_eq!(rate.read(at(2_100)), 10);
    }
}

//! Hashes per second: over a window, and for people.

use core::fmt;
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

/// Readings closer together than this are not both kept, which bounds the number of readings.
const RESOLUTION: Duration = Duration::from_millis(100);

/// The rate at which a counter grew during the last span of time, as far back as it was read.
#[derive(Debug)]
pub struct RateWindow {
    span: Duration,
    readings: VecDeque<(Instant, u64)>,
}

impl RateWindow {
    /// A window of `span`, whose counter stands at `total` at `now`.
    pub fn new(span: Duration, now: Instant, total: u64) -> Self {
        Self { span, readings: VecDeque::from([(now, total)]) }
    }

    /// Takes a reading of the counter; returns its growth per second since the oldest reading within the window, or since
    /// the last one before it where there is no other.
    pub fn read(&mut self, now: Instant, total: u64) -> u64 {
        while self.readings.len() > 1
            && self.readings.front().is_some_and(|(at, _)| now.duration_since(*at) > self.span)
        {
            self.readings.pop_front();
        }
        let Some((oldest, before)) = self.readings.front().copied() else { return 0 };
        if self.readings.back().is_none_or(|(at, _)| now.duration_since(*at) >= RESOLUTION) {
            self.readings.push_back((now, total));
        }
        let millis = now.duration_since(oldest).as_millis();
        let grown = u128::from(total.saturating_sub(before));
        grown.saturating_mul(1_000).checked_div(millis).map_or(0, |rate| u64::try_from(rate).unwrap_or(u64::MAX))
    }
}

/// Hashes per second with the unit that suits them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub u64);

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = ["H/s", "kH/s", "MH/s", "GH/s", "TH/s", "PH/s", "EH/s"];
        let (mut rate, mut rest, mut unit) = (self.0, 0, 0);
        while rate >= 1_000 && unit + 1 < units.len() {
            (rate, rest, unit) = (rate / 1_000, rate % 1_000, unit + 1);
        }
        match unit {
            0 => write!(f, "{rate} {}", units[0]),
            _ => write!(f, "{rate}.{:02} {}", rest / 10, units[unit]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(span: u64) -> (RateWindow, impl Fn(u64) -> Instant) {
        let start = Instant::now();
        (RateWindow::new(Duration::from_secs(span), start, 0), move |millis| start + Duration::from_millis(millis))
    }

    #[test]
    fn rate_is_the_growth_within_the_window() {
        let (mut window, at) = window(10);
        assert_eq!(window.read(at(0), 0), 0);
        assert_eq!(window.read(at(500), 100), 200);
        assert_eq!(window.read(at(1_000), 100), 100);
        // Everything before 2 s has left the window.
        assert_eq!(window.read(at(2_000), 100), 50);
        assert_eq!(window.read(at(12_000), 10_100), 1_000);
    }

    #[test]
    fn a_reader_that_comes_rarely_gets_the_rate_since_its_last_reading() {
        let (mut window, at) = window(10);
        assert_eq!(window.read(at(100_000), 1_000), 10);
        assert_eq!(window.read(at(200_000), 3_000), 20);
    }

    #[test]
    fn frequent_readings_are_not_all_kept() {
        let (mut window, at) = window(1);
        for millis in 0..10_000 {
            window.read(at(millis), millis * 7);
        }
        assert!(window.readings.len() <= 12);
        assert_eq!(window.read(at(10_000), 70_000), 7_000);
    }

    #[test]
    fn rates_have_the_unit_that_suits_them() {
        for (rate, text) in [
            (0, "0 H/s"),
            (999, "999 H/s"),
            (1_000, "1.00 kH/s"),
            (161_239_000, "161.23 MH/s"),
            (1_005_000_000, "1.00 GH/s"),
            (u64::MAX, "18.44 EH/s"),
        ] {
            assert_eq!(Rate(rate).to_string(), text);
        }
    }
}

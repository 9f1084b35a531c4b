//! What is measured in turns: each after the other, many times. What else the machine does slows neighbours alike, so that ratios are
//! taken within a round, and of processor time, which knows no waiting.

use rustix::time::{clock_gettime, ClockId};
use std::{cmp::Ordering, time::Duration};

/// Most blocks of each turn.
pub(crate) const BLOCKS: usize = 500;
/// Turns of each.
const ROUNDS: usize = 11;

/// The times of what was measured, by round.
pub(crate) struct Rounds<const N: usize>(Vec<[Duration; N]>);

impl<const N: usize> Rounds<N> {
    /// Measures these.
    pub(crate) fn of(measures: [&dyn Fn() -> Duration; N]) -> Self {
        Self((0..ROUNDS).map(|_| measures.map(|measure| measure())).collect())
    }

    /// The middle time of one of them.
    pub(crate) fn time(&self, which: usize) -> Duration {
        median(self.0.iter().map(|round| round[which]).collect())
    }

    /// How many times as long as another one it took, in the middle round.
    pub(crate) fn ratio(&self, which: usize, other: usize) -> f64 {
        let ratio = |round: &[Duration; N]| round[which].as_secs_f64() / round[other].as_secs_f64();
        middle(self.0.iter().map(ratio).collect(), f64::total_cmp)
    }
}

/// Processor time that this thread has had.
pub(crate) fn processor_time() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().expect("it begins at zero")
}

/// The middle one of measured times.
pub(crate) fn median(times: Vec<Duration>) -> Duration {
    middle(times, Ord::cmp)
}

fn middle<T: Copy>(mut values: Vec<T>, order: impl Fn(&T, &T) -> Ordering) -> T {
    values.sort_unstable_by(order);
    values[values.len() / 2]
}

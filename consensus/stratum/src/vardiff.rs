//! Variable difficulty: how hard a connection's shares are, so that one comes every ten seconds.

use crate::difficulty::Difficulty;
use core::time::Duration;

/// Time between two shares that is aimed at.
pub const SHARE_INTERVAL: Duration = Duration::from_secs(10);

/// Shares that tell enough of a connection's speed: their number varies by 29 %.
const ENOUGH_SHARES: u32 = 12;
/// Time after which the speed is judged by the shares that there are.
const LONGEST: Duration = Duration::from_secs(120);
/// Most by which the difficulty goes up or down at a time.
const STEP: u64 = 4;
/// Changes below this factor are not worth a message.
const TOLERANCE: u64 = 2;

/// Where a connection's difficulty starts and within which bounds it stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DifficultyRange {
    /// Difficulty of a connection that asks for none; below [`Self::minimum`] it counts as that.
    pub start: Difficulty,
    /// The easiest, whatever a client's speed and wishes; only a block that is easier still takes its shares with it.
    pub minimum: Difficulty,
    /// The hardest; below [`Self::minimum`] it counts as that.
    pub maximum: Difficulty,
}

/// From a single core to racks of hardware; hardware that needs more than the start asks for it.
impl Default for DifficultyRange {
    fn default() -> Self {
        Self { start: Difficulty::ONE, minimum: Difficulty::from_billionths(100_000), maximum: Difficulty::MAX }
    }
}

impl DifficultyRange {
    /// The defaults, but for what is given: connections start with the minimum where `start` is below it, and the default
    /// minimum gives way to an easier start.
    pub fn new(start: Option<Difficulty>, minimum: Option<Difficulty>) -> Self {
        let defaults = Self::default();
        let start = start.unwrap_or(defaults.start);
        let minimum = minimum.unwrap_or_else(|| defaults.minimum.min(start));
        Self { start: start.max(minimum), minimum, ..defaults }
    }
}

/// The difficulty of one connection. Times are since any fixed moment.
#[derive(Clone, Debug)]
pub struct VariableDifficulty {
    current: Difficulty,
    minimum: Difficulty,
    maximum: Difficulty,
    /// Since when shares are counted.
    since: Duration,
    shares: u32,
    /// Expected hashes of these shares.
    hashes: u128,
}

impl VariableDifficulty {
    /// The difficulty at the start of `range`.
    pub fn new(range: DifficultyRange, now: Duration) -> Self {
        let maximum = range.maximum.max(range.minimum);
        let current = range.start.clamp(range.minimum, maximum);
        Self { current, minimum: range.minimum, maximum, since: now, shares: 0, hashes: 0 }
    }

    /// The difficulty now.
    pub fn current(&self) -> Difficulty {
        self.current
    }

    /// Counts an accepted share.
    pub fn share(&mut self, difficulty: Difficulty) {
        self.shares = self.shares.saturating_add(1);
        self.hashes = self.hashes.saturating_add(difficulty.hashes());
    }

    /// Follows a client's wish as far as the bounds allow.
    pub fn suggest(&mut self, difficulty: Difficulty, now: Duration) {
        self.current = difficulty.clamp(self.minimum, self.maximum);
        self.restart(now);
    }

    /// Never goes below `minimum` again, as far as the bounds allow.
    pub fn raise_minimum(&mut self, minimum: Difficulty) {
        self.minimum = minimum.clamp(self.minimum, self.maximum);
        self.current = self.current.max(self.minimum);
    }

    /// Forgets the shares counted: the time since then does not tell the connection's speed.
    pub fn restart(&mut self, now: Duration) {
        (self.since, self.shares, self.hashes) = (now, 0, 0);
    }

    /// Once enough is known of the connection's speed, approaches the difficulty that fits it.
    pub fn adjust(&mut self, now: Duration) {
        let elapsed = now.saturating_sub(self.since);
        if self.shares < ENOUGH_SHARES && elapsed < LONGEST {
            return;
        }
        let hashes = self.hashes.saturating_mul(SHARE_INTERVAL.as_millis());
        let fitting = Difficulty::of_hashes(hashes.checked_div(elapsed.as_millis()).unwrap_or(u128::MAX));
        let (easier, harder) = (self.current.divided_by(TOLERANCE), self.current.times(TOLERANCE));
        if fitting <= easier || fitting >= harder {
            let step = fitting.clamp(self.current.divided_by(STEP), self.current.times(STEP));
            self.current = step.rounded().clamp(self.minimum, self.maximum);
        }
        self.restart(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn range(start: u64) -> DifficultyRange {
        DifficultyRange { start: Difficulty::ONE.times(start), ..Default::default() }
    }

    /// Lets a miner of a steady speed run for a time; returns how many shares it found in the second half of it.
    fn mine(variable: &mut VariableDifficulty, hashes_per_second: u128, seconds: u64) -> u64 {
        let (mut now, end, mut late) = (0_u128, u128::from(seconds) * 1_000_000, 0);
        while now < end {
            let share = variable.current();
            now += (share.hashes() * 1_000_000 / hashes_per_second).max(1);
            let at = Duration::from_micros(now.min(end).try_into().unwrap());
            if now <= end {
                variable.share(share);
                late += u64::from(now > end / 2);
            }
            variable.adjust(at);
        }
        late
    }

    #[test]
    fn one_share_comes_every_ten_seconds() {
        // From a tenth of a core to a farm behind one connection.
        for rate in [1_000_000, 30_000_000, 5_000_000_000, 100_000_000_000_000, 10_u128.pow(18)] {
            let mut variable = VariableDifficulty::new(range(1), Duration::ZERO);
            let shares = mine(&mut variable, rate, 20_000);
            assert!((500..2_000).contains(&shares), "{rate}: {shares} in 10,000 s");
        }
    }

    #[test]
    fn nothing_changes_until_enough_is_known() {
        let mut variable = VariableDifficulty::new(range(64), Duration::ZERO);
        for _ in 1..ENOUGH_SHARES {
            variable.share(variable.current());
        }
        variable.adjust(SECOND);
        assert_eq!(variable.current(), Difficulty::ONE.times(64));
        variable.share(variable.current());
        variable.adjust(SECOND);
        assert_eq!(variable.current(), Difficulty::ONE.times(256), "at most fourfold");
    }

    #[test]
    fn a_silent_connection_gets_easier_shares_step_by_step() {
        let mut variable = VariableDifficulty::new(range(64), Duration::ZERO);
        variable.adjust(LONGEST - SECOND);
        assert_eq!(variable.current(), Difficulty::ONE.times(64));
        variable.adjust(LONGEST);
        assert_eq!(variable.current(), Difficulty::ONE.times(16));
        variable.adjust(LONGEST);
        assert_eq!(variable.current(), Difficulty::ONE.times(16), "counts anew");
        variable.adjust(LONGEST * 2);
        assert_eq!(variable.current(), Difficulty::ONE.times(4));
    }

    #[test]
    fn small_differences_change_nothing() {
        let mut variable = VariableDifficulty::new(range(64), Duration::ZERO);
        for _ in 0..ENOUGH_SHARES {
            variable.share(variable.current());
        }
        variable.adjust(SECOND * 70);
        assert_eq!(variable.current(), Difficulty::ONE.times(64));
    }

    #[test]
    fn the_minimum_wins_over_the_start_and_the_start_over_the_default_minimum() {
        let [one, ten] = [1, 10].map(|factor| Difficulty::ONE.times(factor));
        let (default, easy) = (DifficultyRange::default(), Difficulty::MIN);
        for (start, minimum, expected) in [
            (None, None, (default.start, default.minimum)),
            (Some(ten), None, (ten, default.minimum)),
            (Some(easy), None, (easy, easy)),
            (Some(ten), Some(one), (ten, one)),
            (Some(one), Some(ten), (ten, ten)),
            (None, Some(ten), (ten, ten)),
            (None, Some(easy), (default.start, easy)),
        ] {
            let range = DifficultyRange::new(start, minimum);
            assert_eq!((range.start, range.minimum, range.maximum), (expected.0, expected.1, Difficulty::MAX));
        }
    }

    #[test]
    fn wishes_and_minimum_are_bounded() {
        let bounds = DifficultyRange { maximum: Difficulty::ONE.times(100), ..range(10) };
        let mut variable = VariableDifficulty::new(bounds, Duration::ZERO);
        variable.suggest(Difficulty::MAX, SECOND);
        assert_eq!(variable.current(), Difficulty::ONE.times(100));
        variable.suggest(Difficulty::MIN, SECOND);
        assert_eq!(variable.current(), bounds.minimum);
        variable.raise_minimum(Difficulty::ONE.times(50));
        assert_eq!(variable.current(), Difficulty::ONE.times(50));
        variable.raise_minimum(Difficulty::MIN);
        variable.adjust(LONGEST * 9);
        assert_eq!(variable.current(), Difficulty::ONE.times(50));
    }

    proptest! {
        #[test]
        fn the_difficulty_stays_within_its_bounds(
            steps in proptest::collection::vec((0_u64..1_000, any::<u64>(), any::<u8>()), 0..100),
        ) {
            let bounds = DifficultyRange { maximum: Difficulty::ONE.times(1_000_000), ..range(10) };
            let (mut variable, mut now) = (VariableDifficulty::new(bounds, Duration::ZERO), Duration::ZERO);
            for (seconds, difficulty, kind) in steps {
                now += SECOND * u32::try_from(seconds).unwrap();
                let difficulty = Difficulty::from_billionths(difficulty);
                match kind % 4 {
                    0 => variable.suggest(difficulty, now),
                    1 => variable.raise_minimum(difficulty),
                    _ => (0..kind).for_each(|_| variable.share(difficulty)),
                }
                variable.adjust(now);
                prop_assert!(variable.current() >= bounds.minimum && variable.current() <= bounds.maximum);
            }
        }
    }
}

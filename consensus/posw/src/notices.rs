//! What an operator is told of blocks that are set aside: seldom, however many there are.

use parking_lot::Mutex;
use std::time::{Duration, Instant};

/// A message of a kind comes at most once in this time.
const INTERVAL: Duration = Duration::from_secs(60);
/// So many blocks of others in a row on forks that are cut off are no stray ones.
const CUT_OFF_IN_A_ROW: u64 = 3;

/// Finds out when there is something to tell.
#[derive(Default)]
pub(crate) struct Notices(Mutex<State>);

#[derive(Default)]
struct State {
    implausible: Throttle,
    cut_off: Throttle,
    /// Blocks of other nodes on forks that are cut off, since the last that was imported.
    in_a_row: u64,
}

impl Notices {
    /// An announced block is implausible for this reason.
    pub(crate) fn implausible(&self, number: u32, reason: &str, now: Instant) -> Option<String> {
        let count = self.0.lock().implausible.pass(now)?;
        Some(format!("Announced blocks set aside as implausible: {count}; the last one is #{number}: {reason}"))
    }

    /// A block of another node is on a fork whose states are gone.
    pub(crate) fn cut_off(&self, now: Instant) -> Option<String> {
        let state = &mut *self.0.lock();
        state.in_a_row = state.in_a_row.saturating_add(1);
        if state.in_a_row < CUT_OFF_IN_A_ROW {
            return None;
        }
        state.cut_off.pass(now)?;
        Some(format!(
            "The last {} blocks of other nodes were on forks that finality has cut off here. If this goes on, the network \
             is split. One side has to give in: stop each of its nodes, run `posw-node recover --fork URL` with the RPC \
             address of a node of the other side, or `posw-node purge-chain`, both of which leave keys alone, and start \
             it again with nodes of the other side as peers",
            state.in_a_row
        ))
    }

    /// A block of another node was imported.
    pub(crate) fn imported(&self) {
        self.0.lock().in_a_row = 0;
    }
}

/// Lets one event in [`INTERVAL`] pass.
#[derive(Default)]
struct Throttle {
    passed: Option<Instant>,
    /// Events since then.
    count: u64,
}

impl Throttle {
    /// Whether an event passes; then, how many there were since the last that did, itself included.
    fn pass(&mut self, now: Instant) -> Option<u64> {
        self.count = self.count.saturating_add(1);
        if self.passed.is_some_and(|passed| now.saturating_duration_since(passed) < INTERVAL) {
            return None;
        }
        self.passed = Some(now);
        Some(std::mem::take(&mut self.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn implausible_blocks_are_told_of_once_a_minute_with_their_count() {
        let (notices, start) = (Notices::default(), Instant::now());
        let tell = |seconds| notices.implausible(7, "because", start + Duration::from_secs(seconds));
        let first = tell(0).unwrap();
        assert!(first.contains("implausible: 1;") && first.ends_with("#7: because"), "{first}");
        assert_eq!((tell(0), tell(30), tell(59)), (None, None, None));
        assert!(tell(60).unwrap().contains("implausible: 4;"));
        assert_eq!(tell(119), None);
        assert!(tell(120).unwrap().contains("implausible: 2;"));
    }

    #[test]
    fn stray_blocks_of_a_cut_off_fork_are_not_worth_a_warning() {
        let (notices, now) = (Notices::default(), Instant::now());
        for _ in 0..10 {
            assert_eq!((notices.cut_off(now), notices.cut_off(now)), (None, None));
            notices.imported();
        }
    }

    #[test]
    fn nothing_but_cut_off_forks_is_a_warning_once_a_minute() {
        let (notices, start) = (Notices::default(), Instant::now());
        let tell = |seconds| notices.cut_off(start + Duration::from_secs(seconds));
        assert_eq!((tell(0), tell(0)), (None, None));
        let warning = tell(0).unwrap();
        assert!(warning.contains("last 3 blocks"), "{warning}");
        for command in ["posw-node recover --fork URL", "posw-node purge-chain"] {
            assert!(warning.contains(command), "{warning}");
        }
        assert_eq!(tell(59), None);
        assert!(tell(60).unwrap().contains("last 5 blocks"));
        // The two kinds do not hold each other back.
        assert!(notices.implausible(7, "because", start + Duration::from_secs(60)).is_some());
    }
}

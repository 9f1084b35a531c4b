//! The clock, as far as the times of others' blocks and the system tell.
//!
//! A block has the time of its miner's clock when the template was built, and others accept it from 30 s before their own
//! clocks show that time (R8.2). Who is behind by more sets the blocks of others aside; who is ahead by more has its own
//! blocks set aside. A block says nothing of when it arrived, so its age is an upper bound of how far this clock is ahead.

use super::{answers::Facts, finding::Finding};
use crate::new_chain::quantity::about;
use sc_consensus_posw::view::MAX_AHEAD;
use std::process::Command;

const CHECK: &str = "clock";
/// Milliseconds of which a clock that is set by a server is never off.
const TOLERANCE: u64 = 2_000;
const REMEDY: &str = "have the clock set by a time server, such as with `timedatectl set-ntp true`";

/// Whether the system says that its clock is set by a server; `None` where it does not say.
pub(super) fn is_synchronized() -> Option<bool> {
    let output =
        Command::new("timedatectl").args(["show", "--property", "NTPSynchronized", "--value"]).output().ok()?;
    match output.stdout.trim_ascii() {
        b"yes" if output.status.success() => Some(true),
        b"no" if output.status.success() => Some(false),
        _ => None,
    }
}

/// What is said of a node on another machine, whose clock is not this one's.
pub(super) fn of_another_machine() -> Finding {
    Finding::unchecked(CHECK, "the node is on another machine, and has that one's: run this there")
}

/// Judges the clock of the machine, which is that of the node.
pub(super) fn judge(facts: Option<&Facts>, is_synchronized: Option<bool>) -> Finding {
    let system = match is_synchronized {
        Some(true) => "the system says that a time server sets it",
        Some(false) => "the system says that no time server sets it",
        None => "the system does not say whether a time server sets it",
    };
    let others = facts.and_then(|facts| facts.newest_of_others.map(|newest| (newest, facts.now)));
    let bound = match others {
        Some((newest, now)) if newest.time > now.saturating_add(TOLERANCE) => {
            let (number, lead) = (newest.number, newest.time.saturating_sub(now));
            let found = format!("at least {} behind that of the miner of block #{number}; {system}", about(lead));
            return match lead {
                // Half of what there is.
                lead if lead > MAX_AHEAD / 2 => Finding::fail(CHECK, found, REMEDY),
                _ => Finding::warn(CHECK, found, REMEDY),
            };
        }
        Some((newest, now)) if now.saturating_sub(newest.time) <= MAX_AHEAD => {
            let age = about(now.saturating_sub(newest.time));
            Some(format!("at most {age} ahead of that of the miner of block #{}", newest.number))
        }
        _ => None,
    };
    match (bound, is_synchronized) {
        (bound, Some(false)) => {
            let found = bound.map_or_else(|| system.into(), |bound| format!("{bound}; {system}"));
            Finding::warn(CHECK, found, REMEDY)
        }
        (Some(bound), _) => Finding::ok(CHECK, format!("{bound}; {system}")),
        (None, Some(true)) => Finding::ok(CHECK, system),
        (None, None) => {
            Finding::unchecked(CHECK, format!("{system}, and there is no new block of others to compare with"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            answers::{tests::facts, Stamp},
            finding::Status::{Fail, Ok, Unchecked, Warn},
        },
        *,
    };

    /// What is said of a clock at which the newest block of others has this age, in milliseconds.
    fn judged(age: Option<i64>, is_synchronized: Option<bool>) -> Finding {
        let mut facts = facts();
        facts.newest_of_others = age.map(|age| Stamp {
            number: 7,
            hash: Default::default(),
            time: facts.now.checked_add_signed(-age).expect("in range"),
        });
        judge(Some(&facts), is_synchronized)
    }

    #[test]
    fn blocks_from_the_future_are_those_of_a_clock_that_is_behind() {
        let status = |age| judged(Some(age), Some(true)).status;
        assert_eq!([status(-2_000), status(-2_001), status(-15_000), status(-15_001)], [Ok, Warn, Warn, Fail]);
        let found = judged(Some(-20_000), None).found;
        assert!(found.starts_with("at least 20 s behind that of the miner of block #7"), "{found}");
    }

    #[test]
    fn a_young_block_bounds_how_far_a_clock_is_ahead() {
        let young = judged(Some(7_000), None);
        assert!(young.status == Ok && young.found.starts_with("at most 7 s ahead"), "{young}");
        assert_eq!(judged(Some(7_000), Some(false)).status, Warn);
    }

    #[test]
    fn without_young_blocks_of_others_the_system_is_asked() {
        for age in [Some(30_001), None] {
            let statuses = [None, Some(true), Some(false)].map(|system| judged(age, system).status);
            assert_eq!(statuses, [Unchecked, Ok, Warn], "{age:?}");
        }
        assert_eq!(judge(None, None).status, Unchecked);
    }
}

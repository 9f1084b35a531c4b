//! A peer that announces false headers at full speed.

use super::{forger::Lie, victim::Victim};
use crate::common::process::turn;

/// The lie, what refuses it, and whether the liar is dropped for it.
const LIES: [(Lie, &str, bool); 5] = [
    (Lie::Shape, "shape", true),
    (Lie::Work, "work", true),
    (Lie::Signature, "signature", true),
    (Lie::Target, "plausibility", false),
    (Lie::Height, "plausibility", false),
];

#[test]
fn floods_of_false_headers_stop_nobody_and_liars_are_dropped() {
    let _turn = turn();
    let victim = Victim::start();
    for (lie, stage, is_dropped) in LIES {
        let _liar = victim.withstand(lie, stage, is_dropped);
        victim.forget_announced(&format!("while somebody lies about {lie:?}"));
    }
    victim.end();
}

//! A peer that announces blocks with true work and serves what is false, at full speed.

use super::{forger::Lie, victim::Victim};
use crate::common::process::turn;
use frame_support::dispatch::DispatchClass;
use frame_system::{limits::BlockWeights, Config};
use sc_consensus_posw::MAX_TRANSACTIONS;
use stakework_runtime::Runtime;

#[test]
fn floods_of_false_bodies_and_claims_stop_nobody_and_liars_are_dropped() {
    let _turn = turn();
    let victim = Victim::start();
    for (lie, stage) in [(Lie::Body, "body"), (Lie::Long, "body"), (Lie::Factor, "claims")] {
        drop(victim.withstand(lie, stage, true));
        victim.forget_announced(&format!("after somebody has lied about {lie:?}"));
    }
    victim.end();
}

#[test]
fn the_runtime_ends_a_block_before_it_has_too_many_transactions() {
    let weights: BlockWeights = <Runtime as Config>::BlockWeights::get();
    for class in [DispatchClass::Normal, DispatchClass::Operational] {
        let each = weights.get(class).base_extrinsic.ref_time();
        let most = weights.max_block.ref_time() / each;
        assert!(most < MAX_TRANSACTIONS as u64, "{most} transactions have room in a block");
    }
}

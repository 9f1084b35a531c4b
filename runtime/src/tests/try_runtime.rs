//! The API by which try-runtime runs blocks and migrations over the state of a running chain.

use super::chain::*;
use crate::{Runtime, VERSION};
use frame_support::weights::Weight;
use frame_system::{LastRuntimeUpgrade, LastRuntimeUpgradeInfo};
use frame_try_runtime::{TryStateSelect, UpgradeCheckSelect};
use pallet_posw_stake::Staked;
use sp_keyring::Sr25519Keyring::Alice;

/// How the SDK says that a pallet's checks failed; which, is in the log.
const WRONG_STATE: &str = "Detected errors while executing `try_state` checks";

/// The state is one of an older runtime.
fn age_state() {
    let spec_version = (VERSION.spec_version - 1).into();
    LastRuntimeUpgrade::<Runtime>::put(LastRuntimeUpgradeInfo { spec_version, spec_name: VERSION.spec_name.clone() });
}

fn try_block() -> Weight {
    let block = build(&claims(Alice), &[]);
    call("TryRuntime_execute_block", (block, true, true, TryStateSelect::All))
}

fn try_upgrade() -> (Weight, Weight) {
    call("TryRuntime_on_runtime_upgrade", UpgradeCheckSelect::All)
}

/// Runs `action` on a state that says more coins to be staked than there are.
fn with_wrong_sum(action: impl FnOnce()) {
    let right = Staked::<Runtime>::get();
    Staked::<Runtime>::put(right + 1);
    action();
    Staked::<Runtime>::put(right);
}

#[test]
fn a_block_is_executed_and_the_state_checked() {
    run(|| {
        mine_to(Alice, 12);
        assert!(try_block().ref_time() > 0);
        with_wrong_sum(|| {
            assert_panics(WRONG_STATE, || {
                try_block();
            })
        });
    });
}

#[test]
fn an_upgrade_runs_and_the_state_is_checked() {
    run(|| {
        mine_to(Alice, 12);
        age_state();
        let (used, allowed) = try_upgrade();
        assert!(used.all_lte(allowed), "migrations weigh {used}, a block has room for {allowed}");
        with_wrong_sum(|| {
            assert_panics(WRONG_STATE, || {
                try_upgrade();
            })
        });
        mine(Alice);
    });
}

//! A runtime upgrade whose migration changes the claims (SPEC R4.1).

use super::chain::*;
use crate::{Runtime, VERSION};
use frame_support::{traits::OnRuntimeUpgrade, weights::Weight};
use pallet_posw_stake::{types::KeyRecord, SealingKeys};
use sp_keyring::Sr25519Keyring::Alice;
use std::cell::Cell;

thread_local! {
    static ENABLED: Cell<bool> = const { Cell::new(false) };
}

const NEW_KEY: [u8; 32] = [0x42; 32];
/// What the migration takes of its block.
const WEIGHT: Weight = Weight::from_parts(1_000_000, 0);

/// Gives Alice another sealing key, in tests that ask for it.
#[allow(unreachable_pub)] // The runtime's configuration names it, which is public.
pub struct ReplaceKey;

impl OnRuntimeUpgrade for ReplaceKey {
    fn on_runtime_upgrade() -> Weight {
        if ENABLED.get() {
            let record = KeyRecord { key: Some(NEW_KEY), pending: None };
            SealingKeys::<Runtime>::insert(Alice.to_account_id(), record);
            let _ = frame_system::Pallet::<Runtime>::inc_consumers(&Alice.to_account_id());
            return WEIGHT;
        }
        Weight::zero()
    }
}

#[test]
fn claims_are_those_after_the_upgrade_that_the_child_runs() {
    run(|| {
        mine_to(Alice, 3);
        let before = claims(Alice);
        assert_eq!(before.sealing_key, <[u8; 32]>::from(Alice.to_account_id()));
        // The parent's state has new code, whose migration has not run yet.
        let old = frame_system::LastRuntimeUpgradeInfo {
            spec_version: (VERSION.spec_version - 1).into(),
            spec_name: VERSION.spec_name.clone(),
        };
        frame_system::LastRuntimeUpgrade::<Runtime>::put(old);
        ENABLED.set(true);
        let after = claims(Alice);
        assert_eq!(after.sealing_key, NEW_KEY);
        assert!(!SealingKeys::<Runtime>::contains_key(Alice.to_account_id()), "asking changes nothing");
        // The block that runs the migration is accepted with these claims.
        assert_eq!(empty_block(Alice), build(&after, &[]));
        mine(Alice);
        assert!(SealingKeys::<Runtime>::contains_key(Alice.to_account_id()));
        ENABLED.set(false);
        mine(Alice);
    });
}

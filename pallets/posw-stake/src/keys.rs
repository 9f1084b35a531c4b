//! Sealing keys (R6.5).

use crate::{types::KeyRecord, Config, Error, Event, Pallet, SealingKeys};
use frame_support::ensure;
use posw_primitives::header::key_payload;
use sp_core::sr25519;
use sp_runtime::{traits::Verify, DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_set_sealing_key(
        who: T::AccountId,
        key: sr25519::Public,
        proof: sr25519::Signature,
    ) -> DispatchResult {
        let payload = key_payload(&Self::genesis_hash(), &who.clone().into(), &key.0);
        ensure!(proof.verify(&payload[..], &key), Error::<T>::InvalidProof);
        let old = Self::sealing_key_of(&who);
        if !SealingKeys::<T>::contains_key(&who) {
            // The record must not outlive the account.
            frame_system::Pallet::<T>::inc_consumers(&who)?;
        }
        let from_epoch = Self::change_key(&who, Some(key.0));
        Self::deposit_event(Event::SealingKeySet { who, old, key: key.0, from_epoch });
        Ok(())
    }

    pub(crate) fn do_clear_sealing_key(who: T::AccountId) -> DispatchResult {
        ensure!(SealingKeys::<T>::contains_key(&who), Error::<T>::NoSealingKey);
        let old = Self::sealing_key_of(&who);
        let from_epoch = Self::change_key(&who, None);
        if SealingKeys::<T>::get(&who).is_some_and(|keys| keys.key.is_none()) {
            SealingKeys::<T>::remove(&who);
            frame_system::Pallet::<T>::dec_consumers(&who);
        }
        Self::deposit_event(Event::SealingKeyCleared { who, old, from_epoch });
        Ok(())
    }

    /// Schedules a key for the next epoch; it replaces another one that was scheduled for it.
    fn change_key(who: &T::AccountId, key: Option<[u8; 32]>) -> u32 {
        let epoch = Self::epoch().index;
        let next = epoch.saturating_add(1);
        let current = SealingKeys::<T>::get(who).unwrap_or_default().in_force(epoch);
        SealingKeys::<T>::insert(who, KeyRecord { key: current, pending: Some((next, key)) });
        next
    }

    /// The hash that proofs of possession are bound to; the frame keeps it for ever.
    pub(crate) fn genesis_hash() -> [u8; 32] {
        let mut bytes = [0; 32];
        let hash = frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::default());
        bytes.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
        bytes
    }
}

//! R6.5: sealing keys.

use crate::{mock::*, Error, Event, SealingKeys};
use frame_support::{assert_noop, assert_ok};
use posw_primitives::header::key_payload;
use sp_core::{sr25519, Pair};
use sp_keyring::Sr25519Keyring;
use sp_runtime::AccountId32;

fn proof(keyring: Sr25519Keyring, who: &AccountId32) -> sr25519::Signature {
    let payload = key_payload(&GENESIS_HASH.0, who.as_ref(), &keyring.public().0);
    keyring.pair().sign(&payload)
}

fn set(who: &AccountId32, keyring: Sr25519Keyring) {
    assert_ok!(PoswStake::set_sealing_key(signed(who), keyring.public(), proof(keyring, who)));
}

fn key(who: &AccountId32) -> [u8; 32] {
    PoswStake::claims_for(who).sealing_key
}

#[test]
fn the_account_id_is_the_key_by_default() {
    Chain::new().run(|| assert_eq!(key(&account(1)), [1; 32]));
}

#[test]
fn a_key_is_in_force_from_the_next_epoch_on() {
    Chain::new().run(|| {
        let (alice, hot) = (account(1), Sr25519Keyring::Ferdie);
        block_with(&NOBODY, || {
            set(&alice, hot);
            let set = Event::SealingKeySet { who: alice.clone(), old: [1; 32], key: hot.public().0, from_epoch: 1 };
            assert_eq!(events(), vec![set]);
        });
        run_to(8);
        assert_eq!(key(&alice), [1; 32]);
        run_to(9);
        // With one, the default seals no longer.
        assert_eq!(key(&alice), hot.public().0);
        block(&alice);
    });
}

#[test]
fn the_last_call_in_an_epoch_wins() {
    Chain::new().run(|| {
        let alice = account(1);
        block_with(&NOBODY, || {
            set(&alice, Sr25519Keyring::Ferdie);
            set(&alice, Sr25519Keyring::Eve);
        });
        next_epoch();
        assert_eq!(key(&alice), Sr25519Keyring::Eve.public().0);
        block_with(&NOBODY, || {
            set(&alice, Sr25519Keyring::Dave);
            assert_ok!(PoswStake::clear_sealing_key(signed(&alice)));
        });
        assert_eq!(key(&alice), Sr25519Keyring::Eve.public().0);
        next_epoch();
        assert_eq!(key(&alice), [1; 32]);
        block_with(&NOBODY, || {
            assert_ok!(PoswStake::clear_sealing_key(signed(&alice)));
            set(&alice, Sr25519Keyring::Dave);
        });
        next_epoch();
        assert_eq!(key(&alice), Sr25519Keyring::Dave.public().0);
    });
}

#[test]
fn clearing_returns_to_the_account_id_and_frees_the_account() {
    Chain::new().run(|| {
        let alice = account(1);
        start(&NOBODY);
        assert_noop!(PoswStake::clear_sealing_key(signed(&alice)), Error::<Test>::NoSealingKey);
        set(&alice, Sr25519Keyring::Ferdie);
        assert_eq!(System::consumers(&alice), 1);
        finish();
        next_epoch();
        block_with(&NOBODY, || {
            assert_ok!(PoswStake::clear_sealing_key(signed(&alice)));
            let old = Sr25519Keyring::Ferdie.public().0;
            assert_eq!(events(), vec![Event::SealingKeyCleared { who: alice.clone(), old, from_epoch: 2 }]);
        });
        assert_eq!((key(&alice), System::consumers(&alice)), (Sr25519Keyring::Ferdie.public().0, 1));
        next_epoch();
        assert_eq!(key(&alice), [1; 32]);
        block_with(&NOBODY, || PoswStake::clear_sealing_key(signed(&alice)).unwrap());
        assert_eq!((SealingKeys::<Test>::iter().count(), System::consumers(&alice)), (0, 0));
    });
}

#[test]
fn a_key_that_never_was_in_force_is_cleared_at_once() {
    Chain::new().run(|| {
        let alice = account(1);
        block_with(&NOBODY, || {
            set(&alice, Sr25519Keyring::Ferdie);
            assert_ok!(PoswStake::clear_sealing_key(signed(&alice)));
        });
        assert_eq!((SealingKeys::<Test>::iter().count(), System::consumers(&alice)), (0, 0));
        next_epoch();
        assert_eq!(key(&alice), [1; 32]);
    });
}

#[test]
fn a_key_needs_proof_of_possession_for_this_account_and_chain() {
    Chain::new().run(|| {
        let (alice, bob, hot) = (account(1), account(2), Sr25519Keyring::Ferdie);
        start(&NOBODY);
        let try_set = |proof| PoswStake::set_sealing_key(signed(&alice), hot.public(), proof);
        assert_noop!(try_set(proof(hot, &bob)), Error::<Test>::InvalidProof);
        assert_noop!(try_set(proof(Sr25519Keyring::Eve, &alice)), Error::<Test>::InvalidProof);
        let elsewhere = key_payload(&[0; 32], alice.as_ref(), &hot.public().0);
        assert_noop!(try_set(hot.pair().sign(&elsewhere)), Error::<Test>::InvalidProof);
        assert_ok!(try_set(proof(hot, &alice)));
        finish();
    });
}

#[test]
fn several_accounts_may_name_one_key_and_accounts_without_stake_may_have_one() {
    Chain::new().run(|| {
        block_with(&NOBODY, || {
            set(&account(1), Sr25519Keyring::Ferdie);
            set(&account(2), Sr25519Keyring::Ferdie);
        });
        next_epoch();
        assert_eq!(key(&account(1)), key(&account(2)));
        block(&account(1));
        block(&account(2));
    });
}

#[test]
fn a_rotation_leaves_credit_alone() {
    Chain::new().staked(1, 5_000, 30).staked(2, 5_000, 30).run(|| {
        let alice = account(1);
        run_to(5);
        block_with(&NOBODY, || set(&alice, Sr25519Keyring::Ferdie));
        next_epoch();
        assert_eq!(credit(&alice), credit(&account(2)));
    });
}

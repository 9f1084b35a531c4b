//! Section 4, check 5: a block whose claims are not what the parent's state gives cannot be executed.

use crate::mock::*;
use posw_primitives::{Claims, CompactBits, Factor, BILLION};
use sp_consensus_posw::{claims_item, Author};
use sp_runtime::{generic::Digest, DigestItem};

fn staked() -> Chain {
    Chain::new().staked(1, 5_000, 30).staked(2, 5_000, 30)
}

/// True claims with one of them changed.
fn start_falsely(change: impl FnOnce(&mut Claims)) {
    staked().run(|| {
        run_to(4);
        let mut claims = PoswStake::claims_for(&account(1));
        change(&mut claims);
        start_with(&claims);
    });
}

#[test]
fn true_claims_start_a_block() {
    staked().run(|| {
        run_to(4);
        let claims = PoswStake::claims_for(&account(1));
        assert!(claims.factor > Factor::ONE);
        assert_eq!((claims.miner, claims.sealing_key, claims.bits), ([1; 32], [1; 32], BaseBits::get()));
        start_with(&claims);
        assert_eq!(<PoswStake as Author<_>>::author(), Some(account(1)));
        finish();
        assert_eq!(<PoswStake as Author<_>>::author(), None);
    });
}

#[test]
#[should_panic(expected = "invalid block: it claims")]
fn a_higher_factor_is_refused() {
    start_falsely(|claims| claims.factor = Factor::clamped(u128::from(claims.factor.billionths()) + 1));
}

#[test]
#[should_panic(expected = "invalid block: it claims")]
fn a_lower_factor_is_refused() {
    start_falsely(|claims| claims.factor = Factor::ONE);
}

#[test]
#[should_panic(expected = "invalid block: it claims")]
fn other_base_bits_are_refused() {
    start_falsely(|claims| claims.bits = CompactBits::try_from(0x1d00_fffe).unwrap());
}

#[test]
#[should_panic(expected = "invalid block: it claims")]
fn another_sealing_key_is_refused() {
    start_falsely(|claims| claims.sealing_key = [2; 32]);
}

#[test]
#[should_panic(expected = "invalid block: it claims")]
fn the_factor_of_another_account_is_refused() {
    start_falsely(|claims| {
        claims.miner = NOBODY.into();
        claims.sealing_key = NOBODY.into();
    });
}

#[test]
#[should_panic(expected = "invalid block: 0 pre-runtime digest items, exactly 1 expected")]
fn a_block_without_claims_is_refused() {
    staked().run(|| start_with_digest(Digest::default()));
}

#[test]
#[should_panic(expected = "invalid block: 2 pre-runtime digest items, exactly 1 expected")]
fn a_block_with_two_claims_is_refused() {
    staked().run(|| {
        let item = claims_item(&PoswStake::claims_for(&NOBODY));
        start_with_digest(Digest { logs: vec![item.clone(), item] });
    });
}

#[test]
#[should_panic(expected = "invalid block: digest item of engine")]
fn claims_of_another_engine_are_refused() {
    staked().run(|| {
        let payload = PoswStake::claims_for(&NOBODY).to_bytes().to_vec();
        start_with_digest(Digest { logs: vec![DigestItem::PreRuntime(*b"aura", payload)] });
    });
}

#[test]
#[should_panic(expected = "invalid block: pre-runtime digest of 77 bytes, exactly 76 expected")]
fn trailing_bytes_are_refused() {
    staked().run(|| {
        let mut payload = PoswStake::claims_for(&NOBODY).to_bytes().to_vec();
        payload.push(0);
        start_with_digest(Digest { logs: vec![DigestItem::PreRuntime(sp_consensus_posw::ENGINE_ID, payload)] });
    });
}

#[test]
fn a_miner_without_stake_claims_one() {
    staked().run(|| {
        assert_eq!(block(&NOBODY).billionths(), BILLION);
        assert!(!crate::Accounts::<Test>::contains_key(NOBODY));
    });
}

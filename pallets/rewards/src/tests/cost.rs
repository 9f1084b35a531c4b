//! R9.2: what a block costs does not depend on how many rewards are pending.

use crate::{mock::*, types::Reward, Outstanding, Pending};
use codec::Encode;

/// Size of the part of the state that the end of one block reads or writes, in bytes of proof.
fn touched(pending: u32) -> usize {
    let mut chain = new_test_ext();
    chain.execute_with(|| {
        for earned_in in 1..=pending {
            Pending::<Test>::insert(earned_in, Reward { miner: account(1), amount: 90, treasury: 10 });
        }
        Outstanding::<Test>::put(u128::from(pending) * 100);
    });
    chain.commit_all().unwrap();
    // Late enough for two rewards to be minted.
    let number = pending.max(MATURITY) + 2;
    let ((), proof) = chain.execute_and_prove(|| {
        System::set_block_number(number.into());
        <Rewards as sp_consensus_posw::EndOfBlock>::end_of_block(number, false);
        assert!(!Pending::<Test>::contains_key(2));
    });
    proof.encoded_size()
}

#[test]
fn a_block_costs_the_same_with_any_number_of_pending_rewards() {
    let sizes = [10, 1_000, 100_000].map(touched);
    println!("bytes of state touched at 10, 1,000 and 100,000 pending rewards: {sizes:?}");
    // A proof grows with the depth of the trie, one node of at most 16 hashes per factor of 16, for the three rewards touched.
    let node = 16 * 33;
    assert!(sizes[2] <= sizes[0] + 3 * 4 * node, "{sizes:?}");
}

//! Times of blocks (SPEC R8.2), and the difficulty that follows from them.

use super::chain::*;
use crate::{Block, Timestamp};
use codec::Decode;
use frame_support::inherent::ProvideInherent;
use sp_consensus_posw::NetworkState;
use sp_core::U256;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_keyring::Sr25519Keyring::Alice;

type TimeError = <Timestamp as ProvideInherent>::Error;

/// What the runtime says to the block's time where the node's clock shows `clock`.
fn check(block: &Block, clock: u64) -> Option<TimeError> {
    let mut data = InherentData::new();
    data.put_data(Timestamp::INHERENT_IDENTIFIER, &clock).expect("it is new");
    let result: CheckInherentsResult = call("BlockBuilder_check_inherents", (block, data));
    assert_eq!(result.fatal_error(), !result.ok());
    let errors: Vec<_> = result.into_errors().collect();
    assert!(errors.len() <= 1);
    errors.into_iter().next().map(|(id, error)| {
        assert_eq!(id, Timestamp::INHERENT_IDENTIFIER);
        TimeError::decode(&mut &error[..]).expect("it is the pallet's")
    })
}

#[test]
fn a_time_is_at_most_30_s_ahead_of_the_clock_from_block_1_on() {
    run(|| {
        for _ in 1..=2 {
            let block = build(&claims(Alice), &[]);
            let time = time_of(next_number());
            assert!(check(&block, time).is_none());
            assert!(check(&block, time + 1_000_000).is_none(), "an old block is as good");
            assert!(check(&block, time - 30_000).is_none());
            assert!(matches!(check(&block, time - 30_001), Some(TimeError::TooFarInFuture)));
            execute(block);
        }
    });
}

#[test]
fn a_time_is_later_than_the_parents() {
    run(|| {
        mine(Alice);
        let parent = time_of(1);
        for (time, is_later) in [(parent - 1, false), (parent, false), (parent + 1, true)] {
            // A block that keeps the rule, with the time replaced: what breaks it cannot be built.
            let block = if is_later {
                build_at(time, &claims(Alice), &[])
            } else {
                with_time(build(&claims(Alice), &[]), time)
            };
            let error = check(&block, parent);
            assert_eq!(matches!(error, Some(TimeError::TooEarly)), !is_later, "{time}: {error:?}");
            if is_later {
                execute(block);
            } else {
                assert_panics("Timestamp must increment", || execute(block));
            }
        }
    });
}

#[test]
fn all_answers_about_difficulty_agree() {
    run(|| {
        let mut seen = Vec::new();
        let mut time = time_of(0);
        for number in 1..=25u64 {
            // Irregular, so that each block has another difficulty; over two ends of epochs.
            time += 500 + 700 * (number % 7);
            execute(build_at(time, &claims(Alice), &[]));
            let difficulty: U256 = call("DifficultyApi_difficulty", ());
            let network: NetworkState = call("PoswApi_network", ());
            assert_eq!(difficulty, network.difficulty, "{number}");
            assert_eq!(network.base_bits, claims(Alice).bits, "{number}");
            assert_eq!(difficulty, network.base_bits.work(), "{number}");
            seen.push(difficulty);
        }
        seen.dedup();
        assert!(seen.len() > 20, "{seen:?}");
    });
}

//! R6.6: what a block costs does not depend on how many others have staked.

use crate::{mock::*, Accounts};
use frame_support::traits::fungible::Mutate;
use sp_runtime::AccountId32;
use std::sync::{
    atomic::{AtomicU32, Ordering},
    Arc,
};
use tracing::{field::Visit, span, Event, Metadata, Subscriber};

/// Counts what the state machine reports: reads, and everything else.
#[derive(Clone, Default)]
struct Counter(Arc<[AtomicU32; 2]>);

impl Counter {
    fn of(&self, access: usize) -> u32 {
        self.0[access].load(Ordering::Relaxed)
    }
}

struct Method<'a>(&'a Counter);

impl Visit for Method<'_> {
    fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
        if field.name() == "method" {
            let access = usize::from(!["Get", "Exists", "Hash"].contains(&value));
            self.0 .0[access].fetch_add(1, Ordering::Relaxed);
        }
    }

    fn record_debug(&mut self, _: &tracing::field::Field, _: &dyn std::fmt::Debug) {}
}

impl Subscriber for Counter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "state"
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Method(self));
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

fn staker(number: u32) -> AccountId32 {
    let mut id = [0xaa; 32];
    id[..4].copy_from_slice(&number.to_le_bytes());
    AccountId32::new(id)
}

/// Reads and writes of an ordinary block, and of an epoch's last block at which all the stakers' locks end.
fn accesses(stakers: u32) -> [(u32, u32); 2] {
    let mut chain = Chain::new().staked(1, 10_000, 80).build();
    chain.execute_with(|| {
        run_to(8);
        start(&NOBODY);
        for number in 0..stakers {
            let who = staker(number);
            Balances::mint_into(&who, 200 + ED).unwrap();
            PoswStake::stake(signed(&who), 200, 80).unwrap();
        }
        finish();
        assert_eq!(Accounts::<Test>::iter_keys().count(), stakers as usize + 1);
    });
    chain.commit_all().unwrap();
    let measured = [50, 89].map(|number| {
        chain.execute_with(|| {
            while PoswStake::now() < number - 1 {
                start(&NOBODY);
                finish();
            }
        });
        chain.commit_all().unwrap();
        let counter = Counter::default();
        chain.execute_with(|| {
            tracing::subscriber::with_default(counter.clone(), || {
                // Tests on other threads may just have noted that nobody listens.
                tracing::callsite::rebuild_interest_cache();
                start(&account(1));
                finish();
            });
        });
        (counter.of(0), counter.of(1))
    });
    chain.execute_with(|| {
        assert_eq!(PoswStake::total_weight(), 10_000 + 200 * u128::from(stakers), "all locks ended with block 89");
    });
    measured
}

#[test]
fn a_block_reads_and_writes_the_same_with_ten_and_with_a_hundred_thousand_stakers() {
    let few = accesses(10);
    assert!(few.iter().all(|(reads, writes)| *reads > 10 && *writes > 3), "{few:?}");
    assert!(few[1] > few[0], "{few:?}");
    assert_eq!(accesses(1_000), few);
    assert_eq!(accesses(100_000), few);
}

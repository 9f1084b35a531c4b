//! How jobs are rolled through the threads.

use core::{ops::RangeInclusive, time::Duration};
use posw_miner::{
    message::{Extranonce, Notify},
    rig::Rig,
    statistics::Statistics,
    work::{Epoch, Work},
};
use posw_primitives::{CompactBits, Target, WorkHeader};
use posw_sealer::{Engine, OnHit, Portable, Priority, RootUse, Scanner};
use posw_stratum::{coinbase::Coinbase, Difficulty};
use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

const PATIENCE: Duration = Duration::from_secs(60);

fn work(connection: u64, voided: u64, difficulty: Difficulty, second_len: usize) -> Arc<Work> {
    Arc::new(Work {
        notify: Notify {
            job: format!("{connection}-{voided}"),
            commitment: [7; 32],
            coinbase: Coinbase { before: vec![1; 40], after: vec![2; 40] },
            branch: vec![],
            version: 0x2000_0000,
            bits: CompactBits::try_from(0x1d00_ffff).unwrap(),
            time: 1_000,
            clean: true,
        },
        extranonce: Extranonce { first: vec![3; 4], second_len },
        difficulty,
        version_mask: 0,
        epoch: Epoch { connection, voided },
    })
}

/// Finds nothing, at once, and keeps what it was to search.
#[derive(Clone, Default)]
struct Instantly(Arc<Mutex<Vec<(WorkHeader, RootUse)>>>);

impl Engine for Instantly {
    fn name(&self) -> &'static str {
        "instantly"
    }

    fn prepare(&self, header: &WorkHeader, _: Target, root: RootUse) -> Box<dyn Scanner> {
        let mut seen = self.0.lock().unwrap();
        if seen.last() != Some(&(*header, root)) {
            seen.push((*header, root));
        }
        Box::new(Self::default())
    }
}

impl Scanner for Instantly {
    fn roots(&self) -> u32 {
        1
    }

    fn scan(&mut self, nonces: RangeInclusive<u32>, _: &mut OnHit<'_>) -> u64 {
        u64::from(nonces.end() - nonces.start()) + 1
    }
}

#[test]
fn when_the_nonces_are_used_up_the_next_root_follows_without_end() {
    let engine = Instantly::default();
    let (rig, _shares) = Rig::new(Arc::new(engine.clone()), 1, Priority::Low, 100, Arc::default()).unwrap();
    // One byte: after 256 roots the time goes on.
    let work = work(1, 1, Difficulty::ONE, 1);
    rig.set_work(Some(work));
    let begun = Instant::now();
    while engine.0.lock().unwrap().len() < 600 {
        assert!(begun.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(2));
    }
    rig.set_work(None);
    let seen = engine.0.lock().unwrap().clone();
    let mut roots: Vec<_> = seen.iter().take(256).map(|(header, _)| header.root).collect();
    for (index, (header, root)) in seen.iter().enumerate() {
        assert_eq!(*root, RootUse::Fixed);
        assert_eq!(header.time, 1_000 + u32::try_from(index / 256).unwrap());
        assert_eq!(header.root, roots[index % 256], "the same roots at another time");
    }
    roots.sort_unstable();
    roots.dedup();
    assert_eq!(roots.len(), 256);
}

#[test]
fn shares_are_of_current_work_only() {
    let statistics = Arc::<Statistics>::default();
    let (rig, mut shares) = Rig::new(Arc::new(Portable), 2, Priority::Low, 100, statistics).unwrap();
    let easy = Difficulty::from_billionths(1_000);
    for voided in 1..50 {
        let work = work(1, voided, easy, 8);
        rig.set_work(Some(work.clone()));
        while shares.try_recv().is_ok() {}
        let share = shares.blocking_recv().unwrap();
        assert_eq!(share.work.epoch, work.epoch);
        assert!(share.difficulty() >= easy && !share.is_block());
        assert_eq!(WorkHeader { nonce: 0, ..share.header }, work.header(share.roll));
    }
    rig.set_work(None);
    while shares.try_recv().is_ok() {}
    std::thread::sleep(Duration::from_millis(20));
    assert!(shares.try_recv().is_err());
}

#[test]
fn a_job_that_comes_again_is_not_searched_again() {
    let engine = Instantly::default();
    let (rig, _shares) = Rig::new(Arc::new(engine.clone()), 1, Priority::Low, 100, Arc::default()).unwrap();
    for _ in 0..20 {
        rig.set_work(Some(work(1, 1, Difficulty::ONE, 8)));
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(rig);
    let mut roots: Vec<_> = engine.0.lock().unwrap().iter().map(|(header, _)| header.root).collect();
    let count = roots.len();
    assert!(count >= 20);
    roots.sort_unstable();
    roots.dedup();
    assert_eq!(roots.len(), count);
}

#[test]
fn a_rig_ends_while_its_threads_find_shares() {
    for _ in 0..20 {
        let (rig, shares) = Rig::new(Arc::new(Portable), 4, Priority::Low, 100, Arc::default()).unwrap();
        rig.set_work(Some(work(1, 1, Difficulty::MIN, 8)));
        std::thread::sleep(Duration::from_millis(3));
        drop(shares);
        drop(rig);
    }
}

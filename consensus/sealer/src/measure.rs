//! How fast engines are, told in a way that survives a busy machine: what is compared takes turns on the same core.

use crate::engine::{Engine, OnHit, RootUse, Scanner};
use core::ops::{ControlFlow, Range, RangeInclusive};
use posw_primitives::{header::sha256d, CompactBits, Target, WorkHeader};
use std::{
    sync::{Arc, Barrier},
    thread,
    time::Duration,
};

/// Hashes between two looks at the clock.
const HASHES_AT_A_TIME: u32 = 6_144;

/// Where the nonce is in a work header.
const NONCE: Range<usize> = 76..80;

/// What is measured.
#[derive(Clone)]
pub struct Contender {
    /// Does the hashing.
    pub engine: Arc<dyn Engine>,
    /// The kind of job it is given.
    pub root: RootUse,
}

/// Hashes per second of each of `contenders` on the calling thread: the median of `rounds`, in each of which each of them has
/// one turn of about `slice`.
///
/// On Linux it is the thread's own processor time that counts, so that other threads of a busy machine matter little.
pub fn rates(contenders: &[Contender], slice: Duration, rounds: usize) -> Vec<u64> {
    let mut runners: Vec<_> = contenders.iter().map(Runner::new).collect();
    for _ in 0..rounds {
        runners.iter_mut().for_each(|runner| runner.run(slice));
    }
    runners.into_iter().map(Runner::median).collect()
}

/// As [`rates`], of so many threads together that hash at the same time.
pub fn rates_of_threads(threads: usize, contenders: &[Contender], slice: Duration, rounds: usize) -> Vec<u64> {
    let start = Barrier::new(threads);
    thread::scope(|scope| {
        let measure = || {
            start.wait();
            rates(contenders, slice, rounds)
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(measure)).collect();
        let mut sums = vec![0_u64; contenders.len()];
        for rates in threads.into_iter().filter_map(|thread| thread.join().ok()) {
            sums.iter_mut().zip(rates).for_each(|(sum, rate)| *sum += rate);
        }
        sums
    })
}

/// The processor's name for itself, or the name of its architecture where it has none.
pub fn processor() -> String {
    let description = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = description.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or(std::env::consts::ARCH, |(_, name)| name).to_owned()
}

struct Runner {
    scanner: Box<dyn Scanner>,
    next: u32,
    rates: Vec<u64>,
}

impl Runner {
    fn new(contender: &Contender) -> Self {
        let header = WorkHeader {
            version: 0,
            commitment: [0; 32],
            root: [0; 32],
            time: 0,
            bits: CompactBits::POW_LIMIT,
            nonce: 0,
        };
        let scanner = contender.engine.prepare(&header, Target::MIN, contender.root);
        Self { scanner, next: 0, rates: Vec::new() }
    }

    fn run(&mut self, slice: Duration) {
        let nonces = (HASHES_AT_A_TIME / self.scanner.roots()).max(1);
        let (start, mut hashes, mut elapsed) = (thread_time(), 0, Duration::ZERO);
        while elapsed < slice {
            let last = self.next.saturating_add(nonces - 1);
            hashes += self.scanner.scan(self.next..=last, &mut |_| ControlFlow::Continue(()));
            self.next = last.wrapping_add(1);
            elapsed = thread_time().saturating_sub(start);
        }
        let rate = u128::from(hashes) * 1_000_000_000 / elapsed.as_nanos().max(1);
        self.rates.push(u64::try_from(rate).unwrap_or(u64::MAX));
    }

    fn median(mut self) -> u64 {
        self.rates.sort_unstable();
        self.rates.get(self.rates.len() / 2).copied().unwrap_or(0)
    }
}

/// Time since some moment, as far as the calling thread had it to itself.
#[cfg(target_os = "linux")]
fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Time since some moment.
#[cfg(not(target_os = "linux"))]
fn thread_time() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

/// The yardstick: two digests by the `sha2` crate of all 80 bytes for every nonce, as anybody would write it at first.
#[derive(Clone, Copy, Debug, Default)]
pub struct Naive;

impl Engine for Naive {
    fn name(&self) -> &'static str {
        "naive"
    }

    fn prepare(&self, header: &WorkHeader, target: Target, _: RootUse) -> Box<dyn Scanner> {
        Box::new(NaiveScanner { header: *header, target })
    }
}

struct NaiveScanner {
    header: WorkHeader,
    target: Target,
}

impl Scanner for NaiveScanner {
    fn roots(&self) -> u32 {
        1
    }

    fn scan(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
        let mut bytes = self.header.to_bytes();
        let mut tried = 0;
        for nonce in nonces {
            tried += 1;
            bytes[NONCE].copy_from_slice(&nonce.to_le_bytes());
            if self.target.is_met_by(&sha256d(&bytes)) && on_hit(WorkHeader { nonce, ..self.header }).is_break() {
                break;
            }
        }
        tried
    }
}

//! How soon threads begin with a new job or header, and what a second thread brings.

use posw_primitives::{CompactBits, Target, WorkHeader};
use posw_sealer::{engine::OnHit, Engine, Job, Kernel, Priority, RootUse, Scanner, Solution, Worker};
use std::{
    hint::black_box,
    ops::{ControlFlow, RangeInclusive},
    sync::{
        mpsc::{channel, Sender},
        Arc, Mutex,
    },
    time::{Duration, Instant},
};

/// Changes of job whose time is taken.
const CHANGES: u32 = 1_000;
/// How long a number of threads is measured at a time, and how often.
const TURNS: (Duration, usize) = (Duration::from_millis(100), 20);

fn main() {
    let available = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = Kernel::best(RootUse::Free);
    for priority in [Priority::Normal, Priority::Low] {
        let mut delays = delays(kernel, available, priority);
        delays.sort_unstable();
        let at = |percent: usize| delays[(delays.len() - 1) * percent / 100];
        println!(
            "{kernel}, {available} threads of {priority:?} priority: from a new job to its first hash {:?} (median), {:?} \
             (99th percentile), {:?} (most)",
            at(50),
            at(99),
            at(100)
        );
    }
    println!("{kernel}: {:?} from the last nonce of a header to the first of the next one (median)", roll(kernel));
    let [one, all] = rates(kernel, [1, available]);
    println!("{kernel}: {} kH/s with 1 thread, {} kH/s with {available}", one / 1_000, all / 1_000);
}

fn job(id: u32) -> Job {
    let (commitment, root, bits) = ([0; 32], [0; 32], CompactBits::POW_LIMIT);
    let header = WorkHeader { version: id, commitment, root, time: 0, bits, nonce: 0 };
    Job { id: id.into(), header, target: Target::MIN, root: RootUse::Free }
}

/// From the call that sets a job to the first scan of it, for each thread and each change.
fn delays(kernel: Kernel, threads: usize, priority: Priority) -> Vec<Duration> {
    let (sender, begun) = channel();
    let engine = Arc::new(Watched {
        engine: kernel.engine().expect("chosen from the available ones"),
        begun: Mutex::new(sender),
    });
    let worker = Worker::with_priority(engine, threads, Box::new(ignore), priority).expect("threads start");
    let mut delays = Vec::new();
    for id in 1..=CHANGES {
        let set = Instant::now();
        worker.set_job(Some(job(id)));
        let mut waiting = threads;
        while waiting > 0 {
            let (found, at) = begun.recv().expect("the worker lives");
            if found == id {
                delays.push(at.duration_since(set));
                waiting -= 1;
            }
        }
        // Not in step with the batches.
        std::thread::sleep(Duration::from_micros(u64::from(id) * 7 % 3_001));
    }
    delays
}

/// What a thread does between two headers of a job: it prepares the next one.
fn roll(kernel: Kernel) -> Duration {
    let engine = kernel.engine().expect("chosen from the available ones");
    let mut times: Vec<_> = (0..CHANGES)
        .map(|id| {
            let (job, start) = (job(id), Instant::now());
            black_box(engine.prepare(&job.header, job.target, job.root));
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// Hashes per second by the clock with each of some numbers of threads, the medians of turns.
fn rates(kernel: Kernel, threads: [usize; 2]) -> [u64; 2] {
    let engine = kernel.engine().expect("chosen from the available ones");
    let worker = Worker::with_priority(engine, 0, Box::new(ignore), Priority::Normal).expect("threads start");
    worker.set_job(Some(job(0)));
    let mut rates = threads.map(|_| Vec::new());
    for _ in 0..TURNS.1 {
        for (threads, rates) in threads.into_iter().zip(&mut rates) {
            worker.set_threads(threads).expect("threads start");
            let (before, start) = (worker.statistics().hashes, Instant::now());
            std::thread::sleep(TURNS.0);
            let hashes = u128::from(worker.statistics().hashes - before);
            rates.push(u64::try_from(hashes * 1_000_000_000 / start.elapsed().as_nanos()).unwrap_or(u64::MAX));
        }
    }
    rates.map(|mut rates| {
        rates.sort_unstable();
        rates[rates.len() / 2]
    })
}

fn ignore(_: Solution) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Tells when it begins with a header, by the header's version.
struct Watched {
    engine: Arc<dyn Engine>,
    begun: Mutex<Sender<(u32, Instant)>>,
}

impl Engine for Watched {
    fn name(&self) -> &'static str {
        self.engine.name()
    }

    fn prepare(&self, header: &WorkHeader, target: Target, root: RootUse) -> Box<dyn Scanner> {
        let sender = self.begun.lock().expect("nothing panics while it is locked").clone();
        let scanner = self.engine.prepare(header, target, root);
        Box::new(WatchedScanner { scanner, version: header.version, begun: Some(sender) })
    }
}

struct WatchedScanner {
    scanner: Box<dyn Scanner>,
    version: u32,
    begun: Option<Sender<(u32, Instant)>>,
}

impl Scanner for WatchedScanner {
    fn roots(&self) -> u32 {
        self.scanner.roots()
    }

    fn scan(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
        if let Some(begun) = self.begun.take() {
            let _ = begun.send((self.version, Instant::now()));
        }
        self.scanner.scan(nonces, on_hit)
    }
}

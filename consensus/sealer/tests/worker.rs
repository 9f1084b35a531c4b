//! The worker: division of the search space, change of jobs, threads that come and go.

use posw_primitives::{CompactBits, Target, WorkHeader, U256};
use posw_sealer::{
    Engine, Job, Kernel, Listener, OnHit, Portable, Priority, RootUse, Scanner, Solution, Worker, MAX_THREADS,
};
use std::{
    collections::HashMap,
    ops::{ControlFlow, RangeInclusive},
    sync::{
        mpsc::{channel, Receiver, Sender},
        Arc, Mutex,
    },
    time::{Duration, Instant},
};

/// How long a test waits for something that normally takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);

fn job(id: u64, target: Target) -> Job {
    let tag = u8::try_from(id % 256).unwrap();
    let header = WorkHeader {
        version: 0,
        commitment: [tag; 32],
        root: [0xee; 32],
        time: 5,
        bits: CompactBits::POW_LIMIT,
        nonce: 0,
    };
    Job { id, header, target, root: RootUse::Free }
}

fn easy() -> Target {
    Target::clamped(U256::MAX >> 8)
}

/// A worker whose solutions arrive in the channel.
fn worker(engine: impl Engine + 'static, threads: usize, after: ControlFlow<()>) -> (Worker, Receiver<Solution>) {
    let (sender, receiver) = channel();
    let on_solution = Box::new(move |solution| {
        let _ = sender.send(solution);
        after
    });
    (Worker::new(Arc::new(engine), threads, on_solution).unwrap(), receiver)
}

/// Waits until `condition` holds; fails where it does not come to hold.
fn eventually(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::yield_now();
    }
}

type Scanned = Arc<Mutex<HashMap<(u64, [u8; 32]), Vec<RangeInclusive<u32>>>>>;

/// Pretends to scan and writes down what; a batch covers a great part of all nonces, so that parts are used up.
#[derive(Default, Clone)]
struct Recorder {
    scanned: Scanned,
}

struct Recording {
    header: WorkHeader,
    scanned: Scanned,
}

impl Engine for Recorder {
    fn name(&self) -> &'static str {
        "recorder"
    }

    fn prepare(&self, header: &WorkHeader, _: Target, _: RootUse) -> Box<dyn Scanner> {
        Box::new(Recording { header: *header, scanned: self.scanned.clone() })
    }
}

impl Scanner for Recording {
    fn roots(&self) -> u32 {
        1
    }

    fn scan(&mut self, nonces: RangeInclusive<u32>, _: &mut OnHit<'_>) -> u64 {
        let hashes = u64::from(nonces.end() - nonces.start()) + 1;
        let key = (u64::from(self.header.commitment[0]), self.header.root);
        self.scanned.lock().unwrap().entry(key).or_default().push(nonces);
        hashes
    }
}

#[test]
fn finds_solutions_of_its_job() {
    let (worker, solutions) = worker(Portable, 2, ControlFlow::Continue(()));
    let job = job(7, easy());
    worker.set_job(Some(job));
    for _ in 0..20 {
        let solution = solutions.recv_timeout(PATIENCE).unwrap();
        assert_eq!(solution.job, 7);
        assert!(job.target.is_met_by(&solution.header.hash()));
        let WorkHeader { root, nonce, .. } = solution.header;
        assert_eq!(WorkHeader { root, nonce, ..job.header }, solution.header, "only root and nonce are varied");
    }
    worker.set_job(None);
    eventually("the hashes of batches are counted at their ends", || {
        let statistics = worker.statistics();
        statistics.solutions >= 20 && statistics.hashes > statistics.solutions
    });
    assert_eq!(worker.statistics().faults, 0);
    eventually("time passes over which a rate is known", || worker.hash_rate() > 0);
}

#[test]
fn break_ends_the_job_and_the_next_one_is_searched() {
    let (worker, solutions) = worker(Portable, 1, ControlFlow::Break(()));
    for id in 1..=3 {
        worker.set_job(Some(job(id, easy())));
        assert_eq!(solutions.recv_timeout(PATIENCE).unwrap().job, id);
    }
    // Joining the thread is what shows that nothing is still on its way.
    worker.set_threads(0).unwrap();
    assert!(solutions.try_recv().is_err(), "one solution for each job");
    assert_eq!(worker.statistics().solutions, 3);
}

#[test]
fn no_two_threads_scan_the_same_header() {
    let recorder = Recorder::default();
    let scanned = recorder.scanned.clone();
    let (worker, _solutions) = worker(recorder, 4, ControlFlow::Continue(()));
    worker.set_job(Some(job(1, Target::MIN)));
    let parts = || scanned.lock().unwrap().len();
    eventually("parts are used up and new ones begun", || parts() > 12);
    worker.set_threads(1).unwrap();
    worker.set_threads(4).unwrap();
    let before = parts();
    eventually("threads that were added begin parts", || parts() > before + 4);
    drop(worker);

    let scanned = scanned.lock().unwrap();
    let mut complete = 0;
    for batches in scanned.values() {
        let mut next = Some(0);
        for batch in batches {
            assert_eq!(next, Some(*batch.start()), "every part is scanned from its first nonce on, each nonce once");
            next = batch.end().checked_add(1);
        }
        complete += usize::from(next.is_none());
    }
    assert!(complete > 0, "parts are scanned up to their last nonce");
}

#[test]
fn a_change_of_job_stops_the_old_one_within_a_batch() {
    let recorder = Recorder::default();
    let scanned = recorder.scanned.clone();
    let count = |id| -> usize {
        scanned.lock().unwrap().iter().filter(|((job, _), _)| *job == id).map(|(_, batches)| batches.len()).sum()
    };
    let (worker, _solutions) = worker(recorder, 2, ControlFlow::Continue(()));
    worker.set_job(Some(job(1, Target::MIN)));
    eventually("the first job is searched", || count(1) > 10);
    let before = {
        // No batch ends while the lock is held, so the change falls within one.
        let held = scanned.lock().unwrap();
        worker.set_job(Some(job(2, Target::MIN)));
        held.iter().filter(|((job, _), _)| *job == 1).map(|(_, batches)| batches.len()).sum::<usize>()
    };
    eventually("the second job is searched", || count(2) > 1_000);
    assert!(count(1) <= before + 2, "each of two threads ends at most the batch that it was in");
}

#[test]
fn batches_of_a_real_engine_are_short() {
    let (worker, solutions) = worker(Portable, 1, ControlFlow::Continue(()));
    // Many changes in a row: each has to be noticed before its job can be solved.
    let started = Instant::now();
    for id in 0..50 {
        worker.set_job(Some(job(1_000 + id, Target::MIN)));
        worker.set_job(Some(job(id, Target::POW_LIMIT)));
        while solutions.recv_timeout(PATIENCE).unwrap().job != id {}
        worker.set_job(None);
    }
    assert!(started.elapsed() < PATIENCE / 2);
}

#[test]
fn threads_come_and_go() {
    let (worker, solutions) = worker(Portable, 0, ControlFlow::Continue(()));
    worker.set_job(Some(job(1, easy())));
    assert_eq!((worker.threads(), worker.statistics().hashes), (0, 0));
    for threads in [3, 1, 2] {
        worker.set_threads(threads).unwrap();
        assert_eq!(worker.threads(), threads);
        solutions.recv_timeout(PATIENCE).unwrap();
    }
    worker.set_threads(0).unwrap();
    let rested = worker.statistics();
    assert_eq!(worker.statistics(), rested);
    let error = worker.set_threads(MAX_THREADS + 1).unwrap_err();
    assert_eq!(error.to_string(), "1025 threads, at most 1024 are allowed");
}

#[test]
fn dropping_joins_the_threads() {
    let engine = Arc::new(Portable);
    let worker = Worker::new(engine.clone(), 3, Box::new(|_| ControlFlow::Continue(()))).unwrap();
    worker.set_job(Some(job(1, Target::MIN)));
    eventually("it hashes", || worker.statistics().hashes > 0);
    drop(worker);
    assert_eq!(Arc::strong_count(&engine), 1, "no thread is left that holds the engine");
}

/// Reports every first nonce as a hit.
struct Liar;

impl Engine for Liar {
    fn name(&self) -> &'static str {
        "liar"
    }

    fn prepare(&self, header: &WorkHeader, _: Target, _: RootUse) -> Box<dyn Scanner> {
        struct Lies(WorkHeader);
        impl Scanner for Lies {
            fn roots(&self) -> u32 {
                1
            }

            fn scan(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
                let _ = on_hit(WorkHeader { nonce: *nonces.start(), ..self.0 });
                1
            }
        }
        Box::new(Lies(*header))
    }
}

#[test]
fn hits_of_a_broken_engine_are_counted_and_kept_back() {
    let (worker, solutions) = worker(Liar, 1, ControlFlow::Continue(()));
    worker.set_job(Some(job(1, Target::MIN)));
    eventually("faults are counted", || worker.statistics().faults > 10);
    assert_eq!(worker.statistics().solutions, 0);
    assert!(solutions.try_recv().is_err());
}

/// Hands on the jobs that are begun.
struct Beginnings(Mutex<Sender<u64>>);

impl Listener for Beginnings {
    fn solved(&self, _: Solution) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn begun(&self, job: u64) {
        let _ = self.0.lock().unwrap().send(job);
    }
}

#[test]
fn each_thread_says_once_that_it_begins_with_a_job() {
    let (sender, begun) = channel();
    let worker = Worker::new(Arc::new(Portable), 3, Box::new(Beginnings(Mutex::new(sender)))).unwrap();
    for id in 1..=20 {
        worker.set_job(Some(job(id, Target::MIN)));
        for _ in 0..3 {
            assert_eq!(begun.recv_timeout(PATIENCE), Ok(id));
        }
    }
    drop(worker);
    assert!(begun.try_recv().is_err());
}

/// Hands on the jobs that are used up.
struct Exhaustion(Mutex<Sender<u64>>);

impl Listener for Exhaustion {
    fn solved(&self, _: Solution) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn exhausted(&self, job: u64) {
        let _ = self.0.lock().unwrap().send(job);
    }
}

#[test]
fn threads_share_the_nonces_of_a_fixed_root_and_say_when_they_are_used_up() {
    let recorder = Recorder::default();
    let scanned = recorder.scanned.clone();
    let (sender, exhausted) = channel();
    let worker = Worker::new(Arc::new(recorder), 3, Box::new(Exhaustion(Mutex::new(sender)))).unwrap();
    for id in 1..=2 {
        worker.set_job(Some(Job { root: RootUse::Fixed, ..job(id, Target::MIN) }));
        assert_eq!(exhausted.recv_timeout(PATIENCE), Ok(id));
    }
    drop(worker);
    assert!(exhausted.try_recv().is_err(), "a job is used up once");

    let scanned = scanned.lock().unwrap();
    assert_eq!(scanned.len(), 2, "no header but the one of each job");
    for ((_, root), batches) in scanned.iter() {
        assert_eq!(*root, [0xee; 32]);
        let mut batches = batches.clone();
        batches.sort_by_key(|batch| *batch.start());
        let mut next = Some(0);
        for batch in &batches {
            assert_eq!(next, Some(*batch.start()), "each nonce once");
            next = batch.end().checked_add(1);
        }
        assert_eq!(next, None, "up to the last one");
    }
}

#[test]
fn a_fixed_root_is_kept() {
    for kernel in Kernel::available() {
        let (sender, solutions) = channel();
        let on_solution = move |solution| {
            let _ = sender.send(solution);
            ControlFlow::Continue(())
        };
        let worker = Worker::new(kernel.engine().unwrap(), 2, Box::new(on_solution)).unwrap();
        for mask in [0, 0x1fff_e000] {
            let root = if mask == 0 { RootUse::Fixed } else { RootUse::Version(mask) };
            let job = Job { root, ..job(mask.into(), easy()) };
            worker.set_job(Some(job));
            let mut of_this_job = std::iter::repeat_with(|| solutions.recv_timeout(PATIENCE).unwrap())
                .filter(|solution: &Solution| solution.job == job.id);
            for Solution { header, .. } in of_this_job.by_ref().take(20) {
                let version = job.header.version & !mask | header.version & mask;
                assert_eq!(WorkHeader { version, nonce: header.nonce, ..job.header }, header, "{kernel}");
                assert!(job.target.is_met_by(&header.hash()), "{kernel}");
            }
        }
    }
}

/// Starts and ends threads, which are then sure to have seen what they have to do; returns whether they hashed.
fn hashes(worker: &Worker) -> bool {
    let before = worker.statistics();
    worker.set_threads(0).unwrap();
    let between = worker.statistics();
    worker.set_threads(2).unwrap();
    worker.set_threads(0).unwrap();
    let after = worker.statistics();
    worker.set_threads(2).unwrap();
    before != between || between != after
}

#[test]
fn nothing_is_searched_while_it_is_off_or_its_duty_cycle_is_zero() {
    let (worker, solutions) = worker(Portable, 2, ControlFlow::Continue(()));
    assert_eq!((worker.is_enabled(), worker.duty_cycle()), (true, 100));
    let found = |id| while solutions.recv_timeout(PATIENCE).unwrap().job != id {};

    worker.set_enabled(false);
    worker.set_job(Some(job(1, easy())));
    assert!(!worker.is_enabled() && !hashes(&worker));
    worker.set_enabled(true);
    found(1);

    worker.set_job(None);
    worker.set_duty_cycle(0);
    eventually("threads come to rest", || !hashes(&worker));
    worker.set_job(Some(job(2, easy())));
    assert!(!hashes(&worker));
    for percent in [1, 50, 100] {
        worker.set_duty_cycle(percent);
        assert_eq!(worker.duty_cycle(), percent);
        worker.set_job(Some(job(u64::from(percent) + 2, easy())));
        found(u64::from(percent) + 2);
    }
    worker.set_duty_cycle(101);
    assert_eq!(worker.duty_cycle(), 100);
}

#[test]
fn a_rest_ends_with_a_change() {
    let (worker, solutions) = worker(Portable, 1, ControlFlow::Break(()));
    // At 1 % a thread rests for nearly all of the time.
    worker.set_duty_cycle(1);
    for id in 0..200 {
        worker.set_job(Some(job(id, easy())));
        assert_eq!(solutions.recv_timeout(PATIENCE).unwrap().job, id);
    }
}

/// Writes down the priority of the threads that prepare work.
#[cfg(target_os = "linux")]
struct Niceness(Mutex<Sender<i32>>);

#[cfg(target_os = "linux")]
impl Engine for Niceness {
    fn name(&self) -> &'static str {
        "niceness"
    }

    fn prepare(&self, header: &WorkHeader, target: Target, root: RootUse) -> Box<dyn Scanner> {
        let _ = self.0.lock().unwrap().send(rustix::process::getpriority_process(None).unwrap());
        Portable.prepare(header, target, root)
    }
}

#[cfg(target_os = "linux")]
#[test]
fn threads_let_others_go_first_unless_told_otherwise() {
    let normal = rustix::process::getpriority_process(None).unwrap();
    for (priority, expected) in [(Priority::default(), 19), (Priority::Normal, normal)] {
        let (sender, niceness) = channel();
        let engine = Arc::new(Niceness(Mutex::new(sender)));
        let on_solution = Box::new(|_: Solution| ControlFlow::Continue(()));
        let worker = Worker::with_priority(engine, 2, on_solution, priority).unwrap();
        worker.set_job(Some(job(1, Target::MIN)));
        assert_eq!(niceness.recv_timeout(PATIENCE), Ok(expected));
        assert_eq!(niceness.recv_timeout(PATIENCE), Ok(expected));
    }
    assert_eq!(rustix::process::getpriority_process(None).unwrap(), normal, "nobody else is concerned");
}

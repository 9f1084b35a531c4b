//! What threads share, and what each of them does from its beginning to its end.

use super::{
    pace::Pace,
    search::{Nonces, Search},
    Job, Listener, Priority, Solution, Statistics,
};
use crate::engine::{Engine, Scanner};
use core::ops::{ControlFlow, RangeInclusive};
use parking_lot::{Condvar, Mutex};
use posw_primitives::WorkHeader;
use std::{
    sync::{
        atomic::{AtomicU64, Ordering::Relaxed},
        Arc,
    },
    time::Instant,
};

/// What the threads are to do.
pub(super) struct Control {
    pub(super) search: Option<Arc<Search>>,
    pub(super) threads: usize,
    pub(super) enabled: bool,
    /// Percent.
    pub(super) duty_cycle: u8,
}

/// What one thread is to do, as of a change of [`Control`].
struct Order {
    change: u64,
    search: Arc<Search>,
    duty_cycle: u8,
}

pub(super) struct Shared {
    engine: Arc<dyn Engine>,
    listener: Box<dyn Listener>,
    control: Mutex<Control>,
    changed: Condvar,
    /// Counts the changes of `control`; read between batches, without the lock.
    change: AtomicU64,
    hashes: AtomicU64,
    solutions: AtomicU64,
    faults: AtomicU64,
}

impl Shared {
    pub(super) fn new(engine: Arc<dyn Engine>, listener: Box<dyn Listener>) -> Self {
        Self {
            engine,
            listener,
            control: Mutex::new(Control { search: None, threads: 0, enabled: true, duty_cycle: 100 }),
            changed: Condvar::new(),
            change: AtomicU64::new(0),
            hashes: AtomicU64::new(0),
            solutions: AtomicU64::new(0),
            faults: AtomicU64::new(0),
        }
    }

    pub(super) fn set_job(&self, job: Option<Job>) {
        let search = job.map(|job| Arc::new(Search::new(job)));
        self.update(|control| control.search = search);
    }

    pub(super) fn update(&self, change: impl FnOnce(&mut Control)) {
        let mut control = self.control.lock();
        change(&mut control);
        self.change.fetch_add(1, Relaxed);
        self.changed.notify_all();
    }

    pub(super) fn control<T>(&self, read: impl FnOnce(&Control) -> T) -> T {
        read(&self.control.lock())
    }

    pub(super) fn statistics(&self) -> Statistics {
        Statistics {
            hashes: self.hashes.load(Relaxed),
            solutions: self.solutions.load(Relaxed),
            faults: self.faults.load(Relaxed),
        }
    }

    /// A thread from its beginning to its end.
    pub(super) fn run(&self, index: usize, priority: Priority) {
        if priority == Priority::Low {
            lower_priority();
        }
        let mut pace = None;
        while let Some(order) = self.await_order(index) {
            self.listener.begun(order.search.job.id);
            while self.is_current(order.change) {
                let (header, shared) = order.search.next_part();
                let mut scanner = self.engine.prepare(&header, order.search.job.target, order.search.job.root);
                let pace = pace.get_or_insert_with(|| Pace::new(scanner.roots()));
                let complete = self.scan_part(&order, &mut *scanner, shared.unwrap_or(&Nonces::default()), pace);
                if complete && shared.is_some() {
                    self.exhausted(&order);
                }
            }
        }
    }

    /// The next order to a thread; `None` when the thread is to end.
    fn await_order(&self, index: usize) -> Option<Order> {
        let mut control = self.control.lock();
        while index < control.threads {
            match &control.search {
                // Changes are counted under the lock.
                Some(search) if control.enabled && control.duty_cycle > 0 => {
                    let (change, search) = (self.change.load(Relaxed), search.clone());
                    return Some(Order { change, search, duty_cycle: control.duty_cycle });
                }
                _ => self.changed.wait(&mut control),
            }
        }
        None
    }

    fn is_current(&self, change: u64) -> bool {
        self.change.load(Relaxed) == change
    }

    /// Scans what is left of `nonces`, up to the next change; returns whether none are left.
    fn scan_part(&self, order: &Order, scanner: &mut dyn Scanner, nonces: &Nonces, pace: &mut Pace) -> bool {
        while self.is_current(order.change) {
            let Some(batch) = nonces.take(pace.batch()) else { return true };
            self.scan_batch(order, scanner, batch, pace);
            if let Some(owed) = pace.rest() {
                let started = Instant::now();
                let mut control = self.control.lock();
                if self.is_current(order.change) {
                    self.changed.wait_for(&mut control, owed);
                }
                drop(control);
                pace.rested(started.elapsed());
            }
        }
        false
    }

    fn scan_batch(&self, order: &Order, scanner: &mut dyn Scanner, batch: RangeInclusive<u32>, pace: &mut Pace) {
        let (started, count) = (Instant::now(), u64::from(batch.end() - batch.start()) + 1);
        let hashes = scanner.scan(batch, &mut |header| self.solved(order, header));
        self.hashes.fetch_add(hashes, Relaxed);
        pace.searched(count, started.elapsed(), order.duty_cycle);
    }

    /// Hands a header to the listener, if it is the solution that the engine says it is.
    fn solved(&self, order: &Order, header: WorkHeader) -> ControlFlow<()> {
        let Job { id, target, .. } = order.search.job;
        if !target.is_met_by(&header.hash()) {
            self.faults.fetch_add(1, Relaxed);
            return ControlFlow::Continue(());
        }
        self.solutions.fetch_add(1, Relaxed);
        let flow = self.listener.solved(Solution { job: id, header });
        if flow.is_break() {
            self.finish(order.change);
        }
        flow
    }

    /// Ends the job and tells the listener that there is nothing left of it, unless something changed since.
    fn exhausted(&self, order: &Order) {
        if self.finish(order.change) {
            self.listener.exhausted(order.search.job.id);
        }
    }

    /// Ends the job of `change`, unless something changed since; returns whether it did.
    fn finish(&self, change: u64) -> bool {
        let mut control = self.control.lock();
        let current = self.is_current(change);
        if current {
            control.search = None;
            self.change.fetch_add(1, Relaxed);
        }
        current
    }
}

/// Lets every other thread of the system go before the calling one.
fn lower_priority() {
    #[cfg(target_os = "linux")]
    {
        /// The lowest that there is.
        const NICE: i32 = 19;
        // To be nicer is always allowed. On Linux no process means the calling thread alone.
        let _ = rustix::process::setpriority_process(None, NICE);
    }
}

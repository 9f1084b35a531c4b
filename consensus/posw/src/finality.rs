//! Finality by depth: the block `max_reorg` below the best one is final once this node has held it for a while (R5.3).
//!
//! Local, not agreed: a partition that lasts longer than `max_reorg` blocks on both sides splits the chain until an operator
//! acts. It is a task of its own that shares nothing with the import but the lock and the view, so that another gadget can take
//! its place.

use crate::{
    error::ImportError,
    import::ImportLock,
    sync_state::SyncState,
    view::{ChainView, View},
    PoswBlock,
};
use futures::StreamExt;
use sc_client_api::{Backend, BlockBackend, BlockchainEvents, Finalizer};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_posw::PoswApi;
use sp_core::H256;
use std::{
    collections::VecDeque,
    marker::PhantomData,
    sync::Arc,
    time::{Duration, Instant},
};

/// Most blocks that one step finalizes.
const MAX_STEP: u32 = 512;
/// How many of the best blocks are noted one by one; more than any chain's `max_reorg`.
const SHALLOW: u32 = 128;
/// How often finality is looked at beside imports, whose notifications are silent during initial synchronisation.
const INTERVAL: Duration = Duration::from_secs(1);

/// Finalizes by depth.
pub struct DepthFinality<B, C, BE> {
    client: Arc<C>,
    lock: ImportLock,
    view: ChainView,
    sync: SyncState,
    own_depth: Option<u32>,
    arrivals: Arrivals,
    _types: PhantomData<(B, BE)>,
}

impl<B, C, BE> DepthFinality<B, C, BE>
where
    B: PoswBlock,
    BE: Backend<B>,
    C: HeaderBackend<B> + BlockBackend<B> + Finalizer<B, BE> + BlockchainEvents<B> + ProvideRuntimeApi<B>,
    C::Api: PoswApi<B>,
{
    /// Finality at the chain's depth, or at `own_depth` where that is smaller; 0 finalizes nothing.
    pub fn new(client: Arc<C>, lock: ImportLock, view: ChainView, sync: SyncState, own_depth: Option<u32>) -> Self {
        let arrivals = Arrivals::default();
        Self { client, lock, view, sync, own_depth, arrivals, _types: PhantomData }
    }

    /// Runs as long as the node.
    pub async fn run(mut self) {
        if self.own_depth == Some(0) {
            log::warn!(
                target: crate::LOG_TARGET,
                "Finality is switched off: nothing is final, states are never pruned and light clients stop following"
            );
            return;
        }
        let mut imports = self.client.import_notification_stream().fuse();
        let mut timer = tokio::time::interval(INTERVAL);
        timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                import = imports.next() => if import.is_none() { return },
                _ = timer.tick() => {}
            }
            // After a long synchronisation much is due; imports get their turn in between.
            while self.locked_step().await.unwrap_or_else(|error| {
                log::warn!(target: crate::LOG_TARGET, "Finality is stuck: {error}");
                false
            }) {}
        }
    }

    async fn locked_step(&mut self) -> Result<bool, ImportError> {
        let lock = self.lock.clone();
        let _no_import = lock.lock().await;
        self.step(Instant::now())
    }

    /// Finalizes what is due, at most [`MAX_STEP`] blocks, and says whether it was that many; the caller holds the lock.
    fn step(&mut self, now: Instant) -> Result<bool, ImportError> {
        if self.sync.is_syncing(now) {
            return Ok(false);
        }
        let view = self.view.get_or_refresh::<B, C>(&self.client)?;
        let info = self.client.info();
        self.arrivals.observe(info.finalized_number, info.best_number, |number| self.client.hash(number), now)?;
        let depth = effective_depth(self.own_depth, &view);
        let furthest = info.finalized_number.saturating_add(MAX_STEP);
        let newest = info.best_number.saturating_sub(depth).min(furthest);
        let Some(number) = self.arrivals.last_held(newest, hold_time(&view), now) else { return Ok(false) };
        let Some(hash) = self.client.hash(number)? else { return Ok(false) };
        self.client.finalize_block(hash, None, true)?;
        log::debug!(target: crate::LOG_TARGET, "finalized #{number} ({hash:?}), {depth} below the best block");
        Ok(number == furthest)
    }
}

/// The node's own depth where it has one that is not deeper than the chain's.
fn effective_depth(own: Option<u32>, view: &View) -> u32 {
    own.unwrap_or(u32::MAX).min(view.best.max_reorg)
}

/// `max_reorg * T / 2`: a storm of blocks after an outage finalizes nothing at once.
fn hold_time(view: &View) -> Duration {
    let millis = u64::from(view.best.max_reorg).saturating_mul(view.best.difficulty.block_time);
    Duration::from_millis(millis.saturating_div(2))
}

/// Since when this node holds the blocks of the best chain that are not final; by the monotonic clock.
///
/// Blocks count from when they are first looked at here: those that were on disk from the start of the node on, those of a
/// synchronisation from its end on.
#[derive(Default)]
struct Arrivals {
    /// Number of the finalized block.
    finalized: u32,
    /// What arrived together, oldest first; times do not fall along the chain.
    runs: VecDeque<Run>,
}

/// Consecutive blocks that arrived together.
struct Run {
    /// Number of the last one.
    last: u32,
    /// Its hash.
    hash: H256,
    /// When they arrived.
    since: Instant,
}

impl Arrivals {
    /// Takes note of the best chain above the finalized block.
    ///
    /// # Errors
    /// Those of `hash_at`, which gives the best chain's hash at a height. What is noted then is incomplete, and right.
    fn observe<E>(
        &mut self,
        finalized: u32,
        best: u32,
        mut hash_at: impl FnMut(u32) -> Result<Option<H256>, E>,
        now: Instant,
    ) -> Result<(), E> {
        self.finalized = finalized;
        while self.runs.front().is_some_and(|run| run.last <= finalized) {
            self.runs.pop_front();
        }
        // What is known of another fork is forgotten, from the head down to the fork.
        while let Some(run) = self.runs.back() {
            if run.last <= best && hash_at(run.last)? == Some(run.hash) {
                break;
            }
            self.runs.pop_back();
        }
        // Deep blocks are one run, so that millions of them take no memory; shallow ones, which forks replace, one each.
        let deep = best.saturating_sub(SHALLOW);
        let known = self.runs.back().map_or(finalized, |run| run.last);
        for last in deep.max(known.saturating_add(1))..=best {
            let Some(hash) = hash_at(last)? else { break };
            self.runs.push_back(Run { last, hash, since: now });
        }
        Ok(())
    }

    /// Number of the last block that is not final, is at most `newest` and was held for at least `hold`.
    fn last_held(&self, newest: u32, hold: Duration, now: Instant) -> Option<u32> {
        let held = self.runs.partition_point(|run| now.saturating_duration_since(run.since) >= hold);
        let last = self.runs.get(held.checked_sub(1)?)?.last.min(newest);
        (last > self.finalized).then_some(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    const HOLD: Duration = Duration::from_secs(10);

    fn hash(fork: u8, number: u32) -> H256 {
        H256::from_low_u64_be(u64::from(fork) << 32 | u64::from(number))
    }

    /// Looks at a chain of `best` blocks, those above `fork_point` on another fork, `seconds` after the start.
    fn observe(arrivals: &mut Arrivals, finalized: u32, best: u32, fork_point: u32, now: Instant) {
        let chain = |n: u32| Ok::<_, Infallible>((n <= best).then(|| hash(u8::from(n > fork_point), n)));
        arrivals.observe(finalized, best, chain, now).unwrap();
    }

    fn seconds(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn a_block_is_final_when_it_is_deep_and_was_held() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        for number in 1..=20u32 {
            observe(&mut arrivals, 0, number, u32::MAX, seconds(start, number.into()));
        }
        // Held long enough, not deep enough; deep enough, not held long enough; neither.
        let now = seconds(start, 20);
        assert_eq!(arrivals.last_held(8, HOLD, now), Some(8));
        assert_eq!(arrivals.last_held(15, HOLD, now), Some(10));
        assert_eq!(arrivals.last_held(15, HOLD, seconds(start, 10)), None);
        assert_eq!(arrivals.last_held(0, HOLD, now), None, "genesis is final already");
    }

    #[test]
    fn a_storm_of_blocks_is_not_final_at_once() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        observe(&mut arrivals, 0, 500, u32::MAX, start);
        assert_eq!(arrivals.last_held(492, HOLD, seconds(start, 9)), None);
        assert_eq!(arrivals.last_held(492, HOLD, seconds(start, 10)), Some(492));
    }

    #[test]
    fn a_new_fork_is_held_from_its_arrival_on() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        observe(&mut arrivals, 0, 10, u32::MAX, start);
        observe(&mut arrivals, 0, 12, 6, seconds(start, 8));
        assert_eq!(arrivals.last_held(12, HOLD, seconds(start, 10)), Some(6));
        assert_eq!(arrivals.last_held(12, HOLD, seconds(start, 18)), Some(12));
    }

    #[test]
    fn a_fork_deeper_than_single_notes_is_held_anew_as_a_whole() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        observe(&mut arrivals, 0, 1_000, u32::MAX, start);
        observe(&mut arrivals, 0, 1_001, 500, seconds(start, 8));
        assert_eq!(arrivals.last_held(1_001, HOLD, seconds(start, 17)), None);
        assert_eq!(arrivals.last_held(1_001, HOLD, seconds(start, 18)), Some(1_001));
    }

    #[test]
    fn final_and_reverted_blocks_are_forgotten() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        observe(&mut arrivals, 0, 30, u32::MAX, start);
        observe(&mut arrivals, 20, 30, u32::MAX, seconds(start, 1));
        assert_eq!(arrivals.last_held(20, HOLD, seconds(start, 10)), None);
        assert_eq!(arrivals.last_held(30, HOLD, seconds(start, 10)), Some(30));
        observe(&mut arrivals, 20, 24, u32::MAX, seconds(start, 2));
        assert_eq!(arrivals.last_held(30, HOLD, seconds(start, 10)), Some(24));
        // Finality may overtake what was observed.
        observe(&mut arrivals, 40, 42, u32::MAX, seconds(start, 3));
        assert_eq!(arrivals.last_held(42, HOLD, seconds(start, 10)), None);
        assert_eq!(arrivals.last_held(42, HOLD, seconds(start, 13)), Some(42));
    }

    #[test]
    fn the_memory_of_a_long_chain_is_bounded() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        observe(&mut arrivals, 0, 10_000_000, u32::MAX, start);
        assert!(arrivals.runs.len() <= 1 + 128);
        assert_eq!(arrivals.last_held(512, HOLD, seconds(start, 10)), Some(512));
    }

    #[test]
    fn what_was_noted_before_an_error_counts() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        let broken = |n: u32| if n < 5 { Ok(Some(hash(0, n))) } else { Err("disk") };
        assert_eq!(arrivals.observe(0, 9, broken, start), Err("disk"));
        assert_eq!(arrivals.last_held(9, HOLD, seconds(start, 10)), Some(4));
    }
}

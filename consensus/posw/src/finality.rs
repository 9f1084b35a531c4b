//! Finality by depth: the block `max_reorg` below the best one is final once this node has held it for a while (R5.3).
//!
//! Local, not agreed: a partition that lasts longer than `max_reorg` blocks on both sides splits the chain until an operator
//! acts. It is a task of its own that shares nothing with the import but the lock and the view, so that another gadget can take
//! its place.

use crate::{
    import::ImportLock,
    sync_state::SyncState,
    view::{ChainView, View},
    PoswBlock,
};
use futures::StreamExt;
use sc_client_api::{Backend, BlockchainEvents, Finalizer};
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
    C: HeaderBackend<B> + Finalizer<B, BE> + BlockchainEvents<B> + ProvideRuntimeApi<B>,
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
            let lock = self.lock.clone();
            let _no_import = lock.lock().await;
            if let Err(error) = self.step(Instant::now()) {
                log::warn!(target: crate::LOG_TARGET, "Finality is stuck: {error}");
            }
        }
    }

    /// Finalizes what is due; the caller holds the lock.
    fn step(&mut self, now: Instant) -> Result<(), crate::ImportError> {
        let info = self.client.info();
        let mut failed = None;
        let hash_at = |number| {
            self.client.hash(number).unwrap_or_else(|error| {
                failed = Some(error);
                None
            })
        };
        self.arrivals.observe(info.finalized_number, info.best_number, hash_at, now);
        if let Some(error) = failed {
            return Err(error.into());
        }
        let view = match self.view.get() {
            _ if self.sync.is_syncing(now) => return Ok(()),
            Some(view) => view,
            None => self.view.refresh::<B, C>(&self.client)?,
        };
        let depth = effective_depth(self.own_depth, &view);
        let newest = info.best_number.saturating_sub(depth).min(info.finalized_number.saturating_add(MAX_STEP));
        let Some((number, hash)) = self.arrivals.last_held(newest, hold_time(&view), now) else { return Ok(()) };
        self.client.finalize_block(hash, None, true)?;
        log::debug!(target: crate::LOG_TARGET, "finalized #{number} ({hash:?}), {depth} below the best block");
        Ok(())
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
/// Blocks that were on disk when the node started count from then on.
#[derive(Default)]
struct Arrivals {
    /// Number of the first block of `blocks`.
    first: u32,
    /// Consecutive blocks; times do not fall along the chain.
    blocks: VecDeque<(H256, Instant)>,
}

impl Arrivals {
    /// Takes note of the best chain above the finalized block.
    fn observe(&mut self, finalized: u32, best: u32, mut hash_at: impl FnMut(u32) -> Option<H256>, now: Instant) {
        let final_blocks = finalized.saturating_add(1).saturating_sub(self.first);
        let final_blocks = usize::try_from(final_blocks).unwrap_or(usize::MAX).min(self.blocks.len());
        self.blocks.drain(..final_blocks);
        self.first = finalized.saturating_add(1);
        // What is known of another fork is forgotten, from the head down to the fork.
        while let Some((hash, _)) = self.blocks.back() {
            if self.last() <= best && hash_at(self.last()) == Some(*hash) {
                break;
            }
            self.blocks.pop_back();
        }
        for number in self.last().saturating_add(1)..=best {
            let Some(hash) = hash_at(number) else { return };
            self.blocks.push_back((hash, now));
        }
    }

    /// The last block up to `newest` that was held for at least `hold`.
    fn last_held(&self, newest: u32, hold: Duration, now: Instant) -> Option<(u32, H256)> {
        let held = self.blocks.partition_point(|(_, since)| now.saturating_duration_since(*since) >= hold);
        let deep = newest.saturating_add(1).saturating_sub(self.first);
        let count = u32::try_from(held).unwrap_or(u32::MAX).min(deep);
        let index = count.checked_sub(1)?;
        let (hash, _) = self.blocks.get(usize::try_from(index).ok()?)?;
        Some((self.first.saturating_add(index), *hash))
    }

    /// Number of the last block, or of the one before the first where there is none.
    fn last(&self) -> u32 {
        let count = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        self.first.saturating_add(count).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOLD: Duration = Duration::from_secs(10);

    fn hash(fork: u8, number: u32) -> H256 {
        H256::from_low_u64_be(u64::from(fork) << 32 | u64::from(number))
    }

    fn seconds(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn a_block_is_final_when_it_is_deep_and_was_held() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        for number in 1..=20u32 {
            arrivals.observe(0, number, |n| Some(hash(0, n)), seconds(start, number.into()));
        }
        // Held long enough, not deep enough; deep enough, not held long enough; neither.
        let now = seconds(start, 20);
        assert_eq!(arrivals.last_held(8, HOLD, now), Some((8, hash(0, 8))));
        assert_eq!(arrivals.last_held(15, HOLD, now), Some((10, hash(0, 10))));
        assert_eq!(arrivals.last_held(15, HOLD, seconds(start, 10)), None);
        assert_eq!(arrivals.last_held(0, HOLD, now), None, "genesis is final already");
    }

    #[test]
    fn a_storm_of_blocks_is_not_final_at_once() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        arrivals.observe(0, 500, |n| Some(hash(0, n)), start);
        assert_eq!(arrivals.last_held(492, HOLD, seconds(start, 9)), None);
        assert_eq!(arrivals.last_held(492, HOLD, seconds(start, 10)), Some((492, hash(0, 492))));
    }

    #[test]
    fn a_new_fork_is_held_from_its_arrival_on() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        arrivals.observe(0, 10, |n| Some(hash(0, n)), start);
        let fork = |n| Some(hash(u8::from(n > 6), n));
        arrivals.observe(0, 12, fork, seconds(start, 8));
        assert_eq!(arrivals.last_held(12, HOLD, seconds(start, 10)), Some((6, hash(0, 6))));
        assert_eq!(arrivals.last_held(12, HOLD, seconds(start, 18)), Some((12, hash(1, 12))));
    }

    #[test]
    fn final_and_reverted_blocks_are_forgotten() {
        let start = Instant::now();
        let mut arrivals = Arrivals::default();
        arrivals.observe(0, 30, |n| Some(hash(0, n)), start);
        arrivals.observe(20, 30, |n| Some(hash(0, n)), seconds(start, 1));
        assert_eq!((arrivals.first, arrivals.blocks.len()), (21, 10));
        arrivals.observe(20, 24, |n| (n <= 24).then(|| hash(0, n)), seconds(start, 2));
        assert_eq!(arrivals.last(), 24);
        // Finality may overtake what was observed.
        arrivals.observe(40, 42, |n| Some(hash(0, n)), seconds(start, 3));
        assert_eq!((arrivals.first, arrivals.blocks.len()), (41, 2));
    }
}

//! Warns where peers are ahead and synchronisation gets nowhere.
//!
//! After a split their chain leaves this node's below what is final here (R5.3). The SDK then asks for their blocks in vain, so
//! that the import, which warns of forks that are cut off, never sees one.

use super::Client;
use sc_consensus_posw::SyncState;
use sp_blockchain::HeaderBackend;
use sp_consensus::SyncOracle;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::{interval, MissedTickBehavior};

/// How often the node looks.
const INTERVAL: Duration = Duration::from_secs(5);
/// How long nothing of what peers have may come, and the time between warnings.
const PATIENCE: Duration = Duration::from_secs(30);

/// Warns as long as the node runs. `peers` says whether peers claim to be far ahead, `node` whether blocks come from them. That
/// the best block changes would say nothing: this side of a split mines on.
pub(super) async fn watch(client: Arc<Client>, peers: Arc<impl SyncOracle>, node: SyncState) {
    let mut timer = interval(INTERVAL);
    timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stall = Stall::default();
    loop {
        timer.tick().await;
        let now = Instant::now();
        if stall.observe(peers.is_major_syncing() && !node.is_syncing(now), now) {
            let seconds = PATIENCE.as_secs();
            log::warn!(
                "🪓 Peers claim to be ahead, and for {seconds} s none of their blocks has come. Either they do not deliver, or \
                 their chain leaves this node's below #{}, which is final here: then the network is split, and one side has \
                 to give in. `posw-node doctor` looks into it; the way back is `posw-node recover --fork URL` with the RPC \
                 address of a node of the other side",
                client.info().finalized_number
            );
        }
    }
}

/// Since when nothing comes, or since the last warning.
#[derive(Default)]
struct Stall(Option<Instant>);

impl Stall {
    /// Whether it is time for a warning.
    fn observe(&mut self, is_stalled: bool, now: Instant) -> bool {
        let since = if is_stalled { *self.0.get_or_insert(now) } else { now };
        let is_due = now.saturating_duration_since(since) >= PATIENCE;
        if is_due || !is_stalled {
            self.0 = is_stalled.then_some(now);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_synchronisation_that_gets_nowhere_is_worth_a_warning() {
        let (start, mut stall) = (Instant::now(), Stall::default());
        let mut observe = |is_stalled, seconds| stall.observe(is_stalled, start + Duration::from_secs(seconds));
        assert!(!observe(true, 0));
        assert!(!observe(true, 29));
        assert!(observe(true, 30));
        assert!(!observe(true, 59), "not so soon again");
        assert!(observe(true, 60));
        assert!(!observe(false, 95) && !observe(true, 100), "it got on in between");
        assert!(!observe(true, 129) && observe(true, 130));
    }
}

//! A chain's state in memory, behind the SDK's cache of state as in a node.

use crate::turns::processor_time;
use sp_core::{
    storage::{StateVersion, Storage},
    H256,
};
use sp_externalities::set_and_run_with_externalities;
use sp_runtime::traits::BlakeTwo256;
use sp_state_machine::{Ext, InMemoryBackend, OverlayedChanges, TrieBackendBuilder};
use sp_trie::{
    cache::{CacheSize, SharedTrieCache},
    PrefixedMemoryDB,
};
use std::time::Duration;

/// What a runtime reads and changes.
pub(crate) struct State {
    nodes: PrefixedMemoryDB<BlakeTwo256>,
    root: H256,
    cache: SharedTrieCache<BlakeTwo256>,
}

impl State {
    /// The state of genesis.
    pub(crate) fn new(genesis: &Storage) -> Self {
        let backend = InMemoryBackend::from((genesis.clone(), StateVersion::V1));
        let (root, cache) = (*backend.root(), SharedTrieCache::new(CacheSize::unlimited(), None));
        Self { nodes: backend.into_storage(), root, cache }
    }

    /// Runs an action on this state, keeps its changes, and says what processor time it took without that.
    pub(crate) fn change<T>(&mut self, action: impl FnOnce() -> T) -> (T, Duration) {
        let cache = self.cache.local_cache_trusted();
        let backend = TrieBackendBuilder::new(&self.nodes, self.root).with_cache(cache).build();
        let mut overlay = OverlayedChanges::default();
        let start = processor_time();
        let result = set_and_run_with_externalities(&mut Ext::new(&mut overlay, &backend, None), action);
        let time = processor_time() - start;
        let changes = overlay.drain_storage_changes(&backend, StateVersion::V1).expect("memory has all of the state");
        // What was read goes to the cache.
        drop(backend);
        self.nodes.consolidate(changes.transaction);
        self.root = changes.transaction_storage_root;
        (result, time)
    }
}

//! Mining waits after a recovery until a block of another node has come (R5.3).
//!
//! What a node mines before that is a fork of its own, which it makes final once it is long enough: the next dead one.

use sc_client_api::AuxStore;
use std::sync::{
    atomic::{AtomicBool, Ordering},
    Arc,
};

/// Key of the mark in auxiliary storage.
const KEY: &[u8] = b"posw:hold";
/// What is under it, if anything is.
const MARK: &[u8] = &[1];

/// Whether mining waits for a block of another node; the database keeps it over restarts.
pub struct MiningHold<C> {
    client: Arc<C>,
    is_set: Arc<AtomicBool>,
}

impl<C> Clone for MiningHold<C> {
    fn clone(&self) -> Self {
        Self { client: self.client.clone(), is_set: self.is_set.clone() }
    }
}

impl<C> MiningHold<C> {
    /// Whether mining waits.
    pub fn is_set(&self) -> bool {
        self.is_set.load(Ordering::Acquire)
    }
}

impl<C: AuxStore> MiningHold<C> {
    /// What the database says.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn load(client: Arc<C>) -> Result<Self, sp_blockchain::Error> {
        let is_set = client.get_aux(KEY)?.is_some();
        Ok(Self { client, is_set: Arc::new(is_set.into()) })
    }

    /// Has mining wait.
    ///
    /// # Errors
    /// Where the database cannot be written.
    pub fn set(&self) -> Result<(), sp_blockchain::Error> {
        self.client.insert_aux(&[(KEY, MARK)], &[])?;
        self.is_set.store(true, Ordering::Release);
        Ok(())
    }

    /// Has mining wait no longer. Where the database cannot be written, it waits again after the next start.
    pub fn release(&self) {
        if !self.is_set.swap(false, Ordering::AcqRel) {
            return;
        }
        if let Err(error) = self.client.insert_aux(&[], &[KEY]) {
            log::warn!(target: crate::LOG_TARGET, "Mining waits again after the next start: {error}");
        }
    }
}

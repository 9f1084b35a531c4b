//! Ends a node whose database cannot be written, which would otherwise stand still.
//!
//! ParityDB writes in the background. Once that has failed it still reads, and refuses each later commit; whoever asked for one
//! logs that and goes on. Its tables are mapped into memory, where a page for which the disk has no room costs the process a
//! signal. So the node looks in time whether there is room, and whether the database takes commits.

use super::Client;
use crate::error::{Error, Result};
use sc_client_api::AuxStore;
use sc_service::DatabaseSource;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::time::{interval, MissedTickBehavior};

/// How often the node looks.
const INTERVAL: Duration = Duration::from_secs(5);
/// Bytes of a MiB.
pub(crate) const MIB: u64 = 1 << 20;

/// The disk that a database is on.
pub(super) struct Disk {
    database: PathBuf,
    /// MiB that have to be free.
    threshold: u64,
}

impl Disk {
    /// The disk of a database, of which `threshold` MiB have to be free; `None` for a database that is on none.
    pub(super) fn of(database: &DatabaseSource, threshold: u64) -> Option<Self> {
        Some(Self { database: database.path()?.to_owned(), threshold })
    }

    /// Whether enough is free.
    ///
    /// # Errors
    /// Where it is not, or the disk does not say.
    pub(super) fn check(&self) -> Result<()> {
        let free = free(&self.database)?;
        if free < self.threshold {
            return Err(Error::DiskSpace { database: self.database.clone(), free, threshold: self.threshold });
        }
        Ok(())
    }

    /// Ends when the database takes no commits any more, or will not for long, and logs why.
    pub(super) async fn watch(self, client: Arc<Client>) {
        let mut timer = interval(INTERVAL);
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            timer.tick().await;
            if let Err(error) = self.check().and_then(|()| self.check_commits(&client)) {
                log::error!("💾 The node ends: {error}");
                return;
            }
        }
    }

    /// An empty commit is refused as any other.
    fn check_commits(&self, client: &Client) -> Result<()> {
        let failed = |error: sp_blockchain::Error| Error::Database {
            database: self.database.clone(),
            reason: error.to_string(),
        };
        client.insert_aux(&[], &[]).map_err(failed)
    }
}

/// MiB that are free for this user on the disk of a path, which need not exist yet.
pub(crate) fn free(path: &Path) -> Result<u64> {
    let existing = path.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    let disk = rustix::fs::statvfs(existing).map_err(|error| Error::Io {
        context: format!("cannot tell how much is free on the disk of {}", existing.display()),
        source: error.into(),
    })?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize) / MIB)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn disk(threshold: u64) -> Disk {
        let database = std::env::temp_dir().join("folder/that/is/not/made/yet");
        Disk::of(&DatabaseSource::ParityDb { path: database }, threshold).unwrap()
    }

    #[test]
    fn what_is_free_is_compared_with_the_threshold() {
        disk(0).check().unwrap();
        let free = match disk(u64::MAX).check() {
            Err(Error::DiskSpace { free, threshold: u64::MAX, .. }) => free,
            other => panic!("{other:?}"),
        };
        // Others use this disk too.
        disk(free / 2).check().unwrap();
        assert!(disk(free.saturating_mul(2).max(1)).check().is_err());
    }
}

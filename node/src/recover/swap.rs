//! Two databases change places.

use super::Refusal;
use crate::{
    database::{Folder, Lock},
    error::{Error, Result},
};
use rustix::fs::{renameat_with, RenameFlags, CWD};
use std::{
    fs::File,
    thread::sleep,
    time::{Duration, Instant},
};

/// How long this process' own tasks may take to close a database.
const CLOSE: Duration = Duration::from_secs(60);
/// How often it is looked at.
const POLL: Duration = Duration::from_millis(50);

/// Puts each database in the place of the other, in one step: at any moment, whatever happens, there is one in each place.
///
/// # Errors
/// Where somebody has one of them open, or the file system cannot do it: both are then where they were. Where only the step is
/// not on the disk yet, they have changed places.
pub(super) fn exchange(current: &Folder, next: &Folder) -> Result<()> {
    // No node is to start in between.
    let _locks = [lock(current)?, lock(next)?];
    let exchanged = renameat_with(CWD, current.parent(), CWD, next.parent(), RenameFlags::EXCHANGE);
    exchanged.map_err(|reason| {
        let text = |folder: &Folder| folder.parent().display().to_string();
        Error::from(Refusal::Exchange { staging: text(next), current: text(current), reason: reason.into() })
    })?;
    let both = current.parent().parent().unwrap_or(current.parent());
    let synced = File::open(both).and_then(|folder| folder.sync_all());
    synced.map_err(|source| Error::Io { context: format!("cannot write {}", both.display()), source })
}

/// The lock of a database that is about to be closed.
fn lock(folder: &Folder) -> Result<File> {
    let start = Instant::now();
    loop {
        let lock = folder.lock();
        let context = || format!("cannot lock {}", folder.path().display());
        match lock.map_err(|source| Error::Io { context: context(), source })? {
            Lock::Taken(file) => return Ok(file),
            Lock::HeldBy(_) if start.elapsed() < CLOSE => sleep(POLL),
            Lock::HeldBy(process) => {
                let process = process.map_or_else(|| "another process".into(), |id| format!("process {id}"));
                return Err(Error::Io {
                    context: context(),
                    source: std::io::Error::other(format!("{process} has it open")),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sc_service::DatabaseSource;
    use std::{fs, path::Path};

    fn database(home: &Path, name: &str) -> Folder {
        let path = home.join(name).join("full");
        fs::create_dir_all(&path).unwrap();
        for file in ["metadata", "lock", name] {
            File::create(path.join(file)).unwrap();
        }
        Folder::of(&DatabaseSource::ParityDb { path }).unwrap()
    }

    #[test]
    fn each_database_takes_the_place_of_the_other() {
        let home = tempfile::tempdir().unwrap();
        let (current, next) = (database(home.path(), "current"), database(home.path(), "next"));
        exchange(&current, &next).unwrap();
        assert!(current.path().join("next").exists() && next.path().join("current").exists());
    }

    #[test]
    fn both_stay_where_the_exchange_fails() {
        let home = tempfile::tempdir().unwrap();
        let (current, next) = (database(home.path(), "current"), database(home.path(), "next"));
        fs::remove_file(next.path().join("lock")).unwrap();
        let error = exchange(&current, &next).unwrap_err().to_string();
        assert!(error.contains("cannot lock") && error.contains("next/full"), "{error}");
        assert!(current.path().join("current").exists() && next.path().join("next").exists());
    }
}

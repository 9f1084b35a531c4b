//! The database as a folder: whether it is there, who has it open and until when, what it takes of the disk.

use sc_service::DatabaseSource;
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process, thread,
    time::{Duration, Instant},
};

/// How long the threads of a process that ends may take to close the database.
const CLOSE_LIMIT: Duration = Duration::from_secs(30);
/// How often it is looked at until they have.
const CLOSE_POLL: Duration = Duration::from_millis(2);

/// The system counts what files take in units of 512 bytes.
const SECTORS_OF_MEBIBYTE: u64 = 2_048;

/// A folder with a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folder(PathBuf);

/// Whether a database is in use.
#[derive(Debug)]
pub(crate) enum Lock {
    /// It was not. As long as this file is open, nobody else opens the database.
    Taken(File),
    /// Another process has it open: its id, where the system tells.
    HeldBy(Option<u32>),
}

impl Folder {
    /// That of a node's configuration; `None` where it keeps no database on a disk.
    pub(crate) fn of(source: &DatabaseSource) -> Option<Self> {
        source.path().map(|path| Self(path.into()))
    }

    /// The same database below another parent.
    pub(crate) fn below(&self, parent: &Path) -> Self {
        Self(self.0.file_name().map_or_else(|| parent.into(), |name| parent.join(name)))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The folder that holds nothing but the database, and that `purge-chain` removes.
    pub(crate) fn parent(&self) -> &Path {
        self.0.parent().unwrap_or(&self.0)
    }

    pub(crate) fn exists(&self) -> bool {
        self.0.join("metadata").is_file()
    }

    /// Takes the lock that an open database holds.
    ///
    /// # Errors
    /// Where the database is not there, or not this user's.
    pub(crate) fn lock(&self) -> io::Result<Lock> {
        let file = OpenOptions::new().read(true).write(true).open(self.0.join("lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock::Taken(file)),
            Err(TryLockError::WouldBlock) => {
                let locks = fs::read_to_string("/proc/locks").unwrap_or_default();
                Ok(Lock::HeldBy(lock_holder(&locks, file.metadata()?.ino())))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Waits until no thread of this process has the database open, which then has nothing left in the process's memory. A call
    /// by RPC that lasts longer than half a minute is not waited for.
    pub(crate) fn await_close(&self) {
        if !ends_within(CLOSE_LIMIT, || self.is_open_here()) {
            log::warn!("💾 {} is still open: the next start reads what it lacks from its log", self.0.display());
        }
    }

    /// Whether this process has the database open, or may have where the system does not tell who has.
    fn is_open_here(&self) -> bool {
        match self.lock() {
            Ok(Lock::HeldBy(holder)) => holder.is_none_or(|holder| holder == process::id()),
            Ok(Lock::Taken(_)) | Err(_) => false,
        }
    }
}

/// Waits until a condition holds no more, at most for `limit`; whether it does not.
fn ends_within(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while holds() {
        if start.elapsed() >= limit {
            return false;
        }
        thread::sleep(CLOSE_POLL);
    }
    true
}

/// The process that holds a lock on a file, by the system's table of locks; `None` where it names several, as files of several
/// disks may have one number.
fn lock_holder(locks: &str, inode: u64) -> Option<u32> {
    let mut holders = locks.lines().filter_map(|line| {
        let fields: Vec<_> = line.split_whitespace().collect();
        let file = fields.get(5)?.rsplit(':').next()?;
        (file == inode.to_string()).then(|| fields.get(4)?.parse().ok()).flatten()
    });
    let holder: u32 = holders.next()?;
    holders.all(|other| other == holder).then_some(holder)
}

/// MiB that a folder takes of the disk, which for sparse files is less than their length.
///
/// # Errors
/// Where it cannot be read.
pub(crate) fn used_mebibytes(folder: &Path) -> io::Result<u64> {
    Ok(used_sectors(folder)?.div_ceil(SECTORS_OF_MEBIBYTE))
}

fn used_sectors(folder: &Path) -> io::Result<u64> {
    let mut sum = 0_u64;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        let used = if metadata.is_dir() { used_sectors(&entry.path())? } else { metadata.blocks() };
        sum = sum.saturating_add(used);
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database() -> (tempfile::TempDir, Folder) {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("paritydb/full");
        fs::create_dir_all(&path).unwrap();
        for file in ["metadata", "lock"] {
            File::create(path.join(file)).unwrap();
        }
        let folder = Folder::of(&DatabaseSource::ParityDb { path }).unwrap();
        (home, folder)
    }

    #[test]
    fn an_open_database_is_locked_by_the_process_that_has_it() {
        let (_home, folder) = database();
        assert!(folder.exists());
        let Lock::Taken(first) = folder.lock().unwrap() else { panic!("a closed database is locked") };
        let Lock::HeldBy(holder) = folder.lock().unwrap() else { panic!("an open database is not locked") };
        assert_eq!(holder, Some(process::id()));
        drop(first);
        assert!(matches!(folder.lock().unwrap(), Lock::Taken(_)));
    }

    #[test]
    fn it_is_awaited_that_this_process_closes_a_database() {
        let (_home, folder) = database();
        let Lock::Taken(open) = folder.lock().unwrap() else { panic!("a closed database is locked") };
        assert!(!ends_within(Duration::ZERO, || folder.is_open_here()));
        let (mut open, mut looks) = (Some(open), 0);
        let is_open = || {
            looks += 1;
            open.take_if(|_| looks == 3);
            folder.is_open_here()
        };
        assert!(ends_within(CLOSE_LIMIT, is_open));
        assert!(looks >= 3, "{looks}");
        folder.await_close();
    }

    #[test]
    fn the_holder_is_found_by_the_file() {
        let locks = "1: FLOCK  ADVISORY  WRITE 24356 fe:00:116 0 EOF\n2: FLOCK  ADVISORY  WRITE 17739 fe:00:16 0 EOF\n";
        assert_eq!((lock_holder(locks, 16), lock_holder(locks, 116)), (Some(17_739), Some(24_356)));
        assert_eq!((lock_holder(locks, 6), lock_holder("", 16)), (None, None));
        let two = format!("{locks}3: FLOCK  ADVISORY  WRITE 99 fe:01:16 0 EOF\n");
        assert_eq!((lock_holder(&two, 16), lock_holder(&two, 116)), (None, Some(24_356)));
    }

    #[test]
    fn space_is_counted_in_blocks_of_the_disk() {
        let (home, folder) = database();
        let before = used_mebibytes(home.path()).unwrap();
        fs::write(folder.path().join("table"), vec![1; 5 << 20]).unwrap();
        File::create(folder.path().join("sparse")).unwrap().set_len(1 << 30).unwrap();
        let grown = used_mebibytes(home.path()).unwrap() - before;
        assert!((4..=6).contains(&grown), "{grown}");
    }

    #[test]
    fn the_same_database_elsewhere() {
        let (home, folder) = database();
        let other = folder.below(&home.path().join("copy"));
        assert_eq!(other.path(), home.path().join("copy/full"));
        assert_eq!((other.parent(), other.exists()), (home.path().join("copy").as_path(), false));
    }
}

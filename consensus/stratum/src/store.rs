//! The file in which the accounts outlast a restart.

use crate::accounting::Ledger;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Version of the file's form.
const VERSION: u32 = 1;

/// Why accounts could not be read.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The file is there but cannot be read.
    #[error("the accounts in {} cannot be read: {error}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file holds something else.
    #[error("{} does not hold accounts: {error}; move it away to begin with new ones", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// The file was written by another version of the node.
    #[error("the accounts in {} are of version {found}, expected {VERSION}; move them away to begin with new ones", .path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// The file's version.
        found: u32,
    },
}

#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    ledger: &'a Ledger,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "version")]
    _version: u32,
    ledger: Ledger,
}

/// The accounts in a file; none where there is no file.
///
/// # Errors
/// Where there is a file that accounts cannot be read from.
pub fn load(path: &Path) -> Result<Ledger, LoadError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ledger::default()),
        Err(error) => return Err(LoadError::Unreadable { path: path.into(), error }),
    };
    let malformed = |error| LoadError::Malformed { path: path.into(), error };
    let Version { version } = serde_json::from_slice(&bytes).map_err(malformed)?;
    if version != VERSION {
        return Err(LoadError::Version { path: path.into(), found: version });
    }
    let read: Read = serde_json::from_slice(&bytes).map_err(malformed)?;
    Ok(read.ledger.restored())
}

/// Writes accounts to a file: after a crash it holds either these or the former ones.
///
/// # Errors
/// Where the system refuses; the former file is still there.
pub fn save(ledger: &Ledger, path: &Path) -> io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".new");
    let mut file = BufWriter::new(File::create(&unfinished)?);
    serde_json::to_writer(&mut file, &Written { version: VERSION, ledger })?;
    file.flush()?;
    file.get_ref().sync_all()?;
    fs::rename(&unfinished, path)?;
    // The new name is on disk once its folder is.
    match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::time::Duration;

    #[test]
    fn accounts_are_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("workers.json");
        assert!(load(&path).unwrap().is_empty());

        let mut ledger = Ledger::default();
        ledger.accept("5Grw.rig", 7, u128::MAX, Duration::ZERO, 1_700_000_000);
        ledger.accept("other", 8, 5, Duration::ZERO, 1_700_000_001);
        ledger.stale("other");
        ledger.block("other");
        save(&ledger, &path).unwrap();
        let mut restored = load(&path).unwrap();
        assert_eq!(restored.history(0).shares(), ledger.history(0).shares());
        let later = Duration::from_secs(10_000);
        assert_eq!(restored.workers(later), ledger.workers(later));

        restored.accept("other", 9, 5, Duration::ZERO, 1_700_000_002);
        save(&restored, &path).unwrap();
        assert_eq!(load(&path).unwrap().history(9).shares().total.shares, 1);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    }

    #[test]
    fn accounts_of_before_blocks_were_counted_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("workers.json");
        let tally = r#"{"shares":3,"hashes":"70"}"#;
        let account = format!(r#"{{"accepted":{tally},"stale":1,"rejected":2,"last_share":1700000000}}"#);
        let ledger =
            format!(r#"{{"accounts":{{"rig":{account}}},"heights":{{"7":{{"rig":{tally}}}}},"known_from":5}}"#);
        let content = format!(r#"{{"version":1,"ledger":{ledger}}}"#);
        fs::write(&path, &content).unwrap();
        let mut ledger = load(&path).unwrap();
        let [worker] = &ledger.workers(Duration::ZERO)[..] else { panic!("one worker") };
        assert_eq!((worker.accepted, worker.blocks, worker.last_share), (3, 0, 1_700_000_000));
        assert_eq!((ledger.history(0).shares().from, ledger.history(7).shares().total.hashes), (5, 70));

        ledger.block("rig");
        save(&ledger, &path).unwrap();
        let written = content.replace(r#""rejected":2"#, r#""rejected":2,"blocks":1"#);
        assert_eq!(fs::read_to_string(&path).unwrap(), written, "the form is the same otherwise");
    }

    #[test]
    fn other_files_are_refused_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("workers.json");
        let refusal = |content: &str| {
            fs::write(&path, content).unwrap();
            load(&path).unwrap_err().to_string()
        };
        assert!(refusal("{").contains("does not hold accounts: EOF"));
        assert!(refusal(r#"{"version":2,"anything":0}"#).contains("are of version 2, expected 1; move them away"));
        assert!(refusal(r#"{"version":1,"ledger":{"accounts":{}}}"#).contains("missing field `heights`"));
        assert!(refusal(r#"{"version":1,"ledger":{},"more":0}"#).contains("does not hold accounts"));
        assert!(matches!(load(folder.path()), Err(LoadError::Unreadable { .. })));
        assert!(save(&Ledger::default(), &folder.path().join("none/workers.json")).is_err());
    }
}

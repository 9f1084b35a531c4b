//! Whether the database can be used.

use super::finding::Finding;
use crate::{
    database::{used_mebibytes, Folder, Lock},
    error::Error,
    recover::STAGING,
    service::{self, Partial},
};
use sc_consensus_posw::ImportError;
use sc_service::Configuration;
use sp_blockchain::HeaderBackend;
use std::{io, path::Path};

const CHECK: &str = "database";

/// How the database of a node is.
pub(super) enum State {
    /// There is none yet.
    Missing,
    /// Another process has it open: its id, where the system tells.
    InUse(Option<u32>),
    /// It may not be opened by this user, or is damaged on the disk.
    Locked(io::Error),
    /// The node refuses it.
    Refused(Error),
    /// It was opened.
    Open(Box<Partial>),
}

impl State {
    /// Opens it as a node would.
    pub(super) fn open(config: &Configuration) -> Self {
        let Some(folder) = Folder::of(&config.database).filter(Folder::exists) else { return Self::Missing };
        // The lock is given back, as the node takes it itself.
        match folder.lock() {
            Ok(Lock::HeldBy(process)) => return Self::InUse(process),
            Ok(Lock::Taken(_)) => {}
            Err(error) => return Self::Locked(error),
        }
        service::partial(config).map_or_else(Self::Refused, |partial| Self::Open(Box::new(partial)))
    }

    /// Whether a node runs on it.
    pub(super) fn is_in_use(&self) -> bool {
        matches!(self, Self::InUse(_))
    }

    /// What this says to the operator.
    pub(super) fn judge(&self, path: &Path) -> Finding {
        let path = path.display();
        match self {
            Self::Missing => Finding::warn(
                CHECK,
                format!("there is none yet in {path}: a node that starts here begins with genesis"),
                "where the node has run before, give its --base-path and --chain",
            ),
            Self::InUse(Some(process)) => Finding::ok(CHECK, format!("open by process {process}, in {path}")),
            Self::InUse(None) => Finding::ok(CHECK, format!("open by another process, in {path}")),
            Self::Locked(error) => Finding::fail(
                CHECK,
                format!("{path} cannot be opened: {error}"),
                format!("run this as the user that the node runs as, or give the folder back to it: chown -R USER '{path}'"),
            ),
            Self::Refused(error) => Finding::fail(
                CHECK,
                error.message(),
                match error {
                    Error::Import(ImportError::SchemaVersion { .. } | ImportError::NoSchemaVersion { .. }) => {
                        "start the release of posw-node that wrote it, or remove the chain with `posw-node purge-chain`, \
                         which leaves keys alone, and let the node synchronise from its peers"
                    }
                    _ => "the node would end with the same error: mend what it names",
                },
            ),
            Self::Open(partial) => {
                let info = partial.client.info();
                let (best, finalized) = (info.best_number, info.finalized_number);
                Finding::ok(CHECK, format!("blocks up to #{best}, final up to #{finalized}, in {path}"))
            }
        }
    }
}

/// What a recovery that was interrupted has left, where nobody is at work on the database.
pub(super) fn leftover(folder: &Folder) -> Option<Finding> {
    let staging = folder.parent().with_file_name(STAGING);
    let used = used_mebibytes(&staging).ok()?;
    Some(Finding::warn(
        "recovery",
        format!("one was interrupted and has left {used} MiB in {}", staging.display()),
        format!(
            "run `posw-node recover` again, or, where the node is on the right chain: rm -r '{}'",
            staging.display()
        ),
    ))
}

/// Judges the MiB that are free beside the database; `threshold` is that of `--db-storage-threshold`.
pub(super) fn judge_disk(free: u64, threshold: u64, path: &Path) -> Finding {
    let found = format!("{free} MiB are free for {}; with less than {threshold} a node ends", path.display());
    if free < threshold {
        return Finding::fail("disk", found, "make room, or give a lower --db-storage-threshold");
    }
    match free / 2 < threshold {
        true => Finding::warn("disk", found, "make room"),
        false => Finding::ok("disk", found),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::finding::Status::{self, Fail, Ok, Warn},
        *,
    };

    fn status(state: &State) -> (Status, String) {
        let Finding { status, found, remedy, .. } = state.judge(Path::new("/data/paritydb"));
        (status, format!("{found} {}", remedy.unwrap_or_default()))
    }

    #[test]
    fn a_database_is_judged_by_who_can_open_it() {
        assert_eq!(status(&State::Missing).0, Warn);
        let (running, found) = status(&State::InUse(Some(7)));
        assert!(running == Ok && found.contains("process 7, in /data/paritydb"), "{found}");
        assert_eq!(status(&State::InUse(None)).0, Ok);
        let (foreign, found) = status(&State::Locked(io::ErrorKind::PermissionDenied.into()));
        assert!(foreign == Fail && found.contains("permission denied") && found.contains("chown"), "{found}");
        let version = Error::from(ImportError::SchemaVersion { found: 2, expected: 1 });
        let (refused, found) = status(&State::Refused(version));
        assert!(refused == Fail && found.contains("version 2") && found.contains("purge-chain"), "{found}");
        let (refused, found) = status(&State::Refused(Error::NoMiner));
        assert!(refused == Fail && !found.contains("purge-chain"), "{found}");
    }

    #[test]
    fn what_an_interrupted_recovery_left_is_named() {
        let home = tempfile::tempdir().unwrap();
        let source = sc_service::DatabaseSource::ParityDb { path: home.path().join("paritydb/full") };
        let folder = Folder::of(&source).unwrap();
        assert_eq!(leftover(&folder), None);
        std::fs::create_dir(home.path().join(STAGING)).unwrap();
        let finding = leftover(&folder).unwrap();
        assert!(finding.status == Warn && finding.found.contains(STAGING), "{finding}");
    }

    #[test]
    fn little_room_is_a_warning_and_less_a_failure() {
        let status = |free| judge_disk(free, 512, Path::new("/data")).status;
        assert_eq!([status(511), status(512), status(1_023), status(1_024)], [Fail, Warn, Warn, Ok]);
        assert_eq!(judge_disk(0, 0, Path::new("/data")).status, Ok, "0 asks for none");
    }
}

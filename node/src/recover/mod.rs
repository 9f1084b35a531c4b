//! `posw-node recover`: brings a node back that has finalized a dead fork, which `revert` cannot do (R5.3).
//!
//! The blocks up to the fork are executed once more, into a second database beside the first. When that is complete, the two
//! change places in one step of the file system. Until then the node's database is only read: whatever ends the process
//! leaves one complete database in its place.
//!
//! | module | what |
//! |---|---|
//! | `fork` | the last common block |
//! | `copy` | blocks from one database to a file or another database |
//! | `swap` | two databases change places |
//! | `refusal` | why not |

mod copy;
mod fork;
mod refusal;
mod swap;

use crate::{
    cli::Cli,
    database::{used_mebibytes, Folder, Lock},
    error::{Error, Result},
    service::{self, free_mebibytes, Client, MIB},
};
use copy::Blocks;
pub use fork::Fork;
pub use refusal::Refusal;
use sc_cli::{CliConfiguration, ImportParams, Runner, SharedParams};
use sc_client_api::{Backend, BlockBackend};
use sc_consensus_posw::MiningHold;
use sc_service::{chain_ops::import_blocks, Configuration, DatabaseSource, TaskManager};
use sp_blockchain::HeaderBackend;
use sp_core::H256;
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
};

/// Folder of the new database while it is not complete, beside the old one.
pub(crate) const STAGING: &str = "paritydb.recovery";

/// The `recover` command.
#[derive(Debug, clap::Parser)]
pub struct RecoverCmd {
    /// Last block that this node has in common with the chain that it is to follow: its number, its hash, or the RPC
    /// address of a node of that chain, which is asked for it
    ///
    /// Such as 1234, 0x83a1…, or http://192.0.2.7:9944.
    #[arg(long, value_name = "NUMBER|HASH|URL", value_parser = Fork::parse)]
    pub fork: Fork,

    #[allow(missing_docs)]
    #[clap(flatten)]
    pub shared_params: SharedParams,

    #[allow(missing_docs)]
    #[clap(flatten)]
    pub import_params: ImportParams,
}

impl CliConfiguration for RecoverCmd {
    fn shared_params(&self) -> &SharedParams {
        &self.shared_params
    }

    fn import_params(&self) -> Option<&ImportParams> {
        Some(&self.import_params)
    }
}

/// Where everything is and goes.
struct Plan {
    current: Folder,
    next: Folder,
    /// Number and hash of the last common block.
    fork: (u32, H256),
    /// Number of the best block.
    best: u32,
    /// File for the blocks beyond the fork.
    dead: PathBuf,
}

impl RecoverCmd {
    /// Runs the command.
    ///
    /// # Errors
    /// Where there is nothing to recover, or it cannot be done.
    pub fn run(&self, runner: Runner<Cli>) -> Result<()> {
        let (mut plan, copied) = (None, Arc::new(AtomicBool::new(false)));
        let done = copied.clone();
        runner.async_run(|config| {
            let (made, old, new, task_manager) = self.prepare(config)?;
            let source = Blocks::new(old, 1, made.fork.0);
            let mut import = import_blocks(new.client.clone(), new.queue, source, false, true);
            let fork = made.fork;
            plan = Some(made);
            let copy = async move {
                // It is dropped later: its tasks, which then end, are essential to the runner.
                (&mut import).await.map_err(sc_cli::Error::from)?;
                check_copy(fork, new.client.info().best_hash)?;
                // Part of the new database, so that no node gets that one without it.
                new.hold.set()?;
                done.store(true, Ordering::Release);
                Ok::<_, Error>(())
            };
            Ok((copy, task_manager))
        })?;
        // The runner is gone, and with it all that had the databases open.
        completed(plan, copied.load(Ordering::Acquire))?.finish()
    }

    fn prepare(&self, mut config: Configuration) -> Result<(Plan, Arc<Client>, New, TaskManager)> {
        let current = Folder::of(&config.database).filter(Folder::exists);
        let current = current.ok_or_else(|| Refusal::NoDatabase(config.base_path.path().into()))?;
        let next = current.below(&current.parent().with_file_name(STAGING));
        check_stopped(&current)?;
        let old = service::partial(&config)?;
        // Nobody else is at it, as this process has the database open: what is there is of a recovery that was interrupted.
        remove_folder(next.parent())?;

        if old.backend.requires_full_sync() && config.state_pruning.is_none() {
            return Err(Refusal::Archive.into());
        }
        let fork = self.fork.find(&old.client)?;
        let info = old.client.info();
        if fork.0 >= info.finalized_number {
            return Err(Refusal::NotCutOff { fork: fork.0, finalized: info.finalized_number }.into());
        }
        check_bodies(&old.client)?;
        let name = format!("dead-fork-{}-{}.blocks", fork.0.saturating_add(1), info.best_number);
        let dead = current.parent().with_file_name(name);
        let plan = Plan { current, next, fork, best: info.best_number, dead };
        plan.check_space(&old.client)?;
        plan.export(&old.client)?;

        config.database = DatabaseSource::ParityDb { path: plan.next.path().into() };
        let new = service::partial(&config)?;
        let queue = new.import_queue(&config, None);
        let mut task_manager = old.task_manager;
        task_manager.add_child(new.task_manager);
        Ok((plan, old.client, New { client: new.client, hold: new.hold, queue }, task_manager))
    }
}

/// What the blocks are imported into.
struct New {
    client: Arc<Client>,
    hold: MiningHold<Client>,
    queue: sc_consensus::BasicQueue<service::Block>,
}

impl Plan {
    /// The new database takes no more room than what is copied.
    fn check_space(&self, client: &Arc<Client>) -> Result<()> {
        let folder = self.current.parent();
        let context = format!("cannot tell what {} takes of the disk", folder.display());
        let used = used_mebibytes(folder).map_err(|source| Error::Io { context, source })?;
        let context = "cannot read the blocks beyond the last common one".into();
        let beyond = io::copy(&mut self.blocks_beyond(client), &mut io::sink());
        let beyond = beyond.map_err(|source| Error::Io { context, source })?.div_ceil(MIB);
        let (needed, free) = (used.saturating_add(beyond), free_mebibytes(folder)?);
        println!("Last common block:   #{} {:?}", self.fork.0, self.fork.1);
        println!("Second database:     in {}", self.next.parent().display());
        println!("Room on the disk:    up to {needed} of the {free} MiB that are free");
        Ok(require_room(folder, free, needed)?)
    }

    /// Those that are not on the chain to follow.
    fn blocks_beyond(&self, client: &Arc<Client>) -> Blocks {
        Blocks::new(client.clone(), self.fork.0.saturating_add(1), self.best)
    }

    /// Keeps the blocks beyond the fork, in the form that `import-blocks --binary` reads.
    fn export(&self, client: &Arc<Client>) -> Result<()> {
        // Where it is not completed, it goes with the second database.
        let part = self.next.parent().join("dead-fork.part");
        let mut blocks = self.blocks_beyond(client);
        let mut write = || {
            fs::create_dir_all(self.next.parent())?;
            let mut file = File::create(&part)?;
            io::copy(&mut blocks, &mut file)?;
            file.sync_all()?;
            fs::rename(&part, &self.dead)
        };
        write().map_err(|source| Error::Io { context: format!("cannot write {}", self.dead.display()), source })?;
        let first = self.fork.0.saturating_add(1);
        println!("Blocks beyond it:    #{first} to #{}, in {}", self.best, self.dead.display());
        Ok(())
    }

    fn finish(&self) -> Result<()> {
        swap::exchange(&self.current, &self.next)?;
        remove_folder(self.next.parent())?;
        println!(
            "Recovered:           the chain ends with block #{}; start the node with nodes of the other side as peers. It \
             mines once a block of theirs has come",
            self.fork.0
        );
        Ok(())
    }
}

/// The database is opened later, which would fail too, but not say why.
fn check_stopped(database: &Folder) -> Result<()> {
    let context = || format!("cannot open {}", database.path().display());
    match database.lock().map_err(|source| Error::Io { context: context(), source })? {
        Lock::Taken(_) => Ok(()),
        Lock::HeldBy(process) => Err(Refusal::InUse(process).into()),
    }
}

/// What the runner leaves where nothing has ended it before its time.
fn completed(plan: Option<Plan>, is_copied: bool) -> std::result::Result<Plan, Refusal> {
    plan.filter(|_| is_copied).ok_or(Refusal::Interrupted)
}

/// The copy has to end with the last common block, `fork`.
fn check_copy(fork: (u32, H256), found: H256) -> std::result::Result<(), Refusal> {
    match fork {
        (_, expected) if expected == found => Ok(()),
        (number, expected) => Err(Refusal::Copy { number, expected, found }),
    }
}

/// Of the MiB that are free on the disk of `path`, so many are needed.
fn require_room(path: &Path, free: u64, needed: u64) -> std::result::Result<(), Refusal> {
    if free < needed {
        return Err(Refusal::Space { path: path.into(), free, needed });
    }
    Ok(())
}

/// Pruning begins with the oldest blocks.
fn check_bodies(client: &Client) -> Result<()> {
    let first = client.hash(1)?.map(|hash| client.block_body(hash)).transpose()?.flatten();
    first.map(drop).ok_or_else(|| Refusal::BlocksPruned.into())
}

fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(Error::Io { context: format!("cannot remove {}", folder.display()), source })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sc_service::DatabaseSource;

    fn plan() -> Plan {
        let folder = |name: &str| {
            let source = DatabaseSource::ParityDb { path: Path::new(name).join("full") };
            Folder::of(&source).expect("it is a folder")
        };
        let (current, next) = (folder("paritydb"), folder(STAGING));
        Plan { current, next, fork: (7, H256::repeat_byte(7)), best: 9, dead: "dead".into() }
    }

    #[test]
    fn what_a_signal_ends_is_not_put_in_place() {
        assert!(completed(Some(plan()), true).is_ok_and(|plan| plan.fork.0 == 7));
        for (plan, is_copied) in [(Some(plan()), false), (None, false), (None, true)] {
            let refusal = completed(plan, is_copied).err().expect("it is not complete").to_string();
            assert!(refusal.starts_with("interrupted: the chain is as it was"), "{refusal}");
        }
    }

    #[test]
    fn a_copy_ends_with_the_last_common_block() {
        let [fork, other] = [7, 8].map(H256::repeat_byte);
        check_copy((7, fork), fork).unwrap();
        let refusal = check_copy((7, fork), other).unwrap_err().to_string();
        let expected = format!("the copy ends with {other:?} instead of block #7 {fork:?}: the chain is as it was");
        assert_eq!(refusal, expected);
    }

    #[test]
    fn room_is_asked_for_before_anything_is_written() {
        require_room(Path::new("/data"), 12, 12).unwrap();
        let refusal = require_room(Path::new("/data"), 11, 12).unwrap_err().to_string();
        for words in ["11 MiB are free on the disk of /data", "12 are needed", "posw-node purge-chain"] {
            assert!(refusal.contains(words), "{refusal}");
        }
    }
}

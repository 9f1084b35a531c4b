//! A node whose disk is full ends and says why, and goes on when there is room again.

use crate::common::{
    process::{run, turn, Node, POSW_NODE},
    spec::Spec,
    wait::until,
};
use sp_core::H256;
use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(120);
/// Size of a small disk in MiB.
const SIZE: u32 = 64;

#[test]
fn a_node_does_not_start_on_a_disk_with_too_little_room() {
    let spec = Spec::fast();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let base = folder.path().to_str().expect("temporary folders are text");
    let threshold = u64::MAX.to_string();
    let args = ["--chain", &spec.chain(), "--base-path", base, "--db-storage-threshold", &threshold];
    let (status, _, err) = run(&args);
    assert_eq!(status.code(), Some(1), "{err}");
    let error = err.lines().rfind(|line| line.starts_with("Error: ")).unwrap_or_default();
    assert!(error.contains("MiB are free") && error.contains(&threshold) && error.contains(base), "{err}");
}

/// For every user: a limit on the size of files fails the same writes as a disk without room, with another error.
#[test]
fn a_node_that_cannot_write_ends_with_the_reason() {
    let _turn = turn();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    // Without this the system ends the process.
    let node = script(&folder, &format!("trap '' XFSZ\nexec {POSW_NODE} \"$@\"\n"));
    ends_and_goes_on(&node, &[], "cannot be written any more", |node| {
        let limit = format!("--fsize={}", database_log(node));
        let status = Command::new("prlimit").args(["--pid", &node.pid().to_string(), &limit]).status();
        assert!(status.is_ok_and(|status| status.success()), "prlimit (util-linux) cannot limit the node's files");
        || {}
    });
}

#[test]
fn a_node_ends_when_its_disk_is_full() {
    let Some(disk) = SmallDisk::new() else { return };
    let _turn = turn();
    ends_and_goes_on(&disk.node(), &["--db-storage-threshold", "0"], "cannot be written any more", |_| {
        disk.fill(0);
        || disk.clear()
    });
}

#[test]
fn a_node_ends_before_its_disk_is_full() {
    let Some(disk) = SmallDisk::new() else { return };
    let _turn = turn();
    ends_and_goes_on(&disk.node(), &["--db-storage-threshold", "16"], "MiB are free", |_| {
        disk.fill(8);
        || disk.clear()
    });
}

/// Has the disk of a mining node fail. Expects the node to end with `reason`, and, after the failure is mended, to have all
/// that was final and to go on.
fn ends_and_goes_on<M: FnOnce()>(binary: &Path, args: &[&str], reason: &str, fail: impl FnOnce(&Node) -> M) {
    let spec = Spec::fast();
    let chain = spec.chain();
    let mine = ["--chain", &chain, "--alice", "--mine", "--threads", "1"];
    let mut node = Node::start_binary(binary, &[&mine[..], args].concat(), &[]);
    let finalized =
        until("a block is final", SOON, || Some(node.rpc().finalized()).filter(|hash| is_mined(&node, *hash)));
    let mend = fail(&node);

    let status = node.await_end("when it cannot write");
    let log = node.log();
    assert_eq!(status.code(), Some(1), "it ended with {status}");
    let line = log.lines().find(|line| line.contains("The node ends")).unwrap_or_default();
    assert!(line.contains(reason) && line.contains("base/chains"), "the reason is not told: {line}");
    eprintln!("{line}");

    mend();
    node.restart();
    let rpc = node.rpc();
    let number = rpc.header(finalized).expect("what was final is there").number;
    assert_eq!(rpc.block_hash(number), Some(finalized), "what was final is not on the best chain");
    until("mining and finality go on", SOON, || {
        (node.metric("posw_blocks_mined_total") >= 3.0 && rpc.finalized_number() > number).then_some(())
    });
}

fn is_mined(node: &Node, hash: H256) -> bool {
    node.rpc().header(hash).is_some_and(|header| header.number > 0)
}

/// Size of the file to which ParityDB appends what it then moves to its tables.
fn database_log(node: &Node) -> u64 {
    let path = node.base_path().join("chains/dev/paritydb/full/log0");
    fs::metadata(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).len()
}

/// An executable script of the system's shell.
fn script(folder: &TempDir, lines: &str) -> PathBuf {
    let path = folder.path().join("node");
    fs::write(&path, format!("#!/bin/sh\n{lines}")).expect("the script can be written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("it can be made executable");
    path
}

/// A file system in memory, which only processes in its namespaces see; it ends with the last of them.
struct SmallDisk {
    folder: TempDir,
    holder: Child,
}

impl SmallDisk {
    /// `None`, loudly, where this user may have no namespaces.
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        fs::create_dir(folder.path().join("disk")).expect("a folder can be made");
        let mount = "mount -t tmpfs -o size=$0m none \"$1\" && echo mounted && exec cat";
        let mut holder = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", mount, &SIZE.to_string()])
            .arg(folder.path().join("disk"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare (util-linux) is installed");
        let mut answer = String::new();
        let line = holder.stdout.as_mut().map(|pipe| BufReader::new(pipe).read_line(&mut answer));
        line.transpose().expect("a pipe can be read");
        let disk = Self { folder, holder };
        if answer != "mounted\n" {
            // Past the test harness, which shows what is printed of failed tests alone.
            let warning = b"\nNOT RUN: a test of a full disk: this user may not mount one (unshare --user --mount)\n";
            io::stderr().write_all(warning).expect("standard error can be written");
            return None;
        }
        Some(disk)
    }

    /// A node whose base folder is on the disk.
    fn node(&self) -> PathBuf {
        let (disk, holder) = (self.folder.path().join("disk"), self.holder.id());
        let lines = format!(
            r#"base=$(printf '%s\n' "$@" | grep -A 1 -x -e --base-path | tail -n 1)
[ -e "$base" ] || ln -s {} "$base"
exec nsenter --user --preserve-credentials --mount --target {holder} -- {POSW_NODE} "$@"
"#,
            disk.display()
        );
        script(&self.folder, &lines)
    }

    /// Leaves less than so many MiB.
    fn fill(&self, left: u32) {
        let mut file = File::create(self.filler()).expect("the disk takes a file");
        // The last one does not fit where nothing is to be left.
        let _ = (left..SIZE).try_for_each(|_| file.write_all(&[1; 1 << 20]));
    }

    fn clear(&self) {
        fs::remove_file(self.filler()).expect("the file can be removed");
    }

    fn filler(&self) -> PathBuf {
        let disk = self.folder.path().join("disk");
        PathBuf::from(format!("/proc/{}/root{}/filler", self.holder.id(), disk.display()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

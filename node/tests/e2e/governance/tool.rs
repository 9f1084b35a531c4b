//! `scripts/governance.sh`, run as people and programs run it.

use super::SOON;
use crate::common::process::{run_command, Node};
use serde_json::Value;
use sp_keyring::Sr25519Keyring;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};
use tempfile::TempDir;

/// What a run of the tool left.
pub(super) struct Ran {
    pub(super) status: ExitStatus,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ran {
    /// The first of its lines that tells this.
    pub(super) fn told(&self, event: &str) -> Value {
        self.all_told(event).into_iter().next().unwrap_or_else(|| panic!("no '{event}' in\n{}", self.out))
    }

    pub(super) fn all_told(&self, event: &str) -> Vec<Value> {
        let lines = self.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
        lines.filter(|line| line["event"] == event).collect()
    }
}

/// Runs the tool.
pub(super) fn governance(url: &str, args: &[&str]) -> Ran {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/governance.sh");
    let mut command = Command::new(tool);
    let (status, out, err) = run_command(command.args(args).args(["--url", url]).stdin(Stdio::null()), SOON);
    Ran { status, out, err }
}

/// Runs the tool for its JSON; it must succeed, and say nothing beside.
pub(super) fn governed(node: &Node, args: &[&str]) -> Ran {
    let ran = governance(&node.ws_url(), &[args, &["--json"]].concat());
    println!("{args:?}\n{}", ran.out);
    assert!(ran.status.success(), "{args:?} failed with {}:\n{}\n{}", ran.status, ran.out, ran.err);
    assert_eq!(ran.err, "", "{args:?}");
    ran
}

/// What the tool says, and with which exit code, when something is not possible.
pub(super) fn refused(node: &Node, args: &[&str], code: i32, message: &str) {
    let ran = governance(&node.ws_url(), args);
    println!("{args:?}: {}", ran.err);
    assert_eq!(ran.status.code(), Some(code), "{args:?}: {}{}", ran.out, ran.err);
    assert!(ran.err.starts_with("error: ") && ran.err.contains(message), "{args:?} says {}", ran.err);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}

/// Number in a value that a run told.
pub(super) fn number(value: &Value) -> u32 {
    value
        .as_u64()
        .and_then(|number| number.try_into().ok())
        .unwrap_or_else(|| panic!("{value} is no number of 32 bits"))
}

/// Amount in a value that a run told.
pub(super) fn amount(value: &Value) -> u128 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{value} is no amount"))
}

/// Writes a file that only its owner can read; its path.
pub(super) fn file(folder: &TempDir, name: &str, content: &[u8]) -> String {
    let path: PathBuf = folder.path().join(name);
    fs::write(&path, content).expect("the file can be written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode can be set");
    path.to_str().expect("temporary folders are text").to_owned()
}

pub(super) fn address(who: Sr25519Keyring) -> String {
    who.to_account_id().to_string()
}

//! The README's first command.

use crate::common::{process::turn, wait::until};
use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

#[test]
fn dev_script_mines_within_a_minute() {
    let _turn = turn();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let log = folder.path().join("log");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/dev.sh");
    let mut child = Command::new(script)
        .args(["--no-build", "--no-mdns", "--rpc-port", "0", "--port", "0", "--no-prometheus", "--base-path"])
        .arg(folder.path().join("base"))
        .env("POSW_NODE", crate::common::process::POSW_NODE)
        .stdin(Stdio::null())
        .stdout(File::create(&log).expect("the log file can be made"))
        .stderr(File::options().append(true).open(&log).expect("the log file can be opened"))
        .spawn()
        .expect("the script can be started");
    let mined = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        until("the development chain mines a block", Duration::from_secs(60), || {
            assert!(child.try_wait().expect("the child can be asked").is_none(), "ended: {}", read(&log));
            read(&log).contains("Mined block").then_some(())
        });
    }));
    // The script becomes the node, so this ends the node.
    let _ = child.kill();
    let _ = child.wait();
    mined.unwrap_or_else(|_| panic!("{}", read(&log)));
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

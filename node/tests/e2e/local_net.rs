//! `scripts/local-net.sh`: networks of several nodes, as somebody runs them by hand.

use crate::common::{
    process::{run, run_command, turn, POSW_NODE},
    rpc::Rpc,
    spec::Spec,
    wait::until,
};
use sp_keyring::Sr25519Keyring::Charlie;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    time::Duration,
};
use tempfile::TempDir;

/// How long a command, and what it brings about, may take on a busy machine.
const SOON: Duration = Duration::from_secs(150);
/// Depth of finality: nothing is final while a network is cut apart.
const MAX_REORG: u32 = 100;
const ALL: [&str; 3] = ["alice", "bob", "charlie"];

/// A network in a folder of its own, whose processes end with it.
struct LocalNet {
    home: TempDir,
    spec: Spec,
}

/// A line of the table of `status`.
#[derive(Clone, Debug)]
struct Row {
    height: u32,
    finalized: u32,
    peers: u32,
    factor: f64,
    mined: u32,
    reorgs: u32,
    rpc_port: u32,
}

impl Row {
    fn rpc(&self) -> Rpc {
        Rpc::at(format!("http://127.0.0.1:{}", self.rpc_port))
    }
}

impl LocalNet {
    /// Of a chain whose finality is deeper than the partitions of these tests are long.
    fn new() -> Self {
        let spec = Spec::fast().with_max_reorg(MAX_REORG).with_boost(2);
        Self { home: tempfile::tempdir().expect("a temporary folder can be made"), spec }
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("net")
    }

    fn run(&self, args: &[&str]) -> (ExitStatus, String, String) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/local-net.sh");
        let mut command = Command::new(script);
        command.args(args).env("POSW_LOCAL_NET", self.folder()).env("POSW_NODE", POSW_NODE).stdin(Stdio::null());
        run_command(&mut command, SOON)
    }

    /// Runs a command that has to succeed, and gives what it says.
    fn done(&self, args: &[&str]) -> String {
        let (status, out, err) = self.run(args);
        assert!(status.success(), "{args:?} failed with {status}:\n{out}\n{err}");
        out
    }

    /// Runs a command that has to end with an error.
    fn refused(&self, args: &[&str], reason: &str) {
        let (status, out, err) = self.run(args);
        assert_eq!(status.code(), Some(1), "{args:?}: {out}{err}");
        let error = err.lines().rfind(|line| line.starts_with("error: ")).unwrap_or_default();
        assert!(error.contains(reason), "{args:?} does not say '{reason}': {err}");
    }

    /// Starts these nodes of the chain, with the kernel that the chain's difficulty is for.
    fn up(&self, args: &[&str]) -> String {
        self.done(
            &[&["up", "--no-build", "--spec", &self.spec.chain()], args, &["--", "--kernel", "portable"]].concat(),
        )
    }

    /// Waits until these nodes answer and `condition` holds for their rows.
    fn until<const N: usize>(&self, what: &str, names: [&str; N], condition: impl Fn(&[Row; N]) -> bool) -> [Row; N] {
        until(what, SOON, || rows(&self.done(&["status"]), names).filter(|rows| condition(rows)))
    }

    /// Waits until these nodes, which are all that answer, have each other as peers, one chain, and blocks above `height`.
    fn until_one_chain<const N: usize>(&self, names: [&str; N], height: u32) -> [Row; N] {
        until(&format!("{names:?} are on one chain above block {height}"), SOON, || {
            let table = self.done(&["status"]);
            let met = |row: &Row| row.height > height && row.peers as usize == N - 1;
            rows(&table, names).filter(|rows| rows.iter().all(met) && table.contains("one chain: "))
        })
    }

    /// Waits until two nodes that are on different sides have mined three blocks each that the other does not know.
    fn until_both_mine(&self, one: &str, other: &str) -> u32 {
        until(&format!("{one} and {other} mine apart"), SOON, || {
            let table = self.done(&["status"]);
            let common = table.lines().find_map(|line| line.strip_prefix("2 chains, the last common block is "))?;
            let common: u32 = common.split(':').next()?.parse().ok()?;
            let heights = rows(&table, [one, other])?.map(|row| row.height);
            heights.iter().all(|height| *height >= common + 3).then_some(heights[0].max(heights[1]))
        })
    }

    /// The processes whose command lines name the folder.
    fn processes(&self) -> Vec<PathBuf> {
        let folder = self.folder().to_str().expect("temporary folders are text").to_owned();
        let entries = fs::read_dir("/proc").expect("processes are listed").filter_map(|entry| Some(entry.ok()?.path()));
        let names_it = |path: &PathBuf| {
            let line = fs::read(path.join("cmdline")).unwrap_or_default();
            String::from_utf8_lossy(&line).contains(&folder)
        };
        entries.filter(names_it).collect()
    }
}

impl Drop for LocalNet {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let (_, out, err) = self.run(&["status"]);
            eprintln!("--- status\n{out}{err}");
            for name in ALL {
                let log = fs::read_to_string(self.folder().join(name).join("log")).unwrap_or_default();
                let lines: Vec<_> = log.lines().rev().take(30).collect();
                eprintln!("--- end of the log of {name}");
                lines.iter().rev().for_each(|line| eprintln!("{line}"));
            }
        }
        // Whatever the test has left running; there may be no network any more.
        self.run(&["down"]);
    }
}

/// The rows of these nodes, where all answer.
fn rows<const N: usize>(table: &str, names: [&str; N]) -> Option<[Row; N]> {
    let rows: Option<Vec<Row>> = names.into_iter().map(|name| row(table, name)).collect();
    rows?.try_into().ok()
}

/// The row of a node that answers.
fn row(table: &str, name: &str) -> Option<Row> {
    let mut lines = table.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
    let headings = lines.next()?;
    let cells = lines.find(|cells| cells.len() == headings.len() && cells[0] == name)?;
    let cell = |heading: &str| {
        let column = headings.iter().position(|found| *found == heading);
        cells[column.unwrap_or_else(|| panic!("no column {heading}:\n{table}"))]
    };
    let number =
        |heading: &str| -> u32 { cell(heading).parse().unwrap_or_else(|_| panic!("{heading} is no number:\n{table}")) };
    for heading in ["hash/s", "credit"] {
        assert!(cell(heading).starts_with(|c: char| c.is_ascii_digit()), "{heading} is no number:\n{table}");
    }
    Some(Row {
        height: number("height"),
        finalized: number("finalized"),
        peers: number("peers"),
        factor: cell("factor").parse().unwrap_or(0.0),
        mined: number("mined"),
        reorgs: number("reorgs"),
        rpc_port: number("rpc"),
    })
}

#[test]
fn a_local_network_survives_a_partition_a_crash_and_a_pause() {
    let _turn = turn();
    let net = LocalNet::new();
    net.refused(&["status"], "there is no network in ");
    net.refused(&["down"], "there is no network in ");

    let said = net.up(&["--nodes", "3"]);
    let means = said.rsplit("partition uses ").next().expect("a text has an end").trim();
    println!("separation: {means}");
    net.refused(&["up", "--no-build"], "the network is up already");
    for name in ALL {
        let key = fs::metadata(net.folder().join(name).join("key")).expect("each node has a key");
        assert_eq!(key.permissions().mode() & 0o777, 0o600, "the key of {name}");
    }
    let rows = net.until_one_chain(ALL, 5);
    assert!(rows.iter().map(|row| row.mined).sum::<u32>() >= 5, "{rows:?}");
    let is_deep = |row: &Row| row.finalized <= row.height.saturating_sub(MAX_REORG);
    assert!(rows.iter().all(|row| is_deep(row) && row.factor >= 1.0), "{rows:?}");

    let cut = net.done(&["partition", "alice"]);
    assert!(cut.starts_with(&format!("partitioned by {means}: alice | bob charlie")), "{cut}");
    let highest = net.until_both_mine("alice", "bob");
    net.done(&["heal"]);
    let rows = net.until_one_chain(ALL, highest);
    assert!(rows.iter().any(|row| row.reorgs > 0), "nobody has changed chains: {rows:?}");

    net.done(&["kill", "bob"]);
    net.refused(&["kill", "bob"], "bob does not run");
    let table = net.done(&["status"]);
    assert!(table.lines().any(|line| line.split_whitespace().eq(["bob", "stopped"])), "{table}");
    let before = net.until_one_chain(["alice", "charlie"], highest)[0].height;
    net.until("the others mine on", ["alice", "charlie"], |rows| rows.iter().all(|row| row.height > before + 2));
    net.done(&["restart", "bob"]);
    let rows = net.until_one_chain(ALL, before + 2);

    let known = rows[0].rpc().block_hash(highest).expect("the block is known");
    net.done(&["down"]);
    assert!(net.processes().is_empty(), "these go on: {:?}", net.processes());
    net.refused(&["heal"], "no node of the network");
    net.refused(&["up", "--no-build", "--nodes", "2"], "has 3 nodes, not 2");
    net.up(&[]);
    let rows = net.until_one_chain(ALL, before);
    assert!(rows.iter().all(|row| row.rpc().block_hash(highest) == Some(known)), "the chain is another one");

    net.done(&["down", "--purge"]);
    assert!(net.processes().is_empty() && !net.folder().exists(), "{:?}", net.processes());
}

#[test]
fn reserved_peers_cut_a_local_network_apart_and_a_miner_of_it_stakes() {
    let _turn = turn();
    let net = LocalNet::new();
    // One that cannot start takes the others with it.
    net.refused(&["up", "--no-build", "--spec", &net.spec.chain(), "--", "--no-such-flag"], "does not run");
    assert!(net.processes().is_empty(), "these go on: {:?}", net.processes());

    let said = net.up(&["--separation", "peers"]);
    assert!(said.contains("partition uses reserved peers"), "{said}");
    net.until_one_chain(ALL, 3);
    let cut = net.done(&["partition", "alice,bob|charlie"]);
    assert!(cut.starts_with("partitioned by reserved peers, set by RPC: alice bob | charlie"), "{cut}");
    net.until_both_mine("bob", "charlie");
    // A node that is started again comes back on its side.
    net.done(&["restart", "bob"]);
    net.until("bob has its side's other node as a peer, and charlie none", ["bob", "charlie"], |[bob, charlie]| {
        (bob.peers, charlie.peers) == (1, 0)
    });
    let highest = net.until_both_mine("bob", "charlie");
    net.done(&["heal"]);
    let [.., charlie] = net.until_one_chain(ALL, highest);

    let staked = net.done(&["stake", "charlie", "1000"]);
    assert!(staked.starts_with("Staked 1000 SWK as deposit 0, "), "{staked}");
    // Its block may leave the chain once more, before it comes into another one.
    until("the deposit is there", SOON, || {
        let account = charlie.rpc().account(&Charlie.to_account_id(), charlie.rpc().best().0);
        let amounts: Vec<_> = account.deposits.iter().map(|deposit| deposit.amount).collect();
        (amounts == [1_000_000_000_000_000]).then_some(())
    });
    net.refused(&["stake", "charlie", "many"], "AMOUNT is 'many', allowed is a number");

    // The id of a process that has ended may be another one's by now: that one is left alone.
    net.done(&["kill", "charlie"]);
    fs::write(net.folder().join("charlie/process"), format!("{} 1\n", std::process::id())).expect("it can be written");
    net.refused(&["kill", "charlie"], "charlie has ended by itself");
    net.done(&["down", "--purge"]);
}

#[test]
fn a_network_is_made_of_the_file_of_a_chain() {
    let _turn = turn();
    let net = LocalNet::new();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../chain-specs/smallest.toml");
    let up = ["up", "--no-build", "--nodes", "1", "--spec", file, "--", "--threads", "0"];
    net.done(&up);
    let [alice] = net.until("alice answers", ["alice"], |_| true);
    let (_, _, said) = run(&["new-chain", file]);
    assert!(said.contains(&format!("Genesis hash: {:?}", alice.rpc().genesis_hash())), "it is another chain: {said}");

    net.done(&["down"]);
    let other = file.replace("smallest", "rationed");
    net.refused(&["up", "--no-build", "--spec", &other], "is of another chain than");
    net.done(&up);
    net.done(&["down", "--purge"]);
}

//! Real node processes: own folders, free ports, ended by process id when dropped.

use super::{rpc::Rpc, wait::until};
use serde_json::json;
use std::{
    fs::{self, File},
    io::{self, Seek, Write},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tempfile::TempDir;

/// The binary under test.
pub(crate) const POSW_NODE: &str = env!("CARGO_BIN_EXE_posw-node");

/// How long a node may take to start on a busy machine.
const START: Duration = Duration::from_secs(240);

/// Lets one test at a time use the machine's cores for mining.
pub(crate) fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A node process and its folder.
pub(crate) struct Node {
    binary: PathBuf,
    args: Vec<String>,
    environment: Vec<(String, String)>,
    home: TempDir,
    running: Option<Running>,
}

struct Running {
    child: Child,
    rpc: Rpc,
    metrics: String,
}

impl Node {
    /// Starts `posw-node` with `args`, its own base folder and ports that the system chooses.
    pub(crate) fn start<S: AsRef<str>>(args: &[S]) -> Self {
        Self::start_binary(Path::new(POSW_NODE), args, &[])
    }

    /// Starts another binary that takes the same arguments, with variables added to its environment.
    pub(crate) fn start_binary<S: AsRef<str>>(binary: &Path, args: &[S], environment: &[(&str, &str)]) -> Self {
        let mut node = Self {
            binary: binary.to_owned(),
            args: args.iter().map(|arg| arg.as_ref().to_owned()).collect(),
            environment: owned(environment),
            home: tempfile::tempdir().expect("a temporary folder can be made"),
            running: None,
        };
        node.restart();
        node
    }

    /// Starts the node again on the folder that it has.
    pub(crate) fn restart(&mut self) {
        self.kill();
        let log = File::create(self.log_path()).expect("the log file can be made");
        let child = Command::new(&self.binary)
            .args(&self.args)
            .args(self.kernel())
            .arg("--base-path")
            .arg(self.base_path())
            .args(self.rpc_port())
            .args(["--no-mdns", "--prometheus-port", "0", "--listen-addr", "/ip4/127.0.0.1/tcp/0"])
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the node can be started");
        let mut starting = Running { child, rpc: Rpc::at(String::new()), metrics: String::new() };
        let found = until("the node serves RPC and metrics", START, || {
            if let Some(status) = starting.child.try_wait().expect("the child can be asked") {
                panic!("node ended with {status}:\n{}", self.log());
            }
            let log = self.log();
            Some((address(&log, "JSON-RPC server: addr=")?, address(&log, "Prometheus exporter started at ")?))
        });
        starting.rpc = Rpc::at(format!("http://{}", found.0));
        starting.metrics = format!("http://{}/metrics", found.1);
        self.running = Some(starting);
    }

    /// Starts the node again with more arguments.
    pub(crate) fn restart_with(&mut self, args: &[&str]) {
        self.args.extend(args.iter().map(|arg| arg.to_string()));
        self.restart();
    }

    /// Starts the node again with `environment` instead of the variables that were added to its own.
    pub(crate) fn restart_in(&mut self, environment: &[(&str, &str)]) {
        self.environment = owned(environment);
        self.restart();
    }

    /// The specs' difficulties are for the kernel that every machine has, at about the same speed.
    fn kernel(&self) -> &'static [&'static str] {
        if self.is_given("--threads") && !self.is_given("--kernel") {
            return &["--kernel", "portable"];
        }
        &[]
    }

    /// The system chooses the port of RPC, unless the arguments say where it is to listen.
    fn rpc_port(&self) -> &'static [&'static str] {
        if self.is_given("--experimental-rpc-endpoint") {
            return &[];
        }
        &["--rpc-port", "0"]
    }

    fn is_given(&self, name: &str) -> bool {
        self.args.iter().any(|arg| arg == name)
    }

    /// The socket address that follows `label` in the log.
    pub(crate) fn address_logged(&self, label: &str) -> Option<String> {
        address(&self.log(), label)
    }

    /// The node's RPC.
    pub(crate) fn rpc(&self) -> &Rpc {
        &self.running().rpc
    }

    /// Where WebSocket clients connect to.
    pub(crate) fn ws_url(&self) -> String {
        self.rpc().url().replace("http://", "ws://")
    }

    /// The node's address for `--bootnodes` and `--reserved-nodes`.
    pub(crate) fn multiaddr(&self) -> String {
        let listening = until("the node listens", START, || {
            let addresses = self.rpc().call("system_localListenAddresses", &[]);
            let addresses = addresses.as_array()?.iter().filter_map(|a| a.as_str()).map(str::to_owned);
            addresses.into_iter().find(|a| a.starts_with("/ip4/127.0.0.1/tcp/") && !a.contains("/ws"))
        });
        if listening.contains("/p2p/") {
            return listening;
        }
        format!("{listening}/p2p/{}", self.rpc().peer_id())
    }

    /// Has the node connect to another one and hold on to it, whatever its limits; it needs `--rpc-methods unsafe`.
    pub(crate) fn connect_to(&self, other: &Node) {
        self.rpc().call("system_addReservedPeer", &[json!(other.multiaddr())]);
    }

    /// Undoes [`Self::connect_to`]; a node started with `--reserved-only` then ends the connection.
    pub(crate) fn disconnect_from(&self, other: &Node) {
        self.rpc().call("system_removeReservedPeer", &[json!(other.rpc().peer_id())]);
    }

    /// A Prometheus metric without labels, or the sum over all of its labels; 0 where there is none yet.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        self.sum_of_metric(name, "")
    }

    /// A Prometheus metric, summed over what has this value of a label; 0 where there is none yet.
    pub(crate) fn labelled_metric(&self, name: &str, label: &str, value: &str) -> f64 {
        self.sum_of_metric(name, &format!("{label}=\"{value}\""))
    }

    /// Where Prometheus reads the metrics.
    pub(crate) fn metrics_url(&self) -> &str {
        &self.running().metrics
    }

    fn sum_of_metric(&self, name: &str, label: &str) -> f64 {
        let page = ureq::get(self.metrics_url()).call().expect("metrics are served");
        let page = page.into_string().expect("metrics are text");
        let lines = page.lines().filter(|line| {
            line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '{']) && rest.contains(label))
        });
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }

    /// What the node has logged since it was last started.
    pub(crate) fn log(&self) -> String {
        fs::read(self.log_path()).map(|log| String::from_utf8_lossy(&log).into_owned()).unwrap_or_default()
    }

    /// The folder given as `--base-path`.
    pub(crate) fn base_path(&self) -> PathBuf {
        self.home.path().join("base")
    }

    /// Process id of the running node.
    pub(crate) fn pid(&self) -> u32 {
        self.running().child.id()
    }

    /// Ends the node at once, as `kill -9` does.
    pub(crate) fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }

    /// Asks the node to end, as ctrl-c does, and waits until it has.
    pub(crate) fn interrupt(&mut self) -> ExitStatus {
        let pid = self.pid().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status().expect("kill can be run");
        assert!(sent.success(), "the signal was not sent");
        self.await_end("after SIGINT")
    }

    /// Waits until the node ends by itself; `why` says what is to make it.
    pub(crate) fn await_end(&mut self, why: &str) -> ExitStatus {
        let child = &mut self.running.as_mut().expect("the node runs").child;
        let status =
            until(&format!("the node ends {why}"), START, || child.try_wait().expect("the child can be asked"));
        self.running = None;
        status
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("the node runs")
    }

    fn log_path(&self) -> PathBuf {
        self.home.path().join("log")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = self.log();
            let tail: Vec<_> = log.lines().rev().take(60).collect();
            eprintln!("--- end of the log of {:?}", self.args);
            tail.iter().rev().for_each(|line| eprintln!("{line}"));
        }
        self.kill();
    }
}

/// Runs the node's binary to its end and returns its status, its standard output and its standard error.
pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> (ExitStatus, String, String) {
    run_with_input(args, "")
}

/// As [`run`], with `input` on its standard input.
pub(crate) fn run_with_input<S: AsRef<std::ffi::OsStr>>(args: &[S], input: &str) -> (ExitStatus, String, String) {
    let mut file = tempfile::tempfile().expect("a temporary file can be made");
    file.write_all(input.as_bytes()).and_then(|()| file.rewind()).expect("it can be written");
    run_command(Command::new(POSW_NODE).args(args).stdin(file), Duration::from_secs(180))
}

/// Runs a command to its end, at most for `limit`; its standard input has to be set.
pub(crate) fn run_command(command: &mut Command, limit: Duration) -> (ExitStatus, String, String) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    let open = |path: &Path| -> io::Result<Stdio> { File::create(path).map(Stdio::from) };
    let mut child = command
        .stdout(open(&out).expect("a file can be made"))
        .stderr(open(&err).expect("a file can be made"))
        .spawn()
        .expect("the command can be started");
    let start = std::time::Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("the child can be asked") {
            break status;
        }
        if start.elapsed() > limit {
            let _ = child.kill();
            let _ = child.wait();
            let (out, err) = (read(&out), read(&err));
            panic!("{command:?} did not end within {limit:?}\n{out}\n{err}");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    (status, read(&out), read(&err))
}

fn owned(environment: &[(&str, &str)]) -> Vec<(String, String)> {
    environment.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

fn read(path: &Path) -> String {
    fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// The socket address that follows `label` in a log.
fn address(log: &str, label: &str) -> Option<String> {
    let rest = log.split(label).nth(1)?;
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ':'))?;
    Some(rest[..end].to_owned())
}

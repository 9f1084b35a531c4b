//! The command line: every flag of a Substrate node, and those of mining.

use crate::{
    chain_spec, defaults,
    doctor::DoctorCmd,
    error::{Error, Result},
    key::KeySubcommand,
    miner::Miner,
    new_chain::NewChainCmd,
    recover::RecoverCmd,
};
use clap::{Args, Parser, Subcommand as ClapSubcommand};
use posw_sealer::{Kernel, Priority, MAX_THREADS};
use posw_stratum::{Difficulty, DifficultyRange, Limits};
use sc_cli::{RunCmd, SubstrateCli, SyncMode};
use sc_service::ChainSpec;
use std::{
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroUsize,
    path::PathBuf,
    thread::available_parallelism,
    time::Duration,
};

/// Heading of what this node has beside every other Substrate node, at the end of its help.
const CONSENSUS: &str = "Mining and finality";

/// A Stakework node.
#[derive(Debug, Parser)]
#[command(mut_arg("network_backend", defaults::network_backend), mut_arg("pool_type", defaults::pool_type))]
pub struct Cli {
    #[allow(missing_docs)]
    #[command(subcommand)]
    pub subcommand: Option<Subcommand>,

    #[allow(missing_docs)]
    #[clap(flatten)]
    pub run: RunCmd,

    #[allow(missing_docs)]
    #[clap(flatten)]
    pub mining: MiningArgs,

    #[allow(missing_docs)]
    #[clap(flatten)]
    pub limits: LimitArgs,
}

/// Flags of finality and of the database's disk.
#[derive(Debug, Clone, Args)]
pub struct LimitArgs {
    /// Blocks below the best one at which this node finalizes, at most the chain's `max_reorg`, which is the default;
    /// 0 switches finality off
    #[arg(long, value_name = "BLOCKS", help_heading = CONSENSUS)]
    pub finality_depth: Option<u32>,

    /// What must be free on the database's disk: with less the node does not start, and a running one ends; 0 asks for none
    #[arg(long, value_name = "MIB", default_value_t = 512)]
    pub db_storage_threshold: u64,
}

impl LimitArgs {
    /// Whether the depth of finality is one that the chain allows, whose `max_reorg` is given (R5.3).
    ///
    /// # Errors
    /// Where it is deeper.
    pub(crate) fn check_depth(&self, max: u32) -> Result<()> {
        match self.finality_depth {
            Some(depth) if depth > max => Err(Error::FinalityDepth { depth, max }),
            _ => Ok(()),
        }
    }
}

/// Flags of mining.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = CONSENSUS)]
pub struct MiningArgs {
    /// Mine blocks; implied by --validator, by --dev, and by --alice and its like
    #[arg(long)]
    pub mine: bool,

    /// Account that owns the stake and earns the rewards: an SS58 address, or a development name such as alice
    ///
    /// With --dev, and with --alice and its like, it defaults to that account, whose key is then known to the node. For any
    /// other account, insert its sealing key with `key insert` first.
    #[arg(long, value_name = "ADDRESS")]
    pub miner: Option<String>,

    /// Sealing threads; by default all cores but one, with --dev a single one; 0 leaves the sealing to others
    #[arg(long, value_name = "COUNT", value_parser = threads)]
    pub threads: Option<usize>,

    /// Percentage of the time in which the sealing threads hash, 0 to 100; it can be changed while the node runs
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub duty_cycle: Option<u8>,

    /// What the sealing threads hash with, by name; by default the fastest on this processor
    #[arg(long, value_name = "NAME")]
    pub kernel: Option<Kernel>,

    /// Let the sealing threads compete with the rest of the node and the system, rather than use what these leave over
    #[arg(long)]
    pub normal_priority: bool,

    /// How soon transactions get into the block that is worked on, such as 500ms or 2s; 1s by default
    #[arg(long, value_name = "TIME", value_parser = template_refresh)]
    pub template_refresh: Option<Duration>,

    /// Serve Bitcoin miners by Stratum V1 at this address or port; at 127.0.0.1:3333 where none is given
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "3333", value_parser = stratum_address)]
    pub stratum: Option<SocketAddr>,

    /// File of passwords, one a line, of which each Stratum miner has to know one; without it all are let in
    #[arg(long, value_name = "FILE", requires = "stratum")]
    pub stratum_passwords: Option<PathBuf>,

    /// Share difficulty that Stratum connections start with, 1 by default; 1 is 2^32 hashes a share
    #[arg(long, value_name = "DIFFICULTY", requires = "stratum", value_parser = difficulty)]
    pub stratum_difficulty: Option<Difficulty>,

    /// Least share difficulty of Stratum connections, however slow they are and whatever they ask for; 0.0001 by default, or
    /// --stratum-difficulty where that is lower
    ///
    /// Connections start with it where it is above --stratum-difficulty. A block that is easier still takes its shares with it,
    /// since none may be lost.
    #[arg(long, value_name = "DIFFICULTY", requires = "stratum", value_parser = difficulty)]
    pub stratum_minimum_difficulty: Option<Difficulty>,

    /// Stratum connections that one network address may have, 256 by default; a proxy in front needs more
    #[arg(long, value_name = "COUNT", requires = "stratum")]
    pub stratum_per_address: Option<NonZeroUsize>,
}

impl MiningArgs {
    /// The first flag that is given and means nothing without mining.
    fn first_given(&self) -> Option<&'static str> {
        let given = [
            ("--miner", self.miner.is_some()),
            ("--threads", self.threads.is_some()),
            ("--duty-cycle", self.duty_cycle.is_some()),
            ("--kernel", self.kernel.is_some()),
            ("--normal-priority", self.normal_priority),
            ("--template-refresh", self.template_refresh.is_some()),
            ("--stratum", self.stratum.is_some()),
        ];
        given.into_iter().find_map(|(flag, is_given)| is_given.then_some(flag))
    }
}

/// What a mining node mines with.
#[derive(Clone, Debug, PartialEq)]
pub struct Mining {
    /// For whom.
    pub miner: Miner,
    /// On how many threads.
    pub threads: usize,
    /// Percentage of the time in which they hash.
    pub duty_cycle: u8,
    /// What they hash with; `None`: the fastest.
    pub kernel: Option<Kernel>,
    /// How the system is to treat them.
    pub priority: Priority,
    /// How soon transactions get into the template.
    pub template_refresh: Duration,
    /// The Stratum server.
    pub stratum: Option<Stratum>,
}

impl Mining {
    /// The defaults of a node that is not a development one.
    pub fn new(miner: Miner) -> Self {
        Self {
            miner,
            threads: all_cores_but_one(),
            duty_cycle: 100,
            kernel: None,
            priority: Priority::Low,
            template_refresh: Duration::from_secs(1),
            stratum: None,
        }
    }

    /// Where the Stratum server listens, if there is one.
    pub(crate) fn stratum_address(&self) -> Option<SocketAddr> {
        self.stratum.as_ref().map(|stratum| stratum.address)
    }
}

/// A Stratum server.
#[derive(Clone, Debug, PartialEq)]
pub struct Stratum {
    /// Where it listens.
    pub address: SocketAddr,
    /// File of passwords; `None`: everybody is let in.
    pub passwords: Option<PathBuf>,
    /// Difficulty of shares.
    pub difficulty: DifficultyRange,
    /// What clients may take.
    pub limits: Limits,
}

impl Cli {
    /// State and warp sync import blocks whose parent's state the node lacks, and this chain's checks need it.
    ///
    /// # Errors
    /// Where one of them is asked for.
    pub(crate) fn check_sync_mode(&self) -> Result<()> {
        match self.run.network_params.sync {
            SyncMode::Full => Ok(()),
            SyncMode::Fast => Err(Error::SyncMode("fast")),
            SyncMode::FastUnsafe => Err(Error::SyncMode("fast-unsafe")),
            SyncMode::Warp => Err(Error::SyncMode("warp")),
        }
    }

    /// What the node is to mine with; `None` where it does not mine.
    ///
    /// # Errors
    /// Where the miner is missing, unknown, or given to a node that does not mine.
    pub fn mining(&self, spec: &dyn ChainSpec) -> Result<Option<Mining>> {
        let args = &self.mining;
        let dev = self.run.shared_params.is_dev();
        let keyring = self.run.get_keyring();
        if !(args.mine || self.run.validator || dev || keyring.is_some()) {
            return args.first_given().map_or(Ok(None), |flag| Err(Error::NotMining(flag)));
        }
        let keyring = keyring.or(dev.then_some(sp_keyring::Sr25519Keyring::Alice));
        let miner = match (&args.miner, keyring) {
            (Some(text), _) => Miner::parse(text, spec)?,
            (None, Some(keyring)) => Miner::development(keyring, spec)?,
            (None, None) => return Err(Error::NoMiner),
        };
        let defaults = Mining::new(miner);
        let threads = args.threads.unwrap_or(if dev { 1 } else { defaults.threads });
        let stratum = args.stratum.map(|address| {
            let difficulty = DifficultyRange::new(args.stratum_difficulty, args.stratum_minimum_difficulty);
            let limits = Limits::default();
            let per_address = args.stratum_per_address.map_or(limits.per_address, NonZeroUsize::get);
            let limits = Limits { per_address, ..limits };
            Stratum { address, passwords: args.stratum_passwords.clone(), difficulty, limits }
        });
        Ok(Some(Mining {
            threads,
            duty_cycle: args.duty_cycle.unwrap_or(defaults.duty_cycle),
            kernel: args.kernel,
            priority: if args.normal_priority { Priority::Normal } else { Priority::Low },
            template_refresh: args.template_refresh.unwrap_or(defaults.template_refresh),
            stratum,
            ..defaults
        }))
    }
}

/// Sealing threads where nothing else is said.
pub(crate) fn all_cores_but_one() -> usize {
    available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).clamp(1, MAX_THREADS))
}

fn threads(text: &str) -> std::result::Result<usize, String> {
    let count = text.parse().ok().filter(|count| *count <= MAX_THREADS);
    count.ok_or_else(|| format!("allowed is 0..={MAX_THREADS}"))
}

/// Templates are rebuilt at most so often, and seldom enough not to disturb hashing.
fn template_refresh(text: &str) -> std::result::Result<Duration, String> {
    let (number, milliseconds) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s').unwrap_or_default(), 1_000),
    };
    let time = number.parse().ok().map(|count: u64| Duration::from_millis(count.saturating_mul(milliseconds)));
    let allowed = Duration::from_millis(250)..=Duration::from_secs(60);
    time.filter(|time| allowed.contains(time)).ok_or_else(|| "allowed is 250ms to 60s, such as 500ms or 2s".into())
}

fn stratum_address(text: &str) -> std::result::Result<SocketAddr, String> {
    let port = text.parse().map(|port: u16| (Ipv4Addr::LOCALHOST, port).into());
    port.or_else(|_| text.parse()).map_err(|_| {
        "allowed is a port, which is then one of 127.0.0.1, or an address and a port, such as 0.0.0.0:3333".into()
    })
}

fn difficulty(text: &str) -> std::result::Result<Difficulty, String> {
    let number = text.parse().ok().filter(|number| (1e-9..=18_446_744_073.0).contains(number));
    let difficulty = number.and_then(Difficulty::from_number);
    difficulty.ok_or_else(|| "allowed is 0.000000001 to 18446744073, such as 0.01 or 1024".into())
}

/// Commands other than running a node.
#[derive(Debug, ClapSubcommand)]
pub enum Subcommand {
    /// Keys of miners and of the node
    #[command(subcommand)]
    Key(KeySubcommand),

    /// Make the specification of a chain of your own from a file of a few lines
    NewChain(NewChainCmd),

    /// Check a node with these flags, running or not, and say what is wrong and what mends it
    Doctor(Box<DoctorCmd>),

    /// Go back to the last block in common with other nodes, also below finality, and keep keys and what was beyond it
    Recover(RecoverCmd),

    /// Export the chain specification
    ExportChainSpec(sc_cli::ExportChainSpecCmd),

    /// Build a chain specification
    #[allow(deprecated)]
    BuildSpec(sc_cli::BuildSpecCmd),

    /// Validate a block again
    CheckBlock(sc_cli::CheckBlockCmd),

    /// Export blocks
    ExportBlocks(sc_cli::ExportBlocksCmd),

    /// Import blocks
    ImportBlocks(sc_cli::ImportBlocksCmd),

    /// Remove the whole chain
    PurgeChain(sc_cli::PurgeChainCmd),

    /// Revert the chain to a previous state
    Revert(sc_cli::RevertCmd),

    /// Print what the database knows about the chain
    ChainInfo(sc_cli::ChainInfoCmd),
}

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "Stakework Node".into()
    }

    fn impl_version() -> String {
        env!("CARGO_PKG_VERSION").into()
    }

    fn description() -> String {
        env!("CARGO_PKG_DESCRIPTION").into()
    }

    fn author() -> String {
        env!("CARGO_PKG_AUTHORS").into()
    }

    fn support_url() -> String {
        "README.md".into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    fn load_spec(&self, id: &str) -> std::result::Result<Box<dyn ChainSpec>, String> {
        Ok(Box::new(chain_spec::load(id).map_err(|error| error.to_string())?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use sc_chain_spec::{ChainType, NoExtension};
    use sp_keyring::Sr25519Keyring::{self, Alice, Bob};

    fn cli(args: &[&str]) -> Cli {
        Cli::try_from_iter([&["posw-node"], args].concat()).unwrap()
    }

    fn mining(args: &[&str]) -> Result<Option<Mining>> {
        let spec = chain_spec::ChainSpec::builder(&[], NoExtension::None)
            .with_chain_type(ChainType::Local)
            .with_genesis_config_patch(Default::default())
            .build();
        cli(args).mining(&spec)
    }

    fn by(keyring: Sr25519Keyring, threads: usize) -> Option<Mining> {
        let miner = Miner { account: keyring.to_account_id(), development: Some(keyring) };
        Some(Mining { threads, ..Mining::new(miner) })
    }

    #[test]
    fn the_flags_do_not_conflict() {
        Cli::command().debug_assert();
    }

    #[test]
    fn transactions_are_in_the_work_within_a_second() {
        assert_eq!(mining(&["--dev"]).unwrap().unwrap().template_refresh, Duration::from_secs(1));
    }

    #[test]
    fn a_node_does_not_mine_unless_told_to() {
        assert_eq!(mining(&[]).unwrap(), None);
        assert_eq!(mining(&["--chain", "local", "--name", "x"]).unwrap(), None);
    }

    #[test]
    fn dev_mines_as_alice_on_one_thread() {
        assert_eq!(mining(&["--dev"]).unwrap(), by(Alice, 1));
        assert_eq!(mining(&["--dev", "--miner", "bob", "--threads", "0"]).unwrap(), by(Bob, 0));
    }

    #[test]
    fn mining_needs_a_miner() {
        for flag in ["--mine", "--validator"] {
            assert!(matches!(mining(&[flag]), Err(Error::NoMiner)));
            assert_eq!(mining(&[flag, "--miner", "bob", "--threads", "3"]).unwrap(), by(Bob, 3));
        }
        assert_eq!(mining(&["--bob", "--threads", "1"]).unwrap(), by(Bob, 1));
        assert!(
            matches!(mining(&["--mine", "--miner", "nobody"]), Err(Error::UnknownMiner { text, .. }) if text == "nobody")
        );
    }

    #[test]
    fn flags_of_mining_without_mining_are_refused() {
        for flag in [
            &["--miner", "bob"][..],
            &["--threads", "1"],
            &["--duty-cycle", "50"],
            &["--kernel", "portable"],
            &["--normal-priority"],
            &["--template-refresh", "2s"],
            &["--stratum"],
        ] {
            assert!(matches!(mining(flag), Err(Error::NotMining(name)) if name == flag[0]), "{flag:?}");
        }
    }

    #[test]
    fn flags_of_sealing() {
        let flags = ["--duty-cycle", "50", "--kernel", "portable", "--normal-priority", "--template-refresh", "500ms"];
        let mining = mining(&[&["--dev"][..], &flags].concat()).unwrap().unwrap();
        assert_eq!((mining.duty_cycle, mining.kernel), (50, Some(Kernel::Portable)));
        assert_eq!((mining.priority, mining.template_refresh), (Priority::Normal, Duration::from_millis(500)));
    }

    #[test]
    fn finality_is_no_deeper_than_the_chain_allows() {
        let check = |args: &[&str]| cli(args).limits.check_depth(8).map_err(|error| error.to_string());
        for allowed in [&[][..], &["--finality-depth", "0"], &["--finality-depth", "8"]] {
            assert_eq!(check(allowed), Ok(()), "{allowed:?}");
        }
        let error = check(&["--finality-depth", "9"]).unwrap_err();
        assert!(error.contains("--finality-depth 9") && error.contains("allowed is 0..=8"), "{error}");
    }

    #[test]
    fn blocks_are_synchronised_one_by_one() {
        cli(&["--sync", "full"]).check_sync_mode().unwrap();
        for mode in ["fast", "fast-unsafe", "warp"] {
            let error = cli(&["--sync", mode]).check_sync_mode().unwrap_err().to_string();
            assert!(error.starts_with(&format!("--sync {mode} is not supported")), "{error}");
        }
    }

    #[test]
    fn a_stratum_server_listens_at_loopback_unless_told_otherwise() {
        let stratum = |args: &[&str]| mining(&[&["--dev"], args].concat()).unwrap().unwrap().stratum.unwrap();
        let address = |args: &[&str]| stratum(args).address.to_string();
        assert_eq!(address(&["--stratum"]), "127.0.0.1:3333");
        assert_eq!(address(&["--stratum", "4444"]), "127.0.0.1:4444");
        assert_eq!(address(&["--stratum", "0.0.0.0:1"]), "0.0.0.0:1");
        let easy = stratum(&["--stratum", "--stratum-difficulty", "0.00001"]).difficulty;
        assert_eq!((easy.start, easy.minimum), (Difficulty::from_billionths(10_000), easy.start));
        assert_eq!(stratum(&["--stratum", "--stratum-per-address", "9"]).limits.per_address, 9);
    }

    #[test]
    fn the_minimum_difficulty_wins_over_the_one_to_start_with() {
        let one = Difficulty::ONE;
        for (minimum, start, expected) in
            [("0.5", "2", (one.times(2), one.divided_by(2))), ("4", "2", (one.times(4), one.times(4)))]
        {
            let flags = ["--stratum-minimum-difficulty", minimum, "--stratum-difficulty", start];
            let stratum = mining(&[&["--dev", "--stratum"], &flags[..]].concat()).unwrap().unwrap().stratum.unwrap();
            assert_eq!((stratum.difficulty.start, stratum.difficulty.minimum), expected);
        }
        let alone =
            Cli::try_from_iter(["posw-node", "--dev", "--stratum-minimum-difficulty", "1"]).unwrap_err().to_string();
        assert!(alone.contains("--stratum [<ADDRESS>]"), "{alone}");
    }

    /// What zombienet's native provider gives the nodes of a relay chain, in its order.
    #[test]
    fn zombienets_flags_are_those_of_a_miner() {
        let key = "0".repeat(63) + "1";
        let bootnode = "/ip4/127.0.0.1/tcp/30333/ws/p2p/12D3KooWQCkBm1BYtkHpocxCwMgR8yjitEeHGx8spzcDLGt2gkBm";
        let args = [
            &["--chain", "spec.json", "--name", "alice", "--rpc-cors", "all", "--unsafe-rpc-external"][..],
            &[
                "--rpc-methods",
                "unsafe",
                "--no-mdns",
                "--node-key",
                key.as_str(),
                "--no-telemetry",
                "--prometheus-external",
            ],
            &["--validator", "--bootnodes", bootnode],
            &["--prometheus-port", "9615", "--rpc-port", "9944", "--listen-addr", "/ip4/0.0.0.0/tcp/30333/ws"],
            &["--base-path", "data", "--alice", "--threads=1"],
        ]
        .concat();
        assert_eq!(mining(&args).unwrap(), by(Alice, 1));
        let cli = cli(&args);
        assert_eq!(cli.run.network_params.bootnodes[0].to_string(), bootnode);
        assert!(cli.run.network_params.node_key_params.node_key.is_some());
    }

    #[test]
    fn values_out_of_range_are_refused_with_what_is_allowed() {
        for (flag, value, allowed) in [
            ("--duty-cycle", "101", "0..=100"),
            ("--kernel", "gpu", "available here: portable"),
            ("--template-refresh", "10", "allowed is 250ms to 60s"),
            ("--template-refresh", "10ms", "allowed is 250ms to 60s"),
            ("--template-refresh", "61s", "allowed is 250ms to 60s"),
            ("--stratum", "65536", "allowed is a port"),
            ("--stratum-difficulty", "0", "allowed is 0.000000001 to 18446744073"),
            ("--stratum-minimum-difficulty", "0.0000000009", "allowed is 0.000000001 to 18446744073"),
            ("--stratum-minimum-difficulty", "18446744074", "allowed is 0.000000001 to 18446744073"),
            ("--stratum-minimum-difficulty", "inf", "allowed is 0.000000001 to 18446744073"),
            ("--stratum-minimum-difficulty", "low", "allowed is 0.000000001 to 18446744073"),
        ] {
            let error = Cli::try_from_iter(["posw-node", "--dev", "--stratum", flag, value]);
            let error = Cli::try_from_iter(["posw-node", "--dev", flag, value]).err().or(error.err()).unwrap();
            let error = error.to_string();
            for word in [flag, value, allowed] {
                assert!(error.contains(word), "{flag} {value}: {error}");
            }
        }
    }

    #[test]
    fn the_default_leaves_a_core_to_the_node() {
        let threads = mining(&["--mine", "--miner", "bob"]).unwrap().unwrap().threads;
        assert_eq!(threads, all_cores_but_one());
        assert!(threads >= 1);
    }

    #[test]
    fn the_number_of_threads_is_bounded() {
        let error = Cli::try_from_iter(["posw-node", "--mine", "--threads", "1025"]).unwrap_err().to_string();
        assert!(error.contains("allowed is 0..=1024"), "{error}");
    }

    #[test]
    fn no_command_takes_a_secret_as_an_argument() {
        for args in
            [&["key", "insert", "--suri", "//Alice"][..], &["key", "insert", "//Alice"], &["key", "inspect", "//Alice"]]
        {
            assert!(Cli::try_from_iter([&["posw-node"], args].concat()).is_err(), "{args:?}");
        }
    }

    #[test]
    fn substrate_flags_are_accepted() {
        let flags =
            ["--validator", "--tmp", "--no-mdns", "--rpc-port", "0", "--sync", "full", "--network-backend", "libp2p"];
        assert!(cli(&flags).run.validator);
        assert_eq!(cli(&["--finality-depth", "4"]).limits.finality_depth, Some(4));
        assert_eq!(cli(&["--db-storage-threshold", "0"]).limits.db_storage_threshold, 0);
    }
}

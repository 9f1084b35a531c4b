//! The command line: every flag of a Substrate node, and those of mining.

use crate::{
    chain_spec,
    error::{Error, Result},
    key::KeySubcommand,
    miner::Miner,
};
use clap::{Args, Parser, Subcommand as ClapSubcommand};
use posw_sealer::MAX_THREADS;
use sc_cli::{RunCmd, SubstrateCli};
use sc_service::ChainSpec;
use std::thread::available_parallelism;

/// Heading of what this node has beside every other Substrate node, at the end of its help.
const CONSENSUS: &str = "Mining and finality";

/// A Stakework node.
#[derive(Debug, Parser)]
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

    /// Blocks below the best one at which this node finalizes, at most the chain's `max_reorg`, which is the default;
    /// 0 switches finality off
    #[arg(long, value_name = "BLOCKS", help_heading = CONSENSUS)]
    pub finality_depth: Option<u32>,
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
}

/// What a mining node mines with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mining {
    /// For whom.
    pub miner: Miner,
    /// On how many threads.
    pub threads: usize,
}

impl Cli {
    /// What the node is to mine with; `None` where it does not mine.
    ///
    /// # Errors
    /// Where the miner is missing, unknown, or given to a node that does not mine.
    pub fn mining(&self, spec: &dyn ChainSpec) -> Result<Option<Mining>> {
        let args = &self.mining;
        let dev = self.run.shared_params.is_dev();
        let keyring = self.run.get_keyring();
        if !(args.mine || self.run.validator || dev || keyring.is_some()) {
            return match (&args.miner, args.threads) {
                (Some(_), _) => Err(Error::NotMining("--miner")),
                (_, Some(_)) => Err(Error::NotMining("--threads")),
                (None, None) => Ok(None),
            };
        }
        let keyring = keyring.or(dev.then_some(sp_keyring::Sr25519Keyring::Alice));
        let miner = match (&args.miner, keyring) {
            (Some(text), _) => Miner::parse(text, spec)?,
            (None, Some(keyring)) => Miner::development(keyring, spec)?,
            (None, None) => return Err(Error::NoMiner),
        };
        let default = if dev { 1 } else { all_cores_but_one() };
        Ok(Some(Mining { miner, threads: args.threads.unwrap_or(default) }))
    }
}

fn all_cores_but_one() -> usize {
    available_parallelism().map_or(1, |cores| cores.get().saturating_sub(1).clamp(1, MAX_THREADS))
}

fn threads(text: &str) -> std::result::Result<usize, String> {
    let count = text.parse().ok().filter(|count| *count <= MAX_THREADS);
    count.ok_or_else(|| format!("allowed is 0..={MAX_THREADS}"))
}

/// Commands other than running a node.
#[derive(Debug, ClapSubcommand)]
pub enum Subcommand {
    /// Keys of miners and of the node
    #[command(subcommand)]
    Key(KeySubcommand),

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
        Some(Mining { miner, threads })
    }

    #[test]
    fn the_flags_do_not_conflict() {
        Cli::command().debug_assert();
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
        assert!(matches!(mining(&["--miner", "bob"]), Err(Error::NotMining("--miner"))));
        assert!(matches!(mining(&["--threads", "1"]), Err(Error::NotMining("--threads"))));
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
        assert_eq!(cli(&["--finality-depth", "4"]).finality_depth, Some(4));
    }
}

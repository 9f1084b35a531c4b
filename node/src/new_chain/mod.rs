//! `posw-node new-chain`: a chain of one's own from a file of a few lines.
//!
//! | module | what |
//! |---|---|
//! | `document`, `section`, `suggestion` | TOML, with the line of everything |
//! | `quantity`, `word` | values as people write them |
//! | `file`, `curve` | what a file can say |
//! | `resolve`, `units` | the genesis that follows |
//! | `check` | whether the runtime would accept it |
//! | `explain`, `supply` | its figures in words |

mod check;
mod curve;
mod document;
mod explain;
mod file;
pub(crate) mod quantity;
mod resolve;
mod section;
mod suggestion;
mod supply;
#[cfg(test)]
mod tests;
mod units;
mod word;

pub use document::Refusal;

use crate::{
    chain_spec::{self, ChainSpec},
    cli::all_cores_but_one,
    error::{Error, Result},
};
use clap::Parser;
use document::Document;
use file::ChainFile;
use posw_sealer::{
    measure::{rates_of_threads, Contender},
    Kernel, Rate, RootUse,
};
use resolve::Chain;
use sc_chain_spec::{ChainSpec as _, NoExtension};
use sp_runtime::BuildStorage;
use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
    time::Duration,
};

/// The `new-chain` command.
#[derive(Debug, Clone, Parser)]
pub struct NewChainCmd {
    /// What the chain is to be like, in TOML; docs/chain.md tells all that can be said
    #[arg(value_name = "CHAIN.TOML")]
    pub file: PathBuf,

    /// Where the specification goes; by default to the standard output, and nowhere with --explain
    #[arg(short, long, value_name = "SPEC.JSON")]
    pub output: Option<PathBuf>,

    /// Write genesis as storage, which is the same chain for nodes of every version
    #[arg(long)]
    pub raw: bool,

    /// Print the chain's figures in words: times, cost of a majority attack, supply by year
    #[arg(long)]
    pub explain: bool,
}

impl NewChainCmd {
    /// Runs the command.
    ///
    /// # Errors
    /// Where the file is refused, or a file cannot be read or written.
    pub fn run(&self) -> Result<()> {
        let file = self.file.display();
        let failed = |what: &str, path: &PathBuf| {
            let context = format!("cannot {what} {}", path.display());
            move |source| Error::Io { context, source }
        };
        let text = fs::read_to_string(&self.file).map_err(failed("read", &self.file))?;
        let document = Document::parse(file.to_string(), text)?;
        let chain = Chain::resolve(&document, ChainFile::read(&document)?, measured_hash_rate)?;
        if self.explain {
            print(&explain::explain(&chain))?;
        }
        if self.explain && self.output.is_none() {
            return Ok(());
        }
        let json = self.specification(&chain)?;
        match &self.output {
            Some(path) => fs::write(path, json).map_err(failed("write", path)),
            None => print(&(json + "\n")),
        }
    }

    /// The specification in JSON; the genesis hash is told, because it is what nodes of one chain have in common.
    fn specification(&self, chain: &Chain) -> Result<String> {
        let refused = |message| Error::ChainSpec { path: self.file.clone(), message };
        let spec = specification(chain)?;
        let mut raw = spec.clone();
        raw.set_storage(spec.build_storage().map_err(refused)?);
        eprintln!("Genesis hash: {:?}", chain_spec::genesis_hash(&raw)?);
        let form = if self.raw { raw } else { spec };
        form.as_json(self.raw).map_err(refused)
    }
}

fn print(text: &str) -> Result<()> {
    let printed = io::stdout().write_all(text.as_bytes());
    printed.map_err(|source| Error::Io { context: "cannot write to the standard output".into(), source })
}

fn specification(chain: &Chain) -> Result<ChainSpec> {
    let Chain { genesis, symbol, decimals, .. } = chain;
    let genesis_config = serde_json::to_value(genesis)
        .map_err(|error| sc_service::Error::Other(format!("the genesis configuration cannot be written: {error}")))?;
    Ok(ChainSpec::builder(chain_spec::runtime_code()?, NoExtension::None)
        .with_name(&chain.name)
        .with_id(&chain.id)
        .with_chain_type(chain.chain_type.clone())
        .with_protocol_id(&chain.protocol_id)
        .with_boot_nodes(chain.bootnodes.clone())
        .with_properties(chain_spec::properties(symbol, *decimals, genesis.chain.params.ss58_prefix))
        .with_genesis_config(genesis_config)
        .build())
}

/// Hashes per second of this machine with as many threads as a node mines with.
fn measured_hash_rate() -> u64 {
    const TURN: Duration = Duration::from_millis(5);
    const TURNS: usize = 200;
    let kernel = Kernel::best(RootUse::Free);
    let contender = kernel.engine().map(|engine| Contender { engine, root: RootUse::Free });
    let threads = all_cores_but_one();
    let rate = rates_of_threads(threads, &Vec::from_iter(contender), TURN, TURNS).into_iter().sum();
    eprintln!(
        "Measured {} on {threads} thread(s) with kernel {kernel}. \
         With hash_rate = \"{rate} H/s\" in its place the file gives this chain again; a second measurement gives another.",
        Rate(rate)
    );
    rate
}

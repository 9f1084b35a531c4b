//! The parts of a node in this process, with a database of their own.

use crate::chain::Chain;
use sc_cli::{CliConfiguration, SubstrateCli};
use sc_consensus::{BlockImport, BlockImportParams, ImportResult};
use sp_consensus::BlockOrigin;
use stakework_node::{
    cli::Cli,
    service::{self, Block, Partial, Rules},
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A node's parts.
pub(crate) struct Opened {
    // Fields are dropped in this order: the folder goes after what has it open.
    pub(crate) parts: Partial,
    pub(crate) runtime: Runtime,
    _folder: TempDir,
}

impl Opened {
    /// With nothing but genesis.
    pub(crate) fn new(chain: &Chain) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let base = folder.path().to_str().expect("temporary folders are text");
        let cli = Cli::try_from_iter(["posw-node", "--chain", &chain.spec(), "--base-path", base, "--no-prometheus"]);
        let cli = cli.expect("the arguments are valid");
        let runtime = Runtime::new().expect("threads can be started");
        let config = cli.run.create_configuration(&cli, runtime.handle().clone()).expect("the arguments are valid");
        let parts = service::partial(&config).expect("the database is new");
        Self { parts, runtime, _folder: folder }
    }

    /// This node's own rules.
    pub(crate) fn rules(&self) -> Rules {
        Rules { verifier: Box::new(self.parts.verifier.clone()), import: Box::new(self.parts.import.clone()) }
    }

    /// Imports a block as the import queue does.
    ///
    /// # Errors
    /// Why a rule or the import refuses it.
    pub(crate) fn receive(&self, rules: &Rules, block: Block, origin: BlockOrigin) -> Result<ImportResult, String> {
        let mut params = BlockImportParams::new(origin, block.header);
        params.body = Some(block.extrinsics);
        self.runtime.block_on(async {
            let verified = rules.verifier.verify(params).await?;
            rules.import.import_block(verified).await.map_err(|error| error.to_string())
        })
    }
}

//! Chains that a node made, in files as `export-blocks` writes them.

use crate::{
    blocks,
    common::{process::Node, spec::Spec, wait::until},
    nodes::{command, Resources},
};
use codec::{Decode, IoReader};
use posw_sealer::{Kernel, RootUse};
use sp_runtime::generic::SignedBlock;
use stakework_node::service::Block;
use std::{fmt, fs::File, io::BufReader, path::PathBuf, time::Duration};
use tempfile::TempDir;

/// A chain in a file.
pub(crate) struct Chain {
    spec: Spec,
    folder: TempDir,
    length: u32,
    /// Transactions of all blocks.
    extrinsics: usize,
    made: Resources,
}

impl Chain {
    /// A chain of empty blocks, one after the other as fast as a node mines them.
    pub(crate) fn empty(length: u32) -> Self {
        Self::make("1", |node| {
            until("the chain is long", Duration::from_secs(3_600), || {
                (node.rpc().best_number() >= length).then_some(())
            });
            node.rpc().call("posw_setMining", &[false.into()]);
        })
    }

    /// A chain of blocks with so many transfers each.
    pub(crate) fn full(length: u32, transfers: u32) -> Self {
        let kernel = Kernel::best(RootUse::Fixed);
        Self::make("0", |node| (0..length).for_each(|_| blocks::mine(node.rpc(), kernel, transfers)))
    }

    fn make(threads: &str, mine: impl FnOnce(&Node)) -> Self {
        let (spec, folder) = (Spec::rapid(), tempfile::tempdir().expect("a temporary folder can be made"));
        let mining = ["--chain", &spec.chain(), "--alice", "--mine", "--threads", threads, "--rpc-methods", "unsafe"];
        let mut node = Node::start(&mining);
        mine(&node);
        let length = node.rpc().best_number();
        let made = Resources::of(&mut node);
        let mut chain = Self { spec, folder, length, extrinsics: 0, made };
        command("export-blocks", &chain, &node.base_path(), &["--binary"]);
        chain.extrinsics = chain.blocks(usize::MAX).iter().map(|block| block.extrinsics.len()).sum();
        chain
    }

    /// Argument for `--chain`.
    pub(crate) fn spec(&self) -> String {
        self.spec.chain()
    }

    /// Number of the last block.
    pub(crate) fn length(&self) -> u32 {
        self.length
    }

    /// The file.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("blocks")
    }

    /// The first blocks, so many at most.
    pub(crate) fn blocks(&self, most: usize) -> Vec<Block> {
        let mut file = IoReader(BufReader::new(File::open(self.file()).expect("the chain was exported")));
        let number = u64::decode(&mut file).expect("the file begins with the number of blocks");
        let number = usize::try_from(number).expect("few").min(most);
        (0..number).map(|_| SignedBlock::decode(&mut file).expect("blocks follow").block).collect()
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One of them sets the time.
        let transfers = self.extrinsics as f64 / f64::from(self.length) - 1.0;
        write!(
            f,
            "{} blocks with {transfers:.1} transfers on average; the node that made them: {}",
            self.length, self.made
        )
    }
}

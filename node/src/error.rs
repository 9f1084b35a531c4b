//! Why the node does not start, or a command fails; printed as one line, with what to do where that is known.

use crate::chain_spec::PRESETS;
use std::{io, path::PathBuf};

/// Result of everything that a command does.
pub type Result<T> = std::result::Result<T, Error>;

/// An error for the person who started the node.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// From the SDK's command line.
    #[error(transparent)]
    Cli(#[from] sc_cli::Error),
    /// From the SDK's services.
    #[error(transparent)]
    Service(#[from] sc_service::Error),
    /// From the client or its database.
    #[error(transparent)]
    Client(#[from] sp_blockchain::Error),
    /// From a call of the runtime.
    #[error("runtime call failed: {0}")]
    Runtime(#[from] sp_api::ApiError),
    /// `--chain` names nothing.
    #[error("unknown chain `{0}`: it is neither the path of a chain specification nor one of {known}", known = PRESETS.join(", "))]
    UnknownChain(String),
    /// A chain specification cannot be read.
    #[error("chain specification `{}`: {message}", path.display())]
    ChainSpec {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, with line and column where it is no JSON.
        message: String,
    },
    /// The file of a new chain is refused.
    #[error(transparent)]
    NewChain(#[from] crate::new_chain::Refusal),
    /// A chain is not recovered.
    #[error(transparent)]
    Recover(#[from] crate::recover::Refusal),
    /// Another process' RPC server cannot be asked.
    #[error("RPC server `{url}`: {message}")]
    Rpc {
        /// Its address.
        url: String,
        /// What went wrong.
        message: String,
    },
    /// The doctor has found something.
    #[error("{0} of the checks failed")]
    Unhealthy(usize),
    /// From the consensus records.
    #[error(transparent)]
    Import(#[from] sc_consensus_posw::ImportError),
    /// The parameters in the chain's state are out of range (section 10).
    #[error(
        "the chain's parameters are not valid: {0} (a corrected specification needs a new database: see purge-chain)"
    )]
    Params(String),
    /// Mining without a miner.
    #[error("mining needs a miner: give --miner with an address, or with a development name such as alice")]
    NoMiner,
    /// A flag of mining on a node that does not mine.
    #[error("{0} has no effect on a node that does not mine: add --mine, or leave it out")]
    NotMining(&'static str),
    /// The miner is neither an address nor a development account.
    #[error("unknown miner `{text}`: {reason}; --miner takes an SS58 address, or a development name such as alice")]
    UnknownMiner {
        /// What was given.
        text: String,
        /// What it is not.
        reason: String,
    },
    /// A development account, whose key everybody knows, on a real chain.
    #[error(
        "`{0}` is a development account, whose key everybody knows; on this chain give the address of your own account"
    )]
    DevelopmentMiner(String),
    /// The keystore has no sealing key.
    #[error(
        "no key to seal the blocks of {miner} with: the keystore lacks the sealing key {key}. Insert it with\n\n    {command}\n\n\
         which asks for the secret (or reads it with --secret-file or --stdin)"
    )]
    NoSealingKey {
        /// Address of the miner.
        miner: String,
        /// Public key in hexadecimal.
        key: String,
        /// The command that inserts it.
        command: String,
    },
    /// The keystore does not answer.
    #[error("keystore: {0}")]
    Keystore(String),
    /// `--kernel` names one that this processor has not the instructions for.
    #[error("this processor lacks the instructions of --kernel {0}: leave it out for the fastest that works")]
    Kernel(&'static str),
    /// The Stratum server does not start.
    #[error("--stratum: {0}")]
    Stratum(posw_stratum::StartError),
    /// A port cannot be listened on.
    #[error("port {port} ({purpose}) is in use by another process: stop it, or choose another port with {option}")]
    PortInUse {
        /// The port.
        port: u16,
        /// What it is for.
        purpose: &'static str,
        /// The option that changes it.
        option: &'static str,
    },
    /// A way to synchronise that this chain does not have.
    #[error(
        "--sync {0} is not supported: a block's weight and claims are checked on its parent's state, so blocks are imported \
         one after the other; leave --sync out, or give --sync full"
    )]
    SyncMode(&'static str),
    /// `--finality-depth` is deeper than the chain allows (R5.3).
    #[error("--finality-depth {depth} is above the chain's max_reorg of {max}: allowed is 0..={max}, where 0 is off")]
    FinalityDepth {
        /// The depth given.
        depth: u32,
        /// The chain's depth.
        max: u32,
    },
    /// Too little is free on the database's disk.
    #[error(
        "{free} MiB are free on the disk of the database {}, and --db-storage-threshold asks for {threshold}: make room \
         there, then start the node again, or give a smaller threshold; 0 asks for none", database.display()
    )]
    DiskSpace {
        /// Folder of the database.
        database: PathBuf,
        /// MiB that are free.
        free: u64,
        /// MiB that have to be.
        threshold: u64,
    },
    /// The database takes no commits any more.
    #[error(
        "the database {} cannot be written any more ({reason}): where its disk is full make room there, then start the node \
         again, which goes on from the last block that was written", database.display()
    )]
    Database {
        /// Its folder.
        database: PathBuf,
        /// What it answers.
        reason: String,
    },
    /// A secret cannot be read.
    #[error("secret from {from}: {message}")]
    Secret {
        /// Where it was to come from.
        from: String,
        /// What went wrong; never the secret.
        message: String,
    },
    /// The temporary base path of `--dev` would lose a key.
    #[error("--dev without --base-path keeps its keys in a temporary folder: give --base-path")]
    TemporaryKeystore,
    /// Neither of the above.
    #[error("{context}: {source}")]
    Io {
        /// What was attempted.
        context: String,
        /// What the system answered.
        source: io::Error,
    },
}

impl Error {
    /// What is printed: without the whole genesis configuration, which the SDK appends to what is wrong with it.
    pub fn message(&self) -> String {
        let mut message = self.to_string();
        if let Some(end) = message.find(" for blob:\n") {
            message.truncate(end);
        }
        message
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_genesis_is_not_printed() {
        let error = Error::from(sc_service::Error::from(
            "maxReorg is 200, allowed is 2..=100 for blob:\n{\n  \"balances\": {}}",
        ));
        assert_eq!(error.message(), "Other: maxReorg is 200, allowed is 2..=100");
        assert_eq!(Error::NoMiner.message(), Error::NoMiner.to_string());
    }
}

//! `posw-node doctor`: what is wrong with a node, in words, and what mends it.
//!
//! It takes the flags of the node and looks at what a node with these flags would use: the database, keys and ports. What
//! runs already is asked over RPC. Each check has facts, which are gathered in `patient` and `answers`, and a pure function
//! that judges them.
//!
//! | module | what |
//! |---|---|
//! | `patient` | what is asked of whom |
//! | `finding` | what a check has found, and how it is told |
//! | `database`, `keys`, `listeners` | what is there without a node |
//! | `answers` | what a running node answers |
//! | `chain`, `clock`, `mining` | what that says |

mod answers;
mod chain;
mod clock;
mod database;
mod finding;
mod keys;
mod listeners;
mod mining;
mod patient;

use crate::{
    cli::{Cli, LimitArgs, Mining, MiningArgs},
    defaults,
    error::{Error, Result},
    rpc_client::RpcClient,
};
use finding::Status;
use patient::Patient;
use sc_cli::{build_runtime, RunCmd, SubstrateCli};
use sc_service::Configuration;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// File of the network key where none is given.
const NODE_KEY_FILE: &str = "secret_ed25519";

/// The `doctor` command.
#[derive(Debug, clap::Parser)]
pub struct DoctorCmd {
    /// RPC address of the node; by default that of --rpc-port on this machine
    #[arg(long, value_name = "URL")]
    pub rpc_url: Option<String>,

    /// Print the findings as JSON
    #[arg(long)]
    pub json: bool,

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

impl DoctorCmd {
    /// Checks everything and prints what was found.
    ///
    /// # Errors
    /// Where a check fails, or no configuration can be made of the flags.
    pub fn run(self) -> Result<()> {
        let Self { rpc_url, json, run, mut mining, limits } = self;
        // The miner is given to be asked about.
        mining.mine |= mining.miner.is_some();
        let mut cli = Cli { subcommand: None, run, mining, limits };
        defaults::listen_addr(&mut cli.run.network_params);
        // The configuration of a node makes the file of its network key where there is none; here it is only looked at.
        let node_key = &mut cli.run.network_params.node_key_params;
        let (is_given, key_file) = (node_key.node_key.is_some(), node_key.node_key_file.clone());
        node_key.node_key = Some(format!("{:064x}", 1));
        let runtime = build_runtime().map_err(sc_cli::Error::from)?;
        let config = cli.create_configuration(&cli.run, runtime.handle().clone())?;
        let mining = cli.mining(&*config.chain_spec)?;
        let rpc = RpcClient::new(rpc_url.as_deref().unwrap_or(&local_rpc(&config)))?;
        let shared = &cli.run.shared_params;
        let own_file = || config.network.net_config_path.as_ref().map(|folder| folder.join(NODE_KEY_FILE));
        let patient = Patient {
            config: &config,
            cli: &cli,
            chain: shared.chain_id(shared.is_dev()),
            key_file: if is_given { None } else { key_file.or_else(own_file) },
            stratum: mining.as_ref().and_then(Mining::stratum_address),
            miner: mining.map(|mining| mining.miner),
            rpc,
            rpc_is_given: rpc_url.is_some(),
        };
        let findings = patient.examine();
        let failed = findings.iter().filter(|finding| finding.status == Status::Fail).count();
        if json {
            println!("{:#}", serde_json::json!(findings));
        } else {
            findings.iter().for_each(|finding| println!("{finding}"));
        }
        match failed {
            0 => Ok(()),
            failed => Err(Error::Unhealthy(failed)),
        }
    }
}

/// Where a node with this configuration serves RPC.
fn local_rpc(config: &Configuration) -> String {
    let first = config.rpc.addr.iter().flatten().next().map(|endpoint| endpoint.listen_addr);
    let address = first.unwrap_or_else(|| (Ipv4Addr::LOCALHOST, config.rpc.port).into());
    format!("http://{}", reachable(address))
}

/// The address at which this machine reaches who listens on all of its addresses.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => (Ipv4Addr::LOCALHOST, v4.port()).into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => (Ipv6Addr::LOCALHOST, v6.port()).into(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_listens_everywhere_is_asked_on_this_machine() {
        let reached = |address: &str| reachable(address.parse().unwrap()).to_string();
        assert_eq!(reached("0.0.0.0:9944"), "127.0.0.1:9944");
        assert_eq!(reached("[::]:9944"), "[::1]:9944");
        assert_eq!(reached("192.0.2.7:9944"), "192.0.2.7:9944");
    }
}

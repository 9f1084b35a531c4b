//! Runs what the command line asks for.

use crate::{
    chain_spec,
    cli::{Cli, Mining, Subcommand},
    database::Folder,
    defaults,
    error::Result,
    ports,
    service::{self, Block, NodeOptions, Partial, ReplaceRules},
};
use sc_cli::SubstrateCli;
use sc_consensus_posw::aux_schema;
use sc_service::Role;

/// Log filter that a node starts with: a line or two for each template would hide what happens to blocks, and libp2p repeats the
/// node's identity.
const QUIET: &str = "basic-authorship=warn,sc_basic_authorship=warn,libp2p_swarm=warn";

/// Parses the command line and runs it to its end.
///
/// # Errors
/// Whatever keeps the node from starting or ends it, or makes the command fail.
pub fn run() -> Result<()> {
    run_with(None)
}

/// As [`run`]; a node that is started judges blocks from elsewhere by the rules that `replace_rules` gives it.
///
/// # Errors
/// As [`run`].
pub fn run_with(replace_rules: Option<ReplaceRules>) -> Result<()> {
    let mut cli = Cli::from_args();
    match cli.subcommand.take() {
        None => run_node(cli, replace_rules),
        Some(subcommand) => run_subcommand(&cli, subcommand),
    }
}

fn run_node(mut cli: Cli, replace_rules: Option<ReplaceRules>) -> Result<()> {
    // A miner needs no identity in the network that others rely on, as a validator does: its network key is made when there is
    // none yet, as that of any other node.
    cli.run.network_params.node_key_params.unsafe_force_node_key_generation = true;
    defaults::listen_addr(&mut cli.run.network_params);
    cli.check_sync_mode()?;
    // What the operator asks for goes before.
    cli.run.shared_params.log.insert(0, QUIET.into());

    let mut runner = cli.create_runner(&cli.run)?;
    let config = runner.config_mut();
    let mining = cli.mining(&*config.chain_spec)?;
    config.role = if mining.is_some() { Role::Authority } else { Role::Full };
    ports::claim(config, mining.as_ref().and_then(Mining::stratum_address))?;
    let options = NodeOptions { mining, limits: cli.limits.clone(), replace_rules };
    let database = Folder::of(&config.database);
    let result = runner.run_node_until_exit(|config| async move { service::start(config, options).await });
    // RPC has threads of its own, which the SDK does not wait for: one that is busy is the last that closes the database.
    if let Some(database) = database {
        database.await_close();
    }
    result
}

fn run_subcommand(cli: &Cli, subcommand: Subcommand) -> Result<()> {
    match subcommand {
        Subcommand::Key(cmd) => cmd.run(),
        Subcommand::NewChain(cmd) => cmd.run(),
        Subcommand::Doctor(cmd) => cmd.run(),
        Subcommand::Recover(cmd) => cmd.run(cli.create_runner(&cmd)?),
        Subcommand::ExportChainSpec(cmd) => Ok(cmd.run(Box::new(chain_spec::load(&cmd.chain)?))?),
        #[allow(deprecated)]
        Subcommand::BuildSpec(cmd) => {
            let runner = cli.create_runner(&cmd)?;
            runner.sync_run(|config| Ok(cmd.run(config.chain_spec, config.network)?))
        }
        Subcommand::CheckBlock(cmd) => cli.create_runner(&cmd)?.async_run(|config| {
            let partial = service::partial(&config)?;
            let import_queue = partial.import_queue(&config, None);
            let Partial { client, task_manager, .. } = partial;
            Ok((async move { Ok(cmd.run(client, import_queue).await?) }, task_manager))
        }),
        Subcommand::ExportBlocks(cmd) => cli.create_runner(&cmd)?.async_run(|config| {
            let Partial { client, task_manager, .. } = service::partial(&config)?;
            Ok((async move { Ok(cmd.run(client, config.database).await?) }, task_manager))
        }),
        Subcommand::ImportBlocks(cmd) => cli.create_runner(&cmd)?.async_run(|config| {
            let partial = service::partial(&config)?;
            let import_queue = partial.import_queue(&config, None);
            let Partial { client, task_manager, .. } = partial;
            Ok((async move { Ok(cmd.run(client, import_queue).await?) }, task_manager))
        }),
        Subcommand::PurgeChain(cmd) => cli.create_runner(&cmd)?.sync_run(|config| Ok(cmd.run(config.database)?)),
        Subcommand::Revert(cmd) => cli.create_runner(&cmd)?.async_run(|config| {
            let Partial { client, backend, task_manager, .. } = service::partial(&config)?;
            let blocks = aux_schema::last_blocks(&*client, cmd.num.parse().map_err(sc_cli::Error::Input)?)?;
            let run = async move {
                cmd.run(client.clone(), backend, None).await?;
                // The records of work go last: one without its block does no harm, a block without one does.
                Ok(aux_schema::forget_removed(&*client, &blocks)?)
            };
            Ok((run, task_manager))
        }),
        Subcommand::ChainInfo(cmd) => cli.create_runner(&cmd)?.sync_run(|config| Ok(cmd.run::<Block>(&config)?)),
    }
}

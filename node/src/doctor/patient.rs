//! A node as it is examined: what is asked of whom.

use super::{
    answers::{Facts, PATIENCE},
    chain, clock,
    database::{self, State},
    finding::Finding,
    keys, listeners, mining, reachable,
};
use crate::{
    chain_spec::{self, TOKEN_DECIMALS},
    cli::Cli,
    database::Folder,
    error::{Error, Result},
    miner::Miner,
    ports::{self, Port},
    rpc_client::RpcClient,
    service::{self, free_mebibytes},
};
use sc_service::Configuration;
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use sp_consensus_posw::{AccountState, NetworkState, PoswApi};
use sp_core::H256;
use std::{net::SocketAddr, path::PathBuf};

/// A node, running or not.
pub(super) struct Patient<'a> {
    pub(super) config: &'a Configuration,
    pub(super) cli: &'a Cli,
    /// The value of `--chain`.
    pub(super) chain: String,
    /// File of the network key; `None` where the key itself was given.
    pub(super) key_file: Option<PathBuf>,
    /// Where its Stratum server listens.
    pub(super) stratum: Option<SocketAddr>,
    pub(super) miner: Option<Miner>,
    pub(super) rpc: RpcClient,
    /// Whether the address of `rpc` was given, and does not follow from the configuration.
    pub(super) rpc_is_given: bool,
}

/// What the chain says of the miner.
struct MinerState {
    miner: Miner,
    account: AccountState,
    network: NetworkState,
}

impl Patient<'_> {
    /// All checks, of which most need what those before have found.
    pub(super) fn examine(&self) -> Vec<Finding> {
        let state = State::open(self.config);
        let mut findings = vec![self.chain(&state)];
        findings.extend(self.database(&state));
        findings.push(keys::judge_node_key(self.key_file.as_deref()));
        findings.push(keys::judge_keystore(&self.config.keystore));
        findings.extend(self.ports(&state));
        let (facts, node) = self.node(&state);
        findings.extend(self.flags(&state, facts.as_ref()));
        findings.push(node);
        findings.extend(self.running(facts.as_ref()));
        findings.extend(self.miner(&state, facts.as_ref()));
        findings
    }

    /// A specification is judged where no node has accepted it yet.
    fn chain(&self, state: &State) -> Finding {
        const CHECK: &str = "chain";
        let name = self.config.chain_spec.name();
        let genesis = match state {
            State::Missing => self.genesis(),
            State::Open(partial) => Ok(partial.client.info().genesis_hash),
            _ => return Finding::ok(CHECK, name),
        };
        match genesis {
            Ok(genesis) => Finding::ok(CHECK, format!("{name}, genesis block {genesis:?}")),
            Err(error) => {
                Finding::fail(CHECK, error.message(), "give --chain with the specification that all nodes have")
            }
        }
    }

    /// Takes seconds.
    fn genesis(&self) -> Result<H256> {
        chain_spec::genesis_hash(&chain_spec::load(&self.chain)?)
    }

    /// What the node itself refuses when it starts.
    fn flags(&self, state: &State, facts: Option<&Facts>) -> Vec<Finding> {
        const CHECK: &str = "flags";
        let limits = &self.cli.limits;
        let max_reorg = match (facts, state) {
            (Some(facts), _) => Some(facts.network.params.stake.max_reorg),
            (None, State::Open(partial)) => service::max_reorg(&partial.client).ok(),
            (None, _) => None,
        };
        let depth = max_reorg.map_or(Ok(()), |max| limits.check_depth(max));
        let refused = [(self.cli.check_sync_mode(), "leave --sync out"), (depth, "leave --finality-depth out")];
        let refused: Vec<_> = refused
            .into_iter()
            .filter_map(|(checked, remedy)| Some(Finding::fail(CHECK, checked.err()?.to_string(), remedy)))
            .collect();
        match limits.finality_depth {
            _ if !refused.is_empty() => refused,
            Some(_) if max_reorg.is_none() => {
                let reason =
                    "neither a database nor a node is there to compare --finality-depth with the chain's max_reorg";
                vec![Finding::unchecked(CHECK, reason)]
            }
            _ => vec![Finding::ok(CHECK, "a node accepts them")],
        }
    }

    fn database(&self, state: &State) -> Vec<Finding> {
        let Some(folder) = Folder::of(&self.config.database) else {
            return vec![Finding::unchecked("database", "it is not on a disk")];
        };
        let mut findings = vec![state.judge(folder.parent())];
        findings.extend(if state.is_in_use() { None } else { database::leftover(&folder) });
        findings.push(match free_mebibytes(folder.parent()) {
            Ok(free) => database::judge_disk(free, self.cli.limits.db_storage_threshold, folder.parent()),
            Err(error) => Finding::unchecked("disk", error.to_string()),
        });
        findings
    }

    fn ports(&self, state: &State) -> Vec<Finding> {
        let node = if let State::InUse(process) = state { *process } else { None };
        let mut ports = ports::of(self.config, self.stratum);
        ports.retain(|port| port.address.port() != 0);
        // One port at several addresses is one, in use where one of them is: a system may lack IPv6.
        ports.sort_by_key(|port| (port.address.port(), port.purpose, !port.is_in_use()));
        ports.dedup_by_key(|port| (port.address.port(), port.purpose));
        let judge = |port: &Port| {
            let owner = listeners::owner(port.address.port());
            listeners::judge(port, port.is_in_use(), owner.as_ref(), state.is_in_use(), node)
        };
        ports.iter().map(judge).collect()
    }

    /// What the node answers, and whether it is the one that is meant.
    fn node(&self, state: &State) -> (Option<Facts>, Finding) {
        const CHECK: &str = "node";
        let url = self.rpc.url();
        let genesis = match self.rpc.block_hash(0) {
            Ok(genesis) => genesis,
            Err(error) if state.is_in_use() => {
                let remedy = "give --rpc-url or --rpc-port as the node has it; where they are right, its log says more";
                return (
                    None,
                    Finding::fail(CHECK, format!("one has the database open, and none answers: {error}"), remedy),
                );
            }
            Err(error) if self.rpc_is_given => {
                let remedy = "give --rpc-url with the address of a node that runs, or leave it out";
                return (None, Finding::fail(CHECK, format!("none answers: {error}"), remedy));
            }
            Err(_) => {
                return (
                    None,
                    Finding::unchecked(CHECK, format!("none answers at {url}: what follows needs one that runs")),
                )
            }
        };
        let expected = match state {
            State::Open(partial) => Some(partial.client.info().genesis_hash),
            State::InUse(Some(process)) if listeners::server(&self.rpc) == Some(*process) => genesis,
            _ => self.genesis().ok(),
        };
        if let Some(expected) = expected.filter(|expected| genesis != Some(*expected)) {
            let found =
                format!("the one at {url} is of another chain: genesis block {genesis:?}, expected {expected:?}");
            return (None, Finding::fail(CHECK, found, "give the --chain and --rpc-url of one node"));
        }
        let (own, is_local) = (self.miner.as_ref().map(|miner| &miner.account), self.rpc.is_local());
        let metrics = self.config.prometheus_config.as_ref().filter(|_| is_local);
        let metrics = metrics.map(|prometheus| reachable(prometheus.port));
        match Facts::observe(|| Facts::ask(&self.rpc, own, metrics), PATIENCE) {
            Ok(facts) => {
                let elsewhere =
                    if is_local { "" } else { ", on another machine: its metrics and its clock are not asked" };
                let found = format!("best block #{}, {} peers, at {url}{elsewhere}", facts.best, facts.health.peers);
                (Some(facts), Finding::ok(CHECK, found))
            }
            Err(error) => {
                (None, Finding::fail(CHECK, error.to_string(), "give --rpc-url of a posw-node of this release"))
            }
        }
    }

    fn running(&self, facts: Option<&Facts>) -> Vec<Finding> {
        let clock = match facts {
            Some(_) if !self.rpc.is_local() => clock::of_another_machine(),
            _ => clock::judge(facts, clock::is_synchronized()),
        };
        let Some(facts) = facts else { return vec![clock] };
        let address = self.miner.as_ref().map(|miner| miner.address(&*self.config.chain_spec));
        vec![
            chain::judge_peers(facts),
            chain::judge_blocks(facts),
            chain::judge_fork(facts),
            chain::judge_finality(facts, self.cli.limits.finality_depth),
            clock,
            mining::judge(facts, address.as_deref()),
        ]
    }

    fn miner(&self, state: &State, facts: Option<&Facts>) -> Vec<Finding> {
        let miner = match self.miner_state(state, facts) {
            None => return Vec::new(),
            Some(Err(reason)) => return vec![Finding::unchecked("stake", reason)],
            Some(Ok(miner)) => miner,
        };
        let MinerState { miner, account, network } = miner;
        let decimals = self.config.chain_spec.properties().get("tokenDecimals").and_then(serde_json::Value::as_u64);
        let decimals = decimals.and_then(|decimals| u32::try_from(decimals).ok()).unwrap_or(TOKEN_DECIMALS);
        let address = miner.address(&*self.config.chain_spec);
        let key = account.sealing_key.to_fixed_bytes();
        let judge_key = |given| keys::judge_sealing_key(given, &address, key, &self.config.keystore);
        // Of a miner that the node tells, the node also tells that it has no work for want of a key.
        let mut findings: Vec<Finding> = self.miner.iter().map(judge_key).collect();
        findings.push(mining::judge_stake(&account, &network, decimals));
        findings
    }

    /// Of the miner that was given, or for whom the node mines: at the node's best block, or at that of the database.
    fn miner_state(&self, state: &State, facts: Option<&Facts>) -> Option<std::result::Result<MinerState, String>> {
        let told = || {
            let miner = facts?.mining.miner.as_deref()?;
            Miner::parse(miner, &*self.config.chain_spec).ok()
        };
        let miner = self.miner.clone().or_else(told)?;
        let asked = match (facts, state) {
            (Some(facts), _) => self
                .rpc
                .runtime("PoswApi_account", &miner.account, facts.best_hash)
                .map(|account| (account, facts.network.clone())),
            (None, State::Open(partial)) => {
                let (api, best) = (partial.client.runtime_api(), partial.client.info().best_hash);
                let account = api.account(best, miner.account.clone());
                account.and_then(|account| Ok((account, api.network(best)?))).map_err(Error::from)
            }
            (None, _) => return Some(Err("neither a database nor a node is there to ask".into())),
        };
        let state = asked.map(|(account, network)| MinerState { miner, account, network });
        Some(state.map_err(|error| error.to_string()))
    }
}

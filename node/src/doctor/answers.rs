//! What a running node answers.

use crate::{error::Result, rpc_client::RpcClient};
use sc_consensus_posw::view::MAX_AHEAD;
use serde::{de::IgnoredAny, Deserialize};
use serde_json::json;
use sp_consensus_posw::{claims_of, NetworkState};
use sp_core::{crypto::Ss58Codec, H256};
use sp_runtime::AccountId32;
use stakework_runtime::opaque::Header;
use std::{
    net::SocketAddr,
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

/// How far back a block of another miner is looked for.
const LOOK_BACK: usize = 64;
/// By chance alone, one block in 22,000 takes longer (e^-10).
const SILENCE: u64 = 10;
/// How long a node that says that it catches up may take to do so.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is looked at.
const POLL: Duration = Duration::from_millis(500);

/// What a node says of itself and of the chain.
pub(super) struct Facts {
    /// This machine's clock, in milliseconds.
    pub(super) now: u64,
    /// Number of the best block.
    pub(super) best: u32,
    /// Its hash.
    pub(super) best_hash: H256,
    /// Number of the finalized block.
    pub(super) finalized: u32,
    /// Time of the first block that is not final, in milliseconds; `None` where all are.
    pub(super) first_open: Option<u64>,
    /// What peers claim to have.
    pub(super) highest: Option<u32>,
    pub(super) health: Health,
    /// For the children of the best block.
    pub(super) network: NetworkState,
    /// `None` where the server does not tell.
    pub(super) peers: Option<Vec<Peer>>,
    /// Blocks of others on forks that finality has cut off, since the node's start; `None` where it shows no metrics.
    pub(super) cut_off: Option<u64>,
    /// The newest block that another miner has mined.
    pub(super) newest_of_others: Option<Stamp>,
    /// Whether that one became another one while the node was looked at.
    pub(super) progress: bool,
    pub(super) mining: Mining,
}

/// Answer of `system_health`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Health {
    pub(super) peers: usize,
    pub(super) is_syncing: bool,
    pub(super) should_have_peers: bool,
}

/// Another node.
pub(super) struct Peer {
    /// Whether its best block is known here.
    pub(super) is_known: bool,
}

/// A block and its time.
#[derive(Clone, Copy)]
pub(super) struct Stamp {
    pub(super) number: u32,
    pub(super) hash: H256,
    /// In milliseconds.
    pub(super) time: u64,
}

/// Answer of `posw_miningInfo`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Mining {
    pub(super) mining: bool,
    pub(super) miner: Option<String>,
    pub(super) held: bool,
    pub(super) enabled: bool,
    pub(super) threads: usize,
    pub(super) duty_cycle: u8,
    pub(super) hash_rate: HashRate,
    pub(super) accepted: u64,
    pub(super) stale: u64,
    pub(super) orphaned: u64,
    pub(super) job: Option<IgnoredAny>,
}

/// Hashes per second.
#[derive(Deserialize)]
pub(super) struct HashRate {
    pub(super) minute: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SyncState {
    highest_block: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PeerInfo {
    best_hash: H256,
}

impl Facts {
    /// Looks at a node with `ask` once, and where that leaves doubts until they are gone, at most for `patience`.
    ///
    /// # Errors
    /// Those of `ask`.
    pub(super) fn observe(mut ask: impl FnMut() -> Result<Self>, patience: Duration) -> Result<Self> {
        let (mut facts, start) = (ask()?, Instant::now());
        let first = facts.newest_of_others.map(|newest| newest.hash);
        while facts.is_doubtful() && !facts.catches_up() && start.elapsed() < patience {
            sleep(POLL.min(patience));
            facts = ask()?;
            let newest = facts.newest_of_others.map(|newest| newest.hash);
            facts.progress = newest.is_some() && newest != first;
        }
        Ok(facts)
    }

    /// Whether the node gets blocks that its peers have had for long. That it is behind is what they claim, and no proof.
    pub(super) fn catches_up(&self) -> bool {
        self.health.is_syncing && self.progress && !self.is_young()
    }

    /// Whether the best block is one of a chain that goes on.
    pub(super) fn is_young(&self) -> bool {
        let limit = self.network.params.difficulty.block_time.saturating_mul(SILENCE).saturating_add(MAX_AHEAD);
        self.best > 0 && self.age() <= limit
    }

    /// Milliseconds since the best block.
    pub(super) fn age(&self) -> u64 {
        self.now.saturating_sub(self.network.time)
    }

    /// Whether the node is behind some of its peers or on another chain than they: one look cannot tell these two apart.
    fn is_doubtful(&self) -> bool {
        self.health.is_syncing || self.peers.iter().flatten().any(|peer| !peer.is_known)
    }

    /// Asks a node; blocks of `miner`, and of whom it mines for, are not those of others. `metrics` is where it serves them.
    ///
    /// # Errors
    /// Where it does not answer what every node of this kind answers.
    pub(super) fn ask(rpc: &RpcClient, miner: Option<&AccountId32>, metrics: Option<SocketAddr>) -> Result<Self> {
        let mining: Mining = rpc.call("posw_miningInfo", json!([]))?;
        let own = mining.miner.as_deref().and_then(|own| AccountId32::from_ss58check_with_version(own).ok());
        let own: Vec<_> = own.map(|(own, _)| own).iter().chain(miner).cloned().collect();
        let best_hash: H256 = rpc.call("chain_getBlockHash", json!([]))?;
        let best = rpc.header(Some(best_hash))?.map_or(0, |header| header.number);
        let finalized: H256 = rpc.call("chain_getFinalizedHead", json!([]))?;
        let finalized = rpc.header(Some(finalized))?.map_or(0, |header| header.number);
        let first_open = match rpc.block_hash(finalized.saturating_add(1))? {
            Some(hash) => Some(rpc.runtime::<NetworkState>("PoswApi_network", (), hash)?.time),
            None => None,
        };
        let highest = rpc.call("system_syncState", json!([])).ok().map(|state: SyncState| state.highest_block);
        Ok(Self {
            best,
            best_hash,
            finalized,
            first_open,
            highest,
            health: rpc.call("system_health", json!([]))?,
            network: rpc.runtime("PoswApi_network", (), best_hash)?,
            peers: peers(rpc)?,
            cut_off: metrics.and_then(cut_off),
            newest_of_others: newest_of_others(best_hash, &own, |hash| rpc.header(Some(hash)))?
                .map(|(number, hash)| stamp(rpc, number, hash))
                .transpose()?,
            progress: false,
            mining,
            // Last: a block that came meanwhile must not look like one from the future.
            now: now(),
        })
    }
}

fn peers(rpc: &RpcClient) -> Result<Option<Vec<Peer>>> {
    // A server that others reach does not tell.
    let Ok(infos) = rpc.call::<Vec<PeerInfo>>("system_peers", json!([])) else { return Ok(None) };
    let known = infos.iter().map(|info| Ok(Peer { is_known: rpc.header(Some(info.best_hash))?.is_some() }));
    known.collect::<Result<_>>().map(Some)
}

/// Number and hash of the newest block on the chain that ends with `best` whose miner is none of `own`.
fn newest_of_others(
    best: H256,
    own: &[AccountId32],
    mut header: impl FnMut(H256) -> Result<Option<Header>>,
) -> Result<Option<(u32, H256)>> {
    let mut hash = best;
    for _ in 0..LOOK_BACK {
        let Some(header) = header(hash)? else { return Ok(None) };
        let Ok(claims) = claims_of(&header.digest) else { return Ok(None) };
        if !own.contains(&claims.miner.into()) {
            return Ok(Some((header.number, hash)));
        }
        hash = header.parent_hash;
    }
    Ok(None)
}

fn stamp(rpc: &RpcClient, number: u32, hash: H256) -> Result<Stamp> {
    let network: NetworkState = rpc.runtime("PoswApi_network", (), hash)?;
    Ok(Stamp { number, hash, time: network.time })
}

fn cut_off(metrics: SocketAddr) -> Option<u64> {
    let page = ureq::get(&format!("http://{metrics}/metrics")).timeout(Duration::from_secs(10)).call().ok()?;
    Some(cut_off_in(&page.into_string().ok()?))
}

/// What a page of metrics says; nothing where none was cut off yet.
fn cut_off_in(page: &str) -> u64 {
    let is_it = |line: &&str| line.starts_with("posw_rejected_total{") && line.contains("stage=\"state\"");
    let line = page.lines().find(is_it);
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or_default()
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
pub(super) mod tests;

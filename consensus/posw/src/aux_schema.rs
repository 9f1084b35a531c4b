//! The records of total work: read, pruned with finality, removed with a revert (R5.1).
//!
//! `sc-consensus-pow` writes one for every block that it imports, under `"PoW:" || hash`. It reads a missing one as zero; we
//! do not.

use crate::{algorithm::Work, error::ImportError, PoswBlock};
use codec::{Decode, Encode};
use sc_client_api::{AuxDataOperations, AuxStore, FinalityNotification, PreCommitActions};
use sc_consensus_pow::{PowAux, POW_AUX_PREFIX};
use sp_blockchain::HeaderBackend;
use sp_core::H256;
use sp_runtime::traits::Header;

/// Version of what this node keeps in auxiliary storage.
pub const SCHEMA_VERSION: u32 = 1;
/// Key of the version.
const VERSION_KEY: &[u8] = b"posw:version";

/// Checks that the database was written under this schema, and marks a new one, which has nothing but genesis.
///
/// # Errors
/// Where it was written under another one, or has blocks and no version.
pub fn check_version<B, C>(client: &C) -> Result<(), ImportError>
where
    B: PoswBlock,
    C: AuxStore + HeaderBackend<B>,
{
    let Some(found) = client.get_aux(VERSION_KEY)? else {
        let best = client.info().best_number;
        if best > 0 {
            return Err(ImportError::NoSchemaVersion { best, expected: SCHEMA_VERSION });
        }
        let version = SCHEMA_VERSION.encode();
        return Ok(client.insert_aux(&[(VERSION_KEY, version.as_slice())], &[])?);
    };
    match u32::decode(&mut &found[..]) {
        Ok(SCHEMA_VERSION) => Ok(()),
        other => Err(ImportError::SchemaVersion { found: other.unwrap_or_default(), expected: SCHEMA_VERSION }),
    }
}

/// Total base work of the chain that ends with a known block.
///
/// # Errors
/// Where a block other than genesis has no record, or one that cannot be read.
///
/// # Consensus
/// R5.1.
pub fn total_work<C: AuxStore>(client: &C, hash: H256, genesis: H256) -> Result<Work, ImportError> {
    match client.get_aux(&key(&hash))? {
        Some(record) => PowAux::<Work>::decode(&mut &record[..])
            .map(|record| record.total_difficulty)
            .map_err(|error| ImportError::CorruptWeight { hash, reason: error.to_string() }),
        None if hash == genesis => Ok(Work::zero()),
        None => Err(ImportError::MissingWeight(hash)),
    }
}

/// Whether there is a record of the total work of a block.
///
/// # Errors
/// Where the database cannot be read.
pub fn has_total_work<C: AuxStore>(client: &C, hash: H256) -> Result<bool, ImportError> {
    Ok(client.get_aux(&key(&hash))?.is_some())
}

/// Has the records of forks that finality cuts off removed, in the same write; those of the canonical chain stay.
pub fn prune_with_finality<B: PoswBlock, C: PreCommitActions<B>>(client: &C) {
    client.register_finality_action(Box::new(stale_records::<B>));
}

/// The removal of the records of all blocks that a finalization makes stale.
fn stale_records<B: PoswBlock>(finality: &FinalityNotification<B>) -> AuxDataOperations {
    let stale = &finality.stale_blocks;
    if !stale.is_empty() {
        log::debug!(target: crate::LOG_TARGET, "Removing the records of {} blocks that finality cuts off", stale.len());
    }
    stale.iter().map(|block| (key(&block.hash), None)).collect()
}

/// The blocks that a revert by `blocks` removes at most: the last ones of the best chain that are not final.
///
/// # Errors
/// Where the database cannot be read.
pub fn last_blocks<B, C>(client: &C, blocks: u32) -> Result<Vec<H256>, ImportError>
where
    B: PoswBlock,
    C: HeaderBackend<B>,
{
    let info = client.info();
    let depth = blocks.min(info.best_number.saturating_sub(info.finalized_number));
    let (mut hash, mut hashes) = (info.best_hash, Vec::new());
    for _ in 0..depth {
        let Some(header) = client.header(hash)? else { break };
        hashes.push(hash);
        hash = *header.parent_hash();
    }
    Ok(hashes)
}

/// Removes the records of those of the `blocks` that are no longer in the database, after a revert.
///
/// # Errors
/// Where the database cannot be read or written.
pub fn forget_removed<B, C>(client: &C, blocks: &[H256]) -> Result<(), ImportError>
where
    B: PoswBlock,
    C: AuxStore + HeaderBackend<B>,
{
    let mut keys = Vec::new();
    for hash in blocks {
        if client.header(*hash)?.is_none() {
            keys.push(key(hash));
        }
    }
    let keys: Vec<&[u8]> = keys.iter().map(Vec::as_slice).collect();
    Ok(client.insert_aux(&[], &keys)?)
}

fn key(hash: &H256) -> Vec<u8> {
    POW_AUX_PREFIX.iter().chain(hash.as_bytes()).copied().collect()
}

//! What is hashed: the signed payload, the commitment and the 80-byte work header (R2.2 to R2.5, R5.2).

use crate::target::CompactBits;
use sha2::{Digest, Sha256};

/// Domain of the sealing signature (R2.2).
const SEAL_DOMAIN: &[u8; 12] = b"posw/seal/v1";
/// Domain of the tie break (R5.2).
const TIE_DOMAIN: &[u8; 11] = b"posw/tie/v1";
/// Domain of a sealing key's proof of possession (R6.5).
const KEY_DOMAIN: &[u8; 11] = b"posw/key/v1";

/// Bytes of the payload that the sealing key signs.
pub const SEAL_PAYLOAD_LEN: usize = 76;
/// Bytes of the payload that proves possession of a sealing key.
pub const KEY_PAYLOAD_LEN: usize = 107;
/// Bytes of a work header.
pub const WORK_HEADER_LEN: usize = 80;

/// What the sealing key signs for one block: `"posw/seal/v1" || genesis hash || pre-hash`.
///
/// # Consensus
/// R2.2.
pub fn seal_payload(genesis_hash: &[u8; 32], pre_hash: &[u8; 32]) -> [u8; SEAL_PAYLOAD_LEN] {
    concat(&[SEAL_DOMAIN, genesis_hash, pre_hash])
}

/// What a sealing key signs to prove possession: `"posw/key/v1" || genesis hash || account || key`.
///
/// # Consensus
/// R6.5.
pub fn key_payload(genesis_hash: &[u8; 32], account: &[u8; 32], key: &[u8; 32]) -> [u8; KEY_PAYLOAD_LEN] {
    concat(&[KEY_DOMAIN, genesis_hash, account, key])
}

/// `SHA-256(pre_hash || signature)`: binds the work to the block and to its signer.
///
/// # Consensus
/// R2.3.
pub fn commitment(pre_hash: &[u8; 32], signature: &[u8; 64]) -> [u8; 32] {
    Sha256::new().chain_update(pre_hash).chain_update(signature).finalize().into()
}

/// The order of blocks of equal weight, read as a little-endian number: the lower one wins.
///
/// # Consensus
/// R5.2.
pub fn tie_break(work_hash: &[u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update(TIE_DOMAIN).chain_update(work_hash).finalize().into()
}

/// SHA-256 of SHA-256.
pub fn sha256d(data: &[u8]) -> [u8; 32] {
    Sha256::digest(Sha256::digest(data)).into()
}

/// The 80 bytes whose double SHA-256 is the work hash, laid out as Bitcoin's block header.
///
/// # Consensus
/// R2.4. `version`, `root`, `time` and `nonce` are free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkHeader {
    /// Free; never read.
    pub version: u32,
    /// See [`commitment`].
    pub commitment: [u8; 32],
    /// Free: the place of the merkle root.
    pub root: [u8; 32],
    /// Free.
    pub time: u32,
    /// Compact form of the effective target.
    pub bits: CompactBits,
    /// Free.
    pub nonce: u32,
}

impl WorkHeader {
    /// The bytes: integers little-endian, hashes in the order in which SHA-256 puts them out.
    pub fn to_bytes(&self) -> [u8; WORK_HEADER_LEN] {
        concat(&[
            &self.version.to_le_bytes(),
            &self.commitment,
            &self.root,
            &self.time.to_le_bytes(),
            &self.bits.to_raw().to_le_bytes(),
            &self.nonce.to_le_bytes(),
        ])
    }

    /// The work hash (R2.5).
    pub fn hash(&self) -> [u8; 32] {
        sha256d(&self.to_bytes())
    }

    /// Whether the work hash meets the target of the header's own bits (R2.5).
    pub fn meets_target(&self) -> bool {
        self.bits.target().is_met_by(&self.hash())
    }
}

/// Joins parts into an array of exactly their length; the callers' constants and tests hold them equal.
pub(crate) fn concat<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut bytes = [0; N];
    let source = parts.iter().flat_map(|part| part.iter());
    bytes.iter_mut().zip(source).for_each(|(to, from)| *to = *from);
    bytes
}

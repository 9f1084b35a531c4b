//! Hashing as the tests do it: from the layout of the work header, with none of the node's code.

use posw_primitives::U256;
use sha2::{Digest, Sha256};

/// Double SHA-256.
pub(crate) fn sha256d(data: &[u8]) -> [u8; 32] {
    Sha256::digest(Sha256::digest(data)).into()
}

/// A hash as the number that is compared with a target.
pub(crate) fn value(hash: [u8; 32]) -> U256 {
    U256::from_little_endian(&hash)
}

/// Tries nonces until the header's hash is not above the target; returns the nonce.
pub(crate) fn solve(header: [u8; 80], target: U256) -> u32 {
    let mut header = header;
    let solved = |nonce: &u32| {
        header[76..].copy_from_slice(&nonce.to_le_bytes());
        value(sha256d(&header)) <= target
    };
    (0..=u32::MAX).find(solved).expect("tests ask for little work")
}

//! What the runtime, its pallets and the client share about Proof-of-StakeWork: the engine's digest items, the sealing key's
//! type, [`PoswApi`] and the traits by which the runtime joins pallets.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod api;
mod digest;
mod glue;

pub use api::*;
pub use digest::{claims_item, claims_of, seal_item, split_seal, ShapeError, ENGINE_ID};
pub use glue::{Author, BaseTarget, EndOfBlock};
pub use posw_primitives as primitives;

use sp_core::crypto::KeyTypeId;

/// Key type under which sealing keys lie in a node's keystore.
pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"posw");

mod sealing {
    use sp_application_crypto::{app_crypto, sr25519};

    app_crypto!(sr25519, super::KEY_TYPE);
}

/// Public sealing key: the hot key that signs for a miner (R2.2).
pub type SealingKey = sealing::Public;
/// Signature of a sealing key.
pub type SealingSignature = sealing::Signature;
#[cfg(feature = "std")]
/// Key pair of a sealing key.
pub type SealingPair = sealing::Pair;

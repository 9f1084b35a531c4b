//! The digest items of a header: exactly one claim, exactly one seal, nothing of another engine (R3.1, R3.2).

use core::fmt;
use posw_primitives::{error::DigestError, Claims, Seal};
use sp_runtime::{
    generic::{Digest, DigestItem},
    traits::Header,
    ConsensusEngineId,
};

/// Engine id of both items; explorers know it as proof of work and show the author.
pub const ENGINE_ID: ConsensusEngineId = sp_consensus_pow::POW_ENGINE_ID;

/// What is wrong with a header's digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShapeError {
    /// Not exactly one pre-runtime item (R3.1).
    ClaimsCount {
        /// Items found.
        found: usize,
    },
    /// Not exactly one seal (R3.2).
    SealCount {
        /// Items found.
        found: usize,
    },
    /// The seal is not the last item (R3.2).
    SealNotLast,
    /// An item carries another engine's id (R3.1, R3.2).
    Engine {
        /// The id found.
        found: ConsensusEngineId,
    },
    /// The payload of an item is malformed.
    Payload(DigestError),
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClaimsCount { found } => write!(f, "{found} pre-runtime digest items, exactly 1 expected"),
            Self::SealCount { found } => write!(f, "{found} seals, exactly 1 expected"),
            Self::SealNotLast => write!(f, "the seal is not the last digest item"),
            Self::Engine { found } => write!(f, "digest item of engine {found:?}, expected {ENGINE_ID:?}"),
            Self::Payload(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for ShapeError {}

impl From<DigestError> for ShapeError {
    fn from(error: DigestError) -> Self {
        Self::Payload(error)
    }
}

/// The pre-runtime item that carries `claims`.
pub fn claims_item(claims: &Claims) -> DigestItem {
    DigestItem::PreRuntime(ENGINE_ID, claims.to_bytes().to_vec())
}

/// The seal item.
pub fn seal_item(seal: &Seal) -> DigestItem {
    DigestItem::Seal(ENGINE_ID, seal.to_bytes().to_vec())
}

/// The claims of a digest that has exactly one pre-runtime item, of this engine and well formed (R3.1).
///
/// # Errors
/// Names what is wrong with the item or with their number.
pub fn claims_of(digest: &Digest) -> Result<Claims, ShapeError> {
    let mut items = digest.logs().iter().filter_map(DigestItem::as_pre_runtime);
    match (items.next(), items.count()) {
        (Some((ENGINE_ID, payload)), 0) => Ok(Claims::from_bytes(payload)?),
        (Some((found, _)), 0) => Err(ShapeError::Engine { found }),
        (None, _) => Err(ShapeError::ClaimsCount { found: 0 }),
        (Some(_), others) => Err(ShapeError::ClaimsCount { found: others.saturating_add(1) }),
    }
}

/// Takes the seal off a header, whose hash is the pre-hash from then on (R2.1, R3.2).
///
/// # Errors
/// Where there is not exactly one seal, of this engine, last and well formed. The header is then unchanged.
pub fn split_seal<H: Header>(header: &mut H) -> Result<Seal, ShapeError> {
    let logs = header.digest().logs();
    let found = logs.iter().filter(|item| item.as_seal().is_some()).count();
    if found != 1 {
        return Err(ShapeError::SealCount { found });
    }
    let seal = match logs.last().and_then(DigestItem::as_seal) {
        Some((ENGINE_ID, payload)) => Seal::from_bytes(payload)?,
        Some((found, _)) => return Err(ShapeError::Engine { found }),
        None => return Err(ShapeError::SealNotLast),
    };
    header.digest_mut().pop();
    Ok(seal)
}

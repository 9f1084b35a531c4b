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
            Self::Engine { found } => {
                let (found, expected) = (found.escape_ascii(), ENGINE_ID.escape_ascii());
                write!(f, "digest item of engine `{found}`, expected `{expected}`")
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use posw_primitives::{BitsError, CompactBits, Factor, FactorError};
    use sp_runtime::traits::BlakeTwo256;

    type TestHeader = sp_runtime::generic::Header<u32, BlakeTwo256>;

    const OTHER: ConsensusEngineId = *b"aura";

    fn claims() -> Claims {
        Claims {
            miner: [1; 32],
            sealing_key: [2; 32],
            bits: CompactBits::try_from(0x1d00_ffff).unwrap(),
            factor: Factor::try_from(20_000_000_000).unwrap(),
        }
    }

    fn seal() -> Seal {
        Seal { version: 3, root: [4; 32], time: 5, nonce: 6, signature: [7; 64] }
    }

    fn digest(logs: Vec<DigestItem>) -> Digest {
        Digest { logs }
    }

    fn header(logs: Vec<DigestItem>) -> TestHeader {
        TestHeader::new(1, Default::default(), Default::default(), Default::default(), digest(logs))
    }

    /// The error, and that the header is as it was.
    fn refused(logs: Vec<DigestItem>) -> ShapeError {
        let mut header = header(logs);
        let before = header.clone();
        let error = split_seal(&mut header).unwrap_err();
        assert_eq!(header, before);
        error
    }

    #[test]
    fn one_claim_is_read_back() {
        assert_eq!(claims_of(&digest(vec![claims_item(&claims())])), Ok(claims()));
    }

    #[test]
    fn items_that_a_runtime_deposits_may_stand_beside_the_claim() {
        let logs = vec![
            claims_item(&claims()),
            DigestItem::RuntimeEnvironmentUpdated,
            DigestItem::Consensus(OTHER, vec![1, 2, 3]),
            DigestItem::Other(vec![4]),
        ];
        assert_eq!(claims_of(&digest(logs.clone())), Ok(claims()));
        let sealed = [logs.clone(), vec![seal_item(&seal())]].concat();
        assert_eq!(claims_of(&digest(sealed.clone())), Ok(claims()));
        let mut header = header(sealed);
        assert_eq!(split_seal(&mut header), Ok(seal()));
        assert_eq!(header.digest.logs, logs);
    }

    #[test]
    fn no_claim_and_two_claims_are_refused() {
        assert_eq!(claims_of(&digest(vec![])), Err(ShapeError::ClaimsCount { found: 0 }));
        assert_eq!(claims_of(&digest(vec![seal_item(&seal())])), Err(ShapeError::ClaimsCount { found: 0 }));
        let twice = vec![claims_item(&claims()), claims_item(&claims())];
        assert_eq!(claims_of(&digest(twice)), Err(ShapeError::ClaimsCount { found: 2 }));
    }

    #[test]
    fn another_engines_claim_is_refused_alone_and_beside_ours() {
        let other = DigestItem::PreRuntime(OTHER, claims().to_bytes().to_vec());
        assert_eq!(claims_of(&digest(vec![other.clone()])), Err(ShapeError::Engine { found: OTHER }));
        for logs in [vec![other.clone(), claims_item(&claims())], vec![claims_item(&claims()), other]] {
            assert_eq!(claims_of(&digest(logs)), Err(ShapeError::ClaimsCount { found: 2 }));
        }
    }

    #[test]
    fn a_claim_has_one_length_and_one_encoding() {
        let bytes = claims().to_bytes().to_vec();
        let read = |payload: Vec<u8>| claims_of(&digest(vec![DigestItem::PreRuntime(ENGINE_ID, payload)]));
        for wrong in [vec![], bytes[1..].to_vec(), [bytes.clone(), vec![0]].concat()] {
            let found = wrong.len();
            assert_eq!(read(wrong), Err(ShapeError::Payload(DigestError::ClaimsLength { found })));
        }
        let mut bits = bytes.clone();
        bits[64..68].copy_from_slice(&0x1e00_00ff_u32.to_le_bytes());
        let error = DigestError::Bits(BitsError::NotCanonical { found: 0x1e00_00ff });
        assert_eq!(read(bits), Err(ShapeError::Payload(error)));
        let mut factor = bytes;
        factor[68..76].copy_from_slice(&999_999_999_u64.to_le_bytes());
        let error = DigestError::Factor(FactorError { found: 999_999_999 });
        assert_eq!(read(factor), Err(ShapeError::Payload(error)));
    }

    #[test]
    fn the_pre_hash_is_the_hash_before_sealing() {
        let unsealed = header(vec![claims_item(&claims())]);
        let mut sealed = header(vec![claims_item(&claims()), seal_item(&seal())]);
        assert_ne!(sealed.hash(), unsealed.hash());
        assert_eq!(split_seal(&mut sealed), Ok(seal()));
        assert_eq!(sealed.hash(), unsealed.hash());
    }

    #[test]
    fn no_seal_and_two_seals_are_refused() {
        assert_eq!(refused(vec![claims_item(&claims())]), ShapeError::SealCount { found: 0 });
        let twice = vec![claims_item(&claims()), seal_item(&seal()), seal_item(&seal())];
        assert_eq!(refused(twice), ShapeError::SealCount { found: 2 });
        let other = DigestItem::Seal(OTHER, seal().to_bytes().to_vec());
        assert_eq!(refused(vec![other, seal_item(&seal())]), ShapeError::SealCount { found: 2 });
    }

    #[test]
    fn the_seal_must_be_last() {
        for last in [claims_item(&claims()), DigestItem::RuntimeEnvironmentUpdated, DigestItem::Other(vec![])] {
            assert_eq!(refused(vec![seal_item(&seal()), last]), ShapeError::SealNotLast);
        }
    }

    #[test]
    fn another_engines_seal_is_refused() {
        let other = DigestItem::Seal(OTHER, seal().to_bytes().to_vec());
        assert_eq!(refused(vec![claims_item(&claims()), other]), ShapeError::Engine { found: OTHER });
    }

    #[test]
    fn a_seal_has_one_length() {
        let bytes = seal().to_bytes().to_vec();
        for wrong in [vec![], bytes[1..].to_vec(), [bytes.clone(), vec![0]].concat()] {
            let found = wrong.len();
            let error = refused(vec![claims_item(&claims()), DigestItem::Seal(ENGINE_ID, wrong)]);
            assert_eq!(error, ShapeError::Payload(DigestError::SealLength { found }));
        }
    }

    #[test]
    fn errors_say_what_was_found_and_expected() {
        let message = ShapeError::ClaimsCount { found: 2 }.to_string();
        assert!(message.contains('2') && message.contains("exactly 1"), "{message}");
        let message = ShapeError::Engine { found: OTHER }.to_string();
        assert!(message.contains("aura") && message.contains("pow_"), "{message}");
    }
}

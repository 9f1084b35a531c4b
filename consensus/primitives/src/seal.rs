//! The two digest items of a block header: what its miner claims, and the seal (R3.1, R3.2).

use crate::{
    error::DigestError,
    factor::Factor,
    header::{commitment, concat, WorkHeader},
    target::CompactBits,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Bytes of the pre-runtime digest's payload.
pub const CLAIMS_LEN: usize = 76;
/// Bytes of the seal's payload.
pub const SEAL_LEN: usize = 108;

/// What a block's pre-runtime digest claims; true when the parent's state gives the same (section 4, check 5).
///
/// # Consensus
/// R3.1: `miner(32) || sealing key(32) || base bits u32 LE || factor u64 LE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Claims {
    /// Account that owns the stake and earns the reward.
    pub miner: [u8; 32],
    /// sr25519 public key whose signature is in the seal.
    pub sealing_key: [u8; 32],
    /// Base target.
    pub bits: CompactBits,
    /// Factor; exactly 1.0 for an unboosted block.
    pub factor: Factor,
}

impl Claims {
    /// The payload.
    pub fn to_bytes(&self) -> [u8; CLAIMS_LEN] {
        let bits = self.bits.to_raw().to_le_bytes();
        let factor = self.factor.billionths().to_le_bytes();
        concat(&[&self.miner, &self.sealing_key, &bits, &factor])
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// Where the length is not [`CLAIMS_LEN`], or else the bits are not canonical or the factor is out of range.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DigestError> {
        let wrong = DigestError::ClaimsLength { found: bytes.len() };
        let mut reader = Reader::of::<CLAIMS_LEN>(bytes).ok_or(wrong)?;
        Ok(Self {
            miner: reader.take().ok_or(wrong)?,
            sealing_key: reader.take().ok_or(wrong)?,
            bits: CompactBits::try_from(u32::from_le_bytes(reader.take().ok_or(wrong)?))?,
            factor: Factor::try_from(u64::from_le_bytes(reader.take().ok_or(wrong)?))?,
        })
    }

    /// Compact form of the target that the work hash must meet (R3.3).
    pub fn effective_bits(&self) -> CompactBits {
        self.bits.target().effective(self.factor)
    }
}

/// What makes a block header's work checkable; every byte of it is under the work hash.
///
/// # Consensus
/// R3.2: `version u32 LE || merkle root(32) || time u32 LE || nonce u32 LE || signature(64)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Version field of the work header.
    pub version: u32,
    /// Merkle root field of the work header.
    pub root: [u8; 32],
    /// Time field of the work header.
    pub time: u32,
    /// Nonce field of the work header.
    pub nonce: u32,
    /// sr25519 signature of the sealing key (R2.2).
    pub signature: [u8; 64],
}

impl Seal {
    /// The payload.
    pub fn to_bytes(&self) -> [u8; SEAL_LEN] {
        let version = self.version.to_le_bytes();
        let (time, nonce) = (self.time.to_le_bytes(), self.nonce.to_le_bytes());
        concat(&[&version, &self.root, &time, &nonce, &self.signature])
    }

    /// Reads a payload.
    ///
    /// # Errors
    /// Where the length is not [`SEAL_LEN`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DigestError> {
        let wrong = DigestError::SealLength { found: bytes.len() };
        let mut reader = Reader::of::<SEAL_LEN>(bytes).ok_or(wrong)?;
        Ok(Self {
            version: u32::from_le_bytes(reader.take().ok_or(wrong)?),
            root: reader.take().ok_or(wrong)?,
            time: u32::from_le_bytes(reader.take().ok_or(wrong)?),
            nonce: u32::from_le_bytes(reader.take().ok_or(wrong)?),
            signature: reader.take().ok_or(wrong)?,
        })
    }

    /// The work header of a block with this seal (R2.4).
    pub fn work_header(&self, pre_hash: &[u8; 32], claims: &Claims) -> WorkHeader {
        WorkHeader {
            version: self.version,
            commitment: commitment(pre_hash, &self.signature),
            root: self.root,
            time: self.time,
            bits: claims.effective_bits(),
            nonce: self.nonce,
        }
    }
}

/// Takes arrays off the front of a slice.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// `None` where there are not exactly `LEN` bytes: a payload has one encoding and nothing behind it.
    fn of<const LEN: usize>(bytes: &'a [u8]) -> Option<Self> {
        (bytes.len() == LEN).then_some(Self(bytes))
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk::<N>()?;
        self.0 = tail;
        Some(*head)
    }
}

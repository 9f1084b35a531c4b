//! Stateless checks: shape, work, signature, body (section 4, checks 1 to 3).
//!
//! Trusts nothing and asks nobody: no state, no clock, no runtime. What is true only in the context of the parent's state is
//! checked by [`crate::import`], which in turn trusts that a block with [`Verified`] among its intermediates has passed here.

use crate::{algorithm::Work, error::RuleError, metrics::Metrics, PoswBlock};
use async_trait::async_trait;
use codec::Encode;
use posw_primitives::{header::seal_payload, Claims, Seal};
use sc_consensus::{BlockImportParams, Verifier};
use sc_consensus_pow::{PowIntermediate, INTERMEDIATE_KEY};
use sp_consensus_posw::{claims_of, seal_item, split_seal};
use sp_core::{sr25519, storage::StateVersion, Pair, H256};
use sp_runtime::traits::{Hash, HashingFor, Header};

/// Key under which the verifier leaves [`Verified`] for the import.
pub const VERIFIED_KEY: &[u8] = b"posw";

/// Most transactions of a block (R3.4).
///
/// Bounds what it costs to find out that a body is not the header's: a transaction needs as little as three bytes on the wire.
pub const MAX_TRANSACTIONS: usize = 32_768;

/// What is known of a header that passed the checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// What the pre-runtime digest claims.
    pub claims: Claims,
    /// The work hash (R2.5).
    pub work_hash: [u8; 32],
}

/// Refuses blocks by their header and body alone.
#[derive(Clone)]
pub struct PoswVerifier {
    genesis: H256,
    metrics: Metrics,
}

impl PoswVerifier {
    /// A verifier of the chain with this genesis block.
    pub fn new(genesis: H256, metrics: Metrics) -> Self {
        Self { genesis, metrics }
    }

    /// Checks a block and prepares it for the import: takes the seal off the header, leaves what the import needs.
    ///
    /// # Errors
    /// The first rule that the block breaks.
    pub fn prepare<B: PoswBlock>(&self, mut block: BlockImportParams<B>) -> Result<BlockImportParams<B>, RuleError> {
        let checked = self.check::<B>(&mut block);
        checked.inspect_err(|error| self.metrics.rejected(error.stage()))?;
        Ok(block)
    }

    fn check<B: PoswBlock>(&self, block: &mut BlockImportParams<B>) -> Result<(), RuleError> {
        let post_hash = block.header.hash();
        let mut header = block.header.clone();
        let (verified, seal) = check_header(&self.genesis, &mut header)?;
        if let Some(body) = &block.body {
            check_body::<B>(header.extrinsics_root(), body)?;
        }
        // This chain makes none, no rule binds them to the block, and what is stored is served to others.
        block.justifications = None;
        block.header = header;
        block.post_digests.push(seal_item(&seal));
        block.post_hash = Some(post_hash);
        let difficulty: Option<Work> = Some(verified.claims.bits.work());
        block.insert_intermediate(INTERMEDIATE_KEY, PowIntermediate { difficulty });
        block.insert_intermediate(VERIFIED_KEY, verified);
        Ok(())
    }
}

#[async_trait]
impl<B: PoswBlock> Verifier<B> for PoswVerifier {
    async fn verify(&self, block: BlockImportParams<B>) -> Result<BlockImportParams<B>, String> {
        self.prepare(block).map_err(|error| error.to_string())
    }
}

/// Checks 1, 2 and 3 of a header, the body apart; takes its seal off.
///
/// # Errors
/// The first rule that the header breaks; the header is then in an unspecified state.
pub fn check_header<H: Header<Hash = H256>>(genesis: &H256, header: &mut H) -> Result<(Verified, Seal), RuleError> {
    let claims = claims_of(header.digest())?;
    let seal = split_seal(header)?;
    let pre_hash = header.hash();
    let work_hash = check_work(&pre_hash, &claims, &seal)?;
    check_signature(genesis, &pre_hash, &claims, &seal)?;
    Ok((Verified { claims, work_hash }, seal))
}

/// The work hash of a sealed header that is known to be well formed; `None` for genesis, which has no seal.
pub(crate) fn work_hash<H: Header<Hash = H256>>(mut header: H) -> Option<[u8; 32]> {
    let claims = claims_of(header.digest()).ok()?;
    let seal = split_seal(&mut header).ok()?;
    Some(seal.work_header(header.hash().as_fixed_bytes(), &claims).hash())
}

/// Check 2: the work hash meets the claimed target. Returns the work hash.
pub(crate) fn check_work(pre_hash: &H256, claims: &Claims, seal: &Seal) -> Result<[u8; 32], RuleError> {
    let work = seal.work_header(pre_hash.as_fixed_bytes(), claims);
    let hash = work.hash();
    if work.bits.target().is_met_by(&hash) {
        Ok(hash)
    } else {
        Err(RuleError::Work { found: H256(hash), allowed: work.bits })
    }
}

/// Check 3: the seal's signature is the claimed key's.
fn check_signature(genesis: &H256, pre_hash: &H256, claims: &Claims, seal: &Seal) -> Result<(), RuleError> {
    let payload = seal_payload(genesis.as_fixed_bytes(), pre_hash.as_fixed_bytes());
    let key = sr25519::Public::from_raw(claims.sealing_key);
    let signature = sr25519::Signature::from_raw(seal.signature);
    if sr25519::Pair::verify(&signature, payload, &key) {
        Ok(())
    } else {
        Err(RuleError::Signature { key })
    }
}

/// Check 3: the body is the one that the header commits to, and not too long to be looked at.
///
/// Which form of the trie a chain uses for the root is a property of its runtime, which is not asked here. Both forms bind
/// every byte of the body; execution compares the root with the runtime's own form.
fn check_body<B: PoswBlock>(expected: &H256, body: &[B::Extrinsic]) -> Result<(), RuleError> {
    if body.len() > MAX_TRANSACTIONS {
        return Err(RuleError::Transactions { found: body.len(), allowed: MAX_TRANSACTIONS });
    }
    let root = |version| {
        let extrinsics = body.iter().map(Encode::encode).collect();
        <HashingFor<B> as Hash>::ordered_trie_root(extrinsics, version)
    };
    let found = root(StateVersion::V1);
    if found == *expected || root(StateVersion::V0) == *expected {
        Ok(())
    } else {
        Err(RuleError::Body { found, expected: *expected })
    }
}

//! Real blocks: claims, a signature and work at a target of a few thousand hashes.

use codec::Encode;
use posw_primitives::{header::seal_payload, Claims, CompactBits, Factor, Seal};
use sp_consensus_posw::{claims_item, seal_item};
use sp_core::{storage::StateVersion, H256};
use sp_keyring::Sr25519Keyring as Key;
use sp_runtime::{
    generic::{self, Digest, DigestItem},
    traits::{BlakeTwo256, Hash, Header as _},
    OpaqueExtrinsic,
};

pub(crate) type Header = generic::Header<u32, BlakeTwo256>;
pub(crate) type Block = generic::Block<Header, OpaqueExtrinsic>;

/// Base target of 4,095 hashes.
pub(crate) const BASE: u32 = 0x1f10_0000;
/// A base target twice as hard.
pub(crate) const HARDER: u32 = 0x1f08_0000;
/// The chain's easiest base target, of 256 hashes.
pub(crate) const LIMIT: u32 = 0x2000_ffff;

pub(crate) fn bits(raw: u32) -> CompactBits {
    CompactBits::try_from(raw).expect("canonical")
}

pub(crate) fn factor(units: u64) -> Factor {
    Factor::try_from(units * 1_000_000_000).expect("in range")
}

pub(crate) fn id(key: Key) -> [u8; 32] {
    key.public().0
}

pub(crate) fn extrinsic(bytes: &[u8]) -> OpaqueExtrinsic {
    OpaqueExtrinsic::from_blob(bytes.to_vec())
}

pub(crate) fn genesis() -> Header {
    Header::new(0, H256::zero(), H256::repeat_byte(7), H256::zero(), Digest::default())
}

/// A block as it goes over the network.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) header: Header,
    pub(crate) body: Vec<OpaqueExtrinsic>,
}

impl Sealed {
    pub(crate) fn hash(&self) -> H256 {
        self.header.hash()
    }
}

/// A block to be: as the fake runtime wants it unless a test changes something.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) parent: H256,
    pub(crate) number: u32,
    pub(crate) claims: Claims,
    pub(crate) body: Vec<OpaqueExtrinsic>,
    /// Digest items that the runtime deposited.
    pub(crate) deposited: Vec<DigestItem>,
    /// Who signs.
    pub(crate) signer: Key,
    /// Genesis of the chain that is signed for.
    pub(crate) genesis: H256,
    /// Form of the trie that gives the body's root.
    pub(crate) root_version: StateVersion,
    /// Whether the work is done.
    pub(crate) solved: bool,
}

/// Alice's next block, without a boost.
pub(crate) fn draft(parent: &Header) -> Draft {
    let claims = Claims { miner: id(Key::Alice), sealing_key: id(Key::Alice), bits: bits(BASE), factor: Factor::ONE };
    Draft {
        parent: parent.hash(),
        number: parent.number + 1,
        claims,
        body: vec![extrinsic(b"time"), extrinsic(&[3; 60])],
        deposited: Vec::new(),
        signer: Key::Alice,
        genesis: genesis().hash(),
        root_version: StateVersion::V1,
        solved: true,
    }
}

impl Draft {
    pub(crate) fn by(mut self, miner: Key) -> Self {
        (self.claims.miner, self.claims.sealing_key, self.signer) = (id(miner), id(miner), miner);
        self
    }

    pub(crate) fn factor(mut self, units: u64) -> Self {
        self.claims.factor = factor(units);
        self
    }

    pub(crate) fn bits(mut self, raw: u32) -> Self {
        self.claims.bits = bits(raw);
        self
    }

    /// Makes the block another one than its siblings.
    pub(crate) fn marked(mut self, mark: u8) -> Self {
        self.body.push(extrinsic(&[mark]));
        self
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Signs and solves.
    pub(crate) fn seal(self) -> Sealed {
        let mut logs = vec![claims_item(&self.claims)];
        logs.extend(self.deposited);
        let root = body_root(&self.body, self.root_version);
        let mut header = Header::new(self.number, root, H256::repeat_byte(9), self.parent, Digest { logs });
        let payload = seal_payload(self.genesis.as_fixed_bytes(), header.hash().as_fixed_bytes());
        let signature = self.signer.sign(&payload).0;
        let seal = solve(&header, &self.claims, signature, self.solved);
        header.digest.push(seal_item(&seal));
        Sealed { header, body: self.body }
    }
}

pub(crate) fn body_root(body: &[OpaqueExtrinsic], version: StateVersion) -> H256 {
    BlakeTwo256::ordered_trie_root(body.iter().map(Encode::encode).collect(), version)
}

/// The first seal whose work is enough, or the first whose work is not.
fn solve(unsealed: &Header, claims: &Claims, signature: [u8; 64], solved: bool) -> Seal {
    let pre_hash = unsealed.hash();
    let seal = |nonce| Seal { version: 0x2000_0000, root: [5; 32], time: 1_700_000_000, nonce, signature };
    (0..u32::MAX)
        .map(seal)
        .find(|seal| seal.work_header(pre_hash.as_fixed_bytes(), claims).meets_target() == solved)
        .expect("the target is easy")
}

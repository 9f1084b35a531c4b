//! False blocks, as many as are asked for.

use super::relay::{self, Asked, Body};
use crate::common::rpc::Rpc;
use posw_primitives::{header::seal_payload, Claims, CompactBits, Factor, Seal};
use sc_consensus_posw::MAX_TRANSACTIONS;
use sp_consensus_posw::{claims_item, claims_of, seal_item};
use sp_core::H256;
use sp_keyring::Sr25519Keyring::Ferdie;
use sp_runtime::{generic::Digest, traits::Header as _};
use stakework_runtime::opaque::Header;
use std::collections::HashMap;

/// What is false about a block. Where its work is not, that is done, for the easiest target that serves the lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lie {
    /// There is no seal.
    Shape,
    /// The work was not done.
    Work,
    /// The signature is nobody's.
    Signature,
    /// The target is not that of the parent's state, and far too easy.
    Target,
    /// As [`Self::Target`], and the block is far above its parent.
    Height,
    /// The body is not the one that the header stands for, and as long as it may be.
    Body,
    /// The body is longer than it may be.
    Long,
    /// The factor is the largest that there can be, for a miner without stake.
    Factor,
    /// Nothing is announced. The handshake tells a best block far above the others, of which nothing is there to see.
    Ahead,
}

/// How far above the others [`Lie::Height`] and [`Lie::Ahead`] say that a block is.
const FAR: u32 = 1_000;
/// How many times easier than its parent's a lie about the body takes the base target: about as much as anybody listens to
/// (SPEC 4).
const EASIER: u64 = 16;
/// How many times as many transactions as it may a block of [`Lie::Long`] has.
const LONGER: usize = 10;

/// Makes headers on the best block that it was told of.
pub(super) struct Forger {
    lie: Lie,
    /// Of a node that has the chain.
    rpc: Rpc,
    genesis: H256,
    max_boost: Factor,
    best: Header,
    body: Body,
    made: u64,
    /// Headers whose blocks can be asked for.
    blocks: HashMap<H256, Header>,
}

impl Forger {
    /// One that knows a node's chain and best block.
    pub(super) fn new(lie: Lie, rpc: &Rpc) -> Self {
        let (hash, best) = rpc.best();
        let max_boost = rpc.network(hash).params.stake.max_boost;
        let length = if lie == Lie::Long { LONGER * MAX_TRANSACTIONS } else { MAX_TRANSACTIONS };
        let (genesis, body) = (rpc.genesis_hash(), Body::of(length));
        Self { lie, rpc: rpc.clone(), genesis, max_boost, best, body, made: 0, blocks: HashMap::new() }
    }

    /// Forges on another block from now on, where that is higher.
    pub(super) fn follow(&mut self, best: Header) {
        if best.number > self.best.number {
            self.best = best;
        }
    }

    /// Number and hash of the best block, as the handshake tells them.
    pub(super) fn best(&self) -> (u32, H256) {
        match self.lie {
            Lie::Ahead => (self.best.number + FAR, H256::repeat_byte(1)),
            _ => (self.best.number, self.best.hash()),
        }
    }

    /// Whether there is something to announce.
    pub(super) fn announces(&self) -> bool {
        self.lie != Lie::Ahead
    }

    /// Genesis of the chain.
    pub(super) fn genesis(&self) -> H256 {
        self.genesis
    }

    /// A header that there was not before.
    pub(super) fn forge(&mut self) -> Header {
        self.made += 1;
        let claims = self.claims();
        let number = self.best.number + if self.lie == Lie::Height { FAR } else { 1 };
        let body = if self.lie == Lie::Body { H256::zero() } else { self.body.root() };
        let digest = Digest { logs: vec![claims_item(&claims)] };
        let mut header = Header::new(number, body, H256::from_low_u64_be(self.made), self.best.hash(), digest);
        if self.lie != Lie::Shape {
            header.digest.push(seal_item(&self.seal(&header, &claims)));
        }
        if matches!(self.lie, Lie::Body | Lie::Long | Lie::Factor) {
            self.blocks.insert(header.hash(), header.clone());
        }
        header
    }

    /// The answer to a request: a forged block by its hash, or a header of the chain by its number, with which a search for a
    /// common block ends well.
    pub(super) fn answer(&mut self, request: &[u8]) -> Option<Vec<u8>> {
        match relay::asked_for(request)? {
            Asked::Hash(hash) => Some(relay::answer(&self.blocks.remove(&hash)?, Some(&self.body))),
            Asked::Number(number) => {
                let header = self.rpc.block_hash(number).and_then(|hash| self.rpc.header(hash))?;
                Some(relay::answer(&header, None))
            }
        }
    }

    /// Nobody asks for the blocks made so far any more.
    pub(super) fn forget(&mut self) {
        self.blocks.clear();
    }

    fn claims(&self) -> Claims {
        let honest = claims_of(&self.best.digest).expect("every block carries claims");
        let (bits, factor) = match self.lie {
            Lie::Work => (honest.bits, Factor::ONE),
            Lie::Body | Lie::Long => (honest.bits.target().scaled(EASIER, 1).to_compact(), self.max_boost),
            Lie::Factor => (honest.bits, self.max_boost),
            Lie::Shape | Lie::Signature | Lie::Target | Lie::Height | Lie::Ahead => {
                (CompactBits::POW_LIMIT, Factor::ONE)
            }
        };
        Claims { miner: Ferdie.to_account_id().into(), sealing_key: Ferdie.public().0, bits, factor }
    }

    fn seal(&self, header: &Header, claims: &Claims) -> Seal {
        let pre_hash = header.hash().to_fixed_bytes();
        let signature = match self.lie {
            Lie::Work | Lie::Signature => [1; 64],
            _ => Ferdie.sign(&seal_payload(self.genesis.as_fixed_bytes(), &pre_hash)).0,
        };
        let seal = Seal { version: 0, root: [0; 32], time: 0, nonce: 0, signature };
        let mut work = seal.work_header(&pre_hash, claims);
        while self.lie != Lie::Work && !work.meets_target() {
            work.nonce += 1;
        }
        Seal { nonce: work.nonce, ..seal }
    }
}

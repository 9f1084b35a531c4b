//! How long it takes to refuse a block at each check of section 4: of a chain's last block but one, the child is changed.

use crate::{chain::Chain, opened::Opened, turns::median};
use codec::{Compact, Decode, Encode};
use posw_primitives::{header::seal_payload, Claims, Factor, Seal};
use sc_consensus::ImportResult;
use sp_blockchain::HeaderBackend;
use sp_consensus::BlockOrigin::{self, NetworkBroadcast, NetworkInitialSync};
use sp_consensus_posw::{claims_item, claims_of, seal_item, split_seal};
use sp_core::{storage::StateVersion, H256};
use sp_keyring::Sr25519Keyring::Alice;
use sp_runtime::{
    generic::DigestItem,
    traits::{BlakeTwo256, Hash, Header as _},
    OpaqueExtrinsic,
};
use stakework_node::service::Block;
use std::time::Instant;

/// Blocks below the one that is changed, at most.
const PARENTS: usize = 200;
/// Times that each block is refused.
const TIMES: usize = 300;

/// Prints the time of each check's refusal.
pub(crate) fn run(chain: &Chain) {
    let opened = Opened::new(chain);
    let rules = opened.rules();
    let mut blocks = chain.blocks(PARENTS);
    let last = blocks.pop().expect("the chain has blocks");
    for block in blocks {
        let result = opened.receive(&rules, block, BlockOrigin::File);
        assert!(matches!(result, Ok(ImportResult::Imported(_))), "{result:?}");
    }
    let genesis = opened.parts.client.info().genesis_hash;
    println!("a block with {} transfers is refused by", last.extrinsics.len() - 1);
    for Case { check, block, origin, expected } in cases(&Draft::of(last, genesis)) {
        let times = (0..TIMES).map(|_| {
            let (block, start) = (block.clone(), Instant::now());
            let result = opened.receive(&rules, block, origin);
            let time = start.elapsed();
            match (&result, &expected) {
                (Err(error), Expected::Error(text)) => assert!(error.starts_with(text), "{check}: {error}"),
                (Ok(found), Expected::Result(result)) => assert_eq!(found, result, "{check}"),
                _ => panic!("{check}: {result:?}"),
            }
            time
        });
        println!("  {check:<12} {:>8.1} µs", median(times.collect()).as_nanos() as f64 / 1_000.0);
    }
}

/// A block that one check refuses.
struct Case {
    check: &'static str,
    block: Block,
    origin: BlockOrigin,
    expected: Expected,
}

/// What comes back.
enum Expected {
    Error(&'static str),
    Result(ImportResult),
}

fn cases(good: &Draft) -> [Case; 8] {
    let refused = |check, block, text| Case { check, block, origin: NetworkBroadcast, expected: Expected::Error(text) };
    let judged = |check, block, origin, result| Case { check, block, origin, expected: Expected::Result(result) };
    let boosted = good.with(|draft| draft.claims.factor = Factor::MAX).seal();
    [
        refused("shape", good.with(|draft| draft.deposited.push(claims_item(&draft.claims))).seal(), "bad shape"),
        refused("work", good.with(|draft| draft.solved = false).seal(), "not enough work"),
        refused("signature", good.with(|draft| draft.genesis = H256::zero()).seal(), "bad signature"),
        refused(
            "body",
            {
                let mut block = good.seal();
                block.extrinsics.push(block.extrinsics[0].clone());
                block
            },
            "bad body",
        ),
        judged("plausibility", boosted.clone(), NetworkBroadcast, ImportResult::MissingState),
        judged("claims", boosted, NetworkInitialSync, ImportResult::KnownBad),
        judged("inherents", good.with(Draft::postpone).seal(), NetworkInitialSync, ImportResult::MissingState),
        judged(
            "execution",
            good.with(|draft| draft.state_root = H256::zero()).seal(),
            NetworkInitialSync,
            ImportResult::KnownBad,
        ),
    ]
}

/// A block before it is sealed.
#[derive(Clone)]
struct Draft {
    number: u32,
    parent: H256,
    state_root: H256,
    claims: Claims,
    /// Digest items behind the claims.
    deposited: Vec<DigestItem>,
    body: Vec<OpaqueExtrinsic>,
    /// Genesis of the chain that is signed for.
    genesis: H256,
    /// Whether the work is done.
    solved: bool,
}

impl Draft {
    /// What is known to be a good block of Alice's.
    fn of(block: Block, genesis: H256) -> Self {
        let mut header = block.header;
        let claims = claims_of(&header.digest).expect("the block is good");
        split_seal(&mut header).expect("the block is good");
        Self {
            number: header.number,
            parent: header.parent_hash,
            state_root: header.state_root,
            claims,
            deposited: header.digest.logs.split_off(1),
            body: block.extrinsics,
            genesis,
            solved: true,
        }
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut draft = self.clone();
        change(&mut draft);
        draft
    }

    /// Sets the block's time, the first transaction, an hour ahead.
    fn postpone(&mut self) {
        let call = Vec::<u8>::decode(&mut &self.body[0].encode()[..]).expect("an opaque extrinsic is bytes");
        // Version, pallet and call have a byte each.
        let (head, mut time) = call.split_at(3);
        let Compact(time) = Compact::<u64>::decode(&mut time).expect("the argument is the time");
        self.body[0] = OpaqueExtrinsic::from_blob([head, &Compact(time + 3_600_000).encode()].concat());
    }

    /// Signs as Alice, and works or not.
    fn seal(&self) -> Block {
        type Header = stakework_runtime::opaque::Header;
        let body = self.body.iter().map(Encode::encode).collect();
        let root = BlakeTwo256::ordered_trie_root(body, StateVersion::V1);
        let logs = [&[claims_item(&self.claims)], &self.deposited[..]].concat();
        let mut header = Header::new(self.number, root, self.state_root, self.parent, sp_runtime::Digest { logs });
        let pre_hash = header.hash();
        let signature = Alice.sign(&seal_payload(self.genesis.as_fixed_bytes(), pre_hash.as_fixed_bytes())).0;
        let seal = (0..u32::MAX)
            .map(|nonce| Seal { version: 0, root: [0; 32], time: 0, nonce, signature })
            .find(|seal| seal.work_header(pre_hash.as_fixed_bytes(), &self.claims).meets_target() == self.solved)
            .expect("the chain's blocks take little work");
        header.digest.push(seal_item(&seal));
        Block { header, extrinsics: self.body.clone() }
    }
}

//! Requests for blocks and their answers, as the SDK's `api.v1.proto` has them in protocol buffers.

use codec::{Decode, Encode};
use sp_core::{storage::StateVersion, H256};
use sp_runtime::traits::{BlakeTwo256, Hash};
use stakework_runtime::opaque::Header;

/// Longest message.
pub(super) const MAX_SIZE: usize = 16 << 20;

/// Type of a field that is so many bytes, behind their number.
const BYTES: u64 = 2;
/// The hash in a request.
const FROM_HASH: u64 = 2;
/// The number in a request.
const FROM_NUMBER: u64 = 3;
/// The list of blocks in an answer.
const BLOCKS: u64 = 1;
// Parts of a block there.
const HASH: u64 = 1;
const HEADER: u64 = 2;
const BODY: u64 = 3;

/// A block's body.
pub(super) struct Body {
    root: H256,
    /// As an answer has it.
    fields: Vec<u8>,
}

impl Body {
    /// So many of the shortest transactions: little to send, and long to look at.
    pub(super) fn of(number: usize) -> Self {
        let transaction = Vec::<u8>::new().encode();
        let fields = field(BODY, &transaction).repeat(number);
        Self { root: BlakeTwo256::ordered_trie_root(vec![transaction; number], StateVersion::V1), fields }
    }

    /// What a header says of it.
    pub(super) fn root(&self) -> H256 {
        self.root
    }
}

/// Protocol of the requests on the chain with this genesis block.
pub(super) fn protocol(genesis: H256) -> String {
    format!("/{}/sync/2", array_bytes::bytes2hex("", genesis))
}

/// The block that somebody wants.
pub(super) enum Asked {
    Hash(H256),
    Number(u32),
}

/// Which block is asked for; `None` where the request does not say that.
pub(super) fn asked_for(mut request: &[u8]) -> Option<Asked> {
    loop {
        let key = take_number(&mut request)?;
        // The value, or its length.
        let value = take_number(&mut request)?;
        if key & 7 == BYTES {
            let (bytes, rest) = request.split_at_checked(usize::try_from(value).ok()?)?;
            match key >> 3 {
                FROM_HASH => return bytes.try_into().ok().map(H256).map(Asked::Hash),
                FROM_NUMBER => return Decode::decode(&mut &bytes[..]).ok().map(Asked::Number),
                _ => request = rest,
            }
        }
    }
}

/// The answer with a single block, or its header alone.
pub(super) fn answer(header: &Header, body: Option<&Body>) -> Vec<u8> {
    let (hash, header) = (field(HASH, header.hash().as_bytes()), field(HEADER, &header.encode()));
    field(BLOCKS, &[&hash[..], &header, body.map_or(&[], |body| &body.fields)].concat())
}

fn field(number: u64, bytes: &[u8]) -> Vec<u8> {
    [&encoded((number << 3) | BYTES)[..], &encoded(bytes.len() as u64), bytes].concat()
}

/// Seven bits a byte, the lowest first; all bytes but the last have their highest bit set.
fn encoded(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
    bytes
}

/// Takes a number off the front.
fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let length = 1 + bytes.iter().take(9).position(|byte| byte & 0x80 == 0)?;
    let (number, rest) = bytes.split_at(length);
    *bytes = rest;
    Some(number.iter().rev().fold(0, |number, byte| (number << 7) | u64::from(byte & 0x7f)))
}

//! Changes one part of a block.

use sc_consensus::BlockImportParams;
use sp_runtime::{DigestItem, OpaqueExtrinsic};
use stakework_node::service::Block;
use std::{io, str::FromStr};

/// The part of a block that is changed.
#[derive(Clone, Copy)]
pub(crate) enum Part {
    /// The seal.
    Seal,
    /// The pre-runtime digest, which carries the claims.
    Digest,
    /// The first transaction. The header, and so the block's hash, stays as it is.
    Body,
}

impl FromStr for Part {
    type Err = io::Error;

    fn from_str(name: &str) -> io::Result<Self> {
        match name {
            "seal" => Ok(Self::Seal),
            "digest" => Ok(Self::Digest),
            "body" => Ok(Self::Body),
            _ => Err(io::Error::other(format!("`{name}` is no part of a block: seal, digest, body"))),
        }
    }
}

impl Part {
    /// A verified block with the first byte of this part changed.
    pub(crate) fn tampered(self, block: &BlockImportParams<Block>) -> BlockImportParams<Block> {
        let mut tampered = BlockImportParams::<Block>::new(block.origin, block.header.clone());
        tampered.post_digests = block.post_digests.clone();
        tampered.body = block.body.clone();
        match self {
            Self::Seal => change_digest(&mut tampered.post_digests),
            Self::Digest => change_digest(&mut tampered.header.digest.logs),
            Self::Body => {
                let first = tampered.body.iter_mut().flatten().next().expect("each block sets its time");
                let mut bytes = first.inner().to_vec();
                change(&mut bytes);
                *first = OpaqueExtrinsic::from_blob(bytes);
            }
        }
        tampered
    }
}

/// Changes the pre-runtime digest or seal among the items.
fn change_digest(items: &mut [DigestItem]) {
    let bytes = items.iter_mut().find_map(|item| match item {
        DigestItem::PreRuntime(_, bytes) | DigestItem::Seal(_, bytes) => Some(bytes),
        _ => None,
    });
    change(bytes.expect("a verified block has both"));
}

fn change(bytes: &mut [u8]) {
    *bytes.first_mut().expect("no part of a block is empty") ^= 1;
}

//! Peers, clients and transactions at full speed: what they cost a node, and where its limits are.

mod blocks;
mod forger;
mod headers;
mod height;
mod liar;
mod observe;
mod relay;
mod rpc;
mod transactions;
mod victim;
mod websocket;

use crate::common::spec::Spec;

/// A chain without boosts whose first blocks take a million hashes each, so that a busy machine finds one or more a second.
fn spec() -> Spec {
    Spec::fast().with_boost(1).with("/difficulty/startingBits", 0x1e0f_ffff)
}

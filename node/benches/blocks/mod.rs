//! Blocks that a bench makes when it wants them, with so many transfers.

use crate::common::{
    extrinsic::{signed_with_nonce, submit},
    rpc::Rpc,
    wait::until,
};
use posw_primitives::{CompactBits, WorkHeader};
use posw_sealer::{Kernel, RootUse};
use serde_json::{json, Value};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave};
use stakework_runtime::{Runtime, RuntimeCall};
use std::{ops::ControlFlow, time::Duration};

/// What a node answers to a transfer where the one with the same nonce is still there that the last block left over.
const REPLACES_ANOTHER: u32 = 1_014;

/// Has a node that mines with no thread of its own make one block with so many transfers.
pub(crate) fn mine(rpc: &Rpc, kernel: Kernel, transfers: u32) {
    for (from, share) in [(Bob, 2), (Charlie, 1), (Dave, 1)] {
        let nonce = rpc.call("system_accountNextIndex", &[json!(from.to_account_id())]).as_u64().expect("a number");
        let nonce = u32::try_from(nonce).expect("small");
        for index in 0..transfers * share / 4 {
            let call = pallet_balances::Call::<Runtime>::transfer_keep_alive {
                dest: sp_runtime::MultiAddress::Id(Alice.to_account_id()),
                value: 1_000_000_000_000,
            };
            if let Err(error) = submit(rpc, &signed_with_nonce(rpc, from, RuntimeCall::from(call), nonce + index)) {
                assert_eq!(error["code"], REPLACES_ANOTHER, "{error}");
            }
        }
    }
    let job = || rpc.call("posw_getWork", &[])["jobId"].clone();
    let before = job();
    if transfers > 0 {
        until("the transfers are in the work", Duration::from_secs(20), || (job() != before).then_some(()));
    }
    let number = rpc.best_number();
    while rpc.best_number() == number {
        let work = rpc.call("posw_getWork", &[]);
        let header = solve(&work, kernel);
        let root = array_bytes::bytes2hex("0x", header.root);
        let solution = [work["jobId"].clone(), json!(0), json!(root), json!(header.time), json!(header.nonce)];
        rpc.call("posw_submitWork", &solution);
    }
}

fn solve(work: &Value, kernel: Kernel) -> WorkHeader {
    let bytes = array_bytes::hex2bytes(work["header"].as_str().expect("hex")).expect("hex");
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
    let part = |at: usize| <[u8; 32]>::try_from(&bytes[at..at + 32]).expect("32 bytes");
    let bits = CompactBits::try_from(number(72)).expect("valid");
    let header =
        WorkHeader { version: number(0), commitment: part(4), root: part(36), time: number(68), bits, nonce: 0 };
    let engine = kernel.engine().expect("chosen from the available ones");
    let mut solved = None;
    engine.prepare(&header, bits.target(), RootUse::Fixed).scan(0..=u32::MAX, &mut |found| {
        solved = Some(found);
        ControlFlow::Break(())
    });
    solved.expect("little work")
}

//! More transactions than the pool takes: valid ones, such as come too early, and junk.

use super::{observe::Observed, spec};
use crate::common::{
    extrinsic::{signed_with_nonce, submit},
    process::{turn, Node},
    rpc::Rpc,
    wait::until,
};
use serde_json::{json, Value};
use sp_keyring::Sr25519Keyring::{self, Alice, One};
use sp_runtime::{AccountId32, MultiAddress};
use stakework_runtime::{
    constants::{MAXIMUM_BLOCK_LENGTH, NORMAL_DISPATCH_RATIO},
    Runtime, RuntimeCall,
};
use std::{
    collections::BTreeMap,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

/// How long the whole flood may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(240);
/// Transactions that the pool may have ready.
const POOL: usize = 200;
/// Transactions of each sender, the last of which is a transfer of `VALUE`.
const EACH: u32 = 80;
const VALUE: u128 = 1_000_000_000_000;
/// Bytes of each of the others: some 119 of them fill a block.
const LENGTH: usize = 32 * 1024;
/// Blocks whose time is taken while the pool is full.
const BLOCKS: u32 = 4;
/// Below the best block, the first final one.
const DEPTH: u32 = 3;
/// Blocks that are mined one by one, each when the pool and the work are full: more than can be without being final.
const FULL: u32 = DEPTH + 1;
/// Before a transaction that the pool has no room for is tried again.
const PAUSE: Duration = Duration::from_millis(100);

#[test]
fn a_flood_of_transactions_fills_blocks_and_nothing_else() {
    let _turn = turn();
    let spec = spec().with_max_reorg(DEPTH).with("/difficulty/startingBits", 0x1e3f_ffff);
    let (chain, pool) = (spec.chain(), POOL.to_string());
    let node = |more: &[&str]| Node::start(&[&["--chain", &chain, "--pool-limit", &pool], more].concat());
    let miner = node(&["--alice", "--mine", "--threads", "1", "-lposw=debug"]);
    let follower = node(&["--bootnodes", &miner.multiaddr()]);
    until("the follower follows", LIMIT, || (follower.rpc().best_number() >= 2).then_some(()));
    println!("no flood: {}", Observed::during(&miner, BLOCKS));

    let senders: Vec<_> = Sr25519Keyring::well_known().filter(|who| *who != Alice).collect();
    let receiver = One.to_account_id();
    let balance = |node: &Node| node.rpc().balances(&receiver).free;
    let before = balance(&miner);
    // How full blocks are that come when they like is chance.
    let mine = |on: bool| miner.rpc().call("posw_setMining", &[json!(on)]);
    mine(false);
    let (first, refusals) = (miner.rpc().best_number(), Mutex::default());
    let start = Instant::now();
    let (observed, full) = thread::scope(|scope| {
        for sender in &senders {
            scope.spawn(|| Sender { who: *sender, rpc: miner.rpc(), refusals: &refusals }.send(&receiver));
        }
        let flood = scope.spawn(|| junk(miner.rpc(), &refusals));
        let observed = scope.spawn(|| Observed::during(&miner, BLOCKS));
        let mut full = Vec::new();
        for _ in 0..FULL {
            until("the pool has more than a block can have, and has refused more", LIMIT, || {
                let refused = refusals.lock().expect("no sender has failed").contains_key(&DROPPED);
                (refused && ready(&miner) > POOL * 3 / 4).then_some(())
            });
            let parent = miner.rpc().best_number();
            until("these are in the work", LIMIT, || is_full(&newest_template(&miner, parent + 1)?).then_some(()));
            mine(true);
            until("it is mined", LIMIT, || (miner.rpc().best_number() > parent).then_some(()));
            mine(false);
            full.push(share(miner.rpc(), parent + 1));
        }
        mine(true);
        let mut seen = None;
        until("all valid transactions are in blocks", LIMIT, || {
            let best = miner.rpc().best().0;
            if seen.replace(best) == Some(best) {
                return None;
            }
            let ready = ready(&miner);
            assert!(ready <= POOL, "{ready} transactions are ready");
            senders.iter().all(|who| miner.rpc().nonce(&who.to_account_id(), best) == EACH).then_some(())
        });
        flood.join().expect("junk is refused");
        (observed.join().expect("the node answers"), full)
    });
    let (seconds, last) = (start.elapsed().as_secs_f64(), miner.rpc().best_number());
    let shares: Vec<_> = (first + 1..=last).map(|number| share(miner.rpc(), number)).collect();
    println!("flood: {observed}");
    println!(
        "{:.1} transactions/s in blocks {first} to {last}, {:.2} MiB/s; shares of the allowed length: {shares:.2?}, of those mined \
         when the pool was full: {full:.2?}; refused: {:?}",
        senders.len() as f64 * f64::from(EACH) / seconds,
        shares.iter().sum::<f64>() * limit() / seconds / f64::from(1 << 20),
        refusals.lock().expect("no sender has failed"),
    );
    let refused = refusals.into_inner().expect("no sender has failed");
    assert!(refused.contains_key(&DROPPED), "the pool was never full: {refused:?}");
    assert!(full.iter().all(|share| *share > 0.9), "blocks were not filled: {full:.2?}");

    // What a block costs is the same for the peer: it is in step, and what came is what was sent.
    until("the follower has the miner's blocks, and finalizes them", LIMIT, || {
        let finalized = follower.rpc().finalized_number();
        (finalized >= last && follower.rpc().block_hash(last) == miner.rpc().block_hash(last)).then_some(())
    });
    let sent = u128::try_from(senders.len()).expect("few") * VALUE;
    assert_eq!((balance(&miner), balance(&follower)), (before + sent, before + sent));
}

/// What a node has logged of the newest template with transactions for the block at a height.
fn newest_template(node: &Node, height: u32) -> Option<String> {
    let (log, template) = (node.log(), format!("Full template #{height} "));
    log.lines().rfind(|line| line.contains(&template)).map(str::to_owned)
}

/// Whether the template has as many transactions as a block can, most of which are the long ones.
fn is_full(template: &str) -> bool {
    let count = template.split(" with ").nth(1).and_then(|rest| rest.split(' ').next()?.parse().ok());
    let count: f64 = count.expect("the line has the number of transactions");
    count * LENGTH as f64 > 0.97 * limit()
}

/// Transactions that the next block could have.
fn ready(node: &Node) -> usize {
    node.rpc().call("author_pendingExtrinsics", &[]).as_array().map_or(0, Vec::len)
}

/// The pool has no room.
const DROPPED: i64 = 1016;

/// How often transactions were refused, by the code of the error.
type Refusals = Mutex<BTreeMap<i64, u64>>;

fn note(refusals: &Refusals, error: &Value) {
    let code = error["code"].as_i64().expect("errors have codes");
    *refusals.lock().expect("no sender has failed").entry(code).or_default() += 1;
}

/// One account's part of the flood.
struct Sender<'a> {
    who: Sr25519Keyring,
    rpc: &'a Rpc,
    refusals: &'a Refusals,
}

impl Sender<'_> {
    /// Sends until all are in blocks. What the pool had to give up again is made anew, as it does not take the same twice.
    fn send(&self, receiver: &AccountId32) {
        let account = self.who.to_account_id();
        let start = Instant::now();
        for attempt in 0_u64.. {
            assert!(start.elapsed() < LIMIT, "{:?}: not all are in blocks", self.who);
            let next = self.rpc.call("system_accountNextIndex", &[json!(account)]);
            let next = next.as_u64().and_then(|next| u32::try_from(next).ok()).expect("a nonce");
            if next >= EACH {
                if self.rpc.nonce(&account, self.rpc.best().0) >= EACH {
                    return;
                }
                thread::sleep(PAUSE);
                continue;
            }
            let call: RuntimeCall = if next + 1 == EACH {
                let dest = MultiAddress::Id(receiver.clone());
                pallet_balances::Call::<Runtime>::transfer_keep_alive { dest, value: VALUE }.into()
            } else {
                let mut remark = attempt.to_le_bytes().to_vec();
                remark.resize(LENGTH, 0);
                frame_system::Call::<Runtime>::remark { remark }.into()
            };
            if let Err(error) = submit(self.rpc, &signed_with_nonce(self.rpc, self.who, call, next)) {
                note(self.refusals, &error);
                thread::sleep(PAUSE);
            }
        }
    }
}

/// What is not valid, or not yet: too early, cut off, changed after it was signed.
fn junk(rpc: &Rpc, refusals: &Refusals) {
    let remark =
        |number: u32| RuntimeCall::from(frame_system::Call::<Runtime>::remark { remark: number.to_le_bytes().into() });
    for number in 0..300_u32 {
        let early = signed_with_nonce(rpc, Alice, remark(number), 1_000 + number);
        let cut = &early[..early.len() - 2];
        // The last byte is of the call, which is under the signature.
        let changed = format!("{cut}{}", if early.ends_with("ff") { "00" } else { "ff" });
        for (transaction, is_valid) in [(early.as_str(), true), (cut, false), (changed.as_str(), false)] {
            match submit(rpc, transaction) {
                Ok(_) => assert!(is_valid, "{transaction} was taken"),
                Err(error) => note(refusals, &error),
            }
        }
    }
}

/// Bytes of a block's transactions, for one of those that they may have.
fn share(rpc: &Rpc, number: u32) -> f64 {
    let block = rpc.block_hash(number).and_then(|hash| rpc.block(hash)).expect("it is on the best chain");
    let transactions = block["extrinsics"].as_array().expect("a list").iter();
    transactions.map(|hex| hex.as_str().map_or(0, |hex| (hex.len() - 2) / 2)).sum::<usize>() as f64 / limit()
}

/// Bytes that transactions may have in a block.
fn limit() -> f64 {
    f64::from(NORMAL_DISPATCH_RATIO * MAXIMUM_BLOCK_LENGTH)
}

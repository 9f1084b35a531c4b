//! All hash power of five nodes goes away for long and comes back at once: no storm of blocks, no split (R8.5).

use crate::common::{
    nodes::{await_shared_block, knowing, start_alike},
    process::{turn, Node},
    rpc::Rpc,
    spec::Spec,
    wait::until,
};
use frame_support::traits::PalletInfoAccess;
use serde_json::json;
use stakework_runtime::Timestamp;
use std::time::{Duration, Instant, SystemTime};

/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(120);

// Milliseconds. The outage is as many half lives long as two hours are at the defaults: 20 / 3. The longest gap that counts is
// one half life, as at the defaults.
const BLOCK_TIME: u64 = 500;
const HALF_LIFE: u64 = 8 * BLOCK_TIME;
const OUTAGE: u64 = HALF_LIFE * 20 / 3;
/// How long a template may take to build.
const BUILD_TIME: u64 = 500;
/// How long blocks are counted after the outage.
const AFTER: u64 = 2 * HALF_LIFE;

#[test]
fn an_outage_of_all_miners_brings_no_storm_and_no_split() {
    let _turn = turn();
    let spec = Spec::fast()
        .with_boost(1)
        .with("/difficulty/params/blockTime", BLOCK_TIME)
        .with("/difficulty/params/halfLife", HALF_LIFE)
        .with("/difficulty/params/maxGap", HALF_LIFE);
    let chain = spec.chain();
    let alice = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
    let followers = start_alike(3, &["--chain", &chain, "--bootnodes", &alice.multiaddr()]);
    let mine = ["--chain", &chain, "--bob", "--mine", "--threads", "1"];
    let bob = Node::start(&knowing(followers.iter().chain([&alice]), &mine));
    let (a, b) = (alice.rpc(), bob.rpc());
    let all = || followers.iter().chain([&alice, &bob]);
    let miners = [&alice, &bob];
    until("there are blocks", SOON, || (a.best_number() >= 20).then_some(()));
    let settling = Hashes::of(miners);
    until("both mine, and the difficulty has settled", SOON, || {
        let both = miners.iter().all(|node| node.metric("posw_blocks_mined_total") >= 5.0);
        let measured = settling.at.elapsed() > Duration::from_millis(2 * HALF_LIFE);
        (both && measured && a.best_number() >= 40).then_some(())
    });
    let before = settling.rate(miners);
    assert!(before > 0.0, "no hash is counted");

    set_mining(&[a, b], false);
    let (last, ended) = until("all are at one block, and the outage is over", SOON, || {
        let (hash, header) = a.best();
        let ended = time(a, header.number);
        // A block has the time at which its template was built.
        let over = [a, b].iter().all(|rpc| template_time(rpc) > ended + OUTAGE);
        (over && all().all(|node| node.rpc().best().0 == hash)).then_some((header.number, ended))
    });
    set_mining(&[a, b], true);

    let mining = Hashes::of(miners);
    let back = until("the first block comes", SOON, || (a.best_number() > last).then(|| time(a, last + 1)));
    assert!(back >= ended + OUTAGE, "the gap is only {} ms", back - ended);
    until("blocks come again for two half lives", SOON, || (time(a, a.best_number()) > back + AFTER).then_some(()));
    let doublings = (mining.rate(miners) / before).log2().max(0.0);
    let blocks = (last + 1..=a.best_number()).take_while(|number| time(a, *number) <= back + AFTER).count();
    // At a steady hash rate the chain makes up for the time by which it is behind its schedule: one half life. Were all of the
    // gap to count, it would make up for all of it, and most of that at once. Where another process has left the machine to
    // the miners meanwhile, the difficulty doubles as often as their rate has.
    let more = doublings * HALF_LIFE as f64;
    let [due, storm] = [HALF_LIFE, OUTAGE].map(|behind| ((AFTER + behind) as f64 + more) / BLOCK_TIME as f64);
    eprintln!("{blocks} blocks within {AFTER} ms of the return; {due:.1} are due, a storm has {storm:.1}");
    assert!(
        (blocks as f64) < (due + storm) / 2.0,
        "a storm: {blocks} blocks within {AFTER} ms, where {due:.1} are due"
    );

    let finalized = until("all finalize blocks after the outage", SOON, || {
        all().map(|node| node.rpc().finalized_number()).min().filter(|finalized| *finalized > last)
    });
    for node in all() {
        assert_eq!(node.rpc().block_hash(finalized), a.block_hash(finalized), "the chain is split");
    }
    await_shared_block(all(), finalized, SOON);
}

/// Hashes that the miners' nodes had counted at a moment.
struct Hashes {
    sum: f64,
    at: Instant,
}

impl Hashes {
    fn of(miners: [&Node; 2]) -> Self {
        Self { sum: miners.map(|node| node.metric("posw_hashes_total")).iter().sum(), at: Instant::now() }
    }

    /// Hashes a second since then.
    fn rate(&self, miners: [&Node; 2]) -> f64 {
        let now = Self::of(miners);
        (now.sum - self.sum) / (now.at - self.at).as_secs_f64()
    }
}

fn set_mining(miners: &[&Rpc], enabled: bool) {
    miners.iter().for_each(|rpc| {
        rpc.call("posw_setMining", &[json!(enabled)]);
    });
}

/// Time of the block at a height of the best chain.
fn time(rpc: &Rpc, number: u32) -> u64 {
    let hash = rpc.block_hash(number).expect("it is on the best chain");
    let key = frame_support::storage::storage_prefix(Timestamp::name().as_bytes(), b"Now");
    rpc.storage_at(&key, hash).expect("every block has a time")
}

/// When a miner's template was built, at the earliest.
fn template_time(rpc: &Rpc) -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970");
    let age = rpc.call("posw_miningInfo", &[])["job"]["age"].as_u64().expect("there is a job");
    u64::try_from(now.as_millis()).expect("it is long before that") - age - BUILD_TIME
}

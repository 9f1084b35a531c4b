//! What stake buys, on real nodes.

use super::metrics;
use crate::common::{
    process::{turn, Node},
    rpc::Rpc,
    spec::Spec,
    wait::until,
};
use posw_primitives::Factor;
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use sp_runtime::AccountId32;
use std::{ops::RangeInclusive, time::Duration};

/// Every block claims what the state of its parent gives its miner.
fn assert_claims(rpc: &Rpc, blocks: RangeInclusive<u32>) {
    for number in blocks {
        let claims = rpc.claims(number);
        let parent = rpc.block_hash(number - 1).expect("the parent is known");
        assert_eq!(claims, rpc.expected_claims(&AccountId32::new(claims.miner), parent), "block {number}");
    }
}

/// Alice stakes, Ferdie does not; both hash with one thread. Each block is a draw that Alice wins with probability
/// `p = r*f / (r*f + 1)`, `f` the factor that her claim would have there, `r` the ratio of the hashes that the two counted.
/// The exact distribution of the number of her blocks follows from all `p`; the number found is so far out in one run of 15,000. Had
/// the factor no effect, its mean would be more than nine standard deviations below.
#[test]
fn a_staked_miner_finds_the_share_of_blocks_that_factors_predict() {
    const DRAWS: u32 = 70;
    let _turn = turn();
    // Blocks are slow against the time that they take from node to node, which would favour whoever mined the last one.
    let spec = Spec::fast()
        .with("/difficulty/params/blockTime", 2_000)
        .with("/difficulty/startingBits", 0x1d1f_ffe0)
        .with("/poswStake/params/ration", 0)
        .with("/poswStake/params/maxLead", 0)
        .with_boost(8);
    let chain = spec.chain();
    let staked = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
    let unstaked =
        Node::start(&["--chain", &chain, "--ferdie", "--mine", "--threads", "1", "--bootnodes", &staked.multiaddr()]);
    // The draws begin when both mine on one chain.
    let first = until("Ferdie's node mines on Alice's chain", Duration::from_secs(90), || {
        let (hash, header) = unstaked.rpc().best();
        let agreed = header.number > 0 && staked.rpc().block_hash(header.number) == Some(hash);
        (agreed && unstaked.metric("posw_hashes_total") > 0.0).then_some(header.number + 1)
    });
    let hashes = || [&staked, &unstaked].map(|node| node.metric("posw_hashes_total"));
    let start = hashes();
    let last = first + DRAWS - 1;
    until("enough blocks are mined", Duration::from_secs(300), || {
        (staked.rpc().best_number() > last + 2).then_some(())
    });
    let end = hashes();
    let ratio = (end[0] - start[0]) / (end[1] - start[1]);

    let rpc = staked.rpc();
    assert_claims(rpc, first..=last);
    // How likely each number of Alice's blocks is.
    let mut chances = vec![1.0];
    let (mut expected, mut found) = (0.0, 0);
    for number in first..=last {
        let parent = rpc.block_hash(number - 1).expect("the parent is known");
        let factor = rpc.expected_claims(&Alice.to_account_id(), parent).factor.billionths() as f64 / 1e9;
        let p = ratio * factor / (ratio * factor + 1.0);
        expected += p;
        chances.push(0.0);
        for blocks in (0..chances.len()).rev() {
            let one_less = blocks.checked_sub(1).map_or(0.0, |less| chances[less]);
            chances[blocks] = chances[blocks] * (1.0 - p) + one_less * p;
        }
        found += usize::from(rpc.claims(number).miner == <[u8; 32]>::from(Alice.to_account_id()));
    }
    let as_few: f64 = chances[..=found].iter().sum();
    let as_many: f64 = chances[found..].iter().sum();
    let said = format!("{found} of {DRAWS} blocks, {expected:.1} expected; so few: {as_few:.6}, so many: {as_many:.6}");
    println!("Alice: {said}; hash ratio {ratio:.2}");
    assert!(as_few.min(as_many) > 1.0 / 30_000.0, "{said}");
}

/// Mining alone with all of the stake, Alice's factor is the lead cap: it rises from epoch to epoch as the mean falls.
#[test]
fn the_boost_climbs_under_the_lead_cap() {
    let _turn = turn();
    let spec = Spec::fast().with_boost(20);
    let chain = spec.chain();
    let node = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
    let epochs = 7;
    let length = node.rpc().network(node.rpc().genesis_hash()).params.stake.epoch_length;
    let last = epochs * length;
    until("seven epochs are mined", Duration::from_secs(180), || (node.rpc().best_number() > last).then_some(()));
    assert_claims(node.rpc(), 1..=last);

    let caps: Vec<Factor> = (1..epochs)
        .map(|epoch| {
            // The last block before the epoch: its state is about the epoch's first block.
            let before = node.rpc().block_hash(epoch * length - 1).expect("the block is known");
            let network = node.rpc().network(before);
            let claimed = node.rpc().claims(epoch * length).factor;
            assert!(claimed <= network.lead_cap, "epoch {epoch}: {claimed} above the cap {}", network.lead_cap);
            // Never more than `max_lead` times cheaper than the mean.
            let lead = u128::from(network.lead_cap.billionths()) * u128::from(network.mean_inverse_factor);
            assert!(lead <= u128::from(network.params.stake.max_lead) * 1_000_000_001, "epoch {epoch}");
            network.lead_cap
        })
        .collect();
    assert!(caps.windows(2).all(|pair| pair[0] <= pair[1]), "the cap falls: {caps:?}");
    assert!(caps.last() > caps.first(), "the cap does not climb: {caps:?}");
    metrics::assert_plausible(&node, &Alice.to_account_id());
}

/// Alice owns a tenth of the weight and saves credit while Ferdie mines; alone, she spends more than she earns.
#[test]
fn the_factor_falls_when_the_credit_is_used_up() {
    let _turn = turn();
    let unit = 1_000_000_000_000u64;
    let lock = 200;
    let spec = Spec::fast()
        .with("/poswStake/params/maxLead", 0)
        .with("/poswStake/params/horizon", 40)
        .with_boost(8)
        .with_stakes(&[(Alice, 10_000 * unit, lock), (Bob, 90_000 * unit, lock)]);
    let chain = spec.chain();
    let mut saver = Node::start(&["--chain", &chain, "--ferdie", "--mine", "--threads", "1"]);
    let alice = Alice.to_account_id();
    until("Alice has saved three blocks' credit", Duration::from_secs(120), || {
        let account = saver.rpc().account(&alice, saver.rpc().best().0);
        (account.credit.units() >= 3_000_000_000_000_000_000).then_some(())
    });
    let node =
        Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1", "--bootnodes", &saver.multiaddr()]);
    until("Alice's node follows", Duration::from_secs(180), || (node.rpc().best_number() >= 5).then_some(()));
    saver.kill();

    let mined = |number: u32| node.rpc().claims(number).miner == <[u8; 32]>::from(alice.clone());
    let last = until("Alice mines 20 blocks in a row", Duration::from_secs(120), || {
        let best = node.rpc().best_number();
        (best >= 30 && (best - 19..=best).all(mined)).then_some(best)
    });
    assert_claims(node.rpc(), 1..=last);
    let factors: Vec<_> = (1..=last).filter(|n| mined(*n)).map(|n| node.rpc().claims(n).factor).collect();
    let boost = Factor::clamped(8_000_000_000);
    assert_eq!(factors.iter().max(), Some(&boost), "a full credit does not give the boost: {factors:?}");
    let end = factors.last().expect("Alice has mined");
    // A tenth of the weight earns ration * 0.1 = 0.2 credits a block: 8 / (8 - 0.2 * 7) = 1.212.
    assert!(
        (1_150_000_000..1_300_000_000).contains(&end.billionths()),
        "the factor does not fall to 1.212: {factors:?}"
    );
}

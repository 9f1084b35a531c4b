//! Nodes that answer as the tests want.

use super::*;
use posw_primitives::{Claims, CompactBits, DifficultyParams, Epoch, Factor, Params, RewardParams, StakeParams, U256};
use sp_consensus_posw::claims_item;
use sp_runtime::{generic::Digest, traits::Header as _};
use stakework_runtime::genesis_config_presets::development_stake_params;
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    result::Result,
    thread,
};

/// A healthy node that mines, on a chain with blocks of 15 s and a depth of 24.
pub(in crate::doctor) fn facts() -> Facts {
    let params = Params {
        stake: StakeParams { max_reorg: 24, ..development_stake_params() },
        difficulty: DifficultyParams {
            block_time: 15_000,
            half_life: 1_080_000,
            max_gap: 1_080_000,
            limit: CompactBits::POW_LIMIT,
        },
        rewards: RewardParams {
            initial: 0,
            decay: 0,
            period: 1,
            tail: 0,
            treasury_share: 0,
            treasury_fee_share: 0,
            maturity: 24,
        },
    };
    let network = NetworkState {
        time: 1_700_000_000_000,
        base_bits: CompactBits::POW_LIMIT,
        difficulty: U256::one(),
        epoch: Epoch { index: 3, start: 90, length: 30 },
        total_weight: 1,
        staked: 1,
        lead_cap: Factor::ONE,
        mean_inverse_factor: 1_000_000_000,
        params,
        pending: None,
    };
    Facts {
        now: network.time + 5_000,
        best: 100,
        best_hash: H256::zero(),
        finalized: 76,
        first_open: Some(network.time),
        highest: None,
        health: Health { peers: 3, is_syncing: false, should_have_peers: true },
        network,
        peers: Some(vec![Peer { is_known: true }]),
        cut_off: Some(0),
        newest_of_others: None,
        progress: false,
        mining: Mining {
            mining: true,
            miner: Some("5A".into()),
            held: false,
            enabled: true,
            threads: 1,
            duty_cycle: 100,
            hash_rate: HashRate { minute: 1_000 },
            accepted: 0,
            stale: 0,
            orphaned: 0,
            job: Some(IgnoredAny),
        },
    }
}

/// The newest blocks of others that are seen one after the other, and whether peers claim to be ahead then.
fn observed(looks: &[(Option<u8>, bool)]) -> (Facts, usize) {
    let mut asked = 0;
    let ask = || {
        let (newest, is_syncing) = looks[asked.min(looks.len() - 1)];
        asked += 1;
        let mut facts = Facts { now: u64::MAX, ..facts() };
        facts.health.is_syncing = is_syncing;
        facts.newest_of_others =
            newest.map(|byte| Stamp { number: 7, hash: H256::repeat_byte(byte), time: facts.network.time });
        Ok(facts)
    };
    let facts = Facts::observe(ask, Duration::from_millis(300)).unwrap();
    (facts, asked)
}

#[test]
fn a_node_catches_up_while_blocks_of_others_come() {
    let (facts, asked) = observed(&[(Some(1), false), (Some(2), false)]);
    assert_eq!((facts.progress, asked), (false, 1), "there is no doubt");
    for looks in [[(Some(1), true), (Some(2), true)], [(None, true), (Some(2), true)]] {
        let (facts, asked) = observed(&looks);
        assert!(facts.catches_up(), "{looks:?}");
        assert_eq!(asked, 2);
    }
    // Its own blocks may take theirs out of sight.
    for looks in [[(Some(1), true), (Some(1), true)], [(None, true); 2], [(Some(1), true), (None, true)]] {
        let (facts, asked) = observed(&looks);
        assert!(!facts.catches_up() && asked >= 2, "{looks:?}");
    }
    let (facts, asked) = observed(&[(Some(1), true), (Some(2), false)]);
    assert_eq!((facts.catches_up(), asked), (false, 2), "it has caught up");
    assert!(
        !Facts { now: 0, ..observed(&[(Some(1), true), (Some(2), true)]).0 }.catches_up(),
        "it has what it can get"
    );
}

#[test]
fn a_node_with_a_peer_that_is_elsewhere_is_looked_at_once_more() {
    let mut looks = [vec![true, false], vec![true, true]].into_iter();
    let ask = || {
        let peers = looks.next().expect("it is not asked a third time");
        let peers = peers.into_iter().map(|is_known| Peer { is_known }).collect();
        Ok(Facts { peers: Some(peers), ..facts() })
    };
    assert!(!Facts::observe(ask, PATIENCE).unwrap().is_doubtful());
}

/// Header of a block by this miner; the genesis block has none.
fn header(number: u32, parent_hash: H256, miner: Option<[u8; 32]>) -> Header {
    let claims =
        miner.map(|miner| Claims { miner, sealing_key: [0; 32], bits: CompactBits::POW_LIMIT, factor: Factor::ONE });
    let digest = Digest { logs: claims.iter().map(claims_item).collect() };
    Header::new(number, H256::zero(), H256::zero(), parent_hash, digest)
}

#[test]
fn blocks_of_others_are_looked_for_behind_ones_own() {
    let (own, other) = ([1; 32], [2; 32]);
    let find = |miners: &[[u8; 32]]| {
        let mut chain = vec![header(0, H256::zero(), None)];
        for miner in miners {
            let parent = chain.last().expect("there is genesis");
            chain.push(header(parent.number + 1, parent.hash(), Some(*miner)));
        }
        let best = chain.last().expect("there is genesis").hash();
        let by_hash = |hash| Ok(chain.iter().find(|header| header.hash() == hash).cloned());
        let found = newest_of_others(best, &[own.into()], by_hash).unwrap();
        found.map(|(number, hash)| {
            assert_eq!(chain[number as usize].hash(), hash);
            number
        })
    };
    assert_eq!([find(&[other]), find(&[other, own, own]), find(&[own, other, other])], [Some(1), Some(1), Some(3)]);
    assert_eq!([find(&[]), find(&[own; 3])], [None; 2], "genesis is nobody's");
    let [near, far] = [LOOK_BACK - 1, LOOK_BACK].map(|blocks| [&[other][..], &vec![own; blocks]].concat());
    assert_eq!((find(&near), find(&far)), (Some(1), None), "not for ever");
}

/// What a server of metrics that answers this is understood to say.
fn served(answer: &'static str) -> Option<u64> {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
        assert_eq!(request.next().as_deref(), Some("GET /metrics HTTP/1.1"));
        assert!(request.any(|line| line.is_empty()), "the request has no end");
        stream.write_all(answer.as_bytes()).unwrap();
    });
    let found = cut_off(address);
    server.join().unwrap();
    found
}

#[test]
fn metrics_are_those_of_the_node() {
    let page = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nposw_rejected_total{chain=\"dev\",stage=\"state\"} 4\n";
    assert_eq!(served(page), Some(4));
    assert_eq!(served("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), Some(0));
    assert_eq!(served("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n"), None);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(cut_off(closed), None);
}

#[test]
fn blocks_that_are_cut_off_are_counted_by_the_metrics() {
    let page = "# TYPE posw_rejected_total counter\n\
                posw_rejected_total{chain=\"dev\",stage=\"plausibility\"} 9\n\
                posw_rejected_total{chain=\"dev\",stage=\"state\"} 4\n";
    assert_eq!((cut_off_in(page), cut_off_in("")), (4, 0));
}

//! The metrics of a mining node, compared with what its chain and its RPC say.

use crate::common::{process::Node, wait::until};
use serde_json::Value;
use sp_runtime::AccountId32;
use std::time::Duration;

/// How long each metric may take to become what it should be.
const SOON: Duration = Duration::from_secs(30);
/// Metrics are floating-point numbers made of integers.
const PRECISION: f64 = 1e-9;

/// Checks the metrics of a node that has mined all of its chain, of at least 40 blocks, as `miner`.
///
/// What the best block says changes with each block: it is read before and after the metrics, until it was the same.
pub(super) fn assert_plausible(node: &Node, miner: &AccountId32) {
    let rpc = node.rpc();
    let mut seen = Vec::new();
    let agreed = |seen: &mut Vec<_>| {
        let (best, header) = rpc.best();
        let (claims, network, account) = (rpc.claims(header.number), rpc.network(best), rpc.account(miner, best));
        *seen = [
            ("posw_blocks_mined_total", f64::from(header.number)),
            ("posw_base_difficulty", claims.bits.work().low_u128() as f64),
            ("posw_last_own_factor", claims.factor.billionths() as f64 / 1e9),
            ("posw_mean_inverse_factor", network.mean_inverse_factor as f64 / 1e9),
            ("posw_credit", account.credit.units() as f64 / 1e18),
        ]
        .map(|(name, expected)| (name, node.metric(name), expected))
        .to_vec();
        let close = seen.iter().all(|(_, found, expected)| (found - expected).abs() <= expected * PRECISION);
        // Nothing is compared with a default.
        let telling = seen.iter().all(|(_, _, expected)| *expected > 0.0) && seen[3].2 < 1.0 && seen[2].2 > 1.0;
        (close && telling && rpc.best().0 == best).then_some(())
    };
    let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        until("the metrics are what the best block's state says", SOON, || agreed(&mut seen));
    }));
    assert!(found.is_ok(), "metric, found, expected: {seen:?}");

    until("the template has an age", SOON, || {
        let age = node.metric("posw_template_age_seconds");
        // It is built anew after five seconds, and looked at each second.
        assert!((0.0..10.0).contains(&age), "the template is {age} s old");
        (age > 0.0).then_some(())
    });
    until("the hash rate is what RPC says", SOON, || {
        let info: Value = rpc.call("posw_miningInfo", &[]);
        let (expected, found) = (info["hashRate"]["tenSeconds"].as_f64()?, node.metric("posw_hash_rate"));
        (expected > 0.0 && (found / expected - 1.0).abs() < 0.2).then_some(())
    });

    // A block takes as many hashes as its effective target says, on average. The sum over 40 blocks and more is within a factor
    // of 2.5 but for one run in a million; sealing threads that end a job late add less than a block's.
    let last = rpc.best_number();
    assert!(last >= 40, "{last} blocks are too few");
    let hashes = node.metric("posw_hashes_total");
    let expected: f64 = (1..=last).map(|n| rpc.claims(n).effective_bits().work().low_u128() as f64).sum();
    assert!((0.4..2.5).contains(&(hashes / expected)), "{hashes} hashes for blocks that take {expected}");
}

//! Whether the node mines for the miner that it is to mine for, and with which factor.

use super::{answers::Facts, finding::Finding};
use crate::new_chain::quantity::decimal;
use posw_primitives::Credit;
use sp_consensus_posw::{AccountState, NetworkState};

/// A thousandth of the credit of one block.
const THOUSANDTH: u128 = Credit::ONE.units() / 1_000;

/// Judges the node's mining; `expected` is the address of the miner that was given.
pub(super) fn judge(facts: &Facts, expected: Option<&str>) -> Finding {
    const CHECK: &str = "mining";
    let mining = &facts.mining;
    let restart = |address: &str| format!("start the node with --mine --miner {address}");
    let miner = match (&mining.miner, expected) {
        (None, None) => return Finding::ok(CHECK, "the node does not mine"),
        (None, Some(expected)) => {
            return Finding::fail(CHECK, format!("the node does not mine for {expected}"), restart(expected));
        }
        (Some(miner), Some(expected)) if miner != expected => {
            return Finding::fail(CHECK, format!("the node mines for {miner}, not for {expected}"), restart(expected));
        }
        (Some(miner), _) => miner,
    };
    if mining.job.is_none() {
        return match (mining.held, facts.catches_up()) {
            (true, _) => Finding::warn(
                CHECK,
                format!("for {miner}, as soon as a block of another node has come since the recovery"),
                "see the check `peers`; where it is to mine alone, call `posw_setMining` with `[true]`",
            ),
            (false, true) => Finding::ok(CHECK, format!("for {miner}, as soon as the node has caught up")),
            (false, false) => Finding::fail(
                CHECK,
                format!("for {miner}: there is no work"),
                "its log says why: `Not mining: …`; see the check `sealing key`",
            ),
        };
    }
    let threads = format!("{} threads, {} % of the time", mining.threads, mining.duty_cycle);
    if !mining.enabled || mining.threads == 0 || mining.duty_cycle == 0 {
        return Finding::warn(
            CHECK,
            format!("for {miner}: this node's own threads do not hash ({threads})"),
            "fine where others do, by Stratum or RPC. Otherwise `posw_setMining`, or --threads and --duty-cycle",
        );
    }
    Finding::ok(
        CHECK,
        format!(
            "for {miner}: {threads}, {} H/s, {} blocks, {} stale, {} orphaned since the start",
            mining.hash_rate.minute, mining.accepted, mining.stale, mining.orphaned
        ),
    )
}

/// Judges what the miner's stake buys.
pub(super) fn judge_stake(account: &AccountState, network: &NetworkState, decimals: u32) -> Finding {
    const CHECK: &str = "stake";
    let min_total = network.params.stake.min_total_weight;
    if account.deposits.is_empty() {
        return Finding::warn(
            CHECK,
            "none: blocks have factor 1.000, as under plain proof of work",
            "stake coins from the miner's account: README.md, How to stake",
        );
    }
    let staked = account.deposits.iter().fold(0_u128, |sum, deposit| sum.saturating_add(deposit.amount));
    let staked = format!("{} coins", decimal(staked, decimals));
    if account.weight == 0 {
        let now = network.epoch.index;
        // Others of them may be unlocked.
        let later = account.deposits.iter().map(|deposit| deposit.active_from).filter(|epoch| *epoch > now).min();
        return match later {
            Some(epoch) => {
                Finding::ok(CHECK, format!("{staked}, which count from epoch {epoch} on; the epoch is {now}"))
            }
            None => Finding::warn(
                CHECK,
                format!("{staked}, which do not count any more"),
                "stake anew: README.md, How to stake",
            ),
        };
    }
    if network.total_weight < min_total {
        let [all, least] = [network.total_weight, min_total].map(|weight| decimal(weight, decimals));
        return Finding::warn(
            CHECK,
            format!("{staked}; nobody has a factor, as all stake weighs {all} and boosts begin with {least}"),
            "others have to stake, too",
        );
    }
    let credit = decimal(account.credit.units() / THOUSANDTH, 3);
    let share = account.weight.saturating_mul(10_000) / network.total_weight.max(1);
    Finding::ok(
        CHECK,
        format!(
            "{staked}, {} % of all weight; a credit of {credit} blocks; factor {}, with a full credit {}",
            decimal(share, 2),
            account.factor,
            account.boost
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            answers::tests::facts,
            finding::Status::{Fail, Ok, Warn},
        },
        *,
    };
    use posw_primitives::Factor;
    use sp_consensus_posw::DepositState;

    #[test]
    fn the_node_has_to_mine_for_the_miner_that_was_given() {
        let judge = |miner: Option<&str>, expected| {
            let mut facts = facts();
            facts.mining.miner = miner.map(Into::into);
            super::judge(&facts, expected)
        };
        assert_eq!([judge(None, None).status, judge(Some("5A"), None).status], [Ok; 2]);
        assert_eq!(judge(Some("5A"), Some("5A")).status, Ok);
        for wrong in [judge(None, Some("5A")), judge(Some("5B"), Some("5A"))] {
            assert!(wrong.status == Fail && wrong.remedy.unwrap().ends_with("--mine --miner 5A"));
        }
    }

    #[test]
    fn a_miner_needs_work_and_threads() {
        let judge = |change: fn(&mut Facts)| {
            let mut facts = facts();
            change(&mut facts);
            super::judge(&facts, Some("5A")).status
        };
        assert_eq!(judge(|_| ()), Ok);
        assert_eq!(judge(|facts| facts.mining.job = None), Fail);
        assert_eq!(judge(|facts| facts.mining.threads = 0), Warn);
        assert_eq!(judge(|facts| facts.mining.duty_cycle = 0), Warn);
        assert_eq!(judge(|facts| facts.mining.enabled = false), Warn);
    }

    #[test]
    fn a_miner_waits_for_synchronisation_and_for_others() {
        let judge = |is_syncing, progress, held| {
            let mut facts = facts();
            (facts.mining.job, facts.mining.held) = (None, held);
            (facts.health.is_syncing, facts.progress, facts.now) = (is_syncing, progress, u64::MAX);
            super::judge(&facts, None)
        };
        assert_eq!(judge(true, true, false).status, Ok);
        assert_eq!(judge(true, false, false).status, Fail, "peers claim to be ahead, and nothing comes");
        let held = judge(false, false, true);
        assert!(held.status == Warn && held.found.contains("since the recovery"), "{held}");
        assert!(held.remedy.unwrap().contains("posw_setMining"));
    }

    fn stake(weight: u128, active_from: u32, total: u128) -> Finding {
        let deposit =
            DepositState { id: 0, amount: 5_000_000_000_000, weight, active_from, lock_end: 100, withdrawable: None };
        let account = AccountState {
            weight,
            credit: Credit::from_units(1_250_000_000_000_000_000),
            boost: Factor::clamped(20_000_000_000),
            factor: Factor::clamped(20_000_000_000),
            sealing_key: Default::default(),
            deposits: vec![deposit],
        };
        judge_stake(&account, &NetworkState { total_weight: total, ..facts().network }, 12)
    }

    #[test]
    fn stake_counts_from_its_epoch_on() {
        let counts = stake(5_000, 0, u128::MAX >> 20);
        assert_eq!(counts.status, Ok);
        assert!(counts.found.starts_with("5 coins") && counts.found.contains("credit of 1.25 blocks"), "{counts}");
        let later = stake(0, 9, u128::MAX >> 20);
        assert!(later.status == Ok && later.found.contains("from epoch 9 on"), "{later}");
        assert_eq!(stake(0, 0, u128::MAX >> 20).status, Warn, "it counts no more");
        assert!(stake(5_000, 0, 5_000).found.contains("nobody has a factor"));
    }

    #[test]
    fn a_miner_without_stake_is_told_so() {
        let account = AccountState {
            weight: 0,
            credit: Credit::from_units(0),
            boost: Factor::ONE,
            factor: Factor::ONE,
            sealing_key: Default::default(),
            deposits: Vec::new(),
        };
        let finding = judge_stake(&account, &facts().network, 12);
        assert!(finding.status == Warn && finding.found.starts_with("none"), "{finding}");
    }
}

//! Who has done how much: totals of each worker, and shares by block height for those who pay by them.

use crate::{decimal, rate::ShareRate, shared};
use core::time::Duration;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// Most workers that have an account; then those give way that have been silent for longest.
pub const MAX_WORKERS: usize = 20_000;
/// Most pairs of a height and a worker that are kept; the lowest heights go first.
pub const MAX_TALLIES: usize = 200_000;

/// Work of one worker towards blocks of one height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// Shares accepted.
    pub shares: u64,
    /// Expected hashes of these shares; in JSON a decimal text.
    #[serde(with = "decimal")]
    pub hashes: u128,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.shares = self.shares.saturating_add(other.shares);
        self.hashes = self.hashes.saturating_add(other.hashes);
    }
}

/// What is known of one worker.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    accepted: Tally,
    stale: u64,
    rejected: u64,
    #[serde(default)]
    blocks: u64,
    /// Seconds since 1970.
    last_share: u64,
    #[serde(skip)]
    rate: ShareRate,
}

/// A worker, as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Worker {
    /// `name` or `address.name`.
    pub user: String,
    /// Shares accepted.
    pub accepted: u64,
    /// Shares that came after their job was replaced.
    pub stale: u64,
    /// Shares refused for another reason.
    pub rejected: u64,
    /// Shares that became blocks.
    pub blocks: u64,
    /// Expected hashes of the accepted shares; in JSON a decimal text.
    #[serde(with = "decimal")]
    pub hashes: u128,
    /// Hashes per second over the last ten minutes, estimated; in JSON a decimal text.
    #[serde(with = "decimal")]
    pub hash_rate: u128,
    /// When the last share was accepted, in seconds since 1970.
    pub last_share: u64,
}

/// Shares towards blocks from some height on, by which a pool can pay (PPLNS).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Shares {
    /// The lowest height counted: as asked, or higher where less is known.
    pub from: u32,
    /// Work of all workers.
    pub total: Tally,
    /// Work of each worker.
    pub workers: BTreeMap<String, Tally>,
}

/// Work of each worker towards blocks of one height.
type Tallies = BTreeMap<String, Tally>;

/// The shares from some height on at some moment, not yet added up: taking it copies no tallies.
pub struct History {
    from: u32,
    heights: Vec<Arc<Tallies>>,
}

impl History {
    /// Adds them up by worker.
    pub fn shares(&self) -> Shares {
        let mut shares = Shares { from: self.from, total: Tally::default(), workers: BTreeMap::new() };
        for (user, tally) in self.heights.iter().flat_map(|workers| workers.iter()) {
            shares.total.add(*tally);
            match shares.workers.get_mut(user) {
                Some(sum) => sum.add(*tally),
                None => drop(shares.workers.insert(user.clone(), *tally)),
            }
        }
        shares
    }
}

/// The accounts. A worker has one from its first accepted share on, so that names alone fill no memory.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    accounts: BTreeMap<String, Account>,
    #[serde(with = "shared")]
    heights: BTreeMap<u32, Arc<Tallies>>,
    /// Nothing is known of heights below.
    known_from: u32,
    /// Number of tallies in `heights`.
    #[serde(skip)]
    tallies: usize,
}

impl Ledger {
    /// Counts an accepted share towards a block of `height`. `now` is since any fixed moment, `unix` in seconds since 1970.
    pub fn accept(&mut self, user: &str, height: u32, hashes: u128, now: Duration, unix: u64) {
        let share = Tally { shares: 1, hashes };
        if !self.accounts.contains_key(user) && self.accounts.len() >= MAX_WORKERS {
            self.drop_most_silent();
        }
        let account = self.accounts.entry(user.into()).or_default();
        account.accepted.add(share);
        account.last_share = unix;
        account.rate.add(now, hashes);

        if height < self.known_from {
            return;
        }
        let workers = Arc::make_mut(self.heights.entry(height).or_default());
        let before = workers.len();
        workers.entry(user.into()).or_default().add(share);
        self.tallies = self.tallies.saturating_add(workers.len().saturating_sub(before));
        self.bound_heights();
    }

    /// Counts a share that came too late.
    pub fn stale(&mut self, user: &str) {
        if let Some(account) = self.accounts.get_mut(user) {
            account.stale = account.stale.saturating_add(1);
        }
    }

    /// Counts a share that was refused for another reason.
    pub fn reject(&mut self, user: &str) {
        if let Some(account) = self.accounts.get_mut(user) {
            account.rejected = account.rejected.saturating_add(1);
        }
    }

    /// Counts a share that became a block.
    pub fn block(&mut self, user: &str) {
        if let Some(account) = self.accounts.get_mut(user) {
            account.blocks = account.blocks.saturating_add(1);
        }
    }

    /// All workers, by name.
    pub fn workers(&mut self, now: Duration) -> Vec<Worker> {
        let show = |(user, account): (&String, &mut Account)| Worker {
            user: user.clone(),
            accepted: account.accepted.shares,
            stale: account.stale,
            rejected: account.rejected,
            blocks: account.blocks,
            hashes: account.accepted.hashes,
            hash_rate: account.rate.read(now),
            last_share: account.last_share,
        };
        self.accounts.iter_mut().map(show).collect()
    }

    /// Number of workers.
    pub fn len(&self) -> usize {
        self.accounts.len()
    }

    /// Whether there are no workers.
    pub fn is_empty(&self) -> bool {
        self.accounts.is_empty()
    }

    /// Shares towards blocks of `height` and higher.
    pub fn history(&self, height: u32) -> History {
        let from = height.max(self.known_from);
        History { from, heights: self.heights.range(from..).map(|(_, workers)| workers.clone()).collect() }
    }

    /// After reading from a file: counts what is not written there, and holds the bounds.
    pub(crate) fn restored(mut self) -> Self {
        self.tallies = self.heights.values().map(|workers| workers.len()).fold(0, usize::saturating_add);
        while self.accounts.len() > MAX_WORKERS {
            self.drop_most_silent();
        }
        self.bound_heights();
        self
    }

    /// Makes room by a tenth, so that many new workers do not each cost a search.
    fn drop_most_silent(&mut self) {
        let mut users: Vec<_> =
            self.accounts.iter().map(|(user, account)| (account.last_share, user.clone())).collect();
        users.sort_unstable();
        for (_, user) in users.iter().take(MAX_WORKERS.div_ceil(10)) {
            self.accounts.remove(user);
        }
    }

    fn bound_heights(&mut self) {
        while self.tallies > MAX_TALLIES {
            let Some((height, workers)) = self.heights.pop_first() else { return };
            self.tallies = self.tallies.saturating_sub(workers.len());
            self.known_from = height.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Statistics;
    use serde_json::json;

    const NOW: Duration = Duration::from_secs(100);

    #[test]
    fn shares_are_counted_by_worker_and_height() {
        let mut ledger = Ledger::default();
        for (user, height, hashes) in [("a", 5, 100), ("b", 5, 50), ("a", 6, 100), ("a", 6, 30), ("b", 8, 7)] {
            ledger.accept(user, height, hashes, NOW, 1_000 + u64::from(height));
        }
        ledger.stale("a");
        ledger.reject("b");
        ledger.reject("b");
        ledger.stale("nobody");
        ledger.reject("nobody");
        ledger.block("a");
        ledger.block("nobody");

        let workers = ledger.workers(NOW);
        let expected = [
            Worker {
                user: "a".into(),
                accepted: 3,
                stale: 1,
                rejected: 0,
                blocks: 1,
                hashes: 230,
                hash_rate: 23,
                last_share: 1_006,
            },
            Worker {
                user: "b".into(),
                accepted: 2,
                stale: 0,
                rejected: 2,
                blocks: 0,
                hashes: 57,
                hash_rate: 5,
                last_share: 1_008,
            },
        ];
        assert_eq!(workers, expected);

        let shares = ledger.history(6).shares();
        assert_eq!((shares.from, shares.total), (6, Tally { shares: 3, hashes: 137 }));
        assert_eq!(shares.workers["a"], Tally { shares: 2, hashes: 130 });
        assert_eq!(shares.workers["b"], Tally { shares: 1, hashes: 7 });
        assert_eq!(ledger.history(0).shares().total, Tally { shares: 5, hashes: 287 });
        assert!(ledger.history(9).shares().workers.is_empty());
    }

    #[test]
    fn a_history_stays_as_it_was_taken() {
        let mut ledger = Ledger::default();
        ledger.accept("a", 5, 100, NOW, 0);
        let history = ledger.history(0);
        ledger.accept("a", 5, 10, NOW, 0);
        ledger.accept("b", 6, 1, NOW, 0);
        assert_eq!(history.shares().total, Tally { shares: 1, hashes: 100 });
        assert_eq!(ledger.history(0).shares().total, Tally { shares: 3, hashes: 111 });
    }

    #[test]
    fn names_in_json_are_those_of_the_nodes_other_answers() {
        let mut ledger = Ledger::default();
        ledger.accept("a", 5, 1_000, NOW, 70);
        let worker = json!({
            "user": "a", "accepted": 1, "stale": 0, "rejected": 0, "blocks": 0,
            "hashes": "1000", "hashRate": "100", "lastShare": 70,
        });
        assert_eq!(serde_json::to_value(ledger.workers(NOW)).unwrap(), json!([worker]));
        let tally = json!({ "shares": 1, "hashes": "1000" });
        let shares = json!({ "from": 2, "total": tally, "workers": { "a": tally } });
        assert_eq!(serde_json::to_value(ledger.history(2).shares()).unwrap(), shares);
        let statistics = serde_json::to_value(Statistics { save_failures: 3, ..Default::default() }).unwrap();
        assert_eq!((&statistics["saveFailures"], &statistics["turnedAway"]), (&json!(3), &json!(0)));
    }

    #[test]
    fn the_most_silent_workers_give_way() {
        let mut ledger = Ledger::default();
        for index in 0..MAX_WORKERS {
            ledger.accept(&format!("w{index}"), 1, 1, NOW, 10 + u64::try_from(index).unwrap());
        }
        ledger.accept("w0", 1, 1, NOW, 100_000);
        ledger.accept("new", 1, 1, NOW, 100_000);
        assert_eq!(ledger.len(), MAX_WORKERS - MAX_WORKERS / 10 + 1);
        let known = |user| ledger.accounts.contains_key(user);
        assert!(known("w0") && known("new") && !known("w1") && !known("w2000") && known("w2001"));
    }

    #[test]
    fn the_lowest_heights_are_forgotten_first() {
        let mut ledger = Ledger::default();
        let each = u32::try_from(MAX_TALLIES / 4).unwrap();
        for height in [7, 8, 9, 10] {
            (0..each).for_each(|user| ledger.accept(&format!("{user}"), height, 1, NOW, 0));
        }
        assert_eq!(ledger.history(0).shares().from, 0);
        ledger.accept("0", 11, 1, NOW, 0);
        let shares = ledger.history(0).shares();
        assert_eq!((shares.from, shares.total.shares), (8, u64::from(each) * 3 + 1));
        ledger.accept("0", 3, 1, NOW, 0);
        assert_eq!(ledger.history(0).shares(), shares, "what is known stays complete");
    }
}

//! What a running node knows of the chain, and what that says about it.

use super::{
    answers::{Facts, PATIENCE},
    finding::Finding,
};
use crate::new_chain::quantity::about;

/// Fewer peers, one that lies or is slow decides what a node sees.
const ENOUGH_PEERS: usize = 3;
/// What to do where peers are elsewhere.
const SPLIT: &str =
    "either the peers whose best blocks are not known lie or do not deliver, or the network is split. Where their side is \
     to win, stop this node and run `posw-node recover --fork URL` with the RPC address of a node of that side";
/// So many blocks of others on forks that are cut off are no stray ones.
const STRAY: u64 = 3;

/// Judges how many nodes this one knows.
pub(super) fn judge_peers(facts: &Facts) -> Finding {
    const CHECK: &str = "peers";
    let remedy = "give --bootnodes with the address of a node of the chain, and let others reach the peer-to-peer port";
    match facts.health.peers {
        0 if !facts.health.should_have_peers => Finding::ok(CHECK, "none; a chain of this type needs none"),
        0 if facts.mining.mining => {
            Finding::fail(CHECK, "none: what this node mines will be lost when it meets the network", remedy)
        }
        0 => Finding::fail(CHECK, "none", remedy),
        peers @ 1..ENOUGH_PEERS => {
            Finding::warn(CHECK, format!("{peers}: one that lies or is slow decides what this node sees"), remedy)
        }
        peers => Finding::ok(CHECK, peers.to_string()),
    }
}

/// Judges the age of the best block.
pub(super) fn judge_blocks(facts: &Facts) -> Finding {
    const CHECK: &str = "blocks";
    let best = facts.best;
    if facts.catches_up() {
        let target = facts.highest.map_or_else(String::new, |highest| format!(" of #{highest}"));
        return Finding::ok(CHECK, format!("the node catches up: it has block #{best}{target}"));
    }
    let state = match best {
        0 => "there is none but genesis".into(),
        _ => {
            let (age, block_time) = (about(facts.age()), about(facts.network.params.difficulty.block_time));
            format!("#{best} is {age} old; one is due every {block_time}")
        }
    };
    if best == 0 && !facts.health.is_syncing {
        return Finding::warn(CHECK, state, "somebody has to mine, and this node to reach that miner");
    }
    let found = format!("{state}{}", claims(facts));
    if facts.is_young() {
        return Finding::ok(CHECK, found);
    }
    Finding::fail(
        CHECK,
        found,
        "on all nodes at once: nobody mines. On this one: it is cut off, stands on a fork of its own, or its clock is \
         ahead; see the checks `peers`, `fork` and `clock`",
    )
}

/// Judges whether the node is on the chain of its peers.
pub(super) fn judge_fork(facts: &Facts) -> Finding {
    const CHECK: &str = "fork";
    let Some(peers) = &facts.peers else {
        return Finding::unchecked(CHECK, "the RPC server does not tell of its peers: give --rpc-url of a local one");
    };
    let (all, known) = (peers.len(), peers.iter().filter(|peer| peer.is_known).count());
    let found = format!("the best blocks of {known} of {all} peers are known here");
    if all == 0 {
        return Finding::unchecked(CHECK, "there are no peers to compare with");
    }
    if known == all {
        return Finding::ok(CHECK, found);
    }
    if facts.catches_up() {
        return Finding::ok(CHECK, format!("{found}: the node catches up"));
    }
    let cut_off = facts.cut_off.unwrap_or_default();
    let is_apart = facts.health.is_syncing || cut_off >= STRAY && known == 0;
    let since_start = match cut_off {
        0 => String::new(),
        _ => format!("; since the node's start, {cut_off} blocks of others were on forks that finality has cut off"),
    };
    let found = format!("{found}{}{since_start}", claims(facts));
    match (known, is_apart) {
        (0, true) if !facts.progress => Finding::fail(CHECK, found, SPLIT),
        (1.., false) => Finding::ok(CHECK, found),
        _ => Finding::warn(CHECK, found, SPLIT),
    }
}

/// What peers claim, and what came of it while the node was looked at.
fn claims(facts: &Facts) -> String {
    let Facts { highest, health, progress, .. } = facts;
    match (health.is_syncing, highest) {
        (false, _) => String::new(),
        (true, _) if !progress => {
            format!("; peers claim to be ahead, and no block of others came in {} s", PATIENCE.as_secs())
        }
        (true, Some(highest)) => format!("; peers claim to have #{highest}"),
        (true, None) => "; peers claim to be ahead".into(),
    }
}

/// Judges how far finality is behind; `own_depth` is that of `--finality-depth`.
pub(super) fn judge_finality(facts: &Facts, own_depth: Option<u32>) -> Finding {
    const CHECK: &str = "finality";
    let max_reorg = facts.network.params.stake.max_reorg;
    let depth = own_depth.map_or(max_reorg, |own| own.min(max_reorg));
    let lag = facts.best.saturating_sub(facts.finalized);
    let found = format!("#{} is final, {lag} below the best block; the depth is {depth}", facts.finalized);
    if depth == 0 {
        let remedy = "states are never pruned: leave out --finality-depth 0";
        return Finding::warn(CHECK, "switched off by --finality-depth 0", remedy);
    }
    if facts.catches_up() {
        return Finding::ok(CHECK, format!("{found}; it rests while the node catches up"));
    }
    // Blocks are held for half of `max_reorg` block times before they are final (R5.3): in a storm many at once.
    let long = u64::from(max_reorg).saturating_mul(facts.network.params.difficulty.block_time).saturating_mul(2);
    let is_overdue = facts.first_open.is_some_and(|time| facts.now.saturating_sub(time) > long);
    if lag <= depth.saturating_add(max_reorg / 2) || !is_overdue {
        return Finding::ok(CHECK, found);
    }
    Finding::fail(
        CHECK,
        found,
        "after a start it follows within max_reorg block times. Otherwise it is switched off (--finality-depth 0), or the \
         log says `Finality is stuck` and why",
    )
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            answers::{tests::facts, Peer},
            finding::Status::{self, Fail, Ok, Unchecked, Warn},
        },
        *,
    };

    fn peers(known: &[bool]) -> Option<Vec<Peer>> {
        Some(known.iter().map(|is_known| Peer { is_known: *is_known }).collect())
    }

    /// Milliseconds that a best block may be old.
    const LIMIT: u64 = 10 * 15_000 + 30_000;

    #[test]
    fn mining_alone_is_worse_than_few_peers() {
        let judge = |peers, should_have_peers, mining| {
            let mut facts = facts();
            (facts.health.peers, facts.health.should_have_peers, facts.mining.mining) =
                (peers, should_have_peers, mining);
            judge_peers(&facts)
        };
        assert_eq!(judge(0, false, true).status, Ok, "a development chain");
        assert!(judge(0, true, true).found.contains("will be lost"));
        let statuses = [0, 1, 2, 3].map(|peers| judge(peers, true, false).status);
        assert_eq!(statuses, [Fail, Warn, Warn, Ok]);
    }

    #[test]
    fn a_chain_that_stands_still_is_a_failure() {
        let judge = |age: u64, best| judge_blocks(&Facts { best, now: facts().network.time + age, ..facts() }).status;
        assert_eq!([judge(0, 9), judge(LIMIT, 9), judge(LIMIT + 1, 9)], [Ok, Ok, Fail]);
        assert_eq!(judge(0, 0), Warn);
    }

    #[test]
    fn that_peers_claim_to_be_ahead_excuses_no_old_block() {
        let judge = |age: u64, best, progress| {
            let mut facts = Facts { best, now: facts().network.time + age, progress, ..facts() };
            (facts.health.is_syncing, facts.highest) = (true, Some(900));
            judge_blocks(&facts)
        };
        let [behind, fresh] = [judge(LIMIT + 1, 9, true), judge(LIMIT + 1, 0, true)];
        assert_eq!([behind.status, fresh.status], [Ok, Ok]);
        assert_eq!(behind.found, "the node catches up: it has block #9 of #900");
        let stuck = judge(LIMIT + 1, 9, false);
        let silence = "claim to be ahead, and no block of others came in 10 s";
        assert!(stuck.status == Fail && stuck.found.ends_with(silence), "{stuck}");
        assert_eq!(judge(0, 0, false).status, Fail, "none but genesis");
        let [silent, alive] = [false, true].map(|progress| judge(LIMIT, 9, progress));
        assert_eq!([silent.status, alive.status], [Ok; 2], "somebody lies, or is on another chain");
        assert!(alive.found.ends_with("one is due every 15 s; peers claim to have #900"), "{alive}");
    }

    #[test]
    fn a_node_whose_peers_are_elsewhere_is_sent_to_recovery() {
        let judge = |known: &[bool], cut_off, is_syncing, progress| {
            let mut facts = Facts { peers: peers(known), cut_off, progress, ..facts() };
            facts.health.is_syncing = is_syncing;
            judge_fork(&facts)
        };
        let status = |known: &[bool], cut_off| judge(known, cut_off, false, false).status;
        assert_eq!(judge_fork(&Facts { peers: None, ..facts() }).status, Unchecked);
        assert_eq!([status(&[], Some(9)), status(&[false, true], Some(9))], [Unchecked, Ok], "stray blocks of a few");
        assert_eq!([status(&[false; 2], None), status(&[false; 2], Some(2))], [Warn; 2]);
        assert_eq!(judge(&[false; 2], Some(9), false, true).status, Warn, "blocks of others come");
        assert_eq!(judge(&[true; 2], Some(9), true, true).status, Ok, "whoever claims to be ahead is no peer any more");
        // Of peers that are ahead, on a chain that it cannot follow, a node believes that it has to catch up.
        for (cut_off, is_syncing) in [(None, true), (Some(0), true), (Some(3), true), (Some(3), false)] {
            let split = judge(&[false; 2], cut_off, is_syncing, false);
            assert_eq!(split.status, Fail, "{split}");
            assert_eq!(split.found.contains("ahead, and no block of others came in 10 s"), is_syncing, "{split}");
            assert_eq!(split.found.contains("since the node's start, 3 blocks"), cut_off == Some(3), "{split}");
            assert!(split.remedy.unwrap().contains("posw-node recover --fork URL"));
        }
        // Others on this side of a split bring new blocks all the while.
        let side = judge(&[true, false], Some(3), true, true);
        assert!(side.status == Warn && side.found.contains("of 1 of 2 peers"), "{side}");
        assert!(side.remedy.unwrap().contains("the network is split"));
    }

    #[test]
    fn a_node_that_catches_up_does_not_know_yet_what_its_peers_have() {
        let mut facts = Facts { peers: peers(&[false; 2]), progress: true, ..facts() };
        (facts.health.is_syncing, facts.now) = (true, facts.network.time + LIMIT + 1);
        let finding = judge_fork(&facts);
        assert!(finding.status == Ok && finding.found.ends_with("the node catches up"), "{finding}");
    }

    #[test]
    fn finality_follows_within_its_depth_and_a_margin() {
        let judge = |finalized, own, is_syncing, progress| -> Status {
            let mut facts = Facts { best: 100, finalized, progress, ..facts() };
            (facts.health.is_syncing, facts.now) = (is_syncing, facts.network.time + LIMIT + 1);
            facts.first_open = Some(facts.now - 2 * 24 * 15_000 - 1);
            assert_eq!(facts.network.params.stake.max_reorg, 24);
            judge_finality(&facts, own).status
        };
        let status = |finalized, own| judge(finalized, own, false, false);
        assert_eq!([status(76, None), status(64, None), status(63, None)], [Ok, Ok, Fail]);
        assert_eq!([status(84, Some(4)), status(83, Some(4)), status(0, Some(0))], [Ok, Fail, Warn]);
        assert_eq!([judge(0, None, true, true), judge(0, None, true, false)], [Ok, Fail], "it rests in between");
        let storm = Facts { finalized: 0, first_open: Some(facts().now - 2 * 24 * 15_000), ..facts() };
        assert_eq!(judge_finality(&storm, None).status, Ok, "not held for long");
    }
}

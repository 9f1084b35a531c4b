//! Governance by people: the stories of `docs/governance.md`, with the tool that it describes against real nodes.

mod block_time;
mod endings;
mod parameters;
mod refusals;
mod tool;
mod treasury;
mod upgrade;

use self::tool::{governance, governed, Ran};
use crate::common::{process::Node, spec::Spec};
use serde_json::{json, Value};
use sp_keyring::Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve};
use sp_runtime::traits::AccountIdConversion;
use stakework_runtime::{constants::TreasuryPalletId, AccountId};
use std::{thread, time::Duration};

/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(120);
const COIN: u64 = 1_000_000_000_000;
/// The periods of a referendum in blocks of half a second; the voters' coins pass it as soon as both have voted, and those of one
/// alone not for long.
const PERIODS: [(&str, u32); 4] =
    [("preparePeriod", 2), ("decisionPeriod", 1_500), ("confirmPeriod", 3), ("enactmentPeriod", 2)];
/// The tracks that have these periods.
const TRACKS: [&str; 5] = ["root", "consensusParameters", "smallSpender", "referendumCanceller", "referendumKiller"];

/// The development chain at half-second blocks, with epochs of so many. Bob and Charlie have three quarters of the coins.
fn spec(epoch: u32) -> Spec {
    let balances = [(Alice, 1), (Bob, 4), (Charlie, 4), (Dave, 1), (Eve, 1)];
    let balances = balances.map(|(who, millions)| json!([who.to_account_id(), millions * 1_000_000 * COIN]));
    let spec = Spec::boosted(epoch)
        .with("/balances/balances", balances.to_vec())
        .with("/chain/governance/undecidingTimeout", 2_000);
    TRACKS.into_iter().fold(spec, |spec, track| {
        PERIODS
            .into_iter()
            .fold(spec, |spec, (period, blocks)| spec.with(&format!("/chain/governance/{track}/{period}"), blocks))
    })
}

fn miner(spec: &Spec) -> Node {
    Node::start(&["--chain", &spec.chain(), "--alice", "--mine", "--threads", "1"])
}

fn treasury() -> AccountId {
    TreasuryPalletId::get().into_account_truncating()
}

/// Proposes as Eve, who puts the decision deposit on it, too.
fn proposed(node: &Node, proposal: &[&str]) -> Ran {
    let proposed = governed(node, &[&["propose"], proposal, &["--from", "//Eve"]].concat());
    proposed.told("deposited");
    proposed
}

/// Lets Bob and Charlie vote for what was proposed, while somebody watches until it is enacted.
fn voted(node: &Node, proposed: &Ran) {
    let reference = proposed.told("submitted")["referendum"].to_string();
    let watching = {
        let (url, reference) = (node.ws_url(), reference.clone());
        thread::spawn(move || governance(&url, &["watch", &reference, "--json", "--timeout", "100"]))
    };
    for (from, conviction) in [("//Bob", "1"), ("//Charlie", "3")] {
        let vote = ["support", &reference, "--amount", "3900000.5", "--conviction", conviction, "--from", from];
        let amount = governed(node, &vote).told("voted")["amount"].take();
        assert_eq!(amount, json!((3_900_000 * COIN + COIN / 2).to_string()));
    }
    let watched = watching.join().expect("the tool runs to its end");
    println!("watched\n{}", watched.out);
    assert!(watched.status.success(), "{}\n{}", watched.out, watched.err);
    assert_stages(&watched.all_told("state"));
}

/// Has a proposal passed and enacted; what it told.
fn passed(node: &Node, proposal: &[&str]) -> Ran {
    let proposed = proposed(node, proposal);
    voted(node, &proposed);
    proposed
}

/// Expects the stages of a referendum in their order, the enactment last. A reorganisation may have told some of them again.
fn assert_stages(states: &[Value]) {
    let last = |name: &str| {
        let position = states.iter().rposition(|state| state["state"] == name);
        position.unwrap_or_else(|| panic!("no {name} among {states:?}"))
    };
    let stages = ["ConfirmStarted", "Confirmed", "Scheduled", "Dispatched"].map(last);
    assert!(stages.is_sorted(), "{states:?}");
    let [_, confirmed, _, dispatched] = stages.map(|position| tool::number(&states[position]["block"]));
    assert_eq!(dispatched, confirmed + 2, "the track's enactment period has passed");
}

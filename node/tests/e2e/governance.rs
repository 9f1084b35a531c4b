//! Governance by people: the stories of `docs/governance.md`, with the tool that it describes against real nodes.

use crate::common::{
    process::{run_command, turn, Node},
    rpc::Rpc,
    spec::Spec,
    wait::until,
};
use posw_primitives::Factor;
use serde_json::{json, Value};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, Eve, One};
use sp_runtime::traits::AccountIdConversion;
use stakework_next_runtime::{SPEC_VERSION, WASM};
use stakework_runtime::{constants::TreasuryPalletId, AccountId, Runtime};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};
use tempfile::TempDir;

/// How long one run of the tool, and each thing that happens by itself, may take on a busy machine.
const SOON: Duration = Duration::from_secs(120);
const COIN: u64 = 1_000_000_000_000;
/// The boost at genesis.
const BOOST: u64 = 5;
/// The periods of a referendum in blocks of half a second; the voters' coins pass it as soon as they vote.
const PERIODS: [(&str, u32); 4] =
    [("preparePeriod", 2), ("decisionPeriod", 150), ("confirmPeriod", 3), ("enactmentPeriod", 2)];

/// The development chain at half-second blocks. A staked miner's factor is the boost. Bob and Charlie have three quarters of the coins.
fn spec(epoch: u32) -> Spec {
    let balances = [(Alice, 1), (Bob, 4), (Charlie, 4), (Dave, 1), (Eve, 1)];
    let balances = balances.map(|(who, millions)| json!([who.to_account_id(), millions * 1_000_000 * COIN]));
    let longest = 100 * epoch;
    let spec = Spec::fast()
        .with_boost(BOOST)
        .with("/poswStake/params/ration", 0)
        .with("/poswStake/params/maxLead", 0)
        .with("/poswStake/params/epochLength", epoch)
        .with("/poswStake/params/minLock", 3 * epoch)
        .with("/poswStake/params/maxLock", longest)
        .with_stakes(&[(Alice, 10_000 * COIN, longest), (Bob, 10_000 * COIN, longest)])
        .with("/balances/balances", balances.to_vec());
    let tracks = ["root", "consensusParameters", "smallSpender"];
    tracks.into_iter().fold(spec, |spec, track| {
        PERIODS
            .into_iter()
            .fold(spec, |spec, (period, blocks)| spec.with(&format!("/chain/governance/{track}/{period}"), blocks))
    })
}

fn miner(spec: &Spec) -> Node {
    Node::start(&["--chain", &spec.chain(), "--alice", "--mine", "--threads", "1"])
}

/// What a run of the tool left.
struct Ran {
    status: ExitStatus,
    out: String,
    err: String,
}

impl Ran {
    /// The first of its lines that tells this.
    fn told(&self, event: &str) -> Value {
        self.all_told(event).into_iter().next().unwrap_or_else(|| panic!("no '{event}' in\n{}", self.out))
    }

    fn all_told(&self, event: &str) -> Vec<Value> {
        let lines = self.out.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
        lines.filter(|line| line["event"] == event).collect()
    }
}

/// Runs the tool.
fn governance(url: &str, args: &[&str]) -> Ran {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/governance.sh");
    let mut command = Command::new(tool);
    let (status, out, err) = run_command(command.args(args).args(["--url", url]).stdin(Stdio::null()), SOON);
    Ran { status, out, err }
}

/// Runs the tool for its JSON; it must succeed, and say nothing beside.
fn governed(node: &Node, args: &[&str]) -> Ran {
    let ran = governance(&node.ws_url(), &[args, &["--json"]].concat());
    println!("{args:?}\n{}", ran.out);
    assert!(ran.status.success(), "{args:?} failed with {}:\n{}\n{}", ran.status, ran.out, ran.err);
    assert_eq!(ran.err, "", "{args:?}");
    ran
}

/// Proposes as Eve and lets Bob and Charlie vote for it, while somebody watches; the states that were told until it was enacted, and
/// what the proposal told.
fn passed(node: &Node, proposal: &[&str]) -> (Vec<Value>, Ran) {
    let proposed = governed(node, &[&["propose"], proposal, &["--from", "//Eve"]].concat());
    let reference = proposed.told("submitted")["referendum"].to_string();
    proposed.told("deposited");
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
    (watched.all_told("state"), proposed)
}

/// Expects the stages of a referendum in their order, the enactment last. A reorganisation may have told some of them again.
fn assert_stages(states: &[Value]) {
    let last = |name: &str| {
        let position = states.iter().rposition(|state| state["state"] == name);
        position.unwrap_or_else(|| panic!("no {name} among {states:?}"))
    };
    let stages = ["ConfirmStarted", "Confirmed", "Scheduled", "Dispatched"].map(last);
    assert!(stages.is_sorted(), "{states:?}");
    let [_, confirmed, _, dispatched] = stages.map(|position| number(&states[position]["block"]));
    assert_eq!(dispatched, confirmed + 2, "the track's enactment period has passed");
}

/// Number in a value that a run told.
fn number(value: &Value) -> u32 {
    value
        .as_u64()
        .and_then(|number| number.try_into().ok())
        .unwrap_or_else(|| panic!("{value} is no number of 32 bits"))
}

/// Amount in a value that a run told.
fn amount(value: &Value) -> u128 {
    value.as_str().and_then(|text| text.parse().ok()).unwrap_or_else(|| panic!("{value} is no amount"))
}

fn factor(times: u64) -> Factor {
    Factor::clamped(u128::from(times) * 1_000_000_000)
}

/// What is reserved of an account's coins: deposits for referenda and preimages, and stakes.
fn reserved(rpc: &Rpc, who: &AccountId) -> u128 {
    let key = frame_system::Account::<Runtime>::hashed_key_for(who);
    let account: Option<frame_system::AccountInfo<u32, pallet_balances::AccountData<u128>>> =
        rpc.storage_at(&key, rpc.best().0);
    account.map_or(0, |account| account.data.reserved)
}

/// The value of a parameter in force, in the smallest unit.
fn parameter(node: &Node, name: &str) -> Value {
    let all = governed(node, &["parameters"]).all_told("parameter");
    all.into_iter().find(|parameter| parameter["name"] == name).expect("the parameter is told")["value"].take()
}

#[test]
fn the_boost_changes_by_vote() {
    const NEW: u64 = 3;
    let _turn = turn();
    let spec = spec(10);
    let node = miner(&spec);
    let (rpc, eve) = (node.rpc(), Eve.to_account_id());
    assert_eq!(parameter(&node, "stake.curve.boost"), json!("5000000000"));

    let change = ["set-parameter", "stake.curve.boost=3", "stake.horizon=50"];
    let plan = governed(&node, &[&["propose"], &change[..], &["--dry-run"]].concat()).told("proposal");
    assert_eq!(plan["track"], "consensusParameters");
    let changes = json!([["stake.curve.boost", "5.0", "3.0"], ["stake.horizon", "20 blocks", "50 blocks"]]);
    assert_eq!(sorted(&plan["changes"]), sorted(&changes));
    let earliest = &plan["earliest"];
    let [decision, enactment] = ["decision", "enactment"].map(|stage| number(&earliest[stage]));
    assert_eq!([decision, enactment], [3, 3 + 3 + 2].map(|blocks| number(&plan["head"]) + blocks));
    assert!(number(&earliest["inForce"]) > enactment && number(&earliest["inForce"]).is_multiple_of(10), "{earliest}");
    assert_eq!(governed(&node, &["list"]).all_told("none").len(), 1, "a dry run sends nothing");
    assert_eq!(reserved(rpc, &eve), 0);

    let (states, proposed) = passed(&node, &change);
    assert_stages(&states);
    let told = proposed.told("proposal");
    assert_eq!(told["hash"], plan["hash"]);
    let deposits = ["submissionDeposit", "decisionDeposit", "preimageDeposit"].map(|name| amount(&told[name]));
    assert_eq!(reserved(rpc, &eve), deposits.iter().sum::<u128>(), "{deposits:?}");

    let enacted = governed(&node, &["enact", "0"]).told("parameters");
    let from = number(&enacted["fromBlock"]);
    assert_eq!((from % 10, &enacted["replaced"]), (0, &json!(false)));
    assert!((1..=10).contains(&(from - number(&enacted["enacted"]))), "{enacted}");
    until("blocks of the next epoch are mined", SOON, || (rpc.best_number() > from + 5).then_some(()));
    // A block's state is about its child: the change is announced from its enactment on, and in force for the epoch's first block.
    let network = |number| rpc.network(rpc.block_hash(number).expect("the block is known"));
    for block in number(&enacted["enacted"])..from - 1 {
        let pending = network(block).pending.expect("the change is announced");
        assert_eq!((pending.stake.horizon, network(block).params.stake.horizon), (50, 20), "block {block}");
    }
    assert_eq!((network(from - 1).params.stake.horizon, network(from - 1).pending), (50, None));
    for block in from - 3..from + 5 {
        let times = if block < from { BOOST } else { NEW };
        assert_eq!(rpc.claims(block).factor, factor(times), "block {block}; the epoch begins with {from}");
    }
    let account = rpc.account(&Alice.to_account_id(), rpc.best().0);
    assert_eq!((account.boost, account.factor), (factor(NEW), factor(NEW)));
    assert_eq!(parameter(&node, "stake.curve.boost"), json!("3000000000"));

    let returned = governed(&node, &["return", "0", "--from", "//Eve"]);
    assert_eq!((returned.all_told("refunded").len(), returned.all_told("unnoted").len()), (2, 1));
    assert_eq!(reserved(rpc, &eve), 0, "all deposits are back");
    let returned = governed(&node, &["return", "0", "--from", "//Bob"]).told("unvoted");
    assert_eq!(returned["track"], 10);
}

/// A list in JSON by its texts, for comparison without its order.
fn sorted(list: &Value) -> Vec<String> {
    let mut texts: Vec<_> = list.as_array().expect("a list").iter().map(Value::to_string).collect();
    texts.sort();
    texts
}

#[test]
fn the_runtime_is_upgraded_by_vote_on_three_nodes() {
    let _turn = turn();
    let spec = spec(1_000);
    let chain = spec.chain();
    let alice = Node::start(&["--chain", &chain, "--alice", "--mine", "--threads", "1"]);
    let bootnode = alice.multiaddr();
    let bob = Node::start(&["--chain", &chain, "--bob", "--mine", "--threads", "1", "--bootnodes", &bootnode]);
    let follower = Node::start(&["--chain", &chain, "--bootnodes", &bootnode]);
    let nodes = [&alice, &bob, &follower];
    let rpc = follower.rpc();
    until("all nodes are on one chain", SOON, || {
        let common = nodes.iter().map(|node| node.rpc().best_number()).min().filter(|number| *number > 5)?;
        nodes.iter().all(|node| node.rpc().block_hash(common) == rpc.block_hash(common)).then_some(())
    });
    // `PoswStake.cancel_params`, which the next runtime has.
    let new_call = ["propose", "call", "0x0308", "--track", "consensusParameters", "--dry-run"];
    let unknown = governance(&follower.ws_url(), &new_call);
    assert!(unknown.err.contains("no encoded call of this chain"), "{}", unknown.err);

    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let code = file(&folder, "next.wasm", WASM);
    let (states, proposed) = passed(&follower, &["upgrade", &code]);
    assert_stages(&states);
    assert_eq!(proposed.told("proposal")["specVersion"], SPEC_VERSION);
    let applied = governed(&follower, &["enact", "0", &code, "--from", "//Dave"]).told("upgraded");
    let told = number(&applied["block"]);
    until("the new code is final", SOON, || (rpc.finalized_number() >= told).then_some(()));
    // A reorganisation may have moved the transaction since it was told.
    let upgraded = until("the upgraded block is on the chain", SOON, || {
        (told.saturating_sub(8)..=rpc.best_number()).find(|number| {
            let header = rpc.block_hash(*number).and_then(|hash| rpc.header(hash));
            header.is_some_and(|header| header.digest.logs.contains(&sp_runtime::DigestItem::RuntimeEnvironmentUpdated))
        })
    });
    let miners = [Alice, Bob].map(|who| <[u8; 32]>::from(who.to_account_id()));
    let last = until("both miners go on", SOON, || {
        let last = rpc.best_number();
        let mined: Vec<_> = (upgraded + 1..=last).map(|number| rpc.claims(number).miner).collect();
        (last >= upgraded + 12 && miners.iter().all(|miner| mined.contains(miner))).then_some(last)
    });
    until("all nodes finalize the blocks after the upgrade", SOON, || {
        nodes.iter().all(|node| node.rpc().finalized_number() >= last).then_some(())
    });
    for (node, who) in nodes.into_iter().zip(["Alice", "Bob", "the follower"]) {
        assert_eq!(node.rpc().block_hash(last), rpc.block_hash(last), "{who} is on another chain");
        assert_eq!(node.rpc().version().spec, SPEC_VERSION, "{who} runs another version");
        assert_eq!(node.metric("posw_rejected_total"), 0.0, "{who} refused a block");
    }
    // The migration doubles the boost for the first block that the new code runs.
    for number in upgraded - 3..=last {
        let times = if number <= upgraded { BOOST } else { 2 * BOOST };
        assert_eq!(rpc.claims(number).factor, factor(times), "block {number}; the code is in block {upgraded}");
    }
    let known = governance(&follower.ws_url(), &new_call);
    assert!(known.err.contains("poswStake.NothingPending"), "{}", known.err);
    let again = governance(&follower.ws_url(), &["enact", "0", &code, "--from", "//Dave"]);
    assert!(again.err.contains("no upgrade is authorized any more"), "{}", again.err);
}

/// Writes a file that only its owner can read; its path.
fn file(folder: &TempDir, name: &str, content: &[u8]) -> String {
    let path: PathBuf = folder.path().join(name);
    fs::write(&path, content).expect("the file can be written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode can be set");
    path.to_str().expect("temporary folders are text").to_owned()
}

#[test]
fn the_treasury_pays_by_vote() {
    let _turn = turn();
    let spec = spec(10);
    let node = miner(&spec);
    let (rpc, one) = (node.rpc(), One.to_account_id());
    let treasury: AccountId = TreasuryPalletId::get().into_account_truncating();
    let wanted = u128::from(12 * COIN + COIN / 2);
    assert_eq!(rpc.free_balance(&one), 0);

    let (states, proposed) = passed(&node, &["spend", &one.to_string(), "12.5"]);
    assert_stages(&states);
    assert_eq!(proposed.told("proposal")["track"], "smallSpender");
    until("its share of the issuance has filled the treasury", SOON, || {
        (rpc.free_balance(&treasury) > 2 * wanted).then_some(())
    });
    assert_eq!(rpc.free_balance(&one), 0, "an approved spend is not paid before somebody asks for it");
    // Anybody may, and with a key of their own.
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let key = file(&folder, "key", b"//Dave\n");
    let paid = governed(&node, &["enact", "0", "--key-file", &key]).told("paid");
    assert_eq!((amount(&paid["amount"]), &paid["beneficiary"]), (wanted, &json!(one.to_string())));
    assert_eq!(rpc.free_balance(&one), wanted);
    let again = governed(&node, &["enact", "0", "--key-file", &key]).told("paid");
    assert_eq!(again["before"], true);
    assert_eq!(rpc.free_balance(&one), wanted, "once");
}

/// What the tool says, and with which exit code, when something is not possible.
fn refused(node: &Node, args: &[&str], code: i32, message: &str) {
    let ran = governance(&node.ws_url(), args);
    println!("{args:?}: {}", ran.err);
    assert_eq!(ran.status.code(), Some(code), "{args:?}: {}{}", ran.out, ran.err);
    assert!(ran.err.starts_with("error: ") && ran.err.contains(message), "{args:?} says {}", ran.err);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}

#[test]
fn governance_tool_says_why() {
    let _turn = turn();
    let spec = spec(10).with("/chain/governance/smallSpender/decisionPeriod", 4);
    let node = miner(&spec);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let same = file(&folder, "same.wasm", stakework_runtime::WASM_BINARY.expect("the tests are built with the blob"));
    let garbage = file(&folder, "garbage.wasm", b"no code at all");
    let change = |assignment| ["propose", "set-parameter", assignment, "--dry-run"];

    refused(&node, &change("stake.boost=2"), 1, "stake.boost is no parameter; allowed are stake.epochLength, ");
    refused(
        &node,
        &change("stake.horizon=0"),
        1,
        "stake.horizon is 0 blocks, which the chain refuses: poswStake.HorizonOutOfRange",
    );
    refused(&node, &change("stake.maxBoost=10000.1"), 1, "stake.maxBoost is 10000.1, allowed is 1.0 to 10000.0");
    refused(&node, &change("stake.horizon=many"), 1, "stake.horizon is 'many', allowed is a number");
    refused(
        &node,
        &change("chain.governance.root.minApproval=0.4"),
        1,
        "chain.governance.root.minApproval is 0.4, which the chain refuses: chain.MinApprovalOutOfRange (Root)",
    );
    let deeper =
        ["propose", "set-parameter", "stake.maxReorg=11", "stake.activation=3", "stake.minLock=60", "--dry-run"];
    refused(&node, &deeper, 1, "To change rewards.maturity first, use the track economicParameters");
    let tracks = ["propose", "set-parameter", "stake.horizon=9", "rewards.tail=0", "--dry-run"];
    refused(&node, &tracks, 1, "one referendum has one track");
    refused(&node, &["propose", "upgrade", &same, "--dry-run"], 1, "allowed is more than the chain's 100");
    refused(&node, &["propose", "upgrade", &garbage, "--dry-run"], 1, "holds no valid WebAssembly");
    // A call that only root may make: `System.remark` is for everybody, `System.set_heap_pages(0)` is not.
    let call = ["propose", "call", "0x00010000000000000000", "--track", "consensusParameters", "--dry-run"];
    refused(&node, &call, 1, "calls of the track consensusParameters may not do that (BadOrigin)");
    refused(&node, &["watch", "7"], 1, "REF is 7, allowed is none: there are no referenda yet");
    refused(
        &node,
        &["propose", "spend", &address(One), "1"],
        2,
        "propose is signed: give --from //NAME or --key-file FILE",
    );
    refused(&node, &["parameters", "--from", "bottom drive obey"], 2, "--from is for development accounts");
    refused(
        &node,
        &["support", "0", "--amount", "1", "--conviction", "7", "--from", "//Bob"],
        2,
        "--conviction is '7', allowed is 0 to 6",
    );

    // One that nobody votes on.
    let proposed = governed(&node, &["propose", "spend", &address(One), "1", "--no-deposit", "--from", "//Eve"]);
    assert!(proposed.all_told("deposited").is_empty());
    refused(&node, &["enact", "0", "--from", "//Eve"], 1, "referendum 0 is under way");
    refused(&node, &["return", "0", "--from", "//Eve"], 1, "referendum 0 is under way");
    refused(&node, &["watch", "1"], 1, "REF is 1, allowed is 0 to 0");
    let all = ["support", "0", "--amount", "4000000", "--from", "//Bob"];
    refused(&node, &all, 1, "have to stay free for fees");
    governed(&node, &["deposit", "0", "--from", "//Dave"]);
    refused(&node, &["watch", "0"], 1, "referendum 0 is Rejected since block ");
    refused(
        &node,
        &["enact", "0", "--from", "//Eve"],
        1,
        "it did not have enough votes or support when its time was over",
    );
    refused(
        &node,
        &["support", "0", "--amount", "1", "--from", "//Bob"],
        1,
        "referendum 0 is over: Rejected in block ",
    );
    let returned = governed(&node, &["return", "0", "--from", "//Eve"]);
    let refunded: Vec<_> =
        returned.all_told("refunded").into_iter().map(|deposit| deposit["deposit"].clone()).collect();
    assert_eq!(refunded, [json!("decision")], "the submission deposit of a rejected referendum stays");
}

fn address(who: Sr25519Keyring) -> String {
    who.to_account_id().to_string()
}

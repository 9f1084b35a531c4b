//! Files of new chains, from their text to a genesis.

use super::*;
use posw_primitives::{CompactBits, Curve, Factor};
use sc_chain_spec::ChainType;
use sp_keyring::Sr25519Keyring::{Alice, Bob};
use stakework_runtime::{genesis_config_presets::development_governance_params, Runtime, RuntimeGenesisConfig};

/// As in docs/chain.md.
const SMALLEST: &str = r#"
name = "My Chain"
[[endowed]]
account = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
amount = "1000000"
"#;

const ALICE: &str = "'5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'";
const BOB: &str = "'5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'";
const COIN: u128 = 1_000_000_000_000;

fn resolve(text: &str) -> std::result::Result<Chain, Refusal> {
    let document = Document::parse("chain.toml".into(), text.into())?;
    Chain::resolve(&document, ChainFile::read(&document)?, || 123_456_789)
}

/// The chain of the smallest file with more behind it.
fn chain(more: &str) -> Chain {
    resolve(&format!("{SMALLEST}{more}")).unwrap_or_else(|refusal| panic!("{more}\n{refusal}"))
}

/// How the smallest file is refused with `more` behind it, whose first line is the sixth.
fn refusal(more: &str) -> String {
    let refusal = resolve(&format!("{SMALLEST}{more}")).err();
    refusal.unwrap_or_else(|| panic!("it is accepted: {more}")).to_string()
}

#[test]
fn the_smallest_file_has_the_protocols_defaults() {
    let Chain { name, id, chain_type, protocol_id, bootnodes, symbol, decimals, genesis } = chain("");
    assert_eq!((name.as_str(), id.as_str(), protocol_id.as_str()), ("My Chain", "my_chain", "my_chain"));
    assert_eq!((chain_type, symbol.as_str(), decimals), (ChainType::Local, "SWK", 12));
    assert!(bootnodes.is_empty());
    let default = RuntimeGenesisConfig::default();
    assert_eq!(genesis.posw_stake.params, default.posw_stake.params);
    assert_eq!(genesis.difficulty.params, default.difficulty.params);
    assert_eq!(genesis.rewards.params, default.rewards.params);
    assert_eq!(genesis.chain.params, default.chain.params);
    assert_eq!(genesis.chain.governance, default.chain.governance);
    assert_eq!(genesis.balances.balances, [(Alice.to_account_id(), 1_000_000 * COIN)]);
    assert!(genesis.posw_stake.stakes.is_empty() && genesis.posw_stake.keys.is_empty());
    assert!(genesis.technical_committee.members.is_empty() && genesis.sudo.key.is_none());
    // 15 s at 10 MH/s, to the 15 bits that compact bits have.
    let work = genesis.difficulty.starting_bits.unwrap().work().as_u64();
    assert!((150_000_000..150_005_000).contains(&work), "{work}");
}

#[test]
fn every_field_arrives() {
    let text = r#"
name = "All"
id = "all-1"
type = "development"
protocol_id = "all"
bootnodes = ["/ip4/127.0.0.1/tcp/30333/p2p/12D3KooWQCkBm1BYtkHpocxCwMgR8yjitEeHGx8spzcDLGt2gkBm"]
sudo = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
token = { symbol = "ALL", decimals = 3 }

[chain]
ss58_prefix = 7
existential_deposit = "0.5"
fee_per_second = 1
fee_per_byte = "0.001"
deposit_per_item = 2
deposit_per_byte = 3

[difficulty]
block_time = "2 s"
half_life = "1 min"
max_gap = "2 min"
limit = 1_000
start = 1_000_000

[stake]
epoch_length = "10 blocks"
min_lock = "1 day"
max_lock = "2 days"
lock_bonus = "50 %"
activation = 5
unbonding = "1 h"
min_weight = "0.1"
min_total_weight = 100
max_boost = 10
ration = 0.5
horizon = "20 s"
max_lead = 3
max_reorg = "40 blocks"

[stake.curve]
kind = "linear"
unit = 10
slope = 0.25

[rewards]
initial = 5
decay = "90 %"
period = "1 day"
tail = "0.25"
treasury_share = 0.125
treasury_fee_share = "1 %"
maturity = "50 blocks"

[governance]
profile = "fast"
committee = ["5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"]

[[endowed]]
account = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"
amount = "1000.5"
stake = 200
lock = "36 h"
sealing_key = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"
"#;
    let Chain { id, chain_type, protocol_id, bootnodes, symbol, decimals, genesis, .. } = resolve(text).unwrap();
    assert_eq!((id.as_str(), protocol_id.as_str(), symbol.as_str(), decimals), ("all-1", "all", "ALL", 3));
    assert_eq!((chain_type, bootnodes.len()), (ChainType::Development, 1));
    assert_eq!(genesis.sudo.key, Some(Bob.to_account_id()));
    let fees = genesis.chain.params;
    assert_eq!((fees.ss58_prefix, fees.existential_deposit, fees.fee_per_second), (7, 500, 1_000));
    assert_eq!((fees.fee_per_byte, fees.deposit_per_item, fees.deposit_per_byte), (1, 2_000, 3_000));
    let difficulty = genesis.difficulty.params;
    assert_eq!((difficulty.block_time, difficulty.half_life, difficulty.max_gap), (2_000, 60_000, 120_000));
    assert_eq!(difficulty.limit.work().as_u64(), 1_000);
    assert!((1_000_000..1_000_040).contains(&genesis.difficulty.starting_bits.unwrap().work().as_u64()));
    let stake = genesis.posw_stake.params;
    assert_eq!((stake.epoch_length, stake.activation, stake.max_reorg, stake.horizon), (10, 5, 40, 10));
    assert_eq!((stake.min_lock, stake.max_lock, stake.unbonding), (43_200, 86_400, 1_800));
    assert_eq!((stake.min_weight, stake.min_total_weight), (100, 100_000));
    assert_eq!((stake.lock_bonus, stake.ration, stake.max_lead), (500_000_000, 500_000_000, 3_000_000_000));
    assert_eq!(stake.max_boost, Factor::clamped(10_000_000_000));
    assert_eq!(stake.curve, Curve::Linear { unit: 10_000, slope: 250_000_000 });
    let rewards = genesis.rewards.params;
    assert_eq!((rewards.initial, rewards.tail, rewards.period, rewards.maturity), (5_000, 250, 43_200, 50));
    assert_eq!((rewards.decay, rewards.treasury_share), (900_000_000, 125_000_000));
    assert_eq!(rewards.treasury_fee_share, 10_000_000);
    let root = development_governance_params().root;
    assert_eq!(genesis.chain.governance.root.decision_period, root.decision_period);
    // Ten thousand coins of 3 decimals.
    assert_eq!(genesis.chain.governance.root.decision_deposit, 10_000_000);
    let [alice, bob] = [Alice, Bob].map(|who| who.to_account_id());
    assert_eq!(genesis.technical_committee.members, [alice.clone(), bob]);
    assert_eq!(genesis.balances.balances, [(alice.clone(), 1_000_500)]);
    assert_eq!(genesis.posw_stake.stakes, [(alice.clone(), 200_000, 64_800)]);
    assert_eq!(genesis.posw_stake.keys, [(alice, Bob.public())]);
}

#[test]
fn each_curve() {
    let curve = |more: &str| chain(&format!("[stake.curve]\n{more}")).genesis.posw_stake.params;
    assert_eq!(curve("kind = 'flat'").curve, Curve::Flat);
    assert_eq!(curve("kind = 'sqrt'\nunit = 5").curve, Curve::Sqrt { unit: 5 * COIN });
    assert_eq!(curve("kind = 'log2'\nunit = '0.5'").curve, Curve::Log2 { unit: COIN / 2 });
    // The largest boost follows the curve where it has one.
    let constant = curve("kind = 'constant'\nboost = 50");
    assert_eq!(constant.curve, Curve::Constant { boost: constant.max_boost });
    assert_eq!(constant.max_boost.billionths(), 50_000_000_000);
    let power = curve("kind = 'power'\nunit = 1000\ncap = 50\nexponent = 2");
    assert_eq!(power.curve, Curve::Power { unit: 1_000 * COIN, cap: 50, exponent: 2 });
    assert_eq!(power.max_boost.billionths(), 2_500_000_000_000);
}

#[test]
fn the_first_block_is_as_hard_as_the_file_says() {
    let work = |more: &str| chain(more).genesis.difficulty.starting_bits.map(CompactBits::work).unwrap().as_u64();
    assert!((15_000_000..15_001_000).contains(&work("[difficulty]\nhash_rate = '1 MH/s'")));
    let measured = work("[difficulty]\nhash_rate = 'measured'");
    assert!((1_851_851_835..1_852_000_000).contains(&measured), "{measured}");
    // Easier than the default limit, which gives way as far as the largest boost lets it.
    let easy = chain("[difficulty]\nstart = 400").genesis.difficulty;
    assert_eq!(easy.starting_bits, Some(easy.params.limit));
    assert!(refusal("[difficulty]\nstart = 300")
        .contains("which is 300 hashes a block, allowed is the limit of 320 or more"));
}

#[test]
fn times_stay_and_blocks_change_with_the_block_time() {
    let genesis = chain("[difficulty]\nblock_time = '5 s'").genesis;
    let (stake, day) = (genesis.posw_stake.params, 17_280);
    assert_eq!((stake.min_lock, stake.max_lock, stake.unbonding), (7 * day, 365 * day, 7 * day));
    assert_eq!((stake.epoch_length, stake.max_reorg), (240, 24));
    assert_eq!(genesis.difficulty.params.half_life, 72 * 5_000);
    assert_eq!(genesis.rewards.params.period, 3 * 8_400_000);
    assert_eq!(genesis.chain.governance.root.decision_period, 14 * day);
}

#[test]
fn defaults_are_in_range_whatever_else_the_file_says() {
    for block_time in ["500 ms", "1 s", "7 s", "1 min", "1 h"] {
        for decimals in [0, 1, 8, 12, 18] {
            for stake in [
                "",
                "max_reorg = '100 blocks'\nepoch_length = '4 blocks'",
                "epoch_length = '1000 blocks'",
                "max_boost = 1",
                "max_boost = 10000",
                "min_weight = 5000",
                "curve = { kind = 'constant', boost = 10000 }",
            ] {
                for profile in ["production", "fast"] {
                    let rewards = if stake.is_empty() { "initial = 0" } else { "" };
                    chain(&format!(
                        "[difficulty]\nblock_time = '{block_time}'\n[token]\ndecimals = {decimals}\n[stake]\n{stake}\n\
                         [rewards]\n{rewards}\n[governance]\nprofile = '{profile}'\n"
                    ));
                }
            }
        }
    }
}

/// What is in the file has its line, what is allowed, and what is near.
#[test]
fn values_out_of_range_are_refused_with_line_and_range() {
    for (more, expected) in [
        (
            "[stake]\nmax_reorg = '200 blocks'",
            "chain.toml:7: stake.max_reorg is '200 blocks', allowed is \"2 blocks\" to \"100 blocks\"; \
             the nearest is max_reorg = \"100 blocks\"",
        ),
        (
            "[difficulty]\n\nblock_time = \"1 ms\"",
            "chain.toml:8: difficulty.block_time is \"1 ms\", allowed is \"500 ms\" to \"1 h\"; \
             the nearest is block_time = \"500 ms\"",
        ),
        (
            "[stake]\nmin_lock = '1 h'",
            "chain.toml:7: stake.min_lock is '1 h', allowed is \"720 blocks\" to \"42076800 blocks\"; \
             the nearest is min_lock = \"720 blocks\"",
        ),
        (
            "[stake.curve]\nkind = 'constant'\nboost = 0.5",
            "chain.toml:8: stake.curve.boost is 0.5, allowed is 1 to 10_000; the nearest is boost = 1",
        ),
        (
            "[stake]\nmax_boost = 10\ncurve = { kind = 'constant', boost = 11 }",
            "chain.toml:8: stake.curve.boost is 11, allowed is 1 to 10; the nearest is boost = 10",
        ),
        (
            "[rewards]\ntail = 51",
            "chain.toml:7: rewards.tail is 51, allowed is \"0\" to \"50\"; the nearest is tail = \"50\"",
        ),
        (
            "[rewards]\ntreasury_share = '101 %'",
            "chain.toml:7: rewards.treasury_share is '101 %', allowed is 0 to 1; the nearest is treasury_share = 1",
        ),
        (
            "[difficulty]\nlimit = 100",
            "chain.toml: stake.max_boost is 20 where the file does not say, allowed is 1 to 6.25; \
             the nearest is max_boost = 6.25",
        ),
        (
            "[chain]\nss58_prefix = 20000",
            "chain.toml:7: chain.ss58_prefix is 20000, allowed is 0 to 16383; the nearest is ss58_prefix = 16383",
        ),
    ] {
        assert_eq!(refusal(more), expected);
    }
    assert!(refusal("[difficulty]\nlimit = 3").starts_with("chain.toml:7: difficulty.limit is 3, allowed is 16 to "));
}

#[test]
fn unknown_fields_are_refused_with_the_nearest_name() {
    for (more, expected) in [
        ("[stake]\nmin_lok = '7 days'", "chain.toml:7: stake.min_lok is no field of a chain: did you mean min_lock?"),
        ("[stakes]\n", "chain.toml:6: stakes is no field of a chain: did you mean stake?"),
        (
            "colour = 1",
            "chain.toml:6: endowed[0].colour is no field of a chain: known here are account, amount, stake, lock, sealing_key",
        ),
        ("stak = 1", "chain.toml:6: endowed[0].stak is no field of a chain: did you mean stake?"),
        (
            "[stake.curve]\nkind = 'flat'\nunit = 1",
            "chain.toml:8: stake.curve.unit is no field of a chain: known here are kind",
        ),
    ] {
        assert_eq!(refusal(more), expected);
    }
    let misspelt = SMALLEST.replace("name", "nmae");
    let refusal = resolve(&misspelt).err().unwrap().to_string();
    assert_eq!(refusal, "chain.toml:2: nmae is no field of a chain: did you mean name?");
}

#[test]
fn what_is_written_wrong_is_refused_with_what_is_expected() {
    for (more, expected) in [
        ("[stake]\nmin_lock = 7", "chain.toml:7: stake.min_lock is 7, expected a time"),
        ("[stake]\nmin_lock = '7 dys'", "(did you mean days?)"),
        ("[stake]\nration = -1", "chain.toml:7: stake.ration is -1, expected a number such as"),
        ("[stake]\nration = [1]", "chain.toml:7: stake.ration is no single value"),
        ("[stake]\nration = 0.0000000001", "chain.toml:7: stake.ration is 0.0000000001, expected at most 9 digits"),
        ("[rewards]\ninitial = '0.0000000000001'", "expected at most 12 digits after the point"),
        (
            "[stake.curve]\nkind = 'constnt'",
            "chain.toml:7: stake.curve.kind is 'constnt', expected one of flat, constant",
        ),
        ("[stake.curve]\nkind = 'constnt'", "(did you mean constant?)"),
        ("[stake.curve]\nkind = 'power'\ncap = 1", "chain.toml:6: stake.curve.unit is missing"),
        ("[stake.curve]\n", "chain.toml:6: stake.curve.kind is missing"),
        ("[token]\ndecimals = 31", "chain.toml:7: token.decimals is 31, expected a whole number from 0 to 30"),
        ("[token]\nsymbol = ''", "expected 1 to 12 characters"),
        ("[governance]\nprofile = 'quick'", "expected one of production, fast"),
        ("[governance]\ncommittee = 'Alice'", "chain.toml:7: governance.committee is no list"),
        ("lock = '7 days'", "chain.toml:6: endowed[0].lock has no effect without stake"),
        ("[difficulty]\nstart = 1\nhash_rate = '1 H/s'", "chain.toml:8: difficulty.hash_rate and start both say"),
        ("[stake]\nstake = [", "chain.toml:7: "),
        ("[[endowed]]\namount = 1", "chain.toml:6: endowed[1].account is missing"),
    ] {
        let refusal = refusal(more);
        assert!(refusal.contains(expected), "{expected:?} is not in {refusal:?}");
    }
    for (text, expected) in [
        ("", "chain.toml: name is missing: what people call the chain"),
        ("name = 'X'", "chain.toml: endowed is missing: "),
        (
            "name = '語'\n[[endowed]]\naccount='5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'\namount=1",
            "chain.toml:1: name is '語', which",
        ),
        ("name = 'X'\nendowed = 5", "chain.toml:2: endowed is no list of tables, expected [[endowed]]"),
        ("bootnodes = ['localhost']", "chain.toml:1: bootnodes[0] is no address of a node"),
        ("id = 'My Chain'", "chain.toml:1: id is 'My Chain', expected 1 to 64 of a-z"),
        (
            "type = 'Live'",
            "chain.toml:1: type is 'Live', expected one of local, live, development (did you mean live?)",
        ),
    ] {
        let refusal = resolve(text).err().unwrap().to_string();
        assert!(refusal.starts_with(expected), "{expected:?} does not begin {refusal:?}");
    }
}

/// The runtime's checks of accounts and stakes, told about the file.
#[test]
fn what_the_runtime_refuses_has_its_line() {
    let alice = format!("[[endowed]]\naccount = {ALICE}\namount = 1");
    let bob = format!("[[endowed]]\naccount = {BOB}\namount = ");
    let committee = format!("[governance]\ncommittee = [{ALICE},\n{ALICE}]");
    for (more, place, why) in [
        (format!("{bob}'0.0001'"), "chain.toml:8: endowed[1].amount is '0.0001'", "existential deposit"),
        (
            format!("{bob}'30000000000000000000000000'"),
            "chain.toml:8: endowed[1].amount is '3",
            "for all accounts together",
        ),
        (
            format!("{bob}10\nstake = '0.5'"),
            "chain.toml:9: endowed[1].stake is '0.5'",
            "allowed is at least 1000000000000",
        ),
        (
            format!("{bob}10\nstake = 1\nlock = '1 day'"),
            "chain.toml:10: endowed[1].lock is '1 day'",
            "the lock is 5760",
        ),
        (
            format!("{bob}10\nstake = 10"),
            "chain.toml:9: endowed[1].stake is 10",
            "its stakes and key need 10001000000000",
        ),
        (
            format!("sealing_key = {BOB}\n{alice}\nsealing_key = {BOB}"),
            "chain.toml:4: endowed[0].account is \"5Grw",
            "there are two keys",
        ),
        (committee, "chain.toml:8: governance.committee[1] is '5Grw", "in the list twice"),
        (alice, "chain.toml:7: endowed[1].account is '5Grw", "in the list twice"),
        ("[difficulty]\nlimit = 1000\nstart = 999".into(), "chain.toml:8: difficulty.start is 999", "1000 or more"),
    ] {
        let refusal = refusal(&more);
        assert!(refusal.starts_with(place) && refusal.contains(why), "{place:?}, {why:?}: {refusal}");
    }
}

#[test]
fn live_chains_have_no_development_accounts() {
    let live = format!("type = 'live'\n{SMALLEST}");
    let refusal = resolve(&live).err().unwrap().to_string();
    assert!(refusal.starts_with("chain.toml:5: endowed[0].account is the development account Alice"), "{refusal}");
}

#[test]
fn secrets_are_not_repeated() {
    let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
    let line = format!("'{phrase}'");
    for text in [
        format!("name = 'X'\nsudo = {line}"),
        format!("name = 'X'\n[[endowed]]\naccount = {line}\namount = 1"),
        format!("name = 'X'\n[[endowed]]\nsealing_key = {line}"),
        format!("name = 'X'\n[governance]\ncommittee = [{line}]"),
    ] {
        let refusal = resolve(&text).err().unwrap().to_string();
        assert!(refusal.contains(" is no ") && !refusal.contains("drive"), "{refusal}");
    }
}

#[test]
fn a_file_always_gives_the_same_chain_and_another_file_another() {
    let hash = |more: &str| chain_spec::genesis_hash(&specification(&chain(more)).unwrap()).unwrap();
    assert_eq!(hash(""), hash("# a comment"));
    assert_ne!(hash(""), hash("[difficulty]\nhash_rate = '11 MH/s'"));
}

/// JSON's own numbers end at 2^64, which is 18 million coins.
#[test]
fn large_amounts_are_exact() {
    let text = SMALLEST.replace("1000000", "12345678901234.567890123456");
    let storage = specification(&resolve(&text).unwrap()).unwrap().build_storage().unwrap();
    let key = frame_system::Account::<Runtime>::hashed_key_for(Alice.to_account_id());
    let account: frame_system::AccountInfo<u32, pallet_balances::AccountData<u128>> =
        codec::Decode::decode(&mut &storage.top[&key][..]).unwrap();
    assert_eq!(account.data.free, 12_345_678_901_234_567_890_123_456);
}

#[test]
fn figures_are_those_of_the_specification() {
    let text = explain::explain(&chain(""));
    let cells = |line: &str| -> Vec<String> {
        let found = text.lines().find_map(|found| found.trim_start().strip_prefix(line));
        found.unwrap_or_else(|| panic!("no {line:?} in\n{text}")).split_whitespace().map(str::to_owned).collect()
    };
    assert_eq!(cells("share of the weight"), ["0", "%", "10", "%", "25", "%"]);
    assert_eq!(cells("in the long run"), ["20.00", "16.20", "10.50"]);
    assert_eq!(cells("a fork of 6 blocks"), ["20.00", "1.00", "1.00"]);
    assert_eq!(cells("a fork of 24 blocks"), ["20.00", "1.00", "1.00"]);
    assert_eq!(cells("at genesis"), ["1,000,000"]);
    assert_eq!(cells("after 1 year "), ["106,120,000"]);
    assert_eq!(cells("after 4 years"), ["421,239,975"]);
    for words in ["one every 15 s", "14 days from staking", "less than 0.50", "final 24 blocks deep (6 min)"] {
        assert!(text.contains(words), "no {words:?} in\n{text}");
    }
    let plain = explain::explain(&chain("[stake.curve]\nkind = 'flat'"));
    assert!(plain.contains("boosts nobody") && plain.contains("1.00      1.00      1.00"), "{plain}");
    let unrationed = explain::explain(&chain("[stake]\nration = 0\nmax_lead = 0"));
    assert!(unrationed.contains("20.00      1.00      1.00") && unrationed.contains("less than 0.05"), "{unrationed}");
}

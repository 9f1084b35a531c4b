//! The migrations of the next runtime: over the state of a running chain, with all checks of try-runtime; and what they change of a
//! state, which needs no such runtime.

use super::upgrade::{as_root, boost, EPOCH};
use crate::common::{
    extrinsic,
    process::{turn, Node},
    rpc::Rpc,
    spec::{factor, Spec, BOOST},
    wait::until,
};
use codec::{Decode, Encode};
use frame_support::{traits::StorageVersion, weights::Weight};
use posw_primitives::{Curve, StakeParams};
use sc_chain_spec::{GenesisConfigBuilderRuntimeCaller, DEV_RUNTIME_PRESET};
use sc_executor::{error::Error, WasmExecutor};
use serde_json::{json, Value};
use sp_core::{
    hexdisplay::HexDisplay,
    storage::{well_known_keys::CODE, Storage},
    traits::{CallContext, CodeExecutor, RuntimeCode, WrappedRuntimeCode},
    H256,
};
use sp_keyring::Sr25519Keyring::{Bob, Charlie, Dave};
use sp_state_machine::BasicExternalities;
use stakework_next_runtime::WASM;
use stakework_runtime::{genesis_config_presets::development_stake_params, PoswStake, Runtime};
use std::time::Duration;

/// How long each thing that happens by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(180);
/// Most keys that a node gives at once.
const PAGE: usize = 1_000;
/// `UpgradeCheckSelect::All`: the checks before and after each migration, and of the state of all pallets.
const ALL_CHECKS: u8 = 1;

#[test]
#[ignore = "the next runtime has to be built with try-runtime: scripts/test.sh state"]
fn migrations_run_once_over_the_state_of_a_running_chain() {
    let _turn = turn();
    let spec = Spec::boosted(EPOCH);
    let node = Node::start(&["--chain", &spec.chain(), "--alice", "--mine", "--threads", "1"]);
    let rpc = node.rpc();
    // Deposits that do not count yet, and a change of the parameters that has to be migrated, too.
    let stake = |lock| pallet_posw_stake::Call::<Runtime>::stake { amount: 5_000_000_000_000_000, lock };
    let calls = [(Bob, stake(5_000)), (Charlie, stake(3_000)), (Dave, stake(10_000))];
    for (who, call) in calls {
        let transaction = extrinsic::signed(rpc, who, call.into());
        extrinsic::submit(rpc, &transaction).expect("the pool takes the transaction");
        let outcome = until("the stake is in a block", SOON, || extrinsic::outcome(rpc, &transaction));
        assert_eq!(outcome, Ok(()));
    }
    let params = StakeParams { horizon: 30, ..rpc.network(rpc.best().0).params.stake };
    as_root(rpc, pallet_posw_stake::Call::set_params { params });
    let at = until("a change is pending", SOON, || {
        let at = rpc.best().0;
        rpc.network(at).pending.map(|_| at)
    });

    let mut before = exported(rpc, at);
    before.top.insert(CODE.to_vec(), WASM.to_vec());
    assert_eq!([in_force(&before), pending(&before)].map(|params| boost(&params)), [factor(BOOST); 2]);
    assert_eq!(version(&before), 1);
    let (used, allowed, once) = upgraded(&before).expect("the migrations and all checks pass");
    assert!(used.all_lte(allowed), "migrations weigh {used}, a block has room for {allowed}");
    assert_eq!([in_force(&once), pending(&once)].map(|params| boost(&params)), [factor(2 * BOOST); 2]);
    assert_eq!(version(&once), 2);
    let (_, _, twice) = upgraded(&once).expect("the migrations and all checks pass again");
    assert!(twice.top == once.top, "run again, the migrations change what they have migrated");

    // The state is checked: one that says more coins to be staked than there are is refused. Why, the runtime only logs.
    let key = pallet_posw_stake::Staked::<Runtime>::hashed_key();
    let staked: u128 = value(&before, &key).expect("coins are staked");
    before.top.insert(key.to_vec(), (staked + 1).encode());
    let error = upgraded(&before).expect_err("the state is wrong");
    assert!(matches!(error, Error::AbortedDueToTrap(_)), "{error}");
}

#[test]
fn the_migration_doubles_the_boosts_and_changes_nothing_else_however_often_it_runs() {
    let curve = |boost| Curve::Constant { boost: factor(boost) };
    let now = StakeParams { curve: curve(BOOST), ..development_stake_params() };
    let later = StakeParams { horizon: 30, ..now };
    let with_params = |mut state: Storage, [now, later]: [StakeParams; 2], version: u16| {
        state.top.insert(pallet_posw_stake::Parameters::<Runtime>::hashed_key().to_vec(), now.encode());
        state.top.insert(pallet_posw_stake::PendingParams::<Runtime>::hashed_key().to_vec(), later.encode());
        state.top.insert(StorageVersion::storage_key::<PoswStake>().to_vec(), version.encode());
        state
    };
    let code = stakework_runtime::WASM_BINARY.expect("the tests are built with the runtime's blob");
    let genesis = GenesisConfigBuilderRuntimeCaller::<()>::new(code)
        .get_storage_for_named_preset(Some(&DEV_RUNTIME_PRESET.into()))
        .expect("the preset is sound");
    let before = with_params(genesis, [now, later], 1);
    // Where the code is newer than the state, all that consensus asks is answered after the migrations (SPEC R4.1).
    let asked = |state: &Storage| called(state, "PoswApi_network", ()).expect("the runtime answers").1;

    let once = asked(&before);
    let doubled = [now, later].map(|params| StakeParams { curve: curve(2 * BOOST), ..params });
    let expected = with_params(before, doubled, 2);
    let keys = expected.top.keys().chain(once.top.keys());
    let wrong: Vec<_> = keys.filter(|key| expected.top.get(*key) != once.top.get(*key)).map(HexDisplay::from).collect();
    assert!(wrong.is_empty(), "migrated wrongly: {wrong:?}");
    assert!(asked(&once).top == once.top, "run again, the migration changes what it has migrated");
}

/// All of the state at a block.
fn exported(rpc: &Rpc, at: H256) -> Storage {
    let mut keys: Vec<Value> = Vec::new();
    loop {
        let page = rpc.call("state_getKeysPaged", &[json!("0x"), json!(PAGE), json!(keys.last()), json!(at)]);
        let page = page.as_array().expect("keys come in a list");
        keys.extend_from_slice(page);
        if page.len() < PAGE {
            break;
        }
    }
    let sets = rpc.call("state_queryStorageAt", &[json!(keys), json!(at)]);
    let changes = sets[0]["changes"].as_array().expect("values come in a list").iter();
    let bytes = |hex: &Value| array_bytes::hex2bytes(hex.as_str().expect("a value")).expect("hex");
    let top = changes.map(|pair| (bytes(&pair[0]), bytes(&pair[1]))).collect();
    Storage { top, children_default: Default::default() }
}

/// Runs the next runtime's migrations: what they weigh, what a block has room for, and the state after them.
fn upgraded(state: &Storage) -> Result<(Weight, Weight, Storage), Error> {
    let (answer, after) = called(state, "TryRuntime_on_runtime_upgrade", ALL_CHECKS)?;
    let (used, allowed) = Decode::decode(&mut &answer[..]).unwrap_or_else(|error| panic!("no two weights: {error}"));
    Ok((used, allowed, after))
}

/// Calls the next runtime: its answer, and the state after it.
fn called(state: &Storage, function: &str, argument: impl Encode) -> Result<(Vec<u8>, Storage), Error> {
    let mut externalities = BasicExternalities::new(state.clone());
    let fetcher = WrappedRuntimeCode(WASM.into());
    let code = RuntimeCode { code_fetcher: &fetcher, heap_pages: None, hash: b"next".to_vec() };
    let executor = WasmExecutor::<sp_io::SubstrateHostFunctions>::builder().build();
    let (answer, _) = executor.call(&mut externalities, &code, function, &argument.encode(), CallContext::Offchain);
    Ok((answer?, externalities.into_storages()))
}

fn value<T: Decode>(state: &Storage, key: &[u8]) -> Option<T> {
    state.top.get(key).map(|value| T::decode(&mut &value[..]).expect("the type fits"))
}

fn in_force(state: &Storage) -> StakeParams {
    value(state, &pallet_posw_stake::Parameters::<Runtime>::hashed_key()).expect("there are parameters")
}

fn pending(state: &Storage) -> StakeParams {
    value(state, &pallet_posw_stake::PendingParams::<Runtime>::hashed_key()).expect("a change is pending")
}

fn version(state: &Storage) -> u16 {
    value(state, &StorageVersion::storage_key::<PoswStake>()).expect("the pallet has a version")
}

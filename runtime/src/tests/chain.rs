//! A development chain in memory, whose blocks are built, taken back and executed as a node's peers execute them.

use crate::{
    apis::api::dispatch, genesis_config_presets::get_preset, Block, Chain, Difficulty, Executive, Header, PoswStake,
    Rewards, Runtime, RuntimeCall, RuntimeGenesisConfig, SignedPayload, System, TxExtension, UncheckedExtrinsic,
    VERSION,
};
use codec::{Decode, Encode};
use posw_primitives::Claims;
use sp_consensus_posw::claims_item;
use sp_core::H256;
use sp_genesis_builder::{PresetId, DEV_RUNTIME_PRESET};
use sp_inherents::InherentData;
use sp_io::storage::{commit_transaction, rollback_transaction, start_transaction};
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
    generic::{Digest, Era},
    traits::{BlakeTwo256, Block as _, Header as _},
    transaction_validity::TransactionValidityError,
    AccountId32, MultiAddress, MultiSignature,
};
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};

/// Milliseconds between blocks.
const BLOCK_TIME: u64 = 3_000;
/// Time of block 0.
const START: u64 = 1_700_000_000_000;

/// Runs a test on the development chain; the invariants of all pallets hold afterwards.
pub(super) fn run(test: impl FnOnce()) {
    let mut state = sp_io::TestExternalities::default();
    state.execute_with(|| {
        crate::genesis::build_state(&development_json()).expect("the preset is sound");
        test();
        check_state();
    });
}

/// The complete genesis configuration of the development preset.
pub(super) fn development_json() -> Vec<u8> {
    preset_json(&DEV_RUNTIME_PRESET.into())
}

/// The complete genesis configuration of a preset, put together as a chain specification is.
pub(super) fn preset_json(name: &PresetId) -> Vec<u8> {
    let mut config = serde_json::to_value(RuntimeGenesisConfig::default()).expect("it has a JSON form");
    let patch = get_preset(name).expect("the preset exists");
    merge(&mut config, serde_json::from_slice(&patch).expect("the preset is JSON"));
    serde_json::to_vec(&config).expect("JSON can be written")
}

fn merge(to: &mut serde_json::Value, from: serde_json::Value) {
    match (to, from) {
        (serde_json::Value::Object(to), serde_json::Value::Object(from)) => {
            from.into_iter().for_each(|(key, value)| merge(to.entry(key).or_insert(serde_json::Value::Null), value));
        }
        (to, from) => *to = from,
    }
}

/// Checks the invariants of our pallets, which read all accounts; with try-runtime those of the SDK's, too.
pub(super) fn check_state() {
    let checks = [Chain::check_state(), PoswStake::check_state(), Difficulty::check_state(), Rewards::check_state()];
    checks.into_iter().for_each(|check| check.expect("the invariants hold"));
    #[cfg(feature = "try-runtime")]
    {
        use frame_support::traits::{TryState, TryStateSelect};
        let number = System::block_number();
        crate::AllPalletsWithSystem::try_state(number, TryStateSelect::All).expect("the invariants hold");
    }
}

/// Runs `action` in a storage transaction, whose changes are kept where `keep` says so and `action` does not panic.
pub(super) fn in_transaction<T>(keep: bool, action: impl FnOnce() -> T) -> T {
    start_transaction();
    match catch_unwind(AssertUnwindSafe(action)) {
        Ok(value) if keep => {
            commit_transaction();
            value
        }
        Ok(value) => {
            rollback_transaction();
            value
        }
        Err(panic) => {
            rollback_transaction();
            resume_unwind(panic)
        }
    }
}

/// Calls the runtime as the node does.
pub(super) fn call<T: Decode>(function: &str, argument: impl Encode) -> T {
    let answer =
        in_transaction(false, || dispatch(function, &argument.encode()).expect("the runtime has the function"));
    T::decode(&mut &answer[..]).expect("the type fits")
}

/// What a block by `miner` must claim now.
pub(super) fn claims(miner: Sr25519Keyring) -> Claims {
    call("PoswApi_claims", miner.to_account_id())
}

/// Number of the next block.
pub(super) fn next_number() -> u32 {
    System::block_number() + 1
}

/// The time of a block that comes when it is due.
pub(super) fn time_of(number: u32) -> u64 {
    START + u64::from(number) * BLOCK_TIME
}

/// Builds a block with `claims` on the present state, which is left as it was.
pub(super) fn build(claims: &Claims, transactions: &[UncheckedExtrinsic]) -> Block {
    build_at(time_of(next_number()), claims, transactions)
}

/// The inherent of a block's time.
fn set_time(now: u64) -> UncheckedExtrinsic {
    UncheckedExtrinsic::new_bare(RuntimeCall::Timestamp(pallet_timestamp::Call::set { now }))
}

/// Builds a block with another time than when it is due.
pub(super) fn build_at(time: u64, claims: &Claims, transactions: &[UncheckedExtrinsic]) -> Block {
    let mut extrinsics = vec![set_time(time)];
    extrinsics.extend_from_slice(transactions);
    let header = next_header(Digest { logs: vec![claims_item(claims)] });
    let header = in_transaction(false, || {
        Executive::initialize_block(&header);
        for extrinsic in &extrinsics {
            Executive::apply_extrinsic(extrinsic.clone()).expect("it is valid").expect("it succeeds");
        }
        Executive::finalize_block()
    });
    Block::new(header, extrinsics)
}

/// The header with which the next block begins.
fn next_header(digest: Digest) -> Header {
    let number = next_number();
    // The state knows a block's hash from its child; any will do but for genesis, which transactions sign.
    let parent = if number == 1 { System::block_hash(0) } else { H256::from_low_u64_be(number.into()) };
    Header::new(number, Default::default(), Default::default(), parent, digest)
}

/// What the node asks for where a block is to hold no transactions.
pub(super) fn empty_block(miner: Sr25519Keyring) -> Block {
    let mut data = InherentData::new();
    data.put_data(sp_timestamp::INHERENT_IDENTIFIER, &time_of(next_number())).expect("the only one");
    let arguments = (next_header(Digest::default()), miner.to_account_id(), data);
    let built: Result<_, TransactionValidityError> = call("PoswApi_empty_block", arguments);
    built.expect("its inherents are valid")
}

/// The block with other extrinsics, and a header that knows them.
pub(super) fn with_extrinsics(mut block: Block, extrinsics: Vec<UncheckedExtrinsic>) -> Block {
    let encoded = extrinsics.iter().map(Encode::encode).collect();
    let version = VERSION.extrinsics_root_state_version();
    block.header.extrinsics_root = frame_system::extrinsics_data_root::<BlakeTwo256>(encoded, version);
    block.extrinsics = extrinsics;
    block
}

/// The block with another time.
pub(super) fn with_time(block: Block, time: u64) -> Block {
    with_extrinsics(block, vec![set_time(time)])
}

/// Expects a panic with this in its message.
pub(super) fn assert_panics(message: &str, action: impl FnOnce()) {
    let panic = catch_unwind(AssertUnwindSafe(action)).expect_err("it does not panic");
    let found = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    assert!(found.is_some_and(|found| found.contains(message)), "{found:?}");
}

/// Builds a block and executes it.
pub(super) fn mine_with(miner: Sr25519Keyring, transactions: &[UncheckedExtrinsic]) {
    execute(build(&claims(miner), transactions));
}

/// An empty block.
pub(super) fn mine(miner: Sr25519Keyring) {
    mine_with(miner, &[]);
}

/// Mines empty blocks up to a height.
pub(super) fn mine_to(miner: Sr25519Keyring, number: u32) {
    while System::block_number() < number {
        mine(miner);
    }
}

/// Executes a block as a peer does: digests, extrinsics root and state root are compared.
pub(super) fn execute(block: Block) {
    in_transaction(true, || Executive::execute_block(block.into()));
}

/// What a transaction carries beside its call; `nth` counts those of the same account in one block.
pub(super) fn extension(from: Sr25519Keyring, nth: u32, tip: u128) -> TxExtension {
    (
        frame_system::CheckNonZeroSender::new(),
        frame_system::CheckSpecVersion::new(),
        frame_system::CheckTxVersion::new(),
        frame_system::CheckGenesis::new(),
        frame_system::CheckEra::from(Era::Immortal),
        frame_system::CheckNonce::from(System::account_nonce(from.to_account_id()) + nth),
        frame_system::CheckWeight::new(),
        pallet_transaction_payment::ChargeTransactionPayment::from(tip),
        frame_metadata_hash_extension::CheckMetadataHash::new(false),
    )
}

/// A signed transaction; `nth` counts those of the same account in one block.
pub(super) fn signed(from: Sr25519Keyring, nth: u32, tip: u128, call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
    let (account, extension) = (from.to_account_id(), extension(from, nth, tip));
    let genesis = System::block_hash(0);
    let implicit = ((), VERSION.spec_version, VERSION.transaction_version, genesis, genesis, (), (), (), None);
    let call = call.into();
    let payload = SignedPayload::from_raw(call.clone(), extension.clone(), implicit);
    let signature = MultiSignature::Sr25519(payload.using_encoded(|payload| from.sign(payload)));
    UncheckedExtrinsic::new_signed(call, MultiAddress::Id(account), signature, extension)
}

/// What an account can spend.
pub(super) fn balance(who: &AccountId32) -> u128 {
    pallet_balances::Pallet::<Runtime>::free_balance(who)
}

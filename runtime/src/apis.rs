//! What the node may ask the runtime.

use crate::{
    configs::consensus::{current_params, pending_params},
    genesis, genesis_config_presets, governance, AccountId, Balance, Block, Chain, Difficulty, Executive,
    InherentDataExt, Nonce, OriginCaller, PoswStake, Runtime, RuntimeCall, RuntimeGenesisConfig, SessionKeys, System,
    Timestamp, TransactionPayment, VERSION,
};
use alloc::{string::ToString, vec::Vec};
use frame_support::{genesis_builder_helper::get_preset, storage::with_transaction_unchecked, weights::Weight};
use pallet_chain::{ChainParams, GovernanceParams, RehearsalError};
use posw_primitives::Claims;
use sp_api::impl_runtime_apis;
use sp_consensus_posw::{claims_item, AccountState, BaseTarget, NetworkState, Plausibility};
use sp_core::{OpaqueMetadata, U256};
use sp_genesis_builder::PresetId;
use sp_inherents::{CheckInherentsResult, InherentData};
use sp_runtime::{
    traits::Block as BlockT,
    transaction_validity::{TransactionSource, TransactionValidity, TransactionValidityError},
    ApplyExtrinsicResult, ExtrinsicInclusionMode, TransactionOutcome,
};
use sp_session::OpaqueGeneratedSessionKeys;
use sp_version::RuntimeVersion;

/// Brings the state to where a child of this block finds it when it checks its claims: where the code is newer than the
/// state, the upgrade runs first. An API call's changes are discarded.
///
/// # Consensus
/// R4.1.
fn upgrade_state() {
    let last = frame_system::LastRuntimeUpgrade::<Runtime>::get();
    if last.is_none_or(|last| last.was_upgraded(&VERSION)) {
        Executive::execute_on_runtime_upgrade();
    }
}

fn claims(miner: &AccountId) -> Claims {
    upgrade_state();
    PoswStake::claims_for(miner)
}

impl_runtime_apis! {
    impl sp_api::Core<Block> for Runtime {
        fn version() -> RuntimeVersion {
            VERSION
        }

        fn execute_block(block: <Block as BlockT>::LazyBlock) {
            Executive::execute_block(block);
        }

        fn initialize_block(header: &<Block as BlockT>::Header) -> ExtrinsicInclusionMode {
            Executive::initialize_block(header)
        }
    }

    impl sp_api::Metadata<Block> for Runtime {
        fn metadata() -> OpaqueMetadata {
            OpaqueMetadata::new(Runtime::metadata().into())
        }

        fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
            Runtime::metadata_at_version(version)
        }

        fn metadata_versions() -> Vec<u32> {
            Runtime::metadata_versions()
        }
    }

    impl frame_support::view_functions::runtime_api::RuntimeViewFunction<Block> for Runtime {
        fn execute_view_function(
            id: frame_support::view_functions::ViewFunctionId,
            input: Vec<u8>,
        ) -> Result<Vec<u8>, frame_support::view_functions::ViewFunctionDispatchError> {
            Runtime::execute_view_function(id, input)
        }
    }

    impl sp_block_builder::BlockBuilder<Block> for Runtime {
        fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
            Executive::apply_extrinsic(extrinsic)
        }

        fn finalize_block() -> <Block as BlockT>::Header {
            Executive::finalize_block()
        }

        fn inherent_extrinsics(data: InherentData) -> Vec<<Block as BlockT>::Extrinsic> {
            data.create_extrinsics()
        }

        fn check_inherents(block: <Block as BlockT>::LazyBlock, data: InherentData) -> CheckInherentsResult {
            data.check_extrinsics(&block)
        }
    }

    impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
        fn validate_transaction(
            source: TransactionSource,
            transaction: <Block as BlockT>::Extrinsic,
            block: <Block as BlockT>::Hash,
        ) -> TransactionValidity {
            Executive::validate_transaction(source, transaction, block)
        }
    }

    impl sp_offchain::OffchainWorkerApi<Block> for Runtime {
        fn offchain_worker(header: &<Block as BlockT>::Header) {
            Executive::offchain_worker(header)
        }
    }

    impl sp_session::SessionKeys<Block> for Runtime {
        fn generate_session_keys(owner: Vec<u8>, seed: Option<Vec<u8>>) -> OpaqueGeneratedSessionKeys {
            SessionKeys::generate(&owner, seed).into()
        }

        fn decode_session_keys(encoded: Vec<u8>) -> Option<Vec<(Vec<u8>, sp_core::crypto::KeyTypeId)>> {
            SessionKeys::decode_into_raw_public_keys(&encoded)
        }
    }

    impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, Nonce> for Runtime {
        fn account_nonce(account: AccountId) -> Nonce {
            System::account_nonce(account)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance> for Runtime {
        fn query_info(
            extrinsic: <Block as BlockT>::Extrinsic,
            length: u32,
        ) -> pallet_transaction_payment_rpc_runtime_api::RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_info(extrinsic, length)
        }

        fn query_fee_details(
            extrinsic: <Block as BlockT>::Extrinsic,
            length: u32,
        ) -> pallet_transaction_payment::FeeDetails<Balance> {
            TransactionPayment::query_fee_details(extrinsic, length)
        }

        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }

        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentCallApi<Block, Balance, RuntimeCall> for Runtime {
        fn query_call_info(
            call: RuntimeCall,
            length: u32,
        ) -> pallet_transaction_payment::RuntimeDispatchInfo<Balance> {
            TransactionPayment::query_call_info(call, length)
        }

        fn query_call_fee_details(
            call: RuntimeCall,
            length: u32,
        ) -> pallet_transaction_payment::FeeDetails<Balance> {
            TransactionPayment::query_call_fee_details(call, length)
        }

        fn query_weight_to_fee(weight: Weight) -> Balance {
            TransactionPayment::weight_to_fee(weight)
        }

        fn query_length_to_fee(length: u32) -> Balance {
            TransactionPayment::length_to_fee(length)
        }
    }

    impl sp_consensus_pow::DifficultyApi<Block, U256> for Runtime {
        fn difficulty() -> U256 {
            upgrade_state();
            Difficulty::base_bits().work()
        }
    }

    impl sp_consensus_posw::PoswApi<Block> for Runtime {
        fn claims(miner: AccountId) -> Claims {
            claims(&miner)
        }

        fn network() -> NetworkState {
            upgrade_state();
            let base_bits = Difficulty::base_bits();
            NetworkState {
                time: Timestamp::get(),
                base_bits,
                difficulty: base_bits.work(),
                epoch: PoswStake::epoch(),
                total_weight: PoswStake::total_weight(),
                staked: PoswStake::staked(),
                lead_cap: PoswStake::lead_cap(),
                mean_inverse_factor: PoswStake::mean_inverse_factor(),
                params: current_params(),
                pending: pending_params(),
            }
        }

        fn account(account: AccountId) -> AccountState {
            upgrade_state();
            PoswStake::account_state(&account)
        }

        fn plausibility() -> Plausibility {
            upgrade_state();
            let params = current_params();
            let (anchor, schedule_shift) = Difficulty::schedule();
            Plausibility {
                anchor,
                schedule_shift,
                difficulty: params.difficulty,
                re_anchors_after: Difficulty::pending_parameters().map(|_| PoswStake::epoch().last()),
                max_boost: params.stake.max_boost,
                max_reorg: params.stake.max_reorg,
            }
        }

        fn check_params() -> Result<(), alloc::string::String> {
            upgrade_state();
            for params in [Some(current_params()), pending_params()].into_iter().flatten() {
                params.check().map_err(|error| error.to_string())?;
            }
            Difficulty::check_base_bits()?;
            Chain::parameters().check().map_err(|error| error.to_string())?;
            Chain::governance().check().map_err(|error| error.to_string())
        }

        fn empty_block(
            mut header: <Block as BlockT>::Header,
            miner: AccountId,
            data: InherentData,
        ) -> Result<Block, TransactionValidityError> {
            // Where the upgrade runs for the claims, the block has yet to run it.
            let claims = with_transaction_unchecked(|| TransactionOutcome::Rollback(claims(&miner)));
            header.digest.push(claims_item(&claims));
            Executive::initialize_block(&header);
            let inherents = data.create_extrinsics();
            for inherent in &inherents {
                // The outcome is not looked at: an inherent whose call fails is no valid one.
                let _ = Executive::apply_extrinsic(inherent.clone())?;
            }
            Ok(Block::new(Executive::finalize_block(), inherents))
        }
    }

    impl pallet_chain::runtime_api::ChainApi<Block, OriginCaller> for Runtime {
        fn parameters() -> (ChainParams, Option<ChainParams>) {
            upgrade_state();
            Chain::current_parameters()
        }

        fn governance() -> (GovernanceParams, Option<GovernanceParams>) {
            upgrade_state();
            Chain::current_governance()
        }

        fn rehearse(origin: OriginCaller, call: Vec<u8>) -> Result<(), RehearsalError> {
            upgrade_state();
            governance::rehearse(origin, &call)
        }
    }

    impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
        fn build_state(json: Vec<u8>) -> sp_genesis_builder::Result {
            genesis::build_state(&json)
        }

        fn get_preset(id: &Option<PresetId>) -> Option<Vec<u8>> {
            get_preset::<RuntimeGenesisConfig>(id, genesis_config_presets::get_preset)
        }

        fn preset_names() -> Vec<PresetId> {
            genesis_config_presets::preset_names()
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    impl frame_benchmarking::Benchmark<Block> for Runtime {
        fn benchmark_metadata(
            extra: bool,
        ) -> (Vec<frame_benchmarking::BenchmarkList>, Vec<frame_support::traits::StorageInfo>) {
            crate::benchmarks::metadata(extra)
        }

        fn dispatch_benchmark(
            config: frame_benchmarking::BenchmarkConfig,
        ) -> Result<Vec<frame_benchmarking::BenchmarkBatch>, alloc::string::String> {
            crate::benchmarks::dispatch(config)
        }
    }

    #[cfg(feature = "try-runtime")]
    impl frame_try_runtime::TryRuntime<Block> for Runtime {
        fn on_runtime_upgrade(checks: frame_try_runtime::UpgradeCheckSelect) -> (Weight, Weight) {
            let weight = Executive::try_runtime_upgrade(checks).unwrap_or_else(|error| panic!("{error:?}"));
            (weight, crate::configs::system::RuntimeBlockWeights::get().max_block)
        }

        fn execute_block(
            block: <Block as BlockT>::LazyBlock,
            state_root_check: bool,
            signature_check: bool,
            select: frame_try_runtime::TryStateSelect,
        ) -> Weight {
            Executive::try_execute_block(block, state_root_check, signature_check, select)
                .unwrap_or_else(|error| panic!("{error:?}"))
        }
    }
}

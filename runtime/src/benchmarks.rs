//! The pallets whose weights are measured in this runtime.

use alloc::{string::String, vec::Vec};
use frame_benchmarking::{
    add_benchmark, define_benchmarks, list_benchmark, BenchmarkBatch, BenchmarkConfig, BenchmarkList, Benchmarking,
};
use frame_support::traits::{StorageInfo, StorageInfoTrait, WhitelistedStorageKeys};

define_benchmarks!(
    [pallet_chain, crate::Chain]
    [pallet_posw_stake, crate::PoswStake]
    [pallet_difficulty, crate::Difficulty]
    [pallet_rewards, crate::Rewards]
);

pub(crate) fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
    let mut list = Vec::<BenchmarkList>::new();
    list_benchmarks!(list, extra);
    (list, crate::AllPalletsWithSystem::storage_info())
}

pub(crate) fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
    let whitelist = crate::AllPalletsWithSystem::whitelisted_storage_keys();
    let mut batches = Vec::<BenchmarkBatch>::new();
    let params = (&config, &whitelist);
    add_benchmarks!(params, batches);
    Ok(batches)
}

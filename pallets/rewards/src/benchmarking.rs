//! Benchmarks of the call and of the end of a block.

use crate::{types::Reward, Call, Config, Outstanding, Pallet, Parameters, Pending, PendingParams, Unpaid};
use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;
use posw_primitives::RewardParams;
use sp_consensus_posw::EndOfBlock;

const COIN: u128 = 1_000_000_000_000;

fn other_params<T: Config>() -> RewardParams {
    let params = Parameters::<T>::get();
    RewardParams { maturity: params.maturity + 1, ..params }
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// The worst case: a reward matures for a new account that was not paid before, and new parameters come in force.
    #[benchmark]
    fn end_of_block() {
        let number = 1_000;
        let miner: T::AccountId = account("miner", 0, 0);
        Pending::<T>::insert(number, Reward { miner: miner.clone(), amount: COIN, treasury: COIN });
        Unpaid::<T>::insert(&miner, COIN);
        Outstanding::<T>::put(3 * COIN);
        let new = other_params::<T>();
        PendingParams::<T>::put(new);

        #[block]
        {
            Pallet::<T>::end_of_block(number, true);
        }

        assert_eq!(Parameters::<T>::get(), new);
        assert_eq!(Unpaid::<T>::get(&miner), 0);
        assert!(!Pending::<T>::contains_key(number));
    }

    #[benchmark]
    fn set_params() -> Result<(), BenchmarkError> {
        let origin = T::ParamsOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        let new = other_params::<T>();

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, new);

        assert_eq!(PendingParams::<T>::get(), Some(new));
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

//! Benchmarks of the call and of the end of a block.

use crate::{
    payout::MAX_MINTED, types::Reward, Call, Config, OldestPending, Outstanding, Pallet, Parameters, Pending,
    PendingParams, Unpaid,
};
use alloc::vec::Vec;
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

    /// The worst case: rewards are minted for new accounts that were not paid before, and new parameters come in force.
    #[benchmark]
    fn end_of_block() {
        let oldest = 1_000;
        let number = oldest + MAX_MINTED + Parameters::<T>::get().maturity;
        let miners: Vec<T::AccountId> = (0..MAX_MINTED).map(|index| account("miner", index, 0)).collect();
        for (earned_in, miner) in (oldest..).zip(&miners) {
            Pending::<T>::insert(earned_in, Reward { miner: miner.clone(), amount: COIN, treasury: COIN });
            Unpaid::<T>::insert(miner, COIN);
            Outstanding::<T>::mutate(|sum| *sum += 3 * COIN);
        }
        OldestPending::<T>::put(oldest);
        let new = other_params::<T>();
        PendingParams::<T>::put(new);

        #[block]
        {
            Pallet::<T>::end_of_block(number, true);
        }

        assert_eq!(Parameters::<T>::get(), new);
        assert!(miners.iter().all(|miner| Unpaid::<T>::get(miner) == 0));
        assert_eq!(OldestPending::<T>::get(), oldest + MAX_MINTED);
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

    /// The end of a block in which a reward is due, among `10 * 100^p` pending ones: 10, 1,000 and 100,000 cost the same.
    #[benchmark(extra)]
    fn block(p: Linear<0, 2>) {
        let pending = 10u32.saturating_mul(100u32.saturating_pow(p));
        let miner: T::AccountId = account("miner", 0, 0);
        for earned_in in 1..=pending {
            Pending::<T>::insert(earned_in, Reward { miner: miner.clone(), amount: COIN, treasury: COIN });
        }
        Outstanding::<T>::put(2 * COIN * u128::from(pending));
        OldestPending::<T>::put(1);
        let number = 1 + Parameters::<T>::get().maturity;

        #[block]
        {
            Pallet::<T>::end_of_block(number, true);
        }

        assert_eq!(OldestPending::<T>::get(), 2);
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}

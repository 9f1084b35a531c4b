//! Benchmarks of the calls together with the end of the epoch that they take effect at.

use super::*;
use alloc::boxed::Box;
use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;
use sp_consensus_posw::EndOfBlock;

fn changed() -> ChainParams {
    ChainParams { fee_per_byte: 1, ..ChainParams::default() }
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn set_params() -> Result<(), BenchmarkError> {
        let origin = T::ParamsOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

        #[block]
        {
            Pallet::<T>::set_params(origin, changed())?;
            Pallet::<T>::end_of_block(1, true);
        }

        assert_eq!(Parameters::<T>::get(), changed());
        Ok(())
    }

    #[benchmark]
    fn set_governance() -> Result<(), BenchmarkError> {
        let origin = T::GovernanceOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;
        let changed = GovernanceParams { spend_period: 1, ..GovernanceParams::default() };

        #[block]
        {
            Pallet::<T>::set_governance(origin, Box::new(changed))?;
            Pallet::<T>::end_of_block(1, true);
        }

        assert_eq!(Governance::<T>::get(), changed);
        Ok(())
    }

    impl_benchmark_test_suite!(Pallet, crate::tests::new_test_ext(), crate::tests::Test);
}

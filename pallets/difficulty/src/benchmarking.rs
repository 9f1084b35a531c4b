//! Benchmarks of the call and of the end of a block.

use crate::{Anchor, BaseBits, Call, Config, LastTime, Pallet, Parameters, PendingParams};
use frame_benchmarking::v2::*;
use frame_support::traits::{EnsureOrigin, Time};
use posw_primitives::{retarget, DifficultyParams};
use sp_consensus_posw::EndOfBlock;

fn other_params<T: Config>() -> DifficultyParams {
    let params = Parameters::<T>::get();
    DifficultyParams { half_life: params.half_life + 1, ..params }
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// The worst case: new parameters. A long gap touches nothing else, as they reset the schedule's shift in any case.
    #[benchmark]
    fn end_of_block() {
        let new = other_params::<T>();
        let bits = BaseBits::<T>::get();
        Anchor::<T>::put(retarget::Anchor { bits, height: 1, parent_time: 0 });
        LastTime::<T>::put(0);
        PendingParams::<T>::put(new);

        #[block]
        {
            Pallet::<T>::end_of_block(1_000, true);
        }

        assert_eq!(Parameters::<T>::get(), new);
        assert_eq!(LastTime::<T>::get(), T::Time::now());
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

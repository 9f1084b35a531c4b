//! Changing the parameters (section 10).

use crate::{Config, Error, Event, Pallet, Parameters, PendingParams};
use posw_primitives::{
    params::{Field, ParamError},
    DifficultyParams, Params,
};
use sp_core::Get;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// The parameters in force.
    pub fn parameters() -> DifficultyParams {
        Parameters::<T>::get()
    }

    /// The parameters that will be in force from the next epoch on, where a change is pending.
    pub fn pending_parameters() -> Option<DifficultyParams> {
        PendingParams::<T>::get()
    }

    /// Schedules `new` for the next epoch where it is in range, together with what is pending in other pallets.
    pub(crate) fn do_set_params(new: DifficultyParams) -> DispatchResult {
        let candidate = Params { difficulty: new, ..T::AllParams::get() };
        candidate.check().map_err(|error| {
            log::debug!(target: crate::LOG_TARGET, "parameters refused: {error}");
            Error::<T>::from(error)
        })?;
        PendingParams::<T>::put(new);
        Self::deposit_event(Event::ParamsScheduled { old: Parameters::<T>::get(), new });
        Ok(())
    }
}

impl<T> From<ParamError> for Error<T> {
    fn from(error: ParamError) -> Self {
        match error.field {
            Field::BlockTime => Self::BlockTimeOutOfRange,
            Field::HalfLife => Self::HalfLifeOutOfRange,
            Field::MaxGap => Self::MaxGapOutOfRange,
            // The largest boost is no field of the call, but the limit is bound to it (R8.4).
            Field::Limit | Field::MaxBoost => Self::LimitOutOfRange,
            _ => Self::OtherParameterOutOfRange,
        }
    }
}

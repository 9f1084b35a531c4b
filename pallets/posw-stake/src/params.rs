//! Changing the parameters (section 10).

use crate::{Config, Error, Event, Pallet, Parameters, PendingParams};
use posw_primitives::{
    params::{Field, ParamError},
    Params, StakeParams,
};
use sp_core::Get;
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// Schedules `new` for the next epoch where it is in range, together with what is pending in other pallets.
    pub(crate) fn do_set_params(new: StakeParams) -> DispatchResult {
        let candidate = Params { stake: new, ..T::AllParams::get() };
        candidate.check().map_err(|error| {
            log::debug!(target: crate::LOG_TARGET, "parameters refused: {error}");
            Error::<T>::from(error)
        })?;
        PendingParams::<T>::put(new);
        let from_epoch = Self::epoch().index.saturating_add(1);
        Self::deposit_event(Event::ParamsScheduled { old: Parameters::<T>::get(), new, from_epoch });
        Ok(())
    }
}

impl<T> From<ParamError> for Error<T> {
    fn from(error: ParamError) -> Self {
        match error.field {
            Field::EpochLength => Self::EpochLengthOutOfRange,
            Field::MinLock => Self::MinLockOutOfRange,
            Field::MaxLock => Self::MaxLockOutOfRange,
            Field::LockBonus => Self::LockBonusOutOfRange,
            Field::Activation => Self::ActivationOutOfRange,
            Field::Unbonding => Self::UnbondingOutOfRange,
            Field::MinWeight => Self::MinWeightOutOfRange,
            Field::MinTotalWeight => Self::MinTotalWeightOutOfRange,
            Field::CurveBoost => Self::CurveBoostOutOfRange,
            Field::CurveUnit => Self::CurveUnitOutOfRange,
            Field::CurveCap => Self::CurveCapOutOfRange,
            Field::MaxBoost => Self::MaxBoostOutOfRange,
            Field::Ration => Self::RationOutOfRange,
            Field::Horizon => Self::HorizonOutOfRange,
            Field::MaxLead => Self::MaxLeadOutOfRange,
            Field::MaxReorg => Self::MaxReorgOutOfRange,
            Field::Limit => Self::LimitOutOfRange,
            Field::Maturity => Self::MaturityOutOfRange,
            _ => Self::OtherParameterOutOfRange,
        }
    }
}

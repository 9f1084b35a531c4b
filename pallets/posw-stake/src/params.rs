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
        Self::ensure_activation_lasts(&new)?;
        PendingParams::<T>::put(new);
        let from_epoch = Self::epoch().index.saturating_add(1);
        Self::deposit_event(Event::ParamsScheduled { old: Parameters::<T>::get(), new, from_epoch });
        Ok(())
    }

    /// Stake that waits for its activation by the parameters in force has to wait for `max_reorg` blocks in shorter epochs too.
    ///
    /// # Consensus
    /// R6.2.
    fn ensure_activation_lasts(new: &StakeParams) -> Result<(), Error<T>> {
        let StakeParams { activation, max_reorg, .. } = Parameters::<T>::get();
        let whole_epochs = activation.saturating_sub(1);
        if whole_epochs.saturating_mul(new.epoch_length) >= max_reorg {
            return Ok(());
        }
        log::debug!(
            target: crate::LOG_TARGET,
            "parameters refused: stake.epochLength is {}, allowed is {} or more while activation is {activation}",
            new.epoch_length,
            max_reorg.div_ceil(whole_epochs.max(1)),
        );
        Err(Error::<T>::EpochLengthOutOfRange)
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
            Field::Maturity => Self::MaturityOutOfRange,
            _ => Self::OtherParameterOutOfRange,
        }
    }
}

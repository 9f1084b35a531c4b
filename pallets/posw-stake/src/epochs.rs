//! What happens at the start and at the end of every block, and at the end of an epoch; nothing loops over accounts.

use crate::{
    ledger::{self, Ledger},
    types::{EpochStart, EpochState, FactorSum, Rationing, LEAD_EPOCHS},
    Author, Config, CurrentEpoch, EpochFactors, Event, FactorHistory, Index, Pallet, Parameters, PendingParams,
};
use frame_system::pallet_prelude::BlockNumberFor;
use posw_primitives::{credit::index_step, factor::lead_cap, Factor, StakeParams};
use sp_consensus_posw::{claims_of, EndOfBlock};
use sp_runtime::traits::UniqueSaturatedInto;

impl<T: Config> Pallet<T> {
    /// The number of the block that is being executed, or after it has ended, its number still.
    pub(crate) fn now() -> u32 {
        Self::number(frame_system::Pallet::<T>::block_number())
    }

    /// A block number as consensus counts them; a chain has fewer than 2^32 blocks.
    pub(crate) fn number(block: BlockNumberFor<T>) -> u32 {
        block.unique_saturated_into()
    }

    /// Checks the block's claims, notes its miner and spends the miner's credit. Returns the number of changes of the miner's
    /// weight that had become due.
    ///
    /// # Panics
    /// Where the digest has not exactly one well-formed item of claims, or a claim is not what the parent's state gives: the
    /// block is invalid, and a hook has no other way to say so.
    ///
    /// # Consensus
    /// Section 4, check 5; R7.3.
    #[allow(clippy::panic)]
    pub(crate) fn start_block() -> u32 {
        let digest = frame_system::Pallet::<T>::digest();
        let claims = match claims_of(&digest) {
            Ok(claims) => claims,
            Err(error) => panic!("invalid block: {error}"),
        };
        let miner = T::AccountId::from(claims.miner);
        let mut ledger = Ledger::<T>::load(&miner);
        let standing = Self::standing(&mut ledger.account);
        let expected = Self::claims_with(&miner, standing.factor);
        if claims != expected {
            panic!("invalid block: it claims {claims:?}, the state of its parent gives {expected:?}");
        }
        let applied = ledger.applied;
        if standing.spends {
            ledger.account.credit.spend();
            ledger.save();
        }
        EpochFactors::<T>::mutate(|factors| factors.add(claims.factor));
        Author::<T>::put(miner);
        applied
    }

    /// Ends block `number` in the order of R7.3.
    pub(crate) fn end_block(number: u32) {
        let state = CurrentEpoch::<T>::get();
        let params = Parameters::<T>::get();
        if state.total_weight >= params.min_total_weight {
            // A step is below 2^198, so 2^32 blocks stay below 2^230.
            let step = index_step(params.ration, state.total_weight);
            Index::<T>::mutate(|index| *index = index.saturating_add(step));
        }
        ledger::end_locks::<T>(number, state.epoch.index);
        let ends_epoch = Self::ends_epoch(number);
        T::EndOfBlock::end_of_block(number, ends_epoch);
        if ends_epoch {
            Self::start_epoch(state, params);
        }
        Author::<T>::kill();
    }

    /// Whether block `number`, which is being executed, is the last one of its epoch (R6.8).
    pub(crate) fn ends_epoch(number: u32) -> bool {
        number >= CurrentEpoch::<T>::get().epoch.last()
    }

    /// Rationing in the epoch of `state`, which must be the current one.
    pub(crate) fn rationing(state: &EpochState) -> Rationing {
        state.rationing(Parameters::<T>::get().horizon)
    }

    /// Lets the next epoch begin: parameters, the network's weight and the lead cap (R7.5, R7.6, section 10).
    fn start_epoch(ended: EpochState, old: StakeParams) {
        let pending = PendingParams::<T>::take();
        let params = pending.unwrap_or(old);
        if let Some(new) = pending {
            Parameters::<T>::put(new);
            Self::deposit_event(Event::ParamsApplied { old, new });
        }
        let epoch = ended.epoch.next(params.epoch_length);
        let total_weight = ledger::next_total_weight::<T>(epoch.index, ended.total_weight);
        let lead_cap = Self::close_factors(params.max_lead);
        let cap_ration = if params.ration == 0 { ended.cap_ration } else { params.ration };
        let state = EpochState { epoch, total_weight, lead_cap, cap_ration };
        let start = EpochStart {
            index: Index::<T>::get(),
            before: ended.rationing(old.horizon),
            after: state.rationing(params.horizon),
        };
        ledger::keep_start::<T>(epoch.index, start);
        CurrentEpoch::<T>::put(state);
        Self::deposit_event(Event::EpochStarted {
            epoch: epoch.index,
            start: epoch.start,
            length: epoch.length,
            total_weight,
            lead_cap,
        });
    }

    /// Moves the ended epoch's factors into the history and returns the next epoch's lead cap (R7.6).
    fn close_factors(max_lead: u64) -> Factor {
        let ended = EpochFactors::<T>::take();
        let mut history = FactorHistory::<T>::get();
        while u32::try_from(history.len()).map_or(true, |epochs| epochs >= LEAD_EPOCHS) {
            history.remove(0);
        }
        if history.try_push(ended).is_err() {
            frame_support::defensive!("there is room for the ended epoch");
        }
        let sum = sum(&history);
        FactorHistory::<T>::put(history);
        lead_cap(max_lead, sum.inverse, u64::from(sum.blocks))
    }

    /// The factors of all blocks that the lead cap looks at.
    pub(crate) fn factors() -> FactorSum {
        sum(&FactorHistory::<T>::get())
    }
}

fn sum(epochs: &[FactorSum]) -> FactorSum {
    epochs.iter().fold(FactorSum::default(), |sum, epoch| FactorSum {
        inverse: sum.inverse.saturating_add(epoch.inverse),
        blocks: sum.blocks.saturating_add(epoch.blocks),
    })
}

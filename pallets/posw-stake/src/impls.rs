//! What the state answers: claims, factors, accounts, the network. Reading settles without writing.
//!
//! After a block has ended, every answer is about its children (R4.1).

use crate::{
    ledger::{self, AccountOf, Ledger},
    types::Deposit,
    Author, Config, CurrentEpoch, Pallet, Parameters, PendingParams, SealingKeys, Staked,
};
use alloc::vec::Vec;
use posw_primitives::{factor::factor, Claims, Credit, Epoch, Factor, StakeParams};
use sp_consensus_posw::{AccountState, BaseTarget, DepositState};
use sp_core::H256;

/// What an account's stake is worth now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Weight that counts.
    pub(crate) weight: u128,
    /// Credit settled up to now.
    pub(crate) credit: Credit,
    /// Factor that a full credit buys.
    pub(crate) boost: Factor,
    /// Factor of a block mined now.
    pub(crate) factor: Factor,
    /// Whether such a block spends credit.
    pub(crate) spends: bool,
}

impl<T: Config> Pallet<T> {
    /// What the pre-runtime digest of the next block must claim where `miner` mines it.
    ///
    /// # Consensus
    /// R3.1; section 4, check 5.
    pub fn claims_for(miner: &T::AccountId) -> Claims {
        Self::claims_with(miner, Self::standing_of(miner).factor)
    }

    /// The stake of `who`, for the next block.
    pub fn account_state(who: &T::AccountId) -> AccountState {
        let mut account = Ledger::<T>::load(who).account;
        let standing = Self::standing(&mut account);
        AccountState {
            weight: standing.weight,
            credit: standing.credit,
            boost: standing.boost,
            factor: standing.factor,
            sealing_key: H256(Self::sealing_key_of(who)),
            deposits: account.deposits.iter().map(deposit_state).collect::<Vec<_>>(),
        }
    }

    /// The key that seals blocks of `who` (R6.5).
    pub fn sealing_key_of(who: &T::AccountId) -> [u8; 32] {
        let chosen = SealingKeys::<T>::get(who).and_then(|keys| keys.in_force(Self::epoch().index));
        chosen.unwrap_or_else(|| who.clone().into())
    }

    /// The epoch of the next block; during a block, of that block.
    pub fn epoch() -> Epoch {
        CurrentEpoch::<T>::get().epoch
    }

    /// The network's weight in that epoch.
    pub fn total_weight() -> u128 {
        CurrentEpoch::<T>::get().total_weight
    }

    /// The largest boost of that epoch (R7.6).
    pub fn lead_cap() -> Factor {
        CurrentEpoch::<T>::get().lead_cap
    }

    /// Coins on hold in deposits, active or not.
    pub fn staked() -> u128 {
        Staked::<T>::get()
    }

    /// Mean of `1 / factor` over the epochs that the lead cap looks at, in billionths, rounded down.
    pub fn mean_inverse_factor() -> u64 {
        let factors = Self::factors();
        let mean = factors.inverse.checked_div(u128::from(factors.blocks));
        mean.and_then(|mean| u64::try_from(mean).ok()).unwrap_or(posw_primitives::BILLION)
    }

    /// The parameters in force.
    pub fn parameters() -> StakeParams {
        Parameters::<T>::get()
    }

    /// The parameters that will be in force from the next epoch on, where a change is pending.
    pub fn pending_parameters() -> Option<StakeParams> {
        PendingParams::<T>::get()
    }

    pub(crate) fn standing_of(who: &T::AccountId) -> Standing {
        Self::standing(&mut Ledger::<T>::load(who).account)
    }

    /// Settles the credit and derives what the stake is worth from it.
    ///
    /// # Consensus
    /// R7.1, R7.3, R7.4, R7.6.
    pub(crate) fn standing(account: &mut AccountOf<T>) -> Standing {
        let (state, params) = (CurrentEpoch::<T>::get(), Parameters::<T>::get());
        ledger::settle_credit::<T>(account, &state);
        let (weight, credit) = (account.weight(), account.credit.credit);
        let counts = weight >= params.min_weight && state.total_weight >= params.min_total_weight;
        let boost = if counts { params.curve.boost(weight, params.max_boost).min(state.lead_cap) } else { Factor::ONE };
        let rationed = params.ration != 0;
        let factor = if rationed { factor(boost, credit) } else { boost };
        Standing { weight, credit, boost, factor, spends: rationed && boost > Factor::ONE }
    }

    pub(crate) fn claims_with(miner: &T::AccountId, factor: Factor) -> Claims {
        Claims {
            miner: miner.clone().into(),
            sealing_key: Self::sealing_key_of(miner),
            bits: T::BaseTarget::base_bits(),
            factor,
        }
    }
}

impl<T: Config> sp_consensus_posw::Author<T::AccountId> for Pallet<T> {
    fn author() -> Option<T::AccountId> {
        Author::<T>::get()
    }
}

fn deposit_state(deposit: &Deposit) -> DepositState {
    DepositState {
        id: deposit.id,
        amount: deposit.amount,
        weight: deposit.weight,
        active_from: deposit.active_from,
        lock_end: deposit.lock_end,
        withdrawable: deposit.withdrawable,
    }
}

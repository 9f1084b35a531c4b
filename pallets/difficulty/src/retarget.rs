//! The end of a block: the base target of the next one (R8.1, R8.3, R8.5).

use crate::{Anchor, BaseBits, Config, Event, LastTime, Pallet, Parameters, PendingParams, ScheduleShift};
use frame_support::traits::Time;
use posw_primitives::{
    retarget::{self, excess_gap, next_bits, re_anchor},
    CompactBits, DifficultyParams,
};
use sp_consensus_posw::{BaseTarget, EndOfBlock};

impl<T: Config> BaseTarget for Pallet<T> {
    fn base_bits() -> CompactBits {
        BaseBits::<T>::get()
    }
}

impl<T: Config> EndOfBlock for Pallet<T> {
    fn end_of_block(number: u32, ends_epoch: bool) {
        let time = T::Time::now();
        let params = Parameters::<T>::get();
        let anchor = Anchor::<T>::get().unwrap_or_else(|| first_anchor::<T>(number, time, &params));
        let shift = shift_schedule::<T>(number, time, &params);
        let bits = next_bits(&anchor, number, time, shift, params.block_time, params.half_life, params.limit);
        let pending = if ends_epoch { PendingParams::<T>::take() } else { None };
        match pending {
            Some(new) => apply::<T>(&params, new, bits, number, time),
            None => BaseBits::<T>::put(bits),
        }
        LastTime::<T>::put(time);
    }
}

impl<T: Config> Pallet<T> {
    /// The anchor and the schedule's shift, with which a node judges announced blocks.
    ///
    /// Before block 1 there is no time to count from: the anchor is then so old that every target up to the limit is due.
    pub fn schedule() -> (retarget::Anchor, u64) {
        let unknown = || retarget::Anchor { bits: BaseBits::<T>::get(), height: 1, parent_time: 0 };
        (Anchor::<T>::get().unwrap_or_else(unknown), ScheduleShift::<T>::get())
    }
}

/// Block 1 is the first anchor; its parent's time counts as its own less a block time (R8.1).
fn first_anchor<T: Config>(number: u32, time: u64, params: &DifficultyParams) -> retarget::Anchor {
    let parent_time = time.saturating_sub(params.block_time);
    let anchor = retarget::Anchor { bits: BaseBits::<T>::get(), height: number, parent_time };
    Anchor::<T>::put(anchor);
    anchor
}

/// Adds what this block's gap has beyond the longest one that counts. Block 1 has no gap.
fn shift_schedule<T: Config>(number: u32, time: u64, params: &DifficultyParams) -> u64 {
    let excess = if number > 1 { excess_gap(LastTime::<T>::get(), time, params.max_gap) } else { 0 };
    if excess == 0 {
        return ScheduleShift::<T>::get();
    }
    ScheduleShift::<T>::mutate(|shift| {
        *shift = shift.saturating_add(excess);
        *shift
    })
}

/// Puts `new` in force: the schedule starts anew at this block, `bits` are those of the next one under the old numbers.
fn apply<T: Config>(old: &DifficultyParams, new: DifficultyParams, bits: CompactBits, number: u32, time: u64) {
    let anchor = re_anchor(bits, number, time, old.block_time, new.block_time, new.limit);
    Anchor::<T>::put(anchor);
    ScheduleShift::<T>::put(0);
    // The next block is on schedule by construction, so its bits are the anchor's.
    BaseBits::<T>::put(anchor.bits);
    Parameters::<T>::put(new);
    Pallet::<T>::deposit_event(Event::ParamsApplied { old: *old, new });
}

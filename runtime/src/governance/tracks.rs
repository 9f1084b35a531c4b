//! The tracks as referenda ask for them: read from the chain's parameters, so that one runtime serves every chain.

use super::origins::Origin;
use crate::{AccountId, Balance, BlockNumber, Chain, OriginCaller};
use alloc::borrow::Cow;
use frame_system::RawOrigin;
use pallet_chain::{
    governance::{APPROVAL_CEILING, SUPPORT_CEILING},
    Track, TrackParams,
};
use pallet_referenda::{Curve, TrackInfo, TracksInfo};
use sp_runtime::{str_array, Perbill};

/// The tracks of this chain.
pub struct Tracks;

impl TracksInfo<Balance, BlockNumber> for Tracks {
    type Id = u16;
    type RuntimeOrigin = OriginCaller;

    fn tracks() -> impl Iterator<Item = Cow<'static, pallet_referenda::Track<u16, Balance, BlockNumber>>> {
        let params = Chain::governance();
        Track::ALL.into_iter().map(move |track| {
            Cow::Owned(pallet_referenda::Track { id: track.id(), info: info(track, params.track(track)) })
        })
    }

    fn track_ids() -> impl Iterator<Item = u16> {
        Track::ALL.into_iter().map(Track::id)
    }

    fn track_for(origin: &OriginCaller) -> Result<u16, ()> {
        let track = match origin {
            OriginCaller::system(RawOrigin::<AccountId>::Root) => Track::Root,
            OriginCaller::Origins(Origin::WhitelistedCaller) => Track::WhitelistedCaller,
            OriginCaller::Origins(Origin::ConsensusParameters) => Track::ConsensusParameters,
            OriginCaller::Origins(Origin::EconomicParameters) => Track::EconomicParameters,
            OriginCaller::Origins(Origin::Treasurer) => Track::Treasurer,
            OriginCaller::Origins(Origin::SmallSpender) => Track::SmallSpender,
            OriginCaller::Origins(Origin::ReferendumCanceller) => Track::ReferendumCanceller,
            OriginCaller::Origins(Origin::ReferendumKiller) => Track::ReferendumKiller,
            _ => return Err(()),
        };
        Ok(track.id())
    }

    fn info(id: u16) -> Option<Cow<'static, TrackInfo<Balance, BlockNumber>>> {
        let track = Track::with_id(id)?;
        Some(Cow::Owned(info(track, Chain::governance().track(track))))
    }
}

fn info(track: Track, params: &TrackParams) -> TrackInfo<Balance, BlockNumber> {
    TrackInfo {
        name: str_array(track.name()),
        max_deciding: params.max_deciding,
        decision_deposit: params.decision_deposit,
        prepare_period: params.prepare_period,
        decision_period: params.decision_period,
        confirm_period: params.confirm_period,
        min_enactment_period: params.enactment_period,
        min_approval: falling(APPROVAL_CEILING, params.min_approval),
        min_support: falling(SUPPORT_CEILING, params.min_support),
    }
}

/// From `ceiling` at the decision's beginning to `floor` at its end, both in units of 10^-9.
fn falling(ceiling: u32, floor: u32) -> Curve {
    Curve::LinearDecreasing {
        length: Perbill::one(),
        floor: Perbill::from_parts(floor),
        ceil: Perbill::from_parts(ceiling),
    }
}

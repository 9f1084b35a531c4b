//! Each track accepts what it is for and refuses what it is not; and its numbers are the chain's parameters.

use super::{treasury::spend, *};
use crate::{
    configs::governance::TechnicalCollective,
    governance::{origins::Origin, tracks::Tracks},
    Difficulty, PoswStake, Rewards,
};
use frame_support::assert_ok;
use frame_system::RawOrigin;
use pallet_chain::{GovernanceParams, Track};
use pallet_referenda::{ConstTrackInfo, Curve, StringLike, TracksInfo};
use sp_core::OpaqueMetadata;
use sp_runtime::{str_array, Perbill};

/// The origin that a track's calls have.
pub(super) fn origin(track: Track) -> OriginCaller {
    match track {
        Track::Root => root_origin(),
        Track::WhitelistedCaller => Origin::WhitelistedCaller.into(),
        Track::ConsensusParameters => Origin::ConsensusParameters.into(),
        Track::EconomicParameters => Origin::EconomicParameters.into(),
        Track::Treasurer => Origin::Treasurer.into(),
        Track::SmallSpender => Origin::SmallSpender.into(),
        Track::ReferendumCanceller => Origin::ReferendumCanceller.into(),
        Track::ReferendumKiller => Origin::ReferendumKiller.into(),
    }
}

/// Calls with the tracks, beside root, that may make them.
fn calls() -> Vec<(RuntimeCall, &'static [Track])> {
    type Committee = pallet_collective::Call<Runtime, TechnicalCollective>;
    use Track::*;
    let remark: RuntimeCall = frame_system::Call::remark { remark: vec![1] }.into();
    let account = Alice.to_account_id();
    let limit = Chain::governance().small_spender_limit;
    let root_only: [RuntimeCall; 9] = [
        frame_system::Call::set_code_without_checks { code: vec![1] }.into(),
        frame_system::Call::authorize_upgrade { code_hash: H256::repeat_byte(1) }.into(),
        frame_system::Call::set_storage { items: vec![] }.into(),
        pallet_balances::Call::force_set_balance { who: account.clone().into(), new_free: COIN }.into(),
        pallet_posw_stake::Call::slash { account, deposit: 0, amount: COIN }.into(),
        pallet_chain::Call::set_governance { params: Box::new(Chain::governance()) }.into(),
        pallet_scheduler::Call::schedule {
            when: 99,
            maybe_periodic: None,
            priority: 0,
            call: Box::new(remark.clone()),
        }
        .into(),
        Committee::set_members { new_members: vec![], prime: None, old_count: 3 }.into(),
        pallet_whitelist::Call::whitelist_call { call_hash: H256::repeat_byte(1) }.into(),
    ];
    let mut calls: Vec<(RuntimeCall, &'static [Track])> = vec![
        (pallet_posw_stake::Call::set_params { params: PoswStake::parameters() }.into(), &[ConsensusParameters]),
        (pallet_difficulty::Call::set_params { params: Difficulty::parameters() }.into(), &[ConsensusParameters]),
        (pallet_rewards::Call::set_params { params: Rewards::parameters() }.into(), &[EconomicParameters]),
        (pallet_chain::Call::set_params { params: Chain::parameters() }.into(), &[EconomicParameters]),
        (spend(limit, None).into(), &[Treasurer, SmallSpender]),
        (pallet_treasury::Call::void_spend { index: 0 }.into(), &[Treasurer]),
        (
            pallet_whitelist::Call::dispatch_whitelisted_call_with_preimage { call: Box::new(remark) }.into(),
            &[WhitelistedCaller],
        ),
        (pallet_referenda::Call::cancel { index: 0 }.into(), &[ReferendumCanceller]),
        (pallet_referenda::Call::kill { index: 0 }.into(), &[ReferendumKiller]),
    ];
    calls.extend(root_only.into_iter().map(|call| (call, &[][..])));
    calls
}

#[test]
fn each_track_allows_what_it_is_for_and_nothing_else() {
    run(|| {
        submitted(root_origin(), frame_system::Call::remark { remark: vec![] });
        assert_ok!(dispatched_as(root_origin(), spend(COIN, None)));
        for (call, allowed) in calls() {
            for track in Track::ALL {
                let result = in_transaction(false, || dispatched_as(origin(track), call.clone()));
                if allowed.contains(&track) {
                    assert_eq!(result, Ok(()), "{track:?}: {call:?}");
                } else if track == Track::Root {
                    assert_ne!(result, Err(DispatchError::BadOrigin), "{call:?}");
                } else {
                    assert_eq!(result, Err(DispatchError::BadOrigin), "{track:?}: {call:?}");
                }
            }
            let by_anybody = in_transaction(false, || dispatched(Eve, call.clone()));
            assert!(by_anybody.is_err(), "{call:?}");
        }
    });
}

#[test]
fn each_origin_has_its_track() {
    run(|| {
        let call = frame_system::Call::remark { remark: vec![] }.into();
        for track in Track::ALL {
            let index = submitted(origin(track), RuntimeCall::clone(&call));
            match ReferendumInfoFor::<Runtime>::get(index) {
                Some(ReferendumInfo::Ongoing(status)) => assert_eq!(status.track, track.id()),
                other => panic!("{other:?}"),
            }
            // The next one needs the preimage anew.
            let hash = BlakeTwo256::hash(&call.encode());
            mine_with(Alice, &[signed(Eve, 0, 0, pallet_preimage::Call::unnote_preimage { hash })]);
        }
        // No vote acts in the name of an account, or of the committee.
        let none: [OriginCaller; 3] = [
            RawOrigin::Signed(Alice.to_account_id()).into(),
            RawOrigin::None.into(),
            OriginCaller::TechnicalCommittee(pallet_collective::RawOrigin::Members(3, 3)),
        ];
        for origin in none {
            let refused = dispatched(Eve, submit(&origin, &call));
            assert_eq!(refused, Err(pallet_referenda::Error::<Runtime>::NoTrack.into()), "{origin:?}");
        }
    });
}

#[test]
fn the_tracks_are_what_the_parameters_say() {
    run(|| {
        let mut params = Chain::governance();
        params.treasurer = TrackParams {
            max_deciding: 3,
            decision_deposit: 5,
            prepare_period: 7,
            decision_period: 13,
            confirm_period: 11,
            enactment_period: 9,
            min_approval: 510_000_000,
            min_support: 15_000_000,
        };
        pallet_chain::Governance::<Runtime>::put(params);
        assert_ok!(<Tracks as TracksInfo<u128, u32>>::check_integrity());
        let linear = |ceil, floor| Curve::LinearDecreasing {
            length: Perbill::one(),
            floor: Perbill::from_parts(floor),
            ceil: Perbill::from_percent(ceil),
        };
        let expected = ConstTrackInfo {
            name: StringLike(str_array::<25>("treasurer")),
            max_deciding: 3,
            decision_deposit: 5u128,
            prepare_period: 7u32,
            decision_period: 13,
            confirm_period: 11,
            min_enactment_period: 9,
            min_approval: linear(100, 510_000_000),
            min_support: linear(50, 15_000_000),
        };
        // What clients find among the constants of the metadata.
        let metadata: OpaqueMetadata = call("Metadata_metadata", ());
        let expected = (20u16, expected).encode();
        assert!(metadata.windows(expected.len()).any(|window| window == expected));
        let ids: Vec<_> = <Tracks as TracksInfo<u128, u32>>::tracks().map(|track| track.id).collect();
        assert_eq!(ids, [0, 1, 10, 11, 20, 21, 30, 31]);
        assert_eq!(<Tracks as TracksInfo<u128, u32>>::track_ids().collect::<Vec<_>>(), ids);
        for id in 0..40 {
            assert_eq!(<Tracks as TracksInfo<u128, u32>>::info(id).is_some(), ids.contains(&id), "{id}");
        }
    });
}

#[test]
fn only_root_names_what_governance_asks_for() {
    run(|| {
        let params = Box::new(GovernanceParams { spend_period: 1, ..Chain::governance() });
        let call = pallet_chain::Call::<Runtime>::set_governance { params };
        assert_eq!(passed(Origin::EconomicParameters, call), Err(DispatchError::BadOrigin));
    });
}

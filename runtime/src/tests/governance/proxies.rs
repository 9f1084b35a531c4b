//! Who votes for others: proxies of the kind `Governance`, and what `NonTransfer` still cannot do.

use super::*;
use crate::{configs::accounts::ProxyType, governance::origins::Origin};
use frame_support::{assert_ok, traits::InstanceFilter};

fn transfer() -> RuntimeCall {
    pallet_balances::Call::transfer_allow_death { dest: Eve.to_account_id().into(), value: COIN }.into()
}

/// How a call of Dave, as Charlie's proxy of this kind, ends.
fn by_proxy(kind: ProxyType, call: impl Into<RuntimeCall>) -> DispatchResult {
    let call = Box::new(call.into());
    let real = Charlie.to_account_id().into();
    assert_ok!(dispatched(Dave, pallet_proxy::Call::proxy { real, force_proxy_type: Some(kind), call }));
    let result = events().into_iter().rev().find_map(|event| match event {
        RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => Some(result),
        _ => None,
    });
    result.expect("it was dispatched")
}

fn with_proxy(kind: ProxyType) {
    let delegate = Dave.to_account_id().into();
    let add = pallet_proxy::Call::add_proxy { delegate, proxy_type: kind, delay: 0 };
    mine_with(Alice, &[signed(Charlie, 0, 0, add)]);
}

#[test]
fn a_governance_proxy_votes_and_moves_nothing() {
    run(|| {
        with_proxy(ProxyType::Governance);
        let index = submitted(Origin::ConsensusParameters, frame_system::Call::remark { remark: vec![1] });
        let by_proxy = |call: RuntimeCall| by_proxy(ProxyType::Governance, call);
        let batch = |calls| RuntimeCall::from(pallet_utility::Call::batch_all { calls });
        assert_ok!(by_proxy(vote(index, true, 5 * COIN).into()));
        assert_eq!(tally(index).support, 5 * COIN);
        assert_ok!(by_proxy(batch(vec![vote(index, true, 6 * COIN).into()])));
        assert_eq!(tally(index).support, 6 * COIN);
        assert_ok!(by_proxy(pallet_referenda::Call::place_decision_deposit { index }.into()));

        let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
        let lock = crate::PoswStake::parameters().min_lock;
        let stake: RuntimeCall = pallet_posw_stake::Call::stake { amount: 100 * COIN, lock }.into();
        for call in [transfer(), stake, batch(vec![transfer()]), batch(vec![batch(vec![transfer()])])] {
            assert_eq!(by_proxy(call), filtered);
        }
    });
}

#[test]
fn a_proxy_that_may_not_transfer_takes_part_in_governance_and_still_moves_nothing() {
    run(|| {
        with_proxy(ProxyType::NonTransfer);
        let index = submitted(Origin::ConsensusParameters, frame_system::Call::remark { remark: vec![1] });
        assert_ok!(by_proxy(ProxyType::NonTransfer, vote(index, true, 5 * COIN)));
        let filtered = Err(frame_system::Error::<Runtime>::CallFiltered.into());
        assert_eq!(by_proxy(ProxyType::NonTransfer, transfer()), filtered);
        let spend = pallet_treasury::Call::spend {
            asset_kind: Box::new(()),
            amount: COIN,
            beneficiary: Box::new(Dave.to_account_id().into()),
            valid_from: None,
        };
        assert_eq!(by_proxy(ProxyType::NonTransfer, spend), Err(DispatchError::BadOrigin));
    });
}

#[test]
fn kinds_of_proxies_keep_their_encoding() {
    let kinds =
        [ProxyType::Any, ProxyType::NonTransfer, ProxyType::Stake, ProxyType::CancelProxy, ProxyType::Governance];
    assert_eq!(kinds.map(|kind| kind.encode()), [0u8, 1, 2, 3, 4].map(|index| vec![index]));
    assert!(ProxyType::NonTransfer.is_superset(&ProxyType::Governance));
    assert!(!ProxyType::Governance.is_superset(&ProxyType::Stake));
}

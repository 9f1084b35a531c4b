//! What a referendum's call would do, asked before anybody votes.

use super::*;
use crate::{constants::MAXIMUM_SCHEDULED_WEIGHT, governance::origins::Origin};
use frame_support::{dispatch::GetDispatchInfo, weights::Weight};
use pallet_chain::RehearsalError;

fn rehearsed(origin: impl Into<OriginCaller>, bytes: Vec<u8>) -> Result<(), RehearsalError> {
    call("ChainApi_rehearse", (origin.into(), bytes))
}

fn set_params(params: pallet_chain::ChainParams) -> Vec<u8> {
    RuntimeCall::from(pallet_chain::Call::set_params { params }).encode()
}

#[test]
fn what_would_pass_passes_and_changes_nothing() {
    run(|| {
        let params = pallet_chain::ChainParams { fee_per_byte: 1, ..Chain::parameters() };
        assert_eq!(rehearsed(Origin::EconomicParameters, set_params(params)), Ok(()));
        assert_eq!(Chain::current_parameters().1, None);
    });
}

#[test]
fn native_bounds_and_origins_are_told() {
    run(|| {
        let params = pallet_chain::ChainParams { existential_deposit: 0, ..Chain::parameters() };
        let error = pallet_chain::Error::<Runtime>::ExistentialDepositOutOfRange;
        let refused = Err(RehearsalError::Failed(error.into()));
        assert_eq!(rehearsed(Origin::EconomicParameters, set_params(params)), refused);
        let refused = Err(RehearsalError::Failed(DispatchError::BadOrigin));
        assert_eq!(rehearsed(Origin::ConsensusParameters, set_params(Chain::parameters())), refused);
    });
}

#[test]
fn what_would_never_be_dispatched_is_told() {
    run(|| {
        assert_eq!(rehearsed(root_origin(), vec![255, 255]), Err(RehearsalError::NoCall));
        let mut longer = set_params(Chain::parameters());
        longer.push(0);
        assert_eq!(rehearsed(root_origin(), longer), Err(RehearsalError::NoCall));

        let limit = MAXIMUM_SCHEDULED_WEIGHT;
        let weight = limit.saturating_add(Weight::from_parts(1, 0));
        let heavy = RuntimeCall::from(pallet_utility::Call::with_weight {
            call: Box::new(frame_system::Call::remark { remark: vec![] }.into()),
            weight,
        });
        assert_eq!(heavy.get_dispatch_info().call_weight, weight);
        assert_eq!(rehearsed(root_origin(), heavy.encode()), Err(RehearsalError::TooHeavy { weight, limit }));
    });
}

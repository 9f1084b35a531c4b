//! The rows of the tables of section 10 that are not consensus: fees, deposits and the prefix, and what governance asks for.

use super::{
    parameters::{group_of, in_force, names, stepped},
    rows::{assert_complete, row, Row},
    *,
};
use crate::governance::origins::Origin;
use frame_support::assert_ok;
use pallet_chain::{ChainParams, Error, Event, GovernanceParams};
use sp_consensus_posw::NetworkState;
use std::collections::BTreeSet;

const TOO_MUCH: u128 = 1_000_000_000 * COIN + 1;

fn chain_rows() -> Vec<Row<ChainParams>> {
    type E = Error<Runtime>;
    vec![
        row("ss58Prefix", |p| p.ss58_prefix = 7, [(|p| p.ss58_prefix = 16_384, E::Ss58PrefixOutOfRange)]),
        row(
            "existentialDeposit",
            |p| p.existential_deposit = 1,
            [
                (|p| p.existential_deposit = 0, E::ExistentialDepositOutOfRange),
                (|p| p.existential_deposit = TOO_MUCH, E::ExistentialDepositOutOfRange),
            ],
        ),
        row("feePerSecond", |p| p.fee_per_second = 0, [(|p| p.fee_per_second = TOO_MUCH, E::FeePerSecondOutOfRange)]),
        row("feePerByte", |p| p.fee_per_byte = 0, [(|p| p.fee_per_byte = TOO_MUCH, E::FeePerByteOutOfRange)]),
        row(
            "depositPerItem",
            |p| p.deposit_per_item = COIN,
            [(|p| p.deposit_per_item = TOO_MUCH, E::DepositPerItemOutOfRange)],
        ),
        row(
            "depositPerByte",
            |p| p.deposit_per_byte = COIN,
            [(|p| p.deposit_per_byte = TOO_MUCH, E::DepositPerByteOutOfRange)],
        ),
    ]
}

/// Mines to the block before the epoch's last one, and then that one, looking at the state at both.
fn at_the_epochs_end(before: impl FnOnce(), after: impl FnOnce()) {
    let last = call::<NetworkState>("PoswApi_network", ()).epoch.last();
    mine_to(Alice, last - 1);
    before();
    mine_to(Alice, last);
    after();
    mine(Alice);
}

#[test]
fn fees_deposits_and_prefix() {
    for Row { name, allowed, refused } in chain_rows() {
        run(|| {
            mine(Alice);
            let state = || call::<(ChainParams, Option<ChainParams>)>("ChainApi_parameters", ());
            let set = |params| dispatched_as(Origin::EconomicParameters, pallet_chain::Call::set_params { params });
            let (old, _) = state();
            for (change, error) in refused {
                let mut wrong = old;
                change(&mut wrong);
                assert_eq!(set(wrong), Err(error), "{name}");
                assert_eq!(state(), (old, None), "{name}");
            }
            let mut new = old;
            allowed(&mut new);
            assert_ne!(old, new, "{name}");
            assert_ok!(set(new));
            assert_told(Event::ParamsScheduled { old, new });
            at_the_epochs_end(
                || assert_eq!(state(), (old, Some(new)), "{name}"),
                || {
                    assert_told(Event::ParamsApplied { old, new });
                    assert_eq!(state(), (new, None), "{name}");
                },
            );
        });
    }
}

#[test]
fn no_row_is_missing() {
    run(|| assert_complete(chain_rows(), serde_json::to_value(Chain::parameters())));
}

/// The ranges are tested with the pallet.
#[test]
fn what_governance_asks_for() {
    let mut all = BTreeSet::new();
    run(|| all = names(&in_force()));
    for field in all.iter().filter(|name| group_of(name) == "chain.governance") {
        run(|| {
            mine(Alice);
            let state = || call::<(GovernanceParams, Option<GovernanceParams>)>("ChainApi_governance", ());
            let (old, _) = state();
            let (.., new) = stepped(in_force(), field);
            let set = pallet_chain::Call::set_governance { params: Box::new(new) };
            assert_eq!(dispatched_as(Origin::EconomicParameters, set.clone()), Err(DispatchError::BadOrigin));
            assert_ok!(dispatched_as(crate::RuntimeOrigin::root(), set));
            let (before, after) = (Box::new(old), Box::new(new));
            assert_told(Event::GovernanceScheduled { old: before.clone(), new: after.clone() });
            at_the_epochs_end(
                || assert_eq!(state(), (old, Some(new)), "{field}"),
                || {
                    assert_told(Event::GovernanceApplied { old: before, new: after });
                    assert_eq!(state(), (new, None), "{field}");
                },
            );
        });
    }
}

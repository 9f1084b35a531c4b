//! What a referendum's call would do, asked before anybody votes.

use super::*;
use crate::{
    configs::governance::TechnicalCollective,
    constants::MAXIMUM_SCHEDULED_WEIGHT,
    governance::{origins::Origin, NoMigrations},
};
use frame_support::{dispatch::GetDispatchInfo, migrations::MultiStepMigrator, weights::Weight};
use frame_system::RawOrigin;
use pallet_chain::RehearsalError;
use scale_info::{meta_type, TypeDef};
use sp_runtime::{AccountId32, MultiAddress};

type Committee = pallet_collective::Call<Runtime, TechnicalCollective>;
type Multisig = pallet_multisig::Call<Runtime>;
type Proxy = pallet_proxy::Call<Runtime>;
type Sudo = pallet_sudo::Call<Runtime>;
type SystemCall = frame_system::Call<Runtime>;
type Utility = pallet_utility::Call<Runtime>;
type Whitelist = pallet_whitelist::Call<Runtime>;

fn rehearsed(origin: impl Into<OriginCaller>, bytes: Vec<u8>) -> Result<(), RehearsalError> {
    call("ChainApi_rehearse", (origin.into(), bytes))
}

fn rehearsed_as_root(call: impl Into<RuntimeCall>) -> Result<(), RehearsalError> {
    rehearsed(root_origin(), call.into().encode())
}

fn set_params(params: pallet_chain::ChainParams) -> Vec<u8> {
    RuntimeCall::from(pallet_chain::Call::set_params { params }).encode()
}

fn remark() -> RuntimeCall {
    SystemCall::remark { remark: vec![] }.into()
}

/// A call that root says to weigh this much.
fn weighing(weight: Weight, call: RuntimeCall) -> RuntimeCall {
    Utility::with_weight { call: Box::new(call), weight }.into()
}

fn all_of(calls: Vec<RuntimeCall>) -> RuntimeCall {
    Utility::batch_all { calls }.into()
}

/// Why a call fails that root may make, and the call.
fn failing() -> (RehearsalError, RuntimeCall) {
    let params = pallet_chain::ChainParams { existential_deposit: 0, ..Chain::parameters() };
    let error = pallet_chain::Error::<Runtime>::ExistentialDepositOutOfRange;
    (RehearsalError::Failed(error.into()), pallet_chain::Call::set_params { params }.into())
}

#[test]
fn what_would_pass_passes() {
    run(|| {
        let params = pallet_chain::ChainParams { fee_per_byte: 1, ..Chain::parameters() };
        assert_eq!(rehearsed(Origin::EconomicParameters, set_params(params)), Ok(()));
    });
}

#[test]
fn native_bounds_and_origins_are_told() {
    run(|| {
        let (error, call) = failing();
        assert_eq!(rehearsed(Origin::EconomicParameters, call.encode()), Err(error));
        let refused = Err(RehearsalError::Failed(DispatchError::BadOrigin));
        assert_eq!(rehearsed(Origin::ConsensusParameters, set_params(Chain::parameters())), refused);
    });
}

#[test]
fn origins_without_a_track_are_refused() {
    run(|| {
        let (signed, none) = (RawOrigin::Signed(Alice.to_account_id()), RawOrigin::<AccountId32>::None);
        assert_eq!(rehearsed(signed, remark().encode()), Err(RehearsalError::NoTrack));
        assert_eq!(rehearsed(none, remark().encode()), Err(RehearsalError::NoTrack));
        let members = pallet_collective::RawOrigin::<AccountId32, TechnicalCollective>::Members(3, 3);
        assert_eq!(rehearsed(members, remark().encode()), Err(RehearsalError::NoTrack));
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
        let heavy = weighing(weight, remark());
        assert_eq!(heavy.get_dispatch_info().call_weight, weight);
        assert_eq!(rehearsed_as_root(heavy), Err(RehearsalError::TooHeavy { weight, limit }));
    });
}

#[test]
fn calls_nested_deeper_than_in_transactions_are_none() {
    let nested = |depth: usize| {
        let (inner, outer) = (remark().encode(), all_of(vec![remark()]).encode());
        [outer[..outer.len() - inner.len()].repeat(depth), inner].concat()
    };
    let test = move || {
        run(|| {
            assert_eq!(rehearsed(root_origin(), nested(10)), Ok(()));
            assert_eq!(rehearsed(root_origin(), nested(300)), Err(RehearsalError::NoCall));
        });
    };
    // Without a limit it is the stack that ends, which is not what this is about.
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(test).expect("there is memory for a stack");
    thread.join().expect("the rehearsals answer as they should");
}

/// The runtime's version in code is read by an extension of the node, which these tests have not: to look at code is to panic.
#[test]
fn code_is_not_looked_at() {
    run(|| {
        mine(Alice);
        let code = b"\0asm\x01\0\0\0".to_vec();
        let set = RuntimeCall::from(SystemCall::set_code { code: code.clone() });
        let set_unchecked = RuntimeCall::from(SystemCall::set_code_without_checks { code: code.clone() });
        let authorize = SystemCall::authorize_upgrade { code_hash: BlakeTwo256::hash(&code) }.into();
        let apply = SystemCall::apply_authorized_upgrade { code }.into();
        let calls: Vec<RuntimeCall> = vec![
            set.clone(),
            set_unchecked.clone(),
            all_of(vec![set.clone()]),
            all_of(vec![authorize, apply]),
            weighing(set.get_dispatch_info().call_weight, set.clone()),
            // What ends well although the code is not set is not told to end well.
            Utility::batch { calls: vec![set.clone()] }.into(),
            Utility::force_batch { calls: vec![set.clone()] }.into(),
            Utility::if_else { main: Box::new(set), fallback: Box::new(remark()) }.into(),
        ];
        for call in calls {
            assert_eq!(rehearsed_as_root(call.clone()), Err(RehearsalError::SetsCode), "{call:?}");
        }

        // Only rehearsals see a migration, and only while they run.
        assert!(!NoMigrations::ongoing());
        assert_eq!(dispatched_as(root_origin(), set_unchecked), Ok(()));
    });
}

#[test]
fn weight_cannot_be_hidden() {
    run(|| {
        let limit = MAXIMUM_SCHEDULED_WEIGHT;
        let heavy = RuntimeCall::from(SystemCall::kill_prefix { prefix: vec![0], subkeys: u32::MAX });
        let weight = heavy.get_dispatch_info().call_weight;
        let hidden = weighing(Weight::zero(), heavy);
        assert_eq!(hidden.get_dispatch_info().call_weight, Weight::zero());
        assert_eq!(rehearsed_as_root(hidden.clone()), Err(RehearsalError::TooHeavy { weight, limit }));
        for call in carriers(&hidden) {
            let found = rehearsed_as_root(call.clone());
            assert!(matches!(found, Err(RehearsalError::TooHeavy { .. })), "{call:?}: {found:?}");
        }

        // It adds up: two calls of three fifths each are too much.
        let part = weighing(Weight::zero(), weighing(limit.saturating_div(5).saturating_mul(3), remark()));
        assert_eq!(rehearsed_as_root(all_of(vec![part.clone()])), Ok(()));
        let found = rehearsed_as_root(all_of(vec![part.clone(), part]));
        assert!(matches!(found, Err(RehearsalError::TooHeavy { .. })), "{found:?}");
    });
}

#[test]
fn weight_cannot_be_hidden_in_preimages() {
    run(|| {
        mine(Alice);
        let whitelisted = |call: RuntimeCall| {
            let bytes = weighing(Weight::zero(), call).encode();
            let call_hash = BlakeTwo256::hash(&bytes);
            let call_encoded_len = bytes.len().try_into().expect("it is short");
            let call_weight_witness = Weight::zero();
            all_of(vec![
                pallet_preimage::Call::<Runtime>::note_preimage { bytes }.into(),
                Whitelist::whitelist_call { call_hash }.into(),
                Whitelist::dispatch_whitelisted_call { call_hash, call_encoded_len, call_weight_witness }.into(),
            ])
        };
        assert_eq!(rehearsed_as_root(whitelisted(remark())), Ok(()));
        let heavy = SystemCall::kill_prefix { prefix: vec![0], subkeys: u32::MAX };
        let found = rehearsed_as_root(whitelisted(heavy.into()));
        assert!(matches!(found, Err(RehearsalError::TooHeavy { .. })), "{found:?}");
    });
}

/// All calls that dispatch another one at once, with this one.
fn carriers(call: &RuntimeCall) -> Vec<RuntimeCall> {
    let boxed = || Box::new(call.clone());
    let calls = || vec![remark(), call.clone()];
    let [alice, bob] = [Alice, Bob].map(|who| who.to_account_id());
    let address = || MultiAddress::Id(Alice.to_account_id());
    let other_signatories = vec![alice, bob];
    let max_weight = Weight::zero();
    vec![
        Utility::batch { calls: calls() }.into(),
        Utility::as_derivative { index: 0, call: boxed() }.into(),
        Utility::batch_all { calls: calls() }.into(),
        Utility::dispatch_as { as_origin: Box::new(root_origin()), call: boxed() }.into(),
        Utility::force_batch { calls: calls() }.into(),
        Utility::with_weight { call: boxed(), weight: max_weight }.into(),
        Utility::if_else { main: boxed(), fallback: Box::new(remark()) }.into(),
        Utility::if_else { main: Box::new(remark()), fallback: boxed() }.into(),
        Utility::dispatch_as_fallible { as_origin: Box::new(root_origin()), call: boxed() }.into(),
        Multisig::as_multi_threshold_1 { other_signatories: other_signatories.clone(), call: boxed() }.into(),
        Multisig::as_multi { threshold: 2, other_signatories, maybe_timepoint: None, call: boxed(), max_weight }.into(),
        Proxy::proxy { real: address(), force_proxy_type: None, call: boxed() }.into(),
        Proxy::proxy_announced { delegate: address(), real: address(), force_proxy_type: None, call: boxed() }.into(),
        Whitelist::dispatch_whitelisted_call_with_preimage { call: boxed() }.into(),
        Committee::execute { proposal: boxed(), length_bound: 100 }.into(),
        Committee::propose { threshold: 1, proposal: boxed(), length_bound: 100 }.into(),
        Sudo::sudo { call: boxed() }.into(),
        Sudo::sudo_unchecked_weight { call: boxed(), weight: max_weight }.into(),
        Sudo::sudo_as { who: address(), call: boxed() }.into(),
    ]
}

/// A new one has to be weighed by rehearsals, and belongs into [`carriers`], where it dispatches what it has at once.
#[test]
fn the_calls_that_have_calls_are_known() {
    let own = [meta_type::<RuntimeCall>(), meta_type::<Vec<RuntimeCall>>()];
    let TypeDef::Variant(pallets) = meta_type::<RuntimeCall>().type_info().type_def else {
        panic!("there is a variant for each pallet");
    };
    let mut found = Vec::new();
    for pallet in pallets.variants {
        let TypeDef::Variant(calls) = pallet.fields[0].ty.type_info().type_def else {
            panic!("there is a variant for each call");
        };
        let having = calls.variants.iter().filter(|call| call.fields.iter().any(|field| own.contains(&field.ty)));
        found.extend(having.map(|call| format!("{}.{}", pallet.name, call.name)));
    }
    found.sort();
    let known = [
        "Multisig.as_multi",
        "Multisig.as_multi_threshold_1",
        "Proxy.proxy",
        "Proxy.proxy_announced",
        // These dispatch it later.
        "Scheduler.schedule",
        "Scheduler.schedule_after",
        "Scheduler.schedule_named",
        "Scheduler.schedule_named_after",
        "Sudo.sudo",
        "Sudo.sudo_as",
        "Sudo.sudo_unchecked_weight",
        "TechnicalCommittee.execute",
        "TechnicalCommittee.propose",
        "Utility.as_derivative",
        "Utility.batch",
        "Utility.batch_all",
        "Utility.dispatch_as",
        "Utility.dispatch_as_fallible",
        "Utility.force_batch",
        "Utility.if_else",
        "Utility.with_weight",
        "Whitelist.dispatch_whitelisted_call_with_preimage",
    ];
    assert_eq!(found, known);
}

#[test]
fn calls_that_fail_inside_of_others_are_told() {
    run(|| {
        let (error, call) = failing();
        // The last block tells of a failure, which is none of a rehearsal's.
        let batch = || Utility::batch { calls: vec![call.clone()] };
        mine_with(Alice, &[signed(Eve, 0, 0, batch())]);
        assert_told(pallet_utility::Event::BatchInterrupted { index: 0, error: DispatchError::BadOrigin });
        assert_eq!(rehearsed_as_root(Utility::batch { calls: vec![remark()] }), Ok(()));

        let call_hash = BlakeTwo256::hash(&call.encode());
        let calls: Vec<RuntimeCall> = vec![
            Utility::force_batch { calls: vec![call.clone(), remark()] }.into(),
            Utility::dispatch_as { as_origin: Box::new(root_origin()), call: Box::new(call.clone()) }.into(),
            all_of(vec![
                Whitelist::whitelist_call { call_hash }.into(),
                Whitelist::dispatch_whitelisted_call_with_preimage { call: Box::new(call.clone()) }.into(),
            ]),
            batch().into(),
        ];
        for call in calls {
            assert_eq!(rehearsed_as_root(call.clone()), Err(error.clone()), "{call:?}");
        }
    });
}

//! The guide's table of parameters says what the code does: which there are, whose vote changes them, what they may be, and
//! which constants of the metadata show them.

use super::{
    guide::{rows, Bound, Row},
    parameters::*,
    tracks::origin,
    *,
};
use frame_support::{assert_ok, traits::GetCallMetadata};
use pallet_chain::Track;
use posw_primitives::{Curve, Factor};
use scale_info::{TypeDef, TypeInfo};
use sp_consensus_posw::NetworkState;
use std::collections::{BTreeMap, BTreeSet};

/// A curve of each form.
const CURVES: [Curve; 6] = [
    Curve::Flat,
    Curve::Constant { boost: Factor::ONE },
    Curve::Linear { unit: COIN, slope: 1 },
    Curve::Sqrt { unit: COIN },
    Curve::Log2 { unit: COIN },
    Curve::Power { unit: COIN, cap: 1, exponent: 1 },
];

/// The names of the variants of a type, and those of their fields.
fn variants<T: TypeInfo>() -> Vec<(String, Vec<String>)> {
    let TypeDef::Variant(definition) = T::type_info().type_def else { panic!("it has variants") };
    let variants = definition.variants.into_iter();
    let fields =
        |fields: Vec<scale_info::Field>| fields.iter().filter_map(|field| field.name).map(str::to_owned).collect();
    variants.map(|variant| (variant.name.to_owned(), fields(variant.fields))).collect()
}

#[test]
fn it_has_a_row_for_each_parameter_and_for_nothing_else() {
    run(|| {
        let rows: Vec<_> = rows().into_iter().map(|row| row.name).collect();
        let mut names = names(&in_force());
        // Of the curve, the form is a parameter, and what any form has.
        names.retain(|name| !name.starts_with("stake.curve."));
        names.insert("stake.curve".into());
        let of_curves = variants::<Curve>().into_iter().flat_map(|(_, fields)| fields);
        names.extend(of_curves.map(|name| format!("stake.curve.{name}")));
        let found: BTreeSet<_> = rows.iter().cloned().collect();
        assert_eq!(found.len(), rows.len(), "a parameter has two rows");
        let (missing, unknown) = (names.difference(&found), found.difference(&names));
        let (missing, unknown): (Vec<_>, Vec<_>) = (missing.collect(), unknown.collect());
        assert!(missing.is_empty() && unknown.is_empty(), "without a row: {missing:?}; no parameter: {unknown:?}");
    });
}

#[test]
fn no_call_sets_other_parameters() {
    run(|| {
        let known = calls(in_force()).map(|call| {
            let names = call.get_call_metadata();
            (names.pallet_name.to_owned(), names.function_name.to_owned())
        });
        let found = Runtime::metadata_ir().pallets.into_iter().flat_map(|pallet| {
            let variants = match pallet.calls.map(|calls| calls.ty.type_info().type_def) {
                Some(TypeDef::Variant(calls)) => calls.variants,
                _ => Vec::new(),
            };
            let sets = |field: &scale_info::Field| field.name.is_some_and(|name| name.contains("param"));
            let variants = variants.into_iter().filter(move |call| call.fields.iter().any(sets));
            variants.map(move |call| (pallet.name.to_owned(), call.name.to_owned()))
        });
        assert_eq!(found.collect::<BTreeSet<_>>(), known.into());
    });
}

#[test]
fn each_group_is_changed_by_its_track_and_by_root() {
    run(|| {
        for (group, call) in GROUPS.into_iter().zip(calls(in_force())) {
            let tracks: BTreeSet<_> =
                rows().iter().filter(|row| group_of(&row.name) == group).map(|row| row.track).collect();
            for track in Track::ALL {
                let result = in_transaction(false, || dispatched_as(origin(track), call.clone()));
                let allowed = track == Track::Root || tracks == [track].into();
                assert_eq!(result.is_ok(), allowed, "{group}, which the guide has on {tracks:?}, on {track:?}");
            }
        }
    });
}

/// Where the bounds that name a parameter have other values than on the development chain, and the easiest target allows any
/// boost.
fn other() -> All {
    use crate::genesis_config_presets as development;
    use posw_primitives::{CompactBits, DifficultyParams, RewardParams, StakeParams};
    let stake = StakeParams {
        epoch_length: 7,
        max_reorg: 20,
        activation: 5,
        min_lock: 45,
        unbonding: 21,
        min_weight: 3 * COIN,
        ..development::development_stake_params()
    };
    let difficulty = DifficultyParams {
        block_time: 1_500,
        limit: CompactBits::try_from(0x1d00_ffff).unwrap(),
        ..development::development_difficulty_params()
    };
    let rewards = RewardParams { initial: 7 * COIN, maturity: 22, ..development::development_reward_params() };
    let chain = pallet_chain::ChainParams::default();
    (stake, difficulty, rewards, chain, pallet_chain::GovernanceParams::default())
}

#[test]
fn the_bounds_are_the_codes() {
    run(|| {
        for all in [in_force(), other()] {
            assert_eq!(refused(all), None);
            rows().iter().for_each(|row| assert_bound(row, all));
        }
    });
}

/// Expects the code to allow what the guide says, where the other parameters are these.
fn assert_bound(row: &Row, all: All) {
    let name = &row.name;
    let (none, range) = match row.bound(&|other| number_beside(all, name, other)) {
        Bound::Names(forms) => {
            let known: Vec<_> = variants::<Curve>().into_iter().map(|(form, _)| form.to_lowercase()).collect();
            return assert_eq!(forms, known);
        }
        Bound::Numbers { none, range } => (none, range),
    };
    let curves = CURVES.map(|curve| with_curve(all, curve));
    let cases: Vec<_> = if name.starts_with("stake.curve.") {
        curves.into_iter().filter(|all| number(*all, name).is_some()).collect()
    } else {
        vec![all]
    };
    for all in cases {
        let is_value = |value: Option<u128>| value.is_some_and(|value| judged(all, name, value) != Verdict::NoValue);
        match native_bound(all, name) {
            Some(native) => assert_eq!(range, native, "{name}: the guide's bound, and the code's"),
            // All values of the type are allowed.
            None => {
                assert!(is_value(Some(*range.start())) && is_value(Some(*range.end())), "{name}: {range:?}");
                assert!(!is_value(range.start().checked_sub(1)), "{name} can be less than {range:?}");
                assert!(!is_value(range.end().checked_add(1)), "{name} can be more than {range:?}");
            }
        }
        assert_eq!(none, !range.contains(&0) && judged(all, name, 0) == Verdict::Allowed, "{name}");
    }
}

/// The constants of the metadata with their values, under the names that clients give them.
fn constants() -> BTreeMap<String, Vec<u8>> {
    let named = |name: &str| {
        let capitals = name.find(|letter: char| !letter.is_ascii_uppercase()).unwrap_or(name.len());
        format!("{}{}", name[..capitals].to_lowercase(), &name[capitals..])
    };
    let pallets = Runtime::metadata_ir().pallets.into_iter();
    let constants = pallets.flat_map(|pallet| {
        let of_pallet = named(pallet.name);
        pallet
            .constants
            .into_iter()
            .map(move |constant| (format!("{of_pallet}.{}", named(constant.name)), constant.value))
    });
    constants.collect()
}

#[test]
fn clients_that_connect_after_a_change_see_it_in_the_constants_that_the_row_names() {
    for row in rows() {
        let name = &row.name;
        run(|| {
            mine(Alice);
            let old = in_force();
            let of_the_curve = name.starts_with("stake.curve");
            let new = if of_the_curve { with_curve(old, CURVES[2]) } else { stepped(old, name) };
            let before = constants();
            let mut groups = GROUPS.into_iter().zip(calls(new));
            let (_, call) = groups.find(|(group, _)| *group == group_of(name)).expect("a call sets it");
            assert_ok!(dispatched_as(origin(row.track), call));
            let last = self::call::<NetworkState>("PoswApi_network", ()).epoch.last();
            mine_to(Alice, last - 1);
            assert_eq!(constants(), before, "{name} is not in force yet");
            mine_to(Alice, last);
            assert_eq!(in_force(), new, "{name}");
            let after = constants();
            let changed = after.iter().filter(|(constant, value)| before[*constant] != **value);
            let changed: BTreeSet<_> = changed.map(|(constant, _)| constant.clone()).collect();
            assert_eq!(row.constants(), changed, "{name}: the guide's constants, and those that changed");
        });
    }
}

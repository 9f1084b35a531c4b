//! All parameters that votes change, by their names, and what the code allows each of them to be.

use super::*;
use crate::configs::consensus::current_params;
use pallet_chain::{ChainParams, GovernanceParams};
use posw_primitives::{CompactBits, Curve, DifficultyParams, Factor, Params, RewardParams, StakeParams};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    ops::{Range, RangeInclusive},
};

/// All parameters, in the order of [`GROUPS`].
pub(super) type All = (StakeParams, DifficultyParams, RewardParams, ChainParams, GovernanceParams);

/// How the names of those begin that one call sets.
pub(super) const GROUPS: [&str; 5] = ["stake", "difficulty", "rewards", "chain", "chain.governance"];

/// Those of the chain.
pub(super) fn in_force() -> All {
    let Params { stake, difficulty, rewards } = current_params();
    (stake, difficulty, rewards, Chain::parameters(), Chain::governance())
}

/// The calls that set them, group by group.
pub(super) fn calls((stake, difficulty, rewards, chain, governance): All) -> [RuntimeCall; 5] {
    [
        pallet_posw_stake::Call::set_params { params: stake }.into(),
        pallet_difficulty::Call::set_params { params: difficulty }.into(),
        pallet_rewards::Call::set_params { params: rewards }.into(),
        pallet_chain::Call::set_params { params: chain }.into(),
        pallet_chain::Call::set_governance { params: Box::new(governance) }.into(),
    ]
}

/// Those with another curve.
pub(super) fn with_curve(mut all: All, curve: Curve) -> All {
    all.0.curve = curve;
    all
}

/// The group of a parameter.
pub(super) fn group_of(name: &str) -> &'static str {
    let mut groups = GROUPS.into_iter().rev();
    groups.find(|group| name.starts_with(&format!("{group}."))).unwrap_or_else(|| panic!("{name} is in no group"))
}

/// The names of all numbers.
pub(super) fn names(all: &All) -> BTreeSet<String> {
    let groups = serde_json::to_value(all).expect("they have a JSON form");
    let groups = groups.as_array().expect("groups come in a list").clone();
    GROUPS.into_iter().zip(groups).flat_map(|(name, group)| names_in(name, &group)).collect()
}

fn names_in(name: &str, value: &Value) -> Vec<String> {
    match value.as_object() {
        Some(fields) => fields.iter().flat_map(|(field, value)| names_in(&format!("{name}.{field}"), value)).collect(),
        None => vec![name.to_owned()],
    }
}

/// The text of all parameters in JSON: its numbers have up to 128 bits, which a [`Value`] has no room for.
fn text(all: All) -> String {
    serde_json::to_string(&all).expect("they have a JSON form")
}

/// Where the text has a number. No two of them have the same key, but for those of the tracks, which follow their track's.
fn place(text: &str, name: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for key in name[group_of(name).len() + 1..].split('.') {
        let key = format!("\"{key}\":");
        start += text[start..].find(&key)? + key.len();
    }
    let digits = text[start..].find(|letter: char| !letter.is_ascii_digit())?;
    (digits > 0).then_some(start..start + digits)
}

/// The value of a parameter, as it is stored; none where the curve has no such number.
pub(super) fn number(all: All, name: &str) -> Option<u128> {
    let text = text(all);
    text[place(&text, name)?].parse().ok()
}

/// The value of the parameter that the bound of `name` calls `other`: of the same track, or of any group.
pub(super) fn number_beside(all: All, name: &str, other: &str) -> u128 {
    let (siblings, _) = name.rsplit_once('.').expect("names have groups");
    let mut groups = [siblings].into_iter().chain(GROUPS);
    let names = names(&all);
    let found = groups.find_map(|group| names.get(&format!("{group}.{other}")));
    found
        .and_then(|found| number(all, found))
        .unwrap_or_else(|| panic!("{name} is bounded by {other}, which is no parameter"))
}

/// Those with another value of one; none where its type has no such value.
fn with(all: All, name: &str, value: u128) -> Option<All> {
    let mut text = text(all);
    let place = place(&text, name).unwrap_or_else(|| panic!("there is no {name}"));
    text.replace_range(place, &value.to_string());
    serde_json::from_str(&text).ok()
}

/// Those with one of them changed by one.
pub(super) fn stepped(all: All, name: &str) -> All {
    let value = number(all, name).unwrap_or_else(|| panic!("there is no {name}"));
    let values = [value.checked_add(1), value.checked_sub(1)];
    let mut allowed =
        values.into_iter().flatten().filter_map(|value| with(all, name, value)).filter(|all| refused(*all).is_none());
    allowed.next().unwrap_or_else(|| panic!("{name} can be no other than {value}"))
}

/// The first parameter that the code refuses, and what it may be.
pub(super) fn refused((stake, difficulty, rewards, chain, governance): All) -> Option<(String, RangeInclusive<u128>)> {
    let consensus = Params { stake, difficulty, rewards }.check();
    let consensus = consensus.map_err(|error| (error.field.name().to_owned(), error.min..=error.max));
    let chain =
        chain.check().map_err(|error| (error.field.to_string().replace(".params.", "."), error.min..=error.max));
    let governance = governance.check().map_err(|error| (error.field.to_string(), error.min..=error.max));
    consensus.and(chain).and(governance).err()
}

/// What the code says of a value.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    /// It is none of the parameter's type.
    NoValue,
    /// The parameter may have it, as far as its own bound goes.
    Allowed,
    /// The parameter may only have one of these.
    Refused(RangeInclusive<u128>),
}

/// Whether the code allows a parameter a value, whatever it says of others.
pub(super) fn judged(all: All, name: &str, value: u128) -> Verdict {
    match with(all, name, value).map(refused) {
        None => Verdict::NoValue,
        Some(Some((refused, allowed))) if refused == name => Verdict::Refused(allowed),
        Some(_) => Verdict::Allowed,
    }
}

/// What a parameter may be, as the code says of a value beyond it; none where it may be whatever its type is.
pub(super) fn native_bound(all: All, name: &str) -> Option<RangeInclusive<u128>> {
    // Each parameter that is bounded by more than its type may not have one of these.
    let beyond = [
        0,
        16_384,
        CompactBits::POW_LIMIT.to_raw().into(),
        u32::MAX.into(),
        Factor::MAX.billionths().into(),
        u64::MAX.into(),
        10u128.pow(28),
    ];
    beyond.into_iter().find_map(|value| match judged(all, name, value) {
        Verdict::Refused(allowed) => Some(allowed),
        Verdict::NoValue | Verdict::Allowed => None,
    })
}

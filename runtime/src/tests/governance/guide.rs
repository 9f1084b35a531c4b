//! The table of parameters of docs/governance.md, as people read it.

use super::*;
use pallet_chain::Track;
use posw_primitives::{CompactBits, Target, BILLION, U256};
use std::{collections::BTreeSet, ops::RangeInclusive};

const GUIDE: &str = include_str!("../../../../docs/governance.md");
/// How the table's first line begins.
const HEAD: &str = "| parameter | unit | native bound |";
/// Blocks of 15 s in a year.
const YEAR: u128 = 2_103_840;

/// What the table says of a parameter.
pub(super) struct Row {
    /// Its name, as genesis and the tool know it.
    pub(super) name: String,
    /// The track that changes it.
    pub(super) track: Track,
    unit: String,
    bound: String,
    explorers: String,
}

/// All rows; those of `TRACK` once for each track.
pub(super) fn rows() -> Vec<Row> {
    let (_, table) = GUIDE.split_once(HEAD).expect("the guide has the table");
    let mut group = None;
    let mut rows = Vec::new();
    for line in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        let [first, unit, bound, _, explorers] = cells.try_into().expect("a row has five cells");
        if first.starts_with("**") {
            let track = first.split_once("track `").and_then(|(_, rest)| rest.strip_suffix('`'));
            group = Track::ALL.into_iter().find(|known| track == Some(known.name()));
        } else {
            let name = first.trim_matches('`');
            let track = group.unwrap_or_else(|| panic!("{name} is in no group that names its track"));
            let names: BTreeSet<_> = Track::ALL.map(|track| name.replace("TRACK", track.name())).into();
            let cells = (unit, bound, explorers);
            rows.extend(names.into_iter().map(|name| {
                let (unit, bound, explorers) = cells.clone();
                Row { name, track, unit, bound, explorers }
            }));
        }
    }
    rows
}

/// What the guide says that a parameter may be.
#[derive(Debug, PartialEq)]
pub(super) enum Bound {
    /// A number of these, which count as they are stored, or, where it says so, none.
    Numbers { none: bool, range: RangeInclusive<u128> },
    /// One of these names.
    Names(Vec<String>),
}

impl Row {
    /// The native bound where the parameters that it names have the values of `value_of`.
    pub(super) fn bound(&self, value_of: &dyn Fn(&str) -> u128) -> Bound {
        let (bound, _) = self.bound.split_once(';').unwrap_or((&self.bound, ""));
        if self.unit == "name" {
            return Bound::Names(bound.split(", ").map(|name| name.trim_matches('`').to_owned()).collect());
        }
        let (none, bound) = match bound.strip_prefix("0 for none, or ") {
            Some(rest) => (true, rest),
            None => (false, bound),
        };
        let (least, most) = bound.split_once(" to ").unwrap_or_else(|| panic!("{}: {bound:?} is no range", self.name));
        let least = match least.strip_prefix("above ") {
            Some(least) => self.value(least, value_of) + 1,
            None => self.value(least, value_of),
        };
        let most = match most.strip_prefix("the smaller of ").and_then(|both| both.split_once(" and ")) {
            Some((one, other)) => self.value(one, value_of).min(self.value(other, value_of)),
            None => self.value(most, value_of),
        };
        Bound::Numbers { none, range: least..=most }
    }

    /// One end of a range, as it is stored.
    fn value(&self, text: &str, value_of: &dyn Fn(&str) -> u128) -> u128 {
        let evaluate = |text| Formula { rest: text, value_of }.evaluate();
        let bits = |value: U256| Target::clamped(value).to_compact().to_raw().into();
        if let Some(formula) = text.strip_prefix('`').and_then(|text| text.strip_suffix('`')) {
            evaluate(formula).as_u128()
        } else if let Some(work) = text.strip_prefix("the target of work ") {
            bits(U256::MAX / evaluate(work))
        } else if let Some(value) = text.strip_prefix("target ") {
            bits(evaluate(value))
        } else if let Some(years) = text.strip_suffix(" years") {
            evaluate(years).as_u128() * YEAR
        } else if let Some(stored) = text.strip_suffix(" of the smallest unit").or(text.strip_suffix(" billionths")) {
            evaluate(stored).as_u128()
        } else if text.contains('^') {
            evaluate(text).as_u128()
        } else {
            self.scaled(if text == "a billion" { "1,000,000,000" } else { text })
        }
    }

    /// A number of the row's unit, which may have decimals.
    fn scaled(&self, number: &str) -> u128 {
        let scale = match self.unit.as_str() {
            "coins" => COIN,
            "decimal" => u128::from(BILLION),
            _ => 1,
        };
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        let digits = format!("{}{decimals}", whole.replace(',', ""));
        let digits: u128 = digits.parse().unwrap_or_else(|_| panic!("{}: {number:?} is no number", self.name));
        let parts = 10u128.pow(decimals.len().try_into().unwrap());
        assert_eq!(digits * scale % parts, 0, "{}: {number} has too many decimals", self.name);
        digits * scale / parts
    }

    /// The constants of the metadata that show the parameter, as clients name them.
    pub(super) fn constants(&self) -> BTreeSet<String> {
        let constants = self.explorers.split_once("constant").map(|(_, constants)| constants);
        constants.unwrap_or_default().split('`').skip(1).step_by(2).map(str::to_owned).collect()
    }
}

/// What is left of a formula: whole numbers, names, `+ - * / ^`, parentheses, `ceil` of a quotient, and `work` of a target's
/// bits, which is a decimal number.
struct Formula<'a> {
    rest: &'a str,
    value_of: &'a dyn Fn(&str) -> u128,
}

impl Formula<'_> {
    fn evaluate(mut self) -> U256 {
        let value = self.sum();
        assert!(self.rest.is_empty(), "{:?} is left of a formula", self.rest);
        value
    }

    fn sum(&mut self) -> U256 {
        let mut value = self.product();
        loop {
            if self.takes("+") {
                value += self.product();
            } else if self.takes("-") {
                value -= self.product();
            } else {
                return value;
            }
        }
    }

    fn product(&mut self) -> U256 {
        let mut value = self.power();
        loop {
            if self.takes("*") {
                value *= self.power();
            } else if self.takes("/") {
                value /= self.power();
            } else {
                return value;
            }
        }
    }

    fn power(&mut self) -> U256 {
        let base = self.operand();
        if self.takes("^") {
            base.pow(self.operand())
        } else {
            base
        }
    }

    fn operand(&mut self) -> U256 {
        if self.takes("ceil(") {
            let dividend = self.operand();
            self.expect("/");
            let divisor = self.operand();
            self.expect(")");
            return (dividend + divisor - 1) / divisor;
        }
        if self.takes("work(") {
            let bits = CompactBits::try_from(self.operand().as_u32()).expect("it is a target");
            self.expect(")");
            return bits.work() * BILLION;
        }
        if self.takes("(") {
            let value = self.sum();
            self.expect(")");
            return value;
        }
        let end = self.rest.find(|letter: char| !letter.is_alphanumeric() && letter != ',').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        word.replace(',', "").parse::<u128>().unwrap_or_else(|_| (self.value_of)(word)).into()
    }

    fn expect(&mut self, sign: &str) {
        assert!(self.takes(sign), "{sign:?} is expected at {:?}", self.rest);
    }

    fn takes(&mut self, sign: &str) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }
}

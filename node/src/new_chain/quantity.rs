//! Quantities as people write them: decimal numbers with a unit, read exactly and written back.

use super::suggestion::nearest;

/// Units of time, in milliseconds. The first name is the one that is written.
static TIMES: [(&[&str], u64); 7] = [
    (&["ms"], 1),
    (&["s", "second", "seconds"], 1_000),
    (&["min", "minute", "minutes"], 60_000),
    (&["h", "hour", "hours"], 3_600_000),
    (&["days", "day", "d"], DAY),
    (&["weeks", "week"], 7 * DAY),
    (&["years", "year"], YEAR),
];
const DAY: u64 = 86_400_000;
/// Milliseconds in a year of 365 days.
pub(super) const YEAR: u64 = 365 * DAY;

/// What stands for powers of a thousand.
const PREFIXES: [&str; 7] = ["", "k", "M", "G", "T", "P", "E"];

/// Billionths in one.
const BILLIONTHS: u32 = 9;

/// An exact decimal number that is not negative: `digits / 10^decimals`, without a zero at the end of its fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: u128,
    decimals: u32,
}

impl Decimal {
    /// Reads `12`, `1_000` or `0.5`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "expected a number such as 1000 or 0.5".to_owned();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let plain = |part: &str| part.starts_with(|c: char| c.is_ascii_digit()) && !part.ends_with('_');
        if !plain(whole) || !plain(fraction) {
            return Err(wrong());
        }
        let fraction = fraction.trim_end_matches('0');
        let digits: String = whole.chars().chain(fraction.chars()).filter(|c| *c != '_').collect();
        if !digits.chars().all(|c| c.is_ascii_digit()) {
            return Err(wrong());
        }
        let decimals = fraction.chars().filter(|c| *c != '_').count();
        match (digits.parse(), u32::try_from(decimals)) {
            (Ok(digits), Ok(decimals)) => Ok(Self { digits, decimals }),
            _ => Err("expected a number of at most 38 digits".into()),
        }
    }

    /// The number times `10^decimals`, where that is whole; what is too large for the type is its largest value.
    pub(super) fn scaled(self, decimals: u32) -> Result<u128, String> {
        let Some(more) = decimals.checked_sub(self.decimals) else {
            return Err(format!("expected at most {decimals} digits after the point"));
        };
        let scaled = 10_u128.checked_pow(more).and_then(|power| self.digits.checked_mul(power));
        Ok(scaled.unwrap_or(if self.digits == 0 { 0 } else { u128::MAX }))
    }

    /// The number in billionths; what is too large for the type is its largest value.
    pub(super) fn billionths(self) -> Result<u64, String> {
        self.scaled(BILLIONTHS).map(|number| u64::try_from(number).unwrap_or(u64::MAX))
    }

    /// The number times `factor`, where that is whole.
    fn times(self, factor: u64) -> Option<u64> {
        let product = self.digits.checked_mul(factor.into())?;
        let divisor = 10_u128.checked_pow(self.decimals)?;
        u64::try_from(product / divisor).ok().filter(|_| product % divisor == 0)
    }
}

/// Reads a part of a whole: `0.1` or `10 %`.
pub(super) fn ratio(text: &str) -> Result<Decimal, String> {
    let Some(percent) = text.strip_suffix('%') else { return Decimal::parse(text) };
    let number = Decimal::parse(percent.trim_end())?;
    Ok(Decimal { decimals: number.decimals.saturating_add(2), ..number })
}

/// Reads a whole number.
pub(super) fn at_most<T: TryFrom<u128> + Into<u128>>(most: T) -> impl Fn(&str) -> Result<T, String> {
    let most: u128 = most.into();
    move |text| {
        let number = Decimal::parse(text).and_then(|number| number.scaled(0));
        let fitting = number.ok().filter(|number| *number <= most).and_then(|number| T::try_from(number).ok());
        fitting.ok_or_else(|| format!("expected a whole number from 0 to {most}"))
    }
}

/// A length of time, in time or in blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// So many blocks.
    Blocks(u32),
    /// So many milliseconds.
    Millis(u64),
}

impl Span {
    /// Reads `240 blocks` or a time.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (number, unit) = number_and_unit(text);
        if !["block", "blocks"].contains(&unit) {
            let time =
                millis(text).map_err(|wrong| format!("{wrong}, or a number of blocks such as \"240 blocks\""))?;
            return Ok(Self::Millis(time));
        }
        let blocks = Decimal::parse(number)?.scaled(0).map_err(|_| "expected a whole number of blocks".to_owned())?;
        Ok(Self::Blocks(u32::try_from(blocks).unwrap_or(u32::MAX)))
    }

    /// In blocks of `block_time` milliseconds, rounded up; what is too long for the type is its largest value.
    pub(super) fn blocks(self, block_time: u64) -> u32 {
        match self {
            Self::Blocks(blocks) => blocks,
            Self::Millis(time) => u32::try_from(time.div_ceil(block_time.max(1))).unwrap_or(u32::MAX),
        }
    }

    /// In milliseconds.
    pub(super) fn millis(self, block_time: u64) -> u64 {
        match self {
            Self::Blocks(blocks) => block_time.saturating_mul(blocks.into()),
            Self::Millis(time) => time,
        }
    }
}

/// Reads a time in milliseconds, such as `15 s`.
pub(super) fn millis(text: &str) -> Result<u64, String> {
    const EXPECTED: &str = "expected a time such as \"15 s\", \"90 min\" or \"7 days\"";
    let (number, unit) = number_and_unit(text);
    let names = TIMES.iter().flat_map(|(names, _)| names.iter().copied());
    let Some((_, length)) = TIMES.iter().find(|(names, _)| names.contains(&unit)) else {
        let meant = nearest(unit, names).map(|name| format!(" (did you mean {name}?)"));
        return Err(format!("{EXPECTED}{}", meant.unwrap_or_default()));
    };
    let number = Decimal::parse(number).map_err(|_| EXPECTED.to_owned())?;
    number.times(*length).ok_or_else(|| "expected a whole number of milliseconds".into())
}

/// Writes a time in the largest unit that divides it.
pub(super) fn time(millis: u64) -> String {
    let units = TIMES.iter().take(5).rev();
    let fitting = units.map(|(names, length)| (names[0], *length)).find(|(_, length)| millis.is_multiple_of(*length));
    let (name, length) = fitting.filter(|_| millis > 0).unwrap_or(("s", 1_000));
    match (name, millis / length) {
        ("days", 1) => "1 day".into(),
        (name, number) => format!("{number} {name}"),
    }
}

/// Writes a time to a tenth of the largest unit that fits into it.
pub(crate) fn about(millis: u64) -> String {
    let units = TIMES.iter().take(5).rev();
    let (names, length) = units.into_iter().find(|(_, length)| millis >= *length).unwrap_or(&TIMES[0]);
    let tenths = (u128::from(millis) * 10 + u128::from(length / 2)) / u128::from(*length);
    match (names[0], tenths) {
        ("ms", _) => format!("{millis} ms"),
        ("days", 10) => "1 day".into(),
        (name, tenths) if tenths % 10 == 0 => format!("{} {name}", tenths / 10),
        (name, tenths) => format!("{}.{} {name}", tenths / 10, tenths % 10),
    }
}

/// How fast somebody hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HashRate {
    /// Hashes per second.
    Given(u64),
    /// As fast as this machine.
    Measured,
}

impl HashRate {
    /// Reads `60 MH/s` or `measured`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text == "measured" {
            return Ok(Self::Measured);
        }
        let expected = || "expected a speed such as \"60 MH/s\", or \"measured\"".to_owned();
        let (number, unit) = number_and_unit(text);
        let prefix = unit.strip_suffix("H/s").and_then(|found| PREFIXES.iter().position(|prefix| *prefix == found));
        let factor = prefix.and_then(|thousands| 1_000_u64.checked_pow(u32::try_from(thousands).ok()?));
        let rate = Decimal::parse(number).ok().zip(factor).and_then(|(number, factor)| number.times(factor));
        rate.filter(|rate| *rate > 0).map(Self::Given).ok_or_else(expected)
    }
}

/// Writes `amount / 10^decimals` without zeros at its end, and with its thousands apart.
pub(crate) fn decimal(amount: u128, decimals: u32) -> String {
    let Some(one) = 10_u128.checked_pow(decimals) else { return format!("{amount} / 10^{decimals}") };
    let (whole, rest) = (amount / one, amount % one);
    let fraction = format!("{rest:0width$}", width = usize::try_from(decimals).unwrap_or_default());
    match fraction.trim_end_matches('0') {
        _ if rest == 0 => grouped(whole),
        fraction => format!("{}.{fraction}", grouped(whole)),
    }
}

/// Writes a number of billionths.
pub(super) fn number(billionths: u64) -> String {
    decimal(billionths.into(), BILLIONTHS)
}

/// Writes a whole number with its thousands apart.
pub(super) fn grouped(number: impl ToString) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

/// A number and what follows it.
fn number_and_unit(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_')).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (text, decimals, scaled) in
            [("1", 12, 10_u128.pow(12)), ("0.5", 9, 500_000_000), ("1_000", 0, 1_000), ("12.50", 1, 125), ("0", 3, 0)]
        {
            assert_eq!(Decimal::parse(text).unwrap().scaled(decimals), Ok(scaled), "{text}");
        }
        let fine = Decimal::parse("0.001").unwrap();
        assert_eq!(fine.scaled(2), Err("expected at most 2 digits after the point".into()));
        assert_eq!(Decimal::parse("9").unwrap().scaled(38), Ok(u128::MAX));
        assert_eq!(Decimal::parse("20000000000").unwrap().billionths(), Ok(u64::MAX));
        for text in
            ["", ".", "1.", ".5", "-1", "+1", "1e3", "0x10", "1,000", "inf", "_1", "1_", "1._5", &"9".repeat(39)]
        {
            assert!(Decimal::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn ratios_are_parts_or_percentages() {
        for (text, billionths) in
            [("0.1", 100_000_000), ("10 %", 100_000_000), ("12.5%", 125_000_000), ("2", 2_000_000_000)]
        {
            assert_eq!(ratio(text).unwrap().billionths(), Ok(billionths), "{text}");
        }
        assert!(ratio("ten %").is_err() && ratio("%").is_err());
    }

    #[test]
    fn times_are_read_and_written() {
        for (text, length, written) in [
            ("500 ms", 500, "500 ms"),
            ("15 s", 15_000, "15 s"),
            ("1.5 s", 1_500, "1500 ms"),
            ("90 min", 5_400_000, "90 min"),
            ("1 hour", 3_600_000, "1 h"),
            ("1 d", DAY, "1 day"),
            ("2 weeks", 14 * DAY, "14 days"),
            ("1year", YEAR, "365 days"),
            ("0 s", 0, "0 s"),
        ] {
            assert_eq!(millis(text), Ok(length), "{text}");
            assert_eq!(time(length), written);
        }
        for text in ["", "15", "s", "0.1 ms", "-1 s", "1 s 1 ms", "99999999999 years"] {
            assert!(millis(text).is_err(), "{text}");
        }
        assert!(millis("7 dys").unwrap_err().ends_with("(did you mean days?)"), "{:?}", millis("7 dys"));
    }

    #[test]
    fn times_are_rounded_for_people() {
        for (millis, text) in [
            (0, "0 ms"),
            (500, "500 ms"),
            (1_500, "1.5 s"),
            (15_000, "15 s"),
            (3_599_000, "60 min"),
            (3_600_000, "1 h"),
            (DAY, "1 day"),
            (7 * DAY + 15_000, "7 days"),
            (36 * 3_600_000, "1.5 days"),
            (YEAR, "365 days"),
        ] {
            assert_eq!(about(millis), text);
        }
        assert!(about(u64::MAX).ends_with(" days"));
    }

    #[test]
    fn spans_are_rounded_up_to_blocks() {
        assert_eq!(Span::parse("240 blocks"), Ok(Span::Blocks(240)));
        assert_eq!(Span::parse("1 block").unwrap().blocks(1), 1);
        for (text, blocks) in [("1 min", 4), ("46 s", 4), ("45 s", 3), ("1 ms", 1), ("0 s", 0)] {
            assert_eq!(Span::parse(text).unwrap().blocks(15_000), blocks, "{text}");
        }
        assert_eq!(Span::Blocks(72).millis(15_000), 18 * 60_000);
        for long in ["99 years", "5000000000 blocks"] {
            assert_eq!(Span::parse(long).unwrap().blocks(1), u32::MAX);
        }
        assert!(Span::parse("0.5 blocks").is_err());
        assert!(Span::parse("240").unwrap_err().ends_with("or a number of blocks such as \"240 blocks\""));
    }

    #[test]
    fn speeds() {
        for (text, rate) in
            [("60 MH/s", 60_000_000), ("1.5kH/s", 1_500), ("7 H/s", 7), ("18 EH/s", 18 * 10_u64.pow(18))]
        {
            assert_eq!(HashRate::parse(text), Ok(HashRate::Given(rate)), "{text}");
        }
        assert_eq!(HashRate::parse("measured"), Ok(HashRate::Measured));
        for text in ["60", "60 MH", "60 mH/s", "0 H/s", "0.5 H/s", "19 EH/s", "MH/s", "Measured"] {
            assert!(HashRate::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_are_written_for_people() {
        for (amount, decimals, text) in [
            (0, 12, "0"),
            (1_234_567 * 10_u128.pow(12), 12, "1,234,567"),
            (1_000_000_000, 12, "0.001"),
            (1_500, 3, "1.5"),
            (7, 0, "7"),
        ] {
            assert_eq!(decimal(amount, decimals), text);
        }
        assert_eq!(number(2_500_000_000), "2.5");
        assert_eq!((grouped(999), grouped(1_000)), ("999".into(), "1,000".into()));
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }
}

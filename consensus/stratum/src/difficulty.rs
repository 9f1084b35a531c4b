//! Share difficulty and the targets that clients take it for.

use core::fmt;
use posw_primitives::{Target, BILLION, U256};

/// Bitcoin's target of difficulty 1, `0xffff * 2^208`, times a billion.
const BITCOIN: U256 = U256([0, 0, 0, 0xffff_0000 * BILLION]);
/// The target of difficulty 1 of clients that round it, `2^224`, times a billion.
const LOOSER: U256 = U256([0, 0, 0, (1 << 32) * BILLION]);

/// Expected hashes of a share of difficulty 1.
const HASHES: u64 = 1 << 32;

/// Difficulty of a share, as a fixed-point number of billionths; never zero.
///
/// A share of difficulty `d` costs `d * 2^32` hashes on average.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difficulty(u64);

impl Difficulty {
    /// The easiest, about four hashes.
    pub const MIN: Self = Self(1);
    /// What Bitcoin calls difficulty 1.
    pub const ONE: Self = Self(BILLION);
    /// The hardest, about 8 * 10^19 hashes.
    pub const MAX: Self = Self(u64::MAX);

    /// So many billionths; zero counts as one.
    pub const fn from_billionths(billionths: u64) -> Self {
        if billionths == 0 {
            Self::MIN
        } else {
            Self(billionths)
        }
    }

    /// The nearest difficulty to a number as it stands in a message; `None` where it is not above zero.
    pub fn from_number(number: f64) -> Option<Self> {
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::float_arithmetic,
            reason = "JSON has no other numbers, and the conversion saturates; nothing of consensus depends on it"
        )]
        let billionths = (number * 1e9).round() as u64;
        (number > 0.0).then_some(Self::from_billionths(billionths))
    }

    /// The hardest difficulty whose shares a hash that meets `target` is sure to be one of.
    pub fn of_target(target: Target) -> Self {
        Self::from_wide(LOOSER.checked_div(target.value()).unwrap_or_default())
    }

    /// The difficulty whose shares cost so many hashes, rounded down.
    pub fn of_hashes(hashes: u128) -> Self {
        let billionths = U256::from(hashes).saturating_mul(BILLION.into());
        Self::from_wide(billionths.checked_div(HASHES.into()).unwrap_or_default())
    }

    fn from_wide(billionths: U256) -> Self {
        Self::from_billionths(u64::try_from(billionths).unwrap_or(u64::MAX))
    }

    /// In billionths.
    pub fn billionths(self) -> u64 {
        self.0
    }

    /// What a miner should mine to: Bitcoin's target, `0xffff * 2^208 / d`.
    pub fn target(self) -> Target {
        Target::clamped(BITCOIN.checked_div(self.0.into()).unwrap_or_default())
    }

    /// What a server should accept: `2^224 / d`, which some clients mine to; easier than [`Self::target`] by 1.5 * 10^-5.
    pub fn loosest_target(self) -> Target {
        Target::clamped(LOOSER.checked_div(self.0.into()).unwrap_or_default())
    }

    /// Expected number of hashes of a share, rounded down.
    pub fn hashes(self) -> u128 {
        let billionths = u128::from(self.0).saturating_mul(HASHES.into());
        billionths.checked_div(BILLION.into()).unwrap_or_default()
    }

    /// Rounded down to a whole number, where it is above one: some firmware reads no other.
    pub fn rounded(self) -> Self {
        let fraction = self.0.checked_rem(BILLION).unwrap_or_default();
        self.0.checked_sub(fraction).filter(|whole| *whole > 0).map_or(self, Self)
    }

    /// A multiple, at most [`Self::MAX`].
    pub fn times(self, factor: u64) -> Self {
        Self::from_billionths(self.0.saturating_mul(factor))
    }

    /// A part, at least [`Self::MIN`].
    pub fn divided_by(self, divisor: u64) -> Self {
        Self::from_billionths(self.0.checked_div(divisor).unwrap_or(u64::MAX))
    }
}

/// As a decimal number, exactly; also the form that messages carry.
impl fmt::Display for Difficulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / BILLION, self.0 % BILLION);
        if fraction == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{fraction:09}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn targets_are_bitcoins_and_the_looser_one() {
        let one = U256::one();
        assert_eq!(Difficulty::ONE.target().value(), U256::from(0xffff) << 208);
        assert_eq!(Difficulty::ONE.loosest_target().value(), one << 224);
        let half = Difficulty::from_billionths(BILLION / 2);
        assert_eq!(half.loosest_target().value(), one << 225);
        assert_eq!(Difficulty::ONE.times(1 << 20).loosest_target().value(), one << 204);
        assert_eq!(Difficulty::MIN.target().value(), BITCOIN);
    }

    #[test]
    fn a_share_costs_two_to_the_32_hashes_times_its_difficulty() {
        assert_eq!(Difficulty::ONE.hashes(), 1 << 32);
        assert_eq!(Difficulty::ONE.times(1_000).hashes(), 1_000 << 32);
        assert_eq!(Difficulty::MIN.hashes(), 4);
        assert_eq!(Difficulty::of_hashes(1 << 32), Difficulty::ONE);
        assert_eq!(Difficulty::of_hashes(0), Difficulty::MIN);
        assert_eq!(Difficulty::of_hashes(u128::MAX), Difficulty::MAX);
    }

    #[test]
    fn numbers_are_written_exactly() {
        for (billionths, text) in [
            (1, "0.000000001"),
            (BILLION / 64, "0.015625"),
            (BILLION, "1"),
            (BILLION * 5 / 2, "2.5"),
            (u64::MAX, "18446744073.709551615"),
        ] {
            assert_eq!(Difficulty::from_billionths(billionths).to_string(), text);
        }
        assert_eq!(Difficulty::from_billionths(BILLION * 5 / 2).rounded(), Difficulty::ONE.times(2));
        assert_eq!(Difficulty::from_billionths(BILLION / 2).rounded(), Difficulty::from_billionths(BILLION / 2));
    }

    #[test]
    fn numbers_that_no_share_can_have_are_refused_or_bounded() {
        for number in [0.0, -0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(Difficulty::from_number(number), None);
        }
        assert_eq!(Difficulty::from_number(f64::MAX), Some(Difficulty::MAX));
        assert_eq!(Difficulty::from_number(f64::MIN_POSITIVE), Some(Difficulty::MIN));
        assert_eq!(Difficulty::from_number(0.5), Some(Difficulty::from_billionths(BILLION / 2)));
    }

    #[test]
    fn numbers_in_messages_are_not_rounded_down() {
        for billionths in 1..100_000 {
            let difficulty = Difficulty::from_billionths(billionths);
            assert_eq!(Difficulty::from_number(difficulty.to_string().parse().unwrap()), Some(difficulty));
        }
    }

    proptest! {
        #[test]
        fn what_meets_a_target_meets_the_target_of_its_difficulty(limbs: [u64; 4], shift in 0_usize..256) {
            let target = Target::clamped(U256(limbs) >> shift);
            let difficulty = Difficulty::of_target(target);
            prop_assert!(difficulty == Difficulty::MIN || difficulty.loosest_target() >= target);
        }

        #[test]
        fn the_looser_target_is_looser_by_little(billionths in 1..u64::MAX) {
            let difficulty = Difficulty::from_billionths(billionths);
            let (strict, loose) = (difficulty.target().value(), difficulty.loosest_target().value());
            prop_assert!(strict <= loose);
            prop_assert!(loose - strict <= loose / 65_536 + 1);
        }
    }
}

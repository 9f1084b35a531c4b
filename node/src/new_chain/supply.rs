//! How many coins there will be.

use posw_primitives::{issuance::subsidy, RewardParams};
use std::ops::Range;

/// Runs of periods that are told apart. A schedule with fewer periods is summed exactly.
const RUNS: u32 = 4_096;

/// The coins that blocks 1 to `height` make.
///
/// Where the subsidy changes more than some thousand times, neighbouring periods count with the mean of the first and the
/// last of them; as it never grows, what is wrong then is below a 4,096th of all that it falls by, for each block.
pub(super) fn issued(height: u32, params: &RewardParams) -> u128 {
    let periods = height.checked_div(params.period).unwrap_or_default();
    let whole = of_periods(0..periods, periods / RUNS, params).saturating_mul(params.period.into());
    let begun = u128::from(height - periods * params.period).saturating_add(1).saturating_mul(subsidy(height, params));
    // Genesis is no block that anybody mined.
    whole.saturating_add(begun).saturating_sub(subsidy(0, params))
}

/// The sum of the subsidies of one block of each period; runs of `run` periods or fewer are not looked into.
fn of_periods(periods: Range<u32>, run: u32, params: &RewardParams) -> u128 {
    let (Some(last), count) = (periods.clone().last(), periods.end - periods.start) else { return 0 };
    let of = |period: u32| subsidy(period * params.period, params);
    let (first, last) = (of(periods.start), of(last));
    if first == last {
        return first.saturating_mul(count.into());
    }
    if count <= run {
        return first.saturating_add(last).saturating_mul(count.into()) / 2;
    }
    let middle = periods.start + count / 2;
    let halves = [periods.start..middle, middle..periods.end];
    halves.map(|half| of_periods(half, run, params)).into_iter().fold(0, u128::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(period: u32, decay: u32) -> RewardParams {
        RewardParams {
            initial: 50_000_000,
            decay,
            period,
            tail: 1_000,
            treasury_share: 0,
            treasury_fee_share: 0,
            maturity: 100,
        }
    }

    #[test]
    fn few_periods_are_summed_exactly() {
        for params in [params(7, 900_000_000), params(1, 500_000_000), params(100, 1_000_000_000), params(5_000, 0)] {
            for height in [0, 1, 6, 7, 8, 99, 100, 3_000] {
                let sum: u128 = (1..=height).map(|height| subsidy(height, &params)).sum();
                assert_eq!(issued(height, &params), sum, "{height} {params:?}");
            }
        }
    }

    #[test]
    fn a_subsidy_that_always_falls_is_summed_closely() {
        let params = params(1, 999_999_000);
        let height = 1_000_000;
        let sum: u128 = (1..=height).map(|height| subsidy(height, &params)).sum();
        let wrong = issued(height, &params).abs_diff(sum);
        assert!(wrong <= u128::from(height) * params.initial / u128::from(RUNS), "{wrong} of {sum}");
        assert!(wrong < sum / 1_000_000, "{wrong} of {sum}");
    }

    #[test]
    fn every_height_there_can_be_is_counted_quickly() {
        for decay in [999_999_999, 1_000_000_000] {
            let all = issued(u32::MAX, &params(1, decay));
            assert!(all > 0 && all <= 50_000_000 << 32, "{decay}: {all}");
        }
    }
}

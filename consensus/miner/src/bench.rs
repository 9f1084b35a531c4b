//! How fast this machine is: kernels against the loop that anybody would write at first, all of them in turns.

use core::{fmt, time::Duration};
use posw_sealer::{
    measure::{self, Contender, Naive},
    Kernel, Rate, RootUse,
};
use serde::Serialize;
use std::sync::Arc;

/// How long each contender is measured at a time.
const TURN: Duration = Duration::from_millis(5);

/// What was measured. Rates are hashes per second of processor time, of all threads together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The processor's name.
    pub processor: String,
    /// Threads that hashed at the same time.
    pub threads: usize,
    /// Rate of a loop over the `sha2` crate that hashes all 80 bytes for every nonce.
    pub naive: u64,
    /// The kernels.
    pub kernels: Vec<Measured>,
}

/// One kernel.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Its name.
    pub kernel: &'static str,
    /// Rate where only the nonce may be varied, as in jobs of Stratum without version rolling.
    pub fixed_root: u64,
    /// [`Self::fixed_root`] as a multiple of the naive rate.
    pub fixed_root_ratio: f64,
    /// Rate where the root may be varied too, as in a node's own jobs; that of Stratum with version rolling is the same.
    pub free_root: u64,
    /// [`Self::free_root`] as a multiple of the naive rate.
    pub free_root_ratio: f64,
}

/// Measures kernels for about `time` on a number of threads.
pub fn run(kernels: &[Kernel], threads: usize, time: Duration) -> Report {
    let naive = Contender { engine: Arc::new(Naive), root: RootUse::Fixed };
    let available: Vec<_> = kernels.iter().filter_map(|kernel| Some((kernel.name(), kernel.engine()?))).collect();
    let both = available
        .iter()
        .flat_map(|(_, engine)| [RootUse::Fixed, RootUse::Free].map(|root| Contender { engine: engine.clone(), root }));
    let contenders: Vec<_> = [naive].into_iter().chain(both).collect();
    let rounds = time.as_nanos() / TURN.as_nanos() / u128::try_from(contenders.len()).unwrap_or(u128::MAX);
    let rounds = usize::try_from(rounds).unwrap_or(usize::MAX).max(1);
    let rates = measure::rates_of_threads(threads, &contenders, TURN, rounds);
    let (naive, rates) = rates.split_first().map_or((0, &[][..]), |(naive, rates)| (*naive, rates));
    let ratio = |rate: u64| (rate as f64 / naive as f64 * 100.0).round() / 100.0;
    let measured = |((kernel, _), [fixed_root, free_root]): (&(&'static str, _), &[u64; 2])| Measured {
        kernel,
        fixed_root: *fixed_root,
        fixed_root_ratio: ratio(*fixed_root),
        free_root: *free_root,
        free_root_ratio: ratio(*free_root),
    };
    let kernels = available.iter().zip(rates.as_chunks().0).map(measured).collect();
    Report { processor: measure::processor(), threads, naive, kernels }
}

/// A table for people.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, threads: {}", self.processor, self.threads)?;
        writeln!(f, "{:<38}{:>14}   1.00", "naive loop over sha2", Rate(self.naive).to_string())?;
        for Measured { kernel, fixed_root, fixed_root_ratio, free_root, free_root_ratio } in &self.kernels {
            for (root, rate, ratio) in [
                ("nonce only", fixed_root, fixed_root_ratio),
                ("nonce, and root or version", free_root, free_root_ratio),
            ] {
                let name = format!("{kernel}, {root}");
                writeln!(f, "{name:<38}{:>14} {ratio:>6.2}", Rate(*rate).to_string())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_are_measured_beside_the_naive_loop() {
        let report = run(&[Kernel::Portable], 2, Duration::from_millis(50));
        let [portable] = report.kernels[..] else { panic!("{report:?}") };
        assert_eq!((report.threads, portable.kernel), (2, "portable"));
        assert!(report.naive > 0 && portable.fixed_root > 0 && portable.free_root > 0);
        let exact = portable.fixed_root as f64 / report.naive as f64;
        assert!((portable.fixed_root_ratio - exact).abs() < 0.01);
        assert!(report.to_string().contains("portable, nonce only"));
    }
}

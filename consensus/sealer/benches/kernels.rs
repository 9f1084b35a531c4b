//! Hashes per second of every kernel, and how many times the naive loop that is, in one alternating run.
use posw_sealer::{
    measure::{self, Contender, Naive},
    Kernel, RootUse,
};
use std::{sync::Arc, time::Duration};

fn main() {
    let mut names = vec!["naive".to_owned()];
    let mut contenders = vec![Contender { engine: Arc::new(Naive), root: RootUse::Fixed }];
    for kernel in Kernel::available() {
        for root in [RootUse::Fixed, RootUse::Free] {
            names.push(format!("{kernel} {root:?}"));
            contenders.push(Contender { engine: kernel.engine().unwrap(), root });
        }
    }
    let rates = measure::rates(&contenders, Duration::from_millis(4), 60);
    for (name, rate) in names.iter().zip(&rates) {
        println!("{name:20} {rate:>12} {:.2}", *rate as f64 / rates[0] as f64);
    }
    println!("best {} {}", Kernel::best(RootUse::Free), Kernel::best(RootUse::Fixed));
}

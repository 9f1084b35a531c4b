//! Hashes per second of every kernel that this processor has the instructions for.
//!
//! First as multiples of a naive loop, all measured in turns (the figures to compare), then by criterion.

use criterion::{BenchmarkId, Criterion, Throughput};
use posw_primitives::{CompactBits, Target, WorkHeader};
use posw_sealer::{
    measure::{self, Contender, Naive},
    Kernel, RootUse,
};
use std::{ops::ControlFlow, sync::Arc, time::Duration};

/// How long each contender is measured at a time, and how often.
const TURNS: (Duration, usize) = (Duration::from_millis(4), 100);
/// Hashes of one iteration of criterion, about.
const HASHES: u32 = 65_536;

fn main() {
    let naive = ("naive".to_owned(), Contender { engine: Arc::new(Naive), root: RootUse::Fixed });
    let contenders: Vec<_> = [naive].into_iter().chain(kernels()).collect();
    print_ratios(&contenders);
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    run_criterion(&mut criterion, &contenders);
    criterion.final_summary();
}

/// Every kernel with both kinds of jobs.
fn kernels() -> impl Iterator<Item = (String, Contender)> {
    Kernel::available().into_iter().flat_map(|kernel| {
        [RootUse::Fixed, RootUse::Free].into_iter().filter_map(move |root| {
            let name = format!("{kernel}, {} root", format!("{root:?}").to_lowercase());
            Some((name, Contender { engine: kernel.engine()?, root }))
        })
    })
}

fn print_ratios(contenders: &[(String, Contender)]) {
    let measured: Vec<_> = contenders.iter().map(|(_, contender)| contender.clone()).collect();
    let rates = measure::rates(&measured, TURNS.0, TURNS.1);
    println!("{}", measure::processor());
    for ((name, _), rate) in contenders.iter().zip(&rates) {
        let hundredths = rate * 100 / rates[0].max(1);
        println!("{name:24} {:>8} kH/s {:>4}.{:02} x naive", rate / 1_000, hundredths / 100, hundredths % 100);
    }
    let [fixed, free] = [RootUse::Fixed, RootUse::Free].map(Kernel::best);
    println!("chosen: {fixed} for a fixed root, {free} for a free one\n");
}

fn run_criterion(criterion: &mut Criterion, contenders: &[(String, Contender)]) {
    let (commitment, root, bits) = ([1; 32], [2; 32], CompactBits::POW_LIMIT);
    let header = WorkHeader { version: 0, commitment, root, time: 3, bits, nonce: 0 };
    let mut group = criterion.benchmark_group("scan");
    for (name, Contender { engine, root }) in contenders {
        let mut scanner = engine.prepare(&header, Target::MIN, *root);
        let nonces = HASHES / scanner.roots();
        group.throughput(Throughput::Elements(u64::from(nonces) * u64::from(scanner.roots())));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| scanner.scan(0..=nonces - 1, &mut |_| ControlFlow::Continue(())));
        });
    }
    group.finish();
}

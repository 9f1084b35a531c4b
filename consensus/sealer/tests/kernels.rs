//! Every kernel that this processor can run agrees with the definition of the work hash.

use posw_primitives::{header::sha256d, CompactBits, Target, WorkHeader, U256};
use posw_sealer::{engine::ENGINE_ROOT_BYTES, measure::Naive, Engine, Kernel, RootUse, Scanner};
use proptest::prelude::*;
use std::{
    ops::{ControlFlow, RangeInclusive},
    sync::Arc,
};

/// The kernels to be tested, and the yardstick of the benchmarks.
fn engines() -> Vec<Arc<dyn Engine>> {
    let kernels = Kernel::available().into_iter().filter_map(Kernel::engine);
    kernels.chain([Arc::new(Naive) as Arc<dyn Engine>]).collect()
}

fn header(version: u32, root: [u8; 32], time: u32) -> WorkHeader {
    let commitment = sha256d(&root);
    WorkHeader { version, commitment, root, time, bits: CompactBits::POW_LIMIT, nonce: 0 }
}

/// All hits of a scan, and the number of headers tried.
fn scan(scanner: &mut dyn Scanner, nonces: RangeInclusive<u32>) -> (Vec<WorkHeader>, u64) {
    let mut hits = Vec::new();
    let tried = scanner.scan(nonces, &mut |hit| {
        hits.push(hit);
        ControlFlow::Continue(())
    });
    (hits, tried)
}

/// The headers that meet the target, by the definition of the work hash.
fn expected(headers: impl IntoIterator<Item = WorkHeader>, target: Target) -> Vec<WorkHeader> {
    headers.into_iter().filter(|header| target.is_met_by(&header.hash())).collect()
}

/// The roots that an engine tries at each nonce, in its order: a target that nearly every hash meets shows them.
fn roots(engine: &dyn Engine, header: &WorkHeader) -> Vec<[u8; 32]> {
    let mut scanner = engine.prepare(header, Target::POW_LIMIT, RootUse::Free);
    let (hits, _) = scan(&mut *scanner, 0..=200);
    let mut roots = Vec::new();
    for hit in hits {
        if !roots.contains(&hit.root) {
            roots.push(hit.root);
        }
    }
    assert_eq!(roots.len(), usize::try_from(scanner.roots()).unwrap(), "{}", engine.name());
    roots
}

fn check_fixed(header: WorkHeader, target: Target, nonces: RangeInclusive<u32>) {
    let expected = expected(nonces.clone().map(|nonce| WorkHeader { nonce, ..header }), target);
    for engine in engines() {
        let mut scanner = engine.prepare(&header, target, RootUse::Fixed);
        let (hits, tried) = scan(&mut *scanner, nonces.clone());
        assert_eq!(hits, expected, "{}", engine.name());
        assert_eq!(tried, u64::from(nonces.end() - nonces.start()) + 1, "{}", engine.name());
    }
}

fn check_free(header: WorkHeader, target: Target, nonces: RangeInclusive<u32>) {
    for engine in engines() {
        let roots = roots(&*engine, &header);
        let tried_headers =
            nonces.clone().flat_map(|nonce| roots.iter().map(move |root| WorkHeader { root: *root, nonce, ..header }));
        let expected = expected(tried_headers, target);
        let mut scanner = engine.prepare(&header, target, RootUse::Free);
        let (hits, tried) = scan(&mut *scanner, nonces.clone());
        assert_eq!(hits, expected, "{}", engine.name());
        let count = u64::from(nonces.end() - nonces.start()) + 1;
        assert_eq!(tried, count * u64::from(scanner.roots()), "{}", engine.name());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn kernels_find_what_the_definition_finds(
        version: u32,
        root: [u8; 32],
        time: u32,
        start in prop_oneof![any::<u32>(), Just(0), u32::MAX - 200..=u32::MAX],
        length in 1..=150_u32,
        shift in 0..=12_u32,
    ) {
        let nonces = start..=start.saturating_add(length - 1);
        let target = Target::clamped(U256::MAX >> shift);
        check_fixed(header(version, root, time), target, nonces.clone());
        check_free(header(version, root, time), target, nonces);
    }
}

#[test]
fn agree() {
    check_fixed(header(1, [7; 32], 3), Target::POW_LIMIT, u32::MAX - 99..=u32::MAX);
    check_free(header(1, [7; 32], 3), Target::POW_LIMIT, u32::MAX - 99..=u32::MAX);
    let _ = ENGINE_ROOT_BYTES;
}

//! Every kernel that this processor can run agrees with the definition of the work hash.

use posw_primitives::{header::sha256d, CompactBits, Target, WorkHeader, U256};
use posw_sealer::{engine::ENGINE_ROOT_BYTES, measure::Naive, Engine, Kernel, RootUse, Scanner};
use proptest::prelude::*;
use std::{
    collections::HashSet,
    ops::{ControlFlow, RangeInclusive},
    sync::Arc,
};

/// The kernels that can be run here, and the yardstick of the benchmarks.
fn engines() -> Vec<Arc<dyn Engine>> {
    let kernels = Kernel::available().into_iter().filter_map(Kernel::engine);
    kernels.chain([Arc::new(Naive) as Arc<dyn Engine>]).collect()
}

/// Blocks 0, 1, 125552 and 100000 of Bitcoin.
fn bitcoin_headers() -> Vec<WorkHeader> {
    include_str!("vectors/bitcoin.txt")
        .lines()
        .map(|line| {
            let bytes: [u8; 80] = array_bytes::hex2array(line).unwrap();
            let number = |at: usize| u32::from_le_bytes(*bytes[at..].first_chunk().unwrap());
            WorkHeader {
                version: number(0),
                commitment: *bytes[4..].first_chunk().unwrap(),
                root: *bytes[36..].first_chunk().unwrap(),
                time: number(68),
                bits: CompactBits::try_from(number(72)).unwrap(),
                nonce: number(76),
            }
        })
        .collect()
}

/// A header made up of a number; the generator's quality does not matter.
fn header(seed: u32) -> WorkHeader {
    let bytes = |tag: u8| sha256d(&[&seed.to_le_bytes()[..], &[tag]].concat());
    let number = |tag| u32::from_le_bytes(*bytes(tag).first_chunk().unwrap());
    let (version, time, nonce) = (number(0), number(3), number(4));
    WorkHeader { version, commitment: bytes(1), root: bytes(2), time, bits: CompactBits::POW_LIMIT, nonce }
}

fn count(nonces: &RangeInclusive<u32>) -> u64 {
    u64::from(nonces.end() - nonces.start()) + 1
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

/// The roots that an engine tries at each nonce, in its order: a target that nearly every hash meets shows them all.
fn roots(engine: &dyn Engine, header: &WorkHeader) -> Vec<[u8; 32]> {
    let mut scanner = engine.prepare(header, Target::POW_LIMIT, RootUse::Free);
    let count = usize::try_from(scanner.roots()).unwrap();
    let roots: Vec<_> = (0..=u32::MAX)
        .map(|nonce| scan(&mut *scanner, nonce..=nonce).0)
        .find(|hits| hits.len() == count)
        .unwrap()
        .into_iter()
        .map(|hit| hit.root)
        .collect();
    let different: HashSet<_> = roots.iter().collect();
    assert_eq!(different.len(), roots.len(), "{}", engine.name());
    roots
}

/// The headers of which an engine is to find those that meet the target, in order.
fn headers(
    engine: &dyn Engine,
    header: WorkHeader,
    root: RootUse,
    nonces: RangeInclusive<u32>,
) -> impl Iterator<Item = WorkHeader> {
    let roots = match root {
        RootUse::Free => roots(engine, &header),
        RootUse::Fixed => vec![header.root],
    };
    nonces.flat_map(move |nonce| roots.clone().into_iter().map(move |root| WorkHeader { root, nonce, ..header }))
}

/// Every engine finds exactly what the definition finds, and counts what it tries.
fn check(header: WorkHeader, target: Target, nonces: &RangeInclusive<u32>) {
    for engine in engines() {
        for root in [RootUse::Free, RootUse::Fixed] {
            let what = format!("{} {root:?} {nonces:?}", engine.name());
            let mut scanner = engine.prepare(&header, target, root);
            let (hits, tried) = scan(&mut *scanner, nonces.clone());
            assert_eq!(tried, count(nonces) * u64::from(scanner.roots()), "{what}");
            let expected = headers(&*engine, header, root, nonces.clone());
            assert!(hits.into_iter().eq(expected.filter(|header| target.is_met_by(&header.hash()))), "{what}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn kernels_find_what_the_definition_finds(
        seed: u32,
        start in prop_oneof![any::<u32>(), Just(0), u32::MAX - 600..=u32::MAX],
        length in 1..=600_u32,
        shift in 0..=14_u32,
    ) {
        let nonces = start..=start.saturating_add(length - 1);
        check(header(seed), Target::clamped(U256::MAX >> shift), &nonces);
    }
}

#[test]
fn short_ranges_and_the_last_nonces_are_scanned_exactly() {
    for length in 1..=50 {
        check(header(length), Target::POW_LIMIT, &(1_000..=999 + length));
        check(header(length), Target::POW_LIMIT, &(u32::MAX - length + 1..=u32::MAX));
    }
}

#[test]
fn the_hardest_target_is_met_by_nothing() {
    check(header(0), Target::MIN, &(0..=5_000));
}

#[test]
fn a_hash_meets_a_target_equal_to_it_and_misses_the_next_harder_one() {
    for seed in 0..50 {
        let header = header(seed);
        let hash = U256::from_little_endian(&header.hash());
        if hash > Target::POW_LIMIT.value() {
            continue;
        }
        for engine in engines() {
            let only = header.nonce..=header.nonce;
            let hits = |target| scan(&mut *engine.prepare(&header, target, RootUse::Fixed), only.clone()).0;
            assert_eq!(hits(Target::clamped(hash)), [header], "{}", engine.name());
            assert_eq!(hits(Target::clamped(hash - 1)), [], "{}", engine.name());
        }
    }
}

#[test]
fn finds_the_nonces_of_known_blocks() {
    let headers = bitcoin_headers();
    assert_eq!(headers[0].nonce, 2_083_236_893);
    for known in headers {
        assert!(known.meets_target());
        for engine in engines() {
            let mut scanner = engine.prepare(&WorkHeader { nonce: 7, ..known }, known.bits.target(), RootUse::Fixed);
            let first = known.nonce - 1_000;
            assert_eq!(scan(&mut *scanner, first..=known.nonce - 1), (vec![], 1_000), "{}", engine.name());
            assert_eq!(scan(&mut *scanner, first..=known.nonce + 500), (vec![known], 1_501), "{}", engine.name());
        }
    }
}

#[test]
fn only_the_engines_part_of_a_free_root_is_varied() {
    let header = header(3);
    for engine in engines() {
        for mut root in roots(&*engine, &header) {
            root[ENGINE_ROOT_BYTES].copy_from_slice(&header.root[ENGINE_ROOT_BYTES]);
            assert_eq!(root, header.root, "{}", engine.name());
        }
    }
}

#[test]
fn a_scan_that_is_broken_off_counts_up_to_its_last_hit() {
    let (header, target, nonces) = (header(4), Target::clamped(U256::MAX >> 5), 77..=2_000);
    for engine in engines() {
        for root in [RootUse::Free, RootUse::Fixed] {
            for wanted in [1, 2, 7] {
                let mut hits = Vec::new();
                let tried = engine.prepare(&header, target, root).scan(nonces.clone(), &mut |hit| {
                    hits.push(hit);
                    if hits.len() == wanted {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                });
                assert_eq!(hits.len(), wanted);
                let place =
                    headers(&*engine, header, root, nonces.clone()).position(|header| hits.last() == Some(&header));
                assert_eq!(place.map(|place| u64::try_from(place).unwrap() + 1), Some(tried), "{}", engine.name());
            }
        }
    }
}

#[test]
fn kernels_are_chosen_by_their_names() {
    for kernel in Kernel::available() {
        assert_eq!(kernel.name().parse(), Ok(kernel));
        assert_eq!(kernel.engine().unwrap().name(), kernel.to_string());
    }
    let error = "abacus".parse::<Kernel>().unwrap_err().to_string();
    assert!(error.starts_with("there is no kernel \"abacus\"; available here: portable"), "{error}");
    for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.engine().is_none()) {
        let error = kernel.name().parse::<Kernel>().unwrap_err().to_string();
        let expected =
            format!("this processor lacks the instructions of kernel \"{kernel}\"; available here: portable");
        assert!(error.starts_with(&expected), "{error}");
    }
    for root in [RootUse::Free, RootUse::Fixed] {
        assert!(Kernel::available().contains(&Kernel::best(root)));
    }
}

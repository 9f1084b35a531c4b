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

/// All ways to vary a header: with many, few and no bits of the version.
const ROOT_USES: [RootUse; 5] =
    [RootUse::Free, RootUse::Fixed, RootUse::Version(0x1fff_e000), RootUse::Version(0x8000_0101), RootUse::Version(0)];

/// Roots and versions that an engine tries at each nonce, in its order: a target that nearly every hash meets shows them all.
fn variants(engine: &dyn Engine, header: &WorkHeader, root: RootUse) -> Vec<([u8; 32], u32)> {
    let mut scanner = engine.prepare(header, Target::POW_LIMIT, root);
    let count = usize::try_from(scanner.roots()).unwrap();
    let variants: Vec<_> = (0..=u32::MAX)
        .map(|nonce| scan(&mut *scanner, nonce..=nonce).0)
        .find(|hits| hits.len() == count)
        .unwrap()
        .into_iter()
        .map(|hit| (hit.root, hit.version))
        .collect();
    let different: HashSet<_> = variants.iter().collect();
    assert_eq!(different.len(), variants.len(), "{}", engine.name());
    variants
}

/// The headers of which an engine is to find those that meet the target, in order.
fn headers(
    engine: &dyn Engine,
    header: WorkHeader,
    root: RootUse,
    nonces: RangeInclusive<u32>,
) -> impl Iterator<Item = WorkHeader> {
    let variants = match root {
        RootUse::Fixed => vec![(header.root, header.version)],
        _ => variants(engine, &header, root),
    };
    nonces.flat_map(move |nonce| {
        variants.clone().into_iter().map(move |(root, version)| WorkHeader { root, version, nonce, ..header })
    })
}

/// Every engine finds exactly what the definition finds, and counts what it tries.
fn check(header: WorkHeader, target: Target, nonces: &RangeInclusive<u32>) {
    for engine in engines() {
        for root in ROOT_USES {
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
        for (mut root, version) in variants(&*engine, &header, RootUse::Free) {
            root[ENGINE_ROOT_BYTES].copy_from_slice(&header.root[ENGINE_ROOT_BYTES]);
            assert_eq!((root, version), (header.root, header.version), "{}", engine.name());
        }
    }
}

#[test]
fn only_the_free_bits_of_a_version_are_varied() {
    let header = header(3);
    for engine in engines() {
        let count = |root| {
            let variants = variants(&*engine, &header, root);
            let mask = if let RootUse::Version(mask) = root { mask } else { 0 };
            for (root, version) in &variants {
                assert_eq!((*root, version & !mask), (header.root, header.version & !mask), "{}", engine.name());
            }
            variants.len()
        };
        let [_, _, many, few, none] = ROOT_USES.map(|root| if root == RootUse::Free { 0 } else { count(root) });
        assert_eq!(none, 1, "{}", engine.name());
        assert!(few <= 8, "{}", engine.name());
        // Where a free root gains something, free bits of the version gain as much.
        assert_eq!(many, variants(&*engine, &header, RootUse::Free).len(), "{}", engine.name());
    }
}

#[test]
fn headers_at_a_nonce_are_no_more_than_there_are_free_bits_for() {
    assert!(RootUse::Free.permits(u32::MAX));
    assert!(RootUse::Fixed.permits(1) && !RootUse::Fixed.permits(2));
    assert!(RootUse::Version(0).permits(1) && !RootUse::Version(0).permits(2));
    assert!(RootUse::Version(0x0001_8001).permits(8) && !RootUse::Version(0x0001_8001).permits(9));
    assert!(RootUse::Version(u32::MAX).permits(u32::MAX));
}

#[test]
fn a_scan_that_is_broken_off_counts_up_to_its_last_hit() {
    let (header, target, nonces) = (header(4), Target::clamped(U256::MAX >> 5), 77..=2_000);
    for engine in engines() {
        for root in ROOT_USES {
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
    for root in ROOT_USES {
        assert!(Kernel::available().contains(&Kernel::best(root)));
    }
}

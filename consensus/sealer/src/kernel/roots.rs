//! Every lane another root or version, all lanes the same nonce: the fastest way, where one of them is free.
//!
//! The last 16 bytes of the header are the second block; the engine's part of the root and the version lie in the first. So all
//! of them share the message schedule of the second block, which is computed once per nonce instead of once per hash, for as many
//! nonces at a time as a vector has lanes.

use super::{
    lanes::{add_all, candidates, nonce_words, Lanes, State},
    nonces::Nonces,
    rounds::{self, round, second_hash, with_word, Rows},
    scan::{Goal, Group, Groups, InlinedScan},
    sha256::{Prepared, HEADER_PADDING, ROUND},
};
use crate::engine::{OnHit, RootUse, Scanner, ENGINE_ROOT_BYTES};
use core::ops::RangeInclusive;
use posw_primitives::{Target, WorkHeader};

/// `header` made ready with every lane another root or version if `root` permits it, or else every lane another nonce, in
/// `NONCE` vectors at a time.
pub(super) fn prepare<L: Lanes, const FIRST: usize, const SECOND: usize, const NONCE: usize>(
    simd: L,
    header: &WorkHeader,
    target: Target,
    root: RootUse,
) -> Box<dyn Scanner> {
    if root.permits([L::COUNT; FIRST].into_iter().sum()) {
        Box::new(Roots::<L, FIRST, SECOND>::new(simd, header, target, root))
    } else {
        Box::new(Nonces::<L, NONCE>::new(simd, header, target))
    }
}

/// A header tried with as many roots at once as `FIRST` vectors have lanes; the second hashes are computed for `SECOND`
/// vectors at a time.
pub(super) struct Roots<L: Lanes, const FIRST: usize, const SECOND: usize> {
    simd: L,
    header: WorkHeader,
    /// What makes the lanes different.
    root: RootUse,
    goal: Goal,
    /// Headers tried at each nonce.
    roots: u32,
    /// Of one of the roots; what is used of it is the same for all.
    prepared: Prepared,
    midstates: [State<L>; FIRST],
    /// See [`Prepared::round_3`].
    round_3: [State<L>; FIRST],
    /// For each round of the first hash its constant and its word of the schedule added up, for some nonces, a column each;
    /// in row 3 the nonce word alone.
    added: [L::Numbers; 64],
    /// First hashes of a turn, whose nonces are as many as a vector has lanes; why they take turns with the second hashes, see
    /// [`TURN`](super::nonces::TURN).
    digests: Vec<[State<L>; FIRST]>,
    /// Scratch space.
    rows: Rows<L, SECOND>,
    /// Scratch space.
    schedule: Rows<L, 1>,
}

impl<L: Lanes, const FIRST: usize, const SECOND: usize> Roots<L, FIRST, SECOND> {
    fn new(simd: L, header: &WorkHeader, target: Target, root: RootUse) -> Self {
        let zeros = [simd.splat(0); 8];
        let (mut midstates, mut round_3) = ([zeros; FIRST], [zeros; FIRST]);
        let mut roots = 0;
        for stream in 0..FIRST {
            let lanes = roots..roots + L::COUNT;
            roots = lanes.end;
            let lanes: Vec<_> = lanes.map(|lane| Prepared::new(&varied(header, lane, root))).collect();
            for word in 0..8 {
                midstates[stream][word] = collect(simd, lanes.iter().map(|lane| lane.midstate[word]));
                round_3[stream][word] = collect(simd, lanes.iter().map(|lane| lane.round_3[word]));
            }
        }
        let mut added = [L::Numbers::default(); 64];
        for ((row, padding), constant) in added.iter_mut().zip(HEADER_PADDING).zip(ROUND) {
            row.as_mut().fill(constant.wrapping_add(padding.unwrap_or(0)));
        }
        Self {
            simd,
            header: *header,
            root,
            goal: Goal::new(target),
            roots,
            prepared: Prepared::new(header),
            midstates,
            round_3,
            added,
            digests: (0..L::COUNT).map(|_| [zeros; FIRST]).collect(),
            rows: [[simd.splat(0); SECOND]; 64],
            schedule: [[simd.splat(0)]; 64],
        }
    }
}

impl<L: Lanes, const FIRST: usize, const SECOND: usize> Scanner for Roots<L, FIRST, SECOND> {
    fn roots(&self) -> u32 {
        self.roots
    }

    fn scan(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
        self.simd.run(self, nonces, on_hit)
    }
}

impl<L: Lanes, const FIRST: usize, const SECOND: usize> InlinedScan for Roots<L, FIRST, SECOND> {
    #[inline(always)]
    fn scan_inlined(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64 {
        let mut tried = 0;
        for turn in Groups::new(&nonces, L::COUNT) {
            self.fill_columns(turn.first);
            for (column, _) in turn.split(1).enumerate() {
                self.first_hash(column);
            }
            let Self { simd, header, root, goal, roots, digests, rows, .. } = self;
            // From here on the headers of the turn are counted through, in the order in which they are tried.
            let headers = Group { first: 0, count: turn.count * *roots };
            let (digests, _) = digests.as_flattened().as_chunks::<SECOND>();
            for (group, digests) in headers.split([L::COUNT; SECOND].into_iter().sum()).zip(digests) {
                let last_words = second_hash(*simd, rows, digests);
                let hits = candidates(*simd, last_words, goal.highest_word) & group.lanes();
                if hits != 0 {
                    let header_of = |lane| {
                        let place = group.first + lane;
                        WorkHeader { nonce: turn.first + place / *roots, ..varied(header, place % *roots, *root) }
                    };
                    if let Some(last) = goal.check(hits, header_of, on_hit) {
                        return tried + u64::from(last) + 1;
                    }
                }
                tried += u64::from(group.count);
            }
        }
        tried
    }
}

impl<L: Lanes, const FIRST: usize, const SECOND: usize> Roots<L, FIRST, SECOND> {
    /// Computes the first hash's schedule for the nonces from `first` on.
    #[inline(always)]
    fn fill_columns(&mut self, first: u32) {
        let Self { simd, prepared, added, schedule, .. } = self;
        let words = nonce_words(*simd, first);
        rounds::schedule(*simd, schedule, prepared, words);
        added[3] = simd.store(words);
        for number in 16..64 {
            added[number] = simd.store(simd.add(schedule[number][0], simd.splat(ROUND[number])));
        }
    }

    /// Computes the first hashes with the nonce of a column.
    #[inline(always)]
    fn first_hash(&mut self, column: usize) {
        let Self { simd, midstates, added, digests, .. } = self;
        let simd = *simd;
        let mut states = self.round_3;
        for state in &mut states {
            *state = with_word(simd, *state, simd.splat(added[3].as_ref()[column]));
        }
        let mut number = 4;
        while number < 60 {
            unroll!(OFFSET in [0, 1, 2, 3, 4, 5, 6, 7], {
                let added = simd.splat(added[number + OFFSET].as_ref()[column]);
                for state in &mut states {
                    *state = round(simd, *state, added);
                }
            });
            number += 8;
        }
        unroll!(NUMBER in [60, 61, 62, 63], {
            let added = simd.splat(added[NUMBER].as_ref()[column]);
            for state in &mut states {
                *state = round(simd, *state, added);
            }
        });
        for stream in 0..FIRST {
            digests[column][stream] = add_all(simd, states[stream], midstates[stream]);
        }
    }
}

/// The header with the root or version that lane `lane` tries.
fn varied(header: &WorkHeader, lane: u32, root: RootUse) -> WorkHeader {
    let mut header = *header;
    match root {
        RootUse::Free => {
            let bytes = lane.to_le_bytes();
            header.root[ENGINE_ROOT_BYTES].iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
        }
        RootUse::Version(mask) => header.version = header.version & !mask | spread(lane, mask),
        RootUse::Fixed => {}
    }
    header
}

/// The lowest bits of a number, moved to the places of a mask's bits, in order.
fn spread(mut number: u32, mut mask: u32) -> u32 {
    let mut spread = 0;
    while mask != 0 {
        let lowest = mask & mask.wrapping_neg();
        if number & 1 != 0 {
            spread |= lowest;
        }
        (number, mask) = (number >> 1, mask ^ lowest);
    }
    spread
}

/// The numbers lane by lane.
fn collect<L: Lanes>(simd: L, numbers: impl Iterator<Item = u32>) -> L::Vector {
    let mut lanes = L::Numbers::default();
    lanes.as_mut().iter_mut().zip(numbers).for_each(|(lane, number)| *lane = number);
    simd.load(lanes)
}

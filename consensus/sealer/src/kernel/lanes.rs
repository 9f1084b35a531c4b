//! Vectors of 32-bit numbers, whatever the instructions on them.

use super::scan::Instructions;

/// Instructions on vectors of 32-bit numbers.
pub(super) trait Lanes: Instructions {
    /// A vector.
    type Vector: Copy + Send + Sync;
    /// The numbers of a vector, lane by lane.
    type Numbers: Copy + Default + Send + AsRef<[u32]> + AsMut<[u32]>;
    /// Lanes of a vector.
    const COUNT: u32;

    fn load(self, numbers: Self::Numbers) -> Self::Vector;
    fn store(self, x: Self::Vector) -> Self::Numbers;
    /// The same number in every lane.
    fn splat(self, number: u32) -> Self::Vector;
    fn add(self, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    /// As `add`, as a step that the compiler may not regroup with others: it does not know which operand comes last.
    fn add_now(self, x: Self::Vector, y: Self::Vector) -> Self::Vector;
    fn xor3(self, x: Self::Vector, y: Self::Vector, z: Self::Vector) -> Self::Vector;
    /// Bits of `y` where `x` is one, else of `z`.
    fn choice(self, x: Self::Vector, y: Self::Vector, z: Self::Vector) -> Self::Vector;
    /// Bits that at least two of the three have.
    fn majority(self, x: Self::Vector, y: Self::Vector, z: Self::Vector) -> Self::Vector;
    fn rotate_right<const BITS: i32>(self, x: Self::Vector) -> Self::Vector;
    fn shift_right<const BITS: i32>(self, x: Self::Vector) -> Self::Vector;
    fn swap_bytes(self, x: Self::Vector) -> Self::Vector;
    /// A bit for each lane, the first lane's lowest: whether `x` is at most `y`.
    fn at_most(self, x: Self::Vector, y: Self::Vector) -> u64;
}

/// A state, a to h.
pub(super) type State<L> = [<L as Lanes>::Vector; 8];

#[inline(always)]
pub(super) fn small_sigma0<L: Lanes>(simd: L, x: L::Vector) -> L::Vector {
    simd.xor3(simd.rotate_right::<7>(x), simd.rotate_right::<18>(x), simd.shift_right::<3>(x))
}

#[inline(always)]
pub(super) fn small_sigma1<L: Lanes>(simd: L, x: L::Vector) -> L::Vector {
    simd.xor3(simd.rotate_right::<17>(x), simd.rotate_right::<19>(x), simd.shift_right::<10>(x))
}

#[inline(always)]
pub(super) fn big_sigma0<L: Lanes>(simd: L, x: L::Vector) -> L::Vector {
    simd.xor3(simd.rotate_right::<2>(x), simd.rotate_right::<13>(x), simd.rotate_right::<22>(x))
}

#[inline(always)]
pub(super) fn big_sigma1<L: Lanes>(simd: L, x: L::Vector) -> L::Vector {
    simd.xor3(simd.rotate_right::<6>(x), simd.rotate_right::<11>(x), simd.rotate_right::<25>(x))
}

#[inline(always)]
pub(super) fn splat_all<L: Lanes, const N: usize>(simd: L, numbers: &[u32; N]) -> [L::Vector; N] {
    let mut vectors = [simd.splat(0); N];
    for index in 0..N {
        vectors[index] = simd.splat(numbers[index]);
    }
    vectors
}

#[inline(always)]
pub(super) fn add_all<L: Lanes>(simd: L, mut state: State<L>, other: State<L>) -> State<L> {
    for index in 0..8 {
        state[index] = simd.add(state[index], other[index]);
    }
    state
}

/// The nonces from `first` on, lane by lane, as words of a block.
#[inline(always)]
pub(super) fn nonce_words<L: Lanes>(simd: L, first: u32) -> L::Vector {
    let mut offsets = L::Numbers::default();
    for (offset, lane) in offsets.as_mut().iter_mut().zip(0..) {
        *offset = lane;
    }
    simd.swap_bytes(simd.add(simd.load(offsets), simd.splat(first)))
}

/// Which lanes have hashes that may meet a target whose most significant word is `highest`, given their last words.
#[inline(always)]
pub(super) fn candidates<L: Lanes, const STREAMS: usize>(
    simd: L,
    last_words: [L::Vector; STREAMS],
    highest: u32,
) -> u64 {
    let mut candidates = 0;
    for word in last_words.into_iter().rev() {
        candidates = candidates << L::COUNT | simd.at_most(simd.swap_bytes(word), simd.splat(highest));
    }
    candidates
}

//! What all kernels know of SHA-256, and what they compute once per work header.

use posw_primitives::WorkHeader;
use sha2::compress256;

/// The state before the first block.
pub(super) const INITIAL: [u32; 8] =
    [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

/// The constants of the rounds.
#[rustfmt::skip]
pub(super) static ROUND: [u32; 64] = [
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];

/// The words of a block that padding makes the same for every message of its length.
pub(super) type Padding = [Option<u32>; 16];

/// The second block of an 80-byte header: its last 16 bytes, then padding.
pub(super) const HEADER_PADDING: Padding = padding(4, 80 * 8);
/// The block of the second hash: the first hash, then padding.
pub(super) const DIGEST_PADDING: Padding = padding(8, 32 * 8);

/// A single one bit after `words` words of message, zeros, and the length in bits.
const fn padding(words: usize, bits: u32) -> Padding {
    let mut padding = [None; 16];
    padding[words] = Some(0x8000_0000);
    let mut word = words + 1;
    while word < 15 {
        padding[word] = Some(0);
        word += 1;
    }
    padding[15] = Some(bits);
    padding
}

pub(super) const fn small_sigma0(x: u32) -> u32 {
    x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3)
}

pub(super) const fn small_sigma1(x: u32) -> u32 {
    x.rotate_right(17) ^ x.rotate_right(19) ^ (x >> 10)
}

const fn big_sigma0(x: u32) -> u32 {
    x.rotate_right(2) ^ x.rotate_right(13) ^ x.rotate_right(22)
}

const fn big_sigma1(x: u32) -> u32 {
    x.rotate_right(6) ^ x.rotate_right(11) ^ x.rotate_right(25)
}

/// One round, `added` being the sum of the round's constant and its word of the schedule.
pub(super) const fn round([a, b, c, d, e, f, g, h]: [u32; 8], added: u32) -> [u32; 8] {
    let choice = (e & f) ^ (!e & g);
    let majority = (a & b) ^ (a & c) ^ (b & c);
    let t1 = h.wrapping_add(added).wrapping_add(choice).wrapping_add(big_sigma1(e));
    let t2 = big_sigma0(a).wrapping_add(majority);
    [t1.wrapping_add(t2), a, b, c, d.wrapping_add(t1), e, f, g]
}

/// What all nonces of a work header have in common.
#[derive(Clone, Copy)]
pub(super) struct Prepared {
    /// The state after the first block.
    pub(super) midstate: [u32; 8],
    /// The state after round 3 of the second block, but for the nonce word, which is to be added to `a` and `e`.
    pub(super) round_3: [u32; 8],
    /// Words 16 to 19 of the second block's schedule without their share of the nonce word: 18 lacks its `small_sigma0`, 19
    /// the word itself.
    pub(super) schedule: [u32; 4],
}

impl Prepared {
    pub(super) fn new(header: &WorkHeader) -> Self {
        let bytes = header.to_bytes();
        let (first, second) = bytes.split_at(64);
        let mut midstate = INITIAL;
        compress256(&mut midstate, &[*sha2::digest::generic_array::GenericArray::from_slice(first)]);
        let word = |index: usize| second[4 * index..].first_chunk().copied().map_or(0, u32::from_be_bytes);
        let [w0, w1, w2] = [0, 1, 2].map(word);

        let mut round_3 = midstate;
        for (word, constant) in [w0, w1, w2, 0].into_iter().zip(ROUND) {
            round_3 = round(round_3, constant.wrapping_add(word));
        }
        let [w4, w15] = [4, 15].map(|index: usize| HEADER_PADDING[index].unwrap_or_default());
        let w16 = w0.wrapping_add(small_sigma0(w1));
        let w17 = w1.wrapping_add(small_sigma0(w2)).wrapping_add(small_sigma1(w15));
        let w18 = w2.wrapping_add(small_sigma1(w16));
        let w19 = small_sigma0(w4).wrapping_add(small_sigma1(w17));
        Self { midstate, round_3, schedule: [w16, w17, w18, w19] }
    }
}

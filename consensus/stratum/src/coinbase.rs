//! The coinbase transaction, by which a Stratum client varies the root of the work header.
//!
//! Consensus reads nothing of it (R2.4: the root is free). It is a transaction as Bitcoin's are, because clients read a block
//! height from it (BIP 34) and newer firmware decodes it.

use posw_primitives::header::sha256d;

/// Bytes that tell connections apart.
pub const EXTRANONCE1_LEN: usize = 4;
/// Bytes that a client counts up.
pub const EXTRANONCE2_LEN: usize = 8;

/// Version 1; one input, which spends nothing.
const INPUT: [u8; 41] = {
    let mut bytes = [0; 41];
    (bytes[0], bytes[4]) = (1, 1);
    (bytes[37], bytes[38], bytes[39], bytes[40]) = (0xff, 0xff, 0xff, 0xff);
    bytes
};
/// Sequence of the input; one output of nothing to nobody (`OP_RETURN`); lock time 0.
const TAIL: [u8; 19] = [0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x6a, 0, 0, 0, 0];
/// Bytes of the input script: height, number of the job, extranonces, each after its length.
const SCRIPT_LEN: u8 = 6 + 9 + 13;
/// Length of both extranonces.
const EXTRANONCE_LEN: u8 = 12;

/// What stands before and after the extranonces of one job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coinbase {
    /// `coinb1` of the protocol.
    pub before: Vec<u8>,
    /// `coinb2` of the protocol.
    pub after: Vec<u8>,
}

impl Coinbase {
    /// For a block of a height, in a job whose number makes its transactions differ from those of the connection's other jobs.
    pub fn new(height: u32, job: u64) -> Self {
        // Five bytes hold every height without a sign, and clients read the number of bytes from the first.
        let [a, b, c, d] = height.to_le_bytes();
        let before =
            [&INPUT[..], &[SCRIPT_LEN, 5, a, b, c, d, 0], &[8], &job.to_le_bytes(), &[EXTRANONCE_LEN]].concat();
        Self { before, after: TAIL.to_vec() }
    }

    /// The whole transaction.
    pub fn transaction(&self, extranonce1: &[u8], extranonce2: &[u8]) -> Vec<u8> {
        [&self.before, extranonce1, extranonce2, &self.after].concat()
    }
}

/// The root of a transaction and the branch beside it; servers of this chain send no branch (R11.3).
pub fn merkle_root(transaction: &[u8], branch: &[[u8; 32]]) -> [u8; 32] {
    branch.iter().fold(sha256d(transaction), |root, hash| sha256d(&[root, *hash].concat()))
}

/// The commitment as `mining.notify` carries the previous hash: the bytes of each group of four reversed, in hex.
pub fn previous_hash(commitment: &[u8; 32]) -> String {
    let swapped: Vec<u8> = commitment.chunks(4).flat_map(|group| group.iter().rev().copied()).collect();
    array_bytes::bytes2hex("", swapped)
}

/// The inverse of [`previous_hash`]; `None` where the text is not 64 hex digits.
pub fn commitment(previous_hash: &str) -> Option<[u8; 32]> {
    let mut bytes: [u8; 32] = array_bytes::hex2array(previous_hash).ok()?;
    bytes.chunks_mut(4).for_each(<[u8]>::reverse);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes so many bytes off the front.
    fn take<'a>(bytes: &mut &'a [u8], length: usize) -> &'a [u8] {
        let (head, tail) = bytes.split_at(length);
        *bytes = tail;
        head
    }

    #[test]
    fn it_parses_as_a_coinbase_transaction() {
        for height in [0, 1, 16, 17, 127, 128, 0x00ff_ffff, u32::MAX] {
            let transaction = Coinbase::new(height, 0x0102_0304_0506_0708).transaction(&[0xaa; 4], &[0xbb; 8]);
            assert!(transaction.len() >= 34);
            let rest = &mut &transaction[..];
            assert_eq!(take(rest, 4), [1, 0, 0, 0], "version");
            assert_eq!(take(rest, 1), [1], "inputs");
            assert_eq!(take(rest, 32), [0; 32], "hash of what is spent");
            assert_eq!(take(rest, 4), [0xff; 4], "index of what is spent");
            let length = usize::from(take(rest, 1)[0]);
            assert!((2..=100).contains(&length), "length of a coinbase script");
            let script = &mut take(rest, length);
            let length = usize::from(take(script, 1)[0]);
            let mut number = [0; 8];
            number[..length].copy_from_slice(take(script, length));
            assert_eq!(u64::from_le_bytes(number), u64::from(height), "height");
            let mut pushed = Vec::new();
            while !script.is_empty() {
                let length = usize::from(take(script, 1)[0]);
                assert!((1..=75).contains(&length), "pushes data only");
                pushed.push(take(script, length));
            }
            assert_eq!(pushed.last().unwrap(), &[&[0xaa; 4][..], &[0xbb; 8]].concat(), "extranonces");
            assert_eq!(take(rest, 4), [0xff; 4], "sequence");
            assert_eq!(take(rest, 1), [1], "outputs");
            assert_eq!(take(rest, 8), [0; 8], "value");
            assert_eq!(take(rest, 2), [1, 0x6a], "script: OP_RETURN");
            assert_eq!(*rest, [0; 4], "lock time");
        }
    }

    #[test]
    fn jobs_have_different_transactions() {
        assert_ne!(Coinbase::new(7, 1), Coinbase::new(7, 2));
        assert_eq!(EXTRANONCE1_LEN + EXTRANONCE2_LEN, usize::from(EXTRANONCE_LEN));
    }
}

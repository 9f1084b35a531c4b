//! The seam behind which hash kernels live.

use core::ops::{ControlFlow, Range, RangeInclusive};
use posw_primitives::{Target, WorkHeader};

/// Bytes of the work header's root that an engine may vary by itself, to try several headers at each nonce.
///
/// They lie in the first of the header's two SHA-256 blocks. The other bytes of the root belong to the worker.
pub const ENGINE_ROOT_BYTES: Range<usize> = 8..28;

/// What of a work header may be varied besides its nonce, to find more headers to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootUse {
    /// Any root will do, as in jobs of our own.
    Free,
    /// The root stands for something, as in jobs that come by Stratum: only the nonce may be varied.
    Fixed,
    /// The root stands for something, but these bits of the version are free: Stratum with version rolling (BIP 310).
    Version(u32),
}

impl RootUse {
    /// Whether an engine may try so many headers at each nonce.
    pub fn permits(self, headers: u32) -> bool {
        match self {
            Self::Free => true,
            Self::Fixed => headers <= 1,
            Self::Version(mask) => 1_u64 << mask.count_ones() >= u64::from(headers),
        }
    }
}

/// A way to compute work hashes.
pub trait Engine: Send + Sync {
    /// Name for logs and for choosing it.
    fn name(&self) -> &'static str;

    /// Does once what is common to all nonces of `header`, whose own nonce is ignored.
    ///
    /// Where the root is free the engine may overwrite its [`ENGINE_ROOT_BYTES`], where bits of the version are free those,
    /// and nothing else.
    fn prepare(&self, header: &WorkHeader, target: Target, root: RootUse) -> Box<dyn Scanner>;
}

/// What is done with a header that meets the target: `Break` ends the scan, `Continue` goes on with it.
pub type OnHit<'a> = dyn FnMut(WorkHeader) -> ControlFlow<()> + 'a;

/// A work header made ready for its nonces to be tried.
///
/// At each nonce a scanner tries [`Scanner::roots`] headers, which differ in what [`RootUse`] leaves to it. It tries them in
/// a fixed order: by nonce, and those of one nonce always in the same order.
pub trait Scanner {
    /// Headers tried at each nonce; 1 where only the nonce may be varied.
    fn roots(&self) -> u32;

    /// Tries all headers of `nonces` and hands those that meet the target to `on_hit`, in the order in which they are tried.
    ///
    /// Returns the number of headers tried: all of them, or where `on_hit` broke off those up to its last one.
    fn scan(&mut self, nonces: RangeInclusive<u32>, on_hit: &mut OnHit<'_>) -> u64;
}

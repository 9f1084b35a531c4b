//! The seam behind which hash kernels live.

use core::ops::RangeInclusive;
use posw_primitives::{Target, WorkHeader};

/// Bytes of the work header's root that an engine may vary by itself, to try several headers at each nonce.
///
/// They lie in the first of the header's two SHA-256 blocks. The other bytes of the root belong to the worker.
pub const ENGINE_ROOT_BYTES: core::ops::Range<usize> = 8..28;

/// A way to compute work hashes.
pub trait Engine: Send + Sync {
    /// Name for logs.
    fn name(&self) -> &'static str;

    /// Does once what is common to all nonces of `header`, whose own nonce is ignored.
    fn prepare(&self, header: &WorkHeader, target: Target) -> Box<dyn Scanner>;
}

/// A work header made ready for its nonces to be tried.
pub trait Scanner {
    /// Tries `nonces` in ascending order up to the first that meets the target.
    ///
    /// To go on after a hit, scan from the nonce after it.
    fn scan(&mut self, nonces: RangeInclusive<u32>) -> Scan;
}

/// What came of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Work hashes computed.
    pub hashes: u64,
    /// A header that meets the target: the prepared one with its nonce and, where the engine varies them, its
    /// [`ENGINE_ROOT_BYTES`].
    pub found: Option<WorkHeader>,
}

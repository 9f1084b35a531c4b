//! A next version of the runtime, for the tests of upgrades: this workspace's with `upgrade.patch`, built when this crate is.
//!
//! The patch is a worked example of an upgrade, with what a real one has:
//!
//! - a higher `spec_version`;
//! - a migration, `DoubleConstantBoost`, with a storage version and checks before and after it: where the curve of boosts is
//!   constant, the boost doubles, up to `max_boost`. It changes what the very next block must claim (SPEC R4.1);
//! - a call, `PoswStake.cancel_params`, that takes a pending change of the parameters back.
//!
//! Where a change of the runtime keeps the patch from applying, the build says so. To bring it up to date, at the root of a clean
//! checkout:
//!
//! ```sh
//! git apply --reject node/tests/next-runtime/upgrade.patch  # then do by hand what the *.rej files hold, and remove them
//! git add --intent-to-add pallets runtime && git diff >next.patch
//! git apply --reverse next.patch && git reset --quiet && mv next.patch node/tests/next-runtime/upgrade.patch
//! ```

/// What the build of the blob leaves.
#[allow(dead_code, unreachable_pub)]
mod blob {
    include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}

/// The version that the patch sets.
pub const SPEC_VERSION: u32 = 101;

/// The compressed blob; empty where this crate was built with `SKIP_WASM_BUILD`.
pub const WASM: &[u8] = match blob::WASM_BINARY {
    Some(wasm) => wasm,
    None => &[],
};

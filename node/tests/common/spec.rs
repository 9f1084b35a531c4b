//! Chain specs for tests: a preset of the node with some numbers changed.

use super::process::run;
use posw_primitives::Factor;
use serde_json::Value;
use sp_keyring::Sr25519Keyring::{self, Alice, Bob};
use std::{cell::OnceCell, fs};
use tempfile::TempDir;

/// The factor of the miners of [`Spec::boosted`].
pub(crate) const BOOST: u64 = 5;

/// A chain spec file.
pub(crate) struct Spec {
    folder: TempDir,
    json: Value,
    /// Path of its raw form, once that is there.
    raw: OnceCell<String>,
}

impl Spec {
    /// The spec of a preset, as `build-spec` prints it.
    pub(crate) fn of(preset: &str) -> Self {
        let (status, out, err) = run(&["build-spec", "--chain", preset, "--disable-default-bootnode"]);
        assert!(status.success(), "build-spec: {err}");
        let json = serde_json::from_str(&out).expect("build-spec prints JSON");
        Self { folder: tempfile::tempdir().expect("a temporary folder can be made"), json, raw: OnceCell::new() }
    }

    /// Sets a value of the genesis configuration, such as `/difficulty/params/blockTime`.
    pub(crate) fn with(mut self, path: &str, value: impl Into<Value>) -> Self {
        let genesis = &mut self.json["genesis"]["runtimeGenesis"];
        let mut place = if genesis["patch"].is_object() { &mut genesis["patch"] } else { &mut genesis["config"] };
        for name in path.split('/').filter(|name| !name.is_empty()) {
            place = &mut place[name];
        }
        *place = value.into();
        self.raw.take();
        self
    }

    /// Writes the spec and gives its path, which lives as long as `self`, as an argument for `--chain`.
    pub(crate) fn plain(&self) -> String {
        self.written("spec.json", &self.json.to_string())
    }

    /// As [`Self::plain`], of the raw form: nodes that are given that one need not run the runtime for genesis at each start.
    pub(crate) fn chain(&self) -> String {
        let export = || {
            let (status, out, err) = run(&["export-chain-spec", "--raw", "--chain", &self.plain()]);
            assert!(status.success(), "export-chain-spec: {err}");
            self.written("raw.json", &out)
        };
        self.raw.get_or_init(export).clone()
    }

    fn written(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("the spec can be written");
        path.to_str().expect("temporary folders are text").to_owned()
    }
}

impl Spec {
    /// The development preset at half-second blocks, which start at some millions of hashes without a boost.
    pub(crate) fn fast() -> Self {
        Self::of("dev")
            .with("/difficulty/startingBits", 0x1e00_ffff)
            .with("/difficulty/params/blockTime", 500)
            .with("/difficulty/params/halfLife", 36_000)
            .with("/difficulty/params/maxGap", 36_000)
    }

    /// The development preset with blocks of some 16 hashes, so that a node makes them as fast as it can: hundreds a second.
    /// Thousands of them do not make it twice as hard.
    pub(crate) fn rapid() -> Self {
        Self::fast()
            .with_boost(1)
            .with("/poswStake/params/maxBoost", 1_000_000_000)
            .with("/difficulty/startingBits", 0x200f_ffff)
            .with("/difficulty/params/limit", 0x200f_ffff)
            .with("/difficulty/params/halfLife", 5_000_000)
            .with("/difficulty/params/maxGap", 5_000_000)
    }

    /// As [`Self::fast`], with epochs of so many blocks. Alice and Bob have staked, for 100 epochs, and mine with all of the
    /// boost.
    pub(crate) fn boosted(epoch: u32) -> Self {
        let (stake, longest) = (10_000_000_000_000_000, 100 * epoch);
        Self::fast()
            .with_boost(BOOST)
            .with("/poswStake/params/ration", 0)
            .with("/poswStake/params/maxLead", 0)
            .with("/poswStake/params/epochLength", epoch)
            .with("/poswStake/params/minLock", 3 * epoch)
            .with("/poswStake/params/maxLock", longest)
            .with_stakes(&[(Alice, stake, longest), (Bob, stake, longest)])
    }

    /// Another depth of finality, and what depends on it at the least that it allows.
    pub(crate) fn with_max_reorg(self, depth: u32) -> Self {
        let epoch = 10;
        let activation = depth.div_ceil(epoch) + 1;
        self.with("/poswStake/params/epochLength", epoch)
            .with("/poswStake/params/maxReorg", depth)
            .with("/poswStake/params/activation", activation)
            .with("/poswStake/params/minLock", (activation + 1) * epoch)
            .with("/poswStake/params/unbonding", depth)
            .with("/rewards/params/maturity", depth)
    }

    /// A constant boost.
    pub(crate) fn with_boost(self, boost: u64) -> Self {
        self.with("/poswStake/params/curve", serde_json::json!({ "constant": { "boost": boost * 1_000_000_000 } }))
    }

    /// Genesis stakes: account, amount in the smallest unit, lock in blocks.
    pub(crate) fn with_stakes(self, stakes: &[(Sr25519Keyring, u64, u32)]) -> Self {
        let stakes: Vec<_> = stakes.iter().map(|(who, amount, lock)| (who.to_account_id(), amount, lock)).collect();
        self.with("/poswStake/stakes", serde_json::json!(stakes))
    }
}

/// A factor that is a whole number.
pub(crate) fn factor(times: u64) -> Factor {
    Factor::clamped(u128::from(times) * 1_000_000_000)
}

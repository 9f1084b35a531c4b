//! A runtime in memory: answers by rules that a test sets, and counts the calls.

use crate::{
    chain::{bits, factor, Block, BASE},
    state::{self, difficulty_params, BLOCK_TIME},
};
use parking_lot::Mutex;
use posw_primitives::{retarget::Anchor, Claims, CompactBits, Credit, Factor};
use sp_api::ApiError;
use sp_consensus_posw::{AccountState, NetworkState, Plausibility, PoswApi};
use sp_core::H256;
use sp_inherents::{CheckInherentsResult, InherentData, InherentIdentifier, MakeFatalError};
use sp_runtime::{traits::Block as BlockT, AccountId32};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::SystemTime,
};

/// Whose inherent the time of a block is.
const TIME: InherentIdentifier = *b"timstap0";

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    u64::try_from(now.as_millis()).expect("before the year 500 million")
}

/// What the fake runtime answers.
pub(crate) struct Rules {
    /// Base bits of a child, by parent; [`BASE`] elsewhere.
    pub(crate) bits: HashMap<H256, CompactBits>,
    /// Factors, by miner; 1.0 for others.
    pub(crate) factors: HashMap<[u8; 32], Factor>,
    /// Sealing keys, by miner; others seal with their own id.
    pub(crate) keys: HashMap<[u8; 32], [u8; 32]>,
    pub(crate) plausibility: Plausibility,
    /// Largest boosts, by block, where they are not the one in `plausibility`.
    pub(crate) boosts: HashMap<H256, Factor>,
    /// Credits, by miner; one and a half blocks for others.
    pub(crate) credits: HashMap<[u8; 32], Credit>,
    /// Blocks whose state was pruned, so that nothing can be asked there.
    pub(crate) pruned: HashSet<H256>,
    /// Whether claims cannot be asked for.
    pub(crate) broken: bool,
    /// Whether blocks have a time too far ahead.
    pub(crate) too_early: bool,
}

impl Default for Rules {
    /// A chain that is a few blocks behind its schedule.
    fn default() -> Self {
        let plausibility = Plausibility {
            anchor: Anchor { bits: bits(BASE), height: 0, parent_time: now() - 4 * BLOCK_TIME },
            schedule_shift: 0,
            difficulty: difficulty_params(),
            re_anchors_after: None,
            max_boost: factor(20),
            max_reorg: 4,
        };
        Self {
            bits: HashMap::new(),
            factors: HashMap::new(),
            keys: HashMap::new(),
            plausibility,
            boosts: HashMap::new(),
            credits: HashMap::new(),
            pruned: HashSet::new(),
            broken: false,
            too_early: false,
        }
    }
}

/// The runtime: rules and a count of the calls.
#[derive(Default)]
pub(crate) struct Runtime {
    pub(crate) rules: Mutex<Rules>,
    calls: Mutex<BTreeMap<&'static str, usize>>,
}

impl Runtime {
    /// The calls since the last time, by name.
    pub(crate) fn take_calls(&self) -> Vec<(&'static str, usize)> {
        std::mem::take(&mut *self.calls.lock()).into_iter().collect()
    }

    fn count(&self, call: &'static str) {
        *self.calls.lock().entry(call).or_default() += 1;
    }
}

/// The calls that the client makes; any other than these panics.
pub(crate) struct FakeApi(pub(crate) Arc<Runtime>);

sp_api::mock_impl_runtime_apis! {
    impl PoswApi<Block> for FakeApi {
        #[advanced]
        fn claims(&self, at: H256, miner: AccountId32) -> Result<Claims, ApiError> {
            self.0.count("claims");
            let rules = self.0.rules.lock();
            if rules.broken || rules.pruned.contains(&at) {
                return Err(ApiError::UnknownBlock("the state is gone".into()));
            }
            let miner: [u8; 32] = miner.into();
            Ok(Claims {
                miner,
                sealing_key: rules.keys.get(&miner).copied().unwrap_or(miner),
                bits: rules.bits.get(&at).copied().unwrap_or(bits(BASE)),
                factor: rules.factors.get(&miner).copied().unwrap_or(Factor::ONE),
            })
        }

        fn network(&self) -> NetworkState {
            self.0.count("network");
            state::network()
        }

        fn account(&self, account: AccountId32) -> AccountState {
            self.0.count("account");
            let id = <[u8; 32]>::from(account);
            let state = state::account(id.into());
            AccountState { credit: self.0.rules.lock().credits.get(&id).copied().unwrap_or(state.credit), ..state }
        }

        #[advanced]
        fn plausibility(&self, at: H256) -> Result<Plausibility, ApiError> {
            self.0.count("plausibility");
            let rules = self.0.rules.lock();
            if rules.pruned.contains(&at) {
                return Err(ApiError::UnknownBlock("the state is gone".into()));
            }
            let max_boost = rules.boosts.get(&at).copied().unwrap_or(rules.plausibility.max_boost);
            Ok(Plausibility { max_boost, ..rules.plausibility })
        }
    }

    impl sp_block_builder::BlockBuilder<Block> for FakeApi {
        fn check_inherents(&self, _: <Block as BlockT>::LazyBlock, _: InherentData) -> CheckInherentsResult {
            self.0.count("check_inherents");
            let mut result = CheckInherentsResult::new();
            if self.0.rules.lock().too_early {
                result.put_error(TIME, &MakeFatalError::from("too far ahead")).expect("the first one");
            }
            result
        }
    }
}

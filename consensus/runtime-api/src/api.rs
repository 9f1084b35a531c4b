//! What the runtime answers about consensus, at any block.

use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use posw_primitives::{retarget::Anchor, Claims, CompactBits, Credit, DifficultyParams, Epoch, Factor, Params, U256};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_inherents::InherentData;
use sp_runtime::{transaction_validity::TransactionValidityError, AccountId32};

/// The state of consensus at a block, for its children.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct NetworkState {
    /// Time of the block, in milliseconds since 1970; 0 at genesis.
    pub time: u64,
    /// Base target of the next block.
    pub base_bits: CompactBits,
    /// Work of that target, in expected hashes (R1.5).
    pub difficulty: U256,
    /// Epoch of the next block.
    pub epoch: Epoch,
    /// The network's staked weight in that epoch.
    pub total_weight: u128,
    /// Coins on hold in deposits, active or not.
    pub staked: u128,
    /// Largest boost of that epoch by the lead cap (R7.6).
    pub lead_cap: Factor,
    /// Mean of `1 / factor` over the epochs that the lead cap looks at, in billionths.
    pub mean_inverse_factor: u64,
    /// Parameters in force for the next block.
    pub params: Params,
    /// Parameters in force from the epoch after that, where a change is pending.
    pub pending: Option<Params>,
}

/// What an importing node compares announced claims with before any work is spent on them (section 4, check 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Plausibility {
    /// ASERT's anchor.
    pub anchor: Anchor,
    /// Milliseconds by which long gaps have shifted the schedule (R8.5).
    pub schedule_shift: u64,
    /// Numbers of the schedule.
    pub difficulty: DifficultyParams,
    /// The epoch's last block, where other numbers are pending: the anchor is another one after it (R8.3).
    pub re_anchors_after: Option<u32>,
    /// Bound of every boost.
    pub max_boost: Factor,
    /// Depth of finality that the chain recommends (R5.3).
    pub max_reorg: u32,
}

/// One deposit of an account.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DepositState {
    /// Its number, counted per account.
    pub id: u32,
    /// Coins on hold.
    pub amount: u128,
    /// Weight in the next block's epoch.
    pub weight: u128,
    /// Epoch from which it has, or will have, its full weight.
    pub active_from: u32,
    /// Block from which it can be unlocked.
    pub lock_end: u32,
    /// Block from which it can be withdrawn, once it is unlocked.
    pub withdrawable: Option<u32>,
}

/// What consensus knows about an account, for the next block.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct AccountState {
    /// Weight that counts.
    pub weight: u128,
    /// Settled credit, in units of 10^-18.
    pub credit: Credit,
    /// Factor that a full credit buys.
    pub boost: Factor,
    /// Factor of a block mined now.
    pub factor: Factor,
    /// Key that seals.
    pub sealing_key: H256,
    /// Deposits, oldest first.
    pub deposits: Vec<DepositState>,
}

sp_api::decl_runtime_apis! {
    /// Proof-of-StakeWork at a block. All answers are about that block's children (R4.1).
    pub trait PoswApi {
        /// What the pre-runtime digest of a child mined by `miner` must claim.
        fn claims(miner: AccountId32) -> Claims;
        /// The state of the network.
        fn network() -> NetworkState;
        /// The state of an account.
        fn account(account: AccountId32) -> AccountState;
        /// What announced claims are compared with.
        fn plausibility() -> Plausibility;
        /// Whether the parameters in storage are within their bounds; otherwise the field, the value and the range.
        fn check_params() -> Result<(), String>;
        /// A child without transactions, unsealed, with the claims of `miner` and the inherents of `data` (R11.2). The header
        /// is that of `Core::initialize_block`, without digest items; the block is the one that `Core` and `BlockBuilder` make
        /// in a call for each step.
        fn empty_block(
            header: Block::Header,
            miner: AccountId32,
            data: InherentData,
        ) -> Result<Block, TransactionValidityError>;
    }
}

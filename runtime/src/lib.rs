//! The Stakework runtime: the three pallets of Proof-of-StakeWork, a currency, and what accounts need.
//!
//! Everything that differs between chains is in storage and comes from genesis, so one blob serves every chain
//! (`consensus/docs/SPEC.md`, section 10). What cannot be is the metadata hash's symbol and decimals, in `build.rs`.

#![cfg_attr(not(feature = "std"), no_std)]
// The expanded runtime nests types deeply.
#![recursion_limit = "256"]
// Most items are made by the SDK's macros, which document none.
#![allow(missing_docs)]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
pub mod constants;
pub mod genesis;
pub mod genesis_config_presets;
pub mod governance;
#[cfg(test)]
mod tests;

#[cfg(feature = "std")]
pub use apis::api;
pub use apis::RuntimeApi;

use alloc::{borrow::Cow, vec::Vec};
use sp_runtime::{
    generic, impl_opaque_keys,
    traits::{BlakeTwo256, IdentifyAccount, Verify},
    MultiAddress, MultiSignature, OpaqueExtrinsic,
};
use sp_version::RuntimeVersion;

/// Types of blocks whose transactions are bytes, for the node.
pub mod opaque {
    use super::*;

    /// Header of a block.
    pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
    /// A block.
    pub type Block = generic::Block<Header, OpaqueExtrinsic>;
    /// Hash of a block.
    pub type Hash = <BlakeTwo256 as sp_runtime::traits::Hash>::Output;
}

/// Number of a block.
pub type BlockNumber = u32;
/// Signature of a transaction.
pub type Signature = MultiSignature;
/// Account.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// Amount in the smallest unit of the currency.
pub type Balance = u128;
/// Number of transactions of an account.
pub type Nonce = u32;
/// Hash of blocks and state.
pub type Hash = sp_core::H256;
/// Destination of a transaction.
pub type Address = MultiAddress<AccountId, ()>;
/// Header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
/// A block.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;
/// A block with its signature, as the node stores it.
pub type SignedBlock = generic::SignedBlock<Block>;

/// What a transaction carries beside its call.
pub type TxExtension = (
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckEra<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
    frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
);

/// A transaction or inherent.
pub type UncheckedExtrinsic = generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;
/// What a transaction's signature is over.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;
/// Runs blocks.
pub type Executive =
    frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

impl_opaque_keys! {
    /// The keys of a node's keystore that `author_rotateKeys` makes.
    pub struct SessionKeys {
        /// The hot key that signs for a miner; named on chain by `set_sealing_key`.
        pub sealing: configs::consensus::Sealing,
    }
}

/// Version of the runtime.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
    spec_name: Cow::Borrowed("stakework"),
    impl_name: Cow::Borrowed("stakework"),
    authoring_version: 1,
    spec_version: 100,
    impl_version: 1,
    apis: apis::RUNTIME_API_VERSIONS,
    transaction_version: 1,
    system_version: 1,
};

/// The pallets.
///
/// Hooks run and genesis is built in the order of the indices. Chain has the existential deposit that Balances needs, and Balances
/// the coins that PoswStake holds; neither acts at a block's start, so that PoswStake checks the claims before anything
/// else happens (SPEC section 4, check 6). Indices 20 to 39 are those of governance.
#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;

    #[runtime::pallet_index(1)]
    pub type Chain = pallet_chain;

    #[runtime::pallet_index(2)]
    pub type Balances = pallet_balances;

    #[runtime::pallet_index(3)]
    pub type PoswStake = pallet_posw_stake;

    #[runtime::pallet_index(4)]
    pub type Timestamp = pallet_timestamp;

    #[runtime::pallet_index(5)]
    pub type Difficulty = pallet_difficulty;

    #[runtime::pallet_index(6)]
    pub type Rewards = pallet_rewards;

    #[runtime::pallet_index(7)]
    pub type TransactionPayment = pallet_transaction_payment;

    #[runtime::pallet_index(10)]
    pub type Utility = pallet_utility;

    #[runtime::pallet_index(11)]
    pub type Multisig = pallet_multisig;

    #[runtime::pallet_index(12)]
    pub type Proxy = pallet_proxy;

    #[runtime::pallet_index(20)]
    pub type Preimage = pallet_preimage;

    #[runtime::pallet_index(21)]
    pub type Scheduler = pallet_scheduler;

    #[runtime::pallet_index(22)]
    pub type Referenda = pallet_referenda;

    #[runtime::pallet_index(23)]
    pub type ConvictionVoting = pallet_conviction_voting;

    #[runtime::pallet_index(24)]
    pub type Origins = governance::origins;

    #[runtime::pallet_index(25)]
    pub type Whitelist = pallet_whitelist;

    #[runtime::pallet_index(26)]
    pub type TechnicalCommittee = pallet_collective<Instance1>;

    #[runtime::pallet_index(27)]
    pub type Treasury = pallet_treasury;

    #[runtime::pallet_index(40)]
    pub type Sudo = pallet_sudo;
}

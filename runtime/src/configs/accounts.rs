//! What accounts may do beside transfers: batches, multisignatures, proxies; and the key that stands in for governance.

use crate::{Balances, OriginCaller, Runtime, RuntimeCall, RuntimeEvent, System};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::traits::{ConstU32, InstanceFilter};
use pallet_chain::Deposit;
use scale_info::TypeInfo;
use sp_runtime::traits::BlakeTwo256;

impl pallet_utility::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type PalletsOrigin = OriginCaller;
    type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

impl pallet_multisig::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    /// One item: a key of 32 bytes, 24 of hashing prefixes and a value of 32 bytes beside the signatories.
    type DepositBase = Deposit<Runtime, 1, 88>;
    /// The account of a signatory.
    type DepositFactor = Deposit<Runtime, 0, 32>;
    type MaxSignatories = ConstU32<100>;
    type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
    type BlockNumberProvider = System;
}

/// What a proxy may do.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
)]
pub enum ProxyType {
    /// Everything.
    #[default]
    Any,
    /// Everything but moving coins to other accounts.
    NonTransfer,
    /// Staking, alone or in batches; the deposits stay the owner's.
    Stake,
    /// Rejecting announcements of other proxies.
    CancelProxy,
    /// Proposing, voting and acting on the committee, alone or in batches; the deposits are the owner's.
    Governance,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
    fn filter(&self, call: &RuntimeCall) -> bool {
        match self {
            Self::Any => true,
            // Calls that carry other calls are filtered again when those are dispatched, except by sudo.
            Self::NonTransfer => !matches!(call, RuntimeCall::Balances(..) | RuntimeCall::Sudo(..)),
            Self::Stake => matches!(call, RuntimeCall::PoswStake(..) | RuntimeCall::Utility(..)),
            Self::Governance => matches!(
                call,
                RuntimeCall::Preimage(..)
                    | RuntimeCall::Referenda(..)
                    | RuntimeCall::ConvictionVoting(..)
                    | RuntimeCall::TechnicalCommittee(..)
                    | RuntimeCall::Utility(..)
            ),
            Self::CancelProxy => matches!(call, RuntimeCall::Proxy(pallet_proxy::Call::reject_announcement { .. })),
        }
    }

    fn is_superset(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Any, _) => true,
            (_, Self::Any) => false,
            (Self::NonTransfer, _) => true,
            (one, other) => one == other,
        }
    }
}

impl pallet_proxy::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type Currency = Balances;
    type ProxyType = ProxyType;
    /// One item with a deposit of 16 bytes, beside the proxies.
    type ProxyDepositBase = Deposit<Runtime, 1, 16>;
    /// An account, a type and a delay.
    type ProxyDepositFactor = Deposit<Runtime, 0, 37>;
    type MaxProxies = ConstU32<32>;
    type WeightInfo = pallet_proxy::weights::SubstrateWeight<Runtime>;
    type MaxPending = ConstU32<32>;
    type CallHasher = BlakeTwo256;
    /// One item with a deposit of 16 bytes, beside the announcements.
    type AnnouncementDepositBase = Deposit<Runtime, 1, 16>;
    /// An account, a hash and a block number.
    type AnnouncementDepositFactor = Deposit<Runtime, 0, 68>;
    type BlockNumberProvider = System;
}

impl pallet_sudo::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WeightInfo = pallet_sudo::weights::SubstrateWeight<Runtime>;
}

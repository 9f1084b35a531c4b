//! Governance: referenda, votes by coins, the technical committee and the treasury.

use crate::{
    constants::{
        TreasuryPalletId, MAXIMUM_MOTION_WEIGHT, MAXIMUM_SCHEDULED_WEIGHT, MAX_COMMITTEE, MAX_SCHEDULED_PER_BLOCK,
        MAX_VOTES,
    },
    governance::{
        origins::{self, ReferendumCanceller, ReferendumKiller, Spender, Treasurer, WhitelistedCaller},
        tracks::Tracks,
        WhitelistedPreimages,
    },
    AccountId, Balance, Balances, BlockNumber, Chain, OriginCaller, Preimage, Referenda, Runtime, RuntimeCall,
    RuntimeEvent, RuntimeHoldReason, RuntimeOrigin, Scheduler, System, Treasury,
};
use frame_support::{
    parameter_types,
    traits::{
        fungible::HoldConsideration,
        tokens::{currency::ActiveIssuanceOf, pay::PayFromAccount, UnityAssetBalanceConversion},
        AsEnsureOriginWithArg, ConstU32, EitherOf, EqualPrivilegeOnly, LinearStoragePrice,
    },
    weights::Weight,
};
use frame_system::{EnsureRoot, EnsureSigned};
use pallet_chain::Deposit;
use pallet_collective::EnsureProportionAtLeast;
use sp_runtime::Permill;

parameter_types! {
    pub const PreimageHoldReason: RuntimeHoldReason =
        RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
}

impl pallet_preimage::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
    type Currency = Balances;
    type ManagerOrigin = EnsureRoot<AccountId>;
    /// Two items: the status has a key of 64 bytes and 53 of its own, the preimage a key of 68 and 4 beside its bytes.
    type Consideration = HoldConsideration<
        AccountId,
        Balances,
        PreimageHoldReason,
        LinearStoragePrice<Deposit<Runtime, 2, 189>, Deposit<Runtime, 0, 1>, Balance>,
    >;
}

parameter_types! {
    pub MaximumScheduledWeight: Weight = MAXIMUM_SCHEDULED_WEIGHT;
}

impl pallet_scheduler::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeOrigin = RuntimeOrigin;
    type PalletsOrigin = OriginCaller;
    type RuntimeCall = RuntimeCall;
    type MaximumWeight = MaximumScheduledWeight;
    type ScheduleOrigin = EnsureRoot<AccountId>;
    type OriginPrivilegeCmp = EqualPrivilegeOnly;
    type MaxScheduledPerBlock = ConstU32<MAX_SCHEDULED_PER_BLOCK>;
    type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
    type Preimages = Preimage;
    type BlockNumberProvider = System;
}

parameter_types! {
    pub SubmissionDeposit: Balance = Chain::governance().submission_deposit;
    pub UndecidingTimeout: BlockNumber = Chain::governance().undeciding_timeout;
}

impl pallet_referenda::Config for Runtime {
    type RuntimeCall = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_referenda::weights::SubstrateWeight<Runtime>;
    type Scheduler = Scheduler;
    type Currency = Balances;
    type SubmitOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
    type CancelOrigin = EitherOf<EnsureRoot<AccountId>, ReferendumCanceller>;
    type KillOrigin = EitherOf<EnsureRoot<AccountId>, ReferendumKiller>;
    /// The deposits of killed referenda.
    type Slash = Treasury;
    type Votes = pallet_conviction_voting::VotesOf<Runtime>;
    type Tally = pallet_conviction_voting::TallyOf<Runtime>;
    type SubmissionDeposit = SubmissionDeposit;
    type MaxQueued = ConstU32<100>;
    type UndecidingTimeout = UndecidingTimeout;
    type AlarmInterval = ConstU32<1>;
    type Tracks = Tracks;
    type Preimages = Preimage;
    type BlockNumberProvider = System;
}

parameter_types! {
    pub VoteLocking: BlockNumber = Chain::governance().vote_locking;
}

impl pallet_conviction_voting::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type WeightInfo = pallet_conviction_voting::weights::SubstrateWeight<Runtime>;
    /// All coins of an account vote, those on hold for stake among them. A vote freezes as many coins as it has, and coins on
    /// hold count as frozen, so that one coin can be both.
    type Currency = Balances;
    type Polls = Referenda;
    /// What support is measured by: all coins but the treasury's.
    type MaxTurnout = ActiveIssuanceOf<Balances, AccountId>;
    type MaxVotes = ConstU32<MAX_VOTES>;
    type VoteLockingPeriod = VoteLocking;
    type BlockNumberProvider = System;
    type VotingHooks = ();
}

impl origins::Config for Runtime {}

parameter_types! {
    pub MotionDuration: BlockNumber = Chain::governance().motion_duration;
    pub MaximumMotionWeight: Weight = MAXIMUM_MOTION_WEIGHT;
}

impl pallet_whitelist::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeCall = RuntimeCall;
    type WhitelistOrigin =
        EitherOf<EnsureRoot<AccountId>, EnsureProportionAtLeast<AccountId, TechnicalCollective, 2, 3>>;
    type DispatchWhitelistedOrigin = EitherOf<EnsureRoot<AccountId>, WhitelistedCaller>;
    type Preimages = WhitelistedPreimages;
    /// A call that passes before it is whitelisted waits as long as the committee's motion may take.
    type DeferredDispatchExpiration = MotionDuration;
    type BlockNumberProvider = System;
    type WeightInfo = pallet_whitelist::weights::SubstrateWeight<Runtime>;
}

/// The collective that is the technical committee.
pub type TechnicalCollective = pallet_collective::Instance1;

impl pallet_collective::Config<TechnicalCollective> for Runtime {
    type RuntimeOrigin = RuntimeOrigin;
    type Proposal = RuntimeCall;
    type RuntimeEvent = RuntimeEvent;
    type MotionDuration = MotionDuration;
    type MaxProposals = ConstU32<100>;
    type MaxMembers = ConstU32<MAX_COMMITTEE>;
    type DefaultVote = pallet_collective::PrimeDefaultVote;
    type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
    type SetMembersOrigin = EnsureRoot<AccountId>;
    type MaxProposalWeight = MaximumMotionWeight;
    type DisapproveOrigin = EnsureRoot<AccountId>;
    type KillOrigin = EnsureRoot<AccountId>;
    /// Only members propose.
    type Consideration = ();
}

parameter_types! {
    pub SpendPeriod: BlockNumber = Chain::governance().spend_period;
    pub PayoutPeriod: BlockNumber = Chain::governance().payout_period;
    pub const NoBurn: Permill = Permill::zero();
}

impl pallet_treasury::Config for Runtime {
    type Currency = Balances;
    type RejectOrigin = EitherOf<EnsureRoot<AccountId>, Treasurer>;
    type RuntimeEvent = RuntimeEvent;
    type SpendPeriod = SpendPeriod;
    type Burn = NoBurn;
    type PalletId = TreasuryPalletId;
    type BurnDestination = ();
    type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
    type SpendFunds = ();
    /// None: this refuses the deprecated `spend_local`, to root as well, which no filter of calls stops.
    type MaxApprovals = ConstU32<0>;
    type SpendOrigin = Spender;
    type AssetKind = ();
    type Beneficiary = AccountId;
    type BeneficiaryLookup = <Runtime as frame_system::Config>::Lookup;
    type Paymaster = PayFromAccount<Balances, pallet_treasury::TreasuryAccountId<Runtime>>;
    type BalanceConverter = UnityAssetBalanceConversion;
    type PayoutPeriod = PayoutPeriod;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
    type BlockNumberProvider = System;
}

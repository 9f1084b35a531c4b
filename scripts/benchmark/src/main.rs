//! Measures the weights of the runtime's pallets: the SDK's `benchmark pallet` command and nothing beside it.

use clap::Parser;
use frame_benchmarking_cli::PalletCmd;
use sp_runtime::traits::BlakeTwo256;

fn main() -> sc_cli::Result<()> {
    // The runtime imports no host function beyond the SDK's own, so none is added.
    PalletCmd::parse().run_with_spec::<BlakeTwo256, ()>(None)
}

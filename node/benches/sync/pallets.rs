//! What our pallets add to the execution of a block: a chain's blocks by its own runtime, and blocks with the same transactions by a
//! runtime without our pallets, on the same genesis. In turns, both compiled for this machine and with their state in memory.

use crate::{
    chain::Chain,
    plain_runtime,
    state::State,
    turns::{Rounds, BLOCKS},
};
use codec::{Decode, Encode};
use sp_consensus_posw::split_seal;
use sp_core::{storage::Storage, H256};
use sp_runtime::{generic::Digest, traits::Header as _, BuildStorage};
use stakework_node::{chain_spec, service::Block};
use std::time::Duration;

/// Prints the time of a block by both.
pub(crate) fn run(chain: &Chain) {
    let genesis = chain_spec::load(&chain.spec()).expect("the file is a specification").build_storage();
    let genesis = genesis.expect("the specification is raw");
    let blocks = chain.blocks(BLOCKS);
    let plain = rebuild(&genesis, &blocks);
    let ours: Vec<_> = blocks.into_iter().map(unsealed).map(|block| block.encode()).collect();
    let rounds = Rounds::of([
        &|| time(&genesis, &ours, |block| stakework_runtime::Executive::execute_block(decoded(block))),
        &|| time(&genesis, &plain, |block| plain_runtime::Executive::execute_block(decoded(block))),
    ]);
    let (ours, plain, ratio) = (rounds.time(0), rounds.time(1), rounds.ratio(0, 1));
    println!("execution of a block: {ours:.1?}, without our pallets {plain:.1?}: {ratio:.2} times");
}

/// Mean time of a block that is executed on its parent's state.
fn time(genesis: &Storage, blocks: &[Vec<u8>], execute: fn(&[u8])) -> Duration {
    let mut state = State::new(genesis);
    let time: Duration = blocks.iter().map(|block| state.change(|| execute(block)).1).sum();
    time / u32::try_from(blocks.len()).expect("few")
}

/// The block as the runtime is given it.
fn unsealed(mut block: Block) -> Block {
    split_seal(&mut block.header).expect("the block is good");
    block
}

/// Blocks of the runtime without our pallets, with the bodies of these and without their claims.
fn rebuild(genesis: &Storage, blocks: &[Block]) -> Vec<Vec<u8>> {
    let mut state = State::new(genesis);
    let rebuild = |block: &Block| {
        let extrinsics: Vec<plain_runtime::UncheckedExtrinsic> =
            block.extrinsics.iter().map(|extrinsic| decoded(&extrinsic.encode())).collect();
        let (number, parent) = (block.header.number, block.header.parent_hash);
        let header = plain_runtime::Header::new(number, H256::zero(), H256::zero(), parent, Digest::default());
        let (header, _) = state.change(|| {
            plain_runtime::Executive::initialize_block(&header);
            for extrinsic in &extrinsics {
                let result = plain_runtime::Executive::apply_extrinsic(extrinsic.clone());
                result.expect("it was valid").expect("it succeeded");
            }
            plain_runtime::Executive::finalize_block()
        });
        plain_runtime::Block { header, extrinsics }.encode()
    };
    blocks.iter().map(rebuild).collect()
}

fn decoded<T: Decode>(mut bytes: &[u8]) -> T {
    T::decode(&mut bytes).expect("both runtimes encode alike")
}

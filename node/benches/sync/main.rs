//! How fast a chain is synchronised, what memory and disk it takes, what our checks cost beside the SDK's own proof-of-work
//! import and our pallets beside a runtime without them, and how fast a bad block is refused. Figures are in `docs/performance.md`.
//!
//! `cargo bench -p stakework-node --bench sync -- [nodes | import | pallets | filter]`; without arguments all of them.

#[path = "../../tests/common/mod.rs"]
#[allow(dead_code, reason = "the tests need more of it")]
mod common;

#[path = "../blocks/mod.rs"]
mod blocks;

mod chain;
mod filter;
mod import;
mod nodes;
mod opened;
mod pallets;
#[allow(
    unexpected_cfgs,
    reason = "the SDK's macros leave genesis out where there is no feature `std`; it is the chain's here"
)]
mod plain_runtime;
mod state;
mod turns;

use chain::Chain;

/// Length of the chain of empty blocks that nodes synchronise.
const LONG: u32 = 10_000;
/// Length of the chain of empty blocks for everything else.
const EMPTY: u32 = 500;
/// Length of the chain of blocks with transfers, and how many each has.
const FULL: (u32, u32) = (100, 100);

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wanted = |name: &str| chosen.is_empty() || chosen.iter().any(|chosen| chosen == name);
    let empty = || Chain::empty(if wanted("nodes") { LONG } else { EMPTY });
    let chains: [&dyn Fn() -> Chain; 2] = [&empty, &|| Chain::full(FULL.0, FULL.1)];
    for make in chains {
        let chain = make();
        println!("\n{chain}");
        if wanted("nodes") {
            nodes::run(&chain);
        }
        if wanted("import") {
            import::run(&chain);
        }
        if wanted("pallets") {
            pallets::run(&chain);
        }
        if wanted("filter") {
            filter::run(&chain);
        }
    }
}

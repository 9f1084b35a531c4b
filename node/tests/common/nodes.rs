//! Several nodes of one network.

use super::{process::Node, wait::until};
use std::{thread, time::Duration};

/// Starts so many nodes with the same arguments, all at once.
pub(crate) fn start_alike(number: usize, args: &[&str]) -> Vec<Node> {
    thread::scope(|scope| {
        let starting: Vec<_> = (0..number).map(|_| scope.spawn(|| Node::start(args))).collect();
        starting.into_iter().map(|node| node.join().expect("the node starts")).collect()
    })
}

/// Arguments, with the addresses of all of these nodes for the one that is started with them.
pub(crate) fn knowing<'a>(nodes: impl IntoIterator<Item = &'a Node>, args: &[&str]) -> Vec<String> {
    let addresses = nodes.into_iter().map(Node::multiaddr);
    args.iter().copied().chain(["--bootnodes"]).map(String::from).chain(addresses).collect()
}

/// Number of the lowest of the nodes' best blocks, where all of them have the same block there.
pub(crate) fn shared_block<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Option<u32> {
    let nodes: Vec<_> = nodes.into_iter().map(Node::rpc).collect();
    let lowest = nodes.iter().map(|rpc| rpc.best_number()).min()?;
    let hash = nodes[0].block_hash(lowest);
    nodes.iter().all(|rpc| rpc.block_hash(lowest) == hash).then_some(lowest)
}

/// Waits until the nodes share a block above this one; its number.
pub(crate) fn await_shared_block<'a>(
    nodes: impl IntoIterator<Item = &'a Node> + Clone,
    above: u32,
    limit: Duration,
) -> u32 {
    until(&format!("{} nodes share a block above {above}", nodes.clone().into_iter().count()), limit, || {
        shared_block(nodes.clone()).filter(|number| *number > above)
    })
}

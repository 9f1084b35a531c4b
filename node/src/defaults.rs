//! Flags of the SDK that have another default here; ADR 9 (`consensus/docs/adr`) says why.

use clap::Arg;
use sc_cli::{DefaultConfigurationValues, NetworkParams};

/// `libp2p` for `--network-backend`.
pub(crate) fn network_backend(arg: Arg) -> Arg {
    arg.default_value("libp2p").long_help(
        "Network backend used for P2P networking\n\n\
         Both speak with each other. litep2p, which is the SDK's default, needs less of the processor. libp2p drops a peer also \
         while that sends false headers without end.",
    )
}

/// `single-state` for `--pool-type`.
pub(crate) fn pool_type(arg: Arg) -> Arg {
    arg.default_value("single-state").long_help(
        "The type of transaction pool to be instantiated\n\n\
         single-state forgets a transaction when it is in a block, and takes it back when that block leaves the best chain. \
         fork-aware, which is the SDK's default, counts it against --pool-limit and --pool-kbytes until it is final.",
    )
}

/// Plain TCP for `--listen-addr`, whatever the node does.
pub(crate) fn listen_addr(network: &mut NetworkParams) {
    if network.listen_addr.is_empty() {
        let port = network.port.unwrap_or_else(<() as DefaultConfigurationValues>::p2p_listen_port);
        let any = |host: &str| format!("/{host}/tcp/{port}").parse().expect("it has the form of an address");
        network.listen_addr = vec![any("ip6/::"), any("ip4/0.0.0.0")];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use sc_cli::{NetworkBackendType, SubstrateCli, TransactionPoolType};

    #[test]
    fn the_network_and_the_pool_are_those_of_adr_9() {
        let run = Cli::try_from_iter(["posw-node"]).expect("flags are optional").run;
        assert!(matches!(run.network_params.network_backend, NetworkBackendType::Libp2p));
        assert!(matches!(run.pool_config.pool_type, TransactionPoolType::SingleState));
    }

    #[test]
    fn a_node_listens_where_the_documents_have_others_dial() {
        for (flags, expected) in [
            (&[][..], &["/ip6/::/tcp/30333", "/ip4/0.0.0.0/tcp/30333"][..]),
            (&["--port", "40000", "--mine", "--miner", "bob"], &["/ip6/::/tcp/40000", "/ip4/0.0.0.0/tcp/40000"]),
            (&["--listen-addr", "/ip4/192.0.2.1/tcp/1/ws"], &["/ip4/192.0.2.1/tcp/1/ws"]),
        ] {
            let mut cli = Cli::try_from_iter([&["posw-node"], flags].concat()).expect("the flags are the node's");
            listen_addr(&mut cli.run.network_params);
            let addresses: Vec<_> = cli.run.network_params.listen_addr.iter().map(ToString::to_string).collect();
            assert_eq!(addresses, expected);
        }
    }
}

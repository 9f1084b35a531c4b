//! Ports are tried before anything else starts: the SDK would listen elsewhere, or log an error and go on deaf.

use crate::error::{Error, Result};
use sc_network::multiaddr::{Multiaddr, Protocol};
use sc_service::Configuration;
use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr, TcpListener},
};

/// A port that a node listens on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Port {
    pub(crate) address: SocketAddr,
    /// What it is for.
    pub(crate) purpose: &'static str,
    /// The option that changes it.
    pub(crate) option: &'static str,
}

impl Port {
    /// Whether another process listens there. Other failures are left to whoever will listen there.
    pub(crate) fn is_in_use(&self) -> bool {
        TcpListener::bind(self.address).is_err_and(|error| error.kind() == ErrorKind::AddrInUse)
    }
}

/// All ports of a node whose Stratum server, if there is one, listens at `stratum`.
pub(crate) fn of(config: &Configuration, stratum: Option<SocketAddr>) -> Vec<Port> {
    let peers = config.network.listen_addresses.iter().filter_map(tcp_address);
    let peers = peers.map(|address| Port { address, purpose: "peer-to-peer", option: "--port" });
    let rpc = config.rpc.addr.iter().flatten();
    let rpc = rpc.map(|endpoint| Port { address: endpoint.listen_addr, purpose: "RPC", option: "--rpc-port" });
    let option = "--prometheus-port, or switch it off with --no-prometheus";
    let prometheus = config.prometheus_config.iter();
    let prometheus = prometheus.map(|prometheus| Port { address: prometheus.port, purpose: "Prometheus", option });
    let stratum = stratum.map(|address| Port { address, purpose: "Stratum", option: "--stratum" });
    peers.chain(rpc).chain(prometheus).chain(stratum).collect()
}

/// Tries every port that a node listens on, and has the RPC server listen there or nowhere.
///
/// # Errors
/// Names the first port that another process listens on.
pub(crate) fn claim(config: &mut Configuration, stratum: Option<SocketAddr>) -> Result<()> {
    for endpoint in config.rpc.addr.iter_mut().flatten() {
        endpoint.retry_random_port = false;
    }
    match of(config, stratum).into_iter().find(Port::is_in_use) {
        Some(Port { address, purpose, option }) => Err(Error::PortInUse { port: address.port(), purpose, option }),
        None => Ok(()),
    }
}

fn tcp_address(address: &Multiaddr) -> Option<SocketAddr> {
    let mut parts = address.iter();
    let ip = match parts.next()? {
        Protocol::Ip4(ip) => IpAddr::from(ip),
        Protocol::Ip6(ip) => IpAddr::from(ip),
        _ => return None,
    };
    match parts.next()? {
        Protocol::Tcp(port) => Some(SocketAddr::new(ip, port)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_told_from_a_free_one() {
        let port = |address| Port { address, purpose: "RPC", option: "--rpc-port" };
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        assert!(port(taken.local_addr().unwrap()).is_in_use());
        assert!(!port("127.0.0.1:0".parse().unwrap()).is_in_use());
    }

    #[test]
    fn only_tcp_addresses_are_tried() {
        let address = |text: &str| tcp_address(&text.parse().unwrap()).map(|address| address.to_string());
        assert_eq!(address("/ip4/127.0.0.1/tcp/30333"), Some("127.0.0.1:30333".into()));
        assert_eq!(address("/ip6/::/tcp/30333/ws"), Some("[::]:30333".into()));
        assert_eq!(address("/ip4/0.0.0.0/udp/30333/webrtc-direct"), None);
    }
}

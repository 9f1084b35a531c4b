//! Ports are tried before anything else starts: the SDK would listen elsewhere, or log an error and go on deaf.

use crate::error::{Error, Result};
use sc_network::multiaddr::{Multiaddr, Protocol};
use sc_service::Configuration;
use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr, TcpListener},
};

/// Tries every port that `config` listens on, and has the RPC server listen there or nowhere.
///
/// # Errors
/// Names the first port that another process listens on.
pub(crate) fn claim(config: &mut Configuration) -> Result<()> {
    for address in config.network.listen_addresses.iter().filter_map(tcp_address) {
        try_port(address, "peer-to-peer", "--port")?;
    }
    for endpoint in config.rpc.addr.iter_mut().flatten() {
        endpoint.retry_random_port = false;
        try_port(endpoint.listen_addr, "RPC", "--rpc-port")?;
    }
    config.prometheus_config.as_ref().map_or(Ok(()), |prometheus| {
        try_port(prometheus.port, "Prometheus", "--prometheus-port, or switch it off with --no-prometheus")
    })
}

/// Other failures than a port in use are left to whoever will listen there.
fn try_port(address: SocketAddr, purpose: &'static str, option: &'static str) -> Result<()> {
    match TcpListener::bind(address) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            Err(Error::PortInUse { port: address.port(), purpose, option })
        }
        _ => Ok(()),
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
    fn a_port_in_use_is_named() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let error = try_port(address, "RPC", "--rpc-port").unwrap_err().to_string();
        assert!(error.contains(&format!("port {} (RPC) is in use", address.port())), "{error}");
    }

    #[test]
    fn a_free_port_is_let_pass() {
        let any = "127.0.0.1:0".parse().unwrap();
        try_port(any, "RPC", "--rpc-port").unwrap();
    }

    #[test]
    fn only_tcp_addresses_are_tried() {
        let address = |text: &str| tcp_address(&text.parse().unwrap()).map(|address| address.to_string());
        assert_eq!(address("/ip4/127.0.0.1/tcp/30333"), Some("127.0.0.1:30333".into()));
        assert_eq!(address("/ip6/::/tcp/30333/ws"), Some("[::]:30333".into()));
        assert_eq!(address("/ip4/0.0.0.0/udp/30333/webrtc-direct"), None);
    }
}

//! Where a server is.

use core::{fmt, str::FromStr};
use thiserror::Error;

/// Longest name of a host that the domain name system knows.
const MAX_HOST_LEN: usize = 253;

/// Host and port of a Stratum V1 server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerAddress {
    host: String,
    port: u16,
}

impl ServerAddress {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The TCP port, never zero.
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// A text is no [`ServerAddress`].
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// The part before `://` is not one that is spoken here.
    #[error("scheme \"{0}\" is not supported, only stratum+tcp:// is; encryption needs a proxy such as stunnel")]
    Scheme(String),
    /// The host is empty, too long or has other characters than a name has.
    #[error("host \"{0}\" is no name and no IP address")]
    Host(String),
    /// There is no port, or none from 1 to 65535.
    #[error("port \"{0}\" is not a number from 1 to 65535")]
    Port(String),
}

impl FromStr for ServerAddress {
    type Err = AddressError;

    /// `host:port` or `stratum+tcp://host:port`, the host of IPv6 in brackets.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let rest = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("stratum+tcp") => rest,
            Some((scheme, _)) => return Err(AddressError::Scheme(scheme.into())),
            None => text,
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = rest.rsplit_once(':').ok_or_else(|| AddressError::Port(String::new()))?;
        let number = Some(port).filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
        let port = number
            .and_then(|port| port.parse().ok())
            .filter(|port| *port > 0)
            .ok_or_else(|| AddressError::Port(port.into()))?;
        let host = bare_host(host).ok_or_else(|| AddressError::Host(host.into()))?;
        Ok(Self { host: host.into(), port })
    }
}

/// The host without the brackets of IPv6, if it is one.
fn bare_host(host: &str) -> Option<&str> {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.strip_suffix(']').filter(|inner| inner.parse::<core::net::Ipv6Addr>().is_ok());
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (!host.is_empty() && host.len() <= MAX_HOST_LEN && host.bytes().all(is_name)).then_some(host)
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        match host.contains(':') {
            true => write!(f, "[{host}]:{port}"),
            false => write!(f, "{host}:{port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<String, AddressError> {
        text.parse().map(|address: ServerAddress| address.to_string())
    }

    #[test]
    fn addresses_with_and_without_scheme() {
        for (text, expected) in [
            ("pool.example:3333", "pool.example:3333"),
            ("stratum+tcp://pool.example:3333", "pool.example:3333"),
            ("STRATUM+TCP://10.0.0.1:1/", "10.0.0.1:1"),
            ("[::1]:65535", "[::1]:65535"),
        ] {
            assert_eq!(parsed(text).as_deref(), Ok(expected));
        }
        let address: ServerAddress = "stratum+tcp://[2001:db8::7]:3333".parse().unwrap();
        assert_eq!((address.host(), address.port()), ("2001:db8::7", 3333));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for scheme in ["stratum+ssl", "http", ""] {
            assert_eq!(parsed(&format!("{scheme}://a:1")), Err(AddressError::Scheme(scheme.into())));
        }
        for (text, port) in [("host", ""), ("host:", ""), ("host:0", "0"), ("host:+1", "+1"), ("host:65536", "65536")] {
            assert_eq!(parsed(text), Err(AddressError::Port(port.into())), "{text}");
        }
        let long = "x".repeat(MAX_HOST_LEN + 1);
        for host in ["", "::1", "[::1", "[pool]", "a b", "user@host", "a/b", "ü", &long] {
            assert_eq!(parsed(&format!("{host}:1")), Err(AddressError::Host(host.into())));
        }
    }
}

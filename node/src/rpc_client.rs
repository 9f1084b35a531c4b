//! Asks another process' node over JSON-RPC.

use crate::error::{Error, Result};
use codec::{Decode, Encode};
use serde::de::DeserializeOwned;
use serde_json::{json, Value};
use sp_core::H256;
use stakework_runtime::opaque::Header;
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket},
    time::Duration,
};

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Port of `http://` addresses that name none.
const HTTP: u16 = 80;

/// A node's RPC server.
pub(crate) struct RpcClient {
    url: String,
    agent: ureq::Agent,
}

impl RpcClient {
    /// The server at an `http://` address, or at a `ws://` one: it serves both.
    ///
    /// # Errors
    /// Where it is neither.
    pub(crate) fn new(url: &str) -> Result<Self> {
        let address = url.strip_prefix("http://").or_else(|| url.strip_prefix("ws://")).filter(|rest| !rest.is_empty());
        let Some(address) = address else {
            let message = "allowed is http://ADDRESS:PORT or ws://ADDRESS:PORT, without TLS: reach others by a tunnel";
            return Err(Error::Rpc { url: url.into(), message: message.into() });
        };
        let agent = ureq::AgentBuilder::new().timeout(TIMEOUT).build();
        Ok(Self { url: format!("http://{address}"), agent })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The addresses of the server; none where its name is not known.
    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        let rest = self.url.strip_prefix("http://").unwrap_or(&self.url);
        let host = rest.split('/').next().unwrap_or(rest);
        let addresses = host.to_socket_addrs().or_else(|_| (host, HTTP).to_socket_addrs());
        addresses.map(Iterator::collect).unwrap_or_default()
    }

    /// Whether the server, or what passes calls on to it, is on this machine.
    pub(crate) fn is_local(&self) -> bool {
        let addresses = self.addresses();
        !addresses.is_empty() && addresses.iter().all(|address| is_own(address.ip()))
    }

    /// Calls a method.
    ///
    /// # Errors
    /// Where the server does not answer, or answers with an error or something else than was expected.
    pub(crate) fn call<T: DeserializeOwned>(&self, method: &str, params: Value) -> Result<T> {
        let failed = |message: String| Error::Rpc { url: self.url.clone(), message };
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let response = self.agent.post(&self.url).send_json(request).map_err(|error| failed(error.to_string()))?;
        let mut answer: Value = response.into_json().map_err(|error| failed(format!("{method}: {error}")))?;
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            return Err(failed(format!("{method}: {error}")));
        }
        serde_json::from_value(answer.get_mut("result").map(Value::take).unwrap_or_default())
            .map_err(|error| failed(format!("{method}: {error}")))
    }

    /// Hash of the block at a height of its best chain.
    ///
    /// # Errors
    /// Those of [`Self::call`].
    pub(crate) fn block_hash(&self, number: u32) -> Result<Option<H256>> {
        self.call("chain_getBlockHash", json!([number]))
    }

    /// Header of a block, or of the best one.
    ///
    /// # Errors
    /// Those of [`Self::call`].
    pub(crate) fn header(&self, hash: Option<H256>) -> Result<Option<Header>> {
        self.call("chain_getHeader", json!([hash]))
    }

    /// Calls the runtime at a block.
    ///
    /// # Errors
    /// Those of [`Self::call`].
    pub(crate) fn runtime<T: Decode>(&self, function: &str, argument: impl Encode, at: H256) -> Result<T> {
        let argument = array_bytes::bytes2hex("0x", argument.encode());
        let answer: sp_core::Bytes = self.call("state_call", json!([function, argument, at]))?;
        T::decode(&mut &answer[..])
            .map_err(|error| Error::Rpc { url: self.url.clone(), message: format!("{function}: {error}") })
    }
}

/// Whether an address is this machine's: it is its own neighbour then. Nothing is sent.
fn is_own(ip: IpAddr) -> bool {
    let any: IpAddr = if ip.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let from = || {
        let socket = UdpSocket::bind((any, 0))?;
        socket.connect((ip, HTTP))?;
        socket.local_addr()
    };
    ip.is_loopback() || ip.is_unspecified() || from().is_ok_and(|from| from.ip() == ip)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{Read, Write},
        net::{TcpListener, TcpStream},
    };

    #[test]
    fn a_server_is_on_this_machine_or_elsewhere() {
        let is_local = |url| RpcClient::new(url).unwrap().is_local();
        for own in [
            "http://127.0.0.1:9944",
            "ws://127.0.0.9:1/path",
            "http://localhost",
            "http://[::1]:9944",
            "http://0.0.0.0:1",
        ] {
            assert!(is_local(own), "{own}");
        }
        // The first is for examples in texts, and nobody's.
        for foreign in ["http://192.0.2.7:9944", "http://[2001:db8::7]:9944", "http://no-such-name.invalid:9944"] {
            assert!(!is_local(foreign), "{foreign}");
        }
    }

    #[test]
    fn both_kinds_of_addresses_are_those_of_one_server() {
        for url in ["http://127.0.0.1:9944", "ws://127.0.0.1:9944"] {
            assert_eq!(RpcClient::new(url).unwrap().url(), "http://127.0.0.1:9944");
        }
        for url in ["127.0.0.1:9944", "https://node.example", "http://", ""] {
            let error = RpcClient::new(url).err().unwrap().to_string();
            assert!(error.contains(&format!("`{url}`")) && error.contains("allowed is http://"), "{error}");
        }
    }

    /// The number that a server answers with `body`, or what the client says of it.
    fn answered(body: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = RpcClient::new(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            read_request(&mut stream);
            stream.write_all(answer.as_bytes()).unwrap();
        });
        let result = client.call("method", json!([]));
        server.join().unwrap();
        result.map_or_else(|error| error.to_string(), |number: u32| number.to_string())
    }

    /// Reads to the end of the request's JSON.
    fn read_request(stream: &mut TcpStream) {
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            let mut buffer = [0; 4_096];
            let read = stream.read(&mut buffer).unwrap();
            assert!(read > 0, "the request ends with {:?}", String::from_utf8_lossy(&request));
            request.extend_from_slice(&buffer[..read]);
        }
    }

    #[test]
    fn answers_and_errors_are_told_apart() {
        assert_eq!(answered(r#"{ "jsonrpc": "2.0", "id": 1, "result": 7 }"#), "7");
        let refused = r#"{ "jsonrpc": "2.0", "id": 1, "error": { "code": -32601, "message": "no such method" } }"#;
        let refused = answered(refused);
        assert!(refused.contains("method: ") && refused.contains("no such method"), "{refused}");
        assert!(answered(r#"{ "jsonrpc": "2.0", "id": 1, "result": "seven" }"#).contains("invalid type"));
        assert_eq!(answered(r#"{ "jsonrpc": "2.0", "id": 1, "result": 7, "error": null }"#), "7");
        for nonsense in ["<html>", "[]", "\"text\""] {
            assert!(answered(nonsense).contains("method: "), "{nonsense}");
        }
    }
}

//! A JSON-RPC client over WebSocket that reads when it is told to.

use serde_json::{json, Value};
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// How long the server may be silent, or take nothing, on a busy machine.
const SILENCE: Duration = Duration::from_secs(30);
/// Final frame of a text.
const TEXT: u8 = 0x81;
/// Final frame with which the server asks for a sign of life.
const PING: u8 = 0x89;

/// A connection.
pub(super) struct WebSocket {
    stream: BufReader<TcpStream>,
    requests: u64,
}

impl WebSocket {
    /// Connects to `address:port`.
    ///
    /// # Errors
    /// The status with which the server refuses.
    pub(super) fn connect(address: &str) -> Result<Self, u16> {
        let head = "GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                    Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==";
        match knock(address, head) {
            (stream, 101) => Ok(Self { stream, requests: 0 }),
            (_, status) => Err(status),
        }
    }

    /// Sends a text in one frame; the mask, which the protocol wants, changes nothing.
    ///
    /// # Errors
    /// Where the server has closed the connection, or takes nothing.
    pub(super) fn send(&mut self, text: &str) -> io::Result<()> {
        let length = match u16::try_from(text.len()) {
            Ok(short @ ..=125) => vec![0x80 | short.to_le_bytes()[0]],
            Ok(medium) => [&[0xfe][..], &medium.to_be_bytes()].concat(),
            Err(_) => [&[0xff][..], &(text.len() as u64).to_be_bytes()].concat(),
        };
        self.stream.get_mut().write_all(&[&[TEXT][..], &length, &[0; 4], text.as_bytes()].concat())
    }

    /// Sends a request and leaves the answer where it is.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub(super) fn ask(&mut self, method: &str, params: &Value) -> io::Result<()> {
        self.requests += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.requests, "method": method, "params": params }).to_string())
    }

    /// Calls a method; messages that are not its answer are dropped.
    ///
    /// # Errors
    /// What the server answers in `error`.
    pub(super) fn call(&mut self, method: &str, params: &Value) -> Result<Value, Value> {
        self.ask(method, params).unwrap_or_else(|error| panic!("{method}: {error}"));
        loop {
            let mut message = self.receive().unwrap_or_else(|error| panic!("{method}: {error}"));
            if message["id"] == json!(self.requests) {
                return match message["error"].take() {
                    Value::Null => Ok(message["result"].take()),
                    error => Err(error),
                };
            }
        }
    }

    /// The next message.
    ///
    /// # Errors
    /// Where the server closes the connection, or is silent.
    pub(super) fn receive(&mut self) -> io::Result<Value> {
        loop {
            let [kind, length] = self.bytes()?;
            let length = match length {
                126 => u64::from(u16::from_be_bytes(self.bytes()?)),
                127 => u64::from_be_bytes(self.bytes()?),
                short => short.into(),
            };
            let mut content = Vec::new();
            self.stream.by_ref().take(length).read_to_end(&mut content)?;
            match kind {
                TEXT => return serde_json::from_slice(&content).map_err(io::Error::from),
                PING => (),
                kind => return Err(io::Error::other(format!("a frame of kind {kind:#x}: {content:?}"))),
            }
        }
    }

    fn bytes<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// The status with which a server answers a call over HTTP before it has any of the body, which is to have so many bytes.
pub(super) fn status_of_post(address: &str, length: usize) -> u16 {
    let head = format!("POST / HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {length}");
    knock(address, &head).1
}

/// Connects and begins to speak HTTP; the connection behind the head of the answer, and the status there.
fn knock(address: &str, head: &str) -> (BufReader<TcpStream>, u16) {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(SILENCE)).and_then(|()| stream.set_write_timeout(Some(SILENCE))).expect("not zero");
    stream.write_all(format!("{head}\r\nHost: {address}\r\n\r\n").as_bytes()).expect("the server reads");
    let mut stream = BufReader::new(stream);
    let lines = stream.by_ref().lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let status = head.first().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    (stream, status.unwrap_or_else(|| panic!("this is no answer of HTTP: {head:?}")))
}

//! Blocks of a database as a stream of bytes.

use crate::service::Client;
use codec::Encode;
use sc_client_api::BlockBackend;
use sp_blockchain::HeaderBackend;
use std::{
    io::{self, Cursor, Read},
    sync::Arc,
};

/// Blocks of the best chain, in the form that `export-blocks --binary` writes.
pub(super) struct Blocks {
    client: Arc<Client>,
    next: u32,
    last: u32,
    buffer: Cursor<Vec<u8>>,
}

impl Blocks {
    /// Those from `first` to `last`.
    pub(super) fn new(client: Arc<Client>, first: u32, last: u32) -> Self {
        let count = u64::from(last).saturating_add(1).saturating_sub(first.into());
        Self { client, next: first, last, buffer: Cursor::new(count.encode()) }
    }

    fn read_block(&self, number: u32) -> io::Result<Vec<u8>> {
        let hash = self.client.hash(number).map_err(io::Error::other)?;
        let block = hash.map(|hash| self.client.block(hash)).transpose().map_err(io::Error::other)?.flatten();
        let block = block.ok_or_else(|| io::Error::other(format!("block #{number} is not in the database")))?;
        Ok(block.encode())
    }
}

impl Read for Blocks {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.buffer.read(into)?;
        if read > 0 || into.is_empty() || self.next > self.last {
            return Ok(read);
        }
        self.buffer = Cursor::new(self.read_block(self.next)?);
        self.next = self.next.saturating_add(1);
        self.buffer.read(into)
    }
}

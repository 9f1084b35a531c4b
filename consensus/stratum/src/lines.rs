//! Lines of bounded length from a stream.

use std::io;
use thiserror::Error;
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    time::Instant,
};

/// Bytes read at a time.
const CHUNK: usize = 1_024;

/// Why there is no further line.
#[derive(Debug, Error)]
pub enum NoLine {
    /// The stream has ended.
    #[error("closed by the other side")]
    Closed,
    /// The line is longer than it may be.
    #[error("a line is too long")]
    TooLong,
    /// The stream is broken.
    #[error(transparent)]
    Broken(#[from] io::Error),
}

/// Splits a stream into lines.
pub struct Lines<R> {
    stream: R,
    longest: usize,
    /// What was read and not yet given out: at most a line and a chunk.
    buffer: Vec<u8>,
    /// Since when the buffer holds the beginning of a line.
    begun: Option<Instant>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    /// Lines of at most `longest` bytes.
    pub fn new(stream: R, longest: usize) -> Self {
        Self { stream, longest, buffer: Vec::new(), begun: None }
    }

    /// Since when a line is begun and not finished.
    pub fn begun(&self) -> Option<Instant> {
        self.begun
    }

    /// The next line without its end. What was read is kept where the future is dropped before it is done.
    ///
    /// # Errors
    /// Where there is none; then there will be none.
    pub async fn next(&mut self) -> Result<Vec<u8>, NoLine> {
        loop {
            if let Some(line) = self.take_line()? {
                return Ok(line);
            }
            let mut chunk = [0; CHUNK];
            let length = self.stream.read(&mut chunk).await?;
            if length == 0 {
                return Err(NoLine::Closed);
            }
            self.buffer.extend(chunk.iter().take(length));
            self.begun.get_or_insert_with(Instant::now);
        }
    }

    /// Takes a complete line out of the buffer.
    fn take_line(&mut self) -> Result<Option<Vec<u8>>, NoLine> {
        let end = self.buffer.iter().position(|byte| *byte == b'\n');
        if end.unwrap_or(self.buffer.len()) > self.longest {
            return Err(NoLine::TooLong);
        }
        let Some(end) = end else { return Ok(None) };
        let mut line: Vec<u8> = self.buffer.drain(..=end).collect();
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        self.begun = (!self.buffer.is_empty()).then(Instant::now);
        Ok(Some(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read_all(bytes: &[u8], longest: usize) -> (Vec<Vec<u8>>, NoLine) {
        let mut lines = Lines::new(bytes, longest);
        let mut read = Vec::new();
        loop {
            match lines.next().await {
                Ok(line) => read.push(line),
                Err(end) => return (read, end),
            }
        }
    }

    #[tokio::test]
    async fn lines_end_with_or_without_carriage_return() {
        let (lines, end) = read_all(b"one\r\n\ntwo\nhalf", 10).await;
        assert_eq!(lines, [&b"one"[..], b"", b"two"]);
        assert!(matches!(end, NoLine::Closed));
    }

    #[tokio::test]
    async fn lines_that_are_too_long_are_not_waited_for() {
        let exact = [&[b'x'; 100][..], b"\n"].concat();
        assert_eq!(read_all(&exact, 100).await.0, [[b'x'; 100]]);
        let (lines, end) = read_all(&exact, 99).await;
        assert!(lines.is_empty() && matches!(end, NoLine::TooLong));
        let mut endless = Lines::new(tokio::io::repeat(b'x'), 5_000);
        assert!(matches!(endless.next().await, Err(NoLine::TooLong)));
        assert!(endless.buffer.len() <= 5_000 + CHUNK);
    }
}

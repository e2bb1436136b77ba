//! A file in blocks of whole lines, so that several threads can read one file.

use std::io::{self, BufRead};

/// Bytes gathered before a block is handed out.
pub(super) const BLOCK: usize = 1 << 20;

/// The longest line read; a longer one is skipped and told. A tagged post that keeps its text of
/// 10 MB fits.
pub(super) const LONGEST_LINE: usize = 64 << 20;

/// Whole lines.
#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) bytes: Vec<u8>,
    /// The number of its first line, 1-based.
    pub(super) first_line: u64,
}

/// Hands out blocks of lines.
pub(super) struct Lines<R> {
    reader: R,
    /// The beginning of a line whose end has not been read.
    rest: Vec<u8>,
    /// Bytes of `rest` known to hold no line's end.
    scanned: usize,
    next_line: u64,
    longest: usize,
}

/// What came next in the file.
pub(super) enum Next {
    Block(Block),
    /// A line longer than allowed; skipped.
    TooLong {
        line: u64,
    },
    End,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R, longest: usize) -> Self {
        Self { reader, rest: Vec::new(), scanned: 0, next_line: 1, longest }
    }

    pub(super) fn next(&mut self) -> io::Result<Next> {
        loop {
            let found = match self.reader.fill_buf() {
                Ok(found) => found,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if found.is_empty() {
                let bytes = std::mem::take(&mut self.rest);
                return Ok(if bytes.is_empty() { Next::End } else { Next::Block(self.block(bytes)) });
            }
            let length = found.len();
            self.rest.extend_from_slice(found);
            self.reader.consume(length);
            if self.rest.len() < BLOCK.min(self.longest) {
                continue;
            }
            // Bytes before `scanned` hold no line's end: a long line is looked through once, not with
            // every read.
            let last = self.rest.get(self.scanned..).and_then(|fresh| memchr::memrchr(b'\n', fresh));
            if let Some(last) = last {
                let rest = self.rest.split_off(self.scanned + last + 1);
                self.scanned = rest.len();
                let bytes = std::mem::replace(&mut self.rest, rest);
                return Ok(Next::Block(self.block(bytes)));
            }
            self.scanned = self.rest.len();
            if self.rest.len() > self.longest {
                return self.skip_line();
            }
        }
    }

    fn block(&mut self, bytes: Vec<u8>) -> Block {
        let first_line = self.next_line;
        self.next_line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        Block { bytes, first_line }
    }

    fn skip_line(&mut self) -> io::Result<Next> {
        self.rest = Vec::new();
        self.scanned = 0;
        let line = self.next_line;
        self.next_line += 1;
        loop {
            let found = match self.reader.fill_buf() {
                Ok(found) => found,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let (used, ended) = match memchr::memchr(b'\n', found) {
                Some(at) => (at + 1, true),
                None => (found.len(), found.is_empty()),
            };
            self.reader.consume(used);
            if ended {
                return Ok(Next::TooLong { line });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use proptest::prelude::*;

    use super::*;

    fn lines(text: &[u8], buffer: usize, longest: usize) -> Vec<(u64, Option<Vec<u8>>)> {
        let mut lines = Lines::new(BufReader::with_capacity(buffer, text), longest);
        let mut out = Vec::new();
        loop {
            match lines.next().expect("memory") {
                Next::End => return out,
                Next::TooLong { line } => out.push((line, None)),
                Next::Block(block) => {
                    let body = block.bytes.strip_suffix(b"\n").unwrap_or(&block.bytes);
                    for (at, line) in body.split(|&byte| byte == b'\n').enumerate() {
                        out.push((block.first_line + at as u64, Some(line.to_vec())));
                    }
                }
            }
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_and_the_next_has_its_number() {
        let text = format!("ab\n{}\ncd\n", "x".repeat(100));
        let told = lines(text.as_bytes(), 4, 16);
        assert_eq!(told, [(1, Some(b"ab".to_vec())), (2, None), (3, Some(b"cd".to_vec()))]);
        assert_eq!(lines("x".repeat(100).as_bytes(), 4, 16), [(1, None)]);
    }

    proptest! {
        #[test]
        fn every_line_comes_once_with_its_number(
            texts in prop::collection::vec("[a-z]{0,12}", 1..40),
            buffer in 1usize..64,
            ended: bool,
        ) {
            let mut text = texts.join("\n");
            if ended || texts.last().is_some_and(String::is_empty) {
                text.push('\n');
            }
            let expected: Vec<_> =
                texts.iter().zip(1..).map(|(text, line)| (line, Some(text.clone().into_bytes()))).collect();
            prop_assert_eq!(lines(text.as_bytes(), buffer, 16), expected);
        }
    }
}

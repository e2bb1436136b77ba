//! A buffer over the unpacked stream that counts lines, and the record being cut from it.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter};

/// Bytes of an over-long record that are kept for the excerpt of its dead letter.
pub(super) const EXCERPT_BYTES: usize = 1024;

/// The unpacked bytes of one input, looked at in steps and counted in lines.
pub(super) struct Bytes {
    reader: Box<dyn Read + Send>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    step: usize,
    line: u64,
    ended: bool,
    /// Carriage returns alone end the lines; they become line feeds on the way in.
    returns: bool,
    /// An error met while looking ahead; it is told once the bytes before it are used up.
    pending: Option<io::Error>,
}

impl Bytes {
    pub(super) fn new(reader: Box<dyn Read + Send>, step: usize) -> Self {
        let (buffer, start, end) = (Vec::new(), 0, 0);
        let (step, line, ended, returns) = (step.max(1), 1, false, false);
        Self { reader, buffer, start, end, step, line, ended, returns, pending: None }
    }

    /// Tells, from the next `window` bytes, whether carriage returns alone end the lines, as in files of
    /// old Macs and in what spreadsheets on a Mac still write; all that comes then has line feeds instead.
    pub(super) fn tell_line_ends(&mut self, window: usize) {
        let seen = self.look_ahead(window);
        self.returns = memchr(b'\n', seen).is_none() && memchr(b'\r', seen).is_some();
        let (start, end) = (self.start, self.end);
        self.translate(start, end);
    }

    fn translate(&mut self, start: usize, end: usize) {
        if self.returns {
            for byte in self.buffer[start..end].iter_mut().filter(|byte| **byte == b'\r') {
                *byte = b'\n';
            }
        }
    }

    /// The next `want` bytes, or fewer where the input ends; nothing is consumed.
    pub(super) fn look_ahead(&mut self, want: usize) -> &[u8] {
        while self.end - self.start < want && self.more(want) {}
        let end = self.end.min(self.start + want);
        &self.buffer[self.start..end]
    }

    /// Some of the next bytes; empty at the end of the input.
    pub(super) fn available(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            self.more(self.step);
        }
        if self.start == self.end
            && let Some(error) = self.pending.take()
        {
            return Err(error);
        }
        let end = self.end.min(self.start + self.step);
        Ok(&self.buffer[self.start..end])
    }

    /// Steps over bytes that [`available`](Self::available) showed.
    pub(super) fn consume(&mut self, count: usize) {
        let end = self.end.min(self.start + count);
        self.line += memchr_iter(b'\n', &self.buffer[self.start..end]).count() as u64;
        self.start = end;
    }

    /// The 1-based line of the next byte.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Reads once; false where nothing more can come.
    fn more(&mut self, want: usize) -> bool {
        if self.ended {
            return false;
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let room = want.max(self.step).max(self.end + 1);
        if self.buffer.len() < room {
            self.buffer.resize(room, 0);
        }
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(count) => {
                    self.translate(self.end, self.end + count);
                    self.end += count;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.pending = Some(error);
                    self.ended = true;
                }
            }
            return !self.ended;
        }
    }
}

/// A record while its bytes come in, written at the end of a chunk's buffer.
pub(super) struct Piece<'a> {
    bytes: &'a mut Vec<u8>,
    start: usize,
    length: u64,
    limit: usize,
}

impl<'a> Piece<'a> {
    pub(super) fn new(bytes: &'a mut Vec<u8>, limit: usize) -> Self {
        Self { start: bytes.len(), bytes, length: 0, limit }
    }

    /// Takes more of the record; past the limit only the beginning stays.
    pub(super) fn push(&mut self, more: &[u8]) {
        self.length += more.len() as u64;
        if self.is_too_long() {
            self.bytes.truncate(self.start + EXCERPT_BYTES);
            let room = EXCERPT_BYTES - (self.bytes.len() - self.start);
            self.bytes.extend_from_slice(&more[..more.len().min(room)]);
        } else {
            self.bytes.extend_from_slice(more);
        }
    }

    pub(super) fn kept(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Bytes of the whole record, kept or not.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    pub(super) fn is_too_long(&self) -> bool {
        self.length > self.limit as u64
    }

    /// Forgets the record.
    pub(super) fn discard(self) {
        self.bytes.truncate(self.start);
    }
}

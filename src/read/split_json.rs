//! Where a JSON value ends: arrays, arrays inside an object, and values one after the other.
//!
//! Only brackets, quotes and escapes are looked at; whether a value is valid is for the worker to say.

use std::io;

use memchr::memchr2;

use super::{
    bytes::{Bytes, Piece},
    chunk::{Chunk, Flaw},
    split::{Split, take},
};

/// Longest key of an envelope that is compared; a longer one is never the wanted one.
const KEY_BYTES: usize = 256;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Between the values of the input.
    Top,
    /// In an array of posts.
    Array { in_envelope: bool },
    /// Between the members of an object that holds the array of posts.
    Envelope,
}

/// Cuts JSON values out of an input.
pub(super) struct JsonSplitter {
    /// The key under which each top-level object holds its posts; `None` where the objects are the posts.
    envelope: Option<String>,
    place: Place,
    /// Where the array or object that is open began.
    opened: u64,
    /// Whether the open envelope had its array.
    filled: bool,
}

impl JsonSplitter {
    pub(super) fn new(envelope: Option<String>) -> Self {
        Self { envelope, place: Place::Top, opened: 1, filled: false }
    }

    /// See [`Splitter::next`](super::split::Splitter::next).
    pub(super) fn next(&mut self, input: &mut Bytes, chunk: &mut Chunk, limit: usize) -> io::Result<bool> {
        loop {
            let Some(byte) = next_byte(input)? else { return Ok(self.end(input, chunk)) };
            let line = input.line();
            match (self.place, byte) {
                (Place::Top, b'[') => {
                    input.consume(1);
                    (self.place, self.opened) = (Place::Array { in_envelope: false }, line);
                }
                (Place::Top, b'{') if self.envelope.is_some() => {
                    input.consume(1);
                    (self.place, self.opened, self.filled) = (Place::Envelope, line, false);
                }
                (Place::Array { in_envelope }, b']') => {
                    input.consume(1);
                    self.place = if in_envelope { Place::Envelope } else { Place::Top };
                }
                (Place::Envelope, b'}') => {
                    input.consume(1);
                    self.place = Place::Top;
                    if !self.filled {
                        chunk.close_record(self.opened, Some(Flaw::NoArray(self.key())));
                        return Ok(true);
                    }
                }
                (Place::Envelope, b'"') => self.member(input)?,
                (place, first) => {
                    let mut piece = Piece::new(&mut chunk.bytes, limit);
                    let mut end = ValueEnd::new(first, place == Place::Top);
                    let complete = take(input, &mut end, &mut piece)?;
                    let flaw = if piece.is_too_long() {
                        Some(Flaw::TooLong(piece.length()))
                    } else {
                        (!complete && end.must_close()).then_some(Flaw::OpenValue)
                    };
                    chunk.close_record(line, flaw);
                    return Ok(true);
                }
            }
        }
    }

    fn key(&self) -> String {
        self.envelope.clone().unwrap_or_default()
    }

    /// What is open at the end of the input is told once, as a record of its own.
    fn end(&mut self, input: &Bytes, chunk: &mut Chunk) -> bool {
        if self.place == Place::Top {
            return false;
        }
        self.place = Place::Top;
        chunk.close_record(input.line(), Some(Flaw::OpenList { since: self.opened }));
        true
    }

    /// Reads `"key": value` of an envelope: opens the array of posts, steps over anything else.
    fn member(&mut self, input: &mut Bytes) -> io::Result<()> {
        let mut key = Vec::new();
        let mut piece = Piece::new(&mut key, KEY_BYTES);
        take(input, &mut ValueEnd::new(b'"', false), &mut piece)?;
        let wanted = !piece.is_too_long()
            && serde_json::from_slice::<String>(&key).is_ok_and(|key| Some(key) == self.envelope);
        if next_byte(input)? != Some(b':') {
            return Ok(());
        }
        input.consume(1);
        match next_byte(input)? {
            Some(b'[') if wanted => {
                input.consume(1);
                self.place = Place::Array { in_envelope: true };
                self.filled = true;
            }
            Some(b'}') | None => {}
            Some(first) => {
                let mut passed_over = Vec::new();
                take(input, &mut ValueEnd::new(first, false), &mut Piece::new(&mut passed_over, 0))?;
            }
        }
        Ok(())
    }
}

/// The next byte that is neither white space nor a separator; it is not consumed.
fn next_byte(input: &mut Bytes) -> io::Result<Option<u8>> {
    loop {
        let bytes = input.available()?;
        if bytes.is_empty() {
            return Ok(None);
        }
        // 0x1e parts the records of JSON text sequences (RFC 7464).
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | 0x1e);
        let blanks = bytes.iter().take_while(|byte| blank(byte)).count();
        let found = bytes.get(blanks).copied();
        input.consume(blanks);
        if found.is_some() {
            return Ok(found);
        }
    }
}

/// Finds the end of one JSON value.
pub(super) struct ValueEnd {
    depth: usize,
    at: Position,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// Outside strings.
    Structure,
    String,
    /// Behind a backslash in a string.
    Escape,
    /// Before or in a run that is neither object, array nor string. It ends before a separator or, outside
    /// any list, only with its line.
    Bare {
        started: bool,
        whole_line: bool,
    },
}

impl ValueEnd {
    /// `first` is the value's first byte, not yet consumed.
    pub(super) fn new(first: u8, whole_line: bool) -> Self {
        let bracketed = matches!(first, b'{' | b'[' | b'"');
        let at = if bracketed { Position::Structure } else { Position::Bare { started: false, whole_line } };
        Self { depth: 0, at }
    }

    fn must_close(&self) -> bool {
        !matches!(self.at, Position::Bare { .. })
    }

    pub(super) fn in_string(&self) -> bool {
        matches!(self.at, Position::String | Position::Escape)
    }
}

impl Split for ValueEnd {
    fn advance(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match self.at {
                Position::Escape => {
                    self.at = Position::String;
                    at += 1;
                }
                Position::String => {
                    at += memchr2(b'"', b'\\', &bytes[at..])? + 1;
                    if bytes[at - 1] == b'\\' {
                        self.at = Position::Escape;
                        continue;
                    }
                    self.at = Position::Structure;
                    if self.depth == 0 {
                        return Some(at);
                    }
                }
                Position::Structure => {
                    at += 1;
                    match byte {
                        b'"' => self.at = Position::String,
                        b'{' | b'[' => self.depth += 1,
                        b'}' | b']' => {
                            self.depth = self.depth.saturating_sub(1);
                            if self.depth == 0 {
                                return Some(at);
                            }
                        }
                        _ => {}
                    }
                }
                Position::Bare { started, whole_line } => {
                    // The first byte belongs to the run whatever it is, or a stray `}` would never be passed.
                    let ends = byte == b'\n' || (!whole_line && matches!(byte, b',' | b']' | b'}'));
                    if started && ends {
                        return Some(at);
                    }
                    self.at = Position::Bare { started: true, whole_line };
                    at += 1;
                }
            }
        }
        None
    }
}

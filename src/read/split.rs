//! Where a record ends: lines and table rows. JSON values are in [`super::split_json`].

use std::io;

use memchr::{memchr, memchr2};

use super::{
    bytes::{Bytes, Piece},
    chunk::{Chunk, Flaw},
    split_json::JsonSplitter,
};

/// Finds the end of one record in bytes that come in pieces of any size.
pub(super) trait Split {
    /// How many of these bytes complete the record, or `None` where it goes on.
    fn advance(&mut self, bytes: &[u8]) -> Option<usize>;
}

/// Copies bytes into the piece until the record is complete; false where the input ended before.
pub(super) fn take(input: &mut Bytes, split: &mut impl Split, piece: &mut Piece) -> io::Result<bool> {
    loop {
        let bytes = input.available()?;
        if bytes.is_empty() {
            return Ok(false);
        }
        let end = split.advance(bytes);
        let count = end.unwrap_or(bytes.len());
        piece.push(&bytes[..count]);
        input.consume(count);
        if end.is_some() {
            return Ok(true);
        }
    }
}

/// Cuts one input into records.
pub(super) enum Splitter {
    /// Each line that is not blank.
    Lines,
    /// Each row of a table.
    Rows(RowShape),
    /// Each JSON value.
    Json(JsonSplitter),
}

impl Splitter {
    /// Adds the next record to the chunk; false at the end of the input. After an error the chunk holds
    /// no part of the record that could not be completed.
    pub(super) fn next(&mut self, input: &mut Bytes, chunk: &mut Chunk, limit: usize) -> io::Result<bool> {
        let before = chunk.bytes.len();
        let found = match self {
            Splitter::Lines => next_line(input, chunk, limit),
            Splitter::Rows(shape) => next_row(*shape, input, chunk, limit),
            Splitter::Json(json) => json.next(input, chunk, limit),
        };
        if found.is_err() {
            chunk.bytes.truncate(before);
        }
        found
    }
}

struct LineEnd;

impl Split for LineEnd {
    fn advance(&mut self, bytes: &[u8]) -> Option<usize> {
        memchr(b'\n', bytes).map(|at| at + 1)
    }
}

fn next_line(input: &mut Bytes, chunk: &mut Chunk, limit: usize) -> io::Result<bool> {
    loop {
        let line = input.line();
        let mut piece = Piece::new(&mut chunk.bytes, limit);
        take(input, &mut LineEnd, &mut piece)?;
        if piece.length() == 0 {
            return Ok(false);
        }
        if !piece.is_too_long() && piece.kept().iter().all(u8::is_ascii_whitespace) {
            piece.discard();
            continue;
        }
        let flaw = piece.is_too_long().then(|| Flaw::TooLong(piece.length()));
        chunk.close_record(line, flaw);
        return Ok(true);
    }
}

/// How a table parts its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowShape {
    pub(super) delimiter: u8,
    /// Whether `"` at the beginning of a field opens a quoted field. Some programs write tab-separated
    /// files without any quoting.
    pub(super) quoted: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RowState {
    FieldStart,
    Plain,
    Quoted,
    /// After a `"` inside a quoted field: the field's end, or the first half of an escaped quote.
    QuoteSeen,
}

/// Finds the end of a row: the first line break outside quotes.
pub(super) struct RowEnd {
    shape: RowShape,
    state: RowState,
}

impl RowEnd {
    pub(super) fn new(shape: RowShape) -> Self {
        Self { shape, state: RowState::FieldStart }
    }

    pub(super) fn inside_quotes(&self) -> bool {
        self.state == RowState::Quoted
    }
}

impl Split for RowEnd {
    fn advance(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match self.state {
                RowState::FieldStart if byte == b'"' && self.shape.quoted => {
                    self.state = RowState::Quoted;
                    at += 1;
                }
                RowState::QuoteSeen if byte == b'"' => {
                    self.state = RowState::Quoted;
                    at += 1;
                }
                RowState::FieldStart | RowState::QuoteSeen => self.state = RowState::Plain,
                RowState::Plain => {
                    at += memchr2(self.shape.delimiter, b'\n', &bytes[at..])? + 1;
                    if bytes[at - 1] == b'\n' {
                        return Some(at);
                    }
                    self.state = RowState::FieldStart;
                }
                RowState::Quoted => {
                    at += memchr(b'"', &bytes[at..])? + 1;
                    self.state = RowState::QuoteSeen;
                }
            }
        }
        None
    }
}

/// A row without its line break.
pub(super) fn without_line_break(row: &[u8]) -> &[u8] {
    let row = row.strip_suffix(b"\n").unwrap_or(row);
    row.strip_suffix(b"\r").unwrap_or(row)
}

fn next_row(shape: RowShape, input: &mut Bytes, chunk: &mut Chunk, limit: usize) -> io::Result<bool> {
    loop {
        let line = input.line();
        let mut piece = Piece::new(&mut chunk.bytes, limit);
        let mut end = RowEnd::new(shape);
        take(input, &mut end, &mut piece)?;
        if piece.length() == 0 {
            return Ok(false);
        }
        if !piece.is_too_long() && without_line_break(piece.kept()).is_empty() {
            piece.discard();
            continue;
        }
        let flaw = if piece.is_too_long() {
            Some(Flaw::TooLong(piece.length()))
        } else {
            end.inside_quotes().then_some(Flaw::OpenQuote)
        };
        chunk.close_record(line, flaw);
        return Ok(true);
    }
}

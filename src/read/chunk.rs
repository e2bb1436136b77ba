//! Some records of one file, on their way to a worker.

use std::{ops::Range, str, sync::Arc};

use serde_json::{Map, Value};

use super::{
    bytes::EXCERPT_BYTES,
    columns::Plan,
    json::{self, Parsed, Unfit},
    table::Table,
};
use crate::post::{DeadLetter, Origin, Post};

/// Most characters of an excerpt.
const EXCERPT_CHARS: usize = 200;

/// Why a record cannot be parsed at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Flaw {
    /// Longer than allowed; so many bytes.
    TooLong(u64),
    /// A quoted field that is never closed.
    OpenQuote,
    /// An object, array or string that is never closed.
    OpenValue,
    /// The list of posts, open since that line, is never closed.
    OpenList { since: u64 },
    /// An object without the list of posts under this key.
    NoArray(String),
}

impl Flaw {
    fn reason(&self) -> String {
        match self {
            Flaw::TooLong(bytes) => format!(
                "the record is {bytes} bytes long, more than is read as one; a quote or bracket before it may \
                 be missing, else split it"
            ),
            Flaw::OpenQuote => {
                "the row opens a quote that is never closed, so every line after it became part \
                                of the row; close the quote or double it"
                    .to_owned()
            }
            Flaw::OpenValue => {
                "the file ends inside this record; it may be cut off, or a quote or bracket of \
                                the record is missing"
                    .to_owned()
            }
            Flaw::OpenList { since } => format!(
                "the file ends before the list that begins on line {since} is closed; it may be cut off, the \
                 posts up to here were read"
            ),
            Flaw::NoArray(key) => {
                format!(
                    "this object has no list `{key}` as the first one of the file has; its posts are elsewhere"
                )
            }
        }
    }
}

#[derive(Debug, Clone)]
struct Record {
    bytes: Range<usize>,
    line: u64,
    flaw: Option<Flaw>,
}

/// How a record's bytes become a post.
#[derive(Debug)]
pub(super) enum Grammar {
    Json,
    Table(Table),
    Text,
}

/// The file that records come from.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) file: Arc<str>,
    pub(super) grammar: Grammar,
    pub(super) plan: Arc<Plan>,
}

/// Some records of one file: undecoded bytes that any thread can turn into posts.
#[derive(Debug)]
pub struct Chunk {
    source: Arc<Source>,
    pub(super) bytes: Vec<u8>,
    records: Vec<Record>,
    first: u64,
    /// Where the bytes of the next record begin.
    open: usize,
}

impl Chunk {
    pub(super) fn new(source: Arc<Source>, first: u64) -> Self {
        Self { source, bytes: Vec::new(), records: Vec::new(), first, open: 0 }
    }

    /// The bytes since the last record become a record that began on `line`.
    pub(super) fn close_record(&mut self, line: u64, flaw: Option<Flaw>) {
        let bytes = self.open..self.bytes.len();
        self.open = bytes.end;
        self.records.push(Record { bytes, line, flaw });
    }

    /// How many records it holds: so many items [`posts`](Self::posts) gives.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it holds none. The [`Reader`](super::Reader) gives no such chunk.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// How many records of all inputs came before this chunk.
    pub fn first_record(&self) -> u64 {
        self.first
    }

    /// The name of the file, as the user gave it.
    pub fn file(&self) -> &Arc<str> {
        &self.source.file
    }

    /// The records as JSON objects, in their order, with where they stood: for readers of other things than posts. The
    /// cells of a table are strings; a line of plain text is no object.
    pub fn objects(&self) -> impl Iterator<Item = (Origin, Result<Map<String, Value>, DeadLetter>)> {
        self.records.iter().map(|record| {
            let bytes = self.bytes.get(record.bytes.clone()).unwrap_or_default();
            let origin = Origin { file: Arc::clone(&self.source.file), line: record.line };
            let object = match &record.flaw {
                Some(flaw) => Err(flaw.reason()),
                None => self.object(bytes),
            };
            let letter = |reason| DeadLetter {
                origin: origin.clone(),
                step: "read",
                reason,
                id: None,
                excerpt: excerpt(bytes),
            };
            let object = object.map_err(letter);
            (origin, object)
        })
    }

    fn object(&self, bytes: &[u8]) -> Result<Map<String, Value>, String> {
        let record = str::from_utf8(bytes).map_err(no_utf8)?;
        match &self.source.grammar {
            Grammar::Json => json::object(record),
            Grammar::Table(table) => table.object(record),
            Grammar::Text => Err("a line of text is no record".to_owned()),
        }
    }

    /// Parses the records, each into one post or one dead letter, in their order.
    pub fn posts(&self) -> Posts<'_> {
        Posts { chunk: self, next: 0, bad_times: 0, folded: Vec::new() }
    }
}

/// The posts of a [`Chunk`]; each record gives exactly one item.
#[derive(Debug)]
pub struct Posts<'c> {
    chunk: &'c Chunk,
    next: usize,
    bad_times: u64,
    folded: Vec<u8>,
}

impl Posts<'_> {
    /// How many of the posts given so far have a time that could not be read; their time is `None`.
    pub fn bad_times(&self) -> u64 {
        self.bad_times
    }

    fn parse(&mut self, bytes: &[u8], origin: &Origin, flaw: Option<&Flaw>) -> Parsed {
        if let Some(flaw) = flaw {
            return Err(flaw.reason().into());
        }
        let record = str::from_utf8(bytes).map_err(no_utf8)?;
        match &self.chunk.source.grammar {
            Grammar::Json => json::parse(record, &self.chunk.source.plan, origin, &mut self.folded),
            Grammar::Table(table) => table.parse(record, &self.chunk.source.plan, origin),
            Grammar::Text => {
                let text = record.strip_suffix('\n').unwrap_or(record);
                let text = text.strip_suffix('\r').unwrap_or(text);
                let post = Post { origin: origin.clone(), ..Post::new(origin.to_string(), text) };
                Ok((post, false))
            }
        }
    }
}

impl Iterator for Posts<'_> {
    type Item = Result<Post, DeadLetter>;

    fn next(&mut self) -> Option<Self::Item> {
        let chunk = self.chunk;
        let record = chunk.records.get(self.next)?;
        self.next += 1;
        let bytes = chunk.bytes.get(record.bytes.clone()).unwrap_or_default();
        let origin = Origin { file: Arc::clone(&chunk.source.file), line: record.line };
        Some(match self.parse(bytes, &origin, record.flaw.as_ref()) {
            Ok((post, bad_time)) => {
                self.bad_times += u64::from(bad_time);
                Ok(post)
            }
            Err(Unfit { reason, id }) => {
                Err(DeadLetter { origin, step: "read", reason, id, excerpt: excerpt(bytes) })
            }
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.chunk.records.len() - self.next;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Posts<'_> {}

fn no_utf8(error: str::Utf8Error) -> String {
    format!(
        "invalid UTF-8 at byte {} of the record; convert the file first, for example from Latin-1: iconv -f LATIN1 \
         -t UTF-8",
        error.valid_up_to() + 1
    )
}

fn excerpt(record: &[u8]) -> String {
    let start = record.get(..record.len().min(EXCERPT_BYTES)).unwrap_or_default();
    String::from_utf8_lossy(start).trim_end_matches(['\r', '\n']).chars().take(EXCERPT_CHARS).collect()
}

//! Posts to blocks: the part of writing that any number of threads does at once.

use std::io::Write as _;

use arrow::array::RecordBatch;
use flate2::write::GzEncoder;

use super::{Compression, Format, OutputKind, WriteError, csv, jsonl, parquet};
use crate::post::TaggedPost;

/// A typical line; a good first guess for a block's size.
const LINE: usize = 640;

/// Serialised posts, ready to be appended by a [`Sink`](super::Sink).
#[derive(Debug)]
pub struct Block {
    /// How many posts it holds.
    pub(crate) posts: u64,
    pub(crate) body: Body,
}

impl Block {
    /// How many posts it holds.
    pub fn posts(&self) -> u64 {
        self.posts
    }
}

#[derive(Debug)]
pub(crate) enum Body {
    /// Whole lines, compressed when the output is gzip.
    Bytes(Vec<u8>),
    /// Columns.
    Columns(RecordBatch),
}

impl Body {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Body::Bytes(_) => "text",
            Body::Columns(_) => "column",
        }
    }
}

/// Serialises posts for one kind of output. Cheap to copy, free to share between threads.
#[derive(Debug, Clone, Copy)]
pub struct Encoder {
    kind: OutputKind,
}

impl Encoder {
    /// An encoder for an output of this kind.
    pub fn new(kind: OutputKind) -> Self {
        Self { kind }
    }

    /// Serialises posts in the order given.
    ///
    /// The same posts give the same block, whichever thread does it and however they are batched
    /// (gzip members and Parquet pages follow the batches; what they hold does not).
    ///
    /// # Errors
    /// [`WriteError::Parquet`] when one batch holds more than 2 GiB in one column.
    pub fn encode(&self, posts: &[TaggedPost]) -> Result<Block, WriteError> {
        let body = match self.kind.format {
            Format::Jsonl => {
                let mut lines = Vec::with_capacity(posts.len().saturating_mul(LINE));
                for post in posts {
                    jsonl::push_line(&mut lines, post);
                }
                self.compressed(lines)?
            }
            Format::Csv => self.records(posts, b',')?,
            Format::Tsv => self.records(posts, b'\t')?,
            Format::Parquet => Body::Columns(parquet::columns(posts).map_err(|error| {
                WriteError::Parquet { path: "the output".into(), reason: error.to_string() }
            })?),
        };
        Ok(Block { posts: posts.len() as u64, body })
    }

    fn records(self, posts: &[TaggedPost], delimiter: u8) -> Result<Body, WriteError> {
        let mut records = Vec::with_capacity(posts.len().saturating_mul(LINE));
        let mut scratch = Vec::with_capacity(LINE);
        for post in posts {
            csv::push_record(&mut records, &mut scratch, post, delimiter);
        }
        self.compressed(records)
    }

    /// Gzip is slow, so it is done here, on many threads; zstd keeps up on the one that writes.
    fn compressed(self, bytes: Vec<u8>) -> Result<Body, WriteError> {
        if self.kind.compression != Compression::Gzip || bytes.is_empty() {
            return Ok(Body::Bytes(bytes));
        }
        gzip_member(&bytes).map(Body::Bytes).map_err(|error| WriteError::io("compress", "the output", error))
    }
}

/// One gzip member holding `bytes`. Its header carries no name and no time: the same bytes always.
pub(crate) fn gzip_member(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut member = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), flate2::Compression::default());
    member.write_all(bytes)?;
    member.finish()
}

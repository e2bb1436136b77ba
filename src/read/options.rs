//! What the user can say about the input.

use std::{fmt, str::FromStr};

/// How a file lays out its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// A JSON array of objects, an object that holds one, or objects one after the other.
    Json,
    /// A header and rows, fields parted by `,`, `;`, tab or `|`.
    Csv,
    /// A header and rows, fields parted by tabs.
    Tsv,
    /// One post a line.
    Text,
    /// A table in columns; told by its content alone.
    Parquet,
}

impl Format {
    /// The word used on the command line and in the manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Jsonl => "jsonl",
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Text => "text",
            Format::Parquet => "parquet",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Ok(Format::Jsonl),
            "json" => Ok(Format::Json),
            "csv" => Ok(Format::Csv),
            "tsv" => Ok(Format::Tsv),
            "text" | "txt" => Ok(Format::Text),
            _ => Err(format!("`{word}` is no input format; use jsonl, json, csv, tsv or text")),
        }
    }
}

/// How a file is packed; told by its first bytes alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Not packed.
    None,
    /// gzip, any number of members.
    Gzip,
    /// Zstandard, any number of frames.
    Zstd,
}

impl Compression {
    /// The word used in the manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Compression::None => "none",
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
        }
    }
}

/// The columns that the user names. `None` leaves the choice to the usual names.
///
/// Names compare without regard to case, spaces, `_` and `-`. In JSON a dotted path reaches into nested
/// objects: `user.screen_name`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    /// The post's id.
    pub id: Option<String>,
    /// The post's text.
    pub text: Option<String>,
    /// When it was posted.
    pub time: Option<String>,
    /// The account's id or name.
    pub author: Option<String>,
    /// Where it was posted.
    pub platform: Option<String>,
    /// The hashtags: a list, or a string parted by spaces or commas.
    pub hashtags: Option<String>,
    /// The id of the post that this one repeats.
    pub repost_of: Option<String>,
}

/// Sizes; the defaults are meant for everyone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most records in a chunk, at least 1.
    pub chunk_records: usize,
    /// Bytes after which a chunk takes no further record.
    pub chunk_bytes: usize,
    /// Most bytes of one record; a longer one becomes a dead letter and is not held in memory.
    pub record_bytes: usize,
    /// Bytes handed to the splitter at a time, at least 1.
    pub read_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { chunk_records: 1024, chunk_bytes: 1 << 20, record_bytes: 64 << 20, read_bytes: 256 << 10 }
    }
}

/// How to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The columns that the user names.
    pub columns: Columns,
    /// The format of every input, where it is not to be told by its content.
    pub format: Option<Format>,
    /// Keep every input column but the id and the text in [`Post::input`](crate::post::Post::input).
    pub keep: bool,
    /// Sizes.
    pub limits: Limits,
}

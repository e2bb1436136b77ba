//! *write* takes tagged posts and dead letters and gives files.
//!
//! Serialising is the work of many threads, writing of one: any thread turns a batch of posts into
//! a [`Block`] with [`Encoder::encode`], and the one writer appends blocks in order to a [`Sink`].
//! What a run leaves behind:
//!
//! | file | what it holds |
//! |---|---|
//! | `<output>` | the tagged posts: JSONL, CSV or Parquet, the same columns in each |
//! | `<output>.dead.jsonl` | the records that could not be tagged, with line and reason ([`DeadLetters`]) |
//! | `<output>.manifest.json` | what the run read, used and counted ([`Manifest`]) |
//!
//! Every file is first written as `<name>.partial` beside its final name and renamed when complete:
//! a name without `.partial` is a whole file, always. [`Totals`] are the counts shown at the end.

mod bars;
mod csv;
mod dead;
mod encode;
mod error;
mod format;
mod jsonl;
mod languages;
mod manifest;
mod number;
mod parquet;
mod partial;
mod sink;
mod totals;
mod totals_table;

pub(crate) use bars::{bar, pad_end, pad_start};
pub use dead::{DeadLetters, TOLD};
pub use encode::{Block, Encoder};
pub use error::WriteError;
pub use format::{Compression, Destination, Format, OutputKind, beside};
pub(crate) use jsonl::push_json;
pub use jsonl::push_line;
pub use languages::{LANGUAGE_COLUMNS, push_language_line, push_language_row};
pub use manifest::{CodebookUsed, Counts, InputFile, MANIFEST_VERSION, Manifest, ModelUsed, StepTime};
pub use number::{grouped, percent};
pub use partial::PartialFile;
pub(crate) use sink::parquet_properties;
pub use sink::{Sink, Written};
pub use totals::{LabelTotal, Totals};

/// The columns of every tag file, in order.
pub const COLUMNS: [&str; 13] = [
    "id",
    "time",
    "lang",
    "lang_confidence",
    "mix",
    "hashtags",
    "tags",
    "claims",
    "status",
    "abstained",
    "scores",
    "text",
    "input",
];

#[cfg(test)]
pub(crate) mod samples;

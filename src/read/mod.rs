//! *read*: files, directories or stdin become a stream of posts.
//!
//! Takes paths and [`Options`]; gives [`Chunk`]s of undecoded records, and each chunk gives, for every
//! record it holds, one [`Post`](crate::post::Post) or one [`DeadLetter`](crate::post::DeadLetter).
//! The work is parted in two so that it scales: one thread asks the [`Reader`] for chunks, which only
//! unpacks and splits bytes; any thread turns a chunk into posts.
//!
//! What a file is, its content says first and its name second: JSON lines, JSON arrays (also inside an
//! object, as APIs send them), JSON objects one after the other, tables (CSV, TSV, Parquet), plain text; packed
//! by gzip or zstd or not at all; in UTF-8 or UTF-16. Everything that makes a whole input unusable (no
//! such file, no text column) is an error before the first post; what is wrong with one record becomes
//! its dead letter. Memory is bounded by the longest record kept ([`Limits::record_bytes`]).

mod bytes;
mod chunk;
mod columns;
mod decode;
mod error;
mod hashtags;
mod inputs;
mod json;
mod kept;
mod options;
mod parquet;
mod reader;
mod sniff;
mod split;
mod split_json;
mod table;
mod time;

#[cfg(test)]
mod tests;

pub use chunk::{Chunk, Posts};
pub use error::ReadError;
pub use kept::{Kept, KeptValues};
pub use options::{Columns, Compression, Format, Limits, Options};
pub use reader::{InputFile, Progress, Reader, open, open_stream};

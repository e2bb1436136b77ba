//! *aggregate* takes tag files and gives counts of posts.
//!
//! Posts are counted in cells: one cell for each combination of the keys asked for ([`By`]). A post
//! counts once in every cell that it falls into, so cells can add up to more than the posts. Memory
//! grows with the cells, never with the files; a cap on the cells turns a slip (`--by hashtag,time:minute`
//! on a year) into a sentence. Shares are what was counted, uncorrected by gold: correcting them is a
//! step of its own (*estimate*).
//!
//! [`Plan`] says what to count, [`Counter`] counts records, [`Table`] is the result; [`count_files`]
//! reads the files and does all three, [`count_files_by`] for several plans at once. A counter can be written down as
//! a partial result ([`Counter::write_partial`]), which is read like a tag file: counted on many machines and merged, the
//! answer is the same. Different authors are counted by a [`Sketch`]; [`Counter::finish_for_k`] leaves out cells of few.

mod bucket;
mod by;
mod counter;
mod curve;
mod error;
mod files;
mod filter;
mod lines;
mod parquet_rows;
mod partial;
mod plan;
mod record;
mod render;
mod separated;
mod sketch;
mod suppress;
mod table;
mod table_parquet;

pub use bucket::{Bucket, Zone};
pub use by::By;
pub use counter::Counter;
pub use curve::{Curve, curve};
pub use error::AggregateError;
pub use files::{BadLine, Counted, count_files, count_files_by};
pub use filter::Filter;
pub use partial::{PartialPlan, partial_plan};
pub use plan::{Kinds, More, Plan, kinds};
pub use record::{TagRecord, TagView, Text};
pub use sketch::Sketch;
pub use suppress::{Suppressed, Unit};
pub use table::{Authors, Key, Row, Table};

/// The most cells counted unless told otherwise: some 100 MB.
pub const MOST_CELLS: usize = 1_000_000;

/// What a post without a value falls into: without tags, hashtags or claims.
pub const NONE: &str = "(none)";

/// What a post without a time falls into.
pub const UNKNOWN: &str = "(unknown)";

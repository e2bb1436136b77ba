//! *aggregate* takes tag files and gives counts of posts.
//!
//! Posts are counted in cells: one cell for each combination of the keys asked for ([`By`]). A post
//! counts once in every cell that it falls into, so cells can add up to more than the posts. Memory
//! grows with the cells, never with the files; a cap on the cells turns a slip (`--by hashtag,time:minute`
//! on a year) into a sentence. Shares are what was counted, uncorrected by gold: correcting them is a
//! step of its own (*estimate*).
//!
//! [`Plan`] says what to count, [`Counter`] counts records, [`Table`] is the result; [`count_files`]
//! reads the files and does all three.

mod bucket;
mod by;
mod counter;
mod curve;
mod error;
mod files;
mod filter;
mod lines;
mod parquet_rows;
mod record;
mod render;
mod separated;
mod table;

use std::sync::Arc;

pub use bucket::{Bucket, Zone};
pub use by::By;
pub use counter::Counter;
pub use curve::{Curve, curve};
pub use error::AggregateError;
pub use files::{BadLine, Counted, count_files};
pub use filter::Filter;
pub use record::{TagRecord, TagView, Text};
pub use table::{Key, Row, Table};

/// The most cells counted unless told otherwise: some 100 MB.
pub const MOST_CELLS: usize = 1_000_000;

/// What a post without a value falls into: without tags, hashtags or claims.
pub const NONE: &str = "(none)";

/// What a post without a time falls into.
pub const UNKNOWN: &str = "(unknown)";

/// What to count.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The keys of a cell, in the order shown; none at all counts just the posts.
    pub by: Vec<By>,
    /// Which posts and tags count; all must hold.
    pub filters: Vec<Filter>,
    /// The time zone of the buckets.
    pub zone: Zone,
    /// The most cells; more are an error. See [`MOST_CELLS`].
    pub most_cells: usize,
}

impl Plan {
    /// A plan from the words of the command line: `--by`, `--where` and `--tz`.
    ///
    /// # Errors
    /// When a word is unknown; the message lists what there is.
    pub fn parse(by: &str, filters: &[String], zone: Option<&str>) -> Result<Arc<Self>, AggregateError> {
        let zone = zone.map_or_else(|| Ok(Zone::utc()), Zone::parse)?;
        Ok(Arc::new(Self {
            by: By::parse_list(by)?,
            filters: filters.iter().map(|text| Filter::parse(text, &zone)).collect::<Result<_, _>>()?,
            zone,
            most_cells: MOST_CELLS,
        }))
    }
}

//! What can go wrong while estimating.

use std::{io, path::PathBuf};

use crate::{aggregate::AggregateError, evaluate::EvaluateError, read::ReadError};

/// Why something could not be estimated or drawn.
#[derive(Debug, thiserror::Error)]
pub enum EstimateError {
    /// The audited posts cannot be read.
    #[error(transparent)]
    Gold(#[from] EvaluateError),
    /// A key, a condition, a bucket or a time zone is none.
    #[error(transparent)]
    Words(#[from] AggregateError),
    /// A tag file or a file of posts cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file as given.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A file is no tag file.
    #[error("{}: {reason}", path.display())]
    NoTags {
        /// The file as given.
        path: PathBuf,
        /// What is wrong, and the way out.
        reason: String,
    },
    /// The audited posts do not fit the tags, or say too little.
    #[error("{0}")]
    Audit(String),
    /// A key that posts cannot be parted by here.
    #[error("the key {word} cannot be used here: {reason}")]
    Key {
        /// The key as given.
        word: String,
        /// Why, and the way out.
        reason: String,
    },
    /// A condition that cannot be read.
    #[error("cannot read {text:?}: {reason}")]
    Condition {
        /// As given.
        text: String,
        /// What is wrong, and the way out.
        reason: String,
    },
    /// More cells than are held.
    #[error(
        "more than {most} cells: take fewer keys, a longer time bucket, or narrow the posts with --where"
    )]
    TooManyCells {
        /// The cap.
        most: usize,
    },
    /// A campaign is looked at by minutes and hours.
    #[error("a campaign is looked at by minutes or hours, not by {word}: take minute, 5min, 15min or hour")]
    LongStretch {
        /// The bucket asked for.
        word: String,
    },
    /// A series without an end.
    #[error(
        "{stretches} stretches of a {word} from the first post to the last: take longer ones, or leave out far-off posts \
         with --where 'time>=…'"
    )]
    ManyStretches {
        /// How many there are.
        stretches: i64,
        /// The bucket.
        word: String,
    },
    /// A moment that is not where a stretch begins.
    #[error("{moment} is within a stretch of {minutes} minutes: take a full one, or --every minute")]
    WithinStretch {
        /// The moment.
        moment: String,
        /// Minutes of a stretch.
        minutes: i64,
    },
    /// The second moment is not after the first.
    #[error("{to} is not after {from}")]
    Backwards {
        /// The first moment.
        from: String,
        /// The second.
        to: String,
    },
}

//! What can go wrong while counting.

use std::{io, path::PathBuf};

/// Why tags could not be counted.
#[derive(Debug, thiserror::Error)]
pub enum AggregateError {
    /// `--by` names no key.
    #[error(
        "cannot count by {word:?}: use label, target, kind, stance, lang, hashtag, claim, status, platform, file, \
         author, time:<bucket> or column:NAME for a kept column, with commas between"
    )]
    UnknownKey {
        /// The word as given.
        word: String,
    },
    /// `--by` names a key twice.
    #[error("--by names {word} twice: leave one out")]
    KeyTwice {
        /// The key.
        word: String,
    },
    /// `--by` names more keys than a cell has.
    #[error("--by names {keys} keys, and a cell has at most {most}: leave some out")]
    ManyKeys {
        /// How many.
        keys: usize,
        /// The most.
        most: usize,
    },
    /// No such time bucket.
    #[error(
        "there is no time bucket {word:?}: use minute, 5min, 15min, hour (any number of minutes that divides \
         60), day, week, month or year, as in --by time:15min"
    )]
    UnknownBucket {
        /// The word as given.
        word: String,
    },
    /// No such time zone.
    #[error(
        "there is no time zone {name:?} on this system: use a name such as Asia/Karachi, or an offset such as \
         +05:00, which works everywhere"
    )]
    UnknownZone {
        /// The name as given.
        name: String,
    },
    /// `--where` cannot be read.
    #[error(
        "cannot read the condition {text:?} ({reason}): write key=value, key!=value, key=one,other, time>=2019-04-01 \
         or time<2019-04-02T12:00, with the keys label, target, kind, stance, lang, hashtag, claim, status, platform, file, author, column:NAME"
    )]
    BadFilter {
        /// The condition as given.
        text: String,
        /// What was wrong.
        reason: String,
    },
    /// Kinds of targets are asked for, and nothing says what they are.
    #[error("the kinds of targets stand in the codebook: name it with --codebook")]
    NoKinds,
    /// All that can be shown is of fewer people than allowed.
    #[error(
        "fewer than {k} {unit} met the conditions, so that nothing can be shown: count more posts, or by fewer keys"
    )]
    TooFew {
        /// The least.
        k: u64,
        /// Of what.
        unit: &'static str,
    },
    /// A partial result that is none, or none of this version.
    #[error("{} is no whole partial result ({reason}): write it again with --partial", path.display())]
    BadPartial {
        /// The file as given.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A partial result that counts something else.
    #[error(
        "{} was counted with {what} {theirs:?}, not {ours:?}: count it again, or leave {flag} out to take its own",
        path.display()
    )]
    OtherPlan {
        /// The file as given.
        path: PathBuf,
        /// What differs.
        what: &'static str,
        /// As the partial result has it.
        theirs: String,
        /// As asked for.
        ours: String,
        /// The flag that asks.
        flag: &'static str,
    },
    /// More cells than allowed.
    #[error(
        "more than {most} cells: count by fewer keys, take a longer time bucket, or narrow the posts with --where"
    )]
    TooManyCells {
        /// The cap.
        most: usize,
    },
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file as given, or `stdin`.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The input is a directory.
    #[error("{} is a directory: name the tag files in it", path.display())]
    Directory {
        /// The path as given.
        path: PathBuf,
    },
    /// Parquet has its index at the end; a pipe has no end yet.
    #[error("Parquet cannot be read from stdin: save it to a file and name that")]
    ParquetFromStdin,
    /// A Parquet or CSV file without our columns, or broken.
    #[error("{} is no tag file ({reason}): give what `stancemark tag -o` wrote", path.display())]
    NoTagFile {
        /// The file as given.
        path: PathBuf,
        /// What was missing.
        reason: String,
    },
    /// Not one line could be read as a tagged post.
    #[error(
        "none of {lines} lines is a tagged post (line {line} of {file}: {reason}): give what `stancemark tag -o` wrote"
    )]
    NothingRead {
        /// How many lines there were.
        lines: u64,
        /// The first such line's file.
        file: String,
        /// Its 1-based number.
        line: u64,
        /// What was wrong with it.
        reason: String,
    },
    /// Saved again by another program, with pages compressed in a way that is not built in.
    #[error("cannot read the pages of {} ({reason}): save it with compression zstd", path.display())]
    PageCompression {
        /// The file as given.
        path: PathBuf,
        /// What the library said.
        reason: String,
    },
    /// A CSV record without an end.
    #[error(
        "{} has a record longer than {} MB near line {line}: a quote is probably not closed there",
        path.display(), bytes >> 20
    )]
    EndlessRecord {
        /// The file as given.
        path: PathBuf,
        /// Where the record began, 1-based.
        line: u64,
        /// The longest record read.
        bytes: usize,
    },
}

//! What can go wrong while writing.

use std::{io, path::PathBuf};

use super::Format;

/// Why an output could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The reader of the pipe went away; the run may end quietly.
    #[error("the reader of the output closed it")]
    Closed,
    /// The operating system refused; `action` says what was tried.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried: `create`, `write`, `rename` …
        action: &'static str,
        /// The file, or `stdout`.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The name's ending tells no format.
    #[error(
        "cannot tell a format from the name {}: end it in .jsonl, .csv, .tsv or .parquet (.gz and .zst may \
         follow the first three), or give --format",
        path.display()
    )]
    UnknownFormat {
        /// The name as given.
        path: PathBuf,
    },
    /// The output would take the place of an input.
    #[error("{}: this file is an input of the run, and would be replaced: give -o another name, or --dead-letters", .path.display())]
    OverInput {
        /// The file.
        path: PathBuf,
    },
    /// Two outputs would be one file.
    #[error("{}: the tagged posts or what stands beside them go there: give --dead-letters another name", .path.display())]
    SameFile {
        /// The file.
        path: PathBuf,
    },
    /// The name promises another format than the lines that are written.
    #[error("{}: only plain {} can be written here: end the name in .{}", .path.display(), lines(*.format), .format.as_str())]
    LinesOnly {
        /// The name as given.
        path: PathBuf,
        /// What is written.
        format: Format,
    },
    /// The folder of the output is not there.
    #[error("{}: there is no such folder: create it first, or name another output", path.display())]
    NoFolder {
        /// The folder.
        path: PathBuf,
    },
    /// `--format` names no format.
    #[error("there is no format {name:?}: use jsonl, csv, tsv or parquet")]
    NoSuchFormat {
        /// The word as given.
        name: String,
    },
    /// Parquet ends with an index of itself and compresses its own pages: no outer compression.
    #[error(
        "{}: Parquet is compressed inside (zstd); drop the .gz or .zst from the name",
        path.display()
    )]
    CompressedParquet {
        /// The name as given.
        path: PathBuf,
    },
    /// Parquet cannot be written to a stream of bytes that somebody reads as it grows.
    #[error("Parquet cannot go to stdout: give a file with -o tags.parquet, or take --format jsonl")]
    ParquetToStdout,
    /// The output is a directory.
    #[error("{} is a directory: name a file in it, such as {}", path.display(), path.join("tags.jsonl").display())]
    Directory {
        /// The path as given.
        path: PathBuf,
    },
    /// Another run holds the `.partial` file.
    #[error("{} is being written by another run: wait for it, or choose another output", path.display())]
    Busy {
        /// The `.partial` file.
        path: PathBuf,
    },
    /// The `.partial` of a broken run holds less than its checkpoint says.
    #[error(
        "{} holds {bytes} bytes, its checkpoint says {wanted}: it was changed; run without --resume to begin anew",
        path.display()
    )]
    Shorter {
        /// The `.partial` file.
        path: PathBuf,
        /// What is there.
        bytes: u64,
        /// What should be.
        wanted: u64,
    },
    /// A run cannot go on in this form.
    #[error(
        "{}: a {form} output cannot be gone on with, since it has no whole beginning; run without --resume, or \
         write .jsonl, .csv or .tsv (.gz may follow)",
        path.display()
    )]
    NotResumable {
        /// The output.
        path: PathBuf,
        /// Its form.
        form: &'static str,
    },
    /// A batch could not become Arrow columns or Parquet pages.
    #[error("cannot write Parquet to {}: {reason}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the library said.
        reason: String,
    },
    /// A block of one format was given to a sink of another: a mistake in the calling code.
    #[error("a {block} block was given to a {sink} output")]
    Mixed {
        /// What the block holds.
        block: &'static str,
        /// What the output takes.
        sink: &'static str,
    },
    /// The sum of a run does not come out: a mistake in this program, never in the input.
    #[error(
        "the run lost count: {records} records came in, but {labelled} labelled + {abstained} abstained + \
         {dead_lettered} dead-lettered = {sum}; the output is not to be trusted, please report this"
    )]
    Accounting {
        /// Records read.
        records: u64,
        /// Posts with status `labelled`.
        labelled: u64,
        /// Posts with status `abstained`.
        abstained: u64,
        /// Records in the dead-letter file.
        dead_lettered: u64,
        /// The three added up.
        sum: u64,
    },
}

impl WriteError {
    /// An I/O error, with a closed pipe told apart.
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::BrokenPipe {
            WriteError::Closed
        } else {
            WriteError::Io { action, path: path.into(), source }
        }
    }
}

/// What the lines of a format are called.
fn lines(format: Format) -> &'static str {
    match format {
        Format::Jsonl => "JSON lines",
        Format::Tsv => "tab-separated lines",
        Format::Csv | Format::Parquet => format.as_str(),
    }
}

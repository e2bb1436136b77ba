//! What makes an input unusable as a whole.

use std::io;

/// An input that cannot be read, or not to its end. Flaws of single records are dead letters instead.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No such file or directory.
    #[error("{file}: no such file or directory; check the path")]
    NotFound {
        /// The path as given.
        file: String,
    },
    /// The file is there but cannot be opened or looked at.
    #[error("{file}: cannot be opened ({cause}); check its permissions")]
    Open {
        /// The path as given.
        file: String,
        /// What the system said.
        cause: io::Error,
    },
    /// A directory without a single file to read.
    #[error(
        "{file}: there is no file to read in this directory (hidden files and what an earlier run \
         wrote are passed over); name the files themselves"
    )]
    EmptyDirectory {
        /// The path as given.
        file: String,
    },
    /// `-` was given more than once.
    #[error("stdin (`-`) is given more than once; it can be read only once")]
    StdinTwice,
    /// Packed or encoded in a way that is not read here.
    #[error("{file}: this is {kind}, which is not read here; convert it first: {way_out}")]
    Unsupported {
        /// The path as given.
        file: String,
        /// What the file is.
        kind: &'static str,
        /// A command that converts it.
        way_out: &'static str,
    },
    /// A table lacks a column that the user named.
    #[error(
        "{file}: there is no column `{wanted}` for the {role}; the columns are: {there}{}",
        nearest.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
    )]
    NoSuchColumn {
        /// The path as given.
        file: String,
        /// What the column is for: `id`, `text` …
        role: &'static str,
        /// The name that was given.
        wanted: String,
        /// The columns of the header, parted by commas.
        there: String,
        /// The column most like the wanted one.
        nearest: Option<String>,
    },
    /// A table has no column with one of the usual names for the text.
    #[error("{file}: no column of the header (the first line) looks like the text; the columns are: {there}; name one \
        with --text{}, or add a header if there is none",
        nearest.as_ref().map(|name| format!(" (perhaps --text {name:?})")).unwrap_or_default())]
    NoTextColumn {
        /// The path as given.
        file: String,
        /// The columns of the header, parted by commas.
        there: String,
        /// The column most like one of the usual names.
        nearest: Option<String>,
    },
    /// The header of a table is not UTF-8, or does not end.
    #[error("{file}:1: the header cannot be read: {reason}")]
    Header {
        /// The path as given.
        file: String,
        /// What is wrong and the way out.
        reason: String,
    },
    /// The stream broke before its end: cut off, damaged, or a failing disk or network.
    #[error(
        "{file}: the input broke off after record {records} ({cause}); the records up to there were read, \
         {way_out}"
    )]
    Broken {
        /// The path as given.
        file: String,
        /// How many records of this file came before.
        records: u64,
        /// What the decoder or the system said.
        cause: io::Error,
        /// What to do.
        way_out: &'static str,
    },
}

impl ReadError {
    /// Whether the input itself is damaged, as a packed file with a wrong byte is: the records before the
    /// break may be wrong too.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Broken { cause, .. } if cause.raw_os_error().is_none())
    }
}

//! What can be wrong with a codebook, with the place and the way out.

use std::{path::PathBuf, sync::Arc};

/// A place in a codebook file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as found.
    pub file: Arc<str>,
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
}

impl Place {
    /// The place of a byte offset in a file's text.
    pub fn at(file: &Arc<str>, text: &str, offset: usize) -> Self {
        let before = &text.as_bytes()[..offset.min(text.len())];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        Self {
            file: Arc::clone(file),
            line: memchr::memchr_iter(b'\n', before).count() + 1,
            column: String::from_utf8_lossy(&before[line_start..]).chars().count() + 1,
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Why a codebook cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CodebookError {
    /// Neither a file nor a known name.
    #[error(
        "no codebook `{wanted}`: there is no such file, nor one of that name in labels/; built in: {}",
        .built_in.join(", ")
    )]
    NotFound {
        /// What was asked for.
        wanted: String,
        /// The names that come with the program.
        built_in: Vec<&'static str>,
    },
    /// A file could not be read.
    #[error("{}: cannot read this codebook: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The text is not TOML, or has a key or a value that a codebook does not have.
    #[error("{place}: {message}")]
    Syntax {
        /// Where.
        place: Place,
        /// What, from the parser.
        message: String,
    },
    /// The codebook knows no country of this code.
    #[error(
        "no country of this codebook has the code {home}: it knows {}; give one of them, or `none`",
        .known.join(", ")
    )]
    UnknownHome {
        /// What was asked for.
        home: String,
        /// The codes of its countries, sorted.
        known: Vec<String>,
    },
    /// The parts do not fit together.
    #[error("{place}: {message}")]
    Meaning {
        /// Where.
        place: Place,
        /// What is wrong and what to do.
        message: String,
    },
}

//! What can go wrong with a whole export.

use std::{io, path::PathBuf};

use crate::{codebook::CodebookError, read::ReadError, write::WriteError};

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// An input cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The output cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The codebook cannot be used.
    #[error(transparent)]
    Codebook(#[from] CodebookError),
    /// The system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A tool whose export is several files, to stdout.
    #[error("{tool} reads several files: name a folder for them with -o")]
    NeedsFolder {
        /// The tool.
        tool: &'static str,
    },
    /// The folder holds what is not ours.
    #[error("{}: there are files in it that no export wrote: name a new folder with -o", path.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },
    /// Posts cannot be drawn in this way.
    #[error("{0}")]
    Sample(String),
    /// A file that should tell of an earlier export.
    #[error("{}: {reason}", path.display())]
    Earlier {
        /// The file.
        path: PathBuf,
        /// What is wrong, and the way out.
        reason: String,
    },
    /// Not one post came through.
    #[error("none of {posts} posts could be exported; the first, {first}")]
    Nothing {
        /// Posts read.
        posts: u64,
        /// The first one's place and reason.
        first: String,
    },
    /// A format could not be made.
    #[error("cannot write {tool} files: {reason}")]
    Format {
        /// The tool.
        tool: &'static str,
        /// What went wrong.
        reason: String,
    },
}

impl ExportError {
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        ExportError::Io { action, path: path.into(), source }
    }
}

//! What can go wrong with a whole import.

use std::{io, path::PathBuf};

use crate::{codebook::CodebookError, read::ReadError, write::WriteError};

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// An input cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The gold cannot be written.
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
    /// A file of another tool, or of none.
    #[error("{}: {reason}", path.display())]
    NotOf {
        /// The file.
        path: PathBuf,
        /// What is wrong, and the way out.
        reason: String,
    },
    /// Nobody annotated anything.
    #[error("there is no finished annotation in {} ({records} records{first})", path.display())]
    Nothing {
        /// The first file.
        path: PathBuf,
        /// Records in all files.
        records: u64,
        /// The first record's reason, behind a semicolon.
        first: String,
    },
}

impl ImportError {
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        ImportError::Io { action, path: path.into(), source }
    }
}

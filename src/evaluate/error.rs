//! What can go wrong while evaluating.

use std::path::PathBuf;

use crate::{codebook::CodebookError, read::ReadError, write::WriteError};

/// Why something could not be evaluated.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// A file cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// A codebook for one of the posts' homes cannot be used.
    #[error(transparent)]
    Codebook(#[from] CodebookError),
    /// An annotation tool's export cannot be read.
    #[error(transparent)]
    Import(#[from] crate::import::ImportError),
    /// A record of the gold is none.
    #[error("{place}: {reason}")]
    Record {
        /// File and line.
        place: String,
        /// What is wrong, and the way out.
        reason: String,
    },
    /// Nothing to evaluate.
    #[error("{}: {reason}", .path.display())]
    Nothing {
        /// The gold.
        path: PathBuf,
        /// What is missing, and the way out.
        reason: String,
    },
    /// The model failed on a post.
    #[error("{place}: the model could not read this post: {reason}")]
    Model {
        /// File and line of the post.
        place: String,
        /// The model's reason.
        reason: String,
    },
}

//! What can be wrong with a model, and the way out.

use std::path::PathBuf;

/// Why a model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// No folder of that name.
    #[error(
        "no model `{wanted}`: looked in {}; give `--model` the path of a folder with model.onnx, tokenizer.json and model.toml, set STANCEMARK_MODELS to the folder that holds it, or run with --no-model",
        .looked.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    NotFound {
        /// What was asked for.
        wanted: String,
        /// The folders looked in.
        looked: Vec<PathBuf>,
    },
    /// A file is missing or cannot be read.
    #[error("{}: cannot read this file of the model: {source}; a model folder holds model.onnx, tokenizer.json and model.toml", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The card is wrong.
    #[error("{}: {message}", .path.display())]
    Card {
        /// The card.
        path: PathBuf,
        /// What is wrong and what to do.
        message: String,
    },
    /// A file is not the one that the card describes.
    #[error(
        "{}: SHA-256 is {found}, the card says {expected}: the file was changed or not fully copied; copy the model again, or write the new hash into model.toml",
        .path.display()
    )]
    Hash {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// The graph is not one that is accepted.
    #[error("{}: {message}", .path.display())]
    Graph {
        /// The ONNX file.
        path: PathBuf,
        /// What is wrong and what to do.
        message: String,
    },
    /// The tokenizer does not load.
    #[error("{}: this tokenizer cannot be used: {message}", .path.display())]
    Tokenizer {
        /// The tokenizer file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The ONNX Runtime library is not there or does not load.
    #[error("{message}")]
    Runtime {
        /// What is wrong and how to get the library.
        message: String,
    },
    /// A run failed.
    #[error("the model could not read this post: {message}")]
    Run {
        /// ONNX Runtime's words.
        message: String,
    },
}

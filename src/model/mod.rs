//! The model: reads (post, target) pairs, gives probabilities of favor, against and none.
//!
//! A model is a folder: `model.onnx`, `tokenizer.json`, `model.toml`. Its files are untrusted: hashes
//! are checked and the graph is read for external data before ONNX Runtime sees it.

mod cache;
mod card;
mod error;
mod graph;
mod runtime;
mod stance;

pub use card::{Card, FileCard, ModelFolder, find, list};
pub use error::ModelError;
pub use runtime::{LIBRARY_VERSION, library_path};
pub use stance::{Pair, StanceModel, StanceModelOptions};

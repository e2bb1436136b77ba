//! The readers, one a file.

pub(super) mod argilla;
pub(super) mod brat;
pub(super) mod csv;
pub(super) mod doccano;
mod folder;
pub(super) mod huggingface;
pub(super) mod inception;
pub(super) mod label_studio;
mod pairs;
pub(super) mod potato;
pub(super) mod prodigy;
mod rows;
pub(super) mod spacy;
pub(super) mod webanno_tsv;
mod xml;

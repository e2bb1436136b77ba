//! The formats, one a file.

pub(crate) mod label_studio;

//! The readers, one a file.

pub(super) mod label_studio;

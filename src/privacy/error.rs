//! What can be wrong with a key.

use std::{io, path::PathBuf};

/// Why names cannot be replaced.
#[derive(Debug, thiserror::Error)]
pub enum PrivacyError {
    /// The key cannot be read.
    #[error("cannot read the key {} ({source}); make one with: head -c 32 /dev/urandom > {}", path.display(), path.display())]
    Io {
        /// The file as given.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// A key that could be guessed.
    #[error(
        "the key {} has {bytes} bytes, and fewer than 16 could be guessed; make one with: head -c 32 /dev/urandom > KEY",
        path.display()
    )]
    ShortKey {
        /// The file as given.
        path: PathBuf,
        /// Its bytes, without the line's end.
        bytes: usize,
    },
    /// Something that is no key.
    #[error("the key {} has more than 64 KiB: is it the right file?", path.display())]
    LongKey {
        /// The file as given.
        path: PathBuf,
    },
}

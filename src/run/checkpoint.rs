//! Where a run stands, written down now and then, so that a broken run can go on.
//!
//! The checkpoint tells how far the `.partial` files are whole: a run that goes on cuts them there,
//! passes over the records that are done, and continues. It goes on only with the same inputs,
//! codebook, model, weights and settings.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{RunError, Settings};
use crate::{
    Tagger,
    post::hex,
    write::{PartialFile, Totals},
};

/// Where a run stands.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Of everything that must be the same for the run to go on.
    pub key: String,
    /// Records done.
    pub records: u64,
    /// Whole bytes of the output's `.partial`.
    pub bytes: u64,
    /// Posts in them.
    pub posts: u64,
    /// Whole bytes of the dead letters' `.partial`.
    pub dead_bytes: u64,
    /// Totals so far.
    pub totals: Totals,
    /// Times that could not be read so far.
    pub unreadable_times: u64,
}

impl Checkpoint {
    /// Reads the checkpoint of a broken run, if there is one.
    ///
    /// # Errors
    /// [`RunError::Checkpoint`] where it cannot be read, or is another run's.
    pub fn load(path: &Path, key: &str) -> Result<Option<Self>, RunError> {
        let wrong = |reason: String| RunError::Checkpoint { path: path.to_owned(), reason };
        let text = match std::fs::read(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(wrong(error.to_string())),
        };
        let checkpoint: Self = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
        if checkpoint.key != key {
            return Err(wrong(
                "it is of a run with other inputs, codebook, model, weights or settings".to_owned(),
            ));
        }
        Ok(Some(checkpoint))
    }
}

/// The key of a run: a hash of everything that decides its output.
pub fn key(tagger: &Tagger, settings: &Settings) -> String {
    let mut hasher = Sha256::new();
    let mut add = |part: &str| {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    };
    add(env!("CARGO_PKG_VERSION"));
    add(&tagger.codebook().sha256);
    add(&tagger.codebook().home.to_string());
    add(&serde_json::to_string(tagger.weights()).unwrap_or_default());
    if let Some(model) = tagger.model() {
        for (name, file) in &model.card().files {
            add(name);
            add(&file.sha256);
        }
        add(&model.card().output.temperature.to_string());
    }
    add(&format!("{:?} {:?}", settings.read, settings.kind));
    add(&settings.privacy.settings().to_string());
    for input in &settings.inputs {
        add(&input.display().to_string());
        add(&std::fs::metadata(input).map_or(0, |found| found.len()).to_string());
    }
    hex(&hasher.finalize())
}

/// Writes checkpoints beside the output.
pub struct Checkpoints {
    path: PathBuf,
    every: Duration,
    last: Instant,
}

impl Checkpoints {
    /// Checkpoints go to this file, so often.
    pub fn new(path: PathBuf, every: Duration) -> Self {
        Self { path, every, last: Instant::now() }
    }

    /// Whether it is time for one.
    pub fn due(&self) -> bool {
        self.last.elapsed() >= self.every
    }

    /// Writes one, beside its name and renamed: a checkpoint is whole or the one before.
    ///
    /// # Errors
    /// As [`PartialFile`].
    pub fn write(&mut self, checkpoint: &Checkpoint) -> Result<(), RunError> {
        self.last = Instant::now();
        let mut file = PartialFile::create(&self.path)?;
        let json = serde_json::to_vec(checkpoint).unwrap_or_default();
        file.write_all(&json)
            .map_err(|error| crate::write::WriteError::io("write", self.path.as_path(), error))?;
        file.finish()?;
        Ok(())
    }

    /// The run is whole: its checkpoint goes away.
    pub fn remove(self) {
        std::fs::remove_file(self.path).ok();
    }
}

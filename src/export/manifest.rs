//! The manifest of an export: what it holds, in which unit, by whom, and the ids, for the next one.

use std::{collections::BTreeMap, io::Write as _, path::Path};

use serde::{Deserialize, Serialize};

use super::{ExportError, Unit};
use crate::write::PartialFile;

/// The manifest's own version.
const VERSION: u32 = 1;

/// What stands before the ids.
#[derive(Debug, Serialize)]
pub(super) struct Head<'a> {
    export: u32,
    stancemark: &'static str,
    tool: &'a str,
    unit: Unit,
    model_version: &'a str,
    codebook: Book<'a>,
    sample: Option<serde_json::Value>,
}

#[derive(Debug, Serialize)]
struct Book<'a> {
    name: &'a str,
    version: u32,
    sha256: &'a str,
}

/// What became of the posts: `posts = exported + passed over + dead letters`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Records read from the tag files.
    pub posts: u64,
    /// Posts in the export.
    pub exported: u64,
    /// Posts that an earlier export has (`--only-new`).
    pub exported_before: u64,
    /// Posts that are not in the project whose predictions are updated (`--update-from`).
    pub no_task: u64,
    /// Posts that were not drawn (`--sample`).
    pub not_drawn: u64,
    /// Posts in the dead letters.
    pub dead_lettered: u64,
    /// Posts whose text was repaired, by what.
    pub repaired: BTreeMap<&'static str, u64>,
}

/// A manifest being written: the ids go to the file as they come.
pub(super) struct Writing {
    file: Option<PartialFile>,
    first: bool,
}

impl Writing {
    pub fn create(
        path: Option<&Path>,
        tool: &str,
        unit: Unit,
        about: &super::About,
        sample: Option<serde_json::Value>,
    ) -> Result<Self, ExportError> {
        let head = Head {
            export: VERSION,
            stancemark: env!("CARGO_PKG_VERSION"),
            tool,
            unit,
            model_version: &about.model_version,
            codebook: Book {
                name: &about.codebook.name,
                version: about.codebook.version,
                sha256: &about.codebook.sha256,
            },
            sample,
        };
        let mut writing = Self { file: path.map(PartialFile::create).transpose()?, first: true };
        let json = serde_json::to_string(&head).map_err(|error| writing.fail(error.into()))?;
        writing.write(json.strip_suffix('}').unwrap_or(&json))?;
        writing.write(",\n\"ids\":[")?;
        Ok(writing)
    }

    pub fn id(&mut self, id: &str) -> Result<(), ExportError> {
        let json = serde_json::to_string(id).map_err(|error| self.fail(error.into()))?;
        let between = if std::mem::take(&mut self.first) { "\n" } else { ",\n" };
        self.write(between)?;
        self.write(&json)
    }

    pub fn finish(mut self, counts: &Counts) -> Result<(), ExportError> {
        let counts = serde_json::to_string(counts).map_err(|error| self.fail(error.into()))?;
        self.write(&format!("],\n\"counts\":{counts}}}\n"))?;
        if let Some(file) = self.file {
            file.finish()?;
        }
        Ok(())
    }

    fn write(&mut self, text: &str) -> Result<(), ExportError> {
        match &mut self.file {
            Some(file) => file.write_all(text.as_bytes()).map_err(|error| self.fail(error)),
            None => Ok(()),
        }
    }

    fn fail(&self, error: std::io::Error) -> ExportError {
        ExportError::io("write", self.file.as_ref().map_or(Path::new("stdout"), PartialFile::path), error)
    }
}

/// The manifest of an earlier export, read back.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Earlier {
    /// The manifest's version.
    pub export: u32,
    /// The tool.
    pub tool: String,
    /// The unit of its offsets.
    pub unit: Unit,
    /// Who proposed.
    pub model_version: String,
    /// The posts in it.
    pub ids: Vec<String>,
}

impl Earlier {
    /// Reads a manifest: the file itself, or the folder it stands in.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(path: &Path) -> Result<Self, ExportError> {
        let file = if path.is_dir() { path.join(super::output::MANIFEST) } else { path.to_owned() };
        let bytes = std::fs::read(&file).map_err(|error| ExportError::io("read", &file, error))?;
        Self::parse(&bytes).map_err(|reason| ExportError::Earlier {
            path: file,
            reason: format!("{reason}; name the manifest.json of an earlier export"),
        })
    }

    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let found: Self = serde_json::from_slice(bytes).map_err(|_| "no manifest of an export".to_owned())?;
        if found.export == VERSION {
            Ok(found)
        } else {
            Err(format!("a manifest of version {}, known is {VERSION}", found.export))
        }
    }
}

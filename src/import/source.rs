//! The tools whose files are read, one line each, and how a reader hands over what it finds.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
};

use serde_json::{Map, Value};

use super::{Annotated, ImportError, tools};
use crate::{
    post::{DeadLetter, Origin},
    read,
};

/// What readers fill.
#[derive(Debug, Default)]
pub struct Found {
    /// Finished annotations.
    pub annotated: Vec<Annotated>,
    /// Records that could not be read.
    pub dead: Vec<DeadLetter>,
    /// Posts that nobody has annotated yet, or that were passed over.
    pub untouched: u64,
    /// Records looked at.
    pub records: u64,
}

impl Found {
    /// A record that is none.
    pub fn bury(&mut self, origin: &Origin, id: Option<String>, reason: String) {
        self.dead.push(DeadLetter {
            origin: origin.clone(),
            step: "import",
            reason,
            id,
            excerpt: String::new(),
        });
    }
}

/// A tool by its name on the command line.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// The word after `--from`.
    pub name: &'static str,
    /// What is read, in a line.
    pub about: &'static str,
    read: fn(&Path, &mut Found) -> Result<(), ImportError>,
    is_its: fn(&Map<String, Value>) -> bool,
}

/// All tools.
#[rustfmt::skip]
pub const SOURCES: &[Source] = &[
    Source { name: "label-studio", about: "Label Studio's exports JSON, JSON_MIN and CSV", read: tools::label_studio::read, is_its: tools::label_studio::is_its },
    Source { name: "doccano", about: "doccano's export as JSONL or JSON; a file a person", read: tools::doccano::read, is_its: tools::doccano::is_its },
    Source { name: "potato", about: "Potato's project folder, or user_state.json in it", read: tools::potato::read, is_its: tools::potato::is_its },
    Source { name: "csv", about: "either form of CSV, filled in", read: tools::csv::read, is_its: tools::csv::is_its },
    Source { name: "inception", about: "INCEpTION's UIMA CAS JSON and XMI: files, or an unpacked folder", read: tools::inception::read, is_its: tools::inception::is_its },
    Source { name: "webanno-tsv", about: "WebAnno TSV 3: files, or an unpacked folder", read: tools::webanno_tsv::read, is_its: tools::webanno_tsv::is_its },
    Source { name: "brat", about: "brat's folder; a folder a person", read: tools::brat::read, is_its: tools::brat::is_its },
    Source { name: "prodigy", about: "what prodigy db-out writes", read: tools::prodigy::read, is_its: tools::prodigy::is_its },
    Source { name: "spacy", about: "what docbin.py makes of a DocBin", read: tools::spacy::read, is_its: tools::spacy::is_its },
    Source { name: "huggingface", about: "JSONL with the columns of the export", read: tools::huggingface::read, is_its: tools::huggingface::is_its },
    Source { name: "argilla", about: "what dataset.records.to_json writes", read: tools::argilla::read, is_its: tools::argilla::is_its },
];

impl Source {
    /// Reads files, or folders where the tool writes some.
    ///
    /// # Errors
    /// [`ImportError`] where a file cannot be read at all; what is wrong with one record is in `found`.
    pub fn read(&self, files: &[PathBuf]) -> Result<Found, ImportError> {
        let mut found = Found::default();
        for file in files {
            (self.read)(file, &mut found)?;
        }
        Ok(found)
    }

    /// The tool that wrote a file of records, told by the first one; `None` for gold and for what cannot be told.
    pub fn of_file(path: &Path) -> Option<&'static Source> {
        // A pipe can be read once only.
        if !path.is_file() {
            return None;
        }
        let mut reader = read::open(&[path.to_owned()], &records_options()).ok()?;
        let chunk = reader.next_chunk().ok()??;
        let (_, first) = chunk.objects().next()?;
        let first = first.ok()?;
        SOURCES.iter().find(|source| (source.is_its)(&first))
    }
}

impl FromStr for Source {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        SOURCES.iter().find(|source| source.name == name).copied().ok_or_else(|| {
            let names: Vec<&str> = SOURCES.iter().map(|source| source.name).collect();
            format!("there is no tool {name:?}: use {}", names.join(", "))
        })
    }
}

fn records_options() -> read::Options {
    let limits = read::Limits { chunk_records: 256, ..read::Limits::default() };
    read::Options { limits, ..read::Options::default() }
}

/// Reads a file of records (JSON, JSONL, a table; packed or not): each goes to `record`, which gives its annotations or
/// the reason why it has none to give.
///
/// # Errors
/// Where the file cannot be read on.
pub fn records(
    path: &Path,
    found: &mut Found,
    mut record: impl FnMut(Map<String, Value>, &Origin, &mut Found) -> Result<(), String>,
) -> Result<(), ImportError> {
    let mut reader = read::open(&[path.to_owned()], &records_options())?;
    while let Some(chunk) = reader.next_chunk()? {
        for (origin, object) in chunk.objects() {
            found.records += 1;
            match object {
                Ok(object) => {
                    if let Err(reason) = record(object, &origin, found) {
                        found.bury(&origin, None, reason);
                    }
                }
                Err(letter) => found.dead.push(letter),
            }
        }
    }
    Ok(())
}

/// A text or the digits of a number.
pub fn word(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A place in code points from two JSON numbers; `None` where they are none.
pub fn place(start: Option<&Value>, end: Option<&Value>) -> Option<(u64, u64)> {
    Some((start?.as_u64()?, end?.as_u64()?))
}

//! The tools, one line each, and what each says of its files.

use std::{collections::BTreeSet, str::FromStr, sync::Arc};

use super::{About, Document, Part, Rules, Unit, tools};

/// One tool's files. A format is a leaf: adding one is a file in `tools/` and a line in [`TOOLS`].
pub trait Format: Send + Sync {
    /// What positions count in its files.
    fn unit(&self) -> Unit;

    /// How what [`encode`](Format::encode) gives is put together.
    fn layout(&self) -> Layout;

    /// What its files can hold.
    fn rules(&self) -> Rules {
        Rules::default()
    }

    /// Posts that `encode` gets at once: exactly so many, but for the last. Formats that put many posts into one file
    /// say how many; for all others any number will do.
    fn batch(&self) -> usize {
        1
    }

    /// Whether a post belongs into the export at all; one that does not is counted as passed over.
    fn takes(&self, _document: &Document) -> bool {
        true
    }

    /// Posts, checked by [`validate`](super::validate), become parts of files.
    ///
    /// # Errors
    /// Where they cannot be written in this format at all; it ends the export.
    fn encode(&mut self, documents: &[Document]) -> Result<Vec<Part>, String>;

    /// Files that the tool needs besides: name and bytes. `seen` tells what occurred.
    ///
    /// # Errors
    /// As [`encode`](Format::encode).
    fn companions(&self, _seen: &Seen) -> Result<Vec<(String, Vec<u8>)>, String> {
        Ok(Vec::new())
    }

    /// What to do with the files, for people.
    fn next_step(&self) -> &'static str;
}

/// How a format's parts become files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// Lines in one file, or on stdout, behind `head`.
    Lines {
        /// What stands first.
        head: Vec<u8>,
    },
    /// JSON arrays in a folder, `<stem>.json`; more than `bytes` are split into `<stem>-001.json` …
    Arrays {
        /// The files' name.
        stem: &'static str,
        /// Most bytes of a file.
        bytes: u64,
    },
    /// Files in a folder, as the format names them.
    Files,
}

/// What occurred in the posts of an export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Ids of targets.
    pub targets: BTreeSet<String>,
    /// Posts.
    pub posts: u64,
}

/// A tool by its name on the command line.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    /// The word after `--to`.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    make: fn(Arc<About>) -> Box<dyn Format>,
}

/// All tools.
#[rustfmt::skip]
pub const TOOLS: &[Tool] = &[
    Tool { name: "label-studio", about: "Label Studio: tasks with predictions, and the labelling configuration", make: tools::label_studio::format },
    Tool { name: "doccano", about: "doccano, intent detection and slot filling: labels and places together", make: tools::doccano::both },
    Tool { name: "doccano-labels", about: "doccano, text classification: labels alone", make: tools::doccano::labels },
    Tool { name: "doccano-spans", about: "doccano, sequence labeling: places alone", make: tools::doccano::spans },
    Tool { name: "doccano-spans-grapheme", about: "the same for a project that counts grapheme clusters", make: tools::doccano::spans_grapheme },
    Tool { name: "potato", about: "Potato 2: items with pre-annotations, and config.yaml", make: tools::potato::format },
    Tool { name: "csv", about: "CSV for programs: every text comes back byte for byte", make: tools::csv::lossless },
    Tool { name: "csv-spreadsheet", about: "CSV for people: no cell becomes a formula, a number or a date", make: tools::csv::spreadsheet },
    Tool { name: "inception", about: "INCEpTION: a UIMA CAS a post, as JSON 0.4.0, and the type system", make: tools::inception::json_format },
    Tool { name: "inception-xmi", about: "INCEpTION: the same as XMI", make: tools::inception::xmi_format },
    Tool { name: "webanno-tsv", about: "INCEpTION and WebAnno: TSV 3.3, a file a post", make: tools::webanno_tsv::format },
    Tool { name: "brat", about: "brat: standoff, and annotation.conf", make: tools::brat::format },
    Tool { name: "prodigy", about: "Prodigy: JSONL with spans, tokens and hashes, and a recipe", make: tools::prodigy::format },
    Tool { name: "spacy", about: "spaCy: JSONL, and the script that makes a DocBin of it", make: tools::spacy::format },
    Tool { name: "huggingface", about: "Hugging Face datasets: JSONL, and a card with the features", make: tools::huggingface::format },
    Tool { name: "argilla", about: "Argilla 2: records with suggestions, and the settings", make: tools::argilla::format },
];

impl Tool {
    /// The tool's format.
    pub fn format(self, about: Arc<About>) -> Box<dyn Format> {
        (self.make)(about)
    }
}

impl FromStr for Tool {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        TOOLS.iter().find(|tool| tool.name == name).copied().ok_or_else(|| {
            let names: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
            format!("there is no tool {name:?}: use {}", names.join(", "))
        })
    }
}

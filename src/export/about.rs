//! What all posts of an export share: the codebook, and which version of the tagger proposes.

use std::{
    collections::HashMap,
    fmt::Write as _,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::ExportError;
use crate::{
    codebook::{Codebook, Home},
    post::hex,
    write::{Manifest, beside},
};

/// Characters of a hash in a version.
const SHORT: usize = 8;

/// What all posts of an export share.
#[derive(Debug)]
pub struct About {
    /// The codebook, for its labels, definitions and targets.
    pub codebook: Codebook,
    /// Names the tagger that proposes: another model, codebook or other weights have another name.
    pub model_version: String,
    /// Columns of the posts that go along.
    pub meta: Vec<String>,
    /// Label Studio's tasks by post, where predictions for these are exported and no new tasks.
    pub tasks: Option<HashMap<String, Vec<u64>>>,
    /// What the user should know, in sentences.
    pub notes: Vec<String>,
}

impl About {
    /// Takes what the manifest beside the tags tells, and what the user names instead.
    ///
    /// # Errors
    /// Where the codebook cannot be loaded.
    pub fn new(
        tags: &[PathBuf],
        codebook: Option<&str>,
        home: Option<Home>,
        model_version: Option<&str>,
    ) -> Result<Self, ExportError> {
        let run = tags.first().and_then(|path| read_manifest(path));
        let ran = run.as_ref().map(|run| run.codebook.name.clone());
        let ran_home = || run.as_ref()?.settings.get("home")?.as_str()?.parse().ok();
        let name = codebook.map(str::to_owned).or(ran).unwrap_or_else(|| "iamispr".to_owned());
        let codebook = Codebook::load(&name, home.or_else(ran_home))?;
        let mut notes = Vec::new();
        if let Some(run) = run.as_ref().filter(|run| run.codebook.sha256 != codebook.sha256) {
            notes.push(format!(
                "the posts were tagged with codebook {} of another state ({}…) than {name} now has ({}…)",
                run.codebook.name,
                short(&run.codebook.sha256),
                short(&codebook.sha256)
            ));
        }
        let model_version = match (model_version, &run) {
            (Some(version), _) => version.to_owned(),
            (None, Some(run)) => version_of(run),
            (None, None) => {
                notes.push(
                    "there is no manifest beside the tags: the version is told from the codebook alone; name the \
                     model with --model-version"
                        .to_owned(),
                );
                format!("{}-{}-{}", codebook.name, codebook.version, short(&codebook.sha256))
            }
        };
        Ok(Self { codebook, model_version, meta: Vec::new(), tasks: None, notes })
    }

    /// The ids of the codebook's labels, in its order.
    pub fn labels(&self) -> Vec<&str> {
        self.codebook.labels.iter().map(|label| &*label.id).collect()
    }
}

/// `stance-1f2e3d4c+iamispr-1-9a8b7c6d`: the model with its files and weights, the codebook with its version and files.
fn version_of(run: &Manifest) -> String {
    let mut hash = Sha256::new();
    let mut version = match &run.model {
        Some(model) => {
            for (file, sha256) in &model.sha256 {
                hash.update(file.as_bytes());
                hash.update(sha256.as_bytes());
            }
            model.name.clone()
        }
        None => "rules".to_owned(),
    };
    hash.update(run.decide.to_string().as_bytes());
    let book = &run.codebook;
    let _ = write!(
        version,
        "-{}+{}-{}-{}",
        short(&hex(&hash.finalize())),
        book.name,
        book.version,
        short(&book.sha256)
    );
    version
}

fn short(hash: &str) -> &str {
    hash.get(..SHORT).unwrap_or(hash)
}

/// The manifest of the run that wrote these tags, where it stands beside them.
fn read_manifest(tags: &Path) -> Option<Manifest> {
    serde_json::from_slice(&std::fs::read(beside(tags, ".manifest.json")).ok()?).ok()
}

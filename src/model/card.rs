//! The model's card, `model.toml`, and where models are found.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::ModelError;

/// What a model says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Card {
    /// Its name; tags name it as `model:<name>`.
    pub name: String,
    /// Its version.
    pub version: String,
    /// `stance`, `labels` or `embedding`.
    pub task: String,
    /// What it is, in a sentence.
    #[serde(default)]
    pub description: String,
    /// Licence of the weights.
    #[serde(default)]
    pub licence: String,
    /// The graph's inputs.
    pub input: InputCard,
    /// The graph's output.
    pub output: OutputCard,
    /// Hashes of the files.
    #[serde(default)]
    pub files: BTreeMap<String, FileCard>,
    /// Data, scores, limits: carried, not interpreted.
    #[serde(flatten)]
    pub rest: toml::Table,
}

/// The graph's inputs, all int64 `[batch, tokens]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InputCard {
    /// Name of the token ids.
    pub ids: String,
    /// Name of the attention mask.
    pub mask: String,
    /// Name of the token types, where the graph wants them.
    pub types: Option<String>,
    /// Most tokens of a pair; of a longer one the longer part is cut, which is the post.
    pub max_tokens: usize,
    /// The id that fills up shorter pairs.
    pub pad_id: u32,
}

/// The graph's output, float32 `[batch, labels]`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OutputCard {
    /// Its name.
    pub name: String,
    /// What its columns are, in order.
    pub labels: Vec<String>,
    /// Logits are divided by this before the softmax.
    #[serde(default = "one")]
    pub temperature: f32,
}

fn one() -> f32 {
    1.0
}

/// A file of the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCard {
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// Length in bytes.
    pub bytes: u64,
}

/// A model's folder with its card read and its files checked.
#[derive(Debug, Clone)]
pub struct ModelFolder {
    /// The folder.
    pub path: PathBuf,
    /// Its card.
    pub card: Card,
}

impl ModelFolder {
    /// Reads the card of a folder.
    ///
    /// # Errors
    /// [`ModelError::Io`] where it is missing, [`ModelError::Card`] where it is wrong.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let card_path = path.join("model.toml");
        let text = std::fs::read_to_string(&card_path)
            .map_err(|source| ModelError::Io { path: card_path.clone(), source })?;
        let card: Card = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start].matches('\n').count() + 1);
            ModelError::Card { path: card_path.clone(), message: format!("line {line}: {}", error.message()) }
        })?;
        let wrong = |message: String| Err(ModelError::Card { path: card_path.clone(), message });
        if !["stance", "labels", "embedding"].contains(&card.task.as_str()) {
            return wrong(format!("task `{}` is none of stance, labels, embedding", card.task));
        }
        if card.input.max_tokens < 8 || card.input.max_tokens > 8192 {
            return wrong(format!("max_tokens {} must be within 8 and 8192", card.input.max_tokens));
        }
        if !(card.output.temperature.is_finite() && card.output.temperature > 0.0) {
            return wrong(format!("temperature {} must be above 0", card.output.temperature));
        }
        Ok(Self { path: path.to_owned(), card })
    }

    /// Reads a file of the folder and checks it against the card.
    ///
    /// # Errors
    /// [`ModelError::Io`], [`ModelError::Hash`].
    pub fn read(&self, name: &str) -> Result<Vec<u8>, ModelError> {
        let path = self.path.join(name);
        let bytes = std::fs::read(&path).map_err(|source| ModelError::Io { path: path.clone(), source })?;
        let Some(expected) = self.card.files.get(name) else {
            let message =
                format!("[files] has no hash of {name}: add \"{name}\" = {{ sha256 = …, bytes = … }}");
            return Err(ModelError::Card { path: self.path.join("model.toml"), message });
        };
        let found = crate::post::hex(&Sha256::digest(&bytes));
        if found != expected.sha256.to_ascii_lowercase() {
            return Err(ModelError::Hash { path, found, expected: expected.sha256.clone() });
        }
        Ok(bytes)
    }
}

/// Folders in which models are looked for by name, in order: `STANCEMARK_MODELS`, `models` in the
/// working folder, `models` beside the executable and in the folders above it.
fn search_path() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Some(own) = std::env::var_os("STANCEMARK_MODELS") {
        folders.push(own.into());
    }
    folders.push("models".into());
    if let Ok(executable) = std::env::current_exe() {
        folders.extend(executable.ancestors().skip(1).take(4).map(|folder| folder.join("models")));
    }
    folders
}

/// Finds a model by path or by name.
///
/// # Errors
/// [`ModelError::NotFound`], or what is wrong with its card.
pub fn find(name_or_path: &str) -> Result<ModelFolder, ModelError> {
    let as_path = Path::new(name_or_path);
    if as_path.is_dir() {
        return ModelFolder::open(as_path);
    }
    let looked = search_path();
    for folder in &looked {
        let path = folder.join(name_or_path);
        if path.is_dir() {
            return ModelFolder::open(&path);
        }
    }
    Err(ModelError::NotFound { wanted: name_or_path.to_owned(), looked })
}

/// All models that can be found by name, the first of each name, with what is wrong with those that
/// cannot be used.
pub fn list() -> Vec<(PathBuf, Result<ModelFolder, ModelError>)> {
    let mut models = Vec::new();
    let mut names = std::collections::HashSet::new();
    for folder in search_path() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let is_model = path.join("model.toml").is_file() || path.join("model.onnx").is_file();
            if is_model
                && !is_language(&path)
                && path.file_name().is_some_and(|name| names.insert(name.to_owned()))
            {
                let opened = ModelFolder::open(&path);
                models.push((path, opened));
            }
        }
    }
    models
}

/// Whether a folder holds the language detector's weights: they are compiled in, and `--model` takes none of them.
fn is_language(folder: &Path) -> bool {
    let card = std::fs::read_to_string(folder.join("model.toml")).ok();
    let card = card.and_then(|text| toml::from_str::<toml::Table>(&text).ok());
    card.is_some_and(|card| card.get("task").and_then(toml::Value::as_str) == Some("language"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: &str = "name = \"m\"\nversion = \"1\"\ntask = \"stance\"\n\
        [input]\nids = \"i\"\nmask = \"m\"\nmax_tokens = 96\npad_id = 1\n\
        [output]\nname = \"o\"\nlabels = [\"favor\", \"against\", \"none\"]\n\
        [files]\n\"model.onnx\" = { sha256 = \"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD\", bytes = 3 }\n";

    fn folder(card: &str) -> (tempfile::TempDir, Result<ModelFolder, ModelError>) {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("model.toml"), card).expect("written");
        let opened = ModelFolder::open(folder.path());
        (folder, opened)
    }

    #[test]
    fn a_wrong_card_is_told() {
        for (from, to, message) in [
            ("\"stance\"", "\"poetry\"", "task `poetry` is none of stance, labels, embedding"),
            ("= 96", "= 4", "max_tokens 4 must be within 8 and 8192"),
            ("= 96", "= 9000", "max_tokens 9000 must be"),
            ("= 96", "= \"x\"", "line 7: invalid type"),
            ("name = \"o\"", "name = \"o\"\ntemperature = 0.0", "temperature 0 must be above 0"),
            ("name = \"o\"", "name = \"o\"\ntemperature = nan", "temperature NaN must be above 0"),
            ("[output]", "[out]", "missing field `output`"),
        ] {
            let error = folder(&CARD.replacen(from, to, 1)).1.expect_err(to).to_string();
            assert!(error.contains("model.toml: ") && error.contains(message), "{error}");
        }
        let empty = tempfile::tempdir().expect("a folder");
        let error = ModelFolder::open(empty.path()).expect_err("no card").to_string();
        assert!(error.contains("a model folder holds model.onnx, tokenizer.json and model.toml"), "{error}");
        let error = find("no-such-model").expect_err("no folder").to_string();
        assert!(
            error.contains("no model `no-such-model`: looked in ") && error.contains("--no-model"),
            "{error}"
        );
    }

    #[test]
    fn a_file_must_be_the_one_that_the_card_describes() {
        let (folder, opened) = folder(CARD);
        let opened = opened.expect("a card");
        let file = folder.path().join("model.onnx");
        assert!(matches!(opened.read("model.onnx"), Err(ModelError::Io { .. })));
        std::fs::write(&file, "abc").expect("written");
        assert_eq!(opened.read("model.onnx").expect("its hash is in upper case"), b"abc");
        for other in ["abd", "ab", "abcabc"] {
            std::fs::write(&file, other).expect("written");
            assert!(matches!(opened.read("model.onnx"), Err(ModelError::Hash { .. })), "{other}");
        }
        std::fs::write(folder.path().join("tokenizer.json"), "{}").expect("written");
        let error = opened.read("tokenizer.json").expect_err("no hash").to_string();
        assert!(error.contains("[files] has no hash of tokenizer.json"), "{error}");
    }
}

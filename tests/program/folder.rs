//! A folder that goes away with the test.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

/// A folder that goes away with the test.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and gives its path.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        fs::write(&path, bytes).expect("a file is written");
        path
    }

    /// Copies a file of the project.
    pub fn copy(&self, from: &str, name: &str) -> PathBuf {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(from);
        self.write(name, fs::read(&from).unwrap_or_else(|error| panic!("{}: {error}", from.display())))
    }

    /// A file's text.
    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A file's JSON lines.
    pub fn lines(&self, name: &str) -> Vec<Value> {
        json_lines(&self.text(name))
    }

    /// A file that is one JSON value.
    pub fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.text(name)).expect("JSON")
    }

    /// The names of its files, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).expect("the folder is read");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a plain name"))
            .collect();
        names.sort();
        names
    }

    /// Fails where an output, its manifest or its dead letters stand under their final names.
    #[track_caller]
    pub fn assert_not_finished(&self, output: &str) {
        for name in [output.to_owned(), format!("{output}.manifest.json"), format!("{output}.dead.jsonl")] {
            assert!(!self.path(&name).exists(), "{name} is there after a run that failed");
        }
    }
}

/// Lines of JSON.
pub fn json_lines(text: &str) -> Vec<Value> {
    let parse = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    text.lines().map(parse).collect()
}

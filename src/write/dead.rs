//! The records that could not be tagged: one line each, with where they stood and why.

use std::{
    collections::BTreeMap,
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use super::{PartialFile, WriteError, jsonl::push_string, number::push_integer};
use crate::post::DeadLetter;

/// How many dead letters are remembered for telling on the terminal.
pub const TOLD: usize = 5;

/// Longest excerpt written, in characters.
const EXCERPT: usize = 200;

/// Writes dead letters as they come, counts them, and remembers the first few.
///
/// The file appears with the first letter; without any there is none at the end, and one that an
/// earlier run left under the same name is removed: it would mislead.
#[derive(Debug)]
pub struct DeadLetters {
    path: Option<PathBuf>,
    file: Option<PartialFile>,
    by_step: BTreeMap<&'static str, u64>,
    first: Vec<DeadLetter>,
    line: Vec<u8>,
}

impl DeadLetters {
    /// Letters go to `path`; without one (posts to standard output, no `--dead-letters`) they are
    /// only counted, and the first [`TOLD`] kept for the terminal.
    pub fn new(path: Option<PathBuf>) -> Self {
        Self { path, file: None, by_step: BTreeMap::new(), first: Vec::new(), line: Vec::new() }
    }

    /// Goes on with the letters of a run that broke off after so many bytes; their counts are in its
    /// totals.
    ///
    /// # Errors
    /// As [`PartialFile::resume`].
    pub fn resume(path: PathBuf, bytes: u64) -> Result<Self, WriteError> {
        let file = if bytes > 0 { Some(PartialFile::resume(&path, bytes)?) } else { None };
        Ok(Self { file, ..Self::new(Some(path)) })
    }

    /// Hands everything to the system and tells how many bytes stand in the `.partial`.
    ///
    /// # Errors
    /// The system's reason.
    pub fn checkpoint(&mut self) -> Result<u64, WriteError> {
        self.file.as_mut().map_or(Ok(0), PartialFile::checkpoint)
    }

    /// Where they go.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Writes one down: `{"file","line","step","reason","id"?,"excerpt"}`.
    ///
    /// # Errors
    /// As [`PartialFile::create`], or the system's reason.
    pub fn write(&mut self, letter: &DeadLetter) -> Result<(), WriteError> {
        *self.by_step.entry(letter.step).or_default() += 1;
        if self.first.len() < TOLD {
            self.first.push(letter.clone());
        }
        let Some(path) = &self.path else { return Ok(()) };
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(PartialFile::create(path)?),
        };
        self.line.clear();
        push_letter(&mut self.line, letter);
        file.write_all(&self.line).map_err(|error| WriteError::io("write", path, error))
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.by_step.values().sum()
    }

    /// How many each step gave up on.
    pub fn by_step(&self) -> &BTreeMap<&'static str, u64> {
        &self.by_step
    }

    /// The first [`TOLD`].
    pub fn first(&self) -> &[DeadLetter] {
        &self.first
    }

    /// Gives the file its name, and tells it; `None` when there is no file.
    ///
    /// # Errors
    /// The system's reason; the `.partial` then stays.
    pub fn finish(self) -> Result<Option<PathBuf>, WriteError> {
        match (self.file, self.path) {
            (Some(file), _) => file.finish().map(Some),
            (None, Some(path)) => match fs::metadata(&path) {
                Ok(old) if old.is_file() => match fs::remove_file(&path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        Err(WriteError::io("remove", &path, error))
                    }
                    _ => Ok(None),
                },
                _ => Ok(None),
            },
            (None, None) => Ok(None),
        }
    }
}

fn push_letter(out: &mut Vec<u8>, letter: &DeadLetter) {
    out.extend_from_slice(b"{\"file\":");
    push_string(out, &letter.origin.file);
    out.extend_from_slice(b",\"line\":");
    push_integer(out, letter.origin.line);
    out.extend_from_slice(b",\"step\":");
    push_string(out, letter.step);
    out.extend_from_slice(b",\"reason\":");
    push_string(out, &letter.reason);
    if let Some(id) = &letter.id {
        out.extend_from_slice(b",\"id\":");
        push_string(out, id);
    }
    out.extend_from_slice(b",\"excerpt\":");
    let end = letter.excerpt.char_indices().nth(EXCERPT).map_or(letter.excerpt.len(), |(at, _)| at);
    push_string(out, letter.excerpt.get(..end).unwrap_or_default());
    out.extend_from_slice(b"}\n");
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::post::Origin;

    fn letter(line: u64) -> DeadLetter {
        DeadLetter {
            origin: Origin { file: Arc::from("posts.jsonl"), line },
            step: "read",
            reason: "the line is no JSON object: check how the file was cut".to_owned(),
            id: (line == 2).then(|| "17".to_owned()),
            excerpt: "é\"".repeat(150),
        }
    }

    #[test]
    fn letters_are_lines_and_the_excerpt_is_short() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("tags.jsonl.dead.jsonl");
        let mut letters = DeadLetters::new(Some(path.clone()));
        for line in 1..=7 {
            letters.write(&letter(line)).expect("write");
        }
        assert!(!path.exists());
        assert_eq!((letters.count(), letters.first().len()), (7, TOLD));
        letters.finish().expect("finish").expect("a file");
        let text = fs::read_to_string(&path).expect("text");
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 7);
        assert_eq!(lines[1]["file"], "posts.jsonl");
        assert_eq!(lines[1]["line"], 2);
        assert_eq!(lines[1]["step"], "read");
        assert_eq!(lines[1]["id"], "17");
        assert_eq!(lines[0].get("id"), None);
        assert_eq!(lines[0]["excerpt"], "é\"".repeat(100));
    }

    #[test]
    fn no_letters_leave_no_file_not_even_an_old_one() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("tags.jsonl.dead.jsonl");
        fs::write(&path, "{}\n").expect("old letters");
        assert_eq!(DeadLetters::new(Some(path.clone())).finish().expect("finish"), None);
        assert!(!path.exists());
    }

    #[test]
    fn without_a_path_they_are_counted() {
        let mut letters = DeadLetters::new(None);
        letters.write(&letter(1)).expect("count");
        assert_eq!(letters.by_step().get("read"), Some(&1));
        assert_eq!(letters.finish().expect("finish"), None);
    }
}

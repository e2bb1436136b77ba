//! Where an export goes: lines on stdout or in a file, or files in a folder.
//!
//! A folder is written as `<folder>.partial` and gets its name when everything in it is whole, as a file does. A
//! folder that an earlier export wrote is replaced; one with other files in it is left alone.

use std::{
    fs::{self, File},
    io::{BufWriter, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use super::{ExportError, tool::Layout};
use crate::write::{Destination, PartialFile, beside};

/// The manifest's name in a folder.
pub(super) const MANIFEST: &str = "manifest.json";

/// What a format makes of posts.
#[derive(Debug)]
pub enum Part {
    /// Lines, or one member of an array.
    Text(Vec<u8>),
    /// A whole file: its name in the folder (`a/b.txt` makes the folder `a`), its bytes.
    File(String, Vec<u8>),
}

/// The output of one export.
pub(super) enum Output {
    Stdout,
    File { file: PartialFile, path: PathBuf },
    Folder(Folder),
}

/// A folder, being filled.
pub(super) struct Folder {
    path: PathBuf,
    partial: PathBuf,
    array: Option<Array>,
    files: usize,
    layout: Layout,
}

struct Array {
    file: BufWriter<File>,
    bytes: u64,
}

impl Output {
    /// Opens the output of a tool; `-` is stdout.
    pub fn create(output: &Path, tool: &'static str, layout: &Layout) -> Result<Self, ExportError> {
        let lines = matches!(layout, Layout::Lines { .. });
        let mut output = match (Destination::from_arg(output), lines) {
            (Destination::Stdout, true) => Output::Stdout,
            (Destination::Stdout, false) => return Err(ExportError::NeedsFolder { tool }),
            (Destination::File(path), true) => Output::File { file: PartialFile::create(&path)?, path },
            (Destination::File(path), false) => Output::Folder(Folder::create(path, layout.clone())?),
        };
        if let Layout::Lines { head } = layout {
            output.text(head)?;
        }
        Ok(output)
    }

    /// Where the manifest goes.
    pub fn manifest(&self) -> Option<PathBuf> {
        match self {
            Output::Stdout => None,
            Output::File { path, .. } => Some(beside(path, ".manifest.json")),
            Output::Folder(folder) => Some(folder.partial.join(MANIFEST)),
        }
    }

    /// Where dead letters go.
    pub fn dead_letters(&self) -> Option<PathBuf> {
        match self {
            Output::Stdout => None,
            Output::File { path, .. } => Some(beside(path, ".dead.jsonl")),
            Output::Folder(folder) => Some(folder.partial.join("dead.jsonl")),
        }
    }

    /// Whether posts are shown on a terminal, where a progress bar would stand in their way.
    pub fn on_terminal(&self) -> bool {
        matches!(self, Output::Stdout) && std::io::stdout().is_terminal()
    }

    /// Appends what a format made.
    pub fn write(&mut self, part: &Part) -> Result<(), ExportError> {
        match part {
            Part::Text(bytes) => self.text(bytes),
            Part::File(name, bytes) => self.file(name, bytes),
        }
    }

    fn text(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        match self {
            Output::Stdout => {
                let written = std::io::stdout().lock().write_all(bytes);
                written.map_err(|error| ExportError::io("write", "stdout", error))
            }
            Output::File { file, path } => {
                file.write_all(bytes).map_err(|error| ExportError::io("write", &*path, error))
            }
            Output::Folder(folder) => folder.member(bytes),
        }
    }

    /// A whole file: in the folder, or beside the file of lines. Stdout has no place for it.
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        match self {
            Output::Stdout => Ok(()),
            Output::File { path, .. } => {
                let path = beside(path, &format!(".{name}"));
                let mut file = PartialFile::create(&path)?;
                file.write_all(bytes).map_err(|error| ExportError::io("write", &path, error))?;
                file.finish()?;
                Ok(())
            }
            Output::Folder(folder) => folder.file(name, bytes),
        }
    }

    /// Gives everything its name, and tells it.
    pub fn finish(self) -> Result<Option<PathBuf>, ExportError> {
        match self {
            Output::Stdout => {
                let flushed = std::io::stdout().lock().flush();
                flushed.map_err(|error| ExportError::io("write", "stdout", error))?;
                Ok(None)
            }
            Output::File { file, .. } => Ok(Some(file.finish()?)),
            Output::Folder(folder) => folder.finish().map(Some),
        }
    }
}

impl Folder {
    fn create(path: PathBuf, layout: Layout) -> Result<Self, ExportError> {
        if path.is_file() {
            return Err(ExportError::io("make a folder of", path, std::io::ErrorKind::AlreadyExists.into()));
        }
        if !may_replace(&path) {
            return Err(ExportError::NotOurs { path });
        }
        let partial = beside(&path, ".partial");
        if partial.is_dir() {
            fs::remove_dir_all(&partial).map_err(|error| ExportError::io("empty", &partial, error))?;
        }
        fs::create_dir(&partial).map_err(|error| ExportError::io("make the folder", &partial, error))?;
        Ok(Self { path, partial, array: None, files: 0, layout })
    }

    fn file(&self, name: &str, bytes: &[u8]) -> Result<(), ExportError> {
        let path = self.partial.join(name);
        let written = match fs::write(&path, bytes) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, bytes))
            }
            other => other,
        };
        written.map_err(|error| ExportError::io("write", path, error))
    }

    /// Appends a member to the array, or begins a new file where it would grow too long.
    fn member(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        let Layout::Arrays { stem, bytes: most } = self.layout else { return Ok(()) };
        // Two bytes part members, two close the array.
        if self.array.as_ref().is_some_and(|array| array.bytes + bytes.len() as u64 + 4 > most) {
            self.close()?;
        }
        let fail = |error| ExportError::io("write", self.partial.join(stem), error);
        let array = match &mut self.array {
            Some(array) => {
                array.file.write_all(b",\n").map_err(fail)?;
                array
            }
            none => {
                self.files += 1;
                let path = self.partial.join(numbered(stem, self.files));
                let file = File::create(&path).map_err(|error| ExportError::io("create", path, error))?;
                let mut file = BufWriter::with_capacity(1 << 18, file);
                file.write_all(b"[\n").map_err(fail)?;
                none.insert(Array { file, bytes: 2 })
            }
        };
        array.file.write_all(bytes).map_err(fail)?;
        array.bytes += bytes.len() as u64 + 2;
        Ok(())
    }

    fn close(&mut self) -> Result<(), ExportError> {
        let Some(mut array) = self.array.take() else { return Ok(()) };
        let closed = array.file.write_all(b"\n]\n").and_then(|()| array.file.flush());
        closed.map_err(|error| ExportError::io("write", &self.partial, error))
    }

    fn finish(mut self) -> Result<PathBuf, ExportError> {
        self.close()?;
        if let (1, Layout::Arrays { stem, .. }) = (self.files, &self.layout) {
            let (from, to) =
                (self.partial.join(numbered(stem, 1)), self.partial.join(format!("{stem}.json")));
            fs::rename(from, &to).map_err(|error| ExportError::io("rename", to, error))?;
        }
        if self.path.is_dir() && may_replace(&self.path) {
            fs::remove_dir_all(&self.path).map_err(|error| ExportError::io("replace", &self.path, error))?;
        }
        let renamed = fs::rename(&self.partial, &self.path);
        renamed.map_err(|error| ExportError::io("rename to its final name", &self.partial, error))?;
        Ok(self.path)
    }
}

/// `tasks-001.json`
fn numbered(stem: &str, number: usize) -> String {
    format!("{stem}-{number:03}.json")
}

/// Whether a folder is not there, empty, or an earlier export.
fn may_replace(path: &Path) -> bool {
    match fs::read_dir(path) {
        Err(_) => !path.exists(),
        Ok(mut entries) => {
            let ours = fs::read(path.join(MANIFEST))
                .is_ok_and(|bytes| super::manifest::Earlier::parse(&bytes).is_ok());
            ours || entries.next().is_none()
        }
    }
}

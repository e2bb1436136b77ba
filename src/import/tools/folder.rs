//! Files in folders, for tools with a file a post.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    import::{Found, ImportError},
    post::Origin,
};

/// Largest file that is read; a post is far smaller.
const MOST_BYTES: u64 = 256 << 20;
/// Folders within folders.
const DEEPEST: usize = 8;

/// The files with this ending, in the order of their names: the path itself, or all in the folder.
pub(super) fn files(path: &Path, ending: &str) -> Result<Vec<PathBuf>, ImportError> {
    let mut found = Vec::new();
    if path.is_dir() {
        walk(path, ending, DEEPEST, &mut found)?;
        found.sort();
        if found.is_empty() {
            return Err(ImportError::NotOf {
                path: path.to_owned(),
                reason: format!(
                    "there is no .{ending} file in it: unpack the tool's archive and name its folder"
                ),
            });
        }
    } else {
        found.push(path.to_owned());
    }
    Ok(found)
}

fn walk(folder: &Path, ending: &str, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), ImportError> {
    let fail = |error| ImportError::io("read", folder, error);
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_dir() {
            if depth > 0 {
                walk(&path, ending, depth - 1, found)?;
            }
        } else if path.extension().is_some_and(|other| other.eq_ignore_ascii_case(ending)) {
            found.push(path);
        }
    }
    Ok(())
}

/// A file's text; what is none goes to the dead letters, and `None` comes back.
pub(super) fn text(path: &Path, found: &mut Found) -> Result<Option<String>, ImportError> {
    found.records += 1;
    let length = fs::metadata(path).map_err(|error| ImportError::io("read", path, error))?.len();
    if length > MOST_BYTES {
        found.bury(
            &origin(path),
            None,
            format!("the file has {length} bytes; a post's has at most {MOST_BYTES}"),
        );
        return Ok(None);
    }
    let bytes = fs::read(path).map_err(|error| ImportError::io("read", path, error))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let place = error.utf8_error().valid_up_to();
            found.bury(&origin(path), None, format!("no UTF-8 from byte {place} on: save the file as UTF-8"));
            Ok(None)
        }
    }
}

pub(super) fn origin(path: &Path) -> Origin {
    Origin { file: path.to_string_lossy().into(), line: 1 }
}

/// A file's name without its ending.
pub(super) fn stem(path: &Path) -> &str {
    path.file_stem().and_then(|name| name.to_str()).unwrap_or_default()
}

/// The document and the person of a file of INCEpTION or WebAnno: `…/<document>.<ending>/<person>.<ending>`, or, where
/// the folder is no document, the document alone.
pub(super) fn document_and_person(path: &Path) -> (String, Option<String>) {
    let above = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
    match above.rsplit_once('.') {
        Some((document, "json" | "xmi" | "tsv" | "zip")) => {
            (document.to_owned(), Some(stem(path).to_owned()))
        }
        _ => (stem(path).to_owned(), None),
    }
}

/// The person who has the last word in INCEpTION and WebAnno.
pub(super) const CURATOR: &str = "CURATION_USER";
/// The state before anybody began.
pub(super) const NOBODY: &str = "INITIAL_CAS";

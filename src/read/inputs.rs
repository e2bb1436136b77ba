//! Which files to read.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::ReadError;

/// Endings of files that a run of this program writes beside its output.
const OWN_ENDINGS: [&str; 4] = [".partial", MANIFEST, ".dead.jsonl", ".checkpoint.json"];

/// What a run's manifest adds to the name of the output: a file beside which one stands is an output.
const MANIFEST: &str = ".manifest.json";

/// One input, not yet opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Input {
    /// As the user gave it; `stdin` for stdin.
    pub(super) name: Arc<str>,
    /// `None` is stdin.
    pub(super) path: Option<PathBuf>,
    /// Size in bytes; `None` for what is no regular file.
    pub(super) size: Option<u64>,
}

/// The files behind the paths: directories are walked, sorted by name, and nothing given is stdin.
pub(super) fn list(paths: &[PathBuf]) -> Result<Vec<Input>, ReadError> {
    let stdin = Input { name: Arc::from("stdin"), path: None, size: None };
    if paths.is_empty() {
        return Ok(vec![stdin]);
    }
    let mut inputs = Vec::new();
    for path in paths {
        if path == Path::new("-") {
            if inputs.contains(&stdin) {
                return Err(ReadError::StdinTwice);
            }
            inputs.push(stdin.clone());
            continue;
        }
        let about = about(path)?;
        if about.is_dir() {
            let before = inputs.len();
            walk(path, &mut HashSet::new(), &mut inputs)?;
            if inputs.len() == before {
                return Err(ReadError::EmptyDirectory { file: name(path) });
            }
        } else {
            inputs.push(input(path, &about));
        }
    }
    Ok(inputs)
}

fn name(path: &Path) -> String {
    path.display().to_string()
}

fn about(path: &Path) -> Result<fs::Metadata, ReadError> {
    fs::metadata(path).map_err(|cause| match cause.kind() {
        io::ErrorKind::NotFound => ReadError::NotFound { file: name(path) },
        _ => ReadError::Open { file: name(path), cause },
    })
}

fn input(path: &Path, about: &fs::Metadata) -> Input {
    let size = about.is_file().then_some(about.len());
    Input { name: name(path).into(), path: Some(path.to_owned()), size }
}

/// `above` holds the directories that lead here, so that a link back to one of them ends the walk.
fn walk(directory: &Path, above: &mut HashSet<PathBuf>, inputs: &mut Vec<Input>) -> Result<(), ReadError> {
    let cannot_open = |cause| ReadError::Open { file: name(directory), cause };
    let real = directory.canonicalize().map_err(cannot_open)?;
    if !above.insert(real.clone()) {
        return Ok(());
    }
    let entries = fs::read_dir(directory).map_err(cannot_open)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()
        .map_err(cannot_open)?;
    paths.retain(|path| path.file_name().is_some_and(|name| !is_passed_over(name)) && !is_output(path));
    paths.sort();
    for path in paths {
        let about = about(&path)?;
        if about.is_dir() {
            walk(&path, above, inputs)?;
        } else if about.is_file() {
            inputs.push(input(&path, &about));
        }
    }
    above.remove(&real);
    Ok(())
}

fn is_output(path: &Path) -> bool {
    let mut manifest = path.as_os_str().to_owned();
    manifest.push(MANIFEST);
    Path::new(&manifest).is_file()
}

fn is_passed_over(file_name: &OsStr) -> bool {
    let file_name = file_name.to_string_lossy();
    file_name.starts_with('.') || OWN_ENDINGS.iter().any(|ending| file_name.ends_with(ending))
}

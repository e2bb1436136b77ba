//! Finds the files of a codebook and reads them, each once.

use std::{
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use toml::Spanned;

use super::{CodebookError, Place, builtin, error::with_nearest, file, load::meaning};

/// The format of codebook files that this program reads.
const FORMAT: u32 = 1;

/// Where a codebook's text is: on disk, or in the program.
#[derive(Debug, Clone)]
pub enum Location {
    Disk(PathBuf),
    BuiltIn(String),
    /// A text that the caller has, under the name that messages give it.
    Given(String),
}

impl Location {
    fn shown(&self) -> String {
        match self {
            Location::Disk(path) => path.display().to_string(),
            Location::BuiltIn(path) => format!("labels/{path}"),
            Location::Given(name) => name.clone(),
        }
    }

    fn identity(&self) -> PathBuf {
        match self {
            Location::Disk(path) => path.canonicalize().unwrap_or_else(|_| path.clone()),
            Location::BuiltIn(_) | Location::Given(_) => self.shown().into(),
        }
    }

    fn text(&self) -> Result<String, CodebookError> {
        match self {
            Location::Disk(path) => std::fs::read_to_string(path)
                .map_err(|source| CodebookError::Io { path: path.clone(), source }),
            Location::BuiltIn(path) | Location::Given(path) => builtin::text(path)
                .map(str::to_owned)
                .ok_or_else(|| CodebookError::NotFound { wanted: path.clone(), built_in: builtin::names() }),
        }
    }

    /// The file that this one includes; a shared list that is not there comes from the program.
    fn sibling(&self, include: &str) -> Self {
        match self {
            Location::Disk(path) => {
                let beside = path.parent().unwrap_or(Path::new("")).join(include);
                if !beside.exists() && builtin::text(include).is_some() {
                    return Location::BuiltIn(include.to_owned());
                }
                Location::Disk(beside)
            }
            Location::Given(_) => Location::BuiltIn(include.to_owned()),
            Location::BuiltIn(path) => {
                let joined = Path::new(path).parent().unwrap_or(Path::new("")).join(include);
                let mut parts: Vec<&str> = Vec::new();
                for component in joined.components() {
                    match component {
                        Component::ParentDir => {
                            parts.pop();
                        }
                        Component::Normal(part) => parts.extend(part.to_str()),
                        _ => {}
                    }
                }
                Location::BuiltIn(parts.join("/"))
            }
        }
    }
}

pub fn locate(name_or_path: &str) -> Result<Location, CodebookError> {
    let path = Path::new(name_or_path);
    if path.is_file() {
        return Ok(Location::Disk(path.to_owned()));
    }
    let named = format!("{name_or_path}.toml");
    let in_folder = Path::new("labels").join(&named);
    if in_folder.is_file() {
        return Ok(Location::Disk(in_folder));
    }
    if builtin::text(&named).is_some() {
        return Ok(Location::BuiltIn(named));
    }
    Err(CodebookError::NotFound { wanted: name_or_path.to_owned(), built_in: builtin::names() })
}

/// One file read: its name and its text.
pub struct Source {
    pub name: Arc<str>,
    /// The same for all ways of writing its path.
    identity: PathBuf,
    pub text: Arc<str>,
}

impl Source {
    pub fn place<T>(&self, spanned: &Spanned<T>) -> Place {
        Place::at(&self.name, &self.text, spanned.span())
    }
}

/// All files of a codebook, the main one first.
#[derive(Default)]
pub struct Sources(pub Vec<(Source, file::File)>);

impl Sources {
    pub fn read(&mut self, location: &Location) -> Result<(), CodebookError> {
        let identity = location.identity();
        if self.0.iter().any(|(source, _)| source.identity == identity) {
            return Ok(());
        }
        let text = location.text()?;
        self.parse(location, text)
    }

    pub fn parse(&mut self, location: &Location, text: String) -> Result<(), CodebookError> {
        let name: Arc<str> = location.shown().into();
        let text: Arc<str> = text.into();
        let parsed: file::File = toml::from_str(&text).map_err(|error| CodebookError::Syntax {
            place: Place::at(&name, &text, error.span().unwrap_or(0..0)),
            message: with_nearest(error.message()),
        })?;
        if let Some(format) = &parsed.codebook.format
            && *format.get_ref() != FORMAT
        {
            let message = format!(
                "this codebook is written in format {}, and this program reads format {FORMAT}: take a \
                 program of its time, or rewrite it as docs/codebook.md tells",
                format.get_ref()
            );
            return Err(meaning(Place::at(&name, &text, format.span()), message));
        }
        let includes: Vec<(Location, Place)> = (parsed.codebook.include.iter())
            .map(|include| (location.sibling(include.get_ref()), Place::at(&name, &text, include.span())))
            .collect();
        self.0.push((Source { name, identity: location.identity(), text }, parsed));
        for (include, place) in includes {
            self.read(&include).map_err(|error| match error {
                CodebookError::NotFound { wanted, .. } => meaning(
                    place,
                    format!("there is no `{wanted}` to include: give a path relative to this file"),
                ),
                CodebookError::Io { path, source } => {
                    meaning(place, format!("cannot include {}: {source}", path.display()))
                }
                other => other,
            })?;
        }
        Ok(())
    }
}

//! What can be wrong with a codebook, with the place and the way out.

use std::{ops::Range, path::PathBuf, sync::Arc};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// A place in a codebook file.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as found.
    pub file: Arc<str>,
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
    /// The whole file, to show the line.
    text: Arc<str>,
    /// The bytes meant.
    span: Range<usize>,
}

impl Place {
    /// The place of a range of bytes in a file's text.
    pub fn at(file: &Arc<str>, text: &Arc<str>, span: Range<usize>) -> Self {
        let start = span.start.min(text.len());
        let before = &text.as_bytes()[..start];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        Self {
            file: Arc::clone(file),
            line: memchr::memchr_iter(b'\n', before).count() + 1,
            column: String::from_utf8_lossy(&before[line_start..]).chars().count() + 1,
            text: Arc::clone(text),
            span: start..span.end.clamp(start, text.len()),
        }
    }

    /// The place of a part of the string that stands here, given in bytes of the string's value; the
    /// whole string where it is not written as its value (with escapes, or over several lines).
    #[must_use]
    pub fn within(&self, value: &str, part: &Range<usize>) -> Self {
        let written = self.text.get(self.span.clone()).unwrap_or_default();
        let quotes = if written.starts_with("\"\"\"") || written.starts_with("'''") { 3 } else { 1 };
        if part.is_empty() || written.get(quotes..quotes + value.len()) != Some(value) {
            return self.clone();
        }
        let start = self.span.start + quotes;
        Self::at(&self.file, &self.text, start + part.start..start + part.end)
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// Why a codebook cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CodebookError {
    /// Neither a file nor a known name.
    #[error(
        "no codebook `{wanted}`: there is no such file, nor one of that name in labels/; built in: {}",
        .built_in.join(", ")
    )]
    NotFound {
        /// What was asked for.
        wanted: String,
        /// The names that come with the program.
        built_in: Vec<&'static str>,
    },
    /// A file could not be read.
    #[error("{}: cannot read this codebook: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The text is not TOML, or has a key or a value that a codebook does not have.
    #[error("{place}: {message}")]
    Syntax {
        /// Where.
        place: Place,
        /// What, from the parser, and the nearest known key.
        message: String,
    },
    /// The codebook knows no country of this code.
    #[error(
        "no country of this codebook has the code {home}: it knows {}; give one of them, or `none`",
        .known.join(", ")
    )]
    UnknownHome {
        /// What was asked for.
        home: String,
        /// The codes of its countries, sorted.
        known: Vec<String>,
    },
    /// The parts do not fit together.
    #[error("{place}: {message}")]
    Meaning {
        /// Where.
        place: Place,
        /// What is wrong and what to do.
        message: String,
    },
}

impl CodebookError {
    /// The error with the line it is about and a caret below it; `None` where it has no place.
    pub fn shown(&self, coloured: bool) -> Option<String> {
        let (Self::Syntax { place, message } | Self::Meaning { place, message }) = self else { return None };
        let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
        let snippet = Snippet::source(&*place.text)
            .path(&*place.file)
            .annotation(AnnotationKind::Primary.span(place.span.clone()));
        Some(renderer.render(&[Level::ERROR.primary_title(message.as_str()).element(snippet)]))
    }
}

/// A parser's message about an unknown key or value, with the nearest known one.
pub fn with_nearest(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown field") || message.starts_with("unknown variant");
    let Some(given) = quoted.next().filter(|_| unknown) else { return message.to_owned() };
    let nearest = quoted.map(|known| (distance(given, known), known)).min();
    match nearest {
        Some((distance, known)) if distance <= given.chars().count().max(3) / 2 => {
            format!("{message}; did you mean `{known}`?")
        }
        _ => message.to_owned(),
    }
}

/// How many letters must be put in, taken out, changed or swapped with their neighbour.
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let best = changed.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best.min(rows[i - 2][j - 2] + 1)
                } else {
                    best
                }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_key_is_named_where_one_is_near() {
        let fields = "expected one of `title`, `version`, `home`";
        for (given, said) in [("titel", Some("title")), ("hoem", Some("home")), ("colour", None)] {
            let told = with_nearest(&format!("unknown field `{given}`, {fields}"));
            match said {
                Some(said) => assert!(told.ends_with(&format!("did you mean `{said}`?")), "{told}"),
                None => assert!(!told.contains("did you mean"), "{told}"),
            }
        }
        assert_eq!(with_nearest("expected `=`"), "expected `=`");
    }

    #[test]
    fn a_part_of_a_string_is_pointed_at() {
        let text: Arc<str> = "a = \"شرم {planet}\"\n".into();
        let whole = Place::at(&"t".into(), &text, 4..text.len() - 1);
        let value = "شرم {planet}";
        let part = whole.within(value, &(7..15));
        assert_eq!((part.line, part.column), (1, 10));
        assert_eq!(&text[part.span.clone()], "{planet}");
        assert_eq!(whole.within("other", &(1..2)), whole);
        let shown = CodebookError::Meaning { place: part, message: "no slot".into() }.shown(false);
        let shown = shown.expect("it has a place");
        assert!(shown.contains("t:1:10") && shown.contains("^^^^^^^^"), "{shown}");
    }
}

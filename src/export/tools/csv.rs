//! CSV: the lossless form for programs, and one that a spreadsheet leaves alone.
//!
//! Both have the columns of [`COLUMNS`] and those of `--meta`; lists of labels are parted by `;`, everything nested is
//! JSON in its cell. People correct `labels`, and put their name into `annotator`: a row without one is not done.
//!
//! A spreadsheet makes formulas of cells that begin with `=`, `+`, `-` or `@` (and runs them), numbers of long ids, and
//! dates of `1-2`. In its form an apostrophe stands before every cell that could be any of these, and before cells that
//! begin with one; *import* takes it away. Lines end in CRLF behind a byte order mark, as Excel wants them.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::export::{About, Document, Format, Layout, Part, Rules, Seen, Unit};

/// The columns, in order.
pub(crate) const COLUMNS: [&str; 8] =
    ["id", "text", "lang", "labels", "annotator", "spans", "stancemark", "form"];
/// What stands in `form` of the form for spreadsheets.
pub(crate) const GUARDED: &str = "spreadsheet";
/// Most characters that a spreadsheet's cell holds.
const LONGEST_CELL: usize = 32_767;
/// A cell that is no longer than this and holds a digit may be taken for a number, a date or a time.
const LONGEST_NUMBER: usize = 32;

pub(crate) fn lossless(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Csv { about, guarded: false, meta: None })
}

pub(crate) fn spreadsheet(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Csv { about, guarded: true, meta: None })
}

struct Csv {
    about: Arc<About>,
    guarded: bool,
    /// The columns of `--meta`, of the first post: the same in every row.
    meta: Option<Vec<String>>,
}

impl Format for Csv {
    fn unit(&self) -> Unit {
        Unit::CodePoints
    }

    fn layout(&self) -> Layout {
        Layout::Lines { head: Vec::new() }
    }

    fn rules(&self) -> Rules {
        Rules { longest_text: if self.guarded { LONGEST_CELL } else { 0 }, ..Rules::default() }
    }

    fn encode(&mut self, documents: &[Document]) -> Result<Vec<Part>, String> {
        let mut out = Vec::new();
        for document in documents {
            if self.meta.is_none() {
                let names: Vec<String> = self.about.meta.clone();
                if self.guarded {
                    out.extend_from_slice(b"\xef\xbb\xbf");
                }
                self.push(&mut out, COLUMNS.iter().copied().chain(names.iter().map(String::as_str)));
                self.meta = Some(names);
            }
            let meta = self.meta.clone().unwrap_or_default();
            let cells = self.cells(document, &meta);
            self.push(&mut out, cells.iter().map(String::as_str));
        }
        Ok(vec![Part::Text(out)])
    }

    fn companions(&self, _seen: &Seen) -> Result<Vec<(String, Vec<u8>)>, String> {
        Ok(Vec::new())
    }

    fn next_step(&self) -> &'static str {
        "correct `labels`, parted by ;, and put your name into `annotator` of every row that is done"
    }
}

impl Csv {
    fn cells(&self, document: &Document, meta: &[String]) -> Vec<String> {
        let mut proposed = document.proposed(&self.about.model_version);
        let spans = proposed.get("spans").cloned().unwrap_or_default();
        if self.guarded && too_long(&proposed) {
            // What does not fit is cut off by the spreadsheet, and half of JSON is none.
            proposed = json!({ "labels": proposed["labels"], "model_version": proposed["model_version"] });
        }
        let form = if self.guarded { GUARDED } else { "" };
        let mut cells = vec![
            document.id.clone(),
            document.text.clone(),
            document.lang.clone(),
            document.label_names().join(";"),
            String::new(),
            if self.guarded && too_long(&spans) { String::new() } else { spans.to_string() },
            proposed.to_string(),
            form.to_owned(),
        ];
        cells.extend(meta.iter().map(|name| match document.meta.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => String::new(),
            Some(other) => other.to_string(),
        }));
        cells
    }

    fn push<'a>(&self, out: &mut Vec<u8>, cells: impl Iterator<Item = &'a str>) {
        for (at, cell) in cells.enumerate() {
            if at > 0 {
                out.push(b',');
            }
            let guard = if self.guarded && needs_guard(cell) { "'" } else { "" };
            let quoted = cell.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r' | b';' | b'\t'));
            if quoted {
                out.push(b'"');
                out.extend_from_slice(guard.as_bytes());
                out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
                out.push(b'"');
            } else {
                out.extend_from_slice(guard.as_bytes());
                out.extend_from_slice(cell.as_bytes());
            }
        }
        out.extend_from_slice(if self.guarded { b"\r\n" } else { b"\n" });
    }
}

fn too_long(value: &Value) -> bool {
    value.to_string().encode_utf16().count() >= LONGEST_CELL
}

/// Whether a spreadsheet could make something else of a cell, or the cell begins with the guard itself.
fn needs_guard(cell: &str) -> bool {
    let begins = |c: char| {
        matches!(c, '=' | '+' | '-' | '@' | '\'' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n' | '|' | '%')
    };
    // Spaces and invisible characters before a sign do not stop every program.
    let first =
        cell.chars().find(|&c| !c.is_whitespace() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}'));
    let like_a_number = cell.len() <= LONGEST_NUMBER && cell.chars().any(char::is_numeric);
    let like_a_word = matches!(cell.to_ascii_uppercase().as_str(), "TRUE" | "FALSE");
    cell.starts_with(begins) || first.is_some_and(begins) || like_a_number || like_a_word
}

/// A cell without its guard.
pub(crate) fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if needs_guard(rest) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_change_is_guarded_and_comes_back() {
        for cell in [
            "=1+1",
            "+92",
            "-x",
            "@facebook",
            "\t=1",
            " =1",
            "\u{feff}=1",
            "＝1",
            "'quoted'",
            "''",
            "1112345678901234567",
            "007",
            "1-2",
            "12:30",
            "TRUE",
            "\r\n=A1",
            "|x",
        ] {
            assert!(needs_guard(cell), "{cell:?}");
            assert_eq!(unguarded(&format!("'{cell}")), cell);
        }
        for cell in ["", "plain words", "[{\"start\":0,\"end\":12,\"label\":\"support\"}]", "it's"] {
            assert!(!needs_guard(cell), "{cell:?}");
            assert_eq!(unguarded(cell), cell);
        }
    }
}

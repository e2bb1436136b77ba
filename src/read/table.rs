//! A table's header, and its rows as posts.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use memchr::memchr;
use serde_json::{Map, Value, value::RawValue};

use super::{
    Columns, ReadError,
    columns::{FIELD_COUNT, FIELDS, Field, KEPT, KEPT_FIELDS, Plan, choose, nearest},
    hashtags,
    json::{Parsed, Unfit},
    kept::Kept,
    split::{RowShape, without_line_break},
    time::{self, TimeCell},
};
use crate::post::{Origin, Post};

/// Most columns that a message lists.
const LISTED_COLUMNS: usize = 40;
/// Most characters of each.
const LISTED_CHARS: usize = 60;

/// The fields of one row, quotes taken off.
pub(super) struct Cells<'r> {
    rest: Option<&'r str>,
    shape: RowShape,
    ragged: bool,
}

impl<'r> Cells<'r> {
    /// The row may still end in its line break.
    pub(super) fn of(row: &'r str, shape: RowShape) -> Self {
        // What is cut off is ASCII, so the length stays on a character's edge.
        let rest = row.get(..without_line_break(row.as_bytes()).len());
        Self { rest, shape, ragged: false }
    }

    /// Whether a field so far had text behind its closing quote, or no closing quote.
    pub(super) fn is_ragged(&self) -> bool {
        self.ragged
    }

    /// Cuts `row` behind the next delimiter.
    fn until_delimiter(&mut self, row: &'r str) -> &'r str {
        let cut = memchr(self.shape.delimiter, row.as_bytes());
        let cell = cut.and_then(|at| row.get(..at)).unwrap_or(row);
        self.rest = cut.and_then(|at| row.get(at + 1..));
        cell
    }

    /// A field that begins with a quote; `row` begins behind it. Text behind the closing quote belongs
    /// to the field as it stands.
    fn quoted(&mut self, mut row: &'r str) -> Cow<'r, str> {
        let mut cell = Cow::Borrowed("");
        loop {
            let Some((part, behind)) = row.split_once('"') else {
                self.rest = None;
                self.ragged = true;
                append(&mut cell, row);
                return cell;
            };
            append(&mut cell, part);
            if let Some(further) = behind.strip_prefix('"') {
                cell.to_mut().push('"');
                row = further;
            } else {
                let tail = self.until_delimiter(behind);
                self.ragged |= !tail.is_empty();
                append(&mut cell, tail);
                return cell;
            }
        }
    }
}

fn append<'r>(cell: &mut Cow<'r, str>, part: &'r str) {
    if cell.is_empty() {
        *cell = Cow::Borrowed(part);
    } else if !part.is_empty() {
        cell.to_mut().push_str(part);
    }
}

impl<'r> Iterator for Cells<'r> {
    type Item = Cow<'r, str>;

    fn next(&mut self) -> Option<Cow<'r, str>> {
        let row = self.rest?;
        match row.strip_prefix('"') {
            Some(inner) if self.shape.quoted => Some(self.quoted(inner)),
            _ => Some(Cow::Borrowed(self.until_delimiter(row))),
        }
    }
}

/// What the header says.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) shape: RowShape,
    width: usize,
    /// The column of each field.
    columns: [Option<usize>; FIELD_COUNT],
    /// Each column's name as a JSON string, no two the same.
    keys: Vec<String>,
    /// The column that holds kept columns as JSON, and what is looked for in it.
    kept: Option<(usize, Kept)>,
}

impl Table {
    /// Finds the columns once for the whole file. Every name that the user gave must be there.
    pub(super) fn new(
        header: &[String],
        shape: RowShape,
        plan: &Plan,
        file: &str,
    ) -> Result<Self, ReadError> {
        let mut columns = [None; FIELD_COUNT];
        let kept = header.iter().position(|name| name == KEPT);
        for field in FIELDS {
            let column = choose(header, field, &plan.columns);
            let may_be_kept = kept.is_some() && KEPT_FIELDS.contains(&field);
            if let (None, Some(wanted), false) = (column, plan.given(field), may_be_kept) {
                return Err(no_column(header, field, wanted, file));
            }
            columns[field.index()] = column;
        }
        if columns[Field::Text.index()].is_none() {
            return Err(no_text(header, &plan.columns, file));
        }
        let missing = KEPT_FIELDS.iter().any(|field| columns[field.index()].is_none());
        let kept = kept.filter(|_| missing).map(|at| (at, Kept::new(&plan.columns, &[])));
        Ok(Self { shape, width: header.len(), columns, keys: keys(header), kept })
    }

    /// One row as a post.
    pub(super) fn parse(&self, row: &str, plan: &Plan, origin: &Origin) -> Parsed {
        let mut cells: [Option<Cow<str>>; FIELD_COUNT] = [const { None }; FIELD_COUNT];
        let mut kept = plan.keep.then(|| String::from("{"));
        let mut width = 0;
        let mut carried = None;
        for (at, cell) in Cells::of(row, self.shape).enumerate() {
            width = at + 1;
            if let Some(kept) = &mut kept {
                self.keep(kept, at, &cell);
            }
            if self.kept.as_ref().is_some_and(|(column, _)| *column == at) {
                carried = Some(cell.clone());
            }
            for (slot, column) in cells.iter_mut().zip(self.columns) {
                if column == Some(at) {
                    *slot = Some(cell.clone());
                }
            }
        }
        let [id, text, time, author, platform, tags, repost_of] = cells;
        let filled = |cell: Option<Cow<str>>| cell.filter(|cell| !cell.is_empty()).map(Cow::into_owned);
        let id = filled(id);
        if width != self.width {
            return Err(Unfit { reason: self.wrong_width(width), id });
        }
        let time = time.map_or(TimeCell::Empty, |cell| time::read(&cell));
        // A cell that is no JSON object is an input column of that name like any other.
        let carried = match (&self.kept, &carried) {
            (Some((_, kept)), Some(cell)) if cell.starts_with('{') => kept.read(cell).unwrap_or_default(),
            _ => super::KeptValues::default(),
        };
        let or_kept =
            |cell: Option<Cow<str>>, kept: Option<Cow<str>>| filled(cell).or(kept.map(Cow::into_owned));
        let post = Post {
            id: id.unwrap_or_else(|| origin.to_string()),
            text: text.map(Cow::into_owned).unwrap_or_default(),
            time: time.timestamp(),
            author: or_kept(author, carried.author),
            platform: or_kept(platform, carried.platform),
            hashtags: tags.map(|cell| hashtags::from_cell(&cell)).unwrap_or_default(),
            repost_of: or_kept(repost_of, carried.repost_of),
            origin: origin.clone(),
            input: kept.and_then(|object| RawValue::from_string(object + "}").ok()),
        };
        Ok((post, time == TimeCell::Unreadable))
    }

    /// One row as an object of its cells.
    pub(super) fn object(&self, row: &str) -> Result<Map<String, Value>, String> {
        let cells: Vec<Cow<'_, str>> = Cells::of(row, self.shape).collect();
        if cells.len() != self.width {
            return Err(self.wrong_width(cells.len()));
        }
        let name = |key: &String| serde_json::from_str(key).unwrap_or_default();
        Ok(self
            .keys
            .iter()
            .map(name)
            .zip(cells.into_iter().map(|cell| Value::String(cell.into_owned())))
            .collect())
    }

    fn keep(&self, object: &mut String, at: usize, cell: &str) {
        let taken = [Field::Id, Field::Text].iter().any(|field| self.columns[field.index()] == Some(at));
        if let (false, Some(key), Ok(value)) = (taken, self.keys.get(at), serde_json::to_string(cell)) {
            if object.len() > 1 {
                object.push(',');
            }
            object.push_str(key);
            object.push(':');
            object.push_str(&value);
        }
    }

    fn wrong_width(&self, width: usize) -> String {
        format!(
            "the row has {width} fields where the header has {}; a field that holds `{}`, a quote or a line \
             break must stand in quotes",
            self.width,
            self.shape.delimiter.escape_ascii()
        )
    }
}

/// A column that the user named and that is not there.
pub(super) fn no_column(header: &[String], field: Field, wanted: &str, file: &str) -> ReadError {
    ReadError::NoSuchColumn {
        file: file.to_owned(),
        role: field.role(),
        wanted: wanted.to_owned(),
        there: listed(header),
        nearest: nearest(header, &[wanted]),
    }
}

/// No column for the text.
pub(super) fn no_text(header: &[String], columns: &Columns, file: &str) -> ReadError {
    let nearest = nearest(header, &Field::Text.names(columns));
    ReadError::NoTextColumn { file: file.to_owned(), there: listed(header), nearest }
}

fn listed(header: &[String]) -> String {
    let shown = header
        .iter()
        .take(LISTED_COLUMNS)
        .map(|name| format!("`{}`", name.chars().take(LISTED_CHARS).collect::<String>()))
        .collect::<Vec<_>>()
        .join(", ");
    if header.len() > LISTED_COLUMNS { format!("{shown}, …") } else { shown }
}

/// Columns of the same name are told apart by a number: `name`, `name_2`.
fn keys(header: &[String]) -> Vec<String> {
    let mut taken: HashSet<String> = header.iter().cloned().collect();
    let mut seen: HashMap<&str, usize> = HashMap::new();
    let unique = header.iter().map(|name| {
        let count = seen.entry(name).or_default();
        *count += 1;
        let mut key = name.clone();
        while *count > 1 && !taken.insert(key.clone()) {
            key = format!("{name}_{count}");
            *count += usize::from(taken.contains(&key));
        }
        key
    });
    unique.map(|key| serde_json::to_string(&key).unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COMMA: RowShape = RowShape { delimiter: b',', quoted: true };

    fn cells(row: &str) -> Vec<String> {
        Cells::of(row, COMMA).map(Cow::into_owned).collect()
    }

    #[test]
    fn quotes_are_taken_off() {
        assert_eq!(cells("a,\"b,c\",\"d\"\"e\"\r\n"), ["a", "b,c", "d\"e"]);
        assert_eq!(cells("\"\",,\"\"\"\"\n"), ["", "", "\""]);
        assert_eq!(cells("say \"hi\",\"a\"b\n"), ["say \"hi\"", "ab"]);
        assert_eq!(Cells::of("\"a\tb\"", RowShape { delimiter: b'\t', quoted: false }).count(), 2);
    }

    proptest! {
        /// The csv crate reads the same fields.
        #[test]
        fn rows_are_read_as_others_read_them(row in "[ab,\"é\r]{0,19}[ab,\"é]") {
            let mut other = csv::ReaderBuilder::new()
                .has_headers(false)
                .terminator(csv::Terminator::Any(b'\n'))
                .from_reader(row.as_bytes());
            let expected = other.records().next().expect("one row").expect("UTF-8");
            prop_assert_eq!(cells(&row), expected.iter().map(str::to_owned).collect::<Vec<_>>());
        }
    }
}

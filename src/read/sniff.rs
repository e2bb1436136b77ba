//! What a file is: its first bytes say, and its name where they do not.

use memchr::memchr;

use super::{
    Format, ReadError,
    columns::{FIELDS, Field, Plan, choose},
    split::{RowEnd, RowShape, Split, without_line_break},
    split_json::ValueEnd,
    table::Cells,
};

/// How much of a file is looked at. A table's header must end within.
pub(super) const WINDOW_BYTES: usize = 64 << 10;
/// Rows that are compared to find a table's delimiter.
const COMPARED_ROWS: usize = 50;
/// A quoted field over more lines than this, at the end of the window, is taken for a stray quote.
const QUOTED_LINES: usize = 16;
/// Members of an object that are looked at.
const COMPARED_MEMBERS: usize = 1000;
/// Names that APIs and archives give the list of posts in an object.
const LISTS: [&str; 14] = [
    "data", "posts", "tweets", "statuses", "messages", "items", "results", "records", "comments", "feed",
    "children", "rows", "entries", "hits",
];
/// Usual names of a text that also describe a whole collection.
const DESCRIPTIONS: [&str; 3] = ["description", "comment", "message"];

/// How a file's records lie in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Layout {
    JsonLines,
    /// JSON values; posts stand under this key of each object, or are the objects.
    Json {
        envelope: Option<String>,
    },
    Table {
        shape: RowShape,
        header: Vec<String>,
        /// Bytes up to the first row after the header.
        skip: usize,
    },
    Text,
}

impl Layout {
    pub(super) fn format(&self) -> Format {
        match self {
            Layout::JsonLines => Format::Jsonl,
            Layout::Json { .. } => Format::Json,
            Layout::Table { shape, .. } if shape.delimiter == b'\t' => Format::Tsv,
            Layout::Table { .. } => Format::Csv,
            Layout::Text => Format::Text,
        }
    }
}

/// Tells the layout from the first [`WINDOW_BYTES`] of the unpacked input, or all of it if it is shorter.
pub(super) fn layout(
    window: &[u8],
    name: &str,
    wanted: Option<Format>,
    plan: &Plan,
) -> Result<Layout, ReadError> {
    let by_name = format_of_name(name);
    let text = window.trim_ascii_start();
    if text.is_empty() && window.len() < WINDOW_BYTES {
        // No record to read; whatever it is, it needs no header.
        return Ok(Layout::Text);
    }
    match wanted {
        Some(Format::Jsonl) => return Ok(Layout::JsonLines),
        Some(Format::Json) => return Ok(Layout::Json { envelope: envelope(text, plan) }),
        Some(Format::Csv | Format::Tsv) => {
            return table(window, name, wanted, plan).map(|(layout, _)| layout);
        }
        Some(Format::Text) => return Ok(Layout::Text),
        // A Parquet file does not come here: it is told by its first bytes.
        Some(Format::Parquet) | None => {}
    }
    if let Some(layout) = json(text, plan) {
        return Ok(layout);
    }
    match by_name {
        Some(Format::Jsonl) => Ok(Layout::JsonLines),
        Some(Format::Json) => Ok(Layout::Json { envelope: None }),
        Some(Format::Csv | Format::Tsv) => table(window, name, by_name, plan).map(|(layout, _)| layout),
        _ => Ok(match table(window, name, None, plan) {
            Ok((layout, true)) => layout,
            _ => Layout::Text,
        }),
    }
}

/// The format that the name's ending stands for, under the endings of packed files.
fn format_of_name(name: &str) -> Option<Format> {
    let mut endings = name.rsplit('.').map(str::to_ascii_lowercase);
    let mut ending = endings.next()?;
    if matches!(ending.as_str(), "gz" | "gzip" | "zst" | "zstd") {
        ending = endings.next()?;
    }
    match ending.as_str() {
        "jsonl" | "ndjson" | "jsonlines" => Some(Format::Jsonl),
        "json" => Some(Format::Json),
        "csv" => Some(Format::Csv),
        "tsv" | "tab" => Some(Format::Tsv),
        _ => None,
    }
}

fn json(text: &[u8], plan: &Plan) -> Option<Layout> {
    let (first, rest) = text.split_first()?;
    let second = rest.trim_ascii_start().first();
    match (first, second) {
        (b'[', None | Some(b'{' | b'[' | b']')) => Some(Layout::Json { envelope: None }),
        (b'{', None | Some(b'"' | b'}')) => {
            let envelope = envelope(text, plan);
            let lines = envelope.is_none() && is_one_object_a_line(text);
            Some(if lines { Layout::JsonLines } else { Layout::Json { envelope } })
        }
        _ => None,
    }
}

/// Whether the first line holds one whole object, or would if it were not broken.
fn is_one_object_a_line(text: &[u8]) -> bool {
    let line = memchr(b'\n', text).map_or(text, |end| &text[..end]);
    let mut end = ValueEnd::new(b'{', false);
    if let Some(length) = end.advance(line) {
        let behind = line[length..].trim_ascii_start();
        return !matches!(behind.first(), Some(b'{' | b','));
    }
    if line.len() == text.len() || end.in_string() {
        return true;
    }
    // An object over several lines is broken behind a bracket or a comma, or before one.
    let next = text[line.len()..].trim_ascii_start();
    !matches!(line.trim_ascii_end().last(), Some(b'{' | b'[' | b',' | b':')) && next.first() == Some(&b'{')
}

/// The key of the list of posts, where the object holds one rather than being a post.
fn envelope(text: &[u8], plan: &Plan) -> Option<String> {
    let members = members(text.strip_prefix(b"{")?);
    let describes = |name: &str| plan.given(Field::Text).is_none() && DESCRIPTIONS.contains(&name);
    if members
        .iter()
        .any(|(name, value)| plan.leads_to_text(name, value.starts_with(b"{")) && !describes(name))
    {
        return None;
    }
    let lists: Vec<&String> = members
        .iter()
        .filter(|(name, value)| match value.strip_prefix(b"[").map(|list| list.trim_ascii_start().first()) {
            Some(Some(b'{')) => true,
            Some(Some(b']') | None) => LISTS.contains(&name.as_str()),
            _ => false,
        })
        .map(|(name, _)| name)
        .collect();
    let usual = lists.iter().find(|name| LISTS.contains(&name.as_str()));
    let any = || lists.first().filter(|_| !members.iter().any(|(name, _)| describes(name)));
    usual.or_else(any).map(|name| (*name).clone())
}

/// The members of an object as far as the window shows them: their names, and where their values begin.
fn members(mut rest: &[u8]) -> Vec<(String, &[u8])> {
    let mut members = Vec::new();
    while members.len() < COMPARED_MEMBERS {
        let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b',').count();
        rest = &rest[blanks..];
        let Some(end) =
            rest.first().filter(|byte| **byte == b'"').and_then(|q| ValueEnd::new(*q, false).advance(rest))
        else {
            break;
        };
        let Ok(name) = serde_json::from_slice::<String>(&rest[..end]) else { break };
        let Some(value) = rest[end..].trim_ascii_start().strip_prefix(b":").map(<[u8]>::trim_ascii_start)
        else {
            break;
        };
        members.push((name, value));
        let Some(end) = value.first().and_then(|first| ValueEnd::new(*first, false).advance(value)) else {
            break;
        };
        rest = &value[end..];
    }
    members
}

/// One way to read the window as a table.
struct Candidate {
    shape: RowShape,
    header: Vec<String>,
    skip: usize,
    /// Rows behind the header, and how many of them have its width and sound quotes.
    rows: usize,
    sound: usize,
    /// Whether the first of them goes on behind the window: a very long post.
    cut_off: bool,
    /// Whether a column is one that is looked for.
    named: bool,
}

impl Candidate {
    /// In steps of a thousandth, so that it can be compared.
    fn share(&self) -> usize {
        (self.sound * 1000).checked_div(self.rows).unwrap_or(1000)
    }
}

/// Reads the window as a table; `true` where its content alone says that it is one.
fn table(window: &[u8], name: &str, said: Option<Format>, plan: &Plan) -> Result<(Layout, bool), ReadError> {
    let shape = |delimiter: u8, quoted: bool| RowShape { delimiter, quoted };
    let unreadable = |reason: &str| ReadError::Header { file: name.to_owned(), reason: reason.to_owned() };
    let tabs = [shape(b'\t', true), shape(b'\t', false)];
    let others = [shape(b',', true), shape(b';', true), shape(b'|', true)];
    let shapes = if said == Some(Format::Tsv) { [&tabs[..], &others[..]] } else { [&others[..], &tabs[..]] };
    let (mark, declared) = declared_delimiter(window);
    let candidates =
        shapes.concat().into_iter().filter(|s| declared.is_none_or(|delimiter| delimiter == s.delimiter));
    let candidates: Vec<Candidate> =
        candidates.filter_map(|shape| candidate(window, mark, shape, plan)).collect();
    // Of equals the first one stays.
    let best = candidates.into_iter().rev().max_by_key(|found| {
        (found.named && found.header.len() > 1, found.header.len() > 1, found.share(), found.header.len())
    });
    let Some(found) = best else {
        return Err(unreadable(
            "it is not UTF-8 or does not end within 64 KiB; convert the file (iconv -t UTF-8) or close the quotes",
        ));
    };
    let compared = found.rows > 0 || found.cut_off;
    let certain = found.named && found.header.len() > 1 && compared && found.share() >= 800;
    Ok((Layout::Table { shape: found.shape, header: found.header, skip: found.skip }, certain))
}

/// `sep=;` on the first line, as spreadsheets write it: its length and the delimiter.
fn declared_delimiter(window: &[u8]) -> (usize, Option<u8>) {
    let end = memchr(b'\n', window).map_or(window.len(), |at| at + 1);
    match without_line_break(&window[..end]) {
        [b's', b'e', b'p', b'=', delimiter @ (b',' | b';' | b'|' | b'\t')] => (end, Some(*delimiter)),
        _ => (0, None),
    }
}

fn candidate(window: &[u8], from: usize, shape: RowShape, plan: &Plan) -> Option<Candidate> {
    let mut header: Option<(Vec<String>, usize)> = None;
    let (mut at, mut rows, mut sound, mut cut_off) = (from, 0, 0, false);
    while at < window.len() && rows < COMPARED_ROWS {
        let mut end = RowEnd::new(shape);
        let length = end.advance(&window[at..]);
        let row = &window[at..length.map_or(window.len(), |length| at + length)];
        at += row.len();
        if without_line_break(row).is_empty() {
            continue;
        }
        if length.is_none() && window.len() >= WINDOW_BYTES {
            let swallowed = end.inside_quotes() && memchr::memchr_iter(b'\n', row).count() > QUOTED_LINES;
            rows += usize::from(swallowed);
            cut_off = rows == 0;
            break;
        }
        // A row in another encoding still has its width.
        let text = String::from_utf8_lossy(row);
        let mut cells = Cells::of(&text, shape);
        let Some((names, _)) = &header else {
            let row = std::str::from_utf8(row).ok()?;
            let names = Cells::of(row, shape).map(|name| name.trim().to_owned()).collect();
            header = Some((names, at));
            continue;
        };
        let width = cells.by_ref().count();
        rows += 1;
        sound += usize::from(width == names.len() && !cells.is_ragged());
    }
    let (header, skip) = header?;
    let given = |field| plan.given(field).is_some() && choose(&header, field, &plan.columns).is_some();
    let named = choose(&header, Field::Text, &plan.columns).is_some() || FIELDS.into_iter().any(given);
    Some(Candidate { shape, header, skip, rows, sound, cut_off, named })
}

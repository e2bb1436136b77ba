//! Partial results: a counter written down, and read back like a tag file.
//!
//! JSON lines. The first is the head:
//!
//! ```json
//! {"stancemark_partial":1,"by":["label","time:hour"],"where":["lang=ur"],"zone":"UTC","authors":true,"key":null,
//!  "read":740,"posts":512,"bad":0,"all_authors":"x…","cells":35}
//! ```
//!
//! Then one line a cell: `keys` in the order of `by` (text; a time as its bucket's number, [`Bucket::of`](super::Bucket::of);
//! `null` for none), `posts`, and with authors `authors`, the cell's sketch. Cells stand in the order of the table, so
//! that the same counts give the same file.

use std::{
    io::{self, BufRead, Write},
    path::Path,
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    AggregateError, By, Counter, Plan, Sketch,
    counter::{ABSENT, Cell, Count, KEYS},
    files::{Tally, first_line},
    lines::LONGEST_LINE,
    table::sorted,
};
use crate::write::push_json;

/// How a partial result begins.
pub(super) const BEGINNING: &[u8] = b"{\"stancemark_partial\":";

/// The version of the form that is written.
const VERSION: u32 = 1;

/// What a partial result says of all its posts.
#[derive(Debug, Serialize, Deserialize)]
struct Head {
    stancemark_partial: u32,
    by: Vec<String>,
    #[serde(rename = "where")]
    filters: Vec<String>,
    zone: String,
    authors: bool,
    /// The name of the key that authors were replaced with.
    key: Option<String>,
    read: u64,
    posts: u64,
    bad: u64,
    all_authors: Option<String>,
    cells: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Line {
    keys: Vec<Value>,
    posts: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    authors: Option<String>,
}

/// What a partial result counts, in the words of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartialPlan {
    /// `--by`
    pub by: String,
    /// `--where`
    pub filters: Vec<String>,
    /// `--time-zone`
    pub zone: String,
    /// `--authors`
    pub authors: bool,
}

/// What a file counts, if it is a partial result: so that it need not be asked for again. `None` for any other file,
/// for standard input, and for one that cannot be opened (which counting will tell).
pub fn partial_plan(path: &Path) -> Option<PartialPlan> {
    let line = first_line(path, LONGEST_LINE)?;
    let head: Head = serde_json::from_slice(&line).ok()?;
    let Head { by, filters, zone, authors, .. } = head;
    Some(PartialPlan { by: by.join(","), filters, zone, authors })
}

impl Counter {
    /// Writes the counts down, so that they can be merged with others later: the same answer as if all had been counted
    /// at once. `bad` are the lines that could not be counted.
    ///
    /// # Errors
    /// The writer's own.
    pub fn write_partial(&self, out: &mut dyn Write, bad: u64) -> io::Result<()> {
        let (plan, counts) = (self.plan(), self.counts());
        let cells = sorted(plan, counts);
        let head = Head {
            stancemark_partial: VERSION,
            by: plan.by.iter().map(By::word).collect(),
            filters: plan.filters.iter().map(|filter| filter.text().to_owned()).collect(),
            zone: plan.zone.name().to_owned(),
            authors: plan.counts_authors(),
            key: key_name(plan),
            read: counts.read,
            posts: counts.posts,
            bad,
            all_authors: plan.counts_authors().then(|| counts.authors.to_text()),
            cells: cells.len() as u64,
        };
        push_json(out, &head)?;
        for (cell, count) in cells {
            let keys = plan.by.iter().zip(cell).zip(&counts.names).map(|((by, &id), names)| match by {
                By::Time(_) => names.buckets.get(id as usize).map_or(Value::Null, |&bucket| bucket.into()),
                _ => names.texts.get(id as usize).map_or(Value::Null, |name| Value::from(&**name)),
            });
            let authors = count.authors.as_ref().map(|authors| authors.to_text());
            push_json(out, &Line { keys: keys.collect(), posts: count.posts, authors })?;
        }
        Ok(())
    }
}

fn key_name(plan: &Plan) -> Option<String> {
    plan.more.pseudonyms.as_ref().map(crate::privacy::Pseudonyms::key_name)
}

/// Reads a partial result; `first` is its first line.
pub(super) fn count(
    first: &[u8],
    reader: &mut dyn BufRead,
    path: &Path,
    plans: &[Arc<Plan>],
) -> Result<Tally, AggregateError> {
    let bad = |reason: String| AggregateError::BadPartial { path: path.to_owned(), reason };
    let head: Head = serde_json::from_slice(first).map_err(|error| bad(error.to_string()))?;
    if head.stancemark_partial != VERSION {
        return Err(bad(format!(
            "it has version {}, and this program reads {VERSION}",
            head.stancemark_partial
        )));
    }
    let [plan] = plans else { return Err(bad("it holds one count, and several are asked for".to_owned())) };
    check(&head, path, plan)?;
    let sketch = |text: Option<&str>| match text {
        None => Ok(Sketch::default()),
        Some(text) => Sketch::from_text(text).ok_or_else(|| bad("a sketch of authors is broken".to_owned())),
    };
    let mut counter = Counter::new(Arc::clone(plan));
    counter.add_totals(head.read, head.posts, &sketch(head.all_authors.as_deref())?);
    let (mut cells, mut line) = (0, Vec::new());
    loop {
        line.clear();
        let read = io::Read::take(&mut *reader, LONGEST_LINE as u64)
            .read_until(b'\n', &mut line)
            .map_err(|source| AggregateError::Io { path: path.to_owned(), source })?;
        if read == 0 {
            break;
        }
        let found: Line =
            serde_json::from_slice(&line).map_err(|error| bad(format!("line {}: {error}", cells + 2)))?;
        let wrong = || bad(format!("line {}: its keys are not those of the head", cells + 2));
        if found.keys.len() != plan.by.len() {
            return Err(wrong());
        }
        let mut cell: Cell = [ABSENT; KEYS];
        let slots = cell.iter_mut().zip(&plan.by).zip(counter.names());
        for (((slot, by), names), value) in slots.zip(&found.keys) {
            match (by, value) {
                (_, Value::Null) => {}
                (By::Time(_), value) => *slot = names.of_bucket(value.as_i64().ok_or_else(wrong)?),
                (_, value) => *slot = names.of_text(value.as_str().ok_or_else(wrong)?),
            }
        }
        let authors = found.authors.as_deref().map(|text| sketch(Some(text))).transpose()?;
        counter.add_cell(cell, Count { posts: found.posts, authors: authors.map(Box::new) })?;
        cells += 1;
    }
    if cells != head.cells {
        return Err(bad(format!("it has {cells} of {} cells", head.cells)));
    }
    Ok(Tally { counters: vec![counter], bad: head.bad, first_bad: Vec::new() })
}

/// Refuses what was counted otherwise than is asked for.
fn check(head: &Head, path: &Path, plan: &Plan) -> Result<(), AggregateError> {
    let words = |words: Vec<String>, between: &str| words.join(between);
    let filters: Vec<String> = plan.filters.iter().map(|filter| filter.text().to_owned()).collect();
    let authors = |counted: bool| if counted { "authors" } else { "no authors" }.to_owned();
    let key = |name: Option<&String>| name.map_or("no key".to_owned(), Clone::clone);
    let pairs = [
        ("keys", words(head.by.clone(), ","), words(plan.by.iter().map(By::word).collect(), ","), "--by"),
        ("conditions", words(head.filters.clone(), " and "), words(filters, " and "), "--where"),
        ("time zone", head.zone.clone(), plan.zone.name().to_owned(), "--time-zone"),
        ("counts of", authors(head.authors), authors(plan.counts_authors()), "--authors"),
        ("the key", key(head.key.as_ref()), key(key_name(plan).as_ref()), "--pseudonymize"),
    ];
    match pairs.into_iter().find(|(_, theirs, ours, _)| theirs != ours) {
        Some((what, theirs, ours, flag)) => {
            Err(AggregateError::OtherPlan { path: path.to_owned(), what, theirs, ours, flag })
        }
        None => Ok(()),
    }
}

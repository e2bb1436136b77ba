//! brat standoff: `.ann` files with their `.txt`; a person is a folder.
//!
//! brat keeps no names: people who annotate the same posts have a copy of the folder each, and its name is theirs. A
//! file does not tell whether anybody looked at it, so all count. `proposed.jsonl` of the export, where it is still
//! there, gives ids and what was proposed; without it the id is in the file's name.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
};

use serde_json::{Map, Value};

use super::{folder, pairs::mark_pairs};
use crate::{
    export::{
        Offsets,
        brat::{PROPOSED, WHOLE},
        names::id_of,
    },
    import::{Annotated, Found, How, ImportError, SpanMark, mark_spans, records, word},
};

/// Its files are no records.
pub(crate) fn is_its(_record: &Map<String, Value>) -> bool {
    false
}

/// Reads an `.ann` file, or all in a folder.
pub(crate) fn read(path: &Path, found: &mut Found) -> Result<(), ImportError> {
    let person = if path.is_dir() { path.file_name() } else { path.parent().and_then(Path::file_name) };
    let person = person.map_or_else(|| "unknown".to_owned(), |name| name.to_string_lossy().into_owned());
    let mut known: HashMap<String, Map<String, Value>> = HashMap::new();
    let mut last = None;
    for file in folder::files(path, "ann")? {
        let parent = file.parent().map(Path::to_owned);
        if parent != last {
            known.clear();
            let list = parent.as_ref().map(|parent| parent.join(PROPOSED)).filter(|list| list.is_file());
            if let Some(list) = list {
                let mut aside = Found::default();
                records(&list, &mut aside, |row, _, _| {
                    let name = word(row.get("name")).ok_or("no name")?;
                    known.insert(name, row);
                    Ok(())
                })?;
                found.dead.append(&mut aside.dead);
            }
            last = parent;
        }
        let Some(standoff) = folder::text(&file, found)? else { continue };
        let text_file = file.with_extension("txt");
        if !text_file.is_file() {
            found.bury(&folder::origin(&file), None, "its .txt is not beside it".to_owned());
            continue;
        }
        let Some(text) = folder::text(&text_file, found)? else { continue };
        // The two are one post.
        found.records -= 1;
        let name = folder::stem(&file);
        let row = known.get(name);
        let Some(id) = row.and_then(|row| word(row.get("id"))).or_else(|| id_of(name)) else {
            found.bury(
                &folder::origin(&file),
                None,
                format!("the id of {name} is in {PROPOSED}, which is missing"),
            );
            continue;
        };
        let mut annotated = Annotated::new(id, person.clone(), folder::origin(&file));
        if let Some(row) = row {
            annotated.lang = word(row.get("lang"));
            annotated.proposed =
                row.get("stancemark").and_then(|told| serde_json::from_value(told.clone()).ok());
        }
        take(&mut annotated, &standoff, &text);
        annotated.text = Some(text);
        found.annotated.push(annotated);
    }
    Ok(())
}

fn take(annotated: &mut Annotated, standoff: &str, text: &str) {
    let offsets = Offsets::new(text);
    let mut notes: HashMap<&str, &str> = HashMap::new();
    let mut entities: Vec<(&str, &str, u64, u64)> = Vec::new();
    for (number, line) in (1..).zip(standoff.lines()) {
        let mut cells = line.splitn(3, '\t');
        let (id, kind, rest) = (
            cells.next().unwrap_or_default(),
            cells.next().unwrap_or_default(),
            cells.next().unwrap_or_default(),
        );
        match id.chars().next() {
            Some('T') => match entity(kind, rest, &offsets) {
                Ok((label, start, end)) => entities.push((id, label, start, end)),
                Err(reason) => annotated.problems.push(format!("line {number}: {reason}")),
            },
            Some('#') => {
                if let Some(of) = kind.strip_prefix("AnnotatorNotes ") {
                    notes.insert(of, rest);
                }
            }
            _ => {}
        }
    }
    let mut given: BTreeSet<&str> = BTreeSet::new();
    for (id, label, start, end) in entities {
        if let Some(label) = label.strip_prefix(WHOLE) {
            given.insert(label);
            continue;
        }
        let target = notes.get(id).and_then(|note| {
            let target = note.strip_prefix("target: ")?.split(';').next()?.trim();
            Some(target.to_owned()).filter(|target| !target.is_empty())
        });
        let mark = SpanMark { start, end, text: None, label: label.to_owned(), target, how: How::Untold };
        if !annotated.spans.contains(&mark) {
            annotated.spans.push(mark);
        }
    }
    mark_spans(annotated);
    let pairs: Vec<(String, Option<String>)> =
        given.iter().map(|label| ((*label).to_owned(), None)).collect();
    mark_pairs(annotated, &pairs);
}

/// `label 0 5;6 9` with its text: pieces are one place where only line breaks part them.
fn entity<'k>(kind: &'k str, said: &str, offsets: &Offsets<'_>) -> Result<(&'k str, u64, u64), String> {
    let (label, places) = kind.split_once(' ').ok_or_else(|| format!("{kind:?} has no place"))?;
    let mut pieces = Vec::new();
    for place in places.split(';') {
        let range =
            place.split_once(' ').and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)));
        let (start, end): (u64, u64) = range.ok_or_else(|| format!("{place:?} is no place"))?;
        if start >= end || end > offsets.len() {
            return Err(format!("{label} at {place} is not in the text of {} characters", offsets.len()));
        }
        pieces.push((start, end));
    }
    let there: Vec<&str> = pieces.iter().map(|&(start, end)| offsets.slice(start, end)).collect();
    if there.join(" ") != said {
        return Err(format!("{label} at {places} says {said:?}, there stands {:?}", there.join(" ")));
    }
    let breaks = |pair: &[(u64, u64)]| {
        pair[0].1 <= pair[1].0
            && offsets.slice(pair[0].1, pair[1].0).chars().all(|c| matches!(c, '\n' | '\r'))
    };
    if !pieces.windows(2).all(breaks) {
        return Err(format!("{label} at {places} is in pieces, and gold has whole places only"));
    }
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
        return Err("no place".to_owned());
    };
    Ok((label, first.0, last.1))
}

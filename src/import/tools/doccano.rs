//! doccano's exports as JSONL or JSON, of every kind of project: `cats`, `label` and `entities`.
//!
//! doccano writes a file a person: its name is theirs (`all.jsonl` of a project that people share is `all`). The file
//! does not tell whether anybody looked at a post, so all count: export with "only approved" where that matters. Places
//! are in the unit that the row names, else in UTF-16 units.

use std::path::Path;

use serde_json::{Map, Value};

use super::{folder, rows};
use crate::{
    export::{Offsets, Unit},
    import::{Annotated, Found, How, ImportError, SpanMark, mark_labels, mark_spans, place, records, word},
};

/// Columns that are no columns of the post.
const OURS: [&str; 12] = [
    "id",
    "text",
    "post_id",
    "lang",
    "stancemark",
    "cats",
    "entities",
    "label",
    "unit",
    "texts",
    "relations",
    "Comments",
];

/// Whether a record is of doccano.
pub(crate) fn is_its(record: &Map<String, Value>) -> bool {
    let ours = record.contains_key("stancemark") && record.contains_key("post_id");
    record.contains_key("Comments")
        || (ours && ["cats", "label"].iter().any(|name| record.contains_key(*name)))
}

/// Reads one file.
pub(crate) fn read(path: &Path, found: &mut Found) -> Result<(), ImportError> {
    let mut magic = [0; 2];
    let begun =
        std::fs::File::open(path).and_then(|mut file| std::io::Read::read_exact(&mut file, &mut magic));
    if begun.is_ok() && magic == *b"PK" {
        let reason = "this is doccano's archive: unpack it and name the files in it".to_owned();
        return Err(ImportError::NotOf { path: path.to_owned(), reason });
    }
    let annotator = folder::stem(path).to_owned();
    records(path, found, |row, origin, found| {
        let id = word(row.get("post_id"))
            .or_else(|| word(row.get("id")))
            .ok_or("the row has neither post_id nor id")?;
        let text = row.get("text").and_then(Value::as_str).ok_or("the row has no text")?;
        let mut annotated = Annotated::new(id, annotator.clone(), origin.clone());
        annotated.text = Some(text.to_owned());
        annotated.lang = word(row.get("lang"));
        rows::carried(&mut annotated, row.get("stancemark"));
        let others = row.iter().filter(|(name, _)| !OURS.contains(&name.as_str()));
        annotated.meta = others.map(|(name, value)| (name.clone(), value.clone())).collect();
        let unit = row.get("unit").and_then(|unit| serde_json::from_value(unit.clone()).ok());
        take(&mut annotated, &row, unit.unwrap_or(Unit::Utf16), text);
        found.annotated.push(annotated);
        Ok(())
    })
}

fn take(annotated: &mut Annotated, row: &Map<String, Value>, unit: Unit, text: &str) {
    let list = |name: &str| row.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let is_place = |item: &&Value| item.is_array() || item.is_object();
    let places: Vec<&Value> = list("entities").iter().chain(list("label")).filter(is_place).collect();
    let names: Vec<&str> = list("cats").iter().chain(list("label")).filter_map(Value::as_str).collect();
    // A project of places alone says nothing of labels; one of labels alone nothing of places.
    let has_places = row.contains_key("entities") || row.contains_key("unit") || !places.is_empty();
    let has_labels = row.contains_key("cats") || !has_places;
    let offsets = Offsets::new(text);
    for item in places {
        let (range, label) = match item {
            Value::Array(parts) => (place(parts.first(), parts.get(1)), word(parts.get(2))),
            item => (place(item.get("start_offset"), item.get("end_offset")), word(item.get("label"))),
        };
        let (Some(range), Some(label)) = (range, label) else {
            annotated.problems.push(format!("no place with a label: {item}"));
            continue;
        };
        let Some((start, end)) = offsets.from(unit, &[range]).first().copied().flatten() else {
            annotated.problems.push(format!(
                "{label} at {}–{} is not in the text, or cuts a character in two: does the project count another unit?",
                range.0, range.1
            ));
            continue;
        };
        annotated.spans.push(SpanMark { start, end, text: None, label, target: None, how: How::Untold });
    }
    if has_places {
        if unit == Unit::Graphemes {
            narrow(annotated, &offsets);
        }
        annotated.spans = with_finders(annotated);
        mark_spans(annotated);
    }
    if has_labels {
        mark_labels(annotated, names.iter().copied());
    } else {
        let labels: Vec<String> = annotated
            .spans
            .iter()
            .filter(|span| span.how != How::Deleted)
            .map(|span| span.label.clone())
            .collect();
        // Labels without any place were never shown: they are what the file does not tell.
        let silent: Vec<String> = annotated
            .proposed
            .iter()
            .flat_map(|proposed| {
                let shown = |label: &&crate::import::ProposedLabel| {
                    proposed.spans.iter().all(|span| span.label != label.label)
                };
                proposed.labels.iter().filter(shown).map(|label| label.label.clone())
            })
            .collect();
        mark_labels(annotated, labels.iter().map(String::as_str));
        annotated.labels.retain(|mark| !silent.contains(&mark.label) || mark.how != How::Deleted);
        annotated.unsure.extend(silent);
    }
}

/// A place that was widened to whole clusters on the way out, and left as it was, is the narrow one again.
fn narrow(annotated: &mut Annotated, offsets: &Offsets<'_>) {
    let Some(proposed) = &annotated.proposed else { return };
    for proposal in &proposed.spans {
        let wide = offsets.to(Unit::Graphemes, &[(proposal.start, proposal.end)]);
        let Some(wide) = wide.first().copied().flatten() else { continue };
        let Some((start, end)) = offsets.from(Unit::Graphemes, &[wide]).first().copied().flatten() else {
            continue;
        };
        for span in &mut annotated.spans {
            if (span.start, span.end, &span.label) == (start, end, &proposal.label) {
                (span.start, span.end) = (proposal.start, proposal.end);
            }
        }
    }
}

/// doccano shows a place once, whatever its targets: one that was proposed for several is one for each again.
fn with_finders(annotated: &Annotated) -> Vec<SpanMark> {
    let mut out: Vec<SpanMark> = Vec::new();
    for span in &annotated.spans {
        let mut targets: Vec<&str> = annotated
            .proposed
            .iter()
            .flat_map(|proposed| &proposed.spans)
            .filter(|proposal| {
                (proposal.start, proposal.end, &proposal.label) == (span.start, span.end, &span.label)
            })
            .map(|proposal| proposal.target.as_str())
            .filter(|target| !target.is_empty())
            .collect();
        targets.sort_unstable();
        targets.dedup();
        if targets.is_empty() {
            out.push(span.clone());
        }
        out.extend(
            targets.into_iter().map(|target| SpanMark { target: Some(target.to_owned()), ..span.clone() }),
        );
    }
    out
}

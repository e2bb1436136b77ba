//! Hugging Face datasets: JSON lines with the columns of the export (`Dataset.to_json`), one row a person and post.
//!
//! `annotator` names the person; a row without one is a post that nobody annotated.

use std::path::Path;

use serde_json::{Map, Value};

use super::{folder, pairs::mark_pairs, rows};
use crate::{
    import::{Annotated, Found, ImportError, mark_spans, records, word},
    post::Origin,
};

/// Whether a record is a row of such a dataset.
pub(crate) fn is_its(record: &Map<String, Value>) -> bool {
    ["annotator", "tags", "stancemark", "labels"].iter().all(|name| record.contains_key(*name))
}

/// Reads a file, or all `.jsonl` files in a folder.
pub(crate) fn read(path: &Path, found: &mut Found) -> Result<(), ImportError> {
    for file in folder::files(path, "jsonl")? {
        if file.file_name().is_some_and(|name| name == "dead.jsonl") {
            continue;
        }
        records(&file, found, |row, origin, found| take(&row, origin, found))?;
    }
    Ok(())
}

fn take(row: &Map<String, Value>, origin: &Origin, found: &mut Found) -> Result<(), String> {
    let id = word(row.get("id")).ok_or("the row has no id")?;
    let Some(person) = word(row.get("annotator")) else {
        found.untouched += 1;
        return Ok(());
    };
    let mut annotated = Annotated::new(id, person, origin.clone());
    annotated.text = row.get("text").and_then(Value::as_str).map(str::to_owned);
    annotated.lang = word(row.get("lang"));
    annotated.meta = rows::meta(row.get("meta"));
    rows::carried(&mut annotated, row.get("stancemark"));
    rows::spans(&mut annotated, row.get("spans"));
    mark_spans(&mut annotated);
    // A person's labels are those in `labels`; their targets are in `tags`, as far as they are there.
    let tags = row.get("tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut pairs = Vec::new();
    for label in rows::words(row.get("labels")) {
        let mut targets: Vec<(String, Option<String>)> = tags
            .iter()
            .filter(|tag| tag.get("label").and_then(Value::as_str) == Some(label.as_str()))
            .map(|tag| (label.clone(), word(tag.get("target"))))
            .collect();
        if targets.is_empty() {
            targets.push((label, None));
        }
        pairs.append(&mut targets);
    }
    mark_pairs(&mut annotated, &pairs);
    found.annotated.push(annotated);
    Ok(())
}

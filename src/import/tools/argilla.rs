//! Argilla 2: what `dataset.records.to_json` writes, each person's responses apart.

use std::{collections::BTreeMap, path::Path};

use serde_json::{Map, Value};

use super::{pairs::mark_pairs, rows};
use crate::{
    export::argilla::{LABELS, SPANS},
    import::{Annotated, Found, ImportError, mark_spans, records, word},
    post::Origin,
};

/// Whether a record is one of Argilla's.
pub(crate) fn is_its(record: &Map<String, Value>) -> bool {
    ["fields", "suggestions", "responses"].iter().all(|name| record.contains_key(*name))
}

/// Reads one file.
pub(crate) fn read(path: &Path, found: &mut Found) -> Result<(), ImportError> {
    records(path, found, |row, origin, found| take(&row, origin, found))
}

fn take(row: &Map<String, Value>, origin: &Origin, found: &mut Found) -> Result<(), String> {
    let id = word(row.get("id")).ok_or("the record has no id")?;
    let nothing = Map::new();
    let object = |name: &str| row.get(name).and_then(Value::as_object).unwrap_or(&nothing);
    let (fields, metadata, responses) = (object("fields"), object("metadata"), object("responses"));
    // Each question has its own list of responses.
    let mut people: BTreeMap<String, BTreeMap<&str, &Value>> = BTreeMap::new();
    for (question, list) in responses {
        for response in list.as_array().map(Vec::as_slice).unwrap_or_default() {
            let status = response.get("status").and_then(Value::as_str).unwrap_or("submitted");
            if matches!(status, "draft" | "discarded") {
                continue;
            }
            let person = word(response.get("user_id")).unwrap_or_else(|| "unknown".to_owned());
            people.entry(person).or_default().insert(question, response.get("value").unwrap_or(&Value::Null));
        }
    }
    if people.is_empty() {
        found.untouched += 1;
    }
    for (person, answers) in people {
        let mut annotated = Annotated::new(id.clone(), person, origin.clone());
        annotated.text = fields.get("text").and_then(Value::as_str).map(str::to_owned);
        annotated.lang = word(metadata.get("lang"));
        annotated.meta = rows::meta(metadata.get("meta"));
        rows::carried(&mut annotated, metadata.get("stancemark"));
        rows::spans(&mut annotated, answers.get(SPANS).copied());
        mark_spans(&mut annotated);
        let labels = rows::words(answers.get(LABELS).copied());
        let pairs: Vec<(String, Option<String>)> = labels.into_iter().map(|label| (label, None)).collect();
        mark_pairs(&mut annotated, &pairs);
        found.annotated.push(annotated);
    }
    Ok(())
}

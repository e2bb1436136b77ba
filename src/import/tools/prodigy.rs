//! Prodigy: what `prodigy db-out` writes.
//!
//! Labels are in `accept` (choice), `label` (one question, yes or no) or `cats`; `answer: ignore` leaves a post
//! untouched, and `reject` of a post with several labels says that none is right as it stands: all are unsure.

use std::path::Path;

use serde_json::{Map, Value};

use super::{pairs::mark_pairs, rows};
use crate::{
    import::{Annotated, Found, How, ImportError, mark_spans, records, word},
    post::Origin,
};

/// Whether a record is a task.
pub(crate) fn is_its(record: &Map<String, Value>) -> bool {
    record.contains_key("_task_hash") || record.contains_key("_input_hash")
}

/// Reads one file.
pub(crate) fn read(path: &Path, found: &mut Found) -> Result<(), ImportError> {
    records(path, found, |row, origin, found| task(&row, origin, found))
}

fn task(row: &Map<String, Value>, origin: &Origin, found: &mut Found) -> Result<(), String> {
    let answer = row.get("answer").and_then(Value::as_str);
    match answer {
        Some("accept" | "reject") => {}
        Some("ignore") | None => {
            found.untouched += 1;
            return Ok(());
        }
        Some(other) => return Err(format!("the answer {other:?} is none of accept, reject, ignore")),
    }
    let rejected = answer == Some("reject");
    let meta = row.get("meta");
    let id = meta.and_then(|meta| word(meta.get("id"))).or_else(|| word(row.get("id")));
    let id = id.ok_or("the task has no meta.id: export it with stancemark, or give every task one")?;
    let person = word(row.get("_annotator_id")).or_else(|| word(row.get("_session_id")));
    let mut annotated = Annotated::new(id, person.unwrap_or_else(|| "unknown".to_owned()), origin.clone());
    annotated.text = row.get("text").and_then(Value::as_str).map(str::to_owned);
    annotated.lang = meta.and_then(|meta| word(meta.get("lang")));
    annotated.made = word(row.get("_timestamp"));
    annotated.meta = rows::meta(meta);
    for ours in ["id", "lang", "score"] {
        annotated.meta.remove(ours);
    }
    rows::carried(&mut annotated, row.get("stancemark"));
    let mut labels = rows::words(row.get("accept"));
    if let Some(Value::Object(cats)) = row.get("cats") {
        let given = cats.iter().filter(|(_, value)| value.as_f64().is_some_and(|value| value >= 0.5));
        labels.extend(given.map(|(label, _)| label.clone()));
    }
    let asked = word(row.get("label"));
    if rejected {
        // One question was answered with no; of several, nobody knows which.
        annotated.unsure = labels;
        labels = Vec::new();
    } else {
        labels.extend(asked);
        rows::spans(&mut annotated, row.get("spans"));
        mark_spans(&mut annotated);
    }
    let pairs: Vec<(String, Option<String>)> = labels.into_iter().map(|label| (label, None)).collect();
    mark_pairs(&mut annotated, &pairs);
    let given = annotated.given().into_iter().map(str::to_owned).collect::<Vec<_>>();
    let bare = annotated.spans.iter().filter(|span| span.how != How::Deleted && !given.contains(&span.label));
    let bare: Vec<String> = bare.map(|span| span.label.clone()).collect();
    annotated.unsure.extend(bare);
    annotated.unsure.sort();
    annotated.unsure.dedup();
    found.annotated.push(annotated);
    Ok(())
}

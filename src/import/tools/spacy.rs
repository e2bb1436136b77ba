//! spaCy: the lines that `docbin.py from` makes of a DocBin.

use std::path::Path;

use serde_json::{Map, Value};

use super::{pairs::mark_pairs, rows};
use crate::import::{Annotated, Found, ImportError, mark_spans, records, word};

/// Whether a record is such a line.
pub(crate) fn is_its(record: &Map<String, Value>) -> bool {
    record.get("cats").is_some_and(Value::is_object)
        && record.contains_key("spans")
        && !record.contains_key("_task_hash")
}

/// Reads one file.
pub(crate) fn read(path: &Path, found: &mut Found) -> Result<(), ImportError> {
    records(path, found, |row, origin, found| {
        let id = word(row.get("id"))
            .ok_or("the document has no id in its user data: make the DocBin with docbin.py")?;
        let person = word(row.get("annotator")).unwrap_or_else(|| "unknown".to_owned());
        let mut annotated = Annotated::new(id, person, origin.clone());
        annotated.text = row.get("text").and_then(Value::as_str).map(str::to_owned);
        annotated.lang = word(row.get("lang"));
        annotated.meta = rows::meta(row.get("meta"));
        rows::carried(&mut annotated, row.get("stancemark"));
        rows::spans(&mut annotated, row.get("spans"));
        mark_spans(&mut annotated);
        let cats = row.get("cats").and_then(Value::as_object).ok_or("there are no cats")?;
        let mut pairs = Vec::new();
        for (label, value) in cats {
            match value.as_f64().filter(|value| (0.0..=1.0).contains(value)) {
                Some(value) if value >= 0.5 => pairs.push((label.clone(), None)),
                Some(_) => {}
                None => {
                    annotated.problems.push(format!("the category {label} is {value}, not within 0 and 1"));
                }
            }
        }
        mark_pairs(&mut annotated, &pairs);
        found.annotated.push(annotated);
        Ok(())
    })
}

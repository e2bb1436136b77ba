//! CSV, filled in: a row with a name in `annotator` is done. The form for spreadsheets loses its guards again.

use std::path::Path;

use serde_json::{Map, Value};

use super::rows;
use crate::{
    export::csv::{COLUMNS, GUARDED, unguarded},
    import::{Annotated, Found, ImportError, mark_labels, mark_spans, records},
};

/// Whether a record is a row of ours.
pub(crate) fn is_its(record: &Map<String, Value>) -> bool {
    record.len() >= COLUMNS.len()
        && COLUMNS.iter().all(|name| record.get(*name).is_some_and(Value::is_string))
}

/// Reads one file.
pub(crate) fn read(path: &Path, found: &mut Found) -> Result<(), ImportError> {
    records(path, found, |row, origin, found| {
        if !is_its(&row) {
            return Err(format!("the row lacks columns of the export, which are {}", COLUMNS.join(", ")));
        }
        let is_guarded = row.get("form").and_then(Value::as_str) == Some(GUARDED);
        let cell = |name: &str| {
            let cell = row.get(name).and_then(Value::as_str).unwrap_or_default();
            if is_guarded { unguarded(cell) } else { cell }
        };
        let annotator = cell("annotator").trim();
        if annotator.is_empty() {
            found.untouched += 1;
            return Ok(());
        }
        if cell("id").is_empty() {
            return Err("the row has no id".to_owned());
        }
        let mut annotated = Annotated::new(cell("id").to_owned(), annotator.to_owned(), origin.clone());
        annotated.text = Some(cell("text").to_owned());
        annotated.lang = Some(cell("lang").to_owned()).filter(|lang| !lang.is_empty());
        rows::carried(&mut annotated, Some(&Value::String(cell("stancemark").to_owned())));
        let others = row.iter().filter(|(name, _)| !COLUMNS.contains(&name.as_str()));
        annotated.meta = others
            .map(|(name, value)| {
                let text = value.as_str().unwrap_or_default();
                (name.clone(), Value::String(if is_guarded { unguarded(text) } else { text }.to_owned()))
            })
            .collect();
        match cell("spans") {
            "" => {
                // Too long for a cell: nobody saw them.
                if let Some(proposed) = &mut annotated.proposed {
                    proposed.spans.clear();
                }
            }
            list => match serde_json::from_str::<Value>(list) {
                Ok(list) => {
                    rows::spans(&mut annotated, Some(&list));
                    mark_spans(&mut annotated);
                }
                Err(error) => annotated.problems.push(format!("`spans` is no list of places: {error}")),
            },
        }
        let labels = cell("labels").to_owned();
        let labels = labels.split([';', ',', '|']).map(str::trim).filter(|label| !label.is_empty());
        mark_labels(&mut annotated, labels);
        found.annotated.push(annotated);
        Ok(())
    })
}

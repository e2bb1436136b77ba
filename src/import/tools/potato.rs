//! Potato's work: `annotation_output/<person>/user_state.json`, with the items of the export beside it.
//!
//! Potato saves the labels of the whole post, and the places that a person made; pre-annotated places that were left
//! alone are not saved, nor can one see that they were taken away. So only saved places count, and what was proposed
//! else is untold. A post without any label and place was not looked at: people choose "none of these" for none.

use std::{collections::HashMap, path::Path};

use serde_json::{Map, Value};

use super::{folder, rows};
use crate::{
    export::potato::{ITEMS, LABELS, NONE, SPANS},
    import::{Annotated, Found, How, ImportError, SpanMark, mark_labels, place, records, word},
    post::Origin,
};

/// How the file of a person's work is called.
const STATE: &str = "user_state.json";

/// Its files are no records.
pub(crate) fn is_its(record: &Map<String, Value>) -> bool {
    record.contains_key("instance_id_to_label_to_value")
}

/// Reads a `user_state.json`, or all in a project's folder.
pub(crate) fn read(path: &Path, found: &mut Found) -> Result<(), ImportError> {
    let states = folder::files(path, "json")?;
    let states: Vec<_> =
        states.into_iter().filter(|file| file.file_name().is_some_and(|name| name == STATE)).collect();
    if states.is_empty() {
        let reason =
            format!("there is no {STATE} in it: name the project's folder, or its annotation_output");
        return Err(ImportError::NotOf { path: path.to_owned(), reason });
    }
    let mut items: HashMap<String, Map<String, Value>> = HashMap::new();
    // The project's folder is the one above that holds the items.
    let above = states
        .first()
        .and_then(|state| state.ancestors().map(|folder| folder.join(ITEMS)).find(|file| file.is_file()));
    if let Some(file) = above {
        let mut aside = Found::default();
        records(&file, &mut aside, |item, _, _| {
            let id = word(item.get("id")).ok_or("the item has no id")?;
            items.insert(id, item);
            Ok(())
        })?;
        found.dead.append(&mut aside.dead);
    }
    for file in states {
        let Some(text) = folder::text(&file, found)? else { continue };
        let origin = folder::origin(&file);
        match serde_json::from_str::<Map<String, Value>>(&text) {
            Ok(state) => person(&state, &items, &origin, found),
            Err(error) => found.bury(&origin, None, format!("no {STATE} of Potato: {error}")),
        }
    }
    Ok(())
}

fn person(
    state: &Map<String, Value>,
    items: &HashMap<String, Map<String, Value>>,
    origin: &Origin,
    found: &mut Found,
) {
    let annotator = word(state.get("user_id")).unwrap_or_else(|| "unknown".to_owned());
    let nothing = Map::new();
    let of = |name: &str| state.get(name).and_then(Value::as_object).unwrap_or(&nothing);
    let (labels, spans) = (of("instance_id_to_label_to_value"), of("instance_id_to_span_to_value"));
    let order =
        state.get("instance_id_ordering").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for id in order.iter().filter_map(Value::as_str) {
        let pairs = |saved: &Map<String, Value>| -> Vec<Value> {
            let list = saved.get(id).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            list.iter().filter_map(|pair| pair.get(0)).cloned().collect()
        };
        let name = |mark: &Value, scheme: &str| {
            (mark.get("schema").and_then(Value::as_str) == Some(scheme))
                .then(|| word(mark.get("name")))
                .flatten()
        };
        let given: Vec<String> = pairs(labels).iter().filter_map(|mark| name(mark, LABELS)).collect();
        let places = pairs(spans);
        if given.is_empty() && places.is_empty() {
            found.untouched += 1;
            continue;
        }
        let mut annotated = Annotated::new(id.to_owned(), annotator.clone(), origin.clone());
        if let Some(item) = items.get(id) {
            annotated.text = item.get("text").and_then(Value::as_str).map(str::to_owned);
            annotated.lang = word(item.get("lang"));
            rows::carried(&mut annotated, item.get("stancemark"));
            let ours = ["id", "text", "lang", "predictions", "stancemark"];
            let others = item.iter().filter(|(name, _)| !ours.contains(&name.as_str()));
            annotated.meta = others.map(|(name, value)| (name.clone(), value.clone())).collect();
        }
        for mark in &places {
            let Some(label) = name(mark, SPANS) else { continue };
            match place(mark.get("start"), mark.get("end")) {
                Some((start, end)) => {
                    let proposed = annotated.proposed.iter().flat_map(|proposed| &proposed.spans);
                    let same = |proposal: &&crate::import::ProposedSpan| {
                        (proposal.start, proposal.end, &proposal.label) == (start, end, &label)
                    };
                    let target = proposed.filter(same).map(|proposal| proposal.target.clone()).next();
                    annotated.spans.push(SpanMark { start, end, text: None, label, target, how: How::New });
                }
                None => annotated.problems.push(format!("a place without positions: {mark}")),
            }
        }
        let given: Vec<&str> = given.iter().map(String::as_str).filter(|label| *label != NONE).collect();
        mark_labels(&mut annotated, given.iter().copied());
        found.annotated.push(annotated);
    }
}

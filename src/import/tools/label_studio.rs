//! Label Studio 1.23: the exports JSON (with who did what), JSON_MIN and CSV (only what was given).
//!
//! In JSON every region tells its origin: `prediction`, `prediction-changed` or `manual`. Positions are code points. A
//! region's target is the one chosen for it, else the one of the region that it points at, else the one in its note.

use std::{collections::HashMap, path::Path};

use serde_json::{Map, Value};

use crate::{
    export::label_studio::{LABELS, SPANS, TARGET, TEXT},
    import::{
        Annotated, Found, How, ImportError, Proposed, SpanMark, mark_labels, mark_spans, place, records, word,
    },
    post::Origin,
};

/// Columns of JSON_MIN and CSV that are no columns of the post.
const OURS: [&str; 12] = [
    TEXT,
    "post_id",
    "lang",
    "stancemark",
    SPANS,
    LABELS,
    "id",
    "annotator",
    "annotation_id",
    "created_at",
    "updated_at",
    "lead_time",
];

/// Whether a record is a task of an export.
pub(crate) fn is_its(record: &Map<String, Value>) -> bool {
    let full = record.get("data").is_some_and(Value::is_object)
        && (record.contains_key("annotations") || record.contains_key("predictions"));
    full || (record.contains_key("annotation_id") && record.contains_key("annotator"))
}

/// Reads one file.
pub(crate) fn read(path: &Path, found: &mut Found) -> Result<(), ImportError> {
    records(path, found, |record, origin, found| {
        if record.get("data").is_some_and(Value::is_object) {
            full(&record, origin, found)
        } else if record.contains_key("annotation_id") {
            small(record, origin, found)
        } else {
            Err("no task of Label Studio: export as JSON, JSON_MIN or CSV".to_owned())
        }
    })
}

/// What a task's data tells of the post, for a new annotation.
fn begin(
    data: &Map<String, Value>,
    task: Option<&Value>,
    annotator: String,
    origin: &Origin,
) -> Result<Annotated, String> {
    let id = word(data.get("post_id")).or_else(|| word(task)).ok_or("the task has neither post_id nor id")?;
    let mut annotated = Annotated::new(id, annotator, origin.clone());
    annotated.text = data.get(TEXT).and_then(Value::as_str).map(str::to_owned);
    annotated.lang = word(data.get("lang"));
    let carried = match data.get("stancemark") {
        Some(Value::String(cell)) => serde_json::from_str(cell).ok(),
        other => other.cloned(),
    };
    annotated.proposed = carried.and_then(|carried| serde_json::from_value::<Proposed>(carried).ok());
    let others = data.iter().filter(|(name, _)| !OURS.contains(&name.as_str()));
    annotated.meta = others.map(|(name, value)| (name.clone(), value.clone())).collect();
    Ok(annotated)
}

/// A task with its annotations.
fn full(task: &Map<String, Value>, origin: &Origin, found: &mut Found) -> Result<(), String> {
    let nothing = Map::new();
    let data = task.get("data").and_then(Value::as_object).unwrap_or(&nothing);
    let annotations =
        task.get("annotations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut finished = 0;
    for annotation in annotations {
        if annotation.get("was_cancelled").and_then(Value::as_bool).unwrap_or(false) {
            continue;
        }
        // A snapshot gives the person as an object, the quick export as a number.
        let by = annotation.get("completed_by");
        let annotator = word(by).or_else(|| word(by?.get("id"))).unwrap_or_else(|| "unknown".to_owned());
        let mut annotated = begin(data, task.get("id"), annotator, origin)?;
        annotated.adjudicated = annotation.get("ground_truth").and_then(Value::as_bool).unwrap_or(false);
        annotated.seconds = annotation.get("lead_time").and_then(Value::as_f64);
        annotated.made = word(annotation.get("updated_at").or_else(|| annotation.get("created_at")));
        let Some(result) = annotation.get("result").and_then(Value::as_array) else {
            return Err("an annotation has no list `result`".to_owned());
        };
        take_result(&mut annotated, result);
        found.annotated.push(annotated);
        finished += 1;
    }
    found.untouched += u64::from(finished == 0);
    Ok(())
}

fn text_of<'v>(item: &'v Value, name: &str) -> Option<&'v str> {
    item.get(name)?.as_str()
}

/// The regions, choices and relations of one annotation.
fn take_result(annotated: &mut Annotated, result: &[Value]) {
    let mut spans: Vec<(Option<String>, SpanMark)> = Vec::new();
    let mut labels: Option<Vec<String>> = None;
    let mut chosen: HashMap<&str, String> = HashMap::new();
    let mut toward: Vec<(&str, &str)> = Vec::new();
    for item in result {
        let value = item.get("value");
        let list = |name: &str| value?.get(name)?.as_array();
        let id = text_of(item, "id");
        match text_of(item, "type").unwrap_or_default() {
            "labels" | "hypertextlabels" => {
                let names =
                    list("labels").or_else(|| list("hypertextlabels")).map(Vec::as_slice).unwrap_or_default();
                let Some((start, end)) =
                    place(value.and_then(|v| v.get("start")), value.and_then(|v| v.get("end")))
                else {
                    annotated.problems.push(format!("a region without a place: {item}"));
                    continue;
                };
                for label in names.iter().filter_map(Value::as_str) {
                    let mark = SpanMark {
                        start,
                        end,
                        text: value.and_then(|value| text_of(value, "text")).map(str::to_owned),
                        label: label.to_owned(),
                        target: note(item),
                        how: how(item),
                    };
                    spans.push((id.map(str::to_owned), mark));
                }
            }
            "taxonomy" | "choices" if text_of(item, "from_name") == Some(TARGET) => {
                let taxonomy = list("taxonomy").and_then(|list| list.first()?.as_array()?.last()?.as_str());
                let choice = || list("choices")?.first()?.as_str();
                if let (Some(id), Some(target)) = (id, taxonomy.or_else(choice)) {
                    chosen.insert(id, target.to_owned());
                }
            }
            "choices" => {
                let names = list("choices").map(Vec::as_slice).unwrap_or_default();
                labels
                    .get_or_insert_default()
                    .extend(names.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            "relation" => {
                if let (Some(from), Some(to)) = (text_of(item, "from_id"), text_of(item, "to_id")) {
                    let back = text_of(item, "direction") == Some("left");
                    toward.push(if back { (to, from) } else { (from, to) });
                }
            }
            _ => {}
        }
    }
    for (id, span) in &mut spans {
        if let Some(target) = id.as_deref().and_then(|id| chosen.get(id)) {
            span.target = Some(target.clone());
        }
    }
    let targets: HashMap<String, String> =
        spans.iter().filter_map(|(id, span)| Some((id.clone()?, span.target.clone()?))).collect();
    for (id, span) in spans.iter_mut().filter(|(_, span)| span.target.is_none()) {
        let mut points = toward.iter().filter(|(from, _)| Some(*from) == id.as_deref());
        span.target = points.find_map(|(_, to)| targets.get(*to)).cloned();
    }
    annotated.spans = spans.into_iter().map(|(_, span)| span).collect();
    finish(annotated, labels);
}

/// Tells how marks came about, once the regions are in.
fn finish(annotated: &mut Annotated, labels: Option<Vec<String>>) {
    mark_spans(annotated);
    let given = labels.unwrap_or_default();
    mark_labels(annotated, given.iter().map(String::as_str));
    // Evidence for a label that the post does not have: the person may have forgotten either.
    let unsure =
        annotated.spans.iter().filter(|span| span.how != How::Deleted && !given.contains(&span.label));
    annotated.unsure = unsure.map(|span| span.label.clone()).collect();
    annotated.unsure.sort();
    annotated.unsure.dedup();
}

fn how(item: &Value) -> How {
    match text_of(item, "origin") {
        Some("prediction") => How::Accepted,
        Some("prediction-changed") => How::Edited,
        Some("manual") => How::New,
        _ => How::Untold,
    }
}

/// The target in a region's note.
fn note(item: &Value) -> Option<String> {
    let notes = item.get("meta")?.get("text")?.as_array()?;
    notes.iter().find_map(|note| Some(note.as_str()?.strip_prefix("target: ")?.to_owned()))
}

/// A record of JSON_MIN or a row of CSV: one annotation, flat; cells of a table are JSON where they are no text.
fn small(mut record: Map<String, Value>, origin: &Origin, found: &mut Found) -> Result<(), String> {
    for name in [SPANS, LABELS] {
        if let Some(Value::String(cell)) = record.get(name)
            && let Ok(value @ (Value::Array(_) | Value::Object(_))) = serde_json::from_str(cell)
        {
            record.insert(name.to_owned(), value);
        }
    }
    let annotator = word(record.get("annotator")).unwrap_or_else(|| "unknown".to_owned());
    let mut annotated = begin(&record, record.get("id"), annotator, origin)?;
    annotated.seconds = match record.get("lead_time") {
        Some(Value::String(cell)) => cell.parse().ok(),
        other => other.and_then(Value::as_f64),
    };
    annotated.made = word(record.get("updated_at"));
    let regions = record.get(SPANS).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for region in regions {
        let Some((start, end)) = place(region.get("start"), region.get("end")) else {
            annotated.problems.push(format!("a region without a place: {region}"));
            continue;
        };
        let names = region.get("labels").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        annotated.spans.extend(names.iter().filter_map(Value::as_str).map(|label| SpanMark {
            start,
            end,
            text: text_of(region, "text").map(str::to_owned),
            label: label.to_owned(),
            target: None,
            how: How::Untold,
        }));
    }
    let labels = match record.get(LABELS) {
        Some(Value::String(one)) if !one.is_empty() => vec![one.clone()],
        Some(Value::Object(object)) => {
            let list = object.get("choices").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        }
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    finish(&mut annotated, Some(labels));
    found.annotated.push(annotated);
    Ok(())
}

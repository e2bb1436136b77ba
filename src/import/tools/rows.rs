//! What the readers of JSON rows share: text, language, proposal and places.

use serde_json::{Map, Value};

use crate::import::{Annotated, How, SpanMark, place, word};

/// What was proposed: an object, or the same as text.
pub(super) fn carried(annotated: &mut Annotated, value: Option<&Value>) {
    let value = match value {
        Some(Value::String(text)) => serde_json::from_str(text).ok(),
        other => other.cloned(),
    };
    annotated.proposed = value.and_then(|value| serde_json::from_value(value).ok());
}

/// Columns of the post that went along: an object, or the same as text.
pub(super) fn meta(value: Option<&Value>) -> Map<String, Value> {
    match value {
        Some(Value::Object(meta)) => meta.clone(),
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        _ => Map::new(),
    }
}

/// Places as `[{"start","end","label"}]`, in code points; what is none is told.
pub(super) fn spans(annotated: &mut Annotated, list: Option<&Value>) {
    for span in list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default() {
        match (place(span.get("start"), span.get("end")), word(span.get("label"))) {
            (Some((start, end)), Some(label)) => {
                let mark = SpanMark {
                    start,
                    end,
                    text: word(span.get("text")),
                    label,
                    target: word(span.get("target")),
                    how: How::Untold,
                };
                if !annotated.spans.contains(&mark) {
                    annotated.spans.push(mark);
                }
            }
            _ => annotated.problems.push(format!("no place with a label: {span}")),
        }
    }
}

/// The texts in a list.
pub(super) fn words(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

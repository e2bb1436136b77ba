//! Posts to tag, and what of their tags can be compared.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use super::json_lines;

/// The demo corpus.
pub const DEMO: &str = "examples/iamispr.jsonl";

/// The lines of a file of the project.
pub fn demo(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    json_lines(&fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// A line with an id and a text.
pub fn post(id: &str, text: &str) -> String {
    format!("{}\n", json!({"id": id, "text": text}))
}

/// Lines with these texts, numbered from 1.
pub fn posts<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().enumerate().map(|(at, text)| post(&(at + 1).to_string(), text)).collect()
}

/// What a post is tagged with, as `label:target`.
pub fn tags_of(line: &Value) -> BTreeSet<String> {
    let tags = line["tags"].as_array().expect("tags");
    let name = |tag: &Value| {
        format!("{}:{}", tag["label"].as_str().expect("label"), tag["target"].as_str().expect("target"))
    };
    tags.iter().map(name).collect()
}

/// The lines without what depends on the place that a post stood in.
pub fn without_ids(mut lines: Vec<Value>) -> Vec<Value> {
    for line in &mut lines {
        line.as_object_mut().expect("an object").remove("id");
    }
    lines
}

/// What a range of code points cuts out of a text.
pub fn codes(text: &str, range: &Value) -> String {
    let at = |key: &str| usize::try_from(range[key].as_u64().expect("a position")).expect("a position");
    let (start, end) = (at("start"), at("end"));
    assert!(start < end && end <= text.chars().count(), "{range} is no range of {text:?}");
    text.chars().skip(start).take(end - start).collect()
}

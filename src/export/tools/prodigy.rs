//! Prodigy: one task a line, with spans, tokens, options and hashes; and a recipe that shows both.
//!
//! Positions are code points. Tokens go along and are cut where places begin and end, for Prodigy takes spans of whole
//! tokens only. The hashes depend on id and text, and on what is asked: a post exported again is the same task, and
//! Prodigy leaves it out where it was answered.

use std::sync::Arc;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::tokens::tokens;
use crate::export::{About, Document, Format, Layout, Part, Seen, Unit};

pub(crate) fn format(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Prodigy { about })
}

struct Prodigy {
    about: Arc<About>,
}

impl Format for Prodigy {
    fn unit(&self) -> Unit {
        Unit::CodePoints
    }

    fn layout(&self) -> Layout {
        Layout::Lines { head: Vec::new() }
    }

    fn encode(&mut self, documents: &[Document]) -> Result<Vec<Part>, String> {
        Ok(documents.iter().map(|document| super::line(&task(document, &self.about))).collect())
    }

    fn companions(&self, _seen: &Seen) -> Result<Vec<(String, Vec<u8>)>, String> {
        let labels = serde_json::to_string(&self.about.labels()).map_err(|error| error.to_string())?;
        Ok(vec![("recipe.py".to_owned(), RECIPE.replace("LABELS", &labels).into_bytes())])
    }

    fn next_step(&self) -> &'static str {
        "prodigy stancemark DATASET FILE -F FILE.recipe.py"
    }
}

/// Labels and spans on one page.
const RECIPE: &str = r#"import prodigy, srsly

@prodigy.recipe("stancemark", dataset=("Dataset", "positional", None, str), source=("The file", "positional", None, str))
def stancemark(dataset, source):
    return {
        "dataset": dataset,
        "stream": srsly.read_jsonl(source),
        "view_id": "blocks",
        "config": {
            "blocks": [{"view_id": "spans_manual"}, {"view_id": "choice", "text": None}],
            "labels": LABELS,
            "choice_style": "multiple",
        },
    }
"#;

fn task(document: &Document, about: &About) -> Value {
    let all = tokens(document);
    let spans: Vec<Value> = document
        .spans
        .iter()
        .map(|span| {
            let first = all.partition_point(|token| token.end <= span.start);
            let last = all.partition_point(|token| token.start < span.end).saturating_sub(1);
            json!({
                "start": span.start, "end": span.end, "token_start": first, "token_end": last, "label": span.label,
                "target": span.target, "by": span.by,
            })
        })
        .collect();
    let tokens: Vec<Value> = all
        .iter()
        .enumerate()
        .map(|(id, token)| {
            json!({ "id": id, "text": token.text, "start": token.start, "end": token.end, "ws": token.space, "disabled": false })
        })
        .collect();
    let options: Vec<Value> = about
        .codebook
        .labels
        .iter()
        .map(|label| json!({ "id": label.id, "text": label.id, "meta": label.definition }))
        .collect();
    let mut meta: Map<String, Value> = document.meta.clone();
    meta.insert("id".to_owned(), json!(document.id));
    meta.insert("lang".to_owned(), json!(document.lang));
    meta.insert("score".to_owned(), json!(document.certainty()));
    let input = hash(&[&document.id, &document.text]);
    let asked = about.labels().join(",");
    json!({
        "text": document.text,
        "tokens": tokens,
        "spans": spans,
        "options": options,
        "accept": document.label_names(),
        "meta": meta,
        "_input_hash": input,
        "_task_hash": hash(&[&input.to_string(), &asked, &document.spans_json().to_string()]),
        "stancemark": document.proposed(&about.model_version),
    })
}

/// A number of 32 bits, as Prodigy's own.
fn hash(parts: &[&str]) -> i32 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let bytes = hash.finalize();
    i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

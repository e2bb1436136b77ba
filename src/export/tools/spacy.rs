//! spaCy: JSON lines, and the script that makes a DocBin of them and lines of a DocBin.
//!
//! A DocBin is MessagePack in the layout of spaCy's own version, so spaCy writes it. Positions are code points; words
//! are cut where places begin and end, so that every span is whole tokens. Categories are 1 and 0 for the labels of the
//! codebook; a label that was not decided is left out. Ids and what was proposed go into the documents' user data.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::tokens::tokens;
use crate::export::{About, Document, Format, Layout, Part, Seen, Unit};

pub(crate) fn format(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Spacy { about })
}

struct Spacy {
    about: Arc<About>,
}

/// Both ways in one script: `python docbin.py to FILE.jsonl OUT.spacy`, `python docbin.py from IN.spacy FILE.jsonl`.
const SCRIPT: &str = include_str!("docbin.py");

impl Format for Spacy {
    fn unit(&self) -> Unit {
        Unit::CodePoints
    }

    fn layout(&self) -> Layout {
        Layout::Lines { head: Vec::new() }
    }

    fn encode(&mut self, documents: &[Document]) -> Result<Vec<Part>, String> {
        Ok(documents.iter().map(|document| super::line(&row(document, &self.about))).collect())
    }

    fn companions(&self, _seen: &Seen) -> Result<Vec<(String, Vec<u8>)>, String> {
        Ok(vec![("docbin.py".to_owned(), SCRIPT.as_bytes().to_vec())])
    }

    fn next_step(&self) -> &'static str {
        "python FILE.docbin.py to FILE posts.spacy"
    }
}

fn row(document: &Document, about: &About) -> Value {
    let all = tokens(document);
    let words: Vec<&str> = all.iter().map(|token| token.text).collect();
    let spaces: Vec<bool> = all.iter().map(|token| token.space).collect();
    let spans: Vec<Value> = document
        .spans
        .iter()
        .map(|span| json!({ "start": span.start, "end": span.end, "label": span.label, "target": span.target }))
        .collect();
    let given = document.label_names();
    let decided =
        about.labels().into_iter().filter(|label| !document.abstained.iter().any(|other| other == label));
    let cats: Map<String, Value> = decided
        .map(|label| (label.to_owned(), json!(if given.contains(&label) { 1.0 } else { 0.0 })))
        .collect();
    json!({
        "id": document.id, "text": document.text, "lang": document.lang, "words": words, "spaces": spaces,
        "spans": spans, "cats": cats, "meta": document.meta, "stancemark": document.proposed(&about.model_version),
    })
}

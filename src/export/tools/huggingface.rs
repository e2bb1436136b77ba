//! Hugging Face datasets: `data/train-00001.jsonl` … and a `README.md` whose header tells the features.
//!
//! Positions are code points. `datasets.load_dataset("FOLDER")` reads it; every row has the same columns.

use std::{fmt::Write as _, sync::Arc};

use serde_json::{Value, json};

use crate::export::{About, Document, Format, Layout, Part, Seen, Unit};

/// Posts in a file.
const BATCH: usize = 50_000;

pub(crate) fn format(about: Arc<About>) -> Box<dyn Format> {
    Box::new(HuggingFace { about, files: 0 })
}

struct HuggingFace {
    about: Arc<About>,
    files: usize,
}

impl Format for HuggingFace {
    fn unit(&self) -> Unit {
        Unit::CodePoints
    }

    fn layout(&self) -> Layout {
        Layout::Files
    }

    fn batch(&self) -> usize {
        BATCH
    }

    fn encode(&mut self, documents: &[Document]) -> Result<Vec<Part>, String> {
        self.files += 1;
        let mut bytes = Vec::new();
        for document in documents {
            if let Part::Text(line) = super::line(&row(document, &self.about)) {
                bytes.extend(line);
            }
        }
        Ok(vec![Part::File(format!("data/train-{:05}.jsonl", self.files), bytes)])
    }

    fn companions(&self, seen: &Seen) -> Result<Vec<(String, Vec<u8>)>, String> {
        Ok(vec![("README.md".to_owned(), card(&self.about, seen).into_bytes())])
    }

    fn next_step(&self) -> &'static str {
        "datasets.load_dataset(\"FOLDER\")"
    }
}

fn row(document: &Document, about: &About) -> Value {
    let tags: Vec<Value> = document
        .labels
        .iter()
        .map(|tag| {
            let stance = json!(tag.stance);
            json!({
                "label": tag.label, "target": tag.target, "stance": stance.as_str().unwrap_or_default(),
                "score": tag.score,
            })
        })
        .collect();
    json!({
        "id": document.id,
        "text": document.text,
        "lang": document.lang,
        "labels": document.label_names(),
        "abstained": document.abstained,
        "tags": tags,
        "spans": document.spans_json(),
        "annotator": "",
        // As text: a column of a fixed type cannot hold what differs from post to post.
        "meta": Value::Object(document.meta.clone()).to_string(),
        "stancemark": document.proposed(&about.model_version).to_string(),
    })
}

/// The dataset card.
fn card(about: &About, seen: &Seen) -> String {
    let mut card = String::from(
        "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/train-*.jsonl\ndataset_info:\n  features:\n",
    );
    let plain = |name: &str, kind: &str| format!("  - name: {name}\n    dtype: {kind}\n");
    let list = |name: &str, members: &[(&str, &str)]| {
        let mut out = format!("  - name: {name}\n    list:\n");
        for (name, kind) in members {
            let _ = writeln!(out, "    - name: {name}\n      dtype: {kind}");
        }
        out
    };
    card += &plain("id", "string");
    card += &plain("text", "string");
    card += &plain("lang", "string");
    card += "  - name: labels\n    sequence: string\n  - name: abstained\n    sequence: string\n";
    card += &list(
        "tags",
        &[("label", "string"), ("target", "string"), ("stance", "string"), ("score", "float64")],
    );
    card += &list(
        "spans",
        &[
            ("start", "int64"),
            ("end", "int64"),
            ("text", "string"),
            ("label", "string"),
            ("target", "string"),
            ("by", "string"),
        ],
    );
    card += &plain("annotator", "string");
    card += &plain("meta", "string");
    card += &plain("stancemark", "string");
    let _ = write!(
        card,
        "---\n\n{} posts tagged by {}. Positions count Unicode code points of `text`.\n\n| label | definition |\n|---|---|\n",
        seen.posts, about.model_version
    );
    for label in &about.codebook.labels {
        let _ =
            writeln!(card, "| {} | {} |", label.id, label.definition.replace('|', "\\|").replace('\n', " "));
    }
    card
}

//! Argilla 2: records with suggestions as JSON arrays, and the dataset's settings.
//!
//! `Dataset.records.from_json("records.json")` reads them. Positions are code points. Ids are the posts' own, so that
//! logging them again updates and does not duplicate. What was proposed goes along in the metadata.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::export::{About, Document, Format, Layout, Part, Rules, Seen, Unit};

/// Most bytes of a file; the client reads a file whole.
const FILE_BYTES: u64 = 50_000_000;
/// The questions.
pub(crate) const LABELS: &str = "labels";
pub(crate) const SPANS: &str = "evidence";

pub(crate) fn format(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Argilla { about })
}

struct Argilla {
    about: Arc<About>,
}

impl Format for Argilla {
    fn unit(&self) -> Unit {
        Unit::CodePoints
    }

    fn layout(&self) -> Layout {
        Layout::Arrays { stem: "records", bytes: FILE_BYTES }
    }

    fn rules(&self) -> Rules {
        Rules { needs_words: true, ..Rules::default() }
    }

    fn encode(&mut self, documents: &[Document]) -> Result<Vec<Part>, String> {
        let bytes = |document| serde_json::to_vec(&record(document, &self.about)).map(Part::Text);
        documents.iter().map(bytes).collect::<Result<_, _>>().map_err(|error| error.to_string())
    }

    fn companions(&self, _seen: &Seen) -> Result<Vec<(String, Vec<u8>)>, String> {
        let json = serde_json::to_vec_pretty(&settings(&self.about)).map_err(|error| error.to_string())?;
        Ok(vec![("settings.json".to_owned(), json)])
    }

    fn next_step(&self) -> &'static str {
        "make the dataset with rg.Settings.from_json(\"settings.json\"), then dataset.records.from_json(\"records.json\")"
    }
}

fn record(document: &Document, about: &About) -> Value {
    let labels = document.label_names();
    let scores: Vec<f64> = labels.iter().filter_map(|label| document.score_of(label)).collect();
    let mut suggestions = Map::new();
    if !labels.is_empty() {
        let value = json!({ "value": labels, "score": scores, "agent": about.model_version });
        suggestions.insert(LABELS.to_owned(), value);
    }
    // The tool shows one place once, whoever found it.
    let mut places: Vec<(u64, u64, &str)> =
        document.spans.iter().map(|span| (span.start, span.end, span.label.as_str())).collect();
    places.dedup();
    if !places.is_empty() {
        let scores: Vec<f64> =
            places.iter().map(|place| document.score_of(place.2).unwrap_or_default()).collect();
        let value: Vec<Value> = places
            .iter()
            .map(|(start, end, label)| json!({ "start": start, "end": end, "label": label }))
            .collect();
        suggestions.insert(
            SPANS.to_owned(),
            json!({ "value": value, "score": scores, "agent": about.model_version }),
        );
    }
    json!({
        "id": document.id,
        "fields": { "text": document.text },
        "metadata": {
            "lang": document.lang,
            "certainty": document.certainty(),
            "stancemark": document.proposed(&about.model_version).to_string(),
            "meta": Value::Object(document.meta.clone()).to_string(),
        },
        "suggestions": suggestions,
        "responses": {},
        "vectors": {},
    })
}

fn settings(about: &About) -> Value {
    let options: Vec<Value> = about
        .codebook
        .labels
        .iter()
        .map(|label| json!({ "value": label.id, "text": label.id, "description": label.definition }))
        .collect();
    let guidelines: String = (about.codebook.labels.iter())
        .map(|label| format!("**{}**: {}\n\n", label.id, label.definition))
        .collect();
    json!({
        "guidelines": guidelines,
        "allow_extra_metadata": true,
        "distribution": { "strategy": "overlap", "min_submitted": 1 },
        "fields": [{
            "name": "text", "title": "Post", "required": true,
            "settings": { "type": "text", "use_markdown": false },
        }],
        "questions": [
            {
                "name": LABELS, "title": "Labels of the whole post", "description": null, "required": false,
                "settings": {
                    "type": "multi_label_selection", "options": options, "visible_options": null,
                    "options_order": "natural",
                },
            },
            {
                "name": SPANS, "title": "What speaks for them", "description": null, "required": false,
                "settings": {
                    "type": "span", "field": "text", "options": options, "visible_options": null,
                    "allow_overlapping": true,
                },
            },
        ],
        "metadata": [],
        "vectors": [],
    })
}

//! doccano 1.8: one JSON line a post, for three kinds of project.
//!
//! doccano's page counts UTF-16 units, or grapheme clusters where the project says so; its server takes any number
//! unchecked, so a wrong unit underlines the wrong words. It has no scores: they go along in `stancemark`, as metadata
//! that comes back. Projects of intent detection drop places that overlap others, without a word: there only those are
//! proposed that do not ([`Document::without_overlaps`]). A key that some rows lack fails the whole import: every row has the same keys, `null` for nothing.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::export::{About, Document, Format, Layout, Offsets, Part, Rules, Unit};

/// The longest label that doccano holds.
const LONGEST_LABEL: usize = 100;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Project {
    /// IntentDetectionAndSlotFilling.
    Both,
    /// DocumentClassification.
    Labels,
    /// SequenceLabeling.
    Spans,
}

struct Doccano {
    about: Arc<About>,
    project: Project,
    unit: Unit,
}

pub(crate) fn both(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Doccano { about, project: Project::Both, unit: Unit::Utf16 })
}

pub(crate) fn labels(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Doccano { about, project: Project::Labels, unit: Unit::Utf16 })
}

pub(crate) fn spans(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Doccano { about, project: Project::Spans, unit: Unit::Utf16 })
}

pub(crate) fn spans_grapheme(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Doccano { about, project: Project::Spans, unit: Unit::Graphemes })
}

impl Format for Doccano {
    fn unit(&self) -> Unit {
        self.unit
    }

    fn layout(&self) -> Layout {
        Layout::Lines { head: Vec::new() }
    }

    fn rules(&self) -> Rules {
        Rules { needs_words: true, longest_label: LONGEST_LABEL, ..Rules::default() }
    }

    fn encode(&mut self, documents: &[Document]) -> Result<Vec<Part>, String> {
        Ok(documents.iter().map(|document| super::line(&Value::Object(self.row(document)))).collect())
    }

    fn next_step(&self) -> &'static str {
        match (self.project, self.unit) {
            (Project::Both, _) => "make a project of intent detection and slot filling, import as JSONL",
            (Project::Labels, _) => {
                "make a project of text classification without single label, import as JSONL"
            }
            (Project::Spans, Unit::Graphemes) => {
                "make a project of sequence labeling with overlapping entities and grapheme clusters, import as JSONL"
            }
            (Project::Spans, _) => {
                "make a project of sequence labeling with overlapping entities, import as JSONL"
            }
        }
    }
}

impl Doccano {
    fn row(&self, document: &Document) -> Map<String, Value> {
        let alone;
        let document = if self.project == Project::Both {
            alone = document.without_overlaps();
            &alone
        } else {
            document
        };
        let mut row = document.meta.clone();
        let (entities, texts) = self.entities(document);
        let labels = json!(document.label_names());
        let mut put = |name: &str, value| row.insert(name.to_owned(), value);
        put("text", json!(document.text));
        put("post_id", json!(document.id));
        put("lang", json!(document.lang));
        put("stancemark", document.proposed(&self.about.model_version));
        match self.project {
            Project::Both => {
                put("cats", labels);
                put("entities", entities);
            }
            Project::Labels => {
                put("label", labels);
            }
            Project::Spans => {
                put("label", entities);
            }
        }
        if self.project != Project::Labels {
            put("unit", json!(self.unit));
            put("texts", texts);
        }
        row
    }

    /// Places as `[start, end, label]` in the project's unit, each once, and what stands there.
    fn entities(&self, document: &Document) -> (Value, Value) {
        let offsets = Offsets::new(&document.text);
        let ranges: Vec<(u64, u64)> = document.spans.iter().map(|span| (span.start, span.end)).collect();
        let mut entities: Vec<Value> = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        for (span, range) in document.spans.iter().zip(offsets.to(self.unit, &ranges)) {
            let Some((start, end)) = range else { continue };
            let entity = json!([start, end, span.label]);
            if entities.contains(&entity) {
                continue;
            }
            // A range widened to whole clusters stands for more than the span.
            let wide = offsets.from(self.unit, &[(start, end)]);
            let (start, end) = wide.first().copied().flatten().unwrap_or((span.start, span.end));
            texts.push(offsets.slice(start, end).to_owned());
            entities.push(entity);
        }
        (Value::Array(entities), json!(texts))
    }
}

//! A tagged post with its text, ready for any tool.

use serde_json::{Map, Value};

use crate::post::{Origin, Stance};

/// A label of the whole post, toward one target.
#[derive(Debug, Clone, PartialEq)]
pub struct DocLabel {
    /// The codebook's label.
    pub label: String,
    /// The target's id; empty where none is named.
    pub target: String,
    /// The stance that the label stands for.
    pub stance: Option<Stance>,
    /// Calibrated probability, 0–1.
    pub score: f64,
    /// Who said so: `model:<name>`, `rule:<id>`.
    pub by: Vec<String>,
}

/// A place in the text that speaks for a label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First code point of [`Document::text`], 0-based.
    pub start: u64,
    /// One past the last code point.
    pub end: u64,
    /// The label that it speaks for.
    pub label: String,
    /// The target of that label.
    pub target: String,
    /// Who found it: `target:<id>` where the target is named, else `rule:<id>`.
    pub by: String,
}

impl Span {
    /// Whether the target is named here; else it is evidence that a rule found.
    pub fn is_mention(&self) -> bool {
        self.by.starts_with("target:")
    }
}

/// A post with labels and spans, all positions in code points of its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The post's id, byte for byte.
    pub id: String,
    /// Its text, as the tool will get it (see [`repairs`](Self::repairs)).
    pub text: String,
    /// Its language, BCP-47.
    pub lang: String,
    /// Labels, highest score first.
    pub labels: Vec<DocLabel>,
    /// Labels that were not decided.
    pub abstained: Vec<String>,
    /// Places, by start; each once.
    pub spans: Vec<Span>,
    /// Columns of the post that were asked for with `--meta`.
    pub meta: Map<String, Value>,
    /// How it was drawn, where it was.
    pub drawn: Option<Drawn>,
    /// What was changed in the text so that the tool can hold it, such as `nul`.
    pub repairs: Vec<&'static str>,
    /// Where its record stood.
    pub origin: Origin,
}

/// How a post came into a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The method, as in `--sample`; `audit` where `audit draw` drew it.
    pub by: &'static str,
    /// How many posts of the corpus it stands for: 1 / the probability to be drawn; `None` where the method gives none.
    pub weight: Option<f64>,
    /// The stratum that it was drawn from.
    pub stratum: Option<String>,
    /// Posts of that stratum.
    pub stratum_posts: Option<u64>,
}

impl Document {
    /// Each label once, in the order of score.
    pub fn label_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for label in &self.labels {
            if !names.contains(&label.label.as_str()) {
                names.push(&label.label);
            }
        }
        names
    }

    /// The highest score of a label.
    pub fn score_of(&self, label: &str) -> Option<f64> {
        let scores = self.labels.iter().filter(|given| given.label == label).map(|given| given.score);
        scores.max_by(f64::total_cmp)
    }

    /// How sure the tags of the post are, 0–1: the lowest score of its labels; at most 0.5 where something was not
    /// decided; 1 where there is nothing to doubt.
    pub fn certainty(&self) -> f64 {
        let least = self.labels.iter().map(|label| label.score).fold(1.0, f64::min);
        if self.abstained.is_empty() { least } else { least.min(0.5) }
    }

    /// The labels as every tool's file carries them, so that a correction can be told from what was proposed:
    /// `[{"label","target","stance","score","by"}]`.
    pub fn labels_json(&self) -> Value {
        self.labels
            .iter()
            .map(|label| {
                serde_json::json!({
                    "label": label.label, "target": label.target, "stance": label.stance,
                    "score": label.score, "by": label.by,
                })
            })
            .collect()
    }

    /// The spans in the same way: `[{"start","end","text","label","target","by"}]`, in code points.
    pub fn spans_json(&self) -> Value {
        let offsets = super::Offsets::new(&self.text);
        self.spans
            .iter()
            .map(|span| {
                serde_json::json!({
                    "start": span.start, "end": span.end, "text": offsets.slice(span.start, span.end),
                    "label": span.label, "target": span.target, "by": span.by,
                })
            })
            .collect()
    }

    /// What was proposed, in one value: every tool's file carries it where it can carry anything at all.
    pub fn proposed(&self, model_version: &str) -> Value {
        let mut proposed = serde_json::json!({
            "labels": self.labels_json(), "spans": self.spans_json(), "model_version": model_version,
        });
        if !self.repairs.is_empty() {
            proposed["repairs"] = serde_json::json!(self.repairs);
        }
        if let Some(drawn) = &self.drawn {
            proposed["drawn"] = serde_json::json!({
                "by": drawn.by, "weight": drawn.weight, "stratum": drawn.stratum,
                "stratum_posts": drawn.stratum_posts,
            });
        }
        proposed
    }

    /// The post as a tool shows it that draws no place across another: evidence comes before names of targets, then the
    /// longer before the shorter; what overlaps these is left out.
    #[must_use]
    pub fn without_overlaps(&self) -> Document {
        let mut order: Vec<&Span> = self.spans.iter().collect();
        order.sort_by_key(|span| (span.is_mention(), std::cmp::Reverse(span.end - span.start), span.start));
        let mut kept: Vec<Span> = Vec::new();
        for span in order {
            if kept.iter().all(|other| span.end <= other.start || other.end <= span.start) {
                kept.push(span.clone());
            }
        }
        kept.sort();
        Document { spans: kept, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_comes_before_names_and_nothing_overlaps() {
        let span = |start, end, by: &str| Span {
            start,
            end,
            label: "a".to_owned(),
            target: "t".to_owned(),
            by: by.to_owned(),
        };
        let document = Document {
            id: "1".to_owned(),
            text: "a text of thirty characters ….".to_owned(),
            lang: "en".to_owned(),
            labels: Vec::new(),
            abstained: Vec::new(),
            spans: vec![
                span(0, 8, "rule:long"),
                span(0, 20, "target:t"),
                span(5, 8, "rule:short"),
                span(8, 9, "target:t"),
            ],
            meta: Map::new(),
            drawn: None,
            repairs: Vec::new(),
            origin: crate::post::Post::new("1", "").origin,
        };
        assert_eq!(document.without_overlaps().spans, [span(0, 8, "rule:long"), span(8, 9, "target:t")]);
    }
}

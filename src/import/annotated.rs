//! What one person made of one post.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::post::Origin;

/// How a mark came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// Proposed and left as it was.
    Accepted,
    /// Proposed and changed.
    Edited,
    /// Made by the person.
    New,
    /// Proposed and taken away: it is no part of the gold.
    Deleted,
    /// The file does not tell.
    Untold,
}

/// A label of the whole post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelMark {
    /// The label.
    pub label: String,
    /// The target's id, where it is known.
    pub target: Option<String>,
    /// How it came about.
    pub how: How,
}

/// A place in the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpanMark {
    /// First code point of the text.
    pub start: u64,
    /// One past the last.
    pub end: u64,
    /// What stands there, as the tool says; `None` where it does not.
    pub text: Option<String>,
    /// The label.
    pub label: String,
    /// The target's id, where it is known.
    pub target: Option<String>,
    /// How it came about.
    pub how: How,
}

/// What was proposed, as the export carried it along.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Proposed {
    /// Labels of the whole post.
    #[serde(default)]
    pub labels: Vec<ProposedLabel>,
    /// Places.
    #[serde(default)]
    pub spans: Vec<ProposedSpan>,
    /// Who proposed.
    #[serde(default)]
    pub model_version: Option<String>,
    /// How the post was drawn.
    #[serde(default)]
    pub drawn: Option<Map<String, Value>>,
}

/// A proposed label.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ProposedLabel {
    /// The label.
    pub label: String,
    /// The target's id.
    #[serde(default)]
    pub target: String,
}

/// A proposed place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ProposedSpan {
    /// First code point.
    pub start: u64,
    /// One past the last.
    pub end: u64,
    /// The label.
    pub label: String,
    /// The target's id.
    #[serde(default)]
    pub target: String,
}

/// One person's work on one post.
#[derive(Debug, Clone, PartialEq)]
pub struct Annotated {
    /// The post's id.
    pub id: String,
    /// Who, as the tool calls them.
    pub annotator: String,
    /// The text as the tool gives it back.
    pub text: Option<String>,
    /// The post's language, where the export carried it.
    pub lang: Option<String>,
    /// Labels, also deleted ones.
    pub labels: Vec<LabelMark>,
    /// Places, also deleted ones.
    pub spans: Vec<SpanMark>,
    /// Labels that the file contradicts itself on.
    pub unsure: Vec<String>,
    /// What was wrong with single marks, for people: they are left out.
    pub problems: Vec<String>,
    /// What was proposed.
    pub proposed: Option<Proposed>,
    /// Whether this is the last word on the post: others' then do not count.
    pub adjudicated: bool,
    /// Seconds spent.
    pub seconds: Option<f64>,
    /// When it was made, as the tool writes it.
    pub made: Option<String>,
    /// Other columns that the export carried.
    pub meta: Map<String, Value>,
    /// Where it stood.
    pub origin: Origin,
}

impl Annotated {
    /// Nothing marked yet.
    pub fn new(id: String, annotator: String, origin: Origin) -> Self {
        Self {
            id,
            annotator,
            text: None,
            lang: None,
            labels: Vec::new(),
            spans: Vec::new(),
            unsure: Vec::new(),
            problems: Vec::new(),
            proposed: None,
            adjudicated: false,
            seconds: None,
            made: None,
            meta: Map::new(),
            origin,
        }
    }

    /// The labels given, each once, in the order of the names.
    pub fn given(&self) -> std::collections::BTreeSet<&str> {
        let given = self.labels.iter().filter(|mark| mark.how != How::Deleted);
        given.map(|mark| mark.label.as_str()).collect()
    }
}

//! The tagged post: one line of the output.

use std::{borrow::Cow, sync::Arc};

use serde::Serialize;

use super::Stance;

/// Something found in the original text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// First code point of the original text.
    pub start: u32,
    /// One past the last code point.
    pub end: u32,
    /// Who found it: `target:<id>`, `rule:<id>` or `claim:<id>`.
    pub by: Arc<str>,
}

/// A label given to a post.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tag {
    /// The codebook's label.
    pub label: Arc<str>,
    /// Whom the stance is about: the target's id.
    pub target: Arc<str>,
    /// The stance that the label stands for.
    pub stance: Stance,
    /// Calibrated probability, 0–1.
    pub score: f32,
    /// Where in the original text.
    pub evidence: Vec<Evidence>,
    /// Who said so: `model:<name>` and `rule:<id>`.
    pub by: Vec<Arc<str>>,
}

/// A claim that the post repeats.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimHit {
    /// The claim's id in the codebook.
    pub claim: Arc<str>,
    /// 0–1: 1 for a pattern, the share of its words for a paraphrase.
    pub score: f32,
    /// Where in the original text; by `claim:<id>`.
    pub evidence: Vec<Evidence>,
}

/// The share of one language in a post.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// BCP-47 tag.
    pub lang: Cow<'static, str>,
    /// 0–1; a post's shares add up to 1. Between scripts it counts letters, between English and `hi-Latn` words.
    pub share: f32,
}

/// What *detect* found.
#[derive(Debug, Clone, PartialEq)]
pub struct Language {
    /// BCP-47 tag; `und` where there is nothing to read, or no language is likely; `und-Latn`, `und-Cyrl` where it is
    /// none of those that are known.
    pub lang: Cow<'static, str>,
    /// Probability that `lang` is right, 0–1; of an `und` with shares, that its best guess is.
    pub confidence: f32,
    /// Shares of the languages, largest first. Of an `und` that has letters, the first is the best guess.
    pub mix: Vec<Share>,
}

/// Whether a post was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Decided, even when there are no tags.
    Labelled,
    /// Undecided on at least one label.
    Abstained,
}

impl Status {
    /// The word used in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Labelled => "labelled",
            Status::Abstained => "abstained",
        }
    }
}

/// A post with its tags: one line of output.
#[derive(Debug, Clone)]
pub struct TaggedPost {
    /// The post's id.
    pub id: String,
    /// When it was posted, where known.
    pub time: Option<jiff::Timestamp>,
    /// Its language.
    pub language: Language,
    /// Hashtags, from the text and from the source, lower-cased, without `#`, each once.
    pub hashtags: Vec<String>,
    /// Its tags, highest score first.
    pub tags: Vec<Tag>,
    /// The claims it repeats.
    pub claims: Vec<ClaimHit>,
    /// Decided or abstained.
    pub status: Status,
    /// The labels abstained on; empty unless `status` is [`Status::Abstained`].
    pub abstained: Vec<Arc<str>>,
    /// How likely each label is, 0–1, in the codebook's order, also of labels not given; see
    /// [`Decision::label_scores`](crate::decide::Decision::label_scores).
    pub scores: Vec<(Arc<str>, f32)>,
    /// The original text; only with `--keep`.
    pub text: Option<String>,
    /// The other input columns as one JSON object; only with `--keep`.
    pub input: Option<Box<serde_json::value::RawValue>>,
}

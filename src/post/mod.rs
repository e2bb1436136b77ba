//! The words every step shares: the post that comes in, the tagged post that goes out.
//!
//! Nothing here reads, decides or writes. Positions are half-open ranges of Unicode code points of
//! the ORIGINAL text, everywhere.

mod hash;
mod stance;
mod tagged;

use std::sync::Arc;

pub(crate) use hash::{hashed, scattered};
pub use stance::{Stance, StanceProbabilities};
pub use tagged::{ClaimHit, Evidence, Language, Share, Status, Tag, TaggedPost};

/// Where a record stood: the file's name as the user gave it, and the line (1-based) it began on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    /// The path as given, or `stdin`.
    pub file: Arc<str>,
    /// 1-based line on which the record begins.
    pub line: u64,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// One record that comes in: its text and what its source knows about it.
#[derive(Debug, Clone)]
pub struct Post {
    /// The source's id, byte for byte; `file:line` where the source has none.
    pub id: String,
    /// The text as it was written.
    pub text: String,
    /// When it was posted.
    pub time: Option<jiff::Timestamp>,
    /// The account's id or name, as the source spells it.
    pub author: Option<String>,
    /// Where it was posted.
    pub platform: Option<String>,
    /// Hashtags the source lists, without `#`. Those in the text are found by *normalize*.
    pub hashtags: Vec<String>,
    /// The id of the post that this one repeats.
    pub repost_of: Option<String>,
    /// Where the record stood.
    pub origin: Origin,
    /// Every other input column as one JSON object; filled only when asked for (`--keep`).
    pub input: Option<Box<serde_json::value::RawValue>>,
}

impl Post {
    /// A post with an id and a text, and nothing else known.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            text: text.into(),
            time: None,
            author: None,
            platform: None,
            hashtags: Vec::new(),
            repost_of: None,
            origin: Origin { file: Arc::from("memory"), line: 0 },
            input: None,
        }
    }
}

/// A record that could not become a tagged post, and why. It is written down, never dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Where it stood.
    pub origin: Origin,
    /// The step that gave up: `read`, `normalize`, `model` …
    pub step: &'static str,
    /// What was wrong and the way out, in one sentence.
    pub reason: String,
    /// The id, where it could still be read.
    pub id: Option<String>,
    /// The beginning of the record, for finding it again (at most 200 characters).
    pub excerpt: String,
}

/// Bytes as lower-case hexadecimal digits: how hashes are written in every file.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

impl DeadLetter {
    /// A post that was read, but that a later step gave up on.
    pub fn of(post: &Post, step: &'static str, reason: String) -> Self {
        Self {
            origin: post.origin.clone(),
            step,
            reason,
            id: Some(post.id.clone()),
            excerpt: post.text.chars().take(200).collect(),
        }
    }
}

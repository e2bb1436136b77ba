//! A line of a tag file becomes a document.

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _},
};
use serde_json::{Map, Value};

use super::{DocLabel, Document, Drawn, Span};
use crate::{
    post::{DeadLetter, Post, Stance},
    read,
};

/// How tag files are read: they need hold no text, so the status stands in for the one that a post must have.
pub(super) fn options() -> read::Options {
    let columns = read::Columns {
        text: Some("status".to_owned()),
        id: Some("id".to_owned()),
        ..read::Columns::default()
    };
    read::Options { columns, keep: true, ..read::Options::default() }
}

/// A document that may still wait for its text.
#[derive(Debug)]
pub struct Tagged {
    /// The document; its text is empty where there is none.
    pub document: Document,
    /// Whether the tag file held the text.
    pub has_text: bool,
}

/// A value, or the same as JSON in a cell.
struct Cell<T>(T);

impl<'de, T: DeserializeOwned + Default> Deserialize<'de> for Cell<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Value::deserialize(from)? {
            Value::Null => Ok(Cell(T::default())),
            Value::String(cell) if cell.is_empty() => Ok(Cell(T::default())),
            Value::String(cell) => serde_json::from_str(&cell).map(Cell).map_err(D::Error::custom),
            value => serde_json::from_value(value).map(Cell).map_err(D::Error::custom),
        }
    }
}

impl<T: Default> Default for Cell<T> {
    fn default() -> Self {
        Cell(T::default())
    }
}

#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    lang: Option<String>,
    #[serde(bound(deserialize = ""))]
    tags: Cell<Vec<TagLine>>,
    #[serde(default, bound(deserialize = ""))]
    abstained: Cell<Vec<String>>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default, bound(deserialize = ""))]
    input: Cell<Map<String, Value>>,
    // What `audit draw` writes.
    #[serde(default)]
    weight: Option<f64>,
    #[serde(default)]
    stratum: Option<String>,
    #[serde(default)]
    stratum_posts: Option<u64>,
}

#[derive(Deserialize)]
struct TagLine {
    label: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    stance: Option<Stance>,
    score: f64,
    #[serde(default)]
    evidence: Vec<EvidenceLine>,
    #[serde(default)]
    by: Vec<String>,
}

#[derive(Deserialize)]
struct EvidenceLine {
    start: u64,
    end: u64,
    by: String,
}

/// The document of a record that was read with [`options`]; `meta` names the columns that go along.
pub(super) fn document(post: Post, meta: &[String]) -> Result<Tagged, DeadLetter> {
    let raw = post.input.as_ref().map_or("{}", |raw| raw.get());
    let line: Line = serde_json::from_str(raw).map_err(|error| {
        let said = error.to_string();
        let what = if said.contains("hex escape") {
            "its text holds a \\u escape that is half a character, a lone surrogate"
        } else {
            said.split(" at line ").next().unwrap_or(&said)
        };
        DeadLetter {
            origin: post.origin.clone(),
            step: "export",
            reason: format!("no tagged post ({what}): give what `stancemark tag -o` wrote"),
            id: Some(post.id.clone()),
            excerpt: raw.chars().take(200).collect(),
        }
    })?;
    // A table cannot tell an empty text from none; an empty one is of no use to annotators.
    let text = line.text.filter(|text| !text.is_empty());
    let mut spans: Vec<Span> = Vec::new();
    let mut labels = Vec::with_capacity(line.tags.0.len());
    for tag in line.tags.0 {
        for evidence in tag.evidence {
            spans.push(Span {
                start: evidence.start,
                end: evidence.end,
                label: tag.label.clone(),
                target: tag.target.clone(),
                by: evidence.by,
            });
        }
        labels.push(DocLabel {
            label: tag.label,
            target: tag.target,
            stance: tag.stance,
            score: tag.score,
            by: tag.by,
        });
    }
    spans.sort();
    spans.dedup();
    let drawn = line.weight.map(|weight| Drawn {
        by: "audit",
        weight: Some(weight),
        stratum: line.stratum,
        stratum_posts: line.stratum_posts,
    });
    let columns = line.input.0;
    // A column that a post lacks is null: some tools want the same columns of every post.
    let cell = |name: &String| (name.clone(), columns.get(name).cloned().unwrap_or_default());
    let meta = meta.iter().map(cell).collect();
    Ok(Tagged {
        has_text: text.is_some(),
        document: Document {
            id: post.id,
            text: text.unwrap_or_default(),
            lang: line.lang.unwrap_or_else(|| "und".to_owned()),
            labels,
            abstained: line.abstained.0,
            spans,
            meta,
            drawn,
            repairs: Vec::new(),
            origin: post.origin,
        },
    })
}

//! brat standoff: `.txt` and `.ann` a post, `annotation.conf`, and `proposed.jsonl` for *import*.
//!
//! Positions are code points. An entity is a place that speaks for the label it is named after; its note says target
//! and finder. brat has no labels of a whole document: `POST_<label>` on the first word stands for one. An entity does
//! not run over line breaks: it is written in pieces, and *import* joins them.

use std::{fmt::Write as _, sync::Arc};

use serde_json::json;

use super::{
    names::{file_name, folder},
    tokens::first_word,
};
use crate::export::{About, Document, Format, Layout, Offsets, Part, Rules, Seen, Unit};

/// Before the name of a label of the whole post.
pub(crate) const WHOLE: &str = "POST_";
/// What was proposed for the posts of a folder.
pub(crate) const PROPOSED: &str = "proposed.jsonl";
/// Posts in a folder.
const BATCH: usize = 1000;

pub(crate) fn format(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Brat { about, batches: 0 })
}

struct Brat {
    about: Arc<About>,
    batches: usize,
}

impl Format for Brat {
    fn unit(&self) -> Unit {
        Unit::CodePoints
    }

    fn layout(&self) -> Layout {
        Layout::Files
    }

    fn rules(&self) -> Rules {
        Rules { needs_words: true, no_controls: true, ..Rules::default() }
    }

    fn batch(&self) -> usize {
        BATCH
    }

    fn encode(&mut self, documents: &[Document]) -> Result<Vec<Part>, String> {
        self.batches += 1;
        let folder = folder(self.batches);
        let mut parts = Vec::with_capacity(2 * documents.len() + 1);
        let mut proposed = Vec::new();
        for document in documents {
            let name = file_name(&document.id);
            let line = json!({
                "name": name, "id": document.id, "lang": document.lang,
                "stancemark": document.proposed(&self.about.model_version),
            });
            proposed.extend(line.to_string().into_bytes());
            proposed.push(b'\n');
            parts.push(Part::File(format!("{folder}/{name}.txt"), document.text.clone().into_bytes()));
            parts.push(Part::File(format!("{folder}/{name}.ann"), standoff(document).into_bytes()));
        }
        parts.push(Part::File(format!("{folder}/{PROPOSED}"), proposed));
        Ok(parts)
    }

    fn companions(&self, _seen: &Seen) -> Result<Vec<(String, Vec<u8>)>, String> {
        let mut conf = String::from("[entities]\n");
        for label in self.about.labels() {
            conf.push_str(label);
            conf.push('\n');
        }
        for label in self.about.labels() {
            let _ = writeln!(conf, "{WHOLE}{label}");
        }
        // Any two places may stand on each other: evidence of two labels does.
        conf.push_str(
            "[relations]\n<OVERLAP> Arg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n[events]\n[attributes]\n",
        );
        Ok(vec![("annotation.conf".to_owned(), conf.into_bytes())])
    }

    fn next_step(&self) -> &'static str {
        "copy the folder into brat's data folder"
    }
}

fn standoff(document: &Document) -> String {
    let offsets = Offsets::new(&document.text);
    let mut out = String::new();
    let mut number = 0;
    let mut entity = |kind: &str, start: u64, end: u64, note: &str| {
        let text = offsets.slice(start, end);
        let pieces = pieces(text, start);
        if pieces.is_empty() {
            return;
        }
        number += 1;
        let places: Vec<String> = pieces.iter().map(|(start, end)| format!("{start} {end}")).collect();
        let words: Vec<&str> = pieces.iter().map(|&(start, end)| offsets.slice(start, end)).collect();
        let _ = writeln!(out, "T{number}\t{kind} {}\t{}", places.join(";"), words.join(" "));
        let _ = writeln!(out, "#{number}\tAnnotatorNotes T{number}\t{note}");
    };
    if let Some((start, end)) = first_word(document) {
        for label in document.label_names() {
            let of_label = document.labels.iter().filter(|given| given.label == label);
            let targets: Vec<&str> = of_label.map(|given| given.target.as_str()).collect();
            let score = document.score_of(label).unwrap_or_default();
            entity(
                &format!("{WHOLE}{label}"),
                start,
                end,
                &format!("score: {score}; targets: {}", targets.join(", ")),
            );
        }
    }
    for span in &document.spans {
        entity(&span.label, span.start, span.end, &format!("target: {}; by: {}", span.target, span.by));
    }
    out
}

/// A place without the line breaks in it.
fn pieces(text: &str, start: u64) -> Vec<(u64, u64)> {
    let mut pieces: Vec<(u64, u64)> = Vec::new();
    let mut open = false;
    for (at, c) in (start..).zip(text.chars()) {
        match (matches!(c, '\n' | '\r'), open, pieces.last_mut()) {
            (true, _, _) => open = false,
            (false, true, Some(last)) => last.1 = at + 1,
            (false, _, _) => {
                pieces.push((at, at + 1));
                open = true;
            }
        }
    }
    pieces
}

//! Potato 2: items with pre-annotations as a JSON array, and `config.yaml`.
//!
//! Positions are code points of the text as the page shows it, and the page changes much: control characters go, runs
//! of spaces and tabs become one, the ends are trimmed, HTML is rendered. [`shown`] puts characters in their place that
//! the page leaves alone, one for one, so that no place moves: U+00A0 for a further space, U+200B at the ends, `＜` and
//! `＆` where HTML would begin. The page draws no place across another: see [`Document::without_overlaps`].

use std::sync::Arc;

use serde_json::{Value, json};

use crate::export::{About, Document, Format, Layout, Part, Rules, Seen, Unit};

/// The names of the schemes in the configuration.
pub(crate) const LABELS: &str = "labels";
pub(crate) const SPANS: &str = "evidence";
/// The label for a post that has none: without it, nobody could tell a post without labels from one not looked at.
pub(crate) const NONE: &str = "none of these";
/// The file of the items.
pub(crate) const ITEMS: &str = "items.json";

pub(crate) fn format(about: Arc<About>) -> Box<dyn Format> {
    Box::new(Potato { about })
}

/// What Potato's page can show.
pub(crate) fn rules() -> Rules {
    Rules { needs_words: true, replace: Some(shown), ..Rules::default() }
}

struct Potato {
    about: Arc<About>,
}

impl Format for Potato {
    fn unit(&self) -> Unit {
        Unit::CodePoints
    }

    fn layout(&self) -> Layout {
        Layout::Arrays { stem: "items", bytes: u64::MAX }
    }

    fn rules(&self) -> Rules {
        rules()
    }

    fn encode(&mut self, documents: &[Document]) -> Result<Vec<Part>, String> {
        documents
            .iter()
            .map(|document| serde_json::to_vec(&self.item(document)).map(Part::Text))
            .collect::<Result<_, _>>()
            .map_err(|error| error.to_string())
    }

    fn companions(&self, _seen: &Seen) -> Result<Vec<(String, Vec<u8>)>, String> {
        Ok(vec![("config.yaml".to_owned(), self.configuration().into_bytes())])
    }

    fn next_step(&self) -> &'static str {
        "potato start config.yaml"
    }
}

impl Potato {
    fn item(&self, document: &Document) -> Value {
        let alone = document.without_overlaps();
        let labels: Vec<Value> = document
            .label_names()
            .iter()
            .map(|label| json!({ "label": label, "confidence": document.score_of(label) }))
            .collect();
        let spans: Vec<Value> = alone
            .spans
            .iter()
            .map(|span| {
                json!({
                    "start": span.start, "end": span.end, "label": span.label,
                    "confidence": document.score_of(&span.label),
                })
            })
            .collect();
        let mut item = document.meta.clone();
        item.insert("id".to_owned(), json!(document.id));
        item.insert("text".to_owned(), json!(document.text));
        item.insert("lang".to_owned(), json!(document.lang));
        item.insert("predictions".to_owned(), json!({ LABELS: labels, SPANS: spans }));
        item.insert("stancemark".to_owned(), alone.proposed(&self.about.model_version));
        Value::Object(item)
    }

    /// YAML takes JSON strings as they are.
    fn configuration(&self) -> String {
        let quoted = |text: &str| Value::from(text).to_string();
        let mut labels = String::new();
        for label in &self.about.codebook.labels {
            labels += &format!(
                "      - name: {}\n        tooltip: {}\n",
                quoted(&label.id),
                quoted(&label.definition)
            );
        }
        let whole = format!("{labels}      - name: {}\n", quoted(NONE));
        format!(
            "annotation_task_name: {}\ntask_dir: .\ndata_files:\n  - {ITEMS}\nitem_properties:\n  id_key: id\n  \
             text_key: text\noutput_annotation_dir: annotation_output\nexport_annotation_format: jsonl\nuser_config:\n  \
             allow_all_users: true\n  users: []\nrequire_password: false\npre_annotation:\n  enabled: true\n  field: \
             predictions\n  show_confidence: true\nannotation_schemes:\n  - annotation_type: multiselect\n    name: \
             {LABELS}\n    description: The labels of the whole post\n    labels:\n{whole}  - annotation_type: span\n    \
             name: {SPANS}\n    description: What speaks for a label\n    labels:\n{labels}    sequential_key_binding: false\n",
            quoted(&self.about.codebook.name)
        )
    }
}

/// The text with what the page leaves alone; `None` where it would change nothing.
fn shown(text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let is_trimmed = |c: char| c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}');
    let first = chars.iter().position(|&c| !is_trimmed(c)).unwrap_or(chars.len());
    let last = chars.iter().rposition(|&c| !is_trimmed(c)).map_or(0, |at| at + 1);
    let mut out = String::with_capacity(text.len());
    for (at, &c) in chars.iter().enumerate() {
        let next = chars.get(at + 1).copied();
        let before = at.checked_sub(1).and_then(|at| chars.get(at)).copied();
        out.push(match c {
            _ if at < first || at >= last => '\u{200b}',
            '\r' if next == Some('\n') => '\u{a0}',
            '\r' | '\n' => '\n',
            ' ' | '\t' if matches!(before, Some(' ' | '\t')) => '\u{a0}',
            '\t' => ' ',
            '\u{0}'..='\u{1f}' | '\u{7f}' => char::REPLACEMENT_CHARACTER,
            '<' => '＜',
            '&' if next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '#') => '＆',
            c => c,
        });
    }
    (out != text).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_would_change_is_replaced_one_for_one() {
        for (text, expected) in [
            ("plain & simple > 3", None),
            ("  a  b\t\tc\r\nd\re ", Some("\u{200b}\u{200b}a \u{a0}b \u{a0}c\u{a0}\nd\ne\u{200b}")),
            ("<b>AT&T</b> &amp; \u{1}", Some("＜b>AT＆T＜/b> ＆amp; \u{fffd}")),
            (" \t", Some("\u{200b}\u{200b}")),
        ] {
            assert_eq!(shown(text).as_deref(), expected, "{text:?}");
            if let Some(expected) = expected {
                assert_eq!(text.chars().count(), expected.chars().count());
            }
        }
    }
}

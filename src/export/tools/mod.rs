//! The formats, one a file.

pub(crate) mod argilla;
pub(crate) mod brat;
pub(crate) mod csv;
pub(crate) mod doccano;
pub(crate) mod huggingface;
pub(crate) mod inception;
pub(crate) mod label_studio;
pub(crate) mod names;
pub(crate) mod potato;
pub(crate) mod prodigy;
pub(crate) mod spacy;
pub(crate) mod tokens;
pub(crate) mod webanno_tsv;

/// A line of JSON.
fn line(value: &serde_json::Value) -> super::Part {
    let mut bytes = value.to_string().into_bytes();
    bytes.push(b'\n');
    super::Part::Text(bytes)
}

/// A value for an XML attribute: what XML 1.0 cannot hold is U+FFFD.
fn without_controls(text: &str) -> String {
    let rules = super::Rules { no_controls: true, ..super::Rules::default() };
    super::repaired(text, &rules).map_or_else(|| text.to_owned(), |(text, _)| text)
}

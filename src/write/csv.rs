//! Tagged posts as CSV: the lossless form for machines.
//!
//! RFC 4180 with line feeds. Lists stay lists, as JSON inside one cell; a post's text may hold line
//! breaks, commas and a leading `=`, `+`, `-` or `@`, and all of it comes back byte for byte. A
//! spreadsheet would run some of that as formulas: a form that is safe there is the business of
//! *export*, not of this file.

use super::{
    COLUMNS,
    jsonl::{push_claims, push_mix, push_raw, push_scores, push_strings, push_tags, push_time},
    number::push_decimal,
};
use crate::post::TaggedPost;

/// The first line: the names of the columns.
pub(crate) fn header(delimiter: u8) -> Vec<u8> {
    let mut line = COLUMNS.join(&char::from(delimiter).to_string()).into_bytes();
    line.push(b'\n');
    line
}

/// Appends one record. `scratch` spares an allocation per cell; its content is of no account.
///
/// An unknown time, a text and an input that were not kept are empty; an empty text that was kept
/// is `""`, so that the two can be told apart.
pub(crate) fn push_record(out: &mut Vec<u8>, scratch: &mut Vec<u8>, post: &TaggedPost, delimiter: u8) {
    push_cell(out, post.id.as_bytes(), delimiter);
    out.push(delimiter);
    if let Some(time) = post.time {
        push_time(out, time);
    }
    out.push(delimiter);
    push_cell(out, post.language.lang.as_bytes(), delimiter);
    out.push(delimiter);
    push_decimal(out, post.language.confidence);
    let mut list = |out: &mut Vec<u8>, push: &dyn Fn(&mut Vec<u8>)| {
        out.push(delimiter);
        scratch.clear();
        push(scratch);
        push_cell(out, scratch, delimiter);
    };
    list(out, &|cell| push_mix(cell, &post.language.mix));
    list(out, &|cell| push_strings(cell, &post.hashtags));
    list(out, &|cell| push_tags(cell, &post.tags));
    list(out, &|cell| push_claims(cell, &post.claims));
    out.push(delimiter);
    out.extend_from_slice(post.status.as_str().as_bytes());
    list(out, &|cell| push_strings(cell, &post.abstained));
    list(out, &|cell| push_scores(cell, &post.scores));
    out.push(delimiter);
    match post.text.as_deref() {
        Some("") => out.extend_from_slice(b"\"\""),
        Some(text) => push_cell(out, text.as_bytes(), delimiter),
        None => {}
    }
    list(out, &|cell| {
        if let Some(input) = &post.input {
            push_raw(cell, input.get());
        }
    });
    out.push(b'\n');
}

/// Appends a cell, quoted where it must be.
fn push_cell(out: &mut Vec<u8>, cell: &[u8], delimiter: u8) {
    let quoted =
        memchr::memchr3(delimiter, b'"', b'\n', cell).is_some() || memchr::memchr(b'\r', cell).is_some();
    if !quoted {
        out.extend_from_slice(cell);
        return;
    }
    out.push(b'"');
    let mut rest = cell;
    while let Some(at) = memchr::memchr(b'"', rest) {
        let (through, tail) = rest.split_at(at + 1);
        out.extend_from_slice(through);
        out.push(b'"');
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::write::samples;

    fn record(post: &TaggedPost, delimiter: u8) -> Vec<u8> {
        let mut out = header(delimiter);
        push_record(&mut out, &mut Vec::new(), post, delimiter);
        out
    }

    #[test]
    fn a_record_is_rfc_4180() {
        let mut post = samples::bare("@a,\"b\"");
        samples::keep(&mut post, "=1+1\nend", r#"{"likes":3}"#);
        assert_eq!(
            String::from_utf8(record(&post, b',')).expect("UTF-8"),
            "id,time,lang,lang_confidence,mix,hashtags,tags,claims,status,abstained,scores,text,input\n\
             \"@a,\"\"b\"\"\",,und,0,{},[],[],[],labelled,[],{},\"=1+1\nend\",\"{\"\"likes\"\":3}\"\n"
        );
    }

    proptest! {
        #[test]
        fn every_cell_comes_back(post in samples::any_post(), tabs: bool) {
            let delimiter = if tabs { b'\t' } else { b',' };
            let bytes = record(&post, delimiter);
            let mut reader = ::csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes.as_slice());
            let records: Vec<_> = reader.records().collect::<Result<_, _>>().expect("CSV");
            prop_assert_eq!(records.len(), 1);
            prop_assert_eq!(samples::from_cells(&records[0]), samples::as_json(&post));
        }
    }
}

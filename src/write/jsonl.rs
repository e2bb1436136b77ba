//! Tagged posts as JSON lines, written by hand: the order of the fields is part of the contract, and
//! this runs once for every post.

use std::{io::Write, sync::Arc};

use super::number::{push_decimal, push_integer};
use crate::post::{ClaimHit, Evidence, Language, Share, Tag, TaggedPost};

/// Writes a value as one line of JSON.
pub(crate) fn push_json(out: &mut dyn Write, value: &impl serde::Serialize) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

/// Appends one post as a line of JSON, and a line feed.
pub fn push_line(out: &mut Vec<u8>, post: &TaggedPost) {
    out.extend_from_slice(b"{\"id\":");
    push_string(out, &post.id);
    if let Some(time) = post.time {
        out.extend_from_slice(b",\"time\":\"");
        push_time(out, time);
        out.push(b'"');
    }
    push_language(out, &post.language);
    out.extend_from_slice(b",\"hashtags\":");
    push_strings(out, &post.hashtags);
    out.extend_from_slice(b",\"tags\":");
    push_tags(out, &post.tags);
    out.extend_from_slice(b",\"claims\":");
    push_claims(out, &post.claims);
    out.extend_from_slice(b",\"status\":\"");
    out.extend_from_slice(post.status.as_str().as_bytes());
    out.push(b'"');
    if !post.abstained.is_empty() {
        out.extend_from_slice(b",\"abstained\":");
        push_strings(out, &post.abstained);
    }
    if !post.scores.is_empty() {
        out.extend_from_slice(b",\"scores\":");
        push_scores(out, &post.scores);
    }
    if let Some(text) = &post.text {
        out.extend_from_slice(b",\"text\":");
        push_string(out, text);
    }
    if let Some(input) = &post.input {
        out.extend_from_slice(b",\"input\":");
        push_raw(out, input.get());
    }
    out.extend_from_slice(b"}\n");
}

/// RFC 3339 in UTC, with as many decimals of a second as there are.
pub(crate) fn push_time(out: &mut Vec<u8>, time: jiff::Timestamp) {
    // Writing into a Vec cannot fail.
    write!(out, "{time}").ok();
}

/// `{"hi-Latn":0.7,"en":0.3}`
pub(crate) fn push_mix(out: &mut Vec<u8>, mix: &[Share]) {
    push_between(out, mix, b'{', b'}', |out, share| {
        push_string(out, &share.lang);
        out.push(b':');
        push_decimal(out, share.share);
    });
}

/// `,"lang":"en","lang_confidence":0.9,"mix":{"en":1}`
pub(super) fn push_language(out: &mut Vec<u8>, language: &Language) {
    out.extend_from_slice(b",\"lang\":");
    push_string(out, &language.lang);
    out.extend_from_slice(b",\"lang_confidence\":");
    push_decimal(out, language.confidence);
    out.extend_from_slice(b",\"mix\":");
    push_mix(out, &language.mix);
}

/// `["a","b"]`
pub(crate) fn push_strings<S: AsRef<str>>(out: &mut Vec<u8>, strings: &[S]) {
    push_between(out, strings, b'[', b']', |out, string| push_string(out, string.as_ref()));
}

/// The list of tags with their evidence.
pub(crate) fn push_tags(out: &mut Vec<u8>, tags: &[Tag]) {
    push_between(out, tags, b'[', b']', |out, tag| {
        out.extend_from_slice(b"{\"label\":");
        push_string(out, &tag.label);
        out.extend_from_slice(b",\"target\":");
        push_string(out, &tag.target);
        out.extend_from_slice(b",\"stance\":\"");
        out.extend_from_slice(tag.stance.as_str().as_bytes());
        out.extend_from_slice(b"\",\"score\":");
        push_decimal(out, tag.score);
        out.extend_from_slice(b",\"evidence\":");
        push_evidence(out, &tag.evidence);
        out.extend_from_slice(b",\"by\":");
        push_strings::<Arc<str>>(out, &tag.by);
        out.push(b'}');
    });
}

/// `[{"start":0,"end":8,"by":"…"}]`
fn push_evidence(out: &mut Vec<u8>, evidence: &[Evidence]) {
    push_between(out, evidence, b'[', b']', |out, evidence| {
        out.extend_from_slice(b"{\"start\":");
        push_integer(out, u64::from(evidence.start));
        out.extend_from_slice(b",\"end\":");
        push_integer(out, u64::from(evidence.end));
        out.extend_from_slice(b",\"by\":");
        push_string(out, &evidence.by);
        out.push(b'}');
    });
}

/// `[{"claim":"…","score":0.81,"evidence":[…]}]`
pub(crate) fn push_claims(out: &mut Vec<u8>, claims: &[ClaimHit]) {
    push_between(out, claims, b'[', b']', |out, hit| {
        out.extend_from_slice(b"{\"claim\":");
        push_string(out, &hit.claim);
        out.extend_from_slice(b",\"score\":");
        push_decimal(out, hit.score);
        out.extend_from_slice(b",\"evidence\":");
        push_evidence(out, &hit.evidence);
        out.push(b'}');
    });
}

/// `{"support":0.02,"platform_attack":0.94}`
pub(crate) fn push_scores(out: &mut Vec<u8>, scores: &[(Arc<str>, f32)]) {
    push_between(out, scores, b'{', b'}', |out, (label, score)| {
        push_string(out, label);
        out.push(b':');
        push_decimal(out, *score);
    });
}

/// JSON that is already text. A line feed can stand only between its tokens; it would end our line.
pub(crate) fn push_raw(out: &mut Vec<u8>, json: &str) {
    if memchr::memchr2(b'\n', b'\r', json.as_bytes()).is_none() {
        out.extend_from_slice(json.as_bytes());
    } else {
        out.extend(json.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }));
    }
}

/// Appends a JSON string: only what JSON demands is escaped, every other character stays as it is.
pub(crate) fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let bytes = text.as_bytes();
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let (clean, tail) = rest.split_at(at);
        out.extend_from_slice(clean);
        let Some((&byte, tail)) = tail.split_first() else { break };
        push_escape(out, byte);
        rest = tail;
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

fn push_escape(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        0x08 => out.extend_from_slice(b"\\b"),
        0x0c => out.extend_from_slice(b"\\f"),
        _ => {
            out.extend_from_slice(b"\\u00");
            out.extend([byte >> 4, byte & 15].map(|half| HEX[usize::from(half)]));
        }
    }
}

fn push_between<T>(
    out: &mut Vec<u8>,
    items: &[T],
    open: u8,
    close: u8,
    mut push: impl FnMut(&mut Vec<u8>, &T),
) {
    out.push(open);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push(out, item);
    }
    out.push(close);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::write::samples;

    fn line(post: &TaggedPost) -> String {
        let mut out = Vec::new();
        push_line(&mut out, post);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_line_is_the_contract_to_the_letter() {
        assert_eq!(
            line(&samples::platform_attack()),
            concat!(
                r#"{"id":"1112","time":"2019-04-01T12:16:00Z","lang":"hi-Latn","lang_confidence":0.97,"#,
                r#""mix":{"hi-Latn":0.7,"en":0.3},"hashtags":["iamispr"],"#,
                r#""tags":[{"label":"platform_attack","target":"facebook","stance":"against","score":0.94,"#,
                r#""evidence":[{"start":0,"end":8,"by":"target:facebook"},"#,
                r#"{"start":9,"end":24,"by":"rule:shame-on"}],"by":["model:stance","rule:shame-on"]}],"#,
                r#""claims":[{"claim":"ordinary-citizens","score":0.81,"evidence":[]}],"status":"labelled","#,
                r#""scores":{"support":0.03,"platform_attack":0.94}}"#,
                "\n"
            )
        );
    }

    #[test]
    fn what_is_unknown_or_not_kept_is_left_out() {
        let mut post = samples::bare("7");
        assert_eq!(
            line(&post),
            concat!(
                r#"{"id":"7","lang":"und","lang_confidence":0,"mix":{},"hashtags":[],"tags":[],"claims":[],"#,
                r#""status":"labelled"}"#,
                "\n"
            )
        );
        samples::abstain(&mut post);
        samples::keep(&mut post, "a\nb", "{\n \"likes\": 3\r\n}");
        let told = line(&post);
        assert!(
            told.ends_with(
                r#""status":"abstained","abstained":["support"],"text":"a\nb","input":{  "likes": 3  }}
"#
            ),
            "{told}"
        );
        assert_eq!(told.matches('\n').count(), 1);
    }

    #[test]
    fn every_control_character_is_escaped() {
        for text in (0u8..0x80).map(|byte| char::from(byte).to_string()) {
            let mut out = Vec::new();
            push_string(&mut out, &text);
            assert_eq!(serde_json::from_slice::<String>(&out).expect("JSON"), text);
        }
    }

    proptest! {
        #[test]
        fn any_string_comes_back(text in any::<String>()) {
            let mut out = Vec::new();
            push_string(&mut out, &text);
            prop_assert!(memchr::memchr(b'\n', &out).is_none());
            prop_assert_eq!(serde_json::from_slice::<String>(&out).expect("JSON"), text);
        }

        #[test]
        fn any_post_is_one_line_of_json_with_the_same_values(post in samples::any_post()) {
            let told = line(&post);
            prop_assert_eq!(told.matches('\n').count(), 1);
            let value: Value = serde_json::from_str(&told).expect("JSON");
            prop_assert_eq!(value, samples::as_json(&post));
        }
    }
}

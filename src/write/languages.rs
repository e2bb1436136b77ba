//! Posts of which only the language was asked, as JSON lines or as rows of a table.

use super::{
    jsonl::{push_language, push_string},
    number::push_decimal,
};
use crate::{language::Candidate, post::Language};

/// The columns of a table of languages, between tabs. `mix` and `top` are `hi-Latn:0.7 en:0.3`.
pub const LANGUAGE_COLUMNS: &str = "id\tlang\tlang_confidence\tmix";

/// Appends `{"id","lang","lang_confidence","mix"}` and a line feed; with `top`, the likeliest languages as a list of
/// `{"lang","probability"}` too.
pub fn push_language_line(out: &mut Vec<u8>, id: &str, language: &Language, top: Option<&[Candidate]>) {
    out.extend_from_slice(b"{\"id\":");
    push_string(out, id);
    push_language(out, language);
    if let Some(top) = top {
        out.extend_from_slice(b",\"top\":[");
        for (at, candidate) in top.iter().enumerate() {
            out.extend_from_slice(if at > 0 { b",{\"lang\":" } else { b"{\"lang\":" });
            push_string(out, candidate.lang);
            out.extend_from_slice(b",\"probability\":");
            push_decimal(out, candidate.probability);
            out.push(b'}');
        }
        out.push(b']');
    }
    out.extend_from_slice(b"}\n");
}

/// Appends one row of [`LANGUAGE_COLUMNS`] and a line feed, with a column more for `top`. Tabs, line feeds, carriage
/// returns and backslashes in an id are written as `\t`, `\n`, `\r` and `\\`.
pub fn push_language_row(out: &mut Vec<u8>, id: &str, language: &Language, top: Option<&[Candidate]>) {
    for byte in id.bytes() {
        match byte {
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            _ => out.push(byte),
        }
    }
    out.push(b'\t');
    out.extend_from_slice(language.lang.as_bytes());
    out.push(b'\t');
    push_decimal(out, language.confidence);
    out.push(b'\t');
    push_pairs(out, language.mix.iter().map(|share| (&*share.lang, share.share)));
    if let Some(top) = top {
        out.push(b'\t');
        push_pairs(out, top.iter().map(|candidate| (candidate.lang, candidate.probability)));
    }
    out.push(b'\n');
}

fn push_pairs<'a>(out: &mut Vec<u8>, pairs: impl Iterator<Item = (&'a str, f32)>) {
    for (at, (lang, value)) in pairs.enumerate() {
        if at > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(lang.as_bytes());
        out.push(b':');
        push_decimal(out, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::Share;

    #[test]
    fn a_line_and_a_row() {
        let share = |lang, share| Share { lang: std::borrow::Cow::Borrowed(lang), share };
        let language = Language {
            lang: "hi-Latn".into(),
            confidence: 0.5,
            mix: vec![share("hi-Latn", 0.75), share("en", 0.25)],
        };
        let top =
            [Candidate { lang: "hi-Latn", probability: 0.5 }, Candidate { lang: "en", probability: 0.25 }];
        let mut out = Vec::new();
        push_language_line(&mut out, "1\t", &language, Some(&top));
        push_language_row(&mut out, "1\t", &language, Some(&top));
        push_language_row(&mut out, "2", &language, None);
        let expected = concat!(
            r#"{"id":"1\t","lang":"hi-Latn","lang_confidence":0.5,"mix":{"hi-Latn":0.75,"en":0.25},"#,
            r#""top":[{"lang":"hi-Latn","probability":0.5},{"lang":"en","probability":0.25}]}"#,
            "\n1\\t\thi-Latn\t0.5\thi-Latn:0.75 en:0.25\thi-Latn:0.5 en:0.25",
            "\n2\thi-Latn\t0.5\thi-Latn:0.75 en:0.25\n",
        );
        assert_eq!(String::from_utf8(out).expect("text"), expected);
    }
}

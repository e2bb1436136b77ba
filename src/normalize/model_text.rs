//! The text that a model's tokenizer gets. Training cleans its texts by the same steps
//! (`models/train/text.py`), and both sides run the cases of `models/train/text_cases.json`.

use std::{borrow::Cow, iter::Peekable};

use unicode_normalization::{IsNormalized, UnicodeNormalization, char::is_combining_mark, is_nfc_quick};

/// Code points a model reads of a post.
const LONGEST: usize = 1000;

/// Cleans one post for a model: URLs become `http`, invisible characters go, NFC, white space and
/// control characters become single spaces, a letter repeated more than three times in a row becomes
/// two, and the first 1,000 code points stay. In this order.
pub fn model_text(text: &str) -> String {
    let text = replace_urls(text);
    let visible = text.chars().filter(|&c| !is_invisible(c));
    let mut out = String::with_capacity(text.len().min(4 * LONGEST));
    if text.is_ascii() || is_nfc_quick(visible.clone()) == IsNormalized::Yes {
        write(visible, &mut out);
    } else {
        write(visible.nfc(), &mut out);
    }
    out
}

/// The last three steps, in one pass that stops when enough is written.
fn write(chars: impl Iterator<Item = char>, out: &mut String) {
    let mut chars = chars.peekable();
    let mut room = LONGEST;
    let mut space = false;
    while room > 0
        && let Some(c) = chars.next()
    {
        if is_space(c) {
            space = !out.is_empty();
            continue;
        }
        if space {
            space = false;
            out.push(' ');
            room -= 1;
        }
        let repeats = if is_letter(c) { repeats_of(c, &mut chars) } else { 1 };
        let kept = if repeats > 3 { 2 } else { repeats };
        for _ in 0..kept.min(room) {
            out.push(c);
        }
        room -= kept.min(room);
    }
}

fn repeats_of(c: char, chars: &mut Peekable<impl Iterator<Item = char>>) -> usize {
    let mut repeats = 1;
    while chars.next_if_eq(&c).is_some() {
        repeats += 1;
    }
    repeats
}

/// `http://`, `https://` and `www.` with all that follows up to white space become `http`, unless
/// they follow a letter, a mark, a digit, `_` or a joiner.
fn replace_urls(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(step) = bytes.get(at..).and_then(|rest| memchr::memchr2(b':', b'.', rest)) {
        // Both kinds are found by their first sign, then looked at backwards.
        let sign = at + step;
        at = sign + 1;
        let Some((start, end)) = url_around(text, sign, copied) else { continue };
        out.push_str(&text[copied..start]);
        out.push_str("http");
        (copied, at) = (end, end);
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

/// Start and end of the URL whose `:` or `.` stands at `sign`, if it begins at `from` or later.
fn url_around(text: &str, sign: usize, from: usize) -> Option<(usize, usize)> {
    let before = text.get(from..sign)?;
    let (length, prefix) = if text[sign..].starts_with("://") {
        // `ſ` is an `s` where case does not count.
        let length = ["http", "https", "httpſ"].iter().map(|scheme| scheme.len()).find(|&length| {
            before.len().checked_sub(length).and_then(|at| before.get(at..)).is_some_and(|scheme| {
                let plain = scheme.get(..4).is_some_and(|http| http.eq_ignore_ascii_case("http"));
                plain && matches!(scheme.get(4..), Some("" | "s" | "S" | "ſ"))
            })
        })?;
        (length, 3)
    } else {
        let www = before.len().checked_sub(3).and_then(|at| before.get(at..))?;
        if text.as_bytes().get(sign) != Some(&b'.') || !www.eq_ignore_ascii_case("www") {
            return None;
        }
        (3, 1)
    };
    let start = sign - length;
    if text[..start].chars().next_back().is_some_and(continues_word) {
        return None;
    }
    let rest = text.get(sign + prefix..)?;
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    (end > 0).then_some((start, sign + prefix + end))
}

fn continues_word(c: char) -> bool {
    c.is_alphanumeric() && !is_circled(c)
        || matches!(c, '_' | '\u{200C}' | '\u{200D}')
        || (is_combining_mark(c) && c < '\u{1E944}')
}

/// General category L.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic()
        || (!c.is_ascii() && c.is_alphabetic() && !c.is_numeric() && !is_combining_mark(c) && !is_circled(c))
}

/// Letters in circles and squares: alphabetic, but symbols.
fn is_circled(c: char) -> bool {
    matches!(c, '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F149}' | '\u{1F150}'..='\u{1F169}' | '\u{1F170}'..='\u{1F189}')
}

/// Zero-width and direction marks, soft hyphen, tatweel. The joiners U+200C and U+200D stay: they
/// change letters in Persian and Indic scripts, and join emoji.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{640}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_training_side() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/models/train/text_cases.json");
        let file = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let cases: Vec<(String, String)> = serde_json::from_str(&file).expect("pairs of strings");
        assert!(cases.len() > 50);
        for (text, expected) in cases {
            assert_eq!(model_text(&text), expected, "{text:?}");
        }
    }

    #[test]
    fn letters_are_category_l() {
        let category = regex::Regex::new(r"^\p{L}$").expect("a pattern");
        let unassigned = regex::Regex::new(r"^\p{Cn}$").expect("a pattern");
        for c in (0..=0x0010_FFFF).filter_map(char::from_u32) {
            // What the older of the two tables does not know yet, no post holds.
            if !unassigned.is_match(&c.to_string()) {
                assert_eq!(is_letter(c), category.is_match(&c.to_string()), "{:x}", c as u32);
            }
        }
    }

    #[test]
    fn urls_in_odd_places() {
        for (text, expected) in [
            ("http://", "http://"),
            ("http:// x", "http:// x"),
            ("www. x www.", "www. x www."),
            ("a.b:c http://x:y.z/www.a d", "a.b:c http d"),
            ("http://http://a www.www.b", "http http"),
            ("hhttp://a", "hhttp://a"),
            ("xwww.a", "xwww.a"),
            ("(www.a)", "(http"),
            ("éhttp://a ✓http://a", "éhttp://a ✓http"),
        ] {
            assert_eq!(model_text(text), expected, "{text:?}");
        }
    }

    #[test]
    fn long_texts_end_early() {
        for text in ["a\u{301}".repeat(3_000_000), "\u{301}".repeat(5_000_000), "http://".repeat(1_000_000)] {
            assert!(model_text(&text).chars().count() <= LONGEST);
        }
    }
}

//! Names inside texts: mentions and addresses.

use std::{fmt::Write as _, ops::Range};

use super::Pseudonyms;

/// A text whose mentions were replaced, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Replaced {
    pub(super) text: String,
    /// Each mention's place in the original and in the new text, in code points, from left to right.
    places: Vec<(Range<u32>, Range<u32>)>,
}

impl Replaced {
    /// Where a range of the original text lies in the new one. An edge inside a mention moves to the mention's edge.
    pub(super) fn moved(&self, range: Range<u32>) -> Range<u32> {
        let edge = |at: u32, to_end: bool| {
            let (mut from, mut to) = (0, 0);
            for (old, new) in &self.places {
                if at <= old.start {
                    break;
                }
                if at < old.end {
                    return if to_end { new.end } else { new.start };
                }
                (from, to) = (old.end, new.end);
            }
            at - from + to
        };
        edge(range.start, false)..edge(range.end, true)
    }
}

impl Pseudonyms {
    /// A text with each mention (`@name`, `@name@host`) and each address (`name@host`) replaced by `@` and its
    /// pseudonym.
    pub fn text(&self, text: &str) -> String {
        self.replaced(text, |_| false).text
    }

    /// As [`text`](Pseudonyms::text); `keep` says which mentions stay, by their code points.
    pub(super) fn replaced(&self, text: &str, keep: impl Fn(&Range<u32>) -> bool) -> Replaced {
        let mut replaced = Replaced { text: String::with_capacity(text.len()), ..Replaced::default() };
        let (mut done, mut at, mut new_at) = (0, 0u32, 0u32);
        for bytes in mentions(text) {
            let before = text.get(done..bytes.start).unwrap_or_default();
            let name = text.get(bytes.clone()).unwrap_or_default();
            let start = at + before.chars().count() as u32;
            let end = start + name.chars().count() as u32;
            replaced.text.push_str(before);
            new_at += start - at;
            at = end;
            done = bytes.end;
            if keep(&(start..end)) {
                replaced.text.push_str(name);
                new_at += end - start;
                continue;
            }
            let pseudonym = self.of(name);
            // Writing into a String cannot fail.
            write!(replaced.text, "@{pseudonym}").ok();
            let length = 1 + pseudonym.len() as u32;
            replaced.places.push((start..end, new_at..new_at + length));
            new_at += length;
        }
        replaced.text.push_str(text.get(done..).unwrap_or_default());
        replaced
    }
}

/// The bytes of each mention and address.
fn mentions(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while let Some(sign) = text.get(from..).and_then(|rest| rest.find(['@', '＠'])).map(|at| from + at) {
        let behind = text.get(sign..).unwrap_or_default();
        let width = behind.chars().next().map_or(1, char::len_utf8);
        let name = behind.get(width..).map_or(0, name_length);
        let least = found.last().map_or(0, |last: &Range<usize>| last.end);
        from = sign + width + name;
        if name == 0 {
            continue;
        }
        // What stands before the sign belongs to an address, or is the first half of `@name@host`.
        let before = text.get(least..sign).unwrap_or_default();
        let local = before.chars().rev().take_while(|&c| in_name(c) || matches!(c, '.' | '-' | '+' | '%'));
        let start = sign - local.map(char::len_utf8).sum::<usize>();
        match found.last_mut() {
            Some(last) if last.end == start => last.end = from,
            _ => found.push(start..from),
        }
    }
    found
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Bytes of the name at the beginning: letters, digits and `_`, with single `.` and `-` between them.
fn name_length(text: &str) -> usize {
    let mut length = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins =
            matches!(c, '.' | '-') && length > 0 && chars.peek().is_some_and(|&(_, next)| in_name(next));
        if !in_name(c) && !joins {
            break;
        }
        length = at + c.len_utf8();
    }
    length
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pseudonyms() -> Pseudonyms {
        Pseudonyms::from_key(b"0123456789abcdef")
    }

    fn found(text: &str) -> Vec<&str> {
        mentions(text).into_iter().map(|bytes| &text[bytes]).collect()
    }

    #[test]
    fn mentions_and_addresses_are_found() {
        assert_eq!(found("RT @ali_k: hi @Sara.B, and @x-y. (@z)"), ["@ali_k", "@Sara.B", "@x-y", "@z"]);
        assert_eq!(found("write to jo.doe+a@mail.example.org!"), ["jo.doe+a@mail.example.org"]);
        assert_eq!(
            found("@ali@social.example and @@twice ＠wide"),
            ["@ali@social.example", "@twice", "＠wide"]
        );
        assert_eq!(found("@اردو_نام کا"), ["@اردو_نام"]);
        assert!(found("at 5 @ night, @ , @. and @").is_empty());
    }

    #[test]
    fn the_same_name_has_the_same_pseudonym_everywhere() {
        let pseudonyms = pseudonyms();
        let expected = pseudonyms.of("ali_k");
        let told = pseudonyms.text("Hello @ali_k and @ALI_K!");
        assert_eq!(told, format!("Hello @{expected} and @{expected}!"));
        assert_eq!(pseudonyms.text("no names here"), "no names here");
    }

    #[test]
    fn ranges_move_with_the_text() {
        let text = "@a ظلم @bc Facebook";
        let replaced = pseudonyms().replaced(text, |_| false);
        let cut = |range: Range<u32>| {
            let range = replaced.moved(range);
            let chars = replaced.text.chars().skip(range.start as usize);
            chars.take(range.len()).collect::<String>()
        };
        assert_eq!(cut(3..6), "ظلم");
        assert_eq!(cut(11..19), "Facebook");
        assert_eq!(cut(7..10), format!("@{}", pseudonyms().of("bc")));
        assert_eq!(cut(8..9), cut(7..10), "an edge inside a mention moves to its edge");
        let kept = pseudonyms().replaced(text, |range| *range == (0..2));
        assert!(kept.text.starts_with("@a ظلم @"), "{}", kept.text);
        assert_eq!(kept.moved(3..6), 3..6);
    }

    proptest! {
        #[test]
        fn any_text_keeps_all_but_its_mentions(text in "[a@＠.ظ _-]{0,24}") {
            let replaced = pseudonyms().replaced(&text, |_| false);
            let whole = replaced.moved(0..text.chars().count() as u32);
            prop_assert_eq!(whole, 0..replaced.text.chars().count() as u32);
            prop_assert_eq!(pseudonyms().replaced(&text, |_| true).text, text);
        }
    }
}

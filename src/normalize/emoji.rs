//! Emoji: how far one goes, and which flag it is.

use super::letters::{Class, Letters};

const JOINER: char = '\u{200D}';
const KEYCAP: char = '\u{20E3}';
const BLACK_FLAG: char = '\u{1F3F4}';
const LAST_TAG: char = '\u{E007F}';

/// One emoji at the beginning of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Emoji {
    /// Its bytes, with selectors, skin tones and everything joined to it.
    pub bytes: usize,
    /// Its code points.
    pub points: u32,
    /// Without selectors and skin tones.
    pub folded: String,
    /// The ISO 3166 code, for flags.
    pub flag: Option<String>,
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{FE0E}' | '\u{FE0F}')
}

fn is_skin_tone(c: char) -> bool {
    matches!(c, '\u{1F3FB}'..='\u{1F3FF}')
}

fn tag_of(c: char) -> Option<char> {
    char::from_u32((c as u32).checked_sub(0xE0000)?).filter(char::is_ascii_alphanumeric)
}

fn regional(c: char) -> Option<char> {
    char::from_u32((c as u32).checked_sub(0x1F1E6)? + u32::from(b'A')).filter(char::is_ascii_uppercase)
}

/// The emoji that `text` begins with; its first character must be of class `Picture` or `Regional`.
pub(super) fn first_of(text: &str, table: Letters) -> Option<Emoji> {
    let mut chars = text.chars().peekable();
    let first = chars.next()?;
    let mut emoji = Emoji { bytes: first.len_utf8(), points: 1, folded: first.to_string(), flag: None };
    if let Some(a) = regional(first) {
        if let Some(&second) = chars.peek()
            && let Some(b) = regional(second)
        {
            emoji.bytes += second.len_utf8();
            emoji.points += 1;
            emoji.folded.push(second);
            emoji.flag = Some([a, b].iter().collect());
        }
        return Some(emoji);
    }
    let mut code = String::new();
    while let Some(&c) = chars.peek() {
        let mut taken = c.len_utf8();
        let mut count = 1;
        if c == JOINER {
            chars.next();
            match chars.peek() {
                Some(&next) if table.fold(next).class == Class::Picture => {
                    emoji.folded.push(JOINER);
                    emoji.folded.push(next);
                    taken += next.len_utf8();
                    count += 1;
                }
                _ => break,
            }
        } else if first == BLACK_FLAG && (tag_of(c).is_some() || c == LAST_TAG) && code.len() < 8 {
            code.extend(tag_of(c).map(|c| c.to_ascii_uppercase()));
        } else if !(is_selector(c) || is_skin_tone(c) || c == KEYCAP) {
            break;
        }
        chars.next();
        emoji.bytes += taken;
        emoji.points += count;
        if c == LAST_TAG {
            break;
        }
    }
    if code.len() > 2 && code.is_ascii() {
        // Tags stay in the folded text: they are all that tells England from Scotland.
        emoji.folded.extend(text[..emoji.bytes].chars().filter(|&c| tag_of(c).is_some() || c == LAST_TAG));
        let (country, part) = code.split_at(2);
        emoji.flag = Some(format!("{country}-{part}"));
    }
    Some(emoji)
}

/// Bytes and code points of a keycap (`1️⃣`) at the beginning of a text.
pub(super) fn keycap(text: &str) -> Option<(usize, u32)> {
    let mut chars = text.chars();
    let key = chars.next().filter(|c| matches!(c, '0'..='9' | '#' | '*'))?;
    let mut next = chars.next()?;
    let mut bytes = key.len_utf8() + next.len_utf8();
    let mut points = 2;
    if is_selector(next) {
        next = chars.next()?;
        bytes += next.len_utf8();
        points += 1;
    }
    (next == KEYCAP).then_some((bytes, points))
}

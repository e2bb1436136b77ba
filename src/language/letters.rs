//! One letter at a time: what it folds to, and which table reads it.
//!
//! The same as `models/train/language/letters.py`; `tests/language` holds both to it.

use std::sync::LazyLock;

use super::script::Script;

/// What a character is to the scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letter {
    /// Ends a word.
    Gap,
    /// Becomes nothing and ends nothing: joiners, vowel points, tatweel, accents that compose with no letter.
    Ignored,
    /// A letter, or a mark that is part of the spelling: the script and the folded code point.
    Of(Script, u32),
}

/// Characters below this one are looked up.
const TABLE_END: usize = 0x3100;
static TABLE: LazyLock<Vec<Letter>> = LazyLock::new(|| {
    (0..TABLE_END as u32).map(|point| char::from_u32(point).map_or(Letter::Gap, classify)).collect()
});

/// A handle on the table.
#[derive(Clone, Copy)]
pub(super) struct Letters(&'static [Letter]);

impl Letters {
    pub(super) fn new() -> Self {
        Self(&TABLE)
    }

    #[inline]
    pub(super) fn of(self, c: char) -> Letter {
        match self.0.get(c as usize) {
            Some(letter) => *letter,
            None => classify(c),
        }
    }
}

/// Whether a character stands for plain letters, so that its NFKC form is read instead.
#[inline]
pub(super) fn is_compatible(c: char) -> bool {
    c >= '\u{24B6}'
        && matches!(c as u32, 0x24B6..=0x24E9 | 0xFB00..=0xFB06 | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC | 0xFF21..=0xFF5A | 0x1D400..=0x1D7CB)
}

/// Whether a mark composes with the letter before it (`e` and U+0301).
#[inline]
pub(super) fn is_accent(c: char) -> bool {
    matches!(c as u32, 0x0300..=0x036F | 0x0653..=0x0655)
}

fn classify(c: char) -> Letter {
    let point = c as u32;
    match point {
        0x00AD
        | 0x0300..=0x036F
        | 0x0591..=0x05BD
        | 0x05BF
        | 0x05C1..=0x05C2
        | 0x05C4..=0x05C5
        | 0x05C7
        | 0x0610..=0x061A
        | 0x0640
        | 0x064B..=0x065F
        | 0x0670
        | 0x06D6..=0x06DD
        | 0x06DF..=0x06E8
        | 0x06EA..=0x06ED
        | 0x093C
        | 0x200B..=0x200F
        | 0x202A..=0x202E
        | 0x2060..=0x2064
        | 0x2066..=0x2069
        | 0xFE00..=0xFE0F
        | 0xFEFF => return Letter::Ignored,
        _ => {}
    }
    let Some(script) = Script::of(c) else { return Letter::Gap };
    let folded = match point {
        // With and without nukta.
        0x0929 => 0x0928,
        0x0931 => 0x0930,
        0x0934 => 0x0933,
        0x0958 => 0x0915,
        0x0959 => 0x0916,
        0x095A => 0x0917,
        0x095B => 0x091C,
        0x095C => 0x0921,
        0x095D => 0x0922,
        0x095E => 0x092B,
        0x095F => 0x092F,
        _ => c.to_lowercase().next().map_or(point, |lower| lower as u32),
    };
    Letter::Of(script, folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_fold_and_marks_vanish() {
        let letters = Letters::new();
        assert_eq!(letters.of('É'), Letter::Of(Script::Latin, 'é' as u32));
        assert_eq!(letters.of('İ'), Letter::Of(Script::Latin, 'i' as u32));
        assert_eq!(letters.of('\u{095C}'), Letter::Of(Script::Devanagari, 'ड' as u32));
        assert_eq!(letters.of('ा'), Letter::Of(Script::Devanagari, 'ा' as u32), "a vowel sign is spelling");
        for ignored in ['\u{064E}', '\u{0640}', '\u{200C}', '\u{200D}', '\u{0301}'] {
            assert_eq!(letters.of(ignored), Letter::Ignored, "{ignored:?}");
        }
        for gap in [' ', '\n', '1', '٣', '१', '.', '۔', '।', '😂', '\'', '_'] {
            assert_eq!(letters.of(gap), Letter::Gap, "{gap:?}");
        }
    }
}

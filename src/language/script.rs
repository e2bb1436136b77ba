//! Which script a letter belongs to, and the languages that have a script to themselves.

use unicode_normalization::char::is_combining_mark;

/// A script, or a group that one language writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    Latin,
    Arabic,
    Devanagari,
    Cyrillic,
    Han,
    Kana,
    Hangul,
    Bengali,
    Gurmukhi,
    Gujarati,
    Oriya,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
    Sinhala,
    Thai,
    Lao,
    Tibetan,
    Burmese,
    Georgian,
    Ethiopic,
    Khmer,
    Greek,
    Armenian,
    Hebrew,
    Thaana,
    /// A letter of a script that is not told apart here.
    Other,
}

impl Script {
    /// How many scripts there are.
    pub(super) const COUNT: usize = Script::Other as usize + 1;

    /// All of them, each at its own index.
    pub(super) const ALL: [Script; Self::COUNT] = [
        Script::Latin,
        Script::Arabic,
        Script::Devanagari,
        Script::Cyrillic,
        Script::Han,
        Script::Kana,
        Script::Hangul,
        Script::Bengali,
        Script::Gurmukhi,
        Script::Gujarati,
        Script::Oriya,
        Script::Tamil,
        Script::Telugu,
        Script::Kannada,
        Script::Malayalam,
        Script::Sinhala,
        Script::Thai,
        Script::Lao,
        Script::Tibetan,
        Script::Burmese,
        Script::Georgian,
        Script::Ethiopic,
        Script::Khmer,
        Script::Greek,
        Script::Armenian,
        Script::Hebrew,
        Script::Thaana,
        Script::Other,
    ];

    /// The script of a letter, or of a mark that is part of the spelling; `None` for what is neither.
    pub(super) fn of(c: char) -> Option<Script> {
        let script = match c as u32 {
            0x0600..=0x06FF | 0x0750..=0x077F | 0x0870..=0x08FF => Script::Arabic,
            0x0900..=0x097F | 0xA8E0..=0xA8FF => Script::Devanagari,
            0x0041..=0x007A
            | 0x00AA
            | 0x00BA
            | 0x00C0..=0x02AF
            | 0x1E00..=0x1EFF
            | 0x2C60..=0x2C7F
            | 0xA720..=0xA7FF => Script::Latin,
            0x0400..=0x052F => Script::Cyrillic,
            0x0370..=0x03FF | 0x1F00..=0x1FFF => Script::Greek,
            0x0530..=0x058F => Script::Armenian,
            0x0590..=0x05FF => Script::Hebrew,
            0x0780..=0x07BF => Script::Thaana,
            0x0980..=0x09FF => Script::Bengali,
            0x0A00..=0x0A7F => Script::Gurmukhi,
            0x0A80..=0x0AFF => Script::Gujarati,
            0x0B00..=0x0B7F => Script::Oriya,
            0x0B80..=0x0BFF => Script::Tamil,
            0x0C00..=0x0C7F => Script::Telugu,
            0x0C80..=0x0CFF => Script::Kannada,
            0x0D00..=0x0D7F => Script::Malayalam,
            0x0D80..=0x0DFF => Script::Sinhala,
            0x0E00..=0x0E7F => Script::Thai,
            0x0E80..=0x0EFF => Script::Lao,
            0x0F00..=0x0FFF => Script::Tibetan,
            0x1000..=0x109F => Script::Burmese,
            0x10A0..=0x10FF | 0x1C90..=0x1CBF => Script::Georgian,
            0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7A3 => Script::Hangul,
            0x1200..=0x139F => Script::Ethiopic,
            0x1780..=0x17FF => Script::Khmer,
            0x3041..=0x30FF | 0xFF66..=0xFF9D => Script::Kana,
            0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF => Script::Han,
            _ => Script::Other,
        };
        (c.is_alphabetic() || (script != Script::Other && is_combining_mark(c))).then_some(script)
    }

    /// How many letters of other scripts say as much as one sign of this.
    pub(super) fn letters_in_a_sign(self) -> u32 {
        match self {
            Script::Han => 3,
            Script::Kana | Script::Hangul | Script::Ethiopic => 2,
            _ => 1,
        }
    }

    /// The language told by the script alone.
    pub(super) fn only_language(self) -> Option<&'static str> {
        Some(match self {
            Script::Han => "zh",
            Script::Kana => "ja",
            Script::Hangul => "ko",
            Script::Bengali => "bn",
            Script::Gurmukhi => "pa",
            Script::Gujarati => "gu",
            Script::Oriya => "or",
            Script::Tamil => "ta",
            Script::Telugu => "te",
            Script::Kannada => "kn",
            Script::Malayalam => "ml",
            Script::Sinhala => "si",
            Script::Thai => "th",
            Script::Lao => "lo",
            Script::Tibetan => "bo",
            Script::Burmese => "my",
            Script::Georgian => "ka",
            Script::Khmer => "km",
            Script::Greek => "el",
            Script::Armenian => "hy",
            Script::Thaana => "dv",
            Script::Other => "und",
            Script::Latin
            | Script::Arabic
            | Script::Devanagari
            | Script::Cyrillic
            | Script::Hebrew
            | Script::Ethiopic => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_script_stands_at_its_index() {
        for (i, script) in Script::ALL.iter().enumerate() {
            assert_eq!(*script as usize, i);
        }
    }
}

//! One character at a time: what it is, and what it folds to. The table of the folding stands in
//! the module above.

use std::sync::LazyLock;

use unicode_normalization::{
    IsNormalized, UnicodeNormalization,
    char::{canonical_combining_class, is_combining_mark},
    is_nfc_quick,
};

/// What a character is to the scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Separates; becomes nothing.
    Space,
    /// Separates, and ends a sentence.
    Line,
    /// Becomes nothing, and separates nothing.
    Ignored,
    /// As `Ignored`, but a visible part of the letter before it.
    Ornament,
    /// A letter.
    Letter,
    /// A letter of a script that puts no spaces between words: a token of its own.
    Solo,
    /// A mark that stays with the letter before it.
    Mark,
    /// A decimal digit.
    Digit,
    /// More than one letter or digit; see [`expand`].
    Several,
    /// Begins an emoji.
    Picture,
    /// One half of a flag.
    Regional,
    /// Punctuation, symbols, and everything else.
    Sign,
}

/// What a character folds to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Folded {
    /// The folded character; meaningless for classes that become nothing, and for `Several`.
    pub c: char,
    pub class: Class,
    pub traits: Traits,
}

/// What else matters about a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Traits(u8);

impl Traits {
    pub(super) const NONE: Self = Self(0);
    /// Upper-case in the original.
    pub(super) const UPPER: Self = Self(1);
    /// Lower-case in the original.
    pub(super) const LOWER: Self = Self(1 << 1);
    pub(super) const LATIN: Self = Self(1 << 2);
    /// Cyrillic or Greek.
    pub(super) const LATIN_COUSIN: Self = Self(1 << 3);
    /// May reorder or compose with its neighbours (NFC).
    pub(super) const COMPOSES: Self = Self(1 << 4);
    /// A sign that stands for a letter (`@` in `f@cebook`).
    pub(super) const SIGN: Self = Self(1 << 5);

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// In the upper or lower case of another letter, where that has one.
    fn in_case_of(self, c: char) -> Self {
        match case_of(c) {
            Self::NONE => self,
            case => Self(self.0 & !(Self::UPPER.0 | Self::LOWER.0) | case.0),
        }
    }
}

/// The characters below this one are looked up.
const TABLE_END: u32 = 0x3100;

static TABLE: LazyLock<Vec<Folded>> = LazyLock::new(|| {
    let sign = Folded { c: '\u{FFFD}', class: Class::Sign, traits: Traits::NONE };
    (0..TABLE_END).map(|n| char::from_u32(n).map_or(sign, classify)).collect()
});

/// A handle on the table, to look up without asking each time whether it is built.
#[derive(Clone, Copy)]
pub(super) struct Letters(&'static [Folded]);

impl Letters {
    pub(super) fn new() -> Self {
        Self(&TABLE)
    }

    #[inline]
    pub(super) fn fold(self, c: char) -> Folded {
        match self.0.get(c as usize) {
            Some(folded) => *folded,
            None => classify(c),
        }
    }
}

/// What a character of class [`Class::Several`] folds to, in its case.
pub(super) fn expand(c: char) -> impl Iterator<Item = Folded> {
    let parts = spell_out(c).into_iter().flat_map(|text| text.chars().map(classify).collect::<Vec<_>>());
    parts.map(move |part| Folded { traits: part.traits.in_case_of(c), ..part })
}

fn letter(c: char, class: Class, traits: Traits) -> Folded {
    Folded { c, class, traits }
}

fn classify(c: char) -> Folded {
    let plain = |class| letter(c, class, Traits::NONE);
    let sign = |to| letter(to, Class::Sign, Traits::NONE);
    match c {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => return plain(Class::Line),
        _ if c.is_whitespace() || c.is_control() => return plain(Class::Space),
        'a'..='z' => return letter(c, Class::Letter, Traits::LATIN.with(Traits::LOWER)),
        'A'..='Z' => {
            return letter(c.to_ascii_lowercase(), Class::Letter, Traits::LATIN.with(Traits::UPPER));
        }
        '0'..='9' => return plain(Class::Digit),
        '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}' | '\u{20000}'..='\u{2F7FF}' => {
            return plain(Class::Solo);
        }
        '\u{AC00}'..='\u{D7A3}' => return plain(Class::Letter),
        '\u{1F1E6}'..='\u{1F1FF}' => return plain(Class::Regional),
        _ => {}
    }
    if let Some(to) = sign_of(c) {
        return sign(to);
    }
    if is_ignored(c) {
        return plain(Class::Ignored);
    }
    if is_ornament(c) {
        return plain(Class::Ornament);
    }
    if let Some(digit) = digit_of(c) {
        return letter(digit, Class::Digit, Traits::NONE);
    }
    if is_picture(c) {
        return plain(Class::Picture);
    }
    match spell_out(c) {
        None => sign(c),
        Some(text) => {
            let mut chars = text.chars();
            match (chars.next(), chars.next()) {
                (Some(one), None) => single(c, one),
                (Some(_), Some(_)) => letter(c, Class::Several, case_of(c)),
                (None, _) => plain(Class::Ornament),
            }
        }
    }
}

fn case_of(c: char) -> Traits {
    if c.is_uppercase() {
        Traits::UPPER
    } else if c.is_lowercase() {
        Traits::LOWER
    } else {
        Traits::NONE
    }
}

/// A letter or mark that folds to one character.
fn single(original: char, c: char) -> Folded {
    let mut traits = case_of(original);
    if c.is_ascii_alphabetic() {
        return letter(c, Class::Letter, traits.with(Traits::LATIN));
    }
    if c.is_ascii_digit() {
        return letter(c, Class::Digit, Traits::NONE);
    }
    match c {
        '\u{100}'..='\u{24F}' | '\u{250}'..='\u{2AF}' | '\u{DE}'..='\u{FF}' => {
            traits = traits.with(Traits::LATIN);
        }
        '\u{370}'..='\u{52F}' => traits = traits.with(Traits::LATIN_COUSIN),
        _ => {}
    }
    if canonical_combining_class(c) != 0 || is_nfc_quick(std::iter::once(c)) != IsNormalized::Yes {
        traits = traits.with(Traits::COMPOSES);
    }
    let class = if is_combining_mark(c) {
        Class::Mark
    } else if is_solo(c) {
        Class::Solo
    } else {
        Class::Letter
    };
    letter(c, class, traits)
}

/// The folded spelling of a letter or mark; `None` for everything that is neither.
fn spell_out(c: char) -> Option<String> {
    if let Some(to) = variant_of(c) {
        return Some(to.to_owned());
    }
    let compatible = is_compatibility(c);
    if !(c.is_alphabetic() || is_combining_mark(c) || compatible) {
        return None;
    }
    if compatible {
        let text: String = c.nfkc().collect();
        if !text.chars().all(|c| c.is_alphabetic() || is_combining_mark(c) || digit_of(c).is_some()) {
            return None;
        }
        let same = text.chars().eq(std::iter::once(c));
        if !same {
            // The parts are ordinary characters with a folding of their own.
            return Some(text.chars().filter_map(part_of).collect());
        }
    }
    Some(c.to_lowercase().flat_map(base_of).filter(|&c| !is_ornament(c)).collect())
}

fn part_of(c: char) -> Option<String> {
    match digit_of(c) {
        Some(digit) => Some(digit.to_string()),
        None if is_ignored(c) || is_ornament(c) => None,
        None => spell_out(c),
    }
}

/// NFC of one lower-case character; without its accents where the script is Latin, Greek, or
/// Cyrillic (but й, ў, ї, ѓ, ќ are letters of their own).
fn base_of(c: char) -> Vec<char> {
    if let Some(text) = variant_of(c) {
        return text.chars().collect();
    }
    let bare = matches!(c, '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1FFF}' | '\u{370}'..='\u{52F}' | '\u{212A}' | '\u{212B}')
        && !matches!(c, 'й' | 'ў' | 'ї' | 'ѓ' | 'ќ');
    if bare {
        std::iter::once(c)
            .nfd()
            .filter(|&c| !is_ornament(c))
            .flat_map(|c| variant_of(c).map_or_else(|| vec![c], |text| text.chars().collect()))
            .collect()
    } else {
        std::iter::once(c).nfc().collect()
    }
}

/// The five Cyrillic letters that accents make.
pub(super) fn cyrillic_with_accent(letter: char, accent: char) -> Option<char> {
    Some(match (letter, accent) {
        ('и', '\u{306}') => 'й',
        ('у', '\u{306}') => 'ў',
        ('і', '\u{308}') => 'ї',
        ('г', '\u{301}') => 'ѓ',
        ('к', '\u{301}') => 'ќ',
        _ => return None,
    })
}

/// Letters that fold to others by a rule of their own.
fn variant_of(c: char) -> Option<&'static str> {
    Some(match c {
        // Arabic script: one alef, one waw, one ye, one he, one kaf.
        'آ' | 'أ' | 'إ' | 'ٱ' | 'ٲ' | 'ٳ' | 'ٵ' => "ا",
        'ؤ' | 'ٶ' => "و",
        'ٷ' => "ۇ",
        'ي' | 'ى' | 'ئ' | 'ې' | 'ۍ' | 'ٸ' | 'ؠ' | 'ۑ' | 'ێ' => "ی",
        'ۓ' => "ے",
        'ه' | 'ة' | 'ۃ' | 'ۀ' | 'ۂ' | 'ھ' | 'ە' | 'ۿ' => "ہ",
        'ك' | 'ڪ' | 'ګ' => "ک",
        // Devanagari: letters with a nukta lose it; one nasal sign.
        '\u{958}' => "क",
        '\u{959}' => "ख",
        '\u{95A}' => "ग",
        '\u{95B}' => "ज",
        '\u{95C}' => "ड",
        '\u{95D}' => "ढ",
        '\u{95E}' => "फ",
        '\u{95F}' => "य",
        '\u{929}' => "न",
        '\u{931}' => "र",
        '\u{934}' => "ळ",
        '\u{901}' => "\u{902}",
        // Latin letters that are no base and accent.
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' | 'ǽ' | 'Ǽ' | 'ǣ' | 'Ǣ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' | 'ǿ' | 'Ǿ' | 'ᴏ' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' | 'ɖ' | 'Ɖ' | 'ᴅ' => "d",
        'þ' | 'Þ' => "th",
        'ħ' | 'Ħ' | 'ʜ' => "h",
        'ı' | 'İ' | 'ɪ' | 'ɩ' => "i",
        'ł' | 'Ł' | 'ʟ' => "l",
        'ŧ' | 'Ŧ' | 'ᴛ' => "t",
        // ŉ is an apostrophe and n: the apostrophe would be a token of its own.
        'ŋ' | 'Ŋ' | 'ɴ' | 'ŉ' => "n",
        'ſ' | 'ꜱ' => "s",
        'ƒ' | 'Ƒ' | 'ꜰ' => "f",
        // The small capitals of fancy text.
        'ᴀ' => "a",
        'ʙ' => "b",
        'ᴄ' => "c",
        'ᴇ' => "e",
        'ɢ' => "g",
        'ᴊ' => "j",
        'ᴋ' => "k",
        'ᴍ' => "m",
        'ᴘ' => "p",
        'ʀ' => "r",
        'ᴜ' => "u",
        'ᴠ' => "v",
        'ᴡ' => "w",
        'ʏ' => "y",
        'ᴢ' => "z",
        'ς' => "σ",
        _ => return None,
    })
}

/// Where NFKC is wanted: presentation forms, full-width forms, ligatures, mathematical and circled
/// letters.
fn is_compatibility(c: char) -> bool {
    matches!(c,
        '\u{FB00}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{FF00}'..='\u{FFEF}'
        | '\u{1D400}'..='\u{1D7FF}' | '\u{2100}'..='\u{214F}' | '\u{24B6}'..='\u{24E9}'
        | '\u{1F130}'..='\u{1F149}' | '\u{1D00}'..='\u{1DBF}' | '\u{1C4}'..='\u{1CC}'
        | '\u{1F1}'..='\u{1F3}' | '\u{132}' | '\u{133}' | '\u{13F}' | '\u{140}'
        | '\u{AA}' | '\u{BA}' | '\u{2B0}'..='\u{2B8}' | '\u{2090}'..='\u{209C}' | '\u{2071}' | '\u{207F}')
}

/// Nothing to see: direction marks, joiners, selectors, fillers.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
        | '\u{1F3FB}'..='\u{1F3FF}')
}

/// Accents, vowel points, nuktas, tatweel: seen, but not matched on.
pub(super) fn is_ornament(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}'
        | '\u{FE20}'..='\u{FE2F}' | '\u{483}'..='\u{489}'
        | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}'
        | '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}'
        | '\u{6D6}'..='\u{6DC}' | '\u{6DF}'..='\u{6E8}' | '\u{6EA}'..='\u{6ED}'
        | '\u{898}'..='\u{89F}' | '\u{8CA}'..='\u{8E1}' | '\u{8E3}'..='\u{8FF}'
        | '\u{93C}' | '\u{951}'..='\u{954}')
}

/// Scripts written without spaces: Han, hiragana, Thai, Lao, Burmese, Khmer.
fn is_solo(c: char) -> bool {
    matches!(c,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{2E80}'..='\u{2FDF}'
        | '\u{3005}'..='\u{3007}' | '\u{3041}'..='\u{309F}' | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The first digit of each script's ten.
const ZEROS: [u32; 22] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0xFF10, 0xA8D0, 0xABF0,
];

fn digit_of(c: char) -> Option<char> {
    if c.is_ascii_digit() {
        return Some(c);
    }
    let n = c as u32;
    if (0x1D7CE..=0x1D7FF).contains(&n) {
        return char::from_digit((n - 0x1D7CE) % 10, 10);
    }
    let zero = ZEROS.iter().find(|&&zero| (zero..zero + 10).contains(&n))?;
    char::from_digit(n - zero, 10)
}

/// Punctuation with another form of its own; the other forms are its own.
fn sign_of(c: char) -> Option<char> {
    Some(match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '＂' | '〝' | '〞' | '「' | '」' | '『' | '』' => {
            '"'
        }
        '‘' | '’' | '‚' | '‛' | '′' | 'ʼ' | 'ʹ' | '\u{374}' | '´' | '`' | '＇' | '‹' | '›' => {
            '\''
        }
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹘' | '﹣' => '-',
        '۔' | '।' | '॥' | '。' | '｡' | '．' | '։' | '።' | '٫' => '.',
        '،' | '、' | '､' | '٬' => ',',
        '؛' => ';',
        '؟' | '⁇' => '?',
        '‼' => '!',
        '٪' => '%',
        '•' | '∙' | '・' | '･' | '‧' | '⋅' => '·',
        '⁄' | '∕' => '/',
        '₹' | '€' | '£' => c,
        '\u{FF01}'..='\u{FF0F}'
        | '\u{FF1A}'..='\u{FF20}'
        | '\u{FF3B}'..='\u{FF40}'
        | '\u{FF5B}'..='\u{FF5E}' => {
            let ascii = char::from_u32(c as u32 - 0xFEE0)?;
            if ascii == '`' { '\'' } else { ascii }
        }
        _ => return None,
    })
}

/// Emoji that stand alone (not the digits, `©` and the like, which need a selector).
fn is_picture(c: char) -> bool {
    matches!(c,
        '\u{231A}' | '\u{231B}' | '\u{2328}' | '\u{23CF}' | '\u{23E9}'..='\u{23F3}' | '\u{23F8}'..='\u{23FA}'
        | '\u{2600}'..='\u{27BF}' | '\u{2B05}'..='\u{2B07}' | '\u{2B1B}' | '\u{2B1C}' | '\u{2B50}' | '\u{2B55}'
        | '\u{2934}' | '\u{2935}' | '\u{25AA}' | '\u{25AB}' | '\u{25B6}' | '\u{25C0}' | '\u{25FB}'..='\u{25FE}'
        | '\u{2194}'..='\u{2199}' | '\u{21A9}' | '\u{21AA}' | '\u{3297}' | '\u{3299}'
        | '\u{1F000}'..='\u{1F0FF}' | '\u{1F170}' | '\u{1F171}' | '\u{1F17E}' | '\u{1F17F}' | '\u{1F18E}'
        | '\u{1F191}'..='\u{1F19A}' | '\u{1F201}'..='\u{1F251}' | '\u{1F300}'..='\u{1F3FA}'
        | '\u{1F400}'..='\u{1F64F}' | '\u{1F680}'..='\u{1F6FF}' | '\u{1F7E0}'..='\u{1F7EB}'
        | '\u{1F90C}'..='\u{1F9FF}' | '\u{1FA00}'..='\u{1FAFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Folding what is folded changes nothing, for every code point.
    #[test]
    fn folding_is_stable() {
        let letters = Letters::new();
        let mut unstable = Vec::new();
        for c in (0..=0x0010_FFFF).filter_map(char::from_u32) {
            let folded = letters.fold(c);
            let parts: Vec<Folded> = match folded.class {
                Class::Several => expand(c).collect(),
                Class::Space | Class::Line | Class::Ignored | Class::Ornament => vec![],
                _ => vec![folded],
            };
            if folded.class == Class::Several {
                assert!(parts.len() > 1, "{c} ({:x})", c as u32);
            }
            for part in parts {
                if folded.class == Class::Several {
                    let in_word = matches!(part.class, Class::Letter | Class::Mark | Class::Digit);
                    assert!(in_word, "{c} ({:x}) would put {:?} into a word", c as u32, part.c);
                }
                let again = letters.fold(part.c);
                if (again.c, again.class) != (part.c, part.class) {
                    unstable.push(format!("{c} {:x} to {} {:x}", c as u32, part.c, part.c as u32));
                }
            }
        }
        assert!(unstable.is_empty(), "{unstable:?}");
    }

    #[test]
    fn no_letter_of_arabic_script_is_deleted() {
        let letters = Letters::new();
        for c in ('\u{620}'..='\u{64A}').chain('\u{671}'..='\u{6D3}').filter(|&c| c != '\u{640}') {
            assert!(matches!(letters.fold(c).class, Class::Letter | Class::Sign), "{c}");
        }
        for alef in ['ا', 'آ', 'أ', 'إ', 'ٱ', '\u{FE8D}', '\u{FE8E}', '\u{FE81}'] {
            assert_eq!(letters.fold(alef).c, 'ا', "{alef}");
            assert_eq!(letters.fold(alef).class, Class::Letter, "{alef}");
        }
    }
}

//! Word forms without a dictionary: what `boycott~` stands for.
//!
//! The script of the stem tells which endings are tried (and, in Arabic script, which letters in front).
//! All of them are spelt out when the codebook is compiled, so that they cost nothing in a post. Forms that
//! no language has are harmless: no post holds them.

const ENGLISH: [&str; 14] =
    ["s", "es", "ed", "d", "ing", "er", "ers", "ly", "ion", "ions", "ive", "ful", "y", "ment"];
const ROMAN_URDU: [&str; 24] = [
    "o", "on", "e", "ein", "en", "i", "ye", "iyan", "iyon", "na", "ne", "ni", "ta", "te", "ti", "kar", "a",
    "ay", "ain", "un", "wo", "walo", "unga", "enge",
];
const SPANISH: [&str; 26] = [
    "ar", "as", "os", "an", "amos", "ado", "ada", "ados", "adas", "ando", "é", "ó", "aron", "ido", "ida",
    "iendo", "ir", "eron", "ción", "ciones", "aba", "arán", "ará", "ista", "istas", "mente",
];
const URDU: [&str; 32] = [
    "ی", "ے", "وں", "یں", "یاں", "یوں", "ا", "و", "نا", "نے", "نی", "تا", "تے", "تی", "ات", "ین", "ہ", "ان",
    "ئی", "ئے", "ؤ", "ئیں", "گا", "گے", "گی", "یے", "کر", "والے", "والا", "والو", "ند", "گان",
];
const ARABIC_BEFORE: [&str; 12] = ["ال", "و", "ب", "ل", "ف", "ك", "س", "بال", "لل", "وال", "ي", "ت"];
const ARABIC: [&str; 17] =
    ["", "ي", "ة", "ين", "ون", "ات", "وا", "ان", "هم", "نا", "ها", "ه", "ية", "كم", "يين", "يون", "يات"];
const HINDI: [&str; 34] = [
    "ा",
    "ी",
    "े",
    "ो",
    "ों",
    "ें",
    "ाओं",
    "ियों",
    "ियां",
    "ना",
    "ने",
    "नी",
    "ता",
    "ते",
    "ती",
    "कर",
    "ाओ",
    "ाए",
    "ाया",
    "ाई",
    "एगा",
    "एंगे",
    "ूंगा",
    "ेगा",
    "ेंगे",
    "ेगी",
    "िए",
    "िये",
    "वाले",
    "वाला",
    "वालों",
    "वाद",
    "वादी",
    "ित",
];
const RUSSIAN: [&str; 56] = [
    "а", "у", "ы", "и", "е", "о", "ом", "ой", "ою", "ов", "ам", "ами", "ах", "ей", "ям", "ями", "ях", "я",
    "ю", "ь", "ий", "ый", "ая", "ое", "ие", "ые", "его", "ого", "ему", "ому", "им", "ым", "их", "ых", "ими",
    "ыми", "ать", "ять", "ить", "ает", "ают", "ит", "ят", "ал", "ала", "али", "ил", "ила", "или", "ем",
    "йте", "ите", "уйте", "ую", "ешь", "ишь",
];

/// The forms of a word, itself first.
pub fn forms(stem: &str) -> Vec<String> {
    let mut forms = vec![stem.to_owned()];
    let Some(last) = stem.chars().last() else { return forms };
    let mut add = |endings: &[&str]| forms.extend(endings.iter().map(|ending| format!("{stem}{ending}")));
    match last {
        '\u{0600}'..='\u{06FF}' => {
            add(&URDU);
            add(&ARABIC[1..]);
            for before in ARABIC_BEFORE {
                forms.extend(ARABIC.iter().map(|ending| format!("{before}{stem}{ending}")));
            }
        }
        '\u{0900}'..='\u{097F}' => {
            // A vowel sign at the end gives way to another.
            let bare = stem.trim_end_matches(|c| matches!(c, '\u{093E}'..='\u{094C}'));
            add(&HINDI);
            forms.extend(HINDI.iter().map(|ending| format!("{bare}{ending}")));
        }
        '\u{0400}'..='\u{04FF}' => {
            let bare = stem.trim_end_matches(['а', 'я', 'о', 'е', 'ь', 'й', 'и', 'ы']);
            add(&RUSSIAN);
            forms.extend(RUSSIAN.iter().map(|ending| format!("{bare}{ending}")));
        }
        _ if last.is_alphabetic() && last < '\u{0250}' => {
            add(&ENGLISH);
            add(&ROMAN_URDU);
            add(&SPANISH);
            let bare = &stem[..stem.len() - last.len_utf8()];
            let endings = |begun: String, endings: &[&str]| {
                endings.iter().map(|ending| format!("{begun}{ending}")).collect::<Vec<_>>()
            };
            match last {
                // hate: hating; lie: lied
                'e' => forms.extend(endings(
                    bare.to_owned(),
                    &["ing", "ed", "er", "ers", "ion", "or", "ors", "os", "as"],
                )),
                // spy: spies
                'y' => forms.extend(endings(format!("{bare}i"), &["es", "ed", "er", "ers"])),
                // Spanish: mentira, mentiras; libre
                'a' | 'o' => {
                    forms.extend(endings(bare.to_owned(), &["as", "os", "a", "o", "e", "es", "ar", "an"]));
                }
                // ban: banned
                _ => forms.extend(endings(format!("{stem}{last}"), &["ed", "ing", "er", "ers", "y"])),
            }
        }
        _ => {}
    }
    forms
}

/// A word without the ending of its plural, so that its other forms follow from it.
pub fn singular(word: &str) -> &str {
    const PLURAL: [&str; 6] = ["s", "وں", "یں", "ियों", "ों", "ें"];
    let long_enough = |stem: &&str| stem.chars().count() > 3 && !stem.ends_with('s');
    PLURAL.iter().filter_map(|ending| word.strip_suffix(ending)).find(long_enough).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::{forms, singular};

    #[test]
    fn plurals_lose_their_ending() {
        for (word, bare) in [
            ("accounts", "account"),
            ("class", "class"),
            ("bus", "bus"),
            ("شہریوں", "شہری"),
            ("नागरिकों", "नागरिक"),
        ] {
            assert_eq!(singular(word), bare);
        }
    }

    #[test]
    fn usual_forms_are_among_them() {
        for (stem, usual) in [
            ("boycott", &["boycott", "boycotts", "boycotted", "boycotting"][..]),
            ("hate", &["hates", "hated", "hating", "haters"]),
            ("ban", &["banned", "banning"]),
            ("spy", &["spies", "spying"]),
            ("mentira", &["mentiras"]),
            ("بائیکاٹ", &["بائیکاٹ"]),
            ("دشمن", &["دشمنوں", "دشمنی"]),
            ("ارهاب", &["الارهاب", "ارهابي", "الارهابيين"]),
            ("दुश्मन", &["दुश्मनों", "दुश्मनी"]),
            ("झूठा", &["झूठे", "झूठी"]),
            ("ложь", &["ложью", "ложь"]),
        ] {
            let forms = forms(stem);
            for form in usual {
                assert!(forms.iter().any(|own| own == form), "{form} of {stem}");
            }
        }
    }
}

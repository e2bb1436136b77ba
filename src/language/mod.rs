//! Takes a post's text; gives the language it is written in, how sure that is, and the share of each
//! language.
//!
//! Letters are counted by script; a script that one language writes settles it. Arabic and Cyrillic
//! are told by letters that only one language has, Devanagari by small words, Latin in stages: a
//! list of the function words of romanised Hindi–Urdu (`hi-Latn`) and English, then trigrams, then
//! what most posts are (`latin.rs` holds the order; a trained model for `hi-Latn` will be one more
//! stage there). Trigrams cost more than all the rest, so they are asked last, on 200 letters.
//!
//! The shares count letters. Latin letters in a post of another script are English unless their
//! words say `hi-Latn`. URLs, handles, emoji and the signs of hashtags are left out.

mod cues;
mod latin;
mod script;
mod trigrams;
mod words;

use std::borrow::Cow;

use cues::Cues;
use latin::LatinWords;
use script::{Script, Scripts};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use words::FunctionWords;

use crate::{
    normalize::{Entity, EntityKind},
    post::{Language, Share},
};

/// Tells languages. Built once, shared between threads.
#[derive(Debug, Clone)]
pub struct Detector {
    words: FunctionWords,
}

impl Default for Detector {
    fn default() -> Self {
        Self::new()
    }
}

/// A language and how sure it is, 0–1.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Verdict {
    lang: &'static str,
    confidence: f32,
}

/// What one walk over a text counts.
#[derive(Debug, Default)]
struct Letters {
    scripts: [u32; Script::COUNT],
    latin: LatinWords,
    cues: Cues,
}

/// Fewer letters are no text.
const FEWEST_LETTERS: u32 = 2;
/// A smaller share is left out of the mix.
const SMALLEST_SHARE: f32 = 0.02;

impl Detector {
    /// The built-in detector.
    pub fn new() -> Self {
        Self { words: FunctionWords::new() }
    }

    /// Tells the language of an original text; `entities` are those that *normalize* found in it.
    ///
    /// `und` with confidence 0 and no shares where there are fewer than two letters.
    pub fn detect(&self, text: &str, entities: &[Entity]) -> Language {
        let letters = self.count(text, entities);
        let total: u32 = letters.scripts.iter().sum();
        if total < FEWEST_LETTERS {
            return Language { lang: Cow::Borrowed("und"), confidence: 0.0, mix: Vec::new() };
        }
        let mut shares: Vec<(Verdict, f32)> = Vec::new();
        let main = main_script(&letters.scripts);
        for script in Script::ALL {
            let count = letters.scripts[script as usize];
            if count == 0 {
                continue;
            }
            let share = count as f32 / total as f32;
            let sample = || sample(text, entities, script);
            let verdict = match script {
                Script::Latin if main != Script::Latin => letters.latin.judge_as_guest(),
                Script::Latin => letters.latin.judge(sample),
                Script::Arabic => letters.cues.arabic_script(count, sample),
                Script::Cyrillic => letters.cues.cyrillic(count, sample),
                Script::Devanagari => cues::devanagari(count, sample),
                // Japanese writes Han too.
                Script::Han if letters.scripts[Script::Kana as usize] * 10 > count => {
                    Verdict { lang: "ja", confidence: 0.99 }
                }
                _ => Verdict { lang: script.only_language().unwrap_or("und"), confidence: 0.99 },
            };
            let (other, part) = match script {
                Script::Latin => letters.latin.other(verdict.lang).unwrap_or(("en", 0.0)),
                _ => ("", 0.0),
            };
            add(&mut shares, verdict, share * (1.0 - part));
            if part > 0.0 {
                add(&mut shares, Verdict { lang: other, confidence: verdict.confidence }, share * part);
            }
        }
        language(shares)
    }

    fn count(&self, text: &str, entities: &[Entity]) -> Letters {
        let mut letters = Letters::default();
        let scripts = Scripts::new();
        // The Latin word at hand: its last eight bytes, its letters, and whether all were ASCII.
        let (mut key, mut length, mut plain) = (0u64, 0u32, true);
        for c in prose(text, entities, EntityKind::Hashtag) {
            if c.is_ascii_alphabetic() {
                // Nine letters and more fall out of the key's reach and match nothing.
                key = if length < 8 { key << 8 | u64::from(c.to_ascii_lowercase() as u8) } else { u64::MAX };
                length += 1;
                continue;
            }
            if matches!(c, '\'' | '’') && length > 0 {
                continue;
            }
            let script = if c.is_ascii() { None } else { scripts.of(c) };
            if script == Some(Script::Latin) {
                plain = false;
                length += 1;
                letters.latin.accented += 1;
                continue;
            }
            if length > 0 {
                letters.end_word(&self.words, key, length, plain);
                (key, length, plain) = (0, 0, true);
            }
            if let Some(script) = script {
                letters.scripts[script as usize] += 1;
                match script {
                    // Presentation forms stand for plain letters.
                    Script::Arabic if c > '\u{FAFF}' => c.nfkc().for_each(|c| letters.cues.see(c)),
                    Script::Arabic | Script::Cyrillic => letters.cues.see(c),
                    _ => {}
                }
            }
        }
        if length > 0 {
            letters.end_word(&self.words, key, length, plain);
        }
        letters.latin.letters = letters.scripts[Script::Latin as usize];
        letters
    }
}

impl Letters {
    fn end_word(&mut self, words: &FunctionWords, key: u64, length: u32, plain: bool) {
        self.scripts[Script::Latin as usize] += length;
        let cue = if plain { words.cue(key) } else { words::Cue::None };
        self.latin.add(cue, length);
    }
}

/// The script with the most letters; Japanese counts its Han as its own.
fn main_script(scripts: &[u32; Script::COUNT]) -> Script {
    Script::ALL.into_iter().rev().max_by_key(|&script| scripts[script as usize]).unwrap_or(Script::Other)
}

/// The characters of a text that are not part of an entity, but for those of the kind `kept`.
fn prose<'a>(text: &'a str, entities: &'a [Entity], kept: EntityKind) -> impl Iterator<Item = char> + 'a {
    let mut skipped = entities.iter().filter(move |entity| entity.kind != kept).peekable();
    (0u32..).zip(text.chars()).map(move |(point, c)| {
        while skipped.next_if(|entity| entity.end <= point).is_some() {}
        // What is left out still separates words.
        if skipped.peek().is_some_and(|entity| entity.start <= point) { ' ' } else { c }
    })
}

/// The beginning of a text, in one script, for the trigrams. Hashtags are left out: words run
/// together look like languages nobody meant.
fn sample(text: &str, entities: &[Entity], script: Script) -> String {
    let mut sample = String::new();
    let scripts = Scripts::new();
    let mut left = trigrams::LONGEST_SAMPLE;
    for c in prose(text, entities, EntityKind::Emoji) {
        // Vowel signs and viramas are part of words, though not all are letters.
        let of_script = scripts.of(c) == Some(script) || (!c.is_ascii() && is_combining_mark(c));
        if of_script {
            sample.extend(c.nfkc());
            left -= 1;
            if left == 0 {
                break;
            }
        } else if !sample.ends_with(' ') && c != '\'' {
            sample.push(' ');
        }
    }
    sample
}

fn add(shares: &mut Vec<(Verdict, f32)>, verdict: Verdict, share: f32) {
    match shares.iter_mut().find(|(known, _)| known.lang == verdict.lang) {
        Some((known, sum)) => {
            known.confidence = known.confidence.max(verdict.confidence);
            *sum += share;
        }
        None => shares.push((verdict, share)),
    }
}

/// The post's language from the shares of its parts.
fn language(mut shares: Vec<(Verdict, f32)>) -> Language {
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    shares.retain(|(_, share)| *share >= SMALLEST_SHARE);
    let kept: f32 = shares.iter().map(|(_, share)| share).sum();
    let main = shares.first().map_or(Verdict { lang: "und", confidence: 0.0 }, |(verdict, _)| *verdict);
    let share = shares.first().map_or(0.0, |(_, share)| share / kept);
    Language {
        lang: Cow::Borrowed(main.lang),
        confidence: main.confidence * (0.6 + 0.4 * share),
        mix: shares
            .iter()
            .map(|(verdict, share)| Share { lang: Cow::Borrowed(verdict.lang), share: share / kept })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normalize::normalize;

    fn detect(text: &str) -> Language {
        Detector::new().detect(text, &normalize(text).entities)
    }

    fn share(language: &Language, lang: &str) -> f32 {
        language.mix.iter().find(|share| share.lang == lang).map_or(0.0, |share| share.share)
    }

    #[test]
    fn sentences_of_many_languages() {
        for (lang, text) in [
            ("en", "They took our pages down and nobody told us why."),
            ("hi-Latn", "yeh log hamare mulk ke khilaf baat karte hain aur koi kuch nahi kehta"),
            ("hi-Latn", "bhai ye kya ho raha hai"),
            ("ur", "فیس بک نے ہمارے صفحات بند کر دیے ہیں"),
            ("ur", "ﻻﮨﻮﺭ ﻣﯿﮟ ﺑﺎﺭﺵ ﮨﻮ ﺭﮨﯽ ﮨﮯ"),
            ("ar", "هذه الصفحات كانت لأشخاص عاديين وليست لأي مؤسسة"),
            ("fa", "این صفحه‌ها را مردم عادی ساخته بودند و کسی به آنها دستور نداده است"),
            ("ps", "دا پاڼې عادي خلکو جوړې کړې وې او چا ورته امر نه وو کړی"),
            ("sd", "هي صفحا عام ماڻهن ٺاهيا هئا ۽ ڪنهن به کين حڪم نه ڏنو هو"),
            ("hi", "ये पेज आम लोगों ने बनाए थे और किसी ने उन्हें नहीं कहा था"),
            ("mr", "ही पाने सामान्य लोकांनी तयार केली होती आणि कोणीही त्यांना सांगितले नाही"),
            ("bn", "এই পাতাগুলো সাধারণ মানুষের"),
            ("pa", "ਇਹ ਪੰਨੇ ਆਮ ਲੋਕਾਂ ਦੇ ਸਨ"),
            ("ta", "இந்தப் பக்கங்கள் பொதுமக்களுடையவை"),
            ("ru", "Эти страницы вели обычные люди, и никто им не приказывал"),
            ("uk", "Ці сторінки вели звичайні люди, і ніхто їм не наказував"),
            ("el", "Αυτές οι σελίδες ανήκαν σε απλούς πολίτες"),
            ("he", "הדפים האלה היו של אנשים רגילים"),
            ("zh", "这些页面是普通人的"),
            ("ja", "これらのページは一般市民のものだった"),
            ("ko", "이 페이지들은 평범한 사람들의 것이었다"),
            ("th", "หน้าเหล่านี้เป็นของคนธรรมดา"),
            ("es", "Estas páginas eran de gente común y nadie les dio órdenes de nada"),
            ("fr", "Ces pages étaient tenues par des gens ordinaires et personne ne leur a rien ordonné"),
            ("de", "Diese Seiten gehörten gewöhnlichen Leuten und niemand hat ihnen etwas befohlen"),
            ("tr", "Bu sayfaları sıradan insanlar yönetiyordu ve kimse onlara emir vermedi"),
            ("id", "Halaman ini dibuat oleh orang biasa dan tidak ada yang menyuruh mereka"),
        ] {
            let found = detect(text);
            assert_eq!(found.lang, lang, "{text}: {found:?}");
            assert!(found.confidence > 0.0 && found.confidence <= 1.0, "{found:?}");
        }
    }

    #[test]
    fn little_text_is_no_exotic_language() {
        for text in [
            "ok",
            "lol",
            "Pakistan",
            "Pakistan Army",
            "ISPR PTI PMLN",
            "hahaha",
            "Bilawal Bhutto Zardari",
            "Modi ji",
        ] {
            let found = detect(text);
            assert!(matches!(&*found.lang, "en" | "hi-Latn"), "{text}: {found:?}");
            assert!(found.confidence <= 0.5, "{text}: {found:?}");
        }
        assert_eq!(detect("Pakistan zindabad").lang, "hi-Latn");
    }

    #[test]
    fn nothing_to_read() {
        for text in ["", " ", "😂😂", "123 !!!", "a", "@user_name https://example.org/some/path", "🇵🇰"]
        {
            let expected = Language { lang: Cow::Borrowed("und"), confidence: 0.0, mix: Vec::new() };
            assert_eq!(detect(text), expected, "{text}");
        }
    }

    #[test]
    fn mixed_posts_show_their_shares() {
        let found = detect("ہم اپنی فوج کے ساتھ ہیں shame on Facebook");
        assert_eq!(found.lang, "ur");
        assert!((share(&found, "ur") - 18.0 / 33.0).abs() < 0.01, "{found:?}");
        assert!((share(&found, "en") - 15.0 / 33.0).abs() < 0.01, "{found:?}");

        let found = detect("yeh log hamare pages band kar rahe hain and they think this is right");
        assert!(share(&found, "hi-Latn") > 0.2 && share(&found, "en") > 0.2, "{found:?}");

        // A share too small to show goes to the others.
        let found = detect(&format!("{} ok", "ہم اپنی فوج کے ساتھ ہیں ".repeat(8)));
        assert_eq!(found.mix, [Share { lang: Cow::Borrowed("ur"), share: 1.0 }]);

        // Addresses, handles and other scripts' names change nothing.
        let found = detect("ہم اپنی فوج کے ساتھ ہیں @shame_on_you https://facebook.com/pages");
        assert_eq!(found.mix, [Share { lang: Cow::Borrowed("ur"), share: 1.0 }]);
    }

    proptest! {
        #[test]
        fn shares_add_up(text in "[a-zé حہیکहैя你か한ก #@./]{0,60}") {
            let found = detect(&text);
            let sum: f32 = found.mix.iter().map(|share| share.share).sum();
            prop_assert!((0.0..=1.0).contains(&found.confidence));
            if found.lang == "und" && found.confidence == 0.0 {
                prop_assert!(found.mix.is_empty());
            } else {
                prop_assert!((sum - 1.0).abs() < 1e-4, "{found:?}");
                prop_assert!(found.mix.windows(2).all(|pair| pair[0].share >= pair[1].share));
                prop_assert_eq!(&found.mix[0].lang, &found.lang);
            }
        }

        #[test]
        fn any_text_gets_an_answer(text in any::<String>()) {
            detect(&text);
        }
    }
}

//! Takes a post's text; gives the language it is written in, how sure that is, and the share of each
//! language.
//!
//! Letters are counted by script; a script that one language writes settles it. For Latin, Arabic, Cyrillic,
//! Devanagari, Hebrew and Ethiopic a `table` of weights, learnt from the data by `models/train/language`,
//! tells the languages by n-grams of letters. Its card is `models/language/model.toml`. Where it is unsure, or
//! the language is none of its own, whatlang gives a second opinion (`second`).
//!
//! Romanised Hindi and Urdu are one language here, `hi-Latn`. Where a post mixes it with English, every word
//! has a score, and their shares are of words (`mix`); between scripts they are of letters. `und` is the answer where there is nothing to read, and
//! where nothing is likely enough; then the shares still hold the best guess. `und-Latn` and `und-Cyrl` mean
//! another language than those that are told apart.
//!
//! URLs, handles and emoji are left out; hashtags too, where enough else is there.

mod features;
mod letters;
mod mix;
mod reading;
mod script;
mod second;
mod table;
mod tables;
mod weights;

use std::borrow::Cow;

use reading::Reading;
use script::Script;
use tables::Tables;

use crate::{
    normalize::{Entity, normalize},
    post::{Language, Share},
};

/// Tells languages. Cheap to build, shared between threads.
#[derive(Debug, Clone)]
pub struct Detector {
    tables: &'static Tables,
}

/// A language that a post may be written in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// BCP-47 tag.
    pub lang: &'static str,
    /// How likely it is, 0–1; the candidates of a post add up to at most 1.
    pub probability: f32,
}

/// A smaller share is left out of the mix.
const SMALLEST_SHARE: f32 = 0.02;
/// What a script that one language writes is worth.
const BY_SCRIPT: f32 = 0.995;
/// A post is `und` where its best guess is less likely than this.
const LIKELY: f32 = 0.2;
const UNDETERMINED: &str = "und";
const HINDI_URDU: &str = "hi-Latn";
/// Between English and Hindi–Urdu, a probability between this and its rest is in doubt.
const DOUBT: f32 = 0.1;
const OTHER_LATIN: &str = "und-Latn";
const ENGLISH: &str = "en";

/// Tells the language of one text. A run that reads many posts uses one [`Detector`] instead.
///
/// ```
/// use stancemark::language;
///
/// assert_eq!(language::detect("yeh log hamare mulk ke khilaf baat karte hain").lang, "hi-Latn");
/// assert_eq!(language::detect("@someone https://example.org 😂").lang, "und");
/// ```
pub fn detect(text: &str) -> Language {
    Detector::new().detect(text, &normalize(text).entities)
}

/// The tag that this program uses for a language that a user names: `ur-Latn` is `hi-Latn`, and so are the two with
/// their regions or in other cases; every other tag is itself.
pub fn canonical(tag: &str) -> &str {
    let romanised = ["ur-Latn", "hi-Latn", "ur-Latn-PK", "hi-Latn-IN"];
    if romanised.iter().any(|known| tag.eq_ignore_ascii_case(known)) { HINDI_URDU } else { tag }
}

impl Default for Detector {
    fn default() -> Self {
        Self::new()
    }
}

impl Detector {
    /// The built-in detector.
    pub fn new() -> Self {
        Self { tables: Tables::built_in() }
    }

    /// BCP-47 tags of all languages that can be told, sorted; `und` and the like among them.
    pub fn languages(&self) -> Vec<&'static str> {
        self.tables.languages()
    }

    /// Tells the language of an original text; `entities` are those that *normalize* found in it.
    ///
    /// `und` with confidence 0 and no shares where there are fewer than two letters; `und` with the best
    /// guess's confidence and shares where no language is likely.
    pub fn detect(&self, text: &str, entities: &[Entity]) -> Language {
        let reading = Reading::new(self.tables, text, entities);
        let Some(main) = reading.main_script() else {
            return Language { lang: Cow::Borrowed(UNDETERMINED), confidence: 0.0, mix: Vec::new() };
        };
        let total = reading.letters.iter().sum::<u32>() as f32;
        let mut guesses: Vec<Candidate> = Vec::new();
        let mut shares = Shares::default();
        for script in Script::ALL {
            let share = reading.letters[script as usize] as f32 / total;
            if share == 0.0 {
                continue;
            }
            let told = self.tell(script, &reading, text, entities);
            let lang = if script == main { told.best.lang } else { told.as_guest(script) };
            guesses.push(Candidate { lang, ..told.best });
            match told.hindi_urdu {
                Some(likely) if matches!(lang, HINDI_URDU | ENGLISH) => {
                    let part = mix::share(reading.scores(), likely);
                    // The post's language is that of half of its words at least.
                    let part = if lang == HINDI_URDU { part.max(0.5) } else { part.min(0.5) };
                    shares.add(HINDI_URDU, share * part);
                    shares.add(ENGLISH, share * (1.0 - part));
                }
                _ => shares.add(lang, share),
            }
        }
        let mix = shares.finish();
        let best = mix.first().and_then(|first| guesses.iter().find(|guess| guess.lang == first.lang));
        let best = best.copied().unwrap_or(Candidate { lang: UNDETERMINED, probability: 0.0 });
        let lang = if best.probability < LIKELY { UNDETERMINED } else { best.lang };
        Language { lang: Cow::Borrowed(lang), confidence: best.probability, mix }
    }

    /// The likeliest languages of the post's main script, at most `most`, likeliest first; none where there is
    /// nothing to read. Entities as for [`Self::detect`].
    pub fn candidates(&self, text: &str, entities: &[Entity], most: usize) -> Vec<Candidate> {
        let reading = Reading::new(self.tables, text, entities);
        let Some(main) = reading.main_script() else { return Vec::new() };
        let best = self.tell(main, &reading, text, entities).best;
        let mut candidates = match self.tables.of(main) {
            Some((at, table)) => {
                let probabilities = table.probabilities(&reading.sums[at]);
                let pairs = table.langs.iter().zip(probabilities);
                pairs.map(|(lang, probability)| Candidate { lang, probability }).collect()
            }
            None => vec![best],
        };
        if candidates.iter().all(|candidate| candidate.lang != best.lang) {
            candidates.push(best);
        }
        candidates.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        candidates.truncate(most);
        candidates
    }

    /// What the letters of one script say.
    fn tell(&self, script: Script, reading: &Reading, text: &str, entities: &[Entity]) -> Told {
        let Some((at, table)) = self.tables.of(script) else {
            let lang = script.only_language().unwrap_or(UNDETERMINED);
            let probability = if script == Script::Other { 0.0 } else { BY_SCRIPT };
            return Told { best: Candidate { lang, probability }, hindi_urdu: None };
        };
        let probabilities = table.probabilities(&reading.sums[at]);
        let mut likeliest = [Candidate { lang: UNDETERMINED, probability: 0.0 }; 3];
        let (mut roman, mut english) = (0.0, 0.0);
        for (&lang, probability) in table.langs.iter().zip(probabilities) {
            if probability > likeliest[2].probability {
                likeliest[2] = Candidate { lang, probability };
                likeliest.sort_by(|a, b| b.probability.total_cmp(&a.probability));
            }
            match lang {
                HINDI_URDU => roman = probability,
                ENGLISH => english = probability,
                _ => {}
            }
        }
        let mut told = Told { best: likeliest[0], hindi_urdu: None };
        if reading.letters[script as usize] >= second::FEWEST_LETTERS {
            if told.best.lang == OTHER_LATIN {
                told.best = second::unknown(told.best, text, entities);
            } else if told.best.probability < second::UNSURE {
                told.best = second::between(likeliest, text, entities, script);
            }
        }
        if script == Script::Latin {
            let both = roman + english;
            let mut likely = (roman + f32::EPSILON) / (both + 2.0 * f32::EPSILON);
            if matches!(told.best.lang, HINDI_URDU | ENGLISH) && (DOUBT..=1.0 - DOUBT).contains(&likely) {
                // The post as a whole cannot say: its words have a say too.
                likely = f32::midpoint(likely, mix::share(reading.scores(), likely));
                let (lang, part) = if likely > 0.5 { (HINDI_URDU, likely) } else { (ENGLISH, 1.0 - likely) };
                told.best = Candidate { lang, probability: both * part };
            }
            told.hindi_urdu = Some(likely);
        }
        told
    }
}

/// What the letters of one script say.
#[derive(Debug, Clone, Copy)]
struct Told {
    best: Candidate,
    /// Latin: how likely it is Hindi–Urdu, if it is that or English.
    hindi_urdu: Option<f32>,
}

impl Told {
    /// The language of words in a post whose main script is another: Latin ones are English, or Hindi–Urdu.
    fn as_guest(self, script: Script) -> &'static str {
        match (script, self.hindi_urdu) {
            (Script::Latin, Some(likely)) if likely > 0.5 => HINDI_URDU,
            (Script::Latin, _) => ENGLISH,
            _ => self.best.lang,
        }
    }
}

/// The languages of a post and their shares, in the making.
#[derive(Debug, Default)]
struct Shares(Vec<Share>);

impl Shares {
    fn add(&mut self, lang: &'static str, share: f32) {
        match self.0.iter_mut().find(|known| known.lang == lang) {
            Some(known) => known.share += share,
            None => self.0.push(Share { lang: Cow::Borrowed(lang), share }),
        }
    }

    /// Without what is too small, adding up to 1, largest first.
    fn finish(self) -> Vec<Share> {
        let mut shares = self.0;
        shares.retain(|share| share.share >= SMALLEST_SHARE);
        let sum: f32 = shares.iter().map(|share| share.share).sum();
        for share in &mut shares {
            share.share /= sum;
        }
        shares.sort_by(|a, b| b.share.total_cmp(&a.share));
        shares
    }
}

#[cfg(test)]
mod tests;

//! The language of a text in Latin script.

use super::{Verdict, trigrams, words::Cue};

/// What the words of a text in Latin script say.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LatinWords {
    pub words: u32,
    pub letters: u32,
    /// Letters with accents, and letters that English and romanised Hindi–Urdu lack.
    pub accented: u32,
    /// Words and their letters, by what they say.
    hindi_urdu: Evidence,
    english: Evidence,
    foreign: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Evidence {
    strong: u32,
    weak: u32,
    letters: u32,
}

impl Evidence {
    fn add(&mut self, strong: bool, letters: u32) {
        if strong {
            self.strong += 1;
        } else {
            self.weak += 1;
        }
        self.letters += letters;
    }

    fn score(self) -> f32 {
        (2 * self.strong + self.weak) as f32
    }
}

/// Evidence per word from which a list decides alone.
const DECISIVE: f32 = 0.35;
/// The same for romanised Hindi–Urdu, whose spelling nobody fixed: fewer of its words are in the list.
const DECISIVE_HINDI_URDU: f32 = 0.2;
/// Trigrams of a shorter text say nothing.
const FEWEST_BYTES: usize = 10;

/// The stages that tell a language in Latin script, in this order; the first that answers is
/// believed. A trained model for romanised Hindi–Urdu will stand first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Function words of Hindi–Urdu and English.
    Words,
    /// Trigrams and alphabets of 28 languages.
    Trigrams,
    /// Too little was said: what most posts are.
    Prior,
}

const STAGES: [Stage; 3] = [Stage::Words, Stage::Trigrams, Stage::Prior];

impl LatinWords {
    pub(super) fn add(&mut self, cue: Cue, letters: u32) {
        self.words += 1;
        match cue {
            Cue::None => {}
            Cue::HindiUrduStrong => self.hindi_urdu.add(true, letters),
            Cue::HindiUrduWeak => self.hindi_urdu.add(false, letters),
            Cue::Foreign => self.foreign += 1,
            Cue::EnglishStrong => self.english.add(true, letters),
            Cue::EnglishWeak => self.english.add(false, letters),
        }
    }

    /// The language; `sample` gives the text for the trigrams when they are asked.
    pub(super) fn judge(&self, sample: impl Fn() -> String) -> Verdict {
        STAGES
            .iter()
            .find_map(|stage| match stage {
                Stage::Words => self.by_words(),
                Stage::Trigrams => self.by_trigrams(&sample),
                Stage::Prior => Some(self.by_prior()),
            })
            .unwrap_or(Verdict { lang: "en", confidence: 0.0 })
    }

    /// The language of Latin words in a post of another script.
    pub(super) fn judge_as_guest(&self) -> Verdict {
        match self.by_words() {
            Some(verdict) => verdict,
            None => Verdict { lang: "en", confidence: 0.5 },
        }
    }

    fn by_words(&self) -> Option<Verdict> {
        let (hi, en) = (self.hindi_urdu.score(), self.english.score());
        let words = self.words.max(1) as f32;
        let plain = self.accented * 20 < self.letters && (2 * self.foreign) as f32 <= hi.max(en);
        let sure =
            |best: f32, other: f32| (1.0 - 0.5f32.powf(best / 1.5)) * (best / (best + other)).min(0.99);
        let hi_backed = self.hindi_urdu.strong > 0 || self.hindi_urdu.weak > 1;
        if plain && hi_backed && hi >= en && hi >= DECISIVE_HINDI_URDU * words {
            return Some(Verdict { lang: "hi-Latn", confidence: sure(hi, en) });
        }
        if plain && self.english.strong > 0 && en > hi && en >= DECISIVE * words {
            return Some(Verdict { lang: "en", confidence: sure(en, hi) });
        }
        None
    }

    fn by_trigrams(&self, sample: impl Fn() -> String) -> Option<Verdict> {
        let known = self.hindi_urdu.score().max(self.english.score());
        if self.accented == 0
            && self.hindi_urdu.score() > self.english.score()
            && self.hindi_urdu.score() >= 2.0 * self.foreign as f32
        {
            return None;
        }
        let needed = if self.accented > 0 || 2.0 * self.foreign as f32 > known {
            0.0
        } else if known == 0.0 && self.words > 4 {
            0.1
        } else {
            // On few letters, or against what the words say, any answer would be a guess.
            1.0 - self.letters as f32 / 150.0
        };
        if needed > 0.6 {
            return None;
        }
        let sample = sample();
        if sample.len() < FEWEST_BYTES {
            return None;
        }
        let verdict = trigrams::latin(&sample)?;
        (verdict.confidence >= needed).then_some(verdict)
    }

    fn by_prior(&self) -> Verdict {
        let (hi, en) = (self.hindi_urdu.score(), self.english.score());
        if hi > en {
            Verdict { lang: "hi-Latn", confidence: 0.3 }
        } else {
            Verdict { lang: "en", confidence: if en > 0.0 { 0.4 } else { 0.2 } }
        }
    }

    /// Of the Latin letters, the share that belongs to the other of English and romanised
    /// Hindi–Urdu, where both are there: known words count, the rest goes to `main`.
    pub(super) fn other(&self, main: &str) -> Option<(&'static str, f32)> {
        let (other, lang) = match main {
            "hi-Latn" => (self.english, "en"),
            "en" => (self.hindi_urdu, "hi-Latn"),
            _ => return None,
        };
        let (own, letters) =
            (if lang == "en" { self.hindi_urdu } else { self.english }, self.letters.max(1) as f32);
        if other.strong == 0 || other.strong + other.weak < 2 {
            return None;
        }
        // Words of neither list are shared out as the known ones are.
        let known = (own.letters + other.letters).max(1) as f32;
        let share = other.letters as f32 / known;
        let share = share.min(0.5).max(other.letters as f32 / letters);
        (share >= 0.1).then_some((lang, share.min(0.5)))
    }
}

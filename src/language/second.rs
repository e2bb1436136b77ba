//! A second opinion: whatlang, allowed only the languages that are in question.
//!
//! It is asked where the table is unsure, and then between the table's own likeliest languages; and where the
//! table finds none of its own languages, for those that it does not know.

use whatlang::{Detector, Lang};

use super::{Candidate, letters::Letters, script::Script};
use crate::normalize::{Entity, EntityKind};

/// A table's answer less likely than this is in question. Measured: asked from 0.6 on, it costs a fifth of the speed and
/// changes accuracy by 0.02 points, so that it is asked only where the table all but guesses.
pub(super) const UNSURE: f32 = 0.35;
/// On fewer letters its opinion is worth nothing.
pub(super) const FEWEST_LETTERS: u32 = 24;
/// Letters that it is given at most; its cost grows with them, its answer hardly.
const LONGEST_SAMPLE: usize = 160;
/// By how much its full confidence makes a language likelier, beside the others.
const WEIGHT: f32 = 2.0;
/// A language that the table does not know is believed from this confidence on, and never more than this.
const BELIEVED: f64 = 0.9;
const UNKNOWN_AT_MOST: f32 = 0.8;

/// Languages in Latin letters that only whatlang knows.
/// Javanese and Akan are not among them: it finds them in most languages that nobody knows.
const ONLY_WHATLANG: [(Lang, &str); 2] = [(Lang::Uzb, "uz"), (Lang::Tuk, "tk")];

/// Between the likeliest languages of a table: the likeliest one afterwards.
pub(super) fn between(
    likeliest: [Candidate; 3],
    text: &str,
    entities: &[Entity],
    script: Script,
) -> Candidate {
    let allowed: Vec<Lang> = likeliest.iter().filter_map(|candidate| lang(candidate.lang)).collect();
    let first = likeliest[0];
    if allowed.len() < 2 {
        return first;
    }
    let Some(info) = Detector::with_allowlist(allowed).detect(&sample(text, entities, script)) else {
        return first;
    };
    let mut total = 1.0;
    let mut best = first;
    for candidate in likeliest {
        let mut probability = candidate.probability;
        if lang(candidate.lang) == Some(info.lang()) {
            probability *= 1.0 + WEIGHT * info.confidence() as f32;
            total += probability - candidate.probability;
        }
        if probability > best.probability {
            best = Candidate { probability, ..candidate };
        }
    }
    Candidate { probability: best.probability / total, ..best }
}

/// Among the languages in Latin letters that only whatlang knows, where it is sure of one.
pub(super) fn unknown(other: Candidate, text: &str, entities: &[Entity]) -> Candidate {
    let near = [Lang::Ind, Lang::Tur, Lang::Aze, Lang::Tgl, Lang::Eng, Lang::Hun, Lang::Fra, Lang::Vie];
    let allowed = ONLY_WHATLANG.iter().map(|(lang, _)| *lang).chain(near).collect();
    let info = Detector::with_allowlist(allowed).detect(&sample(text, entities, Script::Latin));
    let found = info.filter(|info| info.confidence() >= BELIEVED);
    let found = found.and_then(|info| ONLY_WHATLANG.iter().find(|(lang, _)| *lang == info.lang()));
    found.map_or(other, |&(_, lang)| Candidate { lang, probability: other.probability.min(UNKNOWN_AT_MOST) })
}

/// The beginning of a text in one script.
fn sample(text: &str, entities: &[Entity], script: Script) -> String {
    let letters = Letters::new();
    let mut skipped = entities.iter().filter(|entity| entity.kind != EntityKind::Emoji).peekable();
    let mut sample = String::new();
    let mut left = LONGEST_SAMPLE;
    for (point, c) in (0u32..).zip(text.chars()) {
        while skipped.next_if(|entity| entity.end <= point).is_some() {}
        let inside = skipped.peek().is_some_and(|entity| entity.start <= point);
        match letters.of(c) {
            super::letters::Letter::Of(of, _) if of == script && !inside => {
                sample.push(c);
                left -= 1;
                if left == 0 {
                    break;
                }
            }
            super::letters::Letter::Ignored => {}
            _ if sample.ends_with(' ') => {}
            _ => sample.push(' '),
        }
    }
    sample
}

/// whatlang's name for a language of the tables.
fn lang(tag: &str) -> Option<Lang> {
    Some(match tag {
        "en" => Lang::Eng,
        "es" => Lang::Spa,
        "pt" => Lang::Por,
        "it" => Lang::Ita,
        "fr" => Lang::Fra,
        "de" => Lang::Deu,
        "pl" => Lang::Pol,
        "no" => Lang::Nob,
        "da" => Lang::Dan,
        "sv" => Lang::Swe,
        "fi" => Lang::Fin,
        "tr" => Lang::Tur,
        "nl" => Lang::Nld,
        "hu" => Lang::Hun,
        "cs" => Lang::Ces,
        "ro" => Lang::Ron,
        "sl" => Lang::Slv,
        "hr" => Lang::Hrv,
        "lt" => Lang::Lit,
        "lv" => Lang::Lav,
        "et" => Lang::Est,
        "vi" => Lang::Vie,
        "az" => Lang::Aze,
        "id" => Lang::Ind,
        "sk" => Lang::Slk,
        "ca" => Lang::Cat,
        "tl" => Lang::Tgl,
        "af" => Lang::Afr,
        "la" => Lang::Lat,
        "eo" => Lang::Epo,
        "zu" => Lang::Zul,
        "sn" => Lang::Sna,
        "ar" => Lang::Ara,
        "fa" => Lang::Pes,
        "ur" => Lang::Urd,
        "ru" => Lang::Rus,
        "uk" => Lang::Ukr,
        "bg" => Lang::Bul,
        "be" => Lang::Bel,
        "mk" => Lang::Mkd,
        "sr" => Lang::Srp,
        "hi" => Lang::Hin,
        "mr" => Lang::Mar,
        "ne" => Lang::Nep,
        "he" => Lang::Heb,
        "yi" => Lang::Yid,
        _ => return None,
    })
}

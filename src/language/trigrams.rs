//! Asks `whatlang`, for the scripts that several languages write.

use std::sync::LazyLock;

use whatlang::{Detector, Lang};

use super::Verdict;

/// Letters that it is given at most; its cost grows with them, its answer hardly.
pub(super) const LONGEST_SAMPLE: usize = 200;

static LATIN: LazyLock<Detector> = LazyLock::new(|| {
    Detector::with_allowlist(vec![
        Lang::Eng,
        Lang::Spa,
        Lang::Por,
        Lang::Ita,
        Lang::Fra,
        Lang::Deu,
        Lang::Pol,
        Lang::Nob,
        Lang::Dan,
        Lang::Swe,
        Lang::Fin,
        Lang::Tur,
        Lang::Nld,
        Lang::Hun,
        Lang::Ces,
        Lang::Ron,
        Lang::Slv,
        Lang::Hrv,
        Lang::Lit,
        Lang::Lav,
        Lang::Est,
        Lang::Vie,
        Lang::Aze,
        Lang::Ind,
        Lang::Slk,
        Lang::Cat,
        Lang::Tgl,
        Lang::Afr,
    ])
});
static ARABIC: LazyLock<Detector> =
    LazyLock::new(|| Detector::with_allowlist(vec![Lang::Ara, Lang::Pes, Lang::Urd]));
static CYRILLIC: LazyLock<Detector> = LazyLock::new(|| {
    Detector::with_allowlist(vec![Lang::Rus, Lang::Ukr, Lang::Bul, Lang::Bel, Lang::Mkd, Lang::Srp])
});
static DEVANAGARI: LazyLock<Detector> =
    LazyLock::new(|| Detector::with_allowlist(vec![Lang::Hin, Lang::Mar, Lang::Nep]));

pub(super) fn latin(sample: &str) -> Option<Verdict> {
    ask(&LATIN, sample)
}

pub(super) fn arabic(sample: &str) -> Option<Verdict> {
    ask(&ARABIC, sample)
}

pub(super) fn cyrillic(sample: &str) -> Option<Verdict> {
    ask(&CYRILLIC, sample)
}

pub(super) fn devanagari(sample: &str) -> Option<Verdict> {
    ask(&DEVANAGARI, sample)
}

fn ask(detector: &Detector, sample: &str) -> Option<Verdict> {
    let info = detector.detect(sample)?;
    Some(Verdict { lang: tag(info.lang())?, confidence: info.confidence() as f32 * 0.95 })
}

fn tag(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Eng => "en",
        Lang::Spa => "es",
        Lang::Por => "pt",
        Lang::Ita => "it",
        Lang::Fra => "fr",
        Lang::Deu => "de",
        Lang::Pol => "pl",
        Lang::Nob => "no",
        Lang::Dan => "da",
        Lang::Swe => "sv",
        Lang::Fin => "fi",
        Lang::Tur => "tr",
        Lang::Nld => "nl",
        Lang::Hun => "hu",
        Lang::Ces => "cs",
        Lang::Ron => "ro",
        Lang::Slv => "sl",
        Lang::Hrv => "hr",
        Lang::Lit => "lt",
        Lang::Lav => "lv",
        Lang::Est => "et",
        Lang::Vie => "vi",
        Lang::Aze => "az",
        Lang::Ind => "id",
        Lang::Slk => "sk",
        Lang::Cat => "ca",
        Lang::Tgl => "tl",
        Lang::Afr => "af",
        Lang::Ara => "ar",
        Lang::Pes => "fa",
        Lang::Urd => "ur",
        Lang::Rus => "ru",
        Lang::Ukr => "uk",
        Lang::Bul => "bg",
        Lang::Bel => "be",
        Lang::Mkd => "mk",
        Lang::Srp => "sr",
        Lang::Hin => "hi",
        Lang::Mar => "mr",
        Lang::Nep => "ne",
        _ => return None,
    })
}

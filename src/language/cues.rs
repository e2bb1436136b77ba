//! Letters and small words that only one language of a script has: Arabic, Cyrillic, Devanagari.

use std::sync::LazyLock;

use super::{Verdict, trigrams};

/// How often the letters that tell languages apart stood in a text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cues {
    // Arabic script.
    urdu: u32,
    arabic: u32,
    persian: u32,
    /// Letters that Urdu, Persian and Pashto share, and Arabic lacks.
    eastern: u32,
    pashto: u32,
    sindhi: u32,
    kurdish: u32,
    // Cyrillic script.
    ukrainian: u32,
    belarusian: u32,
    balkan: u32,
    russian: u32,
    kazakh: u32,
    mongolian: u32,
}

impl Cues {
    #[inline]
    pub(super) fn see(&mut self, c: char) {
        match c {
            'ٹ' | 'ڈ' | 'ڑ' | 'ں' | 'ے' | 'ۓ' | 'ہ' | 'ھ' | 'ۂ' | 'ۃ' => self.urdu += 1,
            'ة' | 'ى' | 'ي' | 'ك' | 'أ' | 'إ' | 'ؤ' => self.arabic += 1,
            'ه' | 'ۀ' => self.persian += 1,
            'پ' | 'چ' | 'گ' | 'ک' | 'ی' | 'ژ' => self.eastern += 1,
            'ټ' | 'ډ' | 'ړ' | 'ږ' | 'ښ' | 'ځ' | 'څ' | 'ۍ' | 'ې' | 'ګ' | 'ڼ' => self.pashto += 1,
            'ٻ' | 'ڀ' | 'ٿ' | 'ڄ' | 'ڃ' | 'ڇ' | 'ڏ' | 'ڊ' | 'ڍ' | 'ڙ' | 'ڦ' | 'ڪ' | 'ڳ' | 'ڱ' | 'ڻ' | 'ٽ'
            | 'ڌ' => {
                self.sindhi += 1;
            }
            'ۆ' | 'ێ' | 'ڵ' | 'ڕ' | 'ە' => self.kurdish += 1,
            'ї' | 'є' | 'ґ' | 'Ї' | 'Є' | 'Ґ' => self.ukrainian += 2,
            'і' | 'І' => self.ukrainian += 1,
            'ў' | 'Ў' => self.belarusian += 1,
            'ѓ' | 'ќ' | 'ѕ' | 'џ' | 'љ' | 'њ' | 'ј' | 'ђ' | 'ћ' => self.balkan += 1,
            'ы' | 'э' | 'ё' | 'Ы' | 'Э' | 'Ё' => self.russian += 1,
            'ә' | 'ғ' | 'қ' | 'ң' | 'ұ' => self.kazakh += 1,
            'ө' | 'ү' => self.mongolian += 1,
            _ => {}
        }
    }

    /// The language of a text in Arabic script of so many letters.
    pub(super) fn arabic_script(&self, letters: u32, sample: impl Fn() -> String) -> Verdict {
        let rate = |cue: u32| cue as f32 / letters.max(1) as f32;
        let by_letters = |lang, cue: u32| Verdict { lang, confidence: sure(cue) };
        if self.sindhi > self.pashto && rate(self.sindhi) > 0.03 {
            return by_letters("sd", self.sindhi);
        }
        if self.pashto > self.urdu && rate(self.pashto) > 0.02 {
            return by_letters("ps", self.pashto);
        }
        if self.kurdish > self.urdu && rate(self.kurdish) > 0.08 {
            return by_letters("ckb", self.kurdish);
        }
        if rate(self.urdu) > 0.02 && self.urdu * 2 > self.arabic {
            return by_letters("ur", self.urdu);
        }
        if self.eastern == 0 && rate(self.arabic) > 0.04 {
            return by_letters("ar", self.arabic);
        }
        if letters >= 20
            && let Some(verdict) = trigrams::arabic(&sample())
        {
            return verdict;
        }
        let lang = if self.arabic > self.eastern {
            "ar"
        } else if self.eastern > 0 && self.persian == 0 {
            "ur"
        } else if self.eastern > 0 {
            "fa"
        } else {
            "ar"
        };
        Verdict { lang, confidence: 0.4 }
    }

    /// The language of a text in Cyrillic script of so many letters.
    pub(super) fn cyrillic(&self, letters: u32, sample: impl Fn() -> String) -> Verdict {
        if self.kazakh > 0 && self.kazakh * 50 > letters {
            return Verdict { lang: "kk", confidence: sure(self.kazakh) };
        }
        if self.mongolian > 0 && self.mongolian * 50 > letters {
            return Verdict { lang: "mn", confidence: sure(self.mongolian) };
        }
        if self.belarusian > 0 && self.belarusian * 100 > letters {
            return Verdict { lang: "be", confidence: sure(2 * self.belarusian) };
        }
        if self.ukrainian > self.russian && self.ukrainian * 50 > letters {
            return Verdict { lang: "uk", confidence: sure(self.ukrainian) };
        }
        if self.russian > 0 && self.ukrainian == 0 && self.balkan == 0 {
            return Verdict { lang: "ru", confidence: sure(2 * self.russian) };
        }
        if letters >= 20
            && let Some(verdict) = trigrams::cyrillic(&sample())
        {
            return verdict;
        }
        Verdict { lang: if self.balkan > 0 { "sr" } else { "ru" }, confidence: 0.4 }
    }
}

/// More letters of one language only, more sure.
fn sure(cues: u32) -> f32 {
    (1.0 - 0.6f32.powf(cues.min(12) as f32)).clamp(0.4, 0.99)
}

/// Small words of the languages in Devanagari, sorted.
static WORDS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let lists = [
        ("hi", "है हैं के की का को में से ने नहीं और यह ये वह भी तो पर था थी थे कर इस उस जो हम हो जय मैं आप कि एक"),
        ("mr", "आहे आहेत आणि नाही ची चे च्या ला मी हे तर होते असे केले हा ही या आम्ही"),
        ("ne", "छ छन् छैन हुन्छ र गर्ने भएको पनि यो"),
    ];
    let mut words: Vec<_> = lists
        .iter()
        .flat_map(|&(lang, list)| list.split_ascii_whitespace().map(move |word| (word, lang)))
        .collect();
    words.sort_unstable();
    words
});

/// The language of a text in Devanagari: Hindi's small words first, then trigrams.
pub(super) fn devanagari(letters: u32, sample: impl Fn() -> String) -> Verdict {
    let text = sample();
    let (mut hi, mut mr, mut ne) = (0, 0, 0);
    for word in text.split_ascii_whitespace() {
        match WORDS.binary_search_by_key(&word, |&(known, _)| known).ok().and_then(|at| WORDS.get(at)) {
            Some((_, "hi")) => hi += 1,
            Some((_, "mr")) => mr += 1,
            Some(_) => ne += 1,
            None => {}
        }
    }
    if hi > 2 * mr.max(ne) {
        return Verdict { lang: "hi", confidence: sure(2 * hi) };
    }
    if letters >= 20
        && let Some(verdict) = trigrams::devanagari(&text)
    {
        return verdict;
    }
    let lang = if mr > ne.max(hi) {
        "mr"
    } else if ne > hi {
        "ne"
    } else {
        "hi"
    };
    Verdict { lang, confidence: 0.5 }
}

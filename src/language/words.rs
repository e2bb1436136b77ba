//! Frequent function words of romanised Hindi–Urdu and of English: what tells the two apart, and
//! apart from the other languages in Latin script.
//!
//! Chosen from the most frequent words of the Roman Urdu Data Set (UCI 458) by how rarely 34 other
//! languages use them; `strong` words are at least 20 times as frequent there as in any of those.

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Cue {
    #[default]
    None,
    HindiUrduStrong,
    HindiUrduWeak,
    EnglishStrong,
    EnglishWeak,
    /// Of another language in Latin script: let the trigrams say which.
    Foreign,
}

const HINDI_URDU_STRONG: &str = "
    hai hain hein hay hoon nahi nahin nhi nai nae aur bhi bhe aap liye liya leye tha koi koe kya kyu kyun kuch kuchh
    bhai kiya rahe rahi rahay rha rhe rhi raha log logon sab yeh woh apni apna apne apka apko aaj jab sath saath
    hota hoti hote kisi toh diya kaam hua hui gaye gaya gayi kabhi abhi phir phr chahiye hoga hogi lekin karna karne
    karte karta karti karo krna kro kaha kahan jaise sahi baat dekh dekho dekha hone sakta sakte sakti jata jati jaye
    bahut bohat bohot bht pehle waqt aisa aise aisi lagta kaise kese yaad yaar mulk awam unhon unko unki unke
    inko inki inke tumhara tumhare humara hamara hamari hamare humare mujhe tujhe tumhe usko uska uski uske iska iski
    iske mera meri mere tera teri tere wala wali wale walay yahan wahan kyunki zindabad paindabad murdabad
    fauj watan qaum zindagi duniya sirf khud janta desh bilkul itna itni acha achi achha accha bura jhoot sach ghar
    kia kay thay ker kr aik tarah tarha khilaf sarkar hukumat dost dushman shukriya mubarak janab sahab
    hum mein main tum hi ho ko ki ke ka
";

/// Of the above, those that other languages have too; they count half.
const HINDI_URDU_SHARED: &str = "
    hum mein main tum hi ho ko ki ke ka kr ker kia kay hay nai nae sab log mera meri mere tera teri tere toh tha
    raha wale wala wali aap hua
";

const HINDI_URDU_WEAK: &str =
    "se ye wo jo na par pe bas tak agar ab kal kab mat jis thi hy hen yar ap ji dil jan wah";

const ENGLISH_STRONG: &str = "
    the and you that this with they your she what about from when who people how their his now our there them know
    why would think because only should been being back some going these really never were into other after its
    which those could always again another someone ever every doesnt didnt dont wont cant isnt arent wasnt
    trying feel doing nothing thing things own getting made makes through sure having needs since im ive youre
    theyre thats hes shes whats lets have will just like not can has more than right then too still off well
    take before such does tell while away thanks thank little done believe something says next around going
    pages against even much out get want here need said where very
";

const ENGLISH_WEAK: &str = "to of it are be but we up don one time good new him make day for is was on in my by all as at am so
    an if or us me he do did had her got say see over any most also let come help no i a love please stop years";

const FOREIGN: &str = "
    que los las el una por con para como pero este esta son les des est une dans pour pas avec vous nous sont qui sur
    und der das nicht ist ein eine ich auch mit auf wir sie het een niet dat zijn van voor aan naar ook yang dan untuk
    dengan ini itu tidak dari saya bir icin cok gibi che della sono anche non il gli questo sei uma com mais isso voce
    os nao nie jest och att det som inte ikke ang ng mga sa ay cu din pe sunt este jsem jako egy nem hogy ei se on
    ja ma te la lo un di da del al y e o et il le du au en je tu ce
";

/// Looks words up by their first eight bytes; the lists hold no longer words.
#[derive(Debug, Clone)]
pub(super) struct FunctionWords {
    slots: Vec<(u64, Cue)>,
}

const SLOTS: usize = 2048;

impl FunctionWords {
    pub(super) fn new() -> Self {
        let mut words = Self { slots: vec![(0, Cue::None); SLOTS] };
        // A word of several lists says what the last of them says.
        for (list, cue) in [
            (FOREIGN, Cue::Foreign),
            (HINDI_URDU_STRONG, Cue::HindiUrduStrong),
            (HINDI_URDU_SHARED, Cue::HindiUrduWeak),
            (HINDI_URDU_WEAK, Cue::HindiUrduWeak),
            (ENGLISH_STRONG, Cue::EnglishStrong),
            (ENGLISH_WEAK, Cue::EnglishWeak),
        ] {
            for word in list.split_ascii_whitespace() {
                words.insert(key(word.as_bytes()), cue);
            }
        }
        words
    }

    fn slot(key: u64) -> usize {
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 53) as usize % SLOTS
    }

    fn insert(&mut self, key: u64, cue: Cue) {
        let start = Self::slot(key);
        for at in (start..SLOTS).chain(0..start) {
            if self.slots[at].0 == 0 || self.slots[at].0 == key {
                self.slots[at] = (key, cue);
                return;
            }
        }
    }

    /// What the word says whose lower-case bytes are packed in `key`.
    pub(super) fn cue(&self, key: u64) -> Cue {
        let start = Self::slot(key);
        for at in (start..SLOTS).chain(0..start) {
            match self.slots.get(at) {
                Some(&(found, cue)) if found == key => return cue,
                Some(&(0, _)) | None => return Cue::None,
                _ => {}
            }
        }
        Cue::None
    }
}

fn key(word: &[u8]) -> u64 {
    word.iter().take(8).fold(0, |key, &byte| key << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_its_words_only() {
        let words = FunctionWords::new();
        for (word, cue) in [
            ("hai", Cue::HindiUrduStrong),
            ("mein", Cue::HindiUrduWeak),
            ("the", Cue::EnglishStrong),
            ("is", Cue::EnglishWeak),
            ("facebook", Cue::None),
            ("ha", Cue::None),
        ] {
            assert_eq!(words.cue(key(word.as_bytes())), cue, "{word}");
        }
        assert!(
            [HINDI_URDU_STRONG, HINDI_URDU_WEAK, ENGLISH_STRONG, ENGLISH_WEAK]
                .iter()
                .flat_map(|list| list.split_ascii_whitespace())
                .all(str::is_ascii)
        );
    }
}

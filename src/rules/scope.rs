//! What stands around a hit: does it negate what the hit says, put it into another's mouth, take it back?

use std::ops::Range;

use crate::{
    lexicon::{LexiconBuilder, Words},
    normalize::{Normalized, Normalizer},
};

/// Words that negate what follows them: English, Arabic, Spanish, Portuguese, Romanian, Russian,
/// German, Turkish.
const BEFORE: &str = "not no never don't dont doesn't doesnt didn't didnt won't wont can't cant cannot isn't isnt \
    aren't arent wasn't wasnt weren't werent ain't aint wouldn't wouldnt shouldn't shouldnt couldn't couldnt \
    haven't havent hasn't hasnt nobody neither nor without \
    nunca jamás jamas tampoco ningún ninguna não nem jamais sem nenhum nenhuma niciun nu nici \
    لا لم لن ليس ليست ليسوا لست لسنا غير بدون مش مو \
    не нет никогда ни без nicht kein keine niemals değil hiç";

/// Words that negate what stands around them: in Urdu and Hindi the verb comes before or after.
const AROUND: &str = "nahi nahin nhi nai nahee nahein nahn nahii mat نہیں نہ مت نہی نئیں नहीं नही मत न नहि";

/// Words after which a negation no longer holds, and what was said before them counts less.
const CONTRAST: &str = "but however yet though although lekin lakin laikin magar mgr par پر لیکن مگر البتہ बल्कि लेकिन \
    मगर पर किंतु परंतु balke balkay balki pero sino mas porém لكن ولكن بل aber sondern но а ama fakat mais însă";

/// Words that take the negation back: "not only", "no doubt".
const NOT_NEGATING: &str = "only just doubt wonder sirf صرف सिर्फ solo sólo فقط";

/// Words that put a second target beside the first.
const AND: &str = "and or n aur or ya اور یا و और या एवं y e o und oder et ve или и";

/// Words by which somebody else is said to have said what follows.
const REPORTS: &str = "says said claims claimed alleges alleged allegedly accuses accused reportedly quoted chanted \
    chants shouted kaha kehta kehte kehti kehna bola boli bataya ilzam \
    کہا کہتا کہتے کہتی کہنا بقول الزام بولا कहा कहता कहते कहती कहना बोला बोले बताया आरोप \
    قال قالت يقول تقول يقولون زعم زعمت صرح هتف dice dijo dicen dijeron afirma afirmó asegura aseguró acusó disse diz";

/// Words before or behind those that make the author the one who says it, or that ask for it to be said.
const AUTHOR: &str = "i we i'd let lets please everyone main mein mai hum ham me maine humne میں ہم मैं हम मैंने हमने \
    أنا نحن اقول أقول yo nosotros digo decimos eu nós";

/// Signs that favor is not meant.
const MOCKS: &str = "🙄 🤡 😒 😏 🤣 😂 sarcasm yeah";

/// Words between a reporting word and a hit.
const REACH_REPORTED: usize = 12;

/// How many words before a hit a negation reaches it from.
const REACH_BEFORE: usize = 3;

/// How many words around a hit an Urdu or Hindi negation reaches it from.
const REACH_AROUND: usize = 2;

/// How many words around a hit a sign of sarcasm reaches it from.
const REACH_MOCKING: usize = 3;

/// What a word does to those around it; a set of bits.
mod role {
    pub const BEFORE: u8 = 1;
    pub const AROUND: u8 = 1 << 1;
    pub const CONTRAST: u8 = 1 << 2;
    pub const NOT_NEGATING: u8 = 1 << 3;
    pub const AND: u8 = 1 << 4;
    pub const REPORTS: u8 = 1 << 5;
    pub const AUTHOR: u8 = 1 << 6;
    pub const MOCKS: u8 = 1 << 7;
}

/// Knows the words that negate, and those that join targets.
#[derive(Debug)]
pub struct Scope {
    /// The role of each symbol.
    roles: Vec<u8>,
}

impl Scope {
    /// Registers the words.
    pub fn new(normalizer: &Normalizer, lexicon: &mut LexiconBuilder) -> Self {
        let mut roles = Vec::new();
        let lists = [
            (BEFORE, role::BEFORE),
            (AROUND, role::AROUND),
            (CONTRAST, role::CONTRAST),
            (NOT_NEGATING, role::NOT_NEGATING),
            (AND, role::AND),
            (REPORTS, role::REPORTS),
            (AUTHOR, role::AUTHOR),
            (MOCKS, role::MOCKS),
        ];
        for (list, role) in lists {
            for word in list.split_whitespace() {
                let at = lexicon.exact(&normalizer.fold(word)).0 as usize;
                roles.resize(roles.len().max(at + 1), 0);
                roles[at] |= role;
            }
        }
        Self { roles }
    }

    /// Whether a target that begins at the word `next` stands beside one that ends before the word `end`:
    /// with one joining word between them ("and", "aur", "اور"), or a comma, a slash or `&`.
    pub fn joins(&self, words: &Words, post: &Normalized, end: usize, next: usize) -> bool {
        if end == 0 || next >= words.words.len() || !words.same_sentence(end - 1, next) {
            return false;
        }
        match next.checked_sub(end) {
            Some(0) => {
                let marks = words.words[end - 1].token as usize + 1..words.words[next].token as usize;
                let marks = post.tokens.get(marks).unwrap_or_default();
                marks.iter().any(|mark| matches!(post.token_text(mark), "," | "/" | "&" | "،"))
            }
            Some(1) => self.is(words, end, role::AND),
            _ => false,
        }
    }

    /// Whether a hit on a range of words is negated. `literal` tells, in order, the words that the
    /// pattern itself asked for: those are part of what is said, not a comment on it.
    ///
    /// A negation reaches the first of them from three words before it, an Urdu or Hindi one from two
    /// words before it or after the hit, or it stands anywhere inside the hit.
    pub fn covers(&self, words: &Words, hit: &Range<usize>, literal: &[usize]) -> bool {
        let first = literal.first().copied().unwrap_or(hit.start);
        let either = role::BEFORE | role::AROUND;
        if hit.clone().any(|word| !literal.contains(&word) && self.negates(words, word, either)) {
            return true;
        }
        for (distance, word) in (0..first).rev().take(REACH_BEFORE).enumerate() {
            if !words.same_sentence(word, first) || self.is(words, word, role::CONTRAST) {
                break;
            }
            // Before a hashtag an Urdu or Hindi negation ends the sentence of the text.
            let own = words.words[word].tag == words.words[first].tag || words.words[first].tag == 0;
            let near = if distance < REACH_AROUND && own { role::AROUND } else { 0 };
            if speaks_to(words, word, first) && self.negates(words, word, role::BEFORE | near) {
                return true;
            }
        }
        for word in (hit.end..words.words.len()).take(REACH_AROUND) {
            if !words.same_sentence(word, first) || self.is(words, word, role::CONTRAST) {
                break;
            }
            if speaks_to(words, word, first) && self.negates(words, word, role::AROUND) {
                return true;
            }
        }
        false
    }

    /// Whether a hit stands in somebody else's words: behind a word like "said", in the same sentence, not
    /// across a "but", and not the author's own ("I said"). `literal` as for [`Self::covers`].
    pub fn reports(&self, words: &Words, hit: &Range<usize>, literal: &[usize]) -> bool {
        let first = literal.first().copied().unwrap_or(hit.start).min(hit.end);
        for word in (0..first).rev().take(REACH_REPORTED) {
            if !words.same_sentence(word, first) || self.is(words, word, role::CONTRAST) {
                return false;
            }
            if self.is(words, word, role::REPORTS)
                && !literal.contains(&word)
                && speaks_to(words, word, first)
            {
                let author =
                    |near: usize| words.same_sentence(near, first) && self.is(words, near, role::AUTHOR);
                return !(word.saturating_sub(2)..word).any(author);
            }
        }
        false
    }

    /// Whether a sign of sarcasm stands beside a hit, and is no part of it.
    pub fn mocks(&self, words: &Words, hit: &Range<usize>, literal: &[usize]) -> bool {
        let from = hit.start.saturating_sub(REACH_MOCKING);
        let to = (hit.end + REACH_MOCKING).min(words.words.len());
        (from..to).any(|word| self.is(words, word, role::MOCKS) && !literal.contains(&word))
    }

    /// Whether a contrasting word stands anywhere.
    pub fn contrasts(&self, words: &Words) -> bool {
        (0..words.words.len()).any(|word| self.is(words, word, role::CONTRAST))
    }

    /// Whether a contrasting word stands between two words.
    pub fn contrast_between(&self, words: &Words, from: usize, to: usize) -> bool {
        (from + 1..to).any(|word| self.is(words, word, role::CONTRAST))
    }

    fn is(&self, words: &Words, word: usize, roles: u8) -> bool {
        words
            .symbols(word)
            .iter()
            .any(|symbol| self.roles.get(symbol.0 as usize).is_some_and(|role| role & roles != 0))
    }

    /// Whether a word has one of these roles, and the next one does not take it back.
    fn negates(&self, words: &Words, word: usize, roles: u8) -> bool {
        let next = word + 1;
        self.is(words, word, roles) && !(next < words.words.len() && self.is(words, next, role::NOT_NEGATING))
    }
}

/// Whether what one word does can reach another: a hashtag speaks for itself (`#SayNoToWar` negates nothing
/// beside it).
fn speaks_to(words: &Words, from: usize, to: usize) -> bool {
    words.words[from].tag == 0 || words.words[from].tag == words.words[to].tag
}

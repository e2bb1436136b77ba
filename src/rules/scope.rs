//! What stands around a hit: does it negate what the hit says?

use std::ops::Range;

use crate::{
    lexicon::{LexiconBuilder, Words},
    normalize::Normalizer,
};

/// Words that negate what follows them.
const BEFORE: &str = "not no never don't dont doesn't doesnt didn't didnt won't wont can't cant cannot isn't isnt \
    aren't arent wasn't wasnt weren't werent ain't aint wouldn't wouldnt shouldn't shouldnt couldn't couldnt \
    haven't havent hasn't hasnt nobody neither nor without \
    nunca jamás tampoco لا لم لن ليس ليست nicht kein keine değil não";

/// Words that negate what stands around them: in Urdu and Hindi the verb comes before or after.
const AROUND: &str = "nahi nahin nhi nai nahee nahein nahn mat نہیں نہ مت नहीं नही मत न";

/// Words after which a negation no longer holds.
const CONTRAST: &str =
    "but however yet lekin magar par پر لیکن مگر बल्कि लेकिन मगर balke balkay pero لكن aber ama";

/// Words that take the negation back: "not only", "no doubt".
const NOT_NEGATING: &str = "only just doubt wonder sirf صرف सिर्फ";

/// How many words before a hit a negation reaches it from.
const REACH_BEFORE: usize = 3;

/// How many words around a hit an Urdu or Hindi negation reaches it from.
const REACH_AROUND: usize = 2;

/// What a word does to those around it; a set of bits.
mod role {
    pub const BEFORE: u8 = 1;
    pub const AROUND: u8 = 1 << 1;
    pub const CONTRAST: u8 = 1 << 2;
    pub const NOT_NEGATING: u8 = 1 << 3;
}

/// Knows the words that negate.
#[derive(Debug)]
pub struct Negation {
    /// The role of each symbol.
    roles: Vec<u8>,
}

impl Negation {
    /// Registers the words.
    pub fn new(normalizer: &Normalizer, lexicon: &mut LexiconBuilder) -> Self {
        let mut roles = Vec::new();
        let lists = [
            (BEFORE, role::BEFORE),
            (AROUND, role::AROUND),
            (CONTRAST, role::CONTRAST),
            (NOT_NEGATING, role::NOT_NEGATING),
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
            let near = if distance < REACH_AROUND { role::AROUND } else { 0 };
            if self.negates(words, word, role::BEFORE | near) {
                return true;
            }
        }
        for word in (hit.end..words.words.len()).take(REACH_AROUND) {
            if !words.same_sentence(word, first) || self.is(words, word, role::CONTRAST) {
                break;
            }
            if self.negates(words, word, role::AROUND) {
                return true;
            }
        }
        false
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

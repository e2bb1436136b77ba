//! What stands around a hit: negation, quotation marks, questions.

use std::{collections::HashSet, ops::Range};

use crate::{
    lexicon::{LexiconBuilder, Symbol, Words},
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
const CONTRAST: &str = "but however yet lekin magar par پر لیکن مگر बल्कि लेकिन मगर balke balkay pero لكن aber ama";

/// Words that take the negation back: "not only", "no doubt".
const NOT_NEGATING: &str = "only just doubt wonder sirf صرف सिर्फ";

/// How many words before a hit a negation reaches it from.
const REACH_BEFORE: usize = 3;

/// How many words around a hit an Urdu or Hindi negation reaches it from.
const REACH_AROUND: usize = 2;

/// Knows the words that negate.
#[derive(Debug)]
pub struct Negation {
    before: HashSet<Symbol>,
    around: HashSet<Symbol>,
    contrast: HashSet<Symbol>,
    not_negating: HashSet<Symbol>,
}

impl Negation {
    /// Registers the words.
    pub fn new(normalizer: &Normalizer, lexicon: &mut LexiconBuilder) -> Self {
        let mut set = |words: &str| -> HashSet<Symbol> {
            words.split_whitespace().map(|word| lexicon.exact(&normalizer.fold(word))).collect()
        };
        Self { before: set(BEFORE), around: set(AROUND), contrast: set(CONTRAST), not_negating: set(NOT_NEGATING) }
    }

    /// Whether a hit on a range of words is negated. `literal` tells the words that the pattern itself
    /// asked for: those are part of what is said, not a comment on it.
    pub fn covers(&self, words: &Words, hit: &Range<usize>, literal: &[usize]) -> bool {
        let is = |set: &HashSet<Symbol>, word: usize| words.symbols(word).iter().any(|symbol| set.contains(symbol));
        let inside = hit.clone().any(|word| {
            !literal.contains(&word) && (is(&self.before, word) || is(&self.around, word)) && !self.taken_back(words, word)
        });
        if inside {
            return true;
        }
        let Some(first) = literal.first().copied().or_else(|| (!hit.is_empty()).then_some(hit.start)) else {
            return false;
        };
        for (distance, word) in (0..hit.start.max(first)).rev().take(REACH_BEFORE).enumerate() {
            if hit.contains(&word) && literal.contains(&word) {
                continue;
            }
            if !words.same_sentence(word, first) || is(&self.contrast, word) {
                break;
            }
            let negates = is(&self.before, word) || (distance < REACH_AROUND && is(&self.around, word));
            if negates && !self.taken_back(words, word) {
                return true;
            }
        }
        for word in (hit.end..words.words.len()).take(REACH_AROUND) {
            if !words.same_sentence(word, first) || is(&self.contrast, word) {
                break;
            }
            if is(&self.around, word) {
                return true;
            }
        }
        false
    }

    fn taken_back(&self, words: &Words, negation: usize) -> bool {
        negation + 1 < words.words.len()
            && words.symbols(negation + 1).iter().any(|symbol| self.not_negating.contains(symbol))
    }
}

//! Takes a post's text as it was written; gives what the later steps match on, with the way back
//! to the original for every byte.
//!
//! [`Normalized::text`] is the folded tokens joined by ONE space. [`fold`] gives a codebook's names
//! and rule words the same shape, so matching is: find the folded name in `text`, from the start of
//! a token to the end of a token, and ask [`Normalized::original`] where that stood.
//!
//! What folds to what, for both sides alike:
//!
//! | written | folded |
//! |---|---|
//! | upper-case, accents: `É ß ø` | `e ss o`; Cyrillic `ё` is `е`, but `й ў ї ѓ ќ` stay |
//! | full-width, mathematical, circled letters, ligatures, presentation forms | the plain letters (NFKC) |
//! | everything else | NFC |
//! | Arabic script `آ أ إ ٱ`; `ؤ`; `ي ى ئ ې`; `ك ڪ`; `ه ة ۃ ۀ ھ` | `ا`; `و`; `ی`; `ک`; `ہ`. No letter is ever dropped |
//! | vowel points, tatweel, hamza and madda as marks, nukta, Hebrew points | nothing; `ँ` is `ं` |
//! | zero-width characters, joiners, direction marks | nothing, also inside a word; the joiner stays in emoji |
//! | digits of every script | `0`–`9` |
//! | curly quotes, long dashes, `۔ । ؟ ،`, `&amp;` | `" ' - . . ? , &` |
//! | a sign repeated (`!!!`, `...`) | once (`!`, `…`) |
//! | `f@cebook`, `faceb00k` | the word, if the word list holds it (`$` always) |
//! | Cyrillic and Greek look-alikes in a word with a Latin letter | Latin, if all of them have one |
//! | four or more letters spelt out: `f.a.c.e`, `f a c e` | the word |
//! | three or more syllables spelt out: `फे स बु क` | the word, if the word list holds it |
//! | signs or digits in a name of one word: `F*cebook`, `Ind!a`, `1ndia`, `पाकि-स्तान` | the name, of four letters at least, three of them unmasked |
//! | a letter three times or more: `soooo`, `faceboook` | once; twice where that makes a word of the list |
//! | apostrophe in a word: `ISPR's`, `l'Inde` | a token of its own; `n't` keeps it |
//! | hashtag | its words (posts), `#` and its name ([`fold`]) |
//! | handle | `@` and the handle in lower-case |
//! | URL, mail address | U+FFFC |
//! | emoji, flag | itself, without selector and skin tone |
//!
//! Scripts written without spaces (Han, hiragana, Thai, Lao, Burmese, Khmer) give one token per
//! letter, so that a name is found inside a sentence. `ﷺ` and its like stay one sign.

mod alignment;
mod disguise;
mod emoji;
mod entities;
mod hashtag;
mod letters;
mod model_text;
mod normalized;
mod scan;
mod spelled;
mod url;
mod word;
mod words;

use std::sync::Arc;

pub use model_text::model_text;
pub use normalized::{Entity, EntityKind, Normalized, Token, TokenFlags, TokenKind};
use scan::Scanner;
use words::Words;

/// Normalises with the built-in word list.
///
/// Never fails, whatever the text. A run that reads many posts uses one [`Normalizer`] instead.
pub fn normalize(text: &str) -> Normalized {
    Normalizer::new().normalize(text)
}

/// Folds a name or a rule word of a codebook exactly as [`normalize`] folds posts.
///
/// Tokens are joined by one space: `Coca-Cola` becomes `coca - cola`. One difference to a post's
/// text: a hashtag is not cut into words, it stays `#` and [`Entity::name`] (`#IamISPR` →
/// `#iamispr`), to be looked up among the hashtag entities. `fold(fold(x)) == fold(x)`.
pub fn fold(name: &str) -> String {
    Normalizer::new().fold(name)
}

/// Folds and cuts; holds the word list that cuts hashtags and tells words from disguises. Cheap to
/// clone, shared between threads.
#[derive(Debug, Clone)]
pub struct Normalizer {
    words: Arc<Words>,
    /// Names of one word, which are read through disguises.
    names: Arc<Words>,
}

impl Default for Normalizer {
    fn default() -> Self {
        Self::new()
    }
}

impl Normalizer {
    /// With the built-in word list.
    pub fn new() -> Self {
        Self { words: Words::built_in(), names: Arc::new(Words::only(Vec::new())) }
    }

    /// The built-in list and more: a codebook's names and rule words, in any spelling; of a name of
    /// several words, each word. A name that the built-in list cuts into words (`pakarmy`) stays to be
    /// cut. The weight is on the Zipf scale (log10 of uses per billion words:
    /// 3 rare, 4 usual for a name, 6 very common).
    #[must_use]
    pub fn with_words<S: AsRef<str>>(words: impl IntoIterator<Item = (S, f32)>) -> Self {
        let built_in = Self::new();
        let mut names = Vec::new();
        let more = words.into_iter().flat_map(|(name, weight)| {
            let folded = built_in.normalize(name.as_ref());
            if let [Token { kind: TokenKind::Word, .. }] = folded.tokens[..] {
                names.push(folded.text.clone());
            }
            let words: Vec<(String, f32)> = folded
                .tokens
                .iter()
                .filter(|token| token.kind == TokenKind::Word)
                .map(|token| (folded.token_text(token).to_owned(), weight))
                .filter(|(word, _)| word.chars().nth(1).is_some())
                .filter(|(word, _)| {
                    !word.is_ascii() || built_in.normalize(&format!("#{word}")).tokens.len() < 2
                })
                .collect();
            words
        });
        let words = Arc::new(Words::built_in_and(more));
        Self { words, names: Arc::new(Words::only(names)) }
    }

    /// Normalises one post.
    pub fn normalize(&self, text: &str) -> Normalized {
        let mut out = Normalized::default();
        self.normalize_into(text, &mut out);
        out
    }

    /// As [`Normalizer::normalize`], reusing the buffers of `out`; what `out` held is gone.
    pub fn normalize_into(&self, text: &str, out: &mut Normalized) {
        out.clear();
        Scanner::new(text, &self.words, &self.names, false, out).run();
    }

    /// As [`fold`].
    pub fn fold(&self, name: &str) -> String {
        let mut out = Normalized::default();
        Scanner::new(name, &self.words, &self.names, true, &mut out).run();
        out.text
    }
}

#[cfg(test)]
mod tests;

